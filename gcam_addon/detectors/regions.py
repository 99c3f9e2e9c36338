"""From a mask of moved pixels to connected regions in percent of the picture, and to words for where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2

from gcam_addon.detectors.zones import Mask
from gcam_addon.model import Region
from gcam_addon.words.reason import Reason, because

MOST_REGIONS = 16


def find_regions(moved: Mask, smallest_share: float = 0.0) -> tuple[Region, ...]:
    """Connected regions of at least `smallest_share` percent, largest first, at most `MOST_REGIONS`."""
    if not moved.any():
        return ()
    height, width = moved.shape
    percent_per_px = 100.0 / (height * width)
    _, _, stats, _ = cv2.connectedComponentsWithStats(moved, connectivity=8)
    rows = sorted((row for row in stats[1:].tolist()), key=lambda row: -row[cv2.CC_STAT_AREA])
    return tuple(
        Region(left / width, top / height, w / width, h / height, area * percent_per_px)
        for left, top, w, h, area in rows[:MOST_REGIONS]
        if area * percent_per_px >= smallest_share
    )


def place(regions: Sequence[Region]) -> Reason:
    """Where the largest region lies, such as `bottom left`, or `all over the picture`."""
    first = regions[0]
    if first.width > 0.75 and first.height > 0.75:
        return because("whole_picture")
    return _PLACES[_third(first.y + first.height / 2)][_third(first.x + first.width / 2)]


_PLACES: Final = (
    (because("top_left"), because("at_the_top"), because("top_right")),
    (because("at_the_left"), because("in_the_middle"), because("at_the_right")),
    (because("bottom_left"), because("at_the_bottom"), because("bottom_right")),
)


def _third(centre: float) -> int:
    return min(2, int(centre * 3))
