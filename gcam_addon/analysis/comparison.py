"""Which events are the same: recorded ones, those found with one set of settings, and with another. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gcam_addon.analysis.replay import Found
from gcam_addon.model import Clip, ReplayedEvent

_NEAR_S: Final = 2.0
"""Events this close to each other are one: other settings see its beginning and end somewhat otherwise."""


def compared(clips: Sequence[Clip], now: Sequence[Found], then: Sequence[Found]) -> tuple[ReplayedEvent, ...]:
    """One row per event, by time. `clips` are by time, too, and hold all that was found."""
    rows = [_row(clips, found, now=True) for found in now]
    for found in then:
        same = [number for number, row in enumerate(rows) if _touch(row, found.started_at, found.ended_at)]
        for number in same:
            rows[number] = replace(rows[number], then=True)
        if not same:
            rows.append(_row(clips, found, then=True))
    for clip_id, at in _recorded(clips):
        same = [number for number, row in enumerate(rows) if _touch(row, at, at)]
        for number in same:
            rows[number] = replace(rows[number], recorded=True)
        if not same:
            rows.append(ReplayedEvent(clip_id, at, at, recorded=True, now=False, then=False))
    return tuple(sorted(rows, key=lambda row: row.started_at))


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
    return row.started_at - _NEAR_S <= end and begin <= row.ended_at + _NEAR_S
