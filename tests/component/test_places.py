"""Identifiers of the media source, and the times they stand for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.gcam.media.places import (
    Everything,
    Footage,
    OneClip,
    OneGcam,
    Place,
    is_id,
    parse_place,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("identifier", "place"),
    [
        ("0a1b2c3d", OneGcam("0a1b2c3d")),
        ("0a1b2c3d/cameras", Footage("0a1b2c3d")),
        ("0a1b2c3d/cameras/2026-11-21", Footage("0a1b2c3d", None, DAY)),
        ("0a1b2c3d/cameras/2026-11-21/00", Footage("0a1b2c3d", None, DAY, 0)),
        ("0a1b2c3d/camera/front_door", Footage("0a1b2c3d", "front_door")),
        ("0a1b2c3d/camera/cameras/2026-11-21", Footage("0a1b2c3d", "cameras", DAY)),
        ("0a1b2c3d/camera/clip/2026-11-21/23", Footage("0a1b2c3d", "clip", DAY, 23)),
        ("0a1b2c3d/clip/door-1763687867123-9f3a", OneClip("0a1b2c3d", "door-1763687867123-9f3a")),
    ],
)
def test_an_identifier_is_read_as_it_is_written(identifier: str, place: Place) -> None:
    assert parse_place(identifier) == place
    assert str(place) == identifier


def test_nothing_is_everything() -> None:
    assert parse_place("") == Everything()


@pytest.mark.parametrize(
    "identifier",
    [
        "/",
        "a/",
        "a/clip",
        "a/clip/",
        "a/clip/..",
        "a/clip/b/c",
        "a/camera",
        "a/camera/",
        "a/camera/../2026-11-21",
        "a/camera/door/20261121",
        "a/camera/door/2026-W47-6",
        "a/camera/door/2026-13-01",
        "a/camera/door/today",
        "a/camera/door/2026-11-21/24",
        "a/camera/door/2026-11-21/7",
        "a/camera/door/2026-11-21/14/30",
        "a/cameras/2026-11-21/xx",
        "a/somewhere",
        "é",
        "a b",
    ],
)
def test_what_is_no_place(identifier: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_place(identifier)


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "a%2fb", "a b", "a\n", "x" * 201, "../../system"])
def test_what_is_no_id(text: str) -> None:
    assert not is_id(text)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 11, 21), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
def test_a_day_lasts_as_long_as_the_clock_says(day: date, hours: int) -> None:
    bounds = Footage("a", "door", day).bounds(BRUSSELS)
    assert bounds is not None
    first, last = (moment.astimezone(UTC) for moment in bounds)
    assert last - first == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "hour", "began", "length_h"),
    [
        (DAY, 14, datetime(2026, 11, 21, 13, tzinfo=UTC), 1),
        (DAY, 23, datetime(2026, 11, 21, 22, tzinfo=UTC), 1),
        (date(2026, 10, 25), 2, datetime(2026, 10, 25, 0, tzinfo=UTC), 2),
        (date(2026, 3, 29), 2, datetime(2026, 3, 29, 1, tzinfo=UTC), 0),
    ],
)
def test_an_hour_that_comes_twice_is_shown_once(day: date, hour: int, began: datetime, length_h: int) -> None:
    bounds = Footage("a", "door", day, hour).bounds(BRUSSELS)
    assert bounds is not None
    first, last = (moment.astimezone(UTC) for moment in bounds)
    assert first == began
    assert last - first == timedelta(hours=length_h)


def test_a_camera_has_no_bounds() -> None:
    assert Footage("a", "door").bounds(BRUSSELS) is None
