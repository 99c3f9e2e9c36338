"""Gcam's own detector and the default: see docs/design/detection.md for how it works and why."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from gcam_addon.config.model import DetectionSettings
from gcam_addon.detectors.verdict import Judge, WarmUp
from gcam_addon.interfaces import Luma
from gcam_addon.model import Cause, Motion

_USUAL_PERCENT: Final = 0.35
_LEARN_S: Final = 8.0
_DEVIATIONS: Final = 3.5
_FLOOR: Final = 8.0

Plane = npt.NDArray[np.float32]


class AdaptiveDetector:
    """Background mean and deviation per pixel, with global brightness taken out."""

    def __init__(self, settings: DetectionSettings) -> None:
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._warm_up = WarmUp(settings.warmup_s)
        self._mean: Plane = np.zeros((0, 0), np.float32)
        self._deviation: Plane = self._mean
        self._last_s = 0.0

    def detect(self, luma: Luma, pts_s: float) -> Motion:
        picture = cv2.GaussianBlur(luma, (3, 3), 0).astype(np.float32)
        if self._warm_up.begins(luma.shape, pts_s):
            self._mean, self._deviation = picture.copy(), np.full(picture.shape, 2.0, np.float32)
        elapsed_s, self._last_s = max(0.0, pts_s - self._last_s), pts_s
        difference = picture - self._mean
        difference -= np.float32(np.median(difference))
        np.abs(difference, out=difference)
        over = cv2.compare(difference, self._deviation * _DEVIATIONS + _FLOOR, cv2.CMP_GT)
        moved = cv2.medianBlur(over, 5).astype(np.uint8, copy=False)
        settling = self._warm_up.lasts(pts_s)
        rate = 0.2 if settling else 1.0 - float(np.exp(-elapsed_s / _LEARN_S))
        cv2.accumulateWeighted(picture, self._mean, rate)
        cv2.accumulateWeighted(np.minimum(difference, 30), self._deviation, rate / 2)
        if settling:
            return self._judge.quiet(Cause.SETTLING, "warming up")
        return self._judge.judge(moved)

    def reset(self) -> None:
        self._warm_up.reset()
