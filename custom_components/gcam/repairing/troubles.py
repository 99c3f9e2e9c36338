"""What a person has to mend, and since when it is worth telling. Pure: times are given, nothing is shown.

A blink of the Wi-Fi is no trouble: each kind has to last. How it is shown is in `issues.py`.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ..models import Camera, Duty, Gcam, Owner, Status


class Kind(StrEnum):
    """At most one of each at a time, of Gcam or of each camera."""

    NOT_RECORDING = "not_recording"
    BROKER_LOST = "broker_lost"
    CAMERA_LOST = "camera_lost"
    CAMERA_UNSTABLE = "camera_unstable"
    HD_LOST = "hd_lost"
    NETWORK_STOPPED = "network_stopped"
    DUTY_FAILED = "duty_failed"


PATIENCE: Mapping[Kind, timedelta] = {
    Kind.NOT_RECORDING: timedelta(minutes=1),
    Kind.BROKER_LOST: timedelta(minutes=5),
    Kind.CAMERA_LOST: timedelta(minutes=15),
    Kind.CAMERA_UNSTABLE: timedelta(0),
    Kind.HD_LOST: timedelta(minutes=15),
    Kind.NETWORK_STOPPED: timedelta(minutes=5),
    Kind.DUTY_FAILED: timedelta(minutes=1),
}
"""How long each has to last before a person hears of it."""
LOSSES_WITHIN = timedelta(hours=1)
MANY_LOSSES = 6
FEW_LOSSES = 2
"""A camera that came back `MANY_LOSSES` times within that time is unstable, until there are only so few."""

MANY_FAILURES = 5
"""What fails so often within an hour does not work, though it begins again each time."""

_WRITING = ("storage_full", "recording", "recording_slow")
_LOST_FOR = ("unreachable", "rejected", "stalled", "protocol")
_UNSTABLE_FOR = ("unreachable", "stalled", "protocol")
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Trouble:
    """`cause` tells troubles of one kind apart by what has to be done; with the kind it names the texts."""

    kind: Kind
    cause: str = ""
    camera_id: str | None = None
    """None where it is Gcam's."""
    placeholders: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Stays the same while the cause changes."""
        return self.kind if self.camera_id is None else f"{self.kind}_{self.camera_id}"

    @property
    def key(self) -> str:
        return f"{self.kind}_{self.cause}" if self.cause else self.kind


class Watch:
    """Looks at one Gcam whenever something changed, and remembers what tells a blink from a trouble."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}
        self._links: dict[str, _Link] = {}
        self._tallies: dict[str, _Tally] = {}
        self._look_at: list[datetime] = []

    def look(self, gcam: Gcam, now: datetime) -> tuple[Trouble, ...]:
        """Everything a person should hear of now."""
        suspected = (
            *_of_gcam(gcam), *self._failing(gcam, now), *_of_cameras(gcam), *self._unstable(gcam, now),
        )  # fmt: skip
        self._since = {trouble.id: self._since.get(trouble.id, now) for trouble in suspected}
        self._look_at = [link.calmer_at for link in self._links.values() if link.losses]
        self._look_at += [tally.calmer_at for tally in self._tallies.values() if tally.failures]
        due = {}
        for trouble in suspected:
            due_at = self._since[trouble.id] + PATIENCE[trouble.kind]
            if due_at <= now:
                due[trouble.id] = trouble
            else:
                self._look_at.append(due_at)
        return tuple(trouble for trouble in due.values() if not _said_by_another(trouble, due))

    @property
    def next_at(self) -> datetime | None:
        """When to look again, though nothing may have changed until then."""
        return min(self._look_at, default=None)

    def _failing(self, gcam: Gcam, now: datetime) -> Iterator[Trouble]:
        self._tallies = {name: self._tallies.get(name) or _Tally(duty) for name, duty in gcam.duties.items()}
        for name, tally in self._tallies.items():
            tally.look(gcam.duties[name], now)
        down = [
            duty
            for duty in gcam.duties.values()
            if duty.is_over or len(self._tallies[duty.name].failures) >= MANY_FAILURES
        ]
        if down:
            facts = {"duties": ", ".join(duty.name for duty in down), "problem": down[0].problem or "…"}
            yield Trouble(Kind.DUTY_FAILED, placeholders=facts)

    def _unstable(self, gcam: Gcam, now: datetime) -> Iterator[Trouble]:
        self._links = {camera_id: self._links.get(camera_id) or _Link() for camera_id in gcam.cameras}
        for camera in gcam.cameras.values():
            link = self._links[camera.id]
            link.look(camera, now)
            if link.is_unstable and camera.is_wanted:
                facts = _facts(camera) | {"losses": str(len(link.losses))}
                yield Trouble(Kind.CAMERA_UNSTABLE, link.cause, camera.id, facts)


