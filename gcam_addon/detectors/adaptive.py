"""Gcam's own detector and the default. How it works and why: docs/design/detection.md.

Per picture: take out the exposure, compare with the background, forget specks, tell things from light,
judge what is left by its size, learn. While nothing moves only the first two steps cost anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from gcam_addon.config.model import DetectionSettings
from gcam_addon.detectors.background import Background
from gcam_addon.detectors.exposure import Exposure, fit_exposure
from gcam_addon.detectors.planes import Flags, Plane, percent
from gcam_addon.detectors.structure import split_things
from gcam_addon.detectors.verdict import Judge, WarmUp
from gcam_addon.detectors.zones import Mask
from gcam_addon.interfaces import Luma
from gcam_addon.model import Cause, Motion

_USUAL_PERCENT: Final = 0.2
"""Share of the picture a region needs at sensitivity 50: a person 15 pixels high in a picture of 240."""
_DEVIATIONS: Final = 3.0
_FLOOR: Final = 6.0
"""Grey levels on top of the usual deviations, at sensitivity 50."""
_SAMPLES: Final = 15
"""Pictures from which the warm-up learns the background."""
_FEWEST_SAMPLES: Final = 5
_LONGEST_STEP_S: Final = 10.0
_EARLIER_S: Final = 0.15
_IDLE_PERCENT: Final = 0.04
"""Share of pixels beyond their limit below which nothing can have moved."""
_SHIFT: Final = 0.7
"""Grey levels by which the mean brightness may stray before the exposure is fitted again."""
_SUSPICIOUS_PERCENT: Final = 2.0
"""Share of pixels beyond their limit from which the exposure is fitted again."""
_SPECK_PX: Final = 5
"""Side of the median that removes rain, noise and other specks."""
_NEIGHBOURS: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))


class AdaptiveDetector:
    """Compares each picture with a background that knows its own noise, light and restless places."""

    def __init__(self, settings: DetectionSettings) -> None:
        self._settings = settings
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._floor = _FLOOR * 2.0 ** ((50 - settings.sensitivity) / 50)
        self._warm_up = WarmUp(settings.warmup_s)
        self._samples: list[Plane] = []
        self._next_sample_s = 0.0
        self._background: Background | None = None
        self._exposure = Exposure()
        self._last_s = 0.0
        self._earlier: tuple[float, Plane] | None = None
        self._earlier_still = (0.0, np.zeros((0, 0), np.float32))
        self._buffers = _Buffers((0, 0))

    def detect(self, luma: Luma, pts_s: float) -> Motion:
        if self._warm_up.begins(luma.shape, pts_s):
            self._begin(luma, pts_s)
        picture = _smooth(luma)
        elapsed_s = min(max(0.0, pts_s - self._last_s), _LONGEST_STEP_S)
        self._last_s = pts_s
        if self._background is None and not self._learned(picture, pts_s):
            return self._judge.quiet(Cause.SETTLING, "warming up")
        assert self._background is not None
        return self._decide(self._background, luma, picture, elapsed_s)

    def reset(self) -> None:
        self._warm_up.reset()

    def _begin(self, luma: Luma, pts_s: float) -> None:
        self._background, self._samples, self._next_sample_s = None, [], pts_s
        self._exposure, self._earlier = Exposure(), None
        self._last_s = pts_s
        self._buffers = _Buffers((luma.shape[0], luma.shape[1]))

    def _learned(self, picture: Plane, pts_s: float) -> bool:
        """Collect pictures evenly over the warm-up; a slow camera gets more time, so that a few are seen."""
        if pts_s >= self._next_sample_s - 1e-3:
            self._samples.append(picture)
            self._next_sample_s = pts_s + self._settings.warmup_s / _SAMPLES
        if self._warm_up.lasts(pts_s) or len(self._samples) < _FEWEST_SAMPLES:
            return False
        self._background = Background(self._samples, pts_s)
        self._samples = []
        return True

    def _decide(self, background: Background, luma: Luma, raw: Plane, elapsed_s: float) -> Motion:
        seen = self._measure(background, raw)
        changed = percent(seen.over)
        shift = (cv2.mean(seen.picture)[0] - cv2.mean(background.mean)[0]) * self._exposure.gain
        if changed < _IDLE_PERCENT and abs(shift) < _SHIFT:
            background.follow(seen.picture, seen.gap, elapsed_s)
            self._earlier = None
            return self._idle(background, seen.gap)
        brightening = 0.0
        if changed > _SUSPICIOUS_PERCENT or abs(shift) >= _SHIFT:
            brightening = self._adjust(background, luma, raw)
            seen = self._measure(background, raw)
        known, repetition = background.recall(seen.picture, seen.over > 0, seen.limit, self._last_s)
        if known.any():
            seen = self._measure(background, raw)
        moved, relit = self._things(background, seen, luma)
        change = self._change(seen.picture)
        background.follow_around(
            seen.picture, seen.gap, change, moved=moved, relit=relit, elapsed_s=elapsed_s
        )
        background.watch(seen.picture, moved, seen.limit, elapsed_s)
        motion = self._judge.judge(moved)
        if motion.moving:
            return motion
        return self._excuse(
            motion, changed, brightening, percent(relit), percent(known) if repetition else 0.0
        )

    def _measure(self, background: Background, raw: Plane) -> _Seen:
        """Compare with the background, at the exposure of the background."""
        gain, buffers = self._exposure.gain, self._buffers
        picture = raw if self._exposure.neutral else self._exposure.undo(raw)
        cv2.absdiff(picture, background.mean, dst=buffers.gap)
        deviations = _DEVIATIONS * max(1.0, 1.0 / gain)
        background.limit(deviations, self._floor / gain, buffers.limit)
        cv2.compare(buffers.gap, buffers.limit, cv2.CMP_GT, dst=buffers.over)
        return _Seen(picture, buffers.gap, buffers.limit, buffers.over)

    def _adjust(self, background: Background, luma: Luma, raw: Plane) -> float:
        """Fit the exposure again; by how many grey levels the picture is brighter now."""
        before, tolerance = self._exposure, max(2.0, 2.0 * background.noise)
        fitted = fit_exposure(background.mean, raw, luma, before, tolerance)
        if fitted is None:
            return 0.0
        self._exposure = fitted
        return fitted.brightening(before)

    def _things(self, background: Background, seen: _Seen, luma: Luma) -> tuple[Mask, Mask]:
        """Connected pixels beyond their limit: things, and places in another light."""
        seen.over[_clipped(luma, self._exposure.apply(background.mean))] = 0
        whole = cv2.morphologyEx(cv2.medianBlur(seen.over, _SPECK_PX), cv2.MORPH_CLOSE, _NEIGHBOURS)
        moved = whole.astype(np.uint8, copy=False)
        if not moved.any():
            return moved, moved
        return split_things(moved, seen.picture, background.mean, luma, background.noise)

    def _change(self, picture: Plane) -> Plane:
        """What changed since a moment ago, at any frame rate."""
        now_s = self._last_s
        if self._earlier is None:
            self._earlier = self._earlier_still = (now_s, picture)
        if now_s - self._earlier[0] >= _EARLIER_S:
            self._earlier, self._earlier_still = (now_s, picture), self._earlier
        change: Plane = np.abs(picture - self._earlier_still[1])
        return change

    def _idle(self, background: Background, gap: Plane) -> Motion:
        """Nothing is beyond its limit, be it that nothing stirs or that stirring is usual there."""
        cv2.compare(gap, _DEVIATIONS * background.noise + self._floor, cv2.CMP_GT, dst=self._buffers.over)
        restless = percent(self._buffers.over)
        if restless >= self._judge.threshold:
            return self._judge.quiet(Cause.REPETITIVE, "ignored: it moves there all the time", restless)
        return self._judge.quiet(Cause.QUIET, "nothing moves")

    def _excuse(
        self, motion: Motion, changed: float, brightening: float, relit: float, repeated: float
    ) -> Motion:
        """Why a picture that differs from the background is no motion."""
        threshold = self._judge.threshold
        if abs(brightening) >= 1.0 and changed >= threshold:
            how = "brightened" if brightening > 0 else "darkened"
            return self._judge.quiet(Cause.ILLUMINATION, f"ignored: the whole picture {how}", changed)
        if relit >= threshold:
            reason = f"ignored: {relit:.1f} % of the picture stands in another light"
            return self._judge.quiet(Cause.ILLUMINATION, reason, relit)
        if repeated >= threshold:
            return self._judge.quiet(Cause.REPETITIVE, "ignored: the same again and again", repeated)
        return motion


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture, at the background's exposure, beside it. `over`: 255 where `gap` exceeds `limit`."""

    picture: Plane
    gap: Plane
    limit: Plane
    over: Mask


class _Buffers:
    """Planes that are written anew for every picture of this shape."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.gap = np.zeros(shape, np.float32)
        self.limit = np.zeros(shape, np.float32)
        self.over = np.zeros(shape, np.uint8)


def _smooth(luma: Luma) -> Plane:
    """A fresh plane: samples and comparisons keep it."""
    return cv2.GaussianBlur(luma, (3, 3), 0).astype(np.float32)


def _clipped(luma: Luma, expected: Plane) -> Flags:
    """Where the sensor is at its end and the background would be there too, nearly."""
    bright: Flags = (luma >= 250) & (expected >= 235.0)
    dark: Flags = (luma <= 3) & (expected <= 12.0)
    return bright | dark
