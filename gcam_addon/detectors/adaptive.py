"""Gcam's own detector and the default. How it works and why: docs/design/detection.md.

Per picture: compare with the background, forget specks, recall what was there before, tell things from
light, judge what is left by its size and by where it goes, learn. While nothing moves only the comparison
costs anything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from gcam_addon.config.model import DetectionSettings
from gcam_addon.detectors.background import Background
from gcam_addon.detectors.comparison import Comparer, Comparison
from gcam_addon.detectors.following import Following, Sight
from gcam_addon.detectors.moment import Moment
from gcam_addon.detectors.planes import Plane, percent
from gcam_addon.detectors.structure import split_things
from gcam_addon.detectors.verdict import NOTHING, WARMING, Judge, WarmUp
from gcam_addon.detectors.zones import Mask
from gcam_addon.interfaces import Luma
from gcam_addon.model import Cause, Motion
from gcam_addon.words.reason import because

_USUAL_PERCENT: Final = 0.2
"""Share of the picture a region needs at sensitivity 50: a person a twelfth of the picture high."""
_FLOOR: Final = 6.0
"""Grey levels of difference that never count, at sensitivity 50; half of it at 100, double near 1."""
_SAMPLES: Final = 15
"""Pictures from which the warm-up learns the background."""
_FEWEST_SAMPLES: Final = 5
_LONGEST_STEP_S: Final = 10.0
_SPECK_PX: Final = 5
"""Side of the median that removes rain, noise and other specks."""
_REACH: Final = np.ones((5, 5), np.uint8)
"""How near a region has to be to where something moved a moment ago."""
_CROWD: Final = 12
"""Where as many regions move at once, snow, leaves, one touches another by chance: …"""
_OVERLAP: Final = 0.4
"""… this share of it has to lie where something moved."""
_NEIGHBOURS: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))


class AdaptiveDetector:
    """Compares each picture with a background that knows its own noise, light and restless places."""

    def __init__(self, settings: DetectionSettings) -> None:
        self._settings = settings
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._warm_up = WarmUp(settings.warmup_s)
        self._samples: list[Plane] = []
        self._next_sample_s = 0.0
        self._background: Background | None = None
        self._comparer = self._new_comparer((1, 1))
        self._moved_before: Moment[Mask] = Moment()
        self._following = Following()
        self._nothing: Mask = np.zeros((1, 1), np.uint8)
        self._last_s = 0.0
        self._glanced: tuple[Luma, Comparison] | None = None
        """What `is_calm` has just found calm, and how: `detect` need not compare it again."""

    def detect(self, luma: Luma, pts_s: float, detail: float = 1.0) -> Motion:
        if self._warm_up.begins(luma.shape, pts_s):
            self._begin((luma.shape[0], luma.shape[1]), pts_s)
        background = self._background or self._learned(_smoothed(luma), pts_s)
        elapsed_s = min(max(0.0, pts_s - self._last_s), _LONGEST_STEP_S)
        self._last_s = pts_s
        if background is None:
            return self._judge.quiet(Cause.SETTLING, WARMING)
        seen = self._seen_at_a_glance(luma) or self._comparer.compare(background, luma, _smoothed(luma))
        sight = Sight(seen, background, self._nothing, pts_s, elapsed_s, detail)
        if not seen.calm:
            return self._look_closer(sight, luma)
        self._moved_before.swap(self._nothing, pts_s)
        if not self._following.is_idle:
            return self._learn_around(
                *self._following.decide(self._calm(background), sight, self._judge), sight
            )
        background.follow(seen.picture, seen.gap, elapsed_s)
        return self._calm(background)

    def is_calm(self, luma: Luma) -> bool:
        self._glanced, background = None, self._background
        if background is None or luma.shape != background.mean.shape or not self._following.is_idle:
            return False
        seen = self._comparer.glance(background, _smoothed(luma))
        if seen is not None:
            self._glanced = luma, seen
        return seen is not None

    def retune(self, settings: DetectionSettings) -> None:
        self._settings, self._glanced = settings, None
        self._comparer.floor = _floor(settings)
        self._judge = Judge(settings, _USUAL_PERCENT)
        self._warm_up.duration_s = settings.warmup_s

    def reset(self) -> None:
        self._warm_up.reset()

    def _seen_at_a_glance(self, luma: Luma) -> Comparison | None:
        glanced, self._glanced = self._glanced, None
        return glanced[1] if glanced is not None and glanced[0] is luma else None

    def _new_comparer(self, shape: tuple[int, int]) -> Comparer:
        return Comparer(shape, _floor(self._settings))

    def _begin(self, shape: tuple[int, int], pts_s: float) -> None:
        self._background, self._samples, self._next_sample_s = None, [], pts_s
        self._comparer = self._new_comparer(shape)
        self._moved_before.forget()
        self._following.forget()
        self._nothing = np.zeros(shape, np.uint8)

    def _learned(self, raw: Plane, pts_s: float) -> Background | None:
        """Collect pictures evenly over the warm-up; a slow camera gets more time, so that a few are seen."""
        if pts_s >= self._next_sample_s - 1e-3:
            self._samples.append(raw)
            self._next_sample_s = pts_s + self._settings.warmup_s / _SAMPLES
        if self._warm_up.lasts(pts_s) or len(self._samples) < _FEWEST_SAMPLES:
            return None
        self._background = Background(self._comparer.steady(self._samples), pts_s)
        self._samples = []
        return self._background

    def _look_closer(self, sight: Sight, luma: Luma) -> Motion:
        background, seen = sight.background, sight.seen
        known, repetition = background.recall(seen.picture, seen.over > 0, seen.limit, self._last_s)
        if known.any():
            seen = self._comparer.again(background, luma, seen)
        whole = cv2.morphologyEx(cv2.medianBlur(seen.over, _SPECK_PX), cv2.MORPH_CLOSE, _NEIGHBOURS)
        moved: Mask = whole.astype(np.uint8, copy=False)
        relit = moved
        if moved.any():
            moved, relit = split_things(moved, seen.picture, background.mean, luma, background.noise)
        before = self._moved_before.swap(moved, self._last_s)
        came: Mask = self._nothing if before is None else moved & ~before
        lasting = moved if before is None else _touching(moved, before)
        motion = self._judge.judge(lasting)
        if not motion.moving:
            motion = self._unmoving(
                motion, seen, moved, percent(relit), percent(known) if repetition else 0.0
            )
        motion, there = self._following.decide(motion, replace(sight, seen=seen, relit=relit), self._judge)
        return self._learn_around(motion, there, sight, moved=moved, came=came, relit=relit)

    def _learn_around(
        self,
        motion: Motion,
        there: Mask,
        sight: Sight,
        *,
        moved: Mask | None = None,
        came: Mask | None = None,
        relit: Mask | None = None,
    ) -> Motion:
        """Learn what is neither `moved` nor `there`; hands `motion` on."""
        none = self._nothing
        moved = there if moved is None else moved | there
        came = none if came is None else came & ~there
        relit = none if relit is None else relit & ~there
        seen, elapsed_s = sight.seen, sight.interval_s
        sight.background.follow_around(
            seen.picture, seen.gap, moved=moved, came=came, relit=relit, elapsed_s=elapsed_s
        )
        sight.background.watch(seen.picture, moved, seen.limit, elapsed_s)
        return motion

    def _unmoving(
        self, motion: Motion, seen: Comparison, moved: Mask, relit: float, repeated: float
    ) -> Motion:
        """What doesn't move as things do: fleeting, or excused."""
        fleeting = self._judge.judge(moved)
        if fleeting.moving:
            return self._judge.unconfirmed(fleeting)
        return self._excuse(motion, seen, relit, repeated)

    def _calm(self, background: Background) -> Motion:
        """Nothing is beyond its limit, be it that nothing stirs or that stirring is usual there."""
        restless = self._comparer.restless(background)
        if restless >= self._judge.threshold:
            return self._judge.quiet(Cause.REPETITIVE, because("motion_usual"), restless)
        return self._judge.quiet(Cause.QUIET, NOTHING)

    def _excuse(self, motion: Motion, seen: Comparison, relit: float, repeated: float) -> Motion:
        """Why a picture that differs from the background is no motion."""
        threshold = self._judge.threshold
        if abs(seen.brightening) >= 1.0 and seen.changed >= threshold:
            reason = because("motion_brightened") if seen.brightening > 0 else because("motion_darkened")
            return self._judge.quiet(Cause.ILLUMINATION, reason, seen.changed)
        if relit >= threshold:
            reason = because("motion_relit", share=round(relit, 1))
            return self._judge.quiet(Cause.ILLUMINATION, reason, relit)
        if repeated >= threshold:
            return self._judge.quiet(Cause.REPETITIVE, because("motion_repeats"), repeated)
        return motion


def _smoothed(luma: Luma) -> Plane:
    return cv2.GaussianBlur(luma, (3, 3), 0).astype(np.float32)


def _floor(settings: DetectionSettings) -> float:
    return float(_FLOOR * 2.0 ** ((50 - settings.sensitivity) / 50))


def _touching(moved: Mask, before: Mask) -> Mask:
    """The regions that touch where something moved a moment ago: people and cars overlap themselves; insects,
    birds and raindrops close to the lens are somewhere else each time. The same mask where all do.
    """
    if not moved.any():
        return moved
    count, labels = cv2.connectedComponents(moved)
    sizes_px = np.bincount(labels.ravel(), minlength=count)
    shared_px = np.bincount(labels[cv2.dilate(before, _REACH) > 0], minlength=count)
    touching = shared_px > (_OVERLAP * sizes_px if count > _CROWD else 0)
    touching[0] = False
    return moved if touching[1:].all() else np.where(touching[labels], moved, 0).astype(np.uint8)