class _Tally:
    """How often a duty failed lately; what it failed before anybody looked may be long ago."""

    def __init__(self, duty: Duty) -> None:
        self.failures: deque[datetime] = deque()
        self._total = duty.failures

    def look(self, duty: Duty, now: datetime) -> None:
        while self.failures and self.calmer_at <= now:
            self.failures.popleft()
        self.failures.extend(now for _ in range(min(duty.failures - self._total, MANY_FAILURES)))
        self._total = duty.failures

    @property
    def calmer_at(self) -> datetime:
        """When the oldest failure no longer counts. Only where there are `failures`."""
        return self.failures[0] + LOSSES_WITHIN


class _Link:
    """How often a camera was lost and came back lately, and why mostly."""

    def __init__(self) -> None:
        self.losses: deque[tuple[datetime, str]] = deque()
        self.is_unstable = False
        self._reconnects = 0
        self._looked_at: datetime | None = None
        self._last_code = _OTHER

    def look(self, camera: Camera, now: datetime) -> None:
        while self.losses and self.calmer_at <= now:
            self.losses.popleft()
        if camera.state is not None:
            if camera.state.problem_code is not None and not camera.has_pictures:
                self._last_code = camera.state.problem_code
            self._count(camera.state.reconnects, now)
            self._looked_at = now
        self.is_unstable = len(self.losses) > (FEW_LOSSES if self.is_unstable else MANY_LOSSES - 1)

    @property
    def calmer_at(self) -> datetime:
        """When the oldest loss no longer counts. Only where there are `losses`."""
        return self.losses[0][0] + LOSSES_WITHIN

    @property
    def cause(self) -> str:
        """The most frequent one."""
        codes = [code for _, code in self.losses]
        return _known(max(codes, key=codes.count), _UNSTABLE_FOR)

    def _count(self, reconnects: int, now: datetime) -> None:
        """The counter begins anew when Gcam does; what was counted while nobody looked may be long ago."""
        if self._looked_at is not None and now - self._looked_at < LOSSES_WITHIN:
            self.losses.extend((now, self._last_code) for _ in range(reconnects - self._reconnects))
        self._reconnects = reconnects


def _of_gcam(gcam: Gcam) -> Iterator[Trouble]:
    codes = {camera.state.no_recording_code for camera in gcam.cameras.values() if camera.state is not None}
    stopped = gcam.storage is not None and gcam.storage.problem is not None
    if stopped or codes.intersection(_WRITING):
        codes.add(gcam.storage.problem_code if gcam.storage else None)
        cause = next((code for code in _WRITING if code in codes), "recording")
        yield Trouble(Kind.NOT_RECORDING, cause, placeholders={"problem": _words_about_disk(gcam)})
    if gcam.entities is Owner.MQTT and gcam.mqtt is not None and not gcam.mqtt.connected:
        yield Trouble(Kind.BROKER_LOST, placeholders={"problem": gcam.mqtt.problem or "…"})
    if gcam.network is not None and gcam.network.problem is not None:
        yield Trouble(Kind.NETWORK_STOPPED, placeholders={"problem": gcam.network.problem})


def _words_about_disk(gcam: Gcam) -> str:
    if gcam.storage is not None and gcam.storage.problem is not None:
        return gcam.storage.problem
    states = (camera.state for camera in gcam.cameras.values() if camera.state is not None)
    words = (state.no_recording_reason for state in states if state.no_recording_code in _WRITING)
    return next(words, None) or "…"


def _of_cameras(gcam: Gcam) -> Iterator[Trouble]:
    for camera in gcam.cameras.values():
        state = camera.state
        if state is not None and camera.has_pictures and state.hd is not None and not state.hd.recorded:
            facts = _facts(camera) | {"problem": state.hd.sd_reason or "…"}
            yield Trouble(Kind.HD_LOST, camera_id=camera.id, placeholders=facts)
        if state is None or camera.has_pictures or state.status is None or not camera.is_wanted:
            continue
        if state.status in (Status.DISABLED, Status.PRIVACY):
            continue
        cause = _known(state.problem_code, _LOST_FOR)
        yield Trouble(Kind.CAMERA_LOST, cause, camera.id, _facts(camera))


def _said_by_another(trouble: Trouble, due: Mapping[str, Trouble]) -> bool:
    """Of a camera that is gone for good nobody has to hear that it often was."""
    return trouble.kind is Kind.CAMERA_UNSTABLE and f"{Kind.CAMERA_LOST}_{trouble.camera_id}" in due


def _facts(camera: Camera) -> dict[str, str]:
    problem = camera.state.problem if camera.state is not None else None
    return {"camera": camera.name, "host": camera.host or camera.name, "problem": problem or "…"}


def _known(code: str | None, codes: tuple[str, ...]) -> str:
    return code if code in codes else _OTHER
