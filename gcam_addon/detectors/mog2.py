"""OpenCV's mixture of Gaussians (Zivkovic 2004) with a stabilising time and a median against specks."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from gcam_addon.config.model import DetectionSettings
from gcam_addon.detectors.verdict import WARMING, Judge, WarmUp
from gcam_addon.interfaces import Luma
from gcam_addon.model import Cause, Motion

_USUAL_PERCENT: Final = 0.5
_MEMORY_S: Final = 20.0
"""Time constant of learning, whatever the frame rate."""
_VARIANCE_THRESHOLD: Final = 16.0
_STABILISING_RATE: Final = 0.1
"""Learning per picture during warm-up."""


class Mog2Detector:
    """Foreground of OpenCV's MOG2, shadows left out."""

    def __init__(self, settings: DetectionSettings) -> None:
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._warm_up = WarmUp(settings.warmup_s)
        self._subtractor = _subtractor()
        self._last_s = 0.0

    def detect(self, luma: Luma, pts_s: float, detail: float = 1.0) -> Motion:
        if self._warm_up.begins(luma.shape, pts_s):
            self._subtractor = _subtractor()
        settling = self._warm_up.lasts(pts_s)
        elapsed_s, self._last_s = max(0.0, pts_s - self._last_s), pts_s
        rate = _STABILISING_RATE if settling else 1.0 - float(np.exp(-elapsed_s / _MEMORY_S))
        foreground = self._subtractor.apply(luma, learningRate=rate)
        if settling:
            return self._judge.quiet(Cause.SETTLING, WARMING)
        _, moved = cv2.threshold(cv2.medianBlur(foreground, 5), 200, 255, cv2.THRESH_BINARY)
        return self._judge.judge(moved.astype(np.uint8, copy=False))

    def is_calm(self, luma: Luma) -> bool:
        return False

    def retune(self, settings: DetectionSettings) -> None:
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._warm_up.duration_s = settings.warmup_s

    def reset(self) -> None:
        self._warm_up.reset()


def _subtractor() -> cv2.BackgroundSubtractorMOG2:
    return cv2.createBackgroundSubtractorMOG2(varThreshold=_VARIANCE_THRESHOLD, detectShadows=True)
