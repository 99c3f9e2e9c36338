"""What waits to be written is bounded, and keeps what matters."""

from __future__ import annotations

from dataclasses import replace

from gcam_addon.history.backlog import MOST_CHANGES, MOST_PICTURE_BYTES, Backlog
from gcam_addon.history.chronicle import Change, Entry, Filmed, Kind, Line

MEGABYTE = bytes(1024 * 1024)


def line(key: str, jpeg: bytes = b"", score: float = 0.0) -> Line:
    return Line(Entry(key, Kind.MOTION, "door", "Door", 1.0, score=score), jpeg)


def filled(*changes: Change) -> Backlog:
    backlog = Backlog()
    for change in changes:
        backlog.add(change)
    return backlog


def test_changes_wait_in_order() -> None:
    changes = [line("a"), Filmed(("a",), "clip"), line("b")]
    backlog = filled(*changes)
    assert backlog.take() == changes
    assert not backlog


def test_of_a_line_the_newest_waits_with_the_picture_it_has() -> None:
    (change,) = filled(line("a", b"picture"), line("a", score=9.0)).take()
    assert change == line("a", b"picture", 9.0)


def test_where_it_moved_is_that_of_the_newest_that_knows() -> None:
    begun, over = replace(line("a"), cells=1), replace(line("a"), cells=3)
    assert filled(begun, over).take() == [over]
    assert filled(begun, line("a", score=9.0)).take() == [replace(line("a", score=9.0), cells=1)]


def test_however_large_the_pictures_are_they_are_bounded_and_the_oldest_go_first() -> None:
    backlog = filled(*(line(str(number), MEGABYTE) for number in range(100)))
    waiting = [change for change in backlog.take() if isinstance(change, Line)]
    assert len(waiting) == 100
    assert backlog.lost == 0
    assert sum(len(change.jpeg) for change in waiting) <= MOST_PICTURE_BYTES
    kept = [change.entry.key for change in waiting if change.jpeg]
    assert kept == [str(number) for number in range(84, 100)]


def test_pictures_that_were_taken_or_replaced_take_no_room() -> None:
    backlog = filled(*(line("a", MEGABYTE) for _ in range(50)))
    backlog.take()
    backlog.put_back([line(str(number), MEGABYTE) for number in range(16)])
    assert all(change.jpeg for change in backlog.take() if isinstance(change, Line))


def test_too_many_changes_lose_the_oldest_and_count_them() -> None:
    backlog = filled(*(line(str(number)) for number in range(MOST_CHANGES + 3)))
    assert backlog.lost == 3
    assert backlog.take()[0] == line("3")


def test_what_is_put_back_comes_before_what_came_since_and_replaces_nothing_newer() -> None:
    backlog = filled(line("a", b"picture"), line("b"))
    taken = backlog.take()
    backlog.add(line("c"))
    backlog.add(line("a", score=9.0))
    backlog.put_back(taken)
    assert backlog.take() == [line("a", b"picture", 9.0), line("b"), line("c")]
