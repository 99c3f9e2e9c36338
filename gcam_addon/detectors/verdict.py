"""What every detector does with its mask of moved pixels: zones, regions, threshold, reason.

Which pixels moved is the detector's own affair.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from gcam_addon.config.model import DetectionSettings
from gcam_addon.detectors.regions import find_regions, place
from gcam_addon.detectors.zones import Mask, ZoneRaster, rasterise
from gcam_addon.model import Cause, Motion, Region
from gcam_addon.words.reason import Reason, because

NOTHING: Final = because("motion_none")
WARMING: Final = because("motion_warming")
_SMALLEST_SHARE = 0.02
"""Percent below which a region is not worth a mention."""


def area_threshold(sensitivity: int, usual_percent: float) -> float:
    """Percent of the picture a region needs: `usual_percent` at sensitivity 50, a tenth of it at 100 and
    ten times as much near 1, evenly on a logarithmic scale.
    """
    return float(min(50.0, usual_percent * 10.0 ** ((50 - sensitivity) / 50)))


def small_share(sensitivity: int) -> float:
    """How much smaller than the threshold something may be that goes somewhere: ten times from 50 on; who
    asks for less asks for what is large.
    """
    return float(0.1 ** (min(50, sensitivity) / 50))


class Judge:
    """Decides on masks of one camera. `usual_percent`: the threshold at sensitivity 50."""

    def __init__(self, settings: DetectionSettings, usual_percent: float) -> None:
        self._settings = settings
        self._raster: ZoneRaster | None = None
        self._shape: tuple[int, int] = (0, 0)
        self.threshold = area_threshold(settings.sensitivity, usual_percent)
        self.small = self.threshold * small_share(settings.sensitivity)
        """Percent of the picture that something needs to be followed: it counts if it goes somewhere."""

    def quiet(self, cause: Cause, reason: Reason, score: float = 0.0) -> Motion:
        """No motion, and why."""
        return self._still(score, cause, reason)

    def judge(self, moved: Mask) -> Motion:
        """`moved`: 255 where the picture moved. The score is the share of the regions that are large enough,
        or of the largest one where none is.
        """
        raster = self._raster_for(moved.shape)
        counted = moved if raster.counts is None else _both(moved, raster.counts)
        regions = find_regions(counted, _SMALLEST_SHARE)
        if not regions:
            return self._masked(moved) if counted is not moved else self.quiet(Cause.QUIET, NOTHING)
        large = tuple(region for region in regions if region.share >= self.threshold)
        if not large:
            return self._too_small(regions[0].share, regions)
        score = sum(region.share for region in large)
        return self._moving(score, large, self._hit(raster, counted, large))

    def counted(self, moved: Mask) -> Mask:
        """What of `moved` lies where motion counts."""
        raster = self._raster_for(moved.shape)
        return moved if raster.counts is None else _both(moved, raster.counts)

    def along(self, regions: tuple[Region, ...], moved: Mask) -> Motion:
        """`regions` are small, but go somewhere. `moved`: their pixels."""
        raster = self._raster_for(moved.shape)
        score = sum(region.share for region in regions)
        reason = because("motion_along", score=round(score, 2), place=place(regions))
        zones = self._hit(raster, self.counted(moved), regions)
        return replace(self._moving(score, regions, zones), reason=reason)

    def unconfirmed(self, fleeting: Motion) -> Motion:
        """`fleeting` would be motion if it lasted."""
        reason = because("motion_fleeting", why=fleeting.reason)
        return self._still(fleeting.score, Cause.UNCONFIRMED, reason, fleeting.regions)

    def judge_total(self, moved: Mask) -> Motion:
        """Like `judge`, with the share of all moved pixels as the score, connected or not."""
        raster = self._raster_for(moved.shape)
        counted = moved if raster.counts is None else _both(moved, raster.counts)
        score = 100.0 * cv2.countNonZero(counted) / counted.size
        if score < self.threshold:
            return self.judge(moved) if score == 0 else self._too_small(score, find_regions(counted))
        regions = find_regions(counted, _SMALLEST_SHARE) or find_regions(counted)
        return self._moving(score, regions, raster.hit(counted))

    def _too_small(self, score: float, regions: tuple[Region, ...]) -> Motion:
        reason = because("motion_small", score=round(score, 1), place=place(regions))
        return self._still(score, Cause.TOO_SMALL, reason, regions)

    def _still(self, score: float, cause: Cause, reason: Reason, regions: tuple[Region, ...] = ()) -> Motion:
        return Motion(
            moving=False,
            score=round(score, 2),
            threshold=self.threshold,
            cause=cause,
            reason=reason,
            regions=regions,
        )

    def _moving(self, score: float, regions: tuple[Region, ...], zones: tuple[str, ...]) -> Motion:
        return Motion(
            moving=True,
            score=round(score, 2),
            threshold=self.threshold,
            cause=Cause.MOTION,
            reason=because("motion_seen", score=round(score, 1), place=place(regions)),
            regions=regions,
            zones=zones,
        )

    def _masked(self, moved: Mask) -> Motion:
        regions = find_regions(moved, self.threshold)
        if not regions:
            return self.quiet(Cause.QUIET, NOTHING)
        why = because("motion_outside") if self._settings.zones else because("motion_masked")
        return self.quiet(Cause.MASKED, why, regions[0].share)

    def _raster_for(self, shape: tuple[int, ...]) -> ZoneRaster:
        height, width = shape
        if self._raster is None or (height, width) != self._shape:
            self._shape = (height, width)
            self._raster = rasterise(self._settings.zones, self._settings.masks, self._shape)
        return self._raster

    def _hit(self, raster: ZoneRaster, counted: Mask, large: tuple[Region, ...]) -> tuple[str, ...]:
        if not raster.named:
            return ()
        inside = np.zeros_like(counted)
        height, width = counted.shape
        for region in large:
            top, left = round(region.y * height), round(region.x * width)
            box = np.s_[top : top + round(region.height * height), left : left + round(region.width * width)]
            inside[box] = counted[box]
        return raster.hit(inside)


class WarmUp:
    """The first `duration_s` after a start, a reset or a change of the picture's shape."""

    def __init__(self, duration_s: float) -> None:
        self.duration_s = duration_s
        """May be changed: for the next one."""
        self._shape: tuple[int, ...] | None = None
        self._until_s = 0.0

    def begins(self, shape: tuple[int, ...], pts_s: float) -> bool:
        """Whether this picture is the first of its kind."""
        if shape == self._shape:
            return False
        self._shape, self._until_s = shape, pts_s + self.duration_s
        return True

    def lasts(self, pts_s: float) -> bool:
        """Whether it is too early to decide."""
        return pts_s < self._until_s

    def reset(self) -> None:
        self._shape = None


def _both(a: Mask, b: Mask) -> Mask:
    return cv2.bitwise_and(a, b).astype(np.uint8, copy=False)
