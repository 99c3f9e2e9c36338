"""When the guard arms itself: the local clock with its jumps, and the sun."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gcam_addon.guard.schedule import Where, Window, moment_of, next_edge, wanted
from gcam_addon.guard.sun import GeoPlace, sunrise, sunset

BRUSSELS = GeoPlace(50.85, 4.35)
HERE = Where(ZoneInfo("Europe/Brussels"), BRUSSELS)
EVERY_DAY = tuple(range(7))
NIGHT = Window("night", EVERY_DAY, moment_of("22:00"), moment_of("06:00"))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=HERE.timezone).timestamp()


@pytest.mark.parametrize(
    ("moment", "mode"),
    [
        ("2026-11-30T21:59", None),
        ("2026-11-30T22:00", "night"),
        ("2026-12-01T03:00", "night"),
        ("2026-12-01T05:59", "night"),
        ("2026-12-01T06:00", None),
        ("2026-12-01T12:00", None),
    ],
)
def test_a_window_over_midnight_is_one(moment: str, mode: str | None) -> None:
    assert wanted([NIGHT], at(moment), HERE) == mode


def test_a_window_belongs_to_the_day_on_which_it_begins() -> None:
    friday = Window("night", (4,), moment_of("22:00"), moment_of("06:00"))
    assert wanted([friday], at("2026-12-05T05:00"), HERE) == "night"  # a Saturday
    assert wanted([friday], at("2026-12-04T05:00"), HERE) is None


def test_of_two_windows_the_later_one_holds_and_then_the_other_again() -> None:
    windows = [Window("away", EVERY_DAY, moment_of("08:00"), moment_of("18:00")),
               Window("home", EVERY_DAY, moment_of("12:00"), moment_of("13:00"))]  # fmt: skip
    modes = [wanted(windows, at(f"2026-12-01T{hour}:30"), HERE) for hour in (11, 12, 13, 18)]
    assert modes == ["away", "home", "away", None]


@pytest.mark.parametrize(
    ("begin", "edge"),
    [
        ("2026-03-28T12:00", "2026-03-29T03:30+02:00"),  # 02:30 does not exist
        ("2026-10-24T12:00", "2026-10-25T02:30+02:00"),  # 02:30 is there twice
    ],
)
def test_where_the_clock_jumps_it_begins_once(begin: str, edge: str) -> None:
    window = Window("night", EVERY_DAY, moment_of("02:30"), moment_of("05:00"))
    first = next_edge([window], at(begin), HERE)
    assert first == datetime.fromisoformat(edge).timestamp()
    second = next_edge([window], first, HERE)
    assert second == at(f"{edge[:10]}T05:00")


def test_without_windows_nothing_comes() -> None:
    assert next_edge([], at("2026-12-01T12:00"), HERE) is None


@pytest.mark.parametrize(
    ("place", "day", "rises", "sets"),
    [
        (BRUSSELS, "2024-06-21", "03:29", "20:00"),  # Royal Observatory of Belgium: 5:29 and 22:00
        (BRUSSELS, "2024-12-21", "07:41", "15:38"),  # 8:41 and 16:38
        (GeoPlace(0.0, 0.0), "2024-03-20", "06:04", "18:11"),
        (GeoPlace(-33.87, 151.21), "2024-01-01", "18:48", "09:10"),  # Sydney: 5:48 and 20:10
    ],
)
def test_the_sun_is_where_the_almanacs_have_it(place: GeoPlace, day: str, rises: str, sets: str) -> None:
    for found, expected in (
        (sunrise(place, date.fromisoformat(day)), rises),
        (sunset(place, date.fromisoformat(day)), sets),
    ):
        told = datetime.fromtimestamp(found, UTC)
        minutes = told.hour * 60 + told.minute + told.second / 60
        hour, minute = map(int, expected.split(":"))
        assert abs(minutes - hour * 60 - minute) < 3


@pytest.mark.parametrize(("day", "always"), [("2026-06-21", False), ("2026-12-21", True)])
def test_where_the_sun_does_not_rise_it_is_night_all_day_and_never_where_it_does_not_set(
    day: str, always: bool
) -> None:
    north = Where(UTC, GeoPlace(78.2, 15.6))
    dark = Window("night", EVERY_DAY, moment_of("sunset"), moment_of("sunrise"))
    hours = [
        datetime.fromisoformat(f"{day}T{hour:02}:30").replace(tzinfo=UTC).timestamp() for hour in range(24)
    ]
    found = [wanted([dark], hour, north) for hour in hours]
    assert found == ["night" if always else None] * 24


@pytest.mark.parametrize("text", ["00:00", "06:05", "23:59", "sunset", "sunrise-15", "sunset+120"])
def test_a_moment_is_written_as_it_is_read(text: str) -> None:
    assert str(moment_of(text)) == text


@pytest.mark.parametrize("text", ["24:00", "9:00", "noon", "sunset+", "sunset+1000", "", "22:00 "])
def test_what_is_no_moment_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        moment_of(text)
