"""Small connected places that differ from the background: what may be somebody far away, if it moves so.

One picture at a time; knows nothing of what was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from gcam_addon.detectors.zones import Mask
from gcam_addon.model import Region

MOST: Final = 24
"""More spots at once are weather, noise or a new light: none of them can be followed."""
_NEIGHBOURS: Final = np.ones((3, 3), np.uint8)

Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Middle and box in pixels; `area_px` of them differ."""

    x: float
    y: float
    box: Box
    area_px: int

    @property
    def size_px(self) -> int:
        """The longer side of the box."""
        return max(self.box[2], self.box[3])

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies within, or just beside it."""
        left, top, width, height = self.box
        return left - 1 <= x <= left + width and top - 1 <= y <= top + height

    def meets(self, box: Box) -> bool:
        """Whether the boxes have a pixel in common."""
        left, top, width, height = self.box
        return (
            left < box[0] + box[2]
            and box[0] < left + width
            and top < box[1] + box[3]
            and box[1] < top + height
        )

    def region(self, shape: tuple[int, ...]) -> Region:
        """The same, relative to a picture of `shape`."""
        left, top, wide, high = self.box
        height, width = shape[:2]
        share = 100.0 * self.area_px / (width * height)
        return Region(left / width, top / height, wide / width, high / height, share)


def find_spots(weak: Mask, clear: Mask, smallest_px: int) -> tuple[Spot, ...]:
    """Connected places of `weak` in which `clear` has a pixel, or which are twice as large as need be; head
    and legs that nearly touch are one. None where there are more than `MOST`.
    """
    joined = cv2.dilate(weak, _NEIGHBOURS)
    count, labels, stats, middles = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count == 1:
        return ()
    areas = np.bincount(labels[weak > 0], minlength=count)
    cores = np.bincount(labels[clear > 0], minlength=count)
    wanted = (areas >= smallest_px) & ((cores > 0) | (areas >= 2 * smallest_px))
    wanted[0] = False
    chosen = np.flatnonzero(wanted).tolist()
    if len(chosen) > MOST:
        return ()
    height, width = weak.shape
    return tuple(
        Spot(
            middles[k][0].item(),
            middles[k][1].item(),
            _undilated(stats[k].tolist(), width, height),
            int(areas[k]),
        )
        for k in chosen
    )


def box_of(region: Region, shape: tuple[int, ...]) -> Box:
    """A region's box in the pixels of a picture of `shape`."""
    height, width = shape[:2]
    left, top = round(region.x * width), round(region.y * height)
    return left, top, round(region.width * width), round(region.height * height)


def _undilated(row: list[int], width: int, height: int) -> Box:
    """The dilation made it larger by a pixel on each side that is not the picture's edge."""
    left, top, wide, high, _ = row
    right, bottom = left + wide, top + high
    left, top = left + (left > 0), top + (top > 0)
    return left, top, right - (right < width) - left, bottom - (bottom < height) - top
