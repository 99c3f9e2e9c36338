"""What follows from what: `step` is the whole guard. Pure: its deadlines are data, and time is given.

A deadline that is found over late (a machine that slept, a power cut) acts now and not back then: what had
to be an alarm is one from now on, and is never over before anybody heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gcam_addon.errors import ConfigError
from gcam_addon.guard.counting import entry_s_of
from gcam_addon.guard.inputs import (
    Acknowledge,
    Arm,
    Disarm,
    Fares,
    Input,
    Moved,
    Plan,
    Restarted,
    Shifted,
    Silence,
    SkipDelay,
    Tick,
    Trigger,
    Wish,
)
from gcam_addon.model.guard import (
    ITSELF,
    Alarm,
    AlarmCause,
    AlarmKind,
    AlarmRecord,
    ArmingFailed,
    Doer,
    GuardChanged,
    GuardEvent,
    GuardPhase,
    GuardState,
    PlannedArming,
    Tamper,
    TamperChanged,
    UnderDuress,
    Via,
)
from gcam_addon.words.reason import because

TOGETHER_S = 20.0
"""Cameras that go within this time went together: somebody cut the line, or jams it."""
STILL_THERE_S = 10.0
"""Who moves as the guard is armed may be who leaves; who still does after this is not."""
BY_HAND_S = 180.0
"""How long an alarm by hand lasts where no mode says."""
MOST_CAUSES = 50
_SEEN = frozenset({Tamper.COVERED, Tamper.TURNED, Tamper.BLINDED})
"""What pictures show; all else is told of the camera anyway."""


@dataclass(frozen=True, slots=True)
class Going:
    """An event that goes on."""

    moved: Moved
    since: float
    is_early: bool
    """It began before the guard was armed."""
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """`state` is what is told and kept; all else is found out anew after a start."""

    state: GuardState
    armed_at: float = 0.0
    going: dict[str, Going] = field(default_factory=dict)
    """By event."""
    troubles: dict[str, Tamper] = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=dict)
    """Camera: since when it is away, while that is no alarm yet."""
    unseen: frozenset[str] = frozenset()
    """Of these, who were not there from the beginning: they did not go together."""
    told: frozenset[str] = frozenset()
    """Cameras whose trouble was an alarm already."""


def asleep(now: float) -> Guard:
    """As a new Gcam has it."""
    return Guard(GuardState(GuardPhase.DISARMED, now, ITSELF))


def deadline(guard: Guard) -> float | None:
    """When something happens although nobody says anything: tell the guard a `Tick` then."""
    state, mode = guard.state, guard.state.mode
    moments = [] if state.until is None else [state.until]
    if state.planned is not None:
        moments.append(state.planned.at)
    if guard.state.is_watchful and mode is not None:
        moments += [since + mode.loss_s for since in guard.losses.values()]
        if any(one.is_early and not one.is_counted for one in guard.going.values()):
            moments.append(guard.armed_at + STILL_THERE_S)
    return min(moments, default=None)


def step(guard: Guard, told: Input, now: float) -> tuple[Guard, tuple[GuardEvent, ...]]:
    """What becomes of the guard, and what is to be told of it once it is kept. Raises `ConfigError` where
    what is wanted can't be; then all stays as it is.
    """
    course = _Course(guard, now)
    if isinstance(told, Shifted):
        course.shift(told.by_s)
    elif isinstance(told, Restarted):
        course.restart()
    course.let_time_pass()
    course.hear(told)
    course.let_time_pass()
    return course.end(guard)


class _Course:
    """One step on its way."""

    def __init__(self, guard: Guard, now: float) -> None:
        self.guard = guard
        self.now = now
        self.news: list[GuardEvent] = []

    def end(self, before: Guard) -> tuple[Guard, tuple[GuardEvent, ...]]:
        changed = [] if self.guard.state == before.state else [GuardChanged(self.guard.state)]
        return self.guard, (*changed, *self.news)

    def hear(self, told: Input) -> None:
        match told:
            case Moved():
                self.move(told)
            case Fares(camera_id, tamper):
                self.fare(camera_id, tamper)
            case Tick() | Restarted() | Shifted():
                pass
            case _:
                self.obey(told)

    def obey(self, told: Wish) -> None:
        match told:
            case Arm():
                self.arm(told)
            case Plan(mode, doer, in_s):
                self.require_disarmed()
                self.set(planned=PlannedArming(self.now + in_s, self.now, mode, doer))
            case SkipDelay(doer):
                if self.phase is GuardPhase.ARMING:
                    self.watch(doer)
            case Disarm():
                self.disarm(told)
            case Trigger(doer):
                self.trigger(doer)
            case Silence():
                self.set(silenced=self.phase is GuardPhase.ALARM)
            case Acknowledge():
                if self.phase is not GuardPhase.ALARM:
                    self.set(alarm=None)

    @property
    def phase(self) -> GuardPhase:
        return self.guard.state.phase

    def set(self, **changes: object) -> None:
        self.guard = replace(self.guard, state=replace(self.guard.state, **changes))  # type: ignore[arg-type]

    def enter(self, phase: GuardPhase, doer: Doer, until: float | None, **changes: object) -> None:
        self.set(phase=phase, since=self.now, doer=doer, until=until, **changes)

    # -- what people want ----------------------------------------------------------------------------

    def require_disarmed(self) -> None:
        if self.phase is not GuardPhase.DISARMED:
            raise ConfigError(because("guard_disarm_first"))

    def arm(self, told: Arm) -> None:
        if self.phase in {GuardPhase.ENTRY, GuardPhase.ALARM}:
            raise ConfigError(because("guard_disarm_first"))
        mode = told.mode
        troubles = tuple(
            (camera, self.guard.troubles[camera]) for camera in mode.cameras if camera in self.guard.troubles
        )
        if len(troubles) == len(mode.cameras) or (troubles and not told.force):
            self.news.append(ArmingFailed(mode.id, self.now, told.doer, troubles))
            return
        bypassed = tuple(camera for camera, _ in troubles)
        until = self.now + mode.exit_s
        self.enter(
            GuardPhase.ARMING, told.doer, until, mode=mode, bypassed=bypassed, planned=None, entered=None
        )
        if told.skip_delay or not mode.exit_s:
            self.watch(told.doer)

    def watch(self, doer: Doer) -> None:
        """The guard is armed from now on. What went wrong while people left is not forgiven."""
        mode = self.guard.state.mode
        assert mode is not None
        self.enter(GuardPhase.ARMED, doer, None)
        early = {key: replace(one, is_early=True, is_counted=False) for key, one in self.guard.going.items()}
        self.guard = replace(self.guard, armed_at=self.now, going=early, losses={}, told=frozenset())
        self.guard = replace(self.guard, unseen=frozenset(mode.cameras))
        for camera, tamper in self.guard.troubles.items():
            self.suffer(camera, tamper)
        self.guard = replace(self.guard, unseen=frozenset(self.guard.losses))

    def disarm(self, told: Disarm) -> None:
        state = self.guard.state
        if told.doer.via is Via.SCHEDULE and not (
            state.doer.via is Via.SCHEDULE and self.phase in {GuardPhase.ARMING, GuardPhase.ARMED}
        ):
            return  # it ends what it began; who is in there is not its to judge
        if self.phase is not GuardPhase.DISARMED:
            self.over()
            self.enter(GuardPhase.DISARMED, told.doer, None, mode=None, entered=None, bypassed=())
        self.set(planned=None, silenced=False)
        self.guard = replace(self.guard, losses={}, unseen=frozenset(), told=frozenset())
        if told.duress:
            self.news.append(UnderDuress(self.now, told.doer))

    def trigger(self, doer: Doer) -> None:
        if self.phase is GuardPhase.ARMING:
            self.watch(doer)
        self.alarm(AlarmCause(AlarmKind.HAND, self.now), doer)

    # -- what happens --------------------------------------------------------------------------------

    def move(self, told: Moved) -> None:
        known = self.guard.going.get(told.event_id)
        fresh = Going(told, self.now, is_early=not self.guard.state.is_watchful)
        one = fresh if known is None else replace(known, moved=_together(known.moved, told))
        going = {key: other for key, other in self.guard.going.items() if key != told.event_id}
        self.guard = replace(self.guard, going=going | {told.event_id: one})
        if not one.is_early:
            self.count(one)
        if told.is_over:
            self.guard = replace(self.guard, going=going)

    def count(self, one: Going) -> None:
        """Whether it makes an alarm, or somebody has a while to disarm."""
        state, moved = self.guard.state, one.moved
        if not self.guard.state.is_watchful or state.mode is None or moved.camera_id in state.bypassed:
            return
        delay_s = entry_s_of(state.mode, moved)
        if delay_s is None:
            return
        cause = AlarmCause(AlarmKind.MOTION, self.now, moved.camera_id, moved.event_id, moved.what)
        if one.is_counted and self.phase is not GuardPhase.ENTRY:
            self.know_better(cause)
            return
        if moved.event_id in self.guard.going:
            counted = {moved.event_id: replace(one, is_counted=True)}
            self.guard = replace(self.guard, going=self.guard.going | counted)
        if delay_s and self.phase is GuardPhase.ARMED:
            self.enter(GuardPhase.ENTRY, ITSELF, self.now + delay_s, entered=cause)
        elif delay_s and self.phase is GuardPhase.ENTRY:
            self.come_in(cause, delay_s)
        else:
            self.alarm(cause)

    def come_in(self, cause: AlarmCause, delay_s: float) -> None:
        """Once more by an entrance: the shorter time holds."""
        state = self.guard.state
        entered = cause if state.entered is None else state.entered
        if entered.event_id == cause.event_id:
            entered = replace(entered, what=cause.what or entered.what)
        self.set(entered=entered, until=min(state.until or self.now, self.now + delay_s))

    def know_better(self, cause: AlarmCause) -> None:
        """What is part of the alarm goes on, or has a name now."""
        record = self.guard.state.alarm
        if record is None or record.ended_at is not None:
            return
        causes = tuple(
            replace(one, what=cause.what or one.what) if one.event_id == cause.event_id else one
            for one in record.causes
        )
        self.set(alarm=replace(record, causes=causes), until=self.alarm_until())

    def fare(self, camera_id: str, tamper: Tamper | None) -> None:
        others = {camera: one for camera, one in self.guard.troubles.items() if camera != camera_id}
        before = self.guard.troubles.get(camera_id)
        if before == tamper:
            return
        told, seen = (one if one in _SEEN else None for one in (before, tamper))
        if told != seen:
            self.news.append(TamperChanged(camera_id, seen, self.now))
        if tamper is not None:
            self.guard = replace(self.guard, troubles=others | {camera_id: tamper})
            self.suffer(camera_id, tamper)
            return
        losses = {camera: since for camera, since in self.guard.losses.items() if camera != camera_id}
        self.guard = replace(
            self.guard,
            troubles=others,
            losses=losses,
            unseen=self.guard.unseen - {camera_id},
            told=self.guard.told - {camera_id},
        )
        self.set(bypassed=tuple(one for one in self.guard.state.bypassed if one != camera_id))

    def suffer(self, camera_id: str, tamper: Tamper) -> None:
        """What a trouble means while the guard watches."""
        state = self.guard.state
        if not self.guard.state.is_watchful or state.mode is None or camera_id not in state.mode.cameras:
            return
        if camera_id in state.bypassed or camera_id in self.guard.told:
            return
        if tamper is not Tamper.LOST:
            self.tampered(camera_id, tamper)
            return
        losses = {camera_id: self.now} | self.guard.losses
        self.guard = replace(self.guard, losses=losses)
        lately = [
            camera
            for camera, since in losses.items()
            if camera not in self.guard.unseen and self.now - since <= TOGETHER_S
        ]
        if len(lately) > 1:
            for camera in lately:
                self.tampered(camera, tamper)

    def tampered(self, camera_id: str, tamper: Tamper) -> None:
        losses = {camera: since for camera, since in self.guard.losses.items() if camera != camera_id}
        self.guard = replace(self.guard, losses=losses, told=self.guard.told | {camera_id})
        self.alarm(AlarmCause(AlarmKind.TAMPER, self.now, camera_id, tamper=tamper))

    # -- alarms --------------------------------------------------------------------------------------

    def alarm(self, cause: AlarmCause, doer: Doer = ITSELF) -> None:
        """A new one, or one more thing in the one there is."""
        record = self.guard.state.alarm
        is_new = record is None or record.ended_at is not None
        if record is None or is_new:
            record = AlarmRecord(f"alarm-{self.now * 1000:.0f}", self.now, (cause,))
        else:
            kept = record.causes if len(record.causes) < MOST_CAUSES else _but_second(record.causes)
            record = replace(record, causes=(*kept, cause), count=record.count + 1)
        if self.phase is GuardPhase.ALARM:
            self.set(until=self.alarm_until(), alarm=record, silenced=False)
        else:
            self.enter(GuardPhase.ALARM, doer, self.alarm_until(), alarm=record, entered=None, silenced=False)
        self.news.append(Alarm(record.id, cause, is_new))

    def alarm_until(self) -> float | None:
        mode = self.guard.state.mode
        lasts_s = BY_HAND_S if mode is None else mode.alarm_s
        return None if lasts_s is None else self.now + lasts_s

    def over(self) -> None:
        record = self.guard.state.alarm
        if record is not None and record.ended_at is None:
            self.set(alarm=replace(record, ended_at=self.now), silenced=False)

    # -- time ----------------------------------------------------------------------------------------

    def let_time_pass(self) -> None:
        """Whatever is due now."""
        self.let_phase_end()
        planned = self.guard.state.planned
        if planned is not None and planned.at <= self.now:
            self.set(planned=None)
            if self.phase is GuardPhase.DISARMED:
                self.arm(Arm(planned.mode, planned.doer, skip_delay=True, force=True))
        mode = self.guard.state.mode
        if not self.guard.state.is_watchful or mode is None:
            return
        for camera, since in list(self.guard.losses.items()):
            if since + mode.loss_s <= self.now:
                self.tampered(camera, Tamper.LOST)
        if self.guard.armed_at + STILL_THERE_S <= self.now:
            for one in [one for one in self.guard.going.values() if one.is_early]:
                self.count_early(one)

    def count_early(self, one: Going) -> None:
        still = replace(one, is_early=False)
        self.guard = replace(self.guard, going=self.guard.going | {one.moved.event_id: still})
        self.count(still)

    def let_phase_end(self) -> None:
        state = self.guard.state
        if state.until is None or state.until > self.now:
            return
        if state.phase is GuardPhase.ARMING:
            self.watch(state.doer)
        elif state.phase is GuardPhase.ENTRY and state.entered is not None:
            self.alarm(state.entered)
        elif state.phase is GuardPhase.ALARM:
            self.over()
            self.enter(GuardPhase.DISARMED if state.mode is None else GuardPhase.ARMED, ITSELF, None)

    def restart(self) -> None:
        """The same as before, or louder: nobody knows what happened meanwhile."""
        state = self.guard.state
        self.guard = Guard(state, armed_at=self.now)
        if state.planned is not None:
            longest_s = state.planned.at - state.planned.asked_at  # by a clock that may be wrong since
            at = min(state.planned.at, self.now + longest_s)
            self.set(planned=replace(state.planned, at=at))
        if state.phase is GuardPhase.ARMING:
            self.enter(GuardPhase.ARMED, state.doer, None)
        elif state.phase is GuardPhase.ENTRY and state.entered is not None:
            self.alarm(state.entered)
        elif state.phase is GuardPhase.ALARM and state.alarm is not None:
            self.set(until=self.alarm_until(), silenced=False)
            self.news.append(Alarm(state.alarm.id, state.alarm.causes[0], is_new=False, again=True))
        if state.mode is not None:
            away = {camera: self.now for camera in state.mode.cameras if camera not in state.bypassed}
            lost = dict.fromkeys(state.mode.cameras, Tamper.LOST)
            self.guard = replace(self.guard, losses=away, unseen=frozenset(away), troubles=lost)

    def shift(self, by_s: float) -> None:
        state = self.guard.state
        planned = state.planned
        if planned is not None:
            planned = replace(planned, at=planned.at + by_s, asked_at=planned.asked_at + by_s)
        until = None if state.until is None else state.until + by_s
        self.set(since=state.since + by_s, until=until, planned=planned)
        self.guard = replace(
            self.guard,
            armed_at=self.guard.armed_at + by_s,
            losses={camera: since + by_s for camera, since in self.guard.losses.items()},
        )


def _together(known: Moved, told: Moved) -> Moved:
    """What is known of an event, which grows."""
    return replace(
        told, zones=tuple(dict.fromkeys((*known.zones, *told.zones))), what=told.what or known.what
    )


def _but_second(causes: tuple[AlarmCause, ...]) -> tuple[AlarmCause, ...]:
    """What began it stays."""
    return (causes[0], *causes[2:])
