"""The outlines of a small picture, and how much of them another picture shows. Pure.

An outline is kept by its direction without its sign, and not by its contrast: in other light, and by
infrared, a place has the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from gcam_addon.interfaces import Luma
from gcam_addon.model import Polygon

WIDE: Final = 64
HIGH: Final = 48
_COARSE: Final = (16, 12)
_BLOCKS: Final = (8, 6)
_WIDEST_PX: Final = 256
_CONTRAST: Final = 4.0
"""Grey levels from one pixel to the next that make half an outline."""
_FAINT: Final = 0.1
"""What noise makes of a place without any."""
_GLARE: Final = 250
_NEAR_PX: Final = 2
"""A camera may shake by so much …"""
_FAR_PX: Final = 6
"""… and beyond this what fits does so by chance."""
_BY_CHANCE: Final = 3.0
"""Deviations that chance hardly reaches."""
_CLEAR: Final = 0.5
"""Likeness of which nobody has to ask whether it is chance."""

Plane = npt.NDArray[np.float32]
Field = npt.NDArray[np.complex64]
Glimpse = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Of one picture. `field`: per pixel how much of one there is (0 to 1), with twice its angle."""

    field: Field
    glares: npt.NDArray[np.bool_]
    blocks: Plane
    """How much of them each part of the picture has."""
    brightest: float
    """Grey level that a tenth of the picture is above."""

    @property
    def amount(self) -> float:
        return float(self.blocks.mean())


def glimpse(luma: Luma) -> Glimpse:
    """A few of its pixels."""
    return cv2.resize(luma, _COARSE, interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)


def seen_part(masks: Sequence[Polygon]) -> Plane | None:
    """1 where nothing is blackened, nor beside it; None: nowhere."""
    if not masks:
        return None
    hidden = np.zeros((HIGH, WIDE), np.uint8)
    for mask in masks:
        points = np.round(np.array(mask) * (WIDE - 1, HIGH - 1)).astype(np.int32)
        cv2.fillPoly(hidden, [points], 1)
        cv2.polylines(hidden, [points], isClosed=True, color=1, thickness=5)
    return (1 - hidden).astype(np.float32)


def outlines(luma: Luma, seen: Plane | None = None) -> Outlines:
    way = cv2.INTER_LINEAR if luma.shape[1] <= _WIDEST_PX else cv2.INTER_AREA
    small = cv2.resize(luma, (WIDE, HIGH), interpolation=way)
    grey = cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32)
    across, down = cv2.Sobel(grey, -1, 1, 0, scale=1 / 8), cv2.Sobel(grey, -1, 0, 1, scale=1 / 8)
    slope = cv2.magnitude(across, down)
    weight = slope / (slope + _CONTRAST)
    if seen is not None:
        weight *= seen
    unit = (across + 1j * down) / np.maximum(slope, 1e-3)
    return Outlines(
        field=(unit * unit * weight).astype(np.complex64),
        glares=small >= _GLARE,
        blocks=_in_blocks(weight),
        brightest=float(np.partition(small.ravel(), small.size * 9 // 10)[small.size * 9 // 10]),
    )


def _in_blocks(weight: Plane) -> Plane:
    blocks = cv2.resize(weight, _BLOCKS, interpolation=cv2.INTER_AREA)
    some: Plane = np.maximum(blocks - _FAINT, 0.0).astype(np.float32)
    return some


class Reference:
    """What a place looks like: the mean of many pictures, in which whatever passes fades."""

    def __init__(self, first: Outlines, pts_s: float) -> None:
        self.since_s = self.learned_s = pts_s
        self._count = 1
        self._field = first.field.copy()
        self._glares = first.glares.astype(np.float32)
        self.blocks = first.blocks.copy()
        self._spectrum: npt.NDArray[np.complex128] | None = None

    @property
    def amount(self) -> float:
        """How much there is to recognise it by."""
        return float(self.blocks.mean())

    def learn(self, one: Outlines, pts_s: float, fades_s: float) -> None:
        self._count += 1
        share = max(1.0 / self._count, min(1.0, (pts_s - self.learned_s) / fades_s))
        self.learned_s = pts_s
        self._field += share * (one.field - self._field)
        self._glares += share * (one.glares - self._glares)
        self.blocks += share * (one.blocks - self.blocks)
        self._spectrum = None

    def likeness(self, one: Outlines) -> float:
        """1: the same outlines; 0 or less: no more of them than any other place has by chance."""
        norm = float(np.linalg.norm(self._field) * np.linalg.norm(one.field)) or 1.0
        plain = float(np.vdot(self._field, one.field).real) / norm
        return plain if plain >= _CLEAR else self._beyond_chance(one, norm)

    def likeness_of_a_side(self, one: Outlines) -> float:
        """The same of the side that is most like it was: something large may stand before the rest. Without
        the edges, where cameras write the time.
        """
        return max(self._likeness_in(side, one) for side in _SIDES)

    def _likeness_in(self, side: tuple[slice, slice], one: Outlines) -> float:
        known, now = np.zeros_like(self._field), np.zeros_like(self._field)
        known[side], now[side] = self._field[side], one.field[side]
        norm = float(np.linalg.norm(known) * np.linalg.norm(now)) or 1.0
        return _beyond_chance(np.fft.fft2(known), now, norm)

    def gone(self, one: Outlines) -> float:
        """Share of the parts of the picture with outlines that have hardly any now."""
        there = self.blocks > _FAINT / 2
        if not there.any():
            return 0.0
        return float((one.blocks[there] < 0.3 * self.blocks[there]).mean())

    def glaring(self, one: Outlines) -> float:
        """Share of the picture that glares and usually does not."""
        return float((one.glares & (self._glares < 0.3)).mean())

    def _beyond_chance(self, one: Outlines, norm: float) -> float:
        if self._spectrum is None:
            self._spectrum = np.fft.fft2(self._field)
        return _beyond_chance(self._spectrum, one.field, norm)


def _beyond_chance(known: npt.NDArray[np.complex128], now: Field, norm: float) -> float:
    """How much better it fits where it should than anywhere else."""
    shifted = np.fft.ifft2(np.conj(known) * np.fft.fft2(now)).real / norm
    far = shifted[_IS_FAR]
    return float(shifted[_IS_NEAR].max() - far.mean() - _BY_CHANCE * far.std())


def _distances() -> npt.NDArray[np.int64]:
    """How far each shift is, going round at the edges."""
    rows, columns = np.indices((HIGH, WIDE))
    return np.maximum(np.minimum(rows, HIGH - rows), np.minimum(columns, WIDE - columns))


_INNER: Final = slice(HIGH // 8, HIGH * 7 // 8)
_SIDES: Final = (
    (_INNER, slice(0, WIDE // 3)),
    (_INNER, slice(WIDE - WIDE // 3, WIDE)),
    (slice(HIGH // 8, HIGH * 3 // 8), slice(0, WIDE)),
    (slice(HIGH * 5 // 8, HIGH * 7 // 8), slice(0, WIDE)),
)
_IS_NEAR: Final = _distances() <= _NEAR_PX
_IS_FAR: Final = _distances() >= _FAR_PX
