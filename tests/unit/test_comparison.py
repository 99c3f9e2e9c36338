"""Which events are the same: `gcam_addon.analysis.comparison`."""

from __future__ import annotations

from gcam_addon.analysis.comparison import compared
from gcam_addon.analysis.replay import Found
from gcam_addon.model import Clip, ReplayedEvent
from tests.support.fakes import make_camera
from tests.support.web_fakes import make_clip

DOOR = make_camera("door")


def clip(clip_id: str, started_at: float, *recorded: float) -> Clip:
    ids = tuple(f"door-{int(at * 1000):013d}" for at in recorded)
    return make_clip(clip_id, DOOR, started_at, ended_at=started_at + 60, event_ids=ids)


def found(begin: float, end: float) -> Found:
    return Found(begin, end, 3.0, "3.0 % of the picture moved", ("porch",))


def verdicts(rows: tuple[ReplayedEvent, ...]) -> list[tuple[str, float, bool, bool, bool]]:
    return [(row.clip_id, row.started_at, row.recorded, row.now, row.then) for row in rows]


CLIPS = [clip("a", 1000.0, 1005.2), clip("b", 2000.0, 2005.0, 2030.0)]


def test_events_stay_go_and_come() -> None:
    rows = compared(
        CLIPS,
        now=[found(1005, 1009), found(2005, 2010)],
        then=[found(1005.4, 1009), found(2050, 2052)],
    )
    assert verdicts(rows) == [
        ("a", 1005, True, True, True),
        ("b", 2005, True, True, False),
        ("b", 2030, True, False, False),  # neither finds it again: nothing can be said
        ("b", 2050, False, False, True),
    ]
    assert rows[0].zones == ("porch",)


def test_one_that_falls_apart_is_still_the_same() -> None:
    rows = compared(CLIPS, now=[found(1005, 1025)], then=[found(1005, 1008), found(1020, 1024)])
    assert verdicts(rows)[0] == ("a", 1005, True, True, True)
    assert not any(row.then and not row.now for row in rows)


def test_two_that_grow_together_are_both_kept() -> None:
    rows = compared(CLIPS[:1], now=[found(1005, 1008), found(1020, 1024)], then=[found(1005, 1025)])
    assert [(row.now, row.then) for row in rows] == [(True, True), (True, True)]


def test_an_event_over_two_clips_is_one() -> None:
    both = [clip("a", 1000.0, 1055.0), clip("b", 1060.0, 1055.0)]
    rows = compared(both, now=[found(1055, 1070)], then=[])
    assert verdicts(rows) == [("a", 1055, True, True, False)]


def test_nothing_is_nothing() -> None:
    assert compared([make_clip("m", DOOR, 1.0, event_ids=("made-by-hand",))], [], []) == ()
