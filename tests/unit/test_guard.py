"""`guard.core`: what becomes of the guard, whatever happens and in whichever order."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gcam_addon.errors import ConfigError
from gcam_addon.guard.core import STILL_THERE_S, TOGETHER_S, Guard, asleep, deadline, step
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
)
from gcam_addon.model import Kind
from gcam_addon.model.guard import (
    Alarm,
    AlarmKind,
    ArmingFailed,
    Doer,
    GuardChanged,
    GuardEvent,
    GuardMode,
    GuardPhase,
    Tamper,
    TamperChanged,
    UnderDuress,
    Via,
    Watch,
)

ANNA = Doer("Anna", Via.PAGE, "a1")
CLOCK = Doer("", Via.SCHEDULE)
AWAY = GuardMode(
    "away", "Away", (Watch("hall", entry_s=30), Watch("garden"), Watch("yard", "gate", 20)), exit_s=60
)
PEOPLE = replace(AWAY, id="people", kinds=(Kind.PERSON,))


class House:
    """A guard and its time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.guard = asleep(self.now)
        self.told: list[GuardEvent] = []

    def hear(self, *inputs: Input) -> None:
        for one in inputs:
            self.guard, told = step(self.guard, one, self.now)
            self.told += told

    def wait(self, seconds: float) -> None:
        """As who follows the deadlines does."""
        until = self.now + seconds
        while (due := deadline(self.guard)) is not None and due <= until:
            self.now = max(self.now, due)
            self.hear(Tick())
        self.now = until

    def phase(self) -> GuardPhase:
        return self.guard.state.phase

    @property
    def alarms(self) -> list[Alarm]:
        return [one for one in self.told if isinstance(one, Alarm)]

    def restart(self) -> None:
        self.guard = Guard(self.guard.state)
        self.hear(Restarted())


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def armed(house: House) -> House:
    house.hear(Arm(AWAY, ANNA))
    house.wait(61)
    house.told.clear()
    return house


def test_it_is_armed_when_people_had_time_to_leave(house: House) -> None:
    house.hear(Arm(AWAY, ANNA))
    assert (house.phase(), house.guard.state.until) == (GuardPhase.ARMING, 1060.0)
    house.hear(Moved("garden", "e1"), Moved("garden", "e1", is_over=True))
    house.wait(60)
    assert (house.phase(), house.guard.state.doer) == (GuardPhase.ARMED, ANNA)
    assert not house.alarms


def test_who_comes_in_by_an_entrance_has_a_while_to_disarm(armed: House) -> None:
    armed.hear(Moved("hall", "e1"))
    assert (armed.phase(), armed.alarms) == (GuardPhase.ENTRY, [])
    armed.wait(29)
    armed.hear(Disarm(ANNA))
    armed.wait(1000)
    assert (armed.phase(), armed.alarms) == (GuardPhase.DISARMED, [])


def test_who_does_not_disarm_in_time_is_an_alarm(armed: House) -> None:
    armed.hear(Moved("hall", "e1"))
    armed.wait(30)
    (alarm,) = armed.alarms
    assert armed.phase() is GuardPhase.ALARM
    assert (alarm.cause.camera_id, alarm.cause.event_id, alarm.cause.at) == ("hall", "e1", 1061.0)


@pytest.mark.parametrize(
    ("moved", "phase"),
    [
        (Moved("garden", "e1"), GuardPhase.ALARM),
        (Moved("hall", "e1", zones=("door",)), GuardPhase.ENTRY),
        (Moved("yard", "e1", zones=("gate",)), GuardPhase.ENTRY),
        (Moved("yard", "e1", zones=("street",)), GuardPhase.ARMED),
        (Moved("yard", "e1"), GuardPhase.ARMED),
        (Moved("street", "e1"), GuardPhase.ARMED),
    ],
)
def test_where_it_moves_decides(armed: House, moved: Moved, phase: GuardPhase) -> None:
    armed.hear(moved)
    assert armed.phase() is phase


def test_the_zones_of_one_camera_have_their_own_time(house: House) -> None:
    mode = replace(AWAY, watches=(Watch("hall"), Watch("hall", "door", 30)), exit_s=0)
    house.hear(Arm(mode, ANNA), Moved("hall", "e1", zones=("door",)))
    assert house.phase() is GuardPhase.ENTRY
    house.hear(Moved("hall", "e1", zones=("window",)))
    assert house.phase() is GuardPhase.ALARM


