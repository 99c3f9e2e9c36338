"""How every part of Gcam fares: one judgement each, with a stable code. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gcam_addon.model import (
    CameraState,
    DutyState,
    DutyStatus,
    MqttHealth,
    NetworkHealth,
    NetworkPhase,
    NoRecording,
    Status,
    Storage,
)
from gcam_addon.web.forecast import Forecast
from gcam_addon.words.reason import Reason, because

_BACKLOG_MAX = 20
_STEP_S = 5.0
_SHORT_DAYS = 2.0
_LATELY_S = 24 * 3600.0


class Wellbeing(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, but less well than it could
    PROBLEM = "problem"  # something that is asked for does not work


@dataclass(frozen=True, slots=True)
class Part:
    """`code` is stable within a `part`; `message` is its sentence, with the `names` it is about and their
    `count`.
    """

    part: str
    state: Wellbeing
    code: str
    message: str
    names: tuple[str, ...] = ()
    count: int = 0


def cameras(states: Iterable[CameraState], configured: int) -> Part:
    wanted = [state for state in states if state.status not in (Status.DISABLED, Status.PRIVACY)]
    lost = _named(wanted, Status.LOST)
    waiting = _named(wanted, Status.CONNECTING, Status.RECONNECTING)
    if lost:
        return Part("cameras", Wellbeing.PROBLEM, "lost", because("part_away", names=lost), lost, len(lost))
    if waiting:
        message = because("part_connecting", names=waiting)
        return Part("cameras", Wellbeing.WARNING, "connecting", message, waiting, len(waiting))
    small = tuple(state.name for state in wanted if state.hd is not None and not state.hd.recorded)
    if small:
        message = because("part_sd", names=small)
        return Part("cameras", Wellbeing.WARNING, "sd", message, small, len(small))
    if not configured:
        return Part("cameras", Wellbeing.OK, "none", because("part_no_cameras"))
    if not wanted:
        return Part("cameras", Wellbeing.OK, "off", because("part_cameras_off"))
    message = because("part_cameras", count=len(wanted))
    return Part("cameras", Wellbeing.OK, "connected", message, count=len(wanted))


def recorder(states: Iterable[CameraState], storage: Storage | None) -> Part:
    """`storage` None: the disk could not be looked at."""
    stuck = tuple(state.name for state in states if state.no_recording_code not in (None, *_WANTED))
    if stuck:
        message = because("part_stuck", names=stuck)
        return Part("recorder", Wellbeing.PROBLEM, "stuck", message, stuck, len(stuck))
    behind = 0 if storage is None else storage.unfinished
    if behind > _BACKLOG_MAX:
        message = because("part_behind", count=behind)
        return Part("recorder", Wellbeing.WARNING, "behind", message, count=behind)
    return Part("recorder", Wellbeing.OK, "ok", because("part_finishing", count=behind), count=behind)


def index(problem: str | None) -> Part:
    if problem is None:
        return Part("index", Wellbeing.OK, "ok", because("part_index"))
    return Part("index", Wellbeing.PROBLEM, "unreadable", problem)


def disk(storage: Storage | None, expected: Forecast | None) -> Part:
    if storage is None:
        return Part("disk", Wellbeing.PROBLEM, "unknown", because("part_disk_unknown"))
    if storage.problem is not None:
        is_silent = isinstance(storage.problem, Reason) and storage.problem.code == "disk_waits"
        return Part("disk", Wellbeing.PROBLEM, "silent" if is_silent else "full", storage.problem)
    if storage.notice is not None:
        return Part("disk", Wellbeing.WARNING, "away", storage.notice)
    days = None if expected is None else expected.days_kept
    if days is not None and days < _SHORT_DAYS and expected is not None and expected.limited_by == "space":
        message = because("part_short", days=round(days, 1))
        return Part("disk", Wellbeing.WARNING, "short", message)
    return Part("disk", Wellbeing.OK, "ok", because("part_room"))


def mqtt(health: MqttHealth | None, *, wanted: bool) -> Part:
    """`wanted`: it is used wherever there is a broker."""
    if health is None and wanted:
        return Part("mqtt", Wellbeing.OK, "none", because("part_no_broker"))
    if health is None:
        return Part("mqtt", Wellbeing.OK, "off", because("part_mqtt_off"))
    if not health.connected:
        message = health.problem or because("part_mqtt_connecting")
        state = Wellbeing.WARNING if health.problem is None else Wellbeing.PROBLEM
        return Part("mqtt", state, "connecting" if health.problem is None else "away", message)
    if health.problem is not None:
        return Part("mqtt", Wellbeing.WARNING, "limited", health.problem)
    return Part("mqtt", Wellbeing.OK, "connected", because("part_mqtt"))


def home_assistant(signed_in: bool) -> Part:
    """Its integration; only where Gcam is its add-on."""
    if signed_in:
        return Part("home_assistant", Wellbeing.OK, "signed_in", because("part_signed_in"))
    return Part("home_assistant", Wellbeing.OK, "waiting", because("part_not_signed_in"))


def network(health: NetworkHealth) -> Part:
    """Only where there is a camera network."""
    if health.problem is not None:
        return Part("network", Wellbeing.PROBLEM, "stopped", health.problem)
    if health.phase is not NetworkPhase.SERVING:
        return Part("network", Wellbeing.WARNING, "looking", because("part_network_looking"))
    if health.notice is not None:
        return Part("network", Wellbeing.WARNING, "open", health.notice)
    message = because("part_network", count=health.leases)
    return Part("network", Wellbeing.OK, "serving", message, count=health.leases)


def clock(step_s: float) -> Part:
    if abs(step_s) < _STEP_S:
        return Part("clock", Wellbeing.OK, "ok", because("part_clock"))
    seconds = round(abs(step_s))
    message = because("part_clock_moved", seconds=seconds)
    return Part("clock", Wellbeing.WARNING, "stepped", message, count=seconds)


def duties(states: Iterable[DutyState], now: float) -> Part:
    failed = [state for state in states if state.failures]
    down = [state for state in failed if state.status in (DutyStatus.WAITING, DutyStatus.FAILED)]
    if down:
        message = because("part_down", duties=_told(down))
        return Part("duties", Wellbeing.PROBLEM, "down", message, _duties(down), len(down))
    lately = [state for state in failed if state.failed_at is not None and now - state.failed_at < _LATELY_S]
    if lately:
        message = because("part_failed_lately", duties=_told(lately))
        return Part("duties", Wellbeing.WARNING, "failed_lately", message, _duties(lately), len(lately))
    return Part("duties", Wellbeing.OK, "ok", because("part_runs"))


_WANTED = tuple(code.value for code in NoRecording)
"""Why nothing is recorded where somebody chose so, or where the camera is to blame."""


def _duties(states: Iterable[DutyState]) -> tuple[str, ...]:
    return tuple(state.name for state in states)


def _told(states: Iterable[DutyState]) -> tuple[Reason, ...]:
    return tuple(because("duty_failed", name=state.name, why=state.problem) for state in states)


def _named(states: Sequence[CameraState], *wanted: Status) -> tuple[str, ...]:
    return tuple(state.name for state in states if state.status in wanted)
