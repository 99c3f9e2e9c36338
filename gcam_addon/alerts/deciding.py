"""Events in, tidings out: what a rule wants told. Pure; no clock, no storage, nobody is told here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from gcam_addon.config.alert_model import AlertRule, AlertSettings
from gcam_addon.model import (
    CameraChanged,
    CameraRemoved,
    CameraState,
    DutyChanged,
    DutyStatus,
    Event,
    Kind,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    NoRecording,
    Status,
    StorageChanged,
)
from gcam_addon.model.alerts import DURESS, Importance, NewPlace, Topic
from gcam_addon.model.guard import (
    Alarm,
    AlarmCause,
    AlarmKind,
    ArmingFailed,
    CodeRefused,
    TamperChanged,
    UnderDuress,
    tamper_words,
)
from gcam_addon.words.reason import Reason, because

_MOST_OPEN = 1000
_MOST_CODES = 3
"""That are wrong, until it is told."""
_BY_WILL = frozenset(
    {NoRecording.DISABLED, NoRecording.PRIVACY, NoRecording.RECORDING_OFF, NoRecording.DETECTION_OFF}
)
"""Somebody wants it so."""
_SNOOZED = frozenset({Topic.MOTION, Topic.LOST, Topic.NOT_RECORDING})
"""What somebody has peace from who wants it; alarms are told all the same."""
_OWN = frozenset({Topic.STORAGE, Topic.SYSTEM})
_HERE = frozenset({Status.CONNECTED, Status.DISABLED, Status.PRIVACY})


@dataclass(frozen=True, slots=True)
class Tiding:
    """One thing that one rule wants told, to all its destinations. `happening` names the event, loss or
    problem: what is told of it later belongs to it.
    """

    rule: AlertRule
    topic: Topic
    happening: str
    at: float
    camera_id: str | None = None
    name: str = ""
    """The camera's, that of the destination that can't be reached, or of who signed in."""
    kinds: tuple[Kind, ...] = ()
    zones: tuple[str, ...] = ()
    reason: str = ""
    """A `Reason` of words, or plain text."""
    over: bool = False
    """It is well again, since `at`; it was not since `since`."""
    since: float = 0.0
    picture: bytes = field(default=b"", repr=False)

    @property
    def is_urgent(self) -> bool:
        return self.rule.importance is Importance.URGENT


@dataclass(frozen=True, slots=True)
class _Motion:
    """One that goes on: what is known of it, and the rules that have told of it."""

    started: MotionStarted
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What lasts: since when, and the rules that have told of it."""

    topic: Topic
    camera_id: str | None
    since: float
    reason: str
    told: frozenset[str] = frozenset()