def test_the_shorter_of_two_entrances_holds(armed: House) -> None:
    armed.hear(Moved("hall", "e1"), Moved("yard", "e2", zones=("gate",)))
    assert armed.guard.state.until == armed.now + 20


@pytest.mark.parametrize(
    ("moved", "phase"),
    [
        (Moved("garden", "e1", what=(Kind.PERSON,)), GuardPhase.ALARM),
        (Moved("garden", "e1", what=(Kind.ANIMAL,)), GuardPhase.ARMED),
        (Moved("garden", "e1", is_named=True), GuardPhase.ARMED),
        (Moved("garden", "e1", is_named=True, is_over=True), GuardPhase.ALARM),
        (Moved("garden", "e1", is_named=False), GuardPhase.ALARM),
        (Moved("garden", "e1", what=(Kind.UNNAMED,), is_over=True), GuardPhase.ARMED),
    ],
)
def test_what_moves_decides_where_only_some_kinds_count(
    house: House, moved: Moved, phase: GuardPhase
) -> None:
    house.hear(Arm(replace(PEOPLE, exit_s=0), ANNA), moved)
    assert house.phase() is phase


def test_what_has_its_name_later_counts_then(house: House) -> None:
    house.hear(Arm(replace(PEOPLE, exit_s=0), ANNA), Moved("garden", "e1", is_named=True))
    house.hear(Moved("garden", "e1", what=(Kind.PERSON,), is_named=True))
    assert house.alarms[0].cause.what == (Kind.PERSON,)


def test_an_alarm_lasts_from_what_came_last_and_is_kept_until_acknowledged(armed: House) -> None:
    armed.hear(Moved("garden", "e1"))
    armed.wait(100)
    armed.hear(Moved("garden", "e2", what=(Kind.PERSON,)))
    armed.wait(179)
    assert armed.phase() is GuardPhase.ALARM
    armed.wait(1)
    record = armed.guard.state.alarm
    assert armed.phase() is GuardPhase.ARMED
    assert record is not None
    assert (record.count, record.ended_at, [one.event_id for one in record.causes]) == (
        2,
        armed.now,
        ["e1", "e2"],
    )
    armed.hear(Acknowledge(ANNA))
    assert armed.guard.state.alarm is None
    armed.hear(Moved("garden", "e3"))
    assert [one.is_new for one in armed.alarms] == [True, False, True]


def test_an_alarm_without_end_lasts_until_somebody_disarms(house: House) -> None:
    house.hear(Arm(replace(AWAY, exit_s=0, alarm_s=None), ANNA), Moved("garden", "e1"))
    house.wait(1e6)
    assert house.phase() is GuardPhase.ALARM
    house.hear(Acknowledge(ANNA))
    assert house.guard.state.alarm is not None


def test_the_name_of_what_began_it_is_added(armed: House) -> None:
    armed.hear(Moved("garden", "e1"), Moved("garden", "e1", what=(Kind.PERSON,)))
    assert armed.guard.state.alarm is not None
    assert [one.what for one in armed.guard.state.alarm.causes] == [(Kind.PERSON,)]
    assert len(armed.alarms) == 1


def test_sirens_are_quiet_until_something_else_happens(armed: House) -> None:
    armed.hear(Moved("garden", "e1"), Silence(ANNA))
    assert (armed.phase(), armed.guard.state.sounds) == (GuardPhase.ALARM, False)
    armed.hear(Moved("garden", "e2"))
    assert armed.guard.state.sounds


def test_arming_that_will_fail_is_said_at_once(house: House) -> None:
    house.hear(Fares("hall", Tamper.LOST), Arm(AWAY, ANNA))
    assert house.phase() is GuardPhase.DISARMED
    assert house.told[-1] == ArmingFailed("away", house.now, ANNA, (("hall", Tamper.LOST),))


def test_cameras_that_are_away_are_bypassed_where_somebody_wants_that_until_they_are_back(
    house: House,
) -> None:
    house.hear(Fares("garden", Tamper.LOST), Arm(AWAY, ANNA, skip_delay=True, force=True))
    assert (house.phase(), house.guard.state.bypassed) == (GuardPhase.ARMED, ("garden",))
    house.wait(1000)
    house.hear(Moved("garden", "e1"))
    assert not house.alarms
    house.hear(Fares("garden", None))
    assert house.guard.state.bypassed == ()
    house.hear(Moved("garden", "e2"))
    assert house.phase() is GuardPhase.ALARM


