"""Whether a camera that was away still shows what it showed. Pure."""

from __future__ import annotations

from typing import Final

import cv2

from gcam_addon.interfaces import Luma

REMEMBERED_S: Final = 60.0
"""After a longer absence the light may be another one: detection begins anew."""
_ALIKE: Final = 0.8
"""Correlation of two pictures of one scene, however bright each is; those of two scenes: 0.6 at most."""
_GRAIN_PX: Final = (5, 5)
_FLAT: Final = 2.0
"""Grey levels of deviation below which there is nothing to compare."""


def same_scene(before: Luma, after: Luma) -> bool:
    """False also where nothing can be told, in the dark or between pictures of two sizes."""
    if before.shape != after.shape:
        return False
    one, other = cv2.blur(before, _GRAIN_PX), cv2.blur(after, _GRAIN_PX)
    if min(one.std(), other.std()) < _FLAT:
        return False
    return float(cv2.matchTemplate(other, one, cv2.TM_CCOEFF_NORMED)[0, 0]) >= _ALIKE


def settling_s(absent_s: float, warmup_s: float) -> float:
    """For how long its first pictures decide nothing: a board that booted has to find its exposure first, one
    whose connection broke does not.
    """
    return min(warmup_s, absent_s / 4)
