"""One brightness for the whole picture: gain and offset between background and picture, fitted robustly.

Clouds over everything, auto exposure hunting after a car, a board that changes its gain: all of these
multiply and shift every pixel alike. What changed only in places is `structure`'s affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from gcam_addon.detectors.planes import Plane
from gcam_addon.interfaces import Luma

Samples = np.ndarray[tuple[int], np.dtype[np.float32]]

_GRID_PX: Final = 4
_CLIPPED: Final = (4, 250)
"""A sensor at its ends says nothing about gain."""
_ENOUGH: Final = 100
_AGREEING: Final = 0.3
"""Share of the samples that has to agree with a fit; fewer means another scene, not another brightness."""
_STEPS: Final = 6
_GAINS: Final = (0.2, 5.0)


@dataclass(frozen=True, slots=True)
class Exposure:
    """`picture = gain * background + offset`."""

    gain: float = 1.0
    offset: float = 0.0

    def apply(self, background: Plane) -> Plane:
        """What the background looks like at this exposure; a fresh plane."""
        scaled = cv2.addWeighted(background, self.gain, background, 0.0, self.offset)
        return scaled.astype(np.float32, copy=False)

    def undo(self, picture: Plane) -> Plane:
        """The picture as it would be at the background's exposure; itself where that is the same."""
        if self == _NEUTRAL:
            return picture
        scaled = cv2.addWeighted(picture, 1.0 / self.gain, picture, 0.0, -self.offset / self.gain)
        return scaled.astype(np.float32, copy=False)

    def brightening(self, other: Exposure) -> float:
        """By how many grey levels a middle grey is brighter than under `other`."""
        return (self.gain - other.gain) * 128.0 + self.offset - other.offset


_NEUTRAL: Final = Exposure()


def fit_exposure(
    background: Plane, picture: Plane, luma: Luma, before: Exposure, tolerance: float
) -> Exposure | None:
    """The exposure most samples agree on within `tolerance` grey levels; None where too few do.

    Iteratively reweighted least squares from three starts: as before, a mere shift, equal contrast.
    """
    grid = np.s_[_GRID_PX // 2 :: _GRID_PX, _GRID_PX // 2 :: _GRID_PX]
    grey = luma[grid].ravel()
    usable = (grey > _CLIPPED[0]) & (grey < _CLIPPED[1])
    x, y = background[grid].ravel()[usable], picture[grid].ravel()[usable]
    if x.size < _ENOUGH:
        return None
    best, best_support = before, 0.0
    for start in _starts(x, y, before):
        fitted = _refine(x, y, start, tolerance)
        support = float(np.mean(np.abs(y - fitted.gain * x - fitted.offset) < 2.5 * tolerance))
        if support > best_support + 0.02:
            best, best_support = fitted, support
    return best if best_support > _AGREEING else None


def _starts(x: Samples, y: Samples, before: Exposure) -> tuple[Exposure, ...]:
    middle_x, middle_y = float(np.median(x)), float(np.median(y))
    contrast_x = float(np.median(np.abs(x - middle_x))) + 1e-3
    gain = min(max(float(np.median(np.abs(y - middle_y))) / contrast_x, _GAINS[0]), _GAINS[1])
    shift = Exposure(1.0, float(np.median(y - x)))
    return before, shift, Exposure(gain, middle_y - gain * middle_x)


def _refine(x: Samples, y: Samples, start: Exposure, tolerance: float) -> Exposure:
    gain, offset, reach = start.gain, start.offset, 4.0 * tolerance
    for _ in range(_STEPS):
        weight = np.maximum(1.0 - ((y - gain * x - offset) / reach) ** 2, 0.0) ** 2
        total = float(weight.sum())
        if total < 0.05 * x.size:
            break
        centre_x, centre_y = float(weight @ x) / total, float(weight @ y) / total
        away = x - centre_x
        variance = float(weight @ (away * away)) / total
        if variance > 4.0:
            gain = float(weight @ (away * (y - centre_y))) / total / variance
            gain = min(max(gain, _GAINS[0]), _GAINS[1])
        offset = centre_y - gain * centre_x
        reach = max(2.5 * tolerance, 0.75 * reach)
    return Exposure(gain, offset)