def test_with_nothing_left_to_watch_it_is_not_armed_by_force_either(house: House) -> None:
    away = [Fares(camera, Tamper.LOST) for camera in AWAY.cameras]
    house.hear(*away, Arm(AWAY, ANNA, force=True))
    assert house.phase() is GuardPhase.DISARMED
    assert isinstance(house.told[-1], ArmingFailed)


def test_a_camera_that_stays_away_is_an_alarm(armed: House) -> None:
    armed.hear(Fares("garden", Tamper.LOST))
    armed.wait(59)
    assert not armed.alarms
    armed.wait(1)
    (alarm,) = armed.alarms
    assert (alarm.cause.kind, alarm.cause.camera_id, alarm.cause.tamper) == (
        AlarmKind.TAMPER, "garden", Tamper.LOST,
    )  # fmt: skip
    armed.wait(1000)
    assert len(armed.alarms) == 1


def test_a_camera_that_is_back_soon_is_none(armed: House) -> None:
    armed.hear(Fares("garden", Tamper.LOST))
    armed.wait(59)
    armed.hear(Fares("garden", None))
    armed.wait(1000)
    assert not armed.alarms


def test_two_that_go_together_are_an_alarm_at_once(armed: House) -> None:
    armed.hear(Fares("garden", Tamper.LOST))
    armed.wait(TOGETHER_S)
    armed.hear(Fares("hall", Tamper.LOST))
    assert {one.cause.camera_id for one in armed.alarms} == {"garden", "hall"}


@pytest.mark.parametrize("tamper", [one for one in Tamper if one is not Tamper.LOST])
def test_a_camera_that_is_blinded_is_an_alarm_at_once(armed: House, tamper: Tamper) -> None:
    armed.hear(Fares("hall", tamper))
    assert [one.cause.tamper for one in armed.alarms] == [tamper]
    armed.hear(Fares("hall", None))
    changed = [one for one in armed.told if isinstance(one, TamperChanged)]
    seen = [] if tamper is Tamper.SWITCHED_OFF else [tamper, None]
    assert changed == [TamperChanged("hall", one, armed.now) for one in seen]


def test_whose_trouble_was_an_alarm_raises_none_by_another_until_it_is_right_again(armed: House) -> None:
    """Also where another camera's came in between."""
    armed.hear(Fares("hall", Tamper.COVERED), Fares("garden", Tamper.TURNED))
    armed.hear(Fares("hall", Tamper.BLINDED), Fares("garden", Tamper.COVERED))
    assert [one.cause.camera_id for one in armed.alarms] == ["hall", "garden"]
    armed.hear(Fares("hall", None), Fares("hall", Tamper.BLINDED))
    assert [one.cause.camera_id for one in armed.alarms] == ["hall", "garden", "hall"]


def test_what_goes_wrong_while_people_leave_is_not_forgiven(house: House) -> None:
    house.hear(Arm(AWAY, ANNA), Fares("hall", Tamper.COVERED), Fares("garden", Tamper.LOST))
    assert not house.alarms
    house.wait(60)
    assert [one.cause.camera_id for one in house.alarms] == ["hall"]
    house.wait(60)
    assert [one.cause.camera_id for one in house.alarms] == ["hall", "garden"]


def test_cameras_that_went_while_people_left_did_not_go_together(house: House) -> None:
    house.hear(Arm(AWAY, ANNA), Fares("hall", Tamper.LOST), Fares("garden", Tamper.LOST))
    house.wait(61)
    house.hear(Fares("yard", Tamper.LOST))
    assert not house.alarms
    house.wait(59)
    assert {one.cause.camera_id for one in house.alarms} == {"hall", "garden"}


def test_who_still_moves_long_after_people_left_counts(house: House) -> None:
    house.hear(Arm(AWAY, ANNA), Moved("garden", "e1"))
    house.wait(60 + STILL_THERE_S - 1)
    assert not house.alarms
    house.wait(1)
    assert [one.cause.event_id for one in house.alarms] == ["e1"]


