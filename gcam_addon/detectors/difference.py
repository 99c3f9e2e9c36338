"""The classic: what changed since the last picture. Cheap, forgets at once, blind to who stands still."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from gcam_addon.config.model import DetectionSettings
from gcam_addon.detectors.verdict import WARMING, Judge, WarmUp
from gcam_addon.interfaces import Luma
from gcam_addon.model import Cause, Motion

_STEP: Final = 0x15
"""Grey levels by which a pixel must change."""

_USUAL_PERCENT: Final = 2.0
"""Share of changed pixels, anywhere in the picture, that is motion at sensitivity 50."""


class DifferenceDetector:
    """Compares each picture with the one before it."""

    def __init__(self, settings: DetectionSettings) -> None:
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._warm_up = WarmUp(settings.warmup_s)
        self._previous: Luma | None = None

    def detect(self, luma: Luma, pts_s: float, detail: float = 1.0) -> Motion:
        previous, self._previous = self._previous, luma
        begins = self._warm_up.begins(luma.shape, pts_s)
        if begins or previous is None or self._warm_up.lasts(pts_s):
            return self._judge.quiet(Cause.SETTLING, WARMING)
        _, moved = cv2.threshold(cv2.absdiff(luma, previous), _STEP, 255, cv2.THRESH_BINARY)
        return self._judge.judge_total(moved.astype(np.uint8, copy=False))

    def is_calm(self, luma: Luma) -> bool:
        return False

    def retune(self, settings: DetectionSettings) -> None:
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._warm_up.duration_s = settings.warmup_s

    def reset(self) -> None:
        self._previous = None
        self._warm_up.reset()