class Decider:
    """Knows what goes on and who was told of it. `take` every event in order, `due` now and then."""

    def __init__(
        self,
        settings: AlertSettings,
        name_of: Callable[[str], str],
        armed_in: Callable[[], str | None],
    ) -> None:
        """`armed_in`: the guard's mode, None while it is not armed."""
        self._name_of = name_of
        self._armed_in = armed_in
        self.obey(settings)
        self._motions: dict[str, _Motion] = {}
        self._troubles: dict[str, _Trouble] = {}

    def obey(self, settings: AlertSettings) -> None:
        """From now on. What goes on is known as before."""
        self._rules, self._settings = _working(settings), settings

    def take(self, event: Event, now: float) -> Iterator[Tiding]:
        match event:
            case MotionStarted():
                self._begin(event)
                yield from self._motion(event.event_id, event.zones, None, event.jpeg, now)
            case MotionNamed():
                yield from self._named(event, now)
            case MotionEnded():
                yield from self._ended(event, now)
            case CameraChanged(state):
                yield from self._camera(state, now)
            case CameraRemoved():
                self._forget(event.camera_id)
            case StorageChanged(storage):
                yield from self._lasting(Topic.STORAGE, "", None, storage.problem or "", now)
            case Alarm() | UnderDuress():
                yield from self._alarm(event, now)
            case TamperChanged():
                reason = "" if event.tamper is None else tamper_words(event.tamper)
                yield from self._lasting(Topic.TAMPER, event.camera_id, event.camera_id, reason, now)
            case ArmingFailed():
                yield from self._once(Topic.GUARD, event.at, _not_armed(event, self._name_of))
            case CodeRefused() if event.count >= _MOST_CODES:
                yield from self._once(Topic.GUARD, event.at, because("alert_codes", count=event.count))
            case DutyChanged(state):
                failed = because("alert_part", name=state.name, why=state.problem)
                reason = failed if state.status is DutyStatus.FAILED else ""
                yield from self._lasting(Topic.SYSTEM, state.name, None, reason, now)

    def due(self, now: float) -> Iterator[Tiding]:
        """What has lasted long enough to be told."""
        for key in tuple(self._troubles):
            yield from self._due(key, now)

    def channel_fails(self, destination_id: str, name: str, reason: str, now: float) -> Iterator[Tiding]:
        """Alerts do not get through there, or (empty) do again. Never told there. Without id and name: the
        heartbeat.
        """
        for tiding in self._lasting(Topic.CHANNEL, destination_id, None, reason, now):
            others = tuple(one for one in tiding.rule.to if one != destination_id)
            if others:
                yield replace(tiding, rule=replace(tiding.rule, to=others), name=name)

    def forget_heartbeat(self) -> None:
        """It is another one from now on, or none."""
        self._troubles.pop(f"{Topic.CHANNEL}:", None)

    def unwell(self) -> str | None:
        """What is wrong with Gcam itself now; None: nothing."""
        mine = (one.reason for one in self._troubles.values() if one.topic in _OWN)
        return next(mine, None)

    def sign_in(self, place: NewPlace) -> Iterator[Tiding]:
        """Somebody signed in from somewhere new."""
        happening, reason = f"sign_in:{place.id}", _place_words(place)
        for rule in self._rules:
            if self._wants(rule, Topic.SIGN_IN, None, place.at):
                yield Tiding(rule, Topic.SIGN_IN, happening, place.at, name=place.who, reason=reason)

    def _begin(self, event: MotionStarted) -> None:
        while len(self._motions) >= _MOST_OPEN:
            del self._motions[next(iter(self._motions))]
        self._motions[event.event_id] = _Motion(event)

    def _named(self, event: MotionNamed, now: float) -> Iterator[Tiding]:
        motion = self._motions.get(event.event_id)
        if motion is not None:
            yield from self._motion(event.event_id, motion.started.zones, event.what, event.jpeg, now)

    def _ended(self, event: MotionEnded, now: float) -> Iterator[Tiding]:
        if not event.unwanted:
            what = event.what or (Kind.UNNAMED,)  # nobody looked: nothing is kept from anybody for that
            yield from self._motion(event.event_id, event.zones, what, event.jpeg, now)
        self._motions.pop(event.event_id, None)

    def _motion(
        self,
        event_id: str,
        zones: tuple[str, ...],
        what: tuple[Kind, ...] | None,
        jpeg: bytes,
        now: float,
    ) -> Iterator[Tiding]:
        """By the rules that want it, and did not tell of it yet. `what` None: not known yet."""
        motion = self._motions.get(event_id)
        if motion is None:
            return
        started = motion.started
        for rule in self._rules:
            if rule.id in motion.told or not self._wants(rule, Topic.MOTION, started.camera_id, now):
                continue
            if not _fits(rule, zones, what):
                continue
            self._motions[event_id] = motion = replace(motion, told=motion.told | {rule.id})
            yield Tiding(
                rule,
                Topic.MOTION,
                event_id,
                started.started_at,
                started.camera_id,
                self._name_of(started.camera_id),
                kinds=what or (),
                zones=zones,
                reason=started.reason,
                picture=(jpeg or started.jpeg) if rule.picture else b"",
            )

    def _camera(self, state: CameraState, now: float) -> Iterator[Tiding]:
        away = "" if state.status in _HERE else str(state.problem or state.status)
        yield from self._lasting(Topic.LOST, state.camera_id, state.camera_id, away, now)
        code = state.no_recording_code
        unwanted = away or code in _BY_WILL or code == NoRecording.NO_PICTURES
        reason = "" if code is None or unwanted else state.no_recording_reason or code
        yield from self._lasting(Topic.NOT_RECORDING, state.camera_id, state.camera_id, reason, now)

    def _alarm(self, event: Alarm | UnderDuress, now: float) -> Iterator[Tiding]:
        """Each thing that comes to it is told: alarms are never summed up."""
        cause = event.cause if isinstance(event, Alarm) else None
        camera_id = None if cause is None else cause.camera_id
        motion = None if cause is None or cause.event_id is None else self._motions.get(cause.event_id)
        happening = f"{DURESS}{now:.3f}"
        if isinstance(event, Alarm):  # one that goes on after a new start is the same
            happening = event.cause.event_id or f"{event.alarm_id}:{event.cause.kind}:{event.cause.at:.3f}"
        reason = because("alert_duress") if cause is None else _alarm_words(cause)
        for rule in self._rules:
            asked = rule if isinstance(event, Alarm) else replace(rule, armed=False)  # it was, till just now
            if self._wants(asked, Topic.ALARM, camera_id, now):
                yield Tiding(
                    replace(rule, importance=Importance.URGENT),
                    Topic.ALARM,
                    happening,
                    now if cause is None else cause.at,
                    camera_id,
                    "" if camera_id is None else self._name_of(camera_id),
                    kinds=(cause and cause.what) or (),
                    reason=reason,
                    picture=b"" if motion is None or not rule.picture else motion.started.jpeg,
                )

    def _once(self, topic: Topic, at: float, reason: Reason) -> Iterator[Tiding]:
        for rule in self._rules:
            if self._wants(rule, topic, None, at):
                yield Tiding(rule, topic, f"{topic}:{at:.3f}", at, reason=reason)

    def _lasting(
        self, topic: Topic, whose: str, camera_id: str | None, reason: str, now: float
    ) -> Iterator[Tiding]:
        """Something is wrong while there is a `reason`. A loss is told by `due`, when it lasts."""
        key = f"{topic}:{whose}"
        known = self._troubles.get(key)
        if reason and known is None:
            self._troubles[key] = _Trouble(topic, camera_id, now, reason)
            if topic is not Topic.LOST:
                yield from self._due(key, now)
        elif reason and known is not None:
            self._troubles[key] = replace(known, reason=reason)
        elif known is not None:
            del self._troubles[key]
            for rule in self._rules:
                if rule.id in known.told:
                    yield replace(self._troubled(rule, key, known, now), over=True)

    def _due(self, key: str, now: float) -> Iterator[Tiding]:
        for rule in self._rules:
            trouble = self._troubles[key]
            if rule.id in trouble.told or not self._wants(rule, trouble.topic, trouble.camera_id, now):
                continue
            if trouble.topic is Topic.LOST and now - trouble.since < rule.lost_after_s:
                continue
            self._troubles[key] = replace(trouble, told=trouble.told | {rule.id})
            yield self._troubled(rule, key, trouble, trouble.since)

    def _troubled(self, rule: AlertRule, key: str, trouble: _Trouble, at: float) -> Tiding:
        name = "" if trouble.camera_id is None else self._name_of(trouble.camera_id)
        happening = f"{key}:{trouble.since:.3f}"
        return Tiding(
            rule,
            trouble.topic,
            happening,
            at,
            trouble.camera_id,
            name,
            reason=trouble.reason,
            since=trouble.since,
        )

    def _wants(self, rule: AlertRule, topic: Topic, camera_id: str | None, now: float) -> bool:
        if topic not in rule.topics:
            return False
        if camera_id is not None and rule.cameras and camera_id not in rule.cameras:
            return False
        if rule.armed and not _is_armed(rule, self._armed_in()):
            return False
        is_snoozed = camera_id is not None and self._settings.snoozes_at(camera_id, now)
        return not is_snoozed or topic not in _SNOOZED

    def _forget(self, camera_id: str) -> None:
        for key in [key for key, one in self._troubles.items() if one.camera_id == camera_id]:
            del self._troubles[key]


