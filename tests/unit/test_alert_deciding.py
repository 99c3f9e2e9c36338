"""What is told, by which rule: once, when the rule says, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gcam_addon.alerts.deciding import Decider, Tiding
from gcam_addon.config.alert_model import (
    AlertRule,
    AlertSettings,
    ChannelKind,
    Destination,
    QuietHours,
    Snooze,
    WebhookSettings,
)
from gcam_addon.model import (
    Box,
    CameraChanged,
    CameraRemoved,
    CameraState,
    DutyChanged,
    DutyState,
    DutyStatus,
    Event,
    Kind,
    MotionNamed,
    Named,
    NoRecording,
    Status,
    Storage,
    StorageChanged,
)
from gcam_addon.model.alerts import Importance, NewPlace, Topic
from gcam_addon.model.guard import Alarm, AlarmCause, AlarmKind, Doer, UnderDuress, Via
from tests.support.events import BEGAN_AT, JPEG, motion_ended, motion_started

HOOK = Destination("hook", "Hook", ChannelKind.WEBHOOK, WebhookSettings("http://127.0.0.1/"))
MAIL = replace(HOOK, id="mail", name="Mail")


def _rule(**changes: Any) -> AlertRule:
    fields: dict[str, Any] = {"id": "r", "name": "R", "topics": frozenset({Topic.MOTION}), "to": ("hook",)}
    return AlertRule(**(fields | changes))


def _decider(
    *rules: AlertRule,
    destinations: tuple[Destination, ...] = (HOOK, MAIL),
    mode: str | None = None,
    snoozes: tuple[Snooze, ...] = (),
) -> Decider:
    return Decider(AlertSettings(destinations, rules, snoozes=snoozes), str.capitalize, lambda: mode)


def _told(decider: Decider, *events: Event, now: float = BEGAN_AT) -> list[Tiding]:
    return [tiding for event in events for tiding in decider.take(event, now)]


def _named(*kinds: Kind) -> MotionNamed:
    named = tuple(Named(kind, 80.0, Box(0.1, 0.1, 0.2, 0.2)) for kind in kinds)
    return MotionNamed("door", "e1", 1.5, BEGAN_AT, named, JPEG + b"closer")


def _seen(*kinds: Kind) -> dict[str, Any]:
    return {"named": tuple(Named(kind, 80.0, Box(0.1, 0.1, 0.2, 0.2)) for kind in kinds)}


def _state(status: Status, **more: Any) -> CameraChanged:
    return CameraChanged(CameraState("door", "Door", status, BEGAN_AT, **more))


def _disk(problem: str | None) -> StorageChanged:
    return StorageChanged(Storage(100, 10, 5, 1, problem=problem))


def test_motion_is_told_at_once_and_once_with_its_picture() -> None:
    decider = _decider(_rule())

    (told,) = _told(decider, motion_started(), _named(Kind.PERSON), motion_ended())

    assert (told.topic, told.happening, told.at) == (Topic.MOTION, "e1", BEGAN_AT)
    assert (told.camera_id, told.name, told.zones) == ("door", "Door", ("path",))
    assert told.picture == JPEG


def test_a_rule_for_persons_waits_for_their_name() -> None:
    decider = _decider(_rule(kinds=frozenset({Kind.PERSON})))

    assert _told(decider, motion_started(), _named(Kind.ANIMAL)) == []
    (told,) = _told(decider, _named(Kind.PERSON, Kind.ANIMAL))

    assert told.kinds == (Kind.PERSON, Kind.ANIMAL)
    assert told.picture == JPEG + b"closer"
    assert _told(decider, _named(Kind.PERSON), motion_ended(**_seen(Kind.PERSON))) == []


def test_what_is_named_at_its_end_is_told_then() -> None:
    decider = _decider(_rule(kinds=frozenset({Kind.VEHICLE})))

    assert len(_told(decider, motion_started(), motion_ended(**_seen(Kind.VEHICLE)))) == 1


@pytest.mark.parametrize(("kinds", "count"), [({Kind.UNNAMED}, 1), ({Kind.PERSON}, 0)])
def test_what_nobody_could_name_is_unnamed_at_its_end(kinds: set[Kind], count: int) -> None:
    decider = _decider(_rule(kinds=frozenset(kinds)))

    assert len(_told(decider, motion_started(), motion_ended())) == count


def test_what_is_not_wanted_as_an_event_is_not_told_at_its_end() -> None:
    decider = _decider(_rule(kinds=frozenset({Kind.ANIMAL})))

    assert _told(decider, motion_started(), motion_ended(unwanted=True, **_seen(Kind.ANIMAL))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"enabled": False},
        {"cameras": frozenset({"garden"})},
        {"zones": frozenset({"gate"})},
        {"topics": frozenset({Topic.STORAGE})},
        {"to": ("gone",)},
    ],
)
def test_a_rule_that_does_not_fit_says_nothing(changes: dict[str, Any]) -> None:
    assert _told(_decider(_rule(**changes)), motion_started(), motion_ended()) == []


def test_a_zone_that_is_entered_later_counts_at_the_end() -> None:
    decider = _decider(_rule(zones=frozenset({"gate"})))

    assert len(_told(decider, motion_started(), motion_ended(zones=("path", "gate")))) == 1


def test_a_destination_that_is_off_is_told_nothing_and_others_are() -> None:
    decider = _decider(_rule(to=("hook", "mail")), destinations=(replace(HOOK, enabled=False), MAIL))

    (told,) = _told(decider, motion_started())

    assert told.rule.to == ("mail",)


def test_without_pictures_none_leaves() -> None:
    (told,) = _told(_decider(_rule(picture=False)), motion_started())

    assert told.picture == b""


def test_a_camera_is_told_to_be_away_after_so_long_and_to_be_back() -> None:
    decider = _decider(_rule(topics=frozenset({Topic.LOST}), lost_after_s=60))

    assert _told(decider, _state(Status.RECONNECTING, problem="no route")) == []
    assert list(decider.due(BEGAN_AT + 59)) == []
    (away,) = decider.due(BEGAN_AT + 60)
    assert list(decider.due(BEGAN_AT + 61)) == []
    (back,) = _told(decider, _state(Status.CONNECTED), now=BEGAN_AT + 100)

    assert (away.topic, away.at, away.over, away.reason) == (Topic.LOST, BEGAN_AT, False, "no route")
    assert (back.happening, back.over, back.since, back.at) == (
        away.happening,
        True,
        BEGAN_AT,
        BEGAN_AT + 100,
    )


def test_a_blip_is_not_told() -> None:
    decider = _decider(_rule(topics=frozenset({Topic.LOST}), lost_after_s=60))

    assert _told(decider, _state(Status.RECONNECTING), _state(Status.CONNECTED)) == []
    assert list(decider.due(BEGAN_AT + 1000)) == []


@pytest.mark.parametrize("status", [Status.DISABLED, Status.PRIVACY])
def test_a_camera_that_is_off_by_will_is_not_away(status: Status) -> None:
    decider = _decider(_rule(topics=frozenset({Topic.LOST})))

    _told(decider, _state(Status.RECONNECTING), _state(status))

    assert list(decider.due(BEGAN_AT + 10_000)) == []


def test_a_camera_that_is_removed_is_not_away() -> None:
    decider = _decider(_rule(topics=frozenset({Topic.LOST})))

    _told(decider, _state(Status.LOST), CameraRemoved("door"))

    assert list(decider.due(BEGAN_AT + 10_000)) == []


def test_nothing_recorded_is_told_where_nobody_wants_it_so() -> None:
    decider = _decider(_rule(topics=frozenset({Topic.NOT_RECORDING})))
    bad = {"no_recording_reason": "the disk is full", "no_recording_code": "storage_full"}

    assert _told(decider, _state(Status.CONNECTED, no_recording_code=NoRecording.RECORDING_OFF)) == []
    (told,) = _told(decider, _state(Status.CONNECTED, **bad), _state(Status.CONNECTED, **bad))
    (over,) = _told(decider, _state(Status.CONNECTED))

    assert (told.reason, over.over) == ("the disk is full", True)


def test_the_disk_and_a_part_that_failed_are_told_and_that_they_work_again() -> None:
    decider = _decider(_rule(topics=frozenset({Topic.STORAGE, Topic.SYSTEM})))
    failed, mended = (
        DutyChanged(DutyState("x", status, 1, problem="broken"))
        for status in (DutyStatus.FAILED, DutyStatus.RUNNING)
    )

    told = _told(decider, _disk("full"), _disk("full"), _disk(None), failed, mended)

    assert [(one.topic, one.over) for one in told] == [
        (Topic.STORAGE, False),
        (Topic.STORAGE, True),
        (Topic.SYSTEM, False),
        (Topic.SYSTEM, True),
    ]


def test_that_alerts_do_not_get_through_is_told_elsewhere_only() -> None:
    decider = _decider(_rule(topics=frozenset({Topic.CHANNEL, Topic.LOST}), to=("hook", "mail")))
    _told(decider, _state(Status.LOST))

    (told,) = decider.channel_fails("hook", "Hook", "no route", BEGAN_AT + 1000)
    (over,) = decider.channel_fails("hook", "Hook", "", BEGAN_AT + 1001)

    assert (told.rule.to, told.name, over.over) == (("mail",), "Hook", True)


@pytest.mark.parametrize(("mode", "told"), [("away", ["always", "armed"]), (None, ["always"])])
def test_a_sign_in_is_told_by_the_rules_that_want_it(mode: str | None, told: list[str]) -> None:
    doors = frozenset({Topic.SIGN_IN})
    rules = [_rule(id="always", topics=doors), _rule(id="armed", topics=doors, armed=True), _rule(id="not")]
    decider = _decider(*rules, mode=mode)
    place = NewPlace("s1", "Ada", BEGAN_AT, "203.0.113.9", is_device_new=True, is_address_new=False)

    tidings = list(decider.sign_in(place))

    assert [tiding.rule.id for tiding in tidings] == told
    assert {(one.happening, one.name, one.camera_id) for one in tidings} == {("sign_in:s1", "Ada", None)}


def test_new_rules_count_at_once_and_know_what_lasts() -> None:
    decider = _decider()
    _told(decider, _state(Status.LOST))

    decider.obey(AlertSettings((HOOK,), (_rule(topics=frozenset({Topic.LOST})),)))

    assert len(list(decider.due(BEGAN_AT + 300))) == 1


def test_events_that_never_end_are_not_kept_without_end() -> None:
    decider = _decider(_rule(kinds=frozenset({Kind.UNNAMED})))

    _told(decider, *(motion_started(event_id=f"e{n}") for n in range(3000)))

    assert _told(decider, motion_ended(event_id="e0")) == []
    assert len(_told(decider, motion_ended(event_id="e2999"))) == 1


def test_urgent_is_what_a_rule_says() -> None:
    (told,) = _told(_decider(_rule(importance=Importance.URGENT)), motion_started())

    assert told.rule.importance is Importance.URGENT


@pytest.mark.parametrize(
    ("mode", "modes", "told"),
    [(None, (), 0), ("away", (), 1), ("away", ("night",), 0), ("night", ("night", "away"), 1)],
)
def test_a_rule_for_while_it_is_armed(mode: str | None, modes: tuple[str, ...], told: int) -> None:
    decider = _decider(_rule(armed=True, modes=frozenset(modes)), mode=mode)

    assert len(_told(decider, motion_started())) == told


@pytest.mark.parametrize(
    ("snooze", "told"),
    [
        (Snooze(BEGAN_AT + 1), 0),
        (Snooze(BEGAN_AT + 1, "door"), 0),
        (Snooze(BEGAN_AT + 1, "garden"), 1),
        (Snooze(BEGAN_AT), 1),
    ],
)
def test_who_wants_peace_from_a_camera_has_it_until_then(snooze: Snooze, told: int) -> None:
    decider = _decider(_rule(importance=Importance.URGENT), snoozes=(snooze,))

    assert len(_told(decider, motion_started())) == told


def test_a_loss_that_outlasts_the_peace_is_told_then_and_an_alarm_at_once() -> None:
    rule = _rule(topics=frozenset({Topic.LOST, Topic.ALARM}), lost_after_s=10)
    decider = _decider(rule, snoozes=(Snooze(BEGAN_AT + 100, "door"),))
    lost = _state(Status.RECONNECTING)
    cause = AlarmCause(AlarmKind.MOTION, BEGAN_AT, camera_id="door", event_id="e1")

    assert _told(decider, lost) == list(decider.due(BEGAN_AT + 99)) == []
    assert [one.topic for one in _told(decider, Alarm("a", cause, is_new=True))] == [Topic.ALARM]
    assert [one.topic for one in decider.due(BEGAN_AT + 100)] == [Topic.LOST]


@pytest.mark.parametrize(
    ("start", "end", "held", "free"),
    [
        ("22:00", "06:30", ("22:00", "23:59", "00:00", "06:29"), ("06:30", "12:00", "21:59")),
        ("12:00", "14:00", ("12:00", "13:59"), ("14:00", "11:59", "00:00")),
        ("08:00", "08:00", (), ("08:00", "07:59")),
    ],
)
def test_quiet_hours_go_over_midnight_too(
    start: str, end: str, held: tuple[str, ...], free: tuple[str, ...]
) -> None:
    hours = QuietHours(start, end)

    assert [hours.hold(one) for one in held] == [True] * len(held)
    assert [hours.hold(one) for one in free] == [False] * len(free)


@pytest.mark.parametrize("modes", [frozenset[str](), frozenset({"night"})])
def test_who_was_made_to_disarm_is_told_of_though_it_is_disarmed_by_then(modes: frozenset[str]) -> None:
    decider = _decider(_rule(topics=frozenset({Topic.ALARM}), armed=True, modes=modes), mode=None)

    (told,) = _told(decider, UnderDuress(BEGAN_AT, Doer("Anna", Via.PAGE)))

    assert (told.topic, told.is_urgent, told.reason) == (Topic.ALARM, True, "somebody was made to disarm")
