"""Which events are the same: recorded ones, those found with one set of settings, and with another. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from gcam_addon.analysis.course import NEAR_S, Course, Found
from gcam_addon.model import Clip, Kind, ReplayedEvent


def compared(clips: Sequence[Clip], now: Course, then: Course) -> tuple[ReplayedEvent, ...]:
    """One row per event, by time. `clips` are by time, too, and hold all that was found."""
    rows = [_row(clips, found, now=True) for found in now.found]
    for found in then.found:
        same = [number for number, row in enumerate(rows) if _touch(row, found.started_at, found.ended_at)]
        for number in same:
            rows[number] = _also(rows[number], found)
        if not same:
            rows.append(_row(clips, found, then=True))
    for clip_id, at in _recorded(clips):
        same = [number for number, row in enumerate(rows) if _touch(row, at, at)]
        for number in same:
            rows[number] = replace(rows[number], recorded=True)
        if not same:
            rows.append(ReplayedEvent(clip_id, at, at, recorded=True, now=False, then=False))
    explained = (_explained(row, now, then) for row in rows)
    return tuple(sorted(explained, key=lambda row: row.started_at))


def _also(row: ReplayedEvent, found: Found) -> ReplayedEvent:
    """Found with the other settings, too; where it falls apart, what was named in any part of it counts."""
    known = [kind for kind in row.what_then or () if kind is not Kind.UNNAMED]
    what = tuple(dict.fromkeys((*known, *(found.what or ())))) or row.what_then
    if what is not None and len(what) > 1:
        what = tuple(kind for kind in what if kind is not Kind.UNNAMED)
    return replace(row, then=True, what_then=what)


def _explained(row: ReplayedEvent, now: Course, then: Course) -> ReplayedEvent:
    """With the reason why one of the two does not find it."""
    if row.now == row.then:
        return row
    why = (then if row.now else now).why_not(row.started_at, row.ended_at)
    return replace(row, why=why)


def _row(clips: Sequence[Clip], found: Found, *, now: bool = False, then: bool = False) -> ReplayedEvent:
    place = bisect_right(clips, found.started_at, key=lambda clip: clip.started_at) - 1
    return ReplayedEvent(
        clip_id=clips[max(0, place)].id,
        started_at=found.started_at,
        ended_at=found.ended_at,
        recorded=False,
        now=now,
        then=then,
        peak=found.peak,
        reason=found.reason,
        zones=found.zones,
        what_now=found.what if now else None,
        what_then=found.what if then else None,
    )


def _recorded(clips: Sequence[Clip]) -> list[tuple[str, float]]:
    """(clip, beginning) of the events that were noticed when they happened; an event's id tells when."""
    found: dict[str, tuple[str, float]] = {}
    for clip in clips:
        for event_id in clip.event_ids:
            milliseconds = event_id.rpartition("-")[2]
            if milliseconds.isdigit():
                found.setdefault(event_id, (clip.id, int(milliseconds) / 1000))
    return list(found.values())


def _touch(row: ReplayedEvent, begin: float, end: float) -> bool:
    return row.started_at - NEAR_S <= end and begin <= row.ended_at + NEAR_S