def test_whose_last_step_is_seen_after_the_delay_does_not(house: House) -> None:
    house.hear(Arm(AWAY, ANNA), Moved("garden", "e1"))
    house.wait(63)
    house.hear(Moved("garden", "e1", is_over=True))
    house.wait(1000)
    assert not house.alarms


def test_an_alarm_by_hand_needs_no_arming_and_ends_as_it_was(house: House) -> None:
    house.hear(Trigger(ANNA))
    assert (house.phase(), house.alarms[0].cause.kind) == (GuardPhase.ALARM, AlarmKind.HAND)
    house.hear(Moved("garden", "e1"))
    house.wait(180)
    assert house.phase() is GuardPhase.DISARMED
    assert len(house.alarms) == 1


def test_it_is_armed_in_a_while_as_planned(house: House) -> None:
    house.hear(Plan(AWAY, ANNA, 600))
    house.wait(599)
    assert house.phase() is GuardPhase.DISARMED
    house.wait(1)
    assert (house.phase(), house.guard.state.planned) == (GuardPhase.ARMED, None)


def test_disarming_is_also_no_to_what_is_planned(house: House) -> None:
    house.hear(Plan(AWAY, ANNA, 600), Disarm(ANNA))
    house.wait(1000)
    assert house.phase() is GuardPhase.DISARMED


def test_nobody_waits_who_needs_not(house: House) -> None:
    house.hear(Arm(AWAY, ANNA), SkipDelay(ANNA))
    assert house.phase() is GuardPhase.ARMED


def test_duress_looks_like_any_disarming(armed: House) -> None:
    armed.hear(Disarm(ANNA, duress=True))
    changed = [one for one in armed.told if isinstance(one, GuardChanged)]
    assert armed.told == [*changed, UnderDuress(armed.now, ANNA)]
    assert "duress" not in repr(armed.guard.state)


def test_the_schedule_ends_only_what_it_began(house: House) -> None:
    house.hear(Arm(AWAY, ANNA, skip_delay=True), Disarm(CLOCK))
    assert house.phase() is GuardPhase.ARMED
    house.hear(Disarm(ANNA), Arm(AWAY, CLOCK, skip_delay=True), Moved("hall", "e1"), Disarm(CLOCK))
    assert house.phase() is GuardPhase.ENTRY
    house.hear(Disarm(ANNA), Arm(AWAY, CLOCK, skip_delay=True), Disarm(CLOCK))
    assert house.phase() is GuardPhase.DISARMED


@pytest.mark.parametrize("told", [Arm(AWAY, ANNA), Plan(AWAY, ANNA, 60)])
def test_nobody_arms_over_an_alarm(armed: House, told: Input) -> None:
    armed.hear(Moved("garden", "e1"))
    before = armed.guard
    with pytest.raises(ConfigError):
        armed.hear(told)
    assert armed.guard == before


def test_an_entry_that_a_power_cut_interrupts_is_an_alarm_when_power_is_back(armed: House) -> None:
    armed.hear(Moved("hall", "e1"))
    armed.now += 3600
    armed.restart()
    assert (armed.phase(), armed.guard.state.until) == (GuardPhase.ALARM, armed.now + 180)
    assert [one.cause.event_id for one in armed.alarms] == ["e1"]


def test_a_late_tick_swallows_no_alarm(armed: House) -> None:
    armed.hear(Moved("hall", "e1"))
    armed.now += 86_400
    armed.hear(Tick())
    assert (armed.phase(), armed.guard.state.until) == (GuardPhase.ALARM, armed.now + 180)


def test_an_alarm_sounds_again_after_a_restart(armed: House) -> None:
    armed.hear(Moved("garden", "e1"), Silence(ANNA))
    armed.now += 3600
    armed.restart()
    assert armed.guard.state.sounds
    assert [one.again for one in armed.alarms] == [False, True]


def test_a_plan_whose_time_passed_meanwhile_is_carried_out(house: House) -> None:
    house.hear(Plan(AWAY, ANNA, 600))
    house.now += 3600
    house.restart()
    assert house.phase() is GuardPhase.ARMED


def test_a_plan_outlives_a_clock_that_forgot_the_time(house: House) -> None:
    house.now += 1e9
    house.hear(Plan(AWAY, ANNA, 600))
    house.now = 50.0
    house.restart()
    house.wait(600)
    assert house.phase() is GuardPhase.ARMED


