"""When the sun rises and sets, to a minute or two, by NOAA's equations. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import acos, asin, cos, degrees, radians, sin, tan

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_RISES_AT = cos(radians(90.833))
"""Its upper edge, seen through the air."""


@dataclass(frozen=True, slots=True)
class GeoPlace:
    """Degrees, north and east."""

    latitude: float
    longitude: float


def sunrise(place: GeoPlace, day: date) -> float:
    """Unix time, of the day as the sun of that place has it. Where it does not rise that day it rises and
    sets at noon, where it does not set, at midnight before and after.
    """
    noon, half_day = _noon_and_half_day(place, day)
    return (noon - half_day).timestamp()


def sunset(place: GeoPlace, day: date) -> float:
    noon, half_day = _noon_and_half_day(place, day)
    return (noon + half_day).timestamp()


def _noon_and_half_day(place: GeoPlace, day: date) -> tuple[datetime, timedelta]:
    local_noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(
        hours=place.longitude / 15
    )
    century = (local_noon - _J2000).total_seconds() / 86_400 / 36_525
    declination, equation_min = _sun(century)
    noon = local_noon - timedelta(minutes=equation_min)
    latitude = radians(place.latitude)
    cosine = _RISES_AT / (cos(latitude) * cos(declination)) - tan(latitude) * tan(declination)
    half_day_degrees = degrees(acos(max(-1.0, min(1.0, cosine))))
    return noon, timedelta(minutes=4 * half_day_degrees)


def _sun(century: float) -> tuple[float, float]:
    """Its declination (radians), and by how many minutes a sundial is ahead."""
    length = radians((280.46646 + century * (36_000.76983 + century * 0.0003032)) % 360)
    anomaly = radians(357.52911 + century * (35_999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + sin(3 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * century)
    seen_at = length + radians(centre - 0.00569 - 0.00478 * sin(node))
    tilt = radians(23.4392911 - 0.0130042 * century + 0.00256 * cos(node))
    half = tan(tilt / 2) ** 2
    equation = (
        half * sin(2 * length)
        - 2 * eccentricity * sin(anomaly)
        + 4 * eccentricity * half * sin(anomaly) * cos(2 * length)
        - 0.5 * half**2 * sin(4 * length)
        - 1.25 * eccentricity**2 * sin(2 * anomaly)
    )
    return asin(sin(tilt) * sin(seen_at)), 4 * degrees(equation)