def _alarm_words(cause: AlarmCause) -> Reason:
    if cause.tamper is not None:
        return tamper_words(cause.tamper)
    return because("alarm_by_hand") if cause.kind is AlarmKind.HAND else because("alarm_motion")


def _not_armed(event: ArmingFailed, name_of: Callable[[str], str]) -> Reason:
    cameras = tuple(name_of(camera_id) for camera_id, _ in event.troubles)
    return because("alert_not_armed", cameras=cameras)


def _place_words(place: NewPlace) -> Reason:
    if not place.is_address_new:
        return because("alert_new_device", address=place.address)
    if not place.is_device_new:
        return because("alert_new_address", address=place.address)
    return because("alert_new_place", address=place.address)


def _working(settings: AlertSettings) -> tuple[AlertRule, ...]:
    """Those that are on, to destinations that are."""
    on = {one.id for one in settings.destinations if one.enabled}
    narrowed = (replace(rule, to=tuple(one for one in rule.to if one in on)) for rule in settings.rules)
    return tuple(rule for rule in narrowed if rule.enabled and rule.to)


def _is_armed(rule: AlertRule, mode: str | None) -> bool:
    return mode is not None and (not rule.modes or mode in rule.modes)


def _fits(rule: AlertRule, zones: tuple[str, ...], what: tuple[Kind, ...] | None) -> bool:
    """Where it moves, and what; None: not known yet."""
    if rule.zones and rule.zones.isdisjoint(zones):
        return False
    return not rule.kinds or (what is not None and not rule.kinds.isdisjoint(what))
