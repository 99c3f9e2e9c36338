"""One picture beside the background: at the background's exposure, moved onto it, and where it differs.

Corrects what concerns the whole picture alike; what concerns places is left to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from gcam_addon.detectors.background import Background
from gcam_addon.detectors.exposure import Exposure, fit_exposure
from gcam_addon.detectors.planes import Flags, Plane, percent
from gcam_addon.detectors.shake import edge_window, steadied
from gcam_addon.detectors.zones import Mask
from gcam_addon.interfaces import Luma

DEVIATIONS: Final = 3.0
"""Usual deviations of a pixel within which it has not changed."""
_CALM_PERCENT: Final = 0.02
"""Share of pixels beyond their limit below which nothing can have moved."""
_SHIFT: Final = 0.7
"""Grey levels by which the mean brightness may stray before the exposure is fitted again."""
_SUSPICIOUS_PERCENT: Final = 2.0
"""Share of pixels beyond their limit from which exposure and shaking are looked into."""
_STEADIER: Final = 0.8
"""Share of those pixels that may remain for a shift of the picture to be believed."""

_TREMBLES: Final = 20
"""Pictures for which a camera that trembled is looked after, however little it still does."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`picture`: at the background's exposure and place. `over`: 255 where `gap`, its distance from the
    background, exceeds `limit`. `changed`: percent of pixels that exceeded it before any correction.
    `brightening`: grey levels by which the whole picture became brighter with this one. The planes are
    overwritten by the next comparison, except `picture`.
    """

    picture: Plane
    gap: Plane
    limit: Plane
    over: Mask
    changed: float = 0.0
    brightening: float = 0.0
    calm: bool = False
    """Nothing can have moved."""


class Comparer:
    """Compares pictures of one shape; remembers the exposure. `floor`: grey levels always allowed."""

    def __init__(self, shape: tuple[int, int], floor: float) -> None:
        self.floor = floor
        self._exposure = Exposure()
        self._trembling = 0
        self._window = edge_window(shape)
        self._gap = np.zeros(shape, np.float32)
        self._limit = np.zeros(shape, np.float32)
        self._over = np.zeros(shape, np.uint8)

    def compare(self, background: Background, luma: Luma, raw: Plane) -> Comparison:
        """`raw`: the smoothed luma."""
        first, shift = self._first(background, raw)
        if first.calm:
            return first
        before, picture, changed = self._exposure, first.picture, first.changed
        if changed > _SUSPICIOUS_PERCENT or shift >= _SHIFT or self._trembling:
            picture = self._correct(background, luma, raw)
        self._over[self._clipped(background, luma)] = 0
        brightening = self._exposure.brightening(before)
        return Comparison(picture, self._gap, self._limit, self._over, changed, brightening)

    def glance(self, background: Background, raw: Plane) -> Comparison | None:
        """What `compare` would return, where that is calm; nothing is remembered."""
        first, _ = self._first(background, raw)
        return first if first.calm else None

    def again(self, background: Background, luma: Luma, seen: Comparison) -> Comparison:
        """The same picture beside a background that has changed its mind."""
        self._measure(background, seen.picture)
        self._over[self._clipped(background, luma)] = 0
        return seen

    def steady(self, samples: list[Plane]) -> list[Plane]:
        """All moved onto the first."""
        first, *later = samples
        moved = [(sample, steadied(sample, first, self._window)) for sample in later]
        return [first, *(sample if steady is None else steady for sample, steady in moved)]

    def restless(self, background: Background) -> float:
        """After a calm picture: percent of it that differs, though within what is usual there."""
        limit = DEVIATIONS * background.noise + self.floor
        return percent(cv2.threshold(self._gap, limit, 1.0, cv2.THRESH_BINARY)[1])

    def _first(self, background: Background, raw: Plane) -> tuple[Comparison, float]:
        """Before anything is corrected; and by how many grey levels the whole picture is off."""
        picture = self._exposure.undo(raw)
        changed = self._measure(background, picture)
        shift = abs(self._shift(background, picture))
        calm = changed < _CALM_PERCENT and shift < _SHIFT
        return Comparison(picture, self._gap, self._limit, self._over, changed, calm=calm), shift

    def _measure(self, background: Background, picture: Plane) -> float:
        """Percent of pixels beyond their limit. In a darker picture less light is worth as much."""
        gain = self._exposure.gain
        cv2.absdiff(picture, background.mean, dst=self._gap)
        background.limit(DEVIATIONS * max(1.0, 1.0 / gain), self.floor / gain, self._limit)
        cv2.compare(self._gap, self._limit, cv2.CMP_GT, dst=self._over)
        return percent(self._over)

    def _shift(self, background: Background, picture: Plane) -> float:
        """Grey levels by which the whole picture is brighter than expected."""
        return (cv2.mean(picture)[0] - cv2.mean(background.mean)[0]) * self._exposure.gain

    def _correct(self, background: Background, luma: Luma, raw: Plane) -> Plane:
        """Measure with the exposure fitted again, as the picture lies and moved onto the background, and
        keep the better: fitted to a picture that lies elsewhere, an exposure has too little contrast.
        """
        self._trembling = max(0, self._trembling - 1)
        before = self._exposure
        picture = self._expose(background, luma, raw)
        remaining = self._measure(background, picture)
        if remaining < _CALM_PERCENT:
            return picture
        steady = steadied(raw, before.apply(background.mean), self._window)
        if steady is None:
            return picture
        as_it_lies, self._exposure = self._exposure, before
        moved = self._expose(background, luma, steady)
        if self._measure(background, moved) < _STEADIER * remaining:
            self._trembling = _TREMBLES
            return moved
        self._exposure = as_it_lies
        self._measure(background, picture)
        return picture

    def _expose(self, background: Background, luma: Luma, raw: Plane) -> Plane:
        """Fit the exposure; the picture at the background's."""
        tolerance = max(2.0, 2.0 * background.noise)
        fitted = fit_exposure(background.mean, raw, luma, self._exposure, tolerance)
        self._exposure = fitted or self._exposure
        return self._exposure.undo(raw)

    def _clipped(self, background: Background, luma: Luma) -> Flags:
        """Where the sensor is at its end and the background would be there too, nearly."""
        expected = self._exposure.apply(background.mean)
        bright: Flags = (luma >= 250) & (expected >= 235.0)
        dark: Flags = (luma <= 3) & (expected <= 12.0)
        return bright | dark
