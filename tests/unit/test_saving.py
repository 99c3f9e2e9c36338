"""What `gcam save-events` takes for new, for settled and for wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.errors import ProtocolError
from gcam_addon.saving.happened import CLIP_WITHIN_S, Happened, Wish
from gcam_addon.saving.ledger import Ledger

ENTRY: dict[str, Any] = {
    "id": 7,
    "camera_id": "door",
    "started_at": 1000.0,
    "ended_at": 1010.5,
    "code": None,
    "clip_id": "door-1000000-ab12",
    "picture": True,
    "what": ["person", "animal"],
}
OVER = Happened(1, "door", 100.0, ended_at=110.0, picture=True)
PICTURES, CLIPS = Wish(), Wish(clips=True)


def listed(history: Sequence[Happened], ledger: Ledger) -> list[Happened]:
    """As a visit lists it: newest first, no further than is of interest."""
    seen = []
    for one in sorted(history, key=lambda one: one.id, reverse=True):
        seen.append(one)
        if ledger.knows_all_from(one):
            break
    return seen


def look(ledger: Ledger, *history: Happened, wish: Wish = PICTURES) -> list[int]:
    """The numbers of those that are to be saved now, which they are then."""
    ledger.take(listed(history, ledger), lambda one: wish.is_settled(one, 120.0))
    due = [one.id for one in ledger.due]
    for one in ledger.due:
        ledger.done(one)
    return due


def again(ledger: Ledger) -> Ledger:
    """In the next run."""
    return Ledger.kept(json.loads(json.dumps(ledger.as_json())))


def test_an_entry_is_read() -> None:
    assert Happened.told({**ENTRY, "more": 1}) == Happened(
        7, "door", 1000.0, 1010.5, None, "door-1000000-ab12", True, frozenset({"person", "animal"})
    )
    assert Happened.told({**ENTRY, "ended_at": None, "what": None}).what == frozenset()


@pytest.mark.parametrize(
    "wrong", [{"id": "x"}, {"started_at": None}, {"started_at": "inf"}, {"ended_at": {}}, {"what": 3}]
)
def test_what_can_not_be_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        Happened.told({**ENTRY, **wrong})


def test_kinds_and_what_the_camera_does_not_want_are_left_out() -> None:
    person = replace(OVER, what=frozenset({"person", "animal"}))
    assert Wish(kinds=frozenset({"animal"})).wants(person)
    assert not Wish(kinds=frozenset({"vehicle"})).wants(person)
    assert not Wish(kinds=frozenset({"unnamed"})).wants(OVER), "nobody looked"
    assert Wish().wants(OVER)
    assert not Wish().wants(replace(OVER, code="unwanted"))


def test_a_wish_has_a_name_of_its_own() -> None:
    wishes = [
        Wish(),
        Wish(clips=True),
        Wish(frozenset({"a"})),
        Wish(kinds=frozenset({"a"})),
        Wish(frozenset({"a", "b"})),
    ]
    assert len({wish.key for wish in wishes}) == len(wishes)
    assert Wish(frozenset({"b", "a"})).key == Wish(frozenset({"a", "b"})).key


@pytest.mark.parametrize(
    ("change", "settles_pictures", "settles_clips"),
    [
        ({"ended_at": None}, False, False),
        ({}, True, False),
        ({"clip_id": "c"}, True, True),
        ({"code": "interrupted"}, True, False),
        ({"code": "privacy"}, True, True),
    ],
)
def test_settled_is_what_nothing_more_comes_of(
    change: dict[str, Any], settles_pictures: bool, settles_clips: bool
) -> None:
    one = replace(OVER, **change)
    assert PICTURES.is_settled(one, 120.0) is settles_pictures
    assert CLIPS.is_settled(one, 120.0) is settles_clips
    assert CLIPS.is_settled(one, 110.0 + CLIP_WITHIN_S) is (change != {"ended_at": None})


def test_each_is_saved_once_also_in_the_next_run() -> None:
    ledger = Ledger(0.0)
    second = replace(OVER, id=2, started_at=200.0)
    assert look(ledger, OVER) == [1]
    assert look(ledger, OVER, second) == [2]
    assert look(ledger, OVER, second) == []
    assert look(again(ledger), OVER, second) == []
    assert look(again(ledger), OVER, second, replace(OVER, id=3, started_at=300.0)) == [3]


def test_what_lasts_is_saved_in_the_end_whatever_came_later() -> None:
    ledger = Ledger(0.0)
    lasting = replace(OVER, ended_at=None)
    later = [replace(OVER, id=number, started_at=100.0 * number) for number in range(2, 9)]
    assert look(ledger, lasting, *later) == [8, 7, 6, 5, 4, 3, 2]
    assert ledger.is_waiting
    assert look(again(ledger), OVER, *later) == [1]
    assert look(ledger, OVER, *later) == [1]
    assert not ledger.is_waiting


def test_what_lasted_and_is_gone_is_not_waited_for() -> None:
    ledger = Ledger(0.0)
    later = replace(OVER, id=2, started_at=200.0)
    look(ledger, replace(OVER, ended_at=None), later)
    assert look(ledger, later) == []
    assert not ledger.is_waiting


def test_what_was_not_saved_before_the_end_is_saved_by_the_next_run() -> None:
    ledger = Ledger(0.0)
    ledger.take([OVER], lambda one: True)
    assert look(again(ledger), OVER) == [1]


def test_a_history_that_was_begun_anew_is_new() -> None:
    ledger = Ledger(0.0, newest_id=500, newest_at=90.0)
    assert look(ledger, OVER) == [1]
    assert look(ledger, OVER, replace(OVER, id=2, started_at=200.0)) == [2]


def test_a_number_that_was_free_again_is_new() -> None:
    """The camera of the last one was removed."""
    ledger = Ledger(0.0)
    look(ledger, OVER, replace(OVER, id=2, started_at=200.0))
    assert look(ledger, OVER, replace(OVER, id=2, started_at=300.0)) == [2]


def test_a_clock_that_was_set_back_hides_nothing() -> None:
    ledger = Ledger(0.0)
    ahead = replace(OVER, started_at=9e9, ended_at=9e9)
    back = replace(OVER, id=2)
    assert look(ledger, ahead) == [1]
    assert look(ledger, ahead, back) == [2]
    assert look(ledger, ahead, back) == []


def test_a_clock_that_was_set_back_brings_nothing_twice() -> None:
    """While an earlier one lasts, all since are listed."""
    ledger = Ledger(0.0)
    lasting = replace(OVER, ended_at=None)
    ahead, back = replace(OVER, id=2, started_at=9e9, ended_at=9e9), replace(OVER, id=3)
    assert look(ledger, lasting, ahead, back) == [3, 2]
    assert look(ledger, lasting, ahead, back) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), max_size=30))
def test_whatever_happens_each_is_saved_once(steps: list[tuple[int, bool, bool]]) -> None:
    """Events begin, one of those that last ends, the program is begun anew: in any order."""
    ledger, saved, history = Ledger(0.0), list[int](), dict[int, Happened]()
    for ends, begins, is_restarted in steps:
        if begins:
            number = len(history) + 1
            history[number] = Happened(number, "door", float(number), picture=True)
        lasting = [one for one in history.values() if one.ended_at is None]
        if lasting:
            one = lasting[ends % len(lasting)]
            history[one.id] = replace(one, ended_at=one.started_at)
        saved += look(ledger, *history.values())
        ledger = again(ledger) if is_restarted else ledger
    assert sorted(saved) == [one.id for one in history.values() if one.ended_at is not None]
