"""When the guard arms itself: windows of weekdays, as the local clock or the sun has it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from gcam_addon.guard.sun import GeoPlace, sunrise, sunset


class Light(StrEnum):
    SUNRISE = "sunrise"
    SUNSET = "sunset"


@dataclass(frozen=True, slots=True)
class Moment:
    """Of a day: minutes since midnight, or (`light`) since the sun rose or set."""

    minutes: int
    light: Light | None = None

    def __str__(self) -> str:
        if self.light is None:
            return f"{self.minutes // 60:02}:{self.minutes % 60:02}"
        return f"{self.light}{self.minutes:+}" if self.minutes else str(self.light)


MOMENT = r"([01][0-9]|2[0-3]):[0-5][0-9]|(sunrise|sunset)([+-][0-9]{1,3})?"


def moment_of(text: str) -> Moment:
    """`22:30`, `sunset`, `sunrise-15`. ValueError."""
    if not re.fullmatch(MOMENT, text):
        raise ValueError(text)
    if text[0].isdigit():
        return Moment(int(text[:2]) * 60 + int(text[3:]))
    light = Light.SUNRISE if text.startswith(Light.SUNRISE) else Light.SUNSET
    return Moment(int(text[len(light) :] or 0), light)


@dataclass(frozen=True, slots=True)
class Window:
    """Armed from `begin` on those days (0 is Monday) until the next `end`, which may be the day after."""

    mode_id: str
    days: tuple[int, ...]
    begin: Moment
    end: Moment


@dataclass(frozen=True, slots=True)
class Where:
    """Whose local time it is, and whose sun."""

    timezone: tzinfo
    place: GeoPlace | None = None


def wanted(windows: Sequence[Window], at: float, where: Where) -> str | None:
    """The id of the mode that is to be armed then: of several windows that of the one begun last."""
    spans = [span for span in _spans(windows, at, where) if span.begin <= at < span.end]
    return max(spans, key=lambda span: span.begin).mode_id if spans else None


def next_edge(windows: Sequence[Window], after: float, where: Where) -> float | None:
    """When a window begins or ends next."""
    edges = [
        edge for span in _spans(windows, after, where) for edge in (span.begin, span.end) if edge > after
    ]
    return min(edges, default=None)


@dataclass(frozen=True, slots=True)
class _Span:
    mode_id: str
    begin: float
    end: float


def _spans(windows: Sequence[Window], around: float, where: Where) -> Iterator[_Span]:
    """Those of the days around, a week ahead."""
    today = datetime.fromtimestamp(around, where.timezone).date()
    for offset in range(-2, 9):
        day = today + timedelta(days=offset)
        for window in windows:
            if day.weekday() in window.days:
                begin, end = _at(window.begin, day, where), _at(window.end, day, where)
                if end <= begin:
                    end = _at(window.end, day + timedelta(days=1), where)
                yield _Span(window.mode_id, begin, end)


def _at(moment: Moment, day: date, where: Where) -> float:
    """A time that the clock leaves out is as much later as it jumps; one that comes twice is its first."""
    if moment.light is None or where.place is None:
        clock = time(moment.minutes // 60, moment.minutes % 60, tzinfo=where.timezone)
        return datetime.combine(day, clock).timestamp()
    event = sunrise if moment.light is Light.SUNRISE else sunset
    return event(where.place, day) + moment.minutes * 60
