"""Light or thing? Light multiplies a place and leaves its fine structure; a thing brings its own.

Decides region by region; knows nothing of time.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from gcam_addon.detectors.planes import Flags, Plane, smoothed
from gcam_addon.detectors.zones import Mask
from gcam_addon.interfaces import Luma

_WINDOW_PX: Final = 7
_ALIKE: Final = 0.6
"""Correlation of fine structure above which two places are the same place in another light."""
_THING: Final = 0.2
"""Share of a region that has to have another structure for the region to be a thing."""
_BLINDED: Final = 0.4
"""Share of clipped pixels in a window above which it says nothing: a lamp burns structure away."""
_CLIPPED: Final = 250
_BRIGHTER: Final = 1.5
_BRIGHTEST: Final = np.float32(6.0)
"""Times the light that a place had, from which its structure is expected to be stronger, and at most."""


def split_things(moved: Mask, picture: Plane, expected: Plane, luma: Luma, noise: float) -> tuple[Mask, Mask]:
    """`moved` in two: the regions that are things, and those that merely stand in another light."""
    count, labels = cv2.connectedComponents(moved)  # with OpenCV's own statistics it takes thrice as long
    sizes_px = np.bincount(labels.ravel(), minlength=count)
    other = other_structure(picture, expected, luma, noise)
    per_region = np.bincount(labels[other], minlength=count)
    thing = per_region >= _THING * sizes_px
    thing[0] = False
    things = np.where(thing[labels], moved, 0).astype(np.uint8)
    return things, moved - things


def other_structure(picture: Plane, expected: Plane, luma: Luma, noise: float) -> Flags:
    """Where the fine structure differs. Both pictures lose their local mean first, twice: so neither a local
    brightness nor its slope (the light cone of a lamp on a bare wall) counts as structure. In more light the
    same structure is so many times stronger: by night a beam shows what was within the noise.
    """
    mean_p, mean_e = smoothed(picture, _WINDOW_PX), smoothed(expected, _WINDOW_PX)
    times = (mean_p + 1) / (np.maximum(mean_e, 0) + 1)
    light = np.where(times >= _BRIGHTER, np.minimum(times, _BRIGHTEST), np.float32(1.0))
    fine_p, fine_e = picture - mean_p, light * (expected - mean_e)
    power_p, power_e = smoothed(fine_p * fine_p, _WINDOW_PX), smoothed(fine_e * fine_e, _WINDOW_PX)
    common = smoothed(fine_p * fine_e, _WINDOW_PX)
    flat = np.float32((noise + 1.0) ** 2)
    textured = (power_p > flat) | (power_e > flat)
    alike = common >= _ALIKE * np.sqrt(np.maximum(power_p, flat) * np.maximum(power_e, flat))
    other: Flags = textured & ~alike
    if luma.max() >= _CLIPPED:
        other &= smoothed((luma >= _CLIPPED).astype(np.float32), _WINDOW_PX) < _BLINDED
    return other
