"""Gcam's numbers in the words of Prometheus: values in, text out. Nothing is counted here.

Counters restart at zero with Gcam, and with a camera that is stopped and started; Prometheus expects that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from gcam_addon.model import (
    CameraState,
    DutyState,
    DutyStatus,
    HdState,
    NetworkHealth,
    NetworkPhase,
    Status,
    Storage,
)
from gcam_addon.model.board_health import BoardHealth

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Losses:
    """What did not reach somebody so far: pictures viewers, by camera; messages the broker; the history."""

    viewers: Mapping[str, int]
    mqtt: int
    history: int


def exposition(
    states: Iterable[CameraState],
    storage: Storage | None,
    version: str,
    encoding: frozenset[str] = frozenset(),
    duties: Sequence[DutyState] = (),
    *,
    losses: Losses | None = None,
    network: NetworkHealth | None = None,
    boards: Mapping[str, BoardHealth] = MappingProxyType({}),
) -> bytes:
    """The page Prometheus reads; without `storage` its metrics are absent. `encoding`: the cameras whose live
    pictures are made H.264 now.
    """
    registry = CollectorRegistry()
    registry.register(MomentCollector(tuple(states), storage, version, encoding, duties))
    if boards:
        registry.register(_BoardCollector(boards))
    if losses is not None:
        registry.register(_LossCollector(losses))
    if network is not None:
        registry.register(_NetworkCollector(network))
    return generate_latest(registry)


class _BoardCollector(Collector):
    """How boards with Gcam's firmware fare; by camera."""

    def __init__(self, boards: Mapping[str, BoardHealth]) -> None:
        self._boards = boards

    def collect(self) -> Iterator[Metric]:
        for name, text, value in _OF_BOARDS:
            family = GaugeMetricFamily(f"gcam_board_{name}", text, labels=["camera"])
            for camera_id, health in self._boards.items():
                number = value(health)
                if number is not None:
                    family.add_metric([camera_id], number)
            yield family


_OF_BOARDS: Sequence[tuple[str, str, Callable[[BoardHealth], int | None]]] = (
    ("rssi_dbm", "Its Wi-Fi's signal.", lambda health: health.rssi_dbm),
    ("uptime_seconds", "Since its last start.", lambda health: health.uptime_s),
    ("boots", "Starts since it was flashed.", lambda health: health.boots),
    ("heap_free_bytes", "Free memory.", lambda health: health.heap_free),
    ("heap_largest_bytes", "The largest piece of free memory.", lambda health: health.heap_largest),
    ("psram_free_bytes", "Free memory of the chip beside it.", lambda health: health.psram_free),
    ("frames_taken", "Pictures since its last start.", lambda health: health.taken),
    ("frames_sent", "Pictures sent to viewers since its last start.", lambda health: health.sent),
    ("frames_skipped", "Pictures that viewers were too slow for.", lambda health: health.skipped),
)


class MomentCollector(Collector):
    """Metric families of one moment."""

    def __init__(
        self,
        states: Sequence[CameraState],
        storage: Storage | None,
        version: str,
        encoding: frozenset[str],
        duties: Sequence[DutyState],
    ) -> None:
        self._states = states
        self._storage = storage
        self._version = version
        self._encoding = encoding
        self._duties = duties

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("gcam", "Which Gcam this is.", value={"version": self._version})
        yield from (self._counter(*row) for row in _COUNTERS)
        yield from (self._gauge(*row) for row in _GAUGES)
        yield from self._hd()
        yield self._dropped()
        yield self._statuses()
        encodes = "1 while the live pictures are made H.264, because somebody watches."
        yield self._gauge("gcam_live_encoding", encodes, lambda state: state.camera_id in self._encoding)
        yield from _duty_metrics(self._duties)
        if self._storage is not None:
            yield from _storage_metrics(self._storage)

    def _counter(self, name: str, text: str, value: Callable[[CameraState], float]) -> Metric:
        family = CounterMetricFamily(name, text, labels=["camera"])
        for state in self._states:
            family.add_metric([state.camera_id], value(state))
        return family

    def _gauge(self, name: str, text: str, value: Callable[[CameraState], float]) -> Metric:
        family = GaugeMetricFamily(name, text, labels=["camera"])
        for state in self._states:
            family.add_metric([state.camera_id], value(state))
        return family

    def _hd(self) -> Iterator[Metric]:
        """Of cameras with a second address."""
        told = [(state.camera_id, state.hd) for state in self._states if state.hd is not None]
        for name, text, value in _HD_COUNTERS:
            counter = CounterMetricFamily(name, text, labels=["camera"])
            for camera_id, hd in told:
                counter.add_metric([camera_id], value(hd))
            yield counter
        for name, text, value in _HD_GAUGES:
            gauge = GaugeMetricFamily(name, text, labels=["camera"])
            for camera_id, hd in told:
                gauge.add_metric([camera_id], value(hd))
            yield gauge

    def _dropped(self) -> Metric:
        text = "Frames lost on purpose or by damage, by the stage that lost them."
        family = CounterMetricFamily("gcam_frames_dropped", text, labels=["camera", "stage"])
        for state in self._states:
            for stage, count in state.dropped:
                family.add_metric([state.camera_id, stage], count)
        return family

    def _statuses(self) -> Metric:
        text = "1 for the status the camera is in, else 0."
        family = GaugeMetricFamily("gcam_camera_status", text, labels=["camera", "status"])
        for state in self._states:
            for status in Status:
                family.add_metric([state.camera_id, status.value], state.status is status)
        return family