def test_cameras_have_time_to_come_back_after_a_restart(armed: House) -> None:
    armed.restart()
    armed.hear(*(Fares(camera, Tamper.LOST) for camera in AWAY.cameras))
    armed.wait(50)
    armed.hear(Fares("hall", None), Fares("yard", None))
    armed.wait(9)
    assert not armed.alarms
    armed.wait(1)
    assert [one.cause.camera_id for one in armed.alarms] == ["garden"]


def test_cameras_that_are_there_at_once_after_a_restart_are_no_alarm(house: House) -> None:
    house.hear(Fares("garden", Tamper.LOST), Arm(AWAY, ANNA, skip_delay=True, force=True))
    house.restart()
    house.hear(*(Fares(camera, None) for camera in AWAY.cameras))
    house.wait(1000)
    assert (house.alarms, house.guard.state.bypassed) == ([], ())


def test_a_delay_is_as_long_whatever_the_clock_does(armed: House) -> None:
    armed.hear(Moved("hall", "e1"))
    armed.wait(10)
    armed.now += 86_400
    armed.hear(Shifted(86_400))
    armed.wait(19)
    assert armed.phase() is GuardPhase.ENTRY
    armed.wait(1)
    assert armed.phase() is GuardPhase.ALARM


# -- whatever happens ----------------------------------------------------------------------------------

CAMERAS = st.sampled_from(["hall", "garden", "yard", "street"])
MODES = st.builds(
    GuardMode,
    st.just("m"),
    st.just("M"),
    st.lists(
        st.builds(Watch, CAMERAS, st.sampled_from([None, "gate"]), st.sampled_from([0.0, 20.0, 30.0])),
        min_size=1,
        max_size=4,
    ).map(tuple),
    st.sampled_from([tuple(Kind), (Kind.PERSON,)]),
    st.sampled_from([0.0, 60.0]),
    st.sampled_from([None, 5.0, 180.0]),
    st.sampled_from([0.0, 60.0]),
)
DOERS = st.sampled_from([ANNA, CLOCK])
LOUDNESS = {phase: level for level, phase in enumerate(GuardPhase)}


