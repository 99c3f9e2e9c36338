"""Where something lies in a picture, and how large pictures are."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
"""(x, y), relative."""

Polygon = tuple[Point, ...]
"""Three or more points, closed implicitly."""


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Region:
    """A connected part of the picture that moved: its bounding box and its share of the picture."""

    x: float
    y: float
    width: float
    height: float
    share: float
