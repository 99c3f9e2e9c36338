"""Whose turn it is among what waits for one destination, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.alerts.pacing import Part, State, Waiting, lives_s, pause_s, turn
from gcam_addon.model.alerts import Importance, Topic

NOW = 1000.0


def _waiting(letter_id: int, **changes: Any) -> Waiting:
    fields: dict[str, Any] = {
        "rule": "r",
        "camera_id": "door",
        "topic": Topic.MOTION,
        "happening": f"e{letter_id}",
        "part": Part.FIRST,
        "at": NOW + letter_id,
        "importance": Importance.NORMAL,
        "window_s": 60.0,
        "next_at": 0.0,
        "expires_at": NOW + 7200,
    }
    return Waiting(id=letter_id, **(fields | changes))


def _turn(*waiting: Waiting, sent_at: float | None = None, **firsts: State) -> Any:
    last = {} if sent_at is None else {("r", "door"): sent_at}
    return turn(
        waiting,
        NOW,
        sent_last=last,
        first_states={("r", Topic.MOTION, happening): state for happening, state in firsts.items()},
    )


def test_as_it_happened_urgent_ones_first_and_pictures_before_clips() -> None:
    clip = _waiting(1, part=Part.CLIP)
    normal = _waiting(2)
    urgent = _waiting(3, importance=Importance.URGENT)

    assert _turn(clip, normal, urgent).chosen is urgent
    assert _turn(clip, normal).chosen is normal
    assert _turn(clip, e1=State.SENT).chosen is clip


def test_one_too_soon_after_another_that_was_sent_is_swallowed() -> None:
    found = _turn(_waiting(1), sent_at=NOW - 59)

    assert found.chosen is None
    assert found.settled == {1: State.SWALLOWED}
    assert _turn(_waiting(1), sent_at=NOW - 60).chosen is not None


@pytest.mark.parametrize(
    "changes",
    [{"importance": Importance.URGENT}, {"topic": Topic.LOST}, {"camera_id": "garden"}, {"rule": "other"}],
)
def test_alarms_troubles_and_others_pass(changes: dict[str, Any]) -> None:
    assert _turn(_waiting(1, **changes), sent_at=NOW - 1).chosen is not None


def test_a_clock_that_was_set_back_swallows_nothing() -> None:
    assert _turn(_waiting(1), sent_at=NOW + 3600).chosen is not None


def test_what_would_help_nobody_any_more_is_left_out() -> None:
    assert _turn(_waiting(1, expires_at=NOW)).settled == {1: State.EXPIRED}


@pytest.mark.parametrize("fate", [State.SWALLOWED, State.EXPIRED, State.REFUSED])
def test_a_clip_shares_the_fate_of_its_picture(fate: State) -> None:
    assert _turn(_waiting(1, part=Part.CLIP), e1=fate).settled == {1: fate}


def test_a_clip_waits_for_its_picture_that_is_tried_again() -> None:
    first = _waiting(1, happening="e", next_at=NOW + 15)
    clip = _waiting(2, happening="e", part=Part.CLIP)

    found = _turn(first, clip, e=State.WAITING)

    assert found.chosen is None
    assert found.wake_at == NOW + 15


def test_a_picture_that_is_swallowed_takes_its_clip_along_at_once() -> None:
    first, clip = _waiting(1, happening="e"), _waiting(2, happening="e", part=Part.CLIP)

    found = _turn(first, clip, sent_at=NOW - 1, e=State.WAITING)

    assert found.settled == {1: State.SWALLOWED, 2: State.SWALLOWED}


def test_nothing_waits_without_a_time_to_look_again() -> None:
    assert _turn().wake_at is None
    assert _turn(_waiting(1, next_at=NOW + 5)).wake_at == NOW + 5


@given(
    st.lists(
        st.tuples(st.sampled_from(Part), st.sampled_from(Importance), st.floats(0, 3000), st.floats(0, 3000)),
        max_size=8,
    )
)
def test_every_letter_has_its_turn_is_settled_or_has_a_time(
    told: list[tuple[Part, Importance, float, float]],
) -> None:
    waiting = [
        _waiting(n, part=part, importance=importance, next_at=next_at, expires_at=expires_at)
        for n, (part, importance, next_at, expires_at) in enumerate(told)
    ]
    found = _turn(*waiting)

    left = [one for one in waiting if one.id not in found.settled and one is not found.chosen]
    if found.chosen is None and left:
        assert found.wake_at is not None
        assert NOW < found.wake_at <= max(max(one.next_at, one.expires_at) for one in left)


def test_pauses_grow_and_a_server_that_says_when_is_heeded() -> None:
    pauses = [pause_s(n, refused=False, retry_after_s=None, jitter=0) for n in range(1, 8)]

    assert pauses == [5, 15, 60, 300, 900, 900, 900]
    assert pause_s(1, refused=False, retry_after_s=None, jitter=-1) == 4
    assert pause_s(1, refused=True, retry_after_s=None, jitter=0) == 900
    assert pause_s(9, refused=False, retry_after_s=7, jitter=1) == 7
    assert pause_s(1, refused=False, retry_after_s=1e9, jitter=1) == 3600
    assert pause_s(1, refused=False, retry_after_s=0, jitter=1) == 1


def test_an_alarm_helps_for_longer_than_a_motion() -> None:
    assert lives_s(Topic.MOTION, Importance.NORMAL) < lives_s(Topic.MOTION, Importance.URGENT)
    assert lives_s(Topic.STORAGE, Importance.NORMAL) == lives_s(Topic.MOTION, Importance.URGENT)