class AnyHouse(RuleBasedStateMachine):
    """Any course of things, in any order, with Gcam ended and started anywhere."""

    @initialize()
    def build(self) -> None:
        self.house = House()
        self.events = 0

    def hear(self, told: Input) -> list[GuardEvent]:
        before = len(self.house.told)
        with suppress(ConfigError):
            self.house.hear(told)
        return self.house.told[before:]

    @rule(mode=MODES, doer=DOERS, skip=st.booleans(), force=st.booleans())
    def arm(self, mode: GuardMode, doer: Doer, skip: bool, force: bool) -> None:
        self.hear(Arm(mode, doer, skip, force))

    @rule(mode=MODES, in_s=st.sampled_from([1.0, 600.0]))
    def plan(self, mode: GuardMode, in_s: float) -> None:
        self.hear(Plan(mode, ANNA, in_s))

    @rule(duress=st.booleans())
    def disarm(self, duress: bool) -> None:
        self.hear(Disarm(ANNA, duress))
        assert self.house.phase() is GuardPhase.DISARMED

    @rule()
    def let_the_schedule_disarm(self) -> None:
        before = self.house.phase()
        self.hear(Disarm(CLOCK))
        if LOUDNESS[before] > LOUDNESS[GuardPhase.ARMED]:
            assert self.house.phase() is before

    @rule(one=st.sampled_from([SkipDelay(ANNA), Silence(ANNA), Acknowledge(ANNA), Trigger(ANNA), Tick()]))
    def do(self, one: Input) -> None:
        self.hear(one)

    @rule(
        camera=CAMERAS,
        zones=st.sampled_from([(), ("gate",), ("street",)]),
        what=st.sampled_from([None, (Kind.PERSON,), (Kind.ANIMAL,)]),
        flags=st.tuples(st.booleans(), st.booleans()),
        old=st.booleans(),
    )
    def move(
        self,
        camera: str,
        zones: tuple[str, ...],
        what: tuple[Kind, ...] | None,
        flags: tuple[bool, bool],
        old: bool,
    ) -> None:
        self.events += not old
        moved = Moved(camera, f"{camera}-{self.events}", zones, what, *flags)
        before, guard = self.house.phase(), self.house.guard
        told = self.hear(moved)
        if before in {GuardPhase.DISARMED, GuardPhase.ARMING} and deadline(guard) != self.house.now:
            assert not [one for one in told if isinstance(one, Alarm)]

    @rule(camera=CAMERAS, tamper=st.sampled_from([None, *Tamper]))
    def fare(self, camera: str, tamper: Tamper | None) -> None:
        before = self.house.phase()
        told = self.hear(Fares(camera, tamper))
        if before is GuardPhase.DISARMED:
            assert not [one for one in told if isinstance(one, Alarm)]

    @rule(seconds=st.sampled_from([0.5, 15.0, 61.0, 1000.0]))
    def wait(self, seconds: float) -> None:
        self.house.wait(seconds)

    @rule(seconds=st.sampled_from([10.0, 100_000.0]))
    def sleep_through(self, seconds: float) -> None:
        """A machine that slept, or a loop that hung: no deadline was followed."""
        entered = self.house.phase() is GuardPhase.ENTRY
        due = self.house.guard.state.until
        self.house.now += seconds
        told = self.hear(Tick())
        if entered and due is not None and due <= self.house.now:
            assert [one for one in told if isinstance(one, Alarm)]
            assert self.house.phase() is GuardPhase.ALARM

    @rule(down_s=st.sampled_from([0.0, 30.0, 100_000.0, -5_000.0]))
    def restart(self, down_s: float) -> None:
        before = self.house.guard.state
        self.house.now = max(1.0, self.house.now + down_s)
        count = len(self.house.told)
        self.house.restart()
        after = self.house.guard.state
        assert LOUDNESS[after.phase] >= LOUDNESS[before.phase]
        assert before.mode is None or after.mode == before.mode
        assert set(after.bypassed) <= set(before.bypassed) or before.phase is GuardPhase.DISARMED
        if before.phase in {GuardPhase.ENTRY, GuardPhase.ALARM}:
            assert after.sounds
            assert [one for one in self.house.told[count:] if isinstance(one, Alarm)]

    @rule(by_s=st.sampled_from([-1000.0, 86_400.0]))
    def set_the_clock(self, by_s: float) -> None:
        left = [None if one is None else one - self.house.now for one in (deadline(self.house.guard),)]
        self.house.now += by_s
        self.hear(Shifted(by_s))
        now_left = [None if one is None else one - self.house.now for one in (deadline(self.house.guard),)]
        assert now_left == pytest.approx(left) or (left[0] is not None and left[0] <= 0)

    @precondition(lambda self: self.house.phase() is GuardPhase.ARMED)
    @rule()
    def break_in(self) -> None:
        """Somebody whom a watch sees, and who counts, is told of, at the latest when the delay is over."""
        mode = self.house.guard.state.mode
        assert mode is not None
        seen = [one for one in mode.watches if one.camera_id not in self.house.guard.state.bypassed]
        if not seen:
            return
        watch = seen[0]
        self.events += 1
        event_id = f"thief-{self.events}"
        zones = () if watch.zone is None else (watch.zone,)
        count = len(self.house.told)
        self.hear(Moved(watch.camera_id, event_id, zones, (Kind.PERSON,)))
        self.house.wait(max(one.entry_s for one in mode.watches))
        assert [one for one in self.house.told[count:] if isinstance(one, Alarm)]

    @invariant()
    def is_sound(self) -> None:
        if not hasattr(self, "house"):
            return
        state = self.house.guard.state
        assert (state.mode is None) <= (state.phase in {GuardPhase.DISARMED, GuardPhase.ALARM})
        if state.phase is GuardPhase.DISARMED:
            assert state.mode is None
            assert not state.bypassed
            assert not self.house.guard.losses
        assert (state.phase is GuardPhase.ENTRY) == (state.entered is not None)
        if state.phase in {GuardPhase.ARMING, GuardPhase.ENTRY}:
            assert state.until is not None
        if state.phase is GuardPhase.ALARM:
            assert state.alarm is not None
            assert state.alarm.ended_at is None
        due = deadline(self.house.guard)
        assert due is None or due > self.house.now - 1e-6

    @invariant()
    def is_never_told_what_is_not_so(self) -> None:
        if not hasattr(self, "house"):
            return
        changed = [one.state for one in self.house.told if isinstance(one, GuardChanged)]
        if changed:
            assert changed[-1] == self.house.guard.state


AnyHouse.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestAnyHouse = AnyHouse.TestCase
