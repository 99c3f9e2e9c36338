"""Which events are the same: `gcam_addon.analysis.comparison`."""

from __future__ import annotations

from dataclasses import replace

from gcam_addon.analysis.comparison import compared
from gcam_addon.analysis.course import Course, Found, Glance
from gcam_addon.model import Clip, Kind, ReplayedEvent
from tests.support.fakes import make_camera
from tests.support.web_fakes import make_clip

DOOR = make_camera("door")


def clip(clip_id: str, started_at: float, *recorded: float) -> Clip:
    ids = tuple(f"door-{int(at * 1000):013d}" for at in recorded)
    return make_clip(clip_id, DOOR, started_at, ended_at=started_at + 60, event_ids=ids)


def found(begin: float, end: float) -> Found:
    return Found(begin, end, 3.0, "3.0 % of the picture moved", ("porch",))


def test_what_only_one_finds_says_why_the_other_does_not_and_what_it_was() -> None:
    cat = replace(found(1005, 1009), what=(Kind.ANIMAL,))
    masked = Glance(2006.0, False, 4.0, "under a mask")
    (first, second, third) = compared(
        CLIPS,
        now=Course([cat, found(2005, 2010), found(2030, 2031)]),
        then=Course([], unwanted=[cat], glances=[masked, Glance(2007.0, False, 0.1, "small")]),
    )
    assert (first.why, first.what_now, first.what_then) == (
        "It was taken for: an animal. By these settings that makes no event.",
        (Kind.ANIMAL,),
        None,
    )
    assert second.why == "under a mask", "the strongest that was seen about then"
    assert third.why == "Nothing would be seen to move."
    (off,) = compared(CLIPS[:1], now=Course([cat]), then=Course(enabled=False))
    assert off.why == "Detection would be off."
    short = Course(glances=[Glance(1006.0, True, 2.0, "moved")])
    (comes,) = compared(CLIPS[:1], now=short, then=Course([cat]))
    assert (comes.why, comes.what_then) == ("It would not be seen to move for long enough.", (Kind.ANIMAL,))
    (stays,) = compared(CLIPS[:1], now=Course([cat]), then=Course([cat]))
    assert (stays.why, stays.what_now, stays.what_then) == ("", (Kind.ANIMAL,), (Kind.ANIMAL,))


def test_of_one_that_falls_apart_what_was_named_in_any_part_counts() -> None:
    nobody, person = found(1005, 1008), replace(found(1020, 1024), what=(Kind.PERSON,))
    (row,) = compared(
        CLIPS[:1],
        now=Course([found(1005, 1025)]),
        then=Course([replace(nobody, what=(Kind.UNNAMED,)), person]),
    )
    assert row.what_then == (Kind.PERSON,)


def verdicts(rows: tuple[ReplayedEvent, ...]) -> list[tuple[str, float, bool, bool, bool]]:
    return [(row.clip_id, row.started_at, row.recorded, row.now, row.then) for row in rows]


CLIPS = [clip("a", 1000.0, 1005.2), clip("b", 2000.0, 2005.0, 2030.0)]


def test_events_stay_go_and_come() -> None:
    rows = compared(
        CLIPS,
        now=Course([found(1005, 1009), found(2005, 2010)]),
        then=Course([found(1005.4, 1009), found(2050, 2052)]),
    )
    assert verdicts(rows) == [
        ("a", 1005, True, True, True),
        ("b", 2005, True, True, False),
        ("b", 2030, True, False, False),  # neither finds it again: nothing can be said
        ("b", 2050, False, False, True),
    ]
    assert rows[0].zones == ("porch",)


def test_one_that_falls_apart_is_still_the_same() -> None:
    rows = compared(
        CLIPS, now=Course([found(1005, 1025)]), then=Course([found(1005, 1008), found(1020, 1024)])
    )
    assert verdicts(rows)[0] == ("a", 1005, True, True, True)
    assert not any(row.then and not row.now for row in rows)


def test_two_that_grow_together_are_both_kept() -> None:
    rows = compared(
        CLIPS[:1], now=Course([found(1005, 1008), found(1020, 1024)]), then=Course([found(1005, 1025)])
    )
    assert [(row.now, row.then) for row in rows] == [(True, True), (True, True)]


def test_an_event_over_two_clips_is_one() -> None:
    both = [clip("a", 1000.0, 1055.0), clip("b", 1060.0, 1055.0)]
    rows = compared(both, now=Course([found(1055, 1070)]), then=Course([]))
    assert verdicts(rows) == [("a", 1055, True, True, False)]


def test_nothing_is_nothing() -> None:
    assert compared([make_clip("m", DOOR, 1.0, event_ids=("made-by-hand",))], Course(), Course()) == ()
