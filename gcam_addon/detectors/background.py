"""What the camera usually sees: mean, restlessness and noise per pixel, and what was there before.

Two backgrounds per pixel are remembered: the present one and the one it replaced. What stands still long
enough becomes background, and when it goes, the one before is recognised at once: no ghost stays behind.
The same memory learns what comes and goes again and again, like a beacon.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from gcam_addon.detectors.planes import Flags, Plane, share, smoothed
from gcam_addon.detectors.spots import Box
from gcam_addon.detectors.zones import Mask

LEARN_S: Final = 10.0
"""Time constant with which the background follows what does not move."""
RELIGHT_S: Final = 2.0
"""… and with which it takes over a place in another light."""
SPREAD_S: Final = 7.0
"""Time constant of restlessness and noise."""
COMING_S: Final = 2.5
"""… and of growing used to a place where something comes, counted only while it comes."""
HOLD_S: Final = 30.0
"""What stands still for this long becomes background."""
KEEP_S: Final = 600.0
"""How long the background before the present one is remembered."""
VISITS: Final = 4
"""So many visits of the same grey level …"""
VISITS_S: Final = 8.0
"""… within about this time are repetition."""
_GHOST_S: Final = 1.0
_LEAST_NOISE: Final = 0.5
_NOTHING: Final = 1.5
"""Grey levels that a place may stray: thrice that is less than what never counts."""
_WILDEST: Final = 40.0
_SIGMAS_PER_MAD: Final = 1.48


class Background:
    """Learned from the pictures of a warm-up; all at the exposure of that time."""

    def __init__(self, samples: Sequence[Plane], pts_s: float) -> None:
        stack = np.stack(samples)
        self.mean: Plane = np.median(stack, axis=0).astype(np.float32)
        away = np.abs(stack - self.mean)
        self.noise = max(_LEAST_NOISE, float(np.median(away)) * _SIGMAS_PER_MAD)
        spread = np.maximum(np.median(away, axis=0) * _SIGMAS_PER_MAD, self.noise)
        self.spread: Plane = smoothed(spread.astype(np.float32), 3)
        self._before = self.mean.copy()
        self._before_s = np.full(self.mean.shape, -np.inf)
        self._repeats: Flags = np.zeros(self.mean.shape, np.bool_)
        self._still = self.mean.copy()
        self._still_s = np.zeros_like(self.mean)
        self._visits = np.zeros_like(self.mean)
        self._inside: Flags = np.zeros(self.mean.shape, np.bool_)
        self._lit: Flags = np.zeros(self.mean.shape, np.bool_)
        self._busy = False
        self._now_s = pts_s

    def limit(self, deviations: float, floor: float, out: Plane) -> Plane:
        """The distance from the mean that is still usual, per pixel."""
        np.maximum(self.spread, np.float32(self.noise), out=out)
        np.multiply(out, np.float32(deviations), out=out)
        np.add(out, np.float32(floor), out=out)
        return out

    def restlessness(self, box: Box) -> float:
        """How many times the noise the pixels of a place usually stray; where there is hardly any, how many
        times so little that nothing comes of it.
        """
        left, top, width, height = box
        place = self.spread[top : top + max(1, height), left : left + max(1, width)]
        return float(np.median(place)) / max(self.noise, _NOTHING) if place.size else 0.0

    def recall(self, picture: Plane, over: Flags, limit: Plane, pts_s: float) -> tuple[Flags, bool]:
        """Where `over` shows what was there before; it is the background again. And whether most of that
        is repetition.
        """
        known: Flags = over & (pts_s - self._before_s < KEEP_S)
        if not known.any():
            return known, False
        known &= np.abs(picture - self._before) <= limit
        repeated = int(np.count_nonzero(known & self._repeats))
        self.mean[known], self._before[known] = self._before[known], self.mean[known]
        self._before_s[known] = pts_s
        return known, 2 * repeated > int(np.count_nonzero(known))

    def follow(self, picture: Plane, gap: Plane, elapsed_s: float) -> None:
        """Nothing moves: learn every pixel. `gap`: distance from the mean."""
        self._now_s += elapsed_s
        cv2.accumulateWeighted(picture, self.mean, share(elapsed_s, LEARN_S))
        rate = share(elapsed_s, SPREAD_S)
        cv2.accumulateWeighted(gap, self.spread, rate)
        self._update_noise(1.25 * cv2.mean(gap)[0], rate)
        if self._busy:
            self._settle(elapsed_s)

    def follow_around(
        self, picture: Plane, gap: Plane, *, moved: Mask, came: Mask, relit: Mask, elapsed_s: float
    ) -> None:
        """Learn around what moved; take over what stands in another light; and grow used to places where
        something comes again and again (`came`: what moves there did not a moment ago), whatever it is.
        """
        self._now_s += elapsed_s
        calm = cv2.bitwise_not(moved)
        cv2.accumulateWeighted(picture, self.mean, share(elapsed_s, LEARN_S), calm)
        lit = relit > 0
        self._remember(lit & ~self._lit, self.mean)  # a lamp that burns the picture out will go off again
        self._lit = lit
        cv2.accumulateWeighted(picture, self.mean, share(elapsed_s, RELIGHT_S), relit)
        rate = share(elapsed_s, SPREAD_S)
        cv2.accumulateWeighted(1.25 * np.minimum(gap, _WILDEST), self.spread, rate, calm)
        coming = 1.25 * np.minimum(gap, _WILDEST)
        cv2.accumulateWeighted(coming, self.spread, share(elapsed_s, COMING_S), came)
        self._update_noise(float(np.median(gap[::3, ::3])) * _SIGMAS_PER_MAD, rate)

    def watch(self, picture: Plane, moved: Mask, limit: Plane, elapsed_s: float) -> None:
        """Follow what moved: what stands still becomes background, at once where it is a ghost; what visits
        often is remembered as repetition.
        """
        inside = moved > 0
        near = np.abs(picture - self._still) <= limit
        same = inside & near
        self._still_s += np.float32(elapsed_s)
        self._still_s[~same] = 0.0
        self._count_visits(inside, near, elapsed_s)
        self._still[inside & ~near] = picture[inside & ~near]
        self._still[same] += 0.2 * (picture[same] - self._still[same])
        self._inside = inside
        self._busy = True
        repeats = same & (self._visits >= VISITS - 0.5)
        self._remember(repeats, self._still)
        self._repeats |= repeats
        absorbed = self._still_s > HOLD_S
        absorbed |= _ghosts(picture, self.mean, moved, self._still_s > _GHOST_S)
        if absorbed.any():
            self._remember(absorbed, self.mean)
            self._repeats &= ~absorbed
            self.mean[absorbed] = picture[absorbed]
            self._still_s[absorbed] = 0.0

    def _remember(self, where: Flags, values: Plane) -> None:
        if where.any():
            self._before[where] = values[where]
            self._before_s[where] = self._now_s

    def _count_visits(self, inside: Flags, near: Flags, elapsed_s: float) -> None:
        self._visits *= np.float32(1.0 - share(elapsed_s, VISITS_S))
        entered = inside & ~self._inside
        self._visits[inside & ~near] = 0.0
        self._visits[entered] += 1.0

    def _settle(self, elapsed_s: float) -> None:
        """Nobody is inside any more; visits are forgotten in their own time."""
        self._still_s.fill(0.0)
        self._inside[:] = False
        self._lit[:] = False
        self._visits *= np.float32(1.0 - share(elapsed_s, VISITS_S))
        self._busy = bool(self._visits.max() > 0.05)

    def _update_noise(self, seen: float, rate: float) -> None:
        self.noise += rate * (max(_LEAST_NOISE, seen) - self.noise)


def _ghosts(picture: Plane, background: Plane, moved: Mask, still: Flags) -> Flags:
    """Regions that stand still and whose outline is an edge of the background, not of the picture: what
    was there while the background was learned has gone.
    """
    none: Flags = np.zeros(moved.shape, np.bool_)
    if not still.any():
        return none
    count, labels = cv2.connectedComponents(moved)
    sizes_px = np.bincount(labels.ravel(), minlength=count)
    resting = np.bincount(labels[still], minlength=count)
    outline = cv2.morphologyEx(moved, cv2.MORPH_GRADIENT, _NEIGHBOURS) > 0
    owner = cv2.dilate(labels.astype(np.float32), _NEIGHBOURS).astype(np.intp)[outline]
    edge_p = np.bincount(owner, weights=_edges(picture)[outline], minlength=count)
    edge_b = np.bincount(owner, weights=_edges(background)[outline], minlength=count)
    ghost = (resting > 0.6 * sizes_px) & (edge_p < 0.6 * edge_b)
    ghost[0] = False
    return ghost[labels] if ghost.any() else none


def _edges(plane: Plane) -> Plane:
    across, down = cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)
    return cv2.magnitude(across, down).astype(np.float32, copy=False)


_NEIGHBOURS: Final = np.ones((3, 3), np.uint8)