class _LossCollector(Collector):
    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def collect(self) -> Iterator[Metric]:
        text = "Pictures that slow viewers did without."
        skipped = CounterMetricFamily("gcam_live_skipped", text, labels=["camera"])
        for camera_id, count in self._losses.viewers.items():
            skipped.add_metric([camera_id], count)
        yield skipped
        text = "Messages that no broker got."
        yield CounterMetricFamily("gcam_mqtt_dropped", text, value=self._losses.mqtt)
        text = "Changes that are not in the history."
        yield CounterMetricFamily("gcam_history_lost", text, value=self._losses.history)


class _NetworkCollector(Collector):
    """Of a camera network that is wanted."""

    def __init__(self, health: NetworkHealth) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        text = "1 while the camera network is served, 0 while it should be."
        is_served = self._health.phase is NetworkPhase.SERVING
        yield GaugeMetricFamily("gcam_camera_network_serving", text, value=is_served)
        text = "Boards that have an address in it."
        yield GaugeMetricFamily("gcam_camera_network_leases", text, value=self._health.leases)


def _duty_metrics(duties: Iterable[DutyState]) -> Iterator[Metric]:
    text = "Unexpected ends of what runs in Gcam, by its name."
    failures = CounterMetricFamily("gcam_duty_failures", text, labels=["duty"])
    running = GaugeMetricFamily("gcam_duty_running", "1 while it runs, 0 while it should.", labels=["duty"])
    for duty in duties:
        failures.add_metric([duty.name], duty.failures)
        if duty.status is not DutyStatus.ENDED:
            running.add_metric([duty.name], duty.status is DutyStatus.RUNNING)
    yield failures
    yield running


def _storage_metrics(storage: Storage) -> Iterator[Metric]:
    for name, text, value in _STORAGE:
        yield GaugeMetricFamily(name, text, value=value(storage))


_COUNTERS: tuple[tuple[str, str, Callable[[CameraState], float]], ...] = (
    ("gcam_frames", "Frames received.", lambda state: state.frames),
    ("gcam_received_bytes", "Bytes of the frames received.", lambda state: state.bytes_in),
    ("gcam_frames_analysed", "Frames the detector decided on.", lambda state: state.analysed),
    ("gcam_decode_seconds", "Worker time spent decoding for detection.", lambda state: state.decode_s),
    ("gcam_detect_seconds", "Worker time spent detecting.", lambda state: state.detect_s),
    ("gcam_reconnects", "Times the connection was made again.", lambda state: state.reconnects),
)

_GAUGES: tuple[tuple[str, str, Callable[[CameraState], float]], ...] = (
    ("gcam_frames_per_second", "Frame rate of now.", lambda state: state.fps),
    ("gcam_frame_bytes", "Usual size of a frame.", lambda state: state.bytes_per_frame),
    ("gcam_recorder_queue_frames", "Frames waiting for the recorder.", lambda state: state.queued),
    ("gcam_motion", "1 while something moves.", lambda state: state.motion),
    ("gcam_motion_score_percent", "Share of the picture that moved.", lambda state: state.score),
    ("gcam_motion_threshold_percent", "Score from which it is motion.", lambda state: state.threshold),
    ("gcam_recording", "1 while a clip is being recorded.", lambda state: state.recording),
)

_HD_COUNTERS: tuple[tuple[str, str, Callable[[HdState], float]], ...] = (
    ("gcam_hd_frames", "Frames received of the second address.", lambda hd: hd.frames),
    ("gcam_hd_received_bytes", "Bytes of them.", lambda hd: hd.bytes_in),
    ("gcam_hd_reconnects", "Times that connection was made again.", lambda hd: hd.reconnects),
    ("gcam_hd_frames_dropped", "Frames of it that were lost.", lambda hd: sum(n for _, n in hd.dropped)),
)

_HD_GAUGES: tuple[tuple[str, str, Callable[[HdState], float]], ...] = (
    ("gcam_hd_connected", "1 while it is connected.", lambda hd: hd.status is Status.CONNECTED),
    ("gcam_hd_recorded", "1 while it is what is recorded, 0 for the first one.", lambda hd: hd.recorded),
    ("gcam_hd_frames_per_second", "Frame rate of now.", lambda hd: hd.fps),
)

_STORAGE: tuple[tuple[str, str, Callable[[Storage], float]], ...] = (
    ("gcam_clips", "Clips in the index.", lambda storage: storage.clips),
    ("gcam_clips_bytes", "Size of all clips.", lambda storage: storage.clips_bytes),
    ("gcam_unfinished_journals", "Recordings that wait to become clips.", lambda storage: storage.unfinished),
    ("gcam_disk_total_bytes", "Size of the disk that holds the clips.", lambda storage: storage.total_bytes),
    ("gcam_disk_free_bytes", "Free space on that disk.", lambda storage: storage.free_bytes),
    (
        "gcam_disk_silent_seconds",
        "How long that disk has not answered; under a second is usual.",
        lambda storage: storage.silent_s,
    ),
    ("gcam_storage_problem", "1 while recording had to stop.", lambda storage: storage.problem is not None),
)
