"""Zones and masks: polygons in relative coordinates, drawn for the shape of a luma.

Where motion counts, and what a zone that was hit is called; not what moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from gcam_addon.config.model import Zone
from gcam_addon.model import Polygon

Mask = npt.NDArray[np.uint8]
"""Shape (height, width); 255 where true, else 0."""


@dataclass(frozen=True, slots=True)
class ZoneRaster:
    """Zones drawn for one shape. `counts` is None where the whole picture counts."""

    counts: Mask | None
    named: tuple[tuple[str, Mask], ...]

    def hit(self, moved: Mask) -> tuple[str, ...]:
        """Names of the zones in which `moved` has a pixel, in the order of the settings."""
        return tuple(name for name, area in self.named if cv2.countNonZero(cv2.bitwise_and(area, moved)))


def rasterise(zones: Sequence[Zone], masks: Sequence[Polygon], shape: tuple[int, int]) -> ZoneRaster:
    """Draw for `shape` (height, width). With zones only their inside counts; masks are cut out of it."""
    named = tuple((zone.name, _draw([zone.polygon], shape)) for zone in zones)
    if not zones and not masks:
        return ZoneRaster(None, ())
    counts = _draw([zone.polygon for zone in zones], shape) if zones else np.full(shape, 255, np.uint8)
    if masks:
        counts = cv2.bitwise_and(counts, cv2.bitwise_not(_draw(masks, shape))).astype(np.uint8, copy=False)
    return ZoneRaster(counts, named)


def _draw(polygons: Sequence[Polygon], shape: tuple[int, int]) -> Mask:
    """Pixel centres lie at half pixels: a polygon over the left half fills exactly half the columns."""
    height, width = shape
    canvas = np.zeros(shape, np.uint8)
    for polygon in polygons:
        points = np.array(polygon, np.float64) * (width, height) - 0.5
        cv2.fillPoly(canvas, [np.round(points * 16).astype(np.int32)], 255, shift=4)
    return canvas
