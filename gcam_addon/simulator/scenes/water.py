"""Water that begins to run over the ground: ripples that go everywhere and get nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from gcam_addon.simulator.scenes.texture import fractal
from gcam_addon.simulator.scenes.view import Array, View

_TILE = 256
_WAVES = 0.5
_DARKER = 0.15
_SKY = 10.0
_RISE_S = 0.8


@dataclass(frozen=True, slots=True)
class Water:
    """A pool on the ground, metres, within `since_s`..`until_s`; ripples run all over it."""

    left: float
    right: float
    near: float
    far: float
    since_s: float
    until_s: float

    def paint(self, picture: Array, view: View, t_s: float, light: float) -> None:
        level = min((t_s - self.since_s) / _RISE_S, (self.until_s - t_s) / _RISE_S, 1.0)
        if level <= 0:
            return
        matrix = cv2.getPerspectiveTransform(_CORNERS, self._corners(view))
        size = (picture.shape[1], picture.shape[0])
        waves = cv2.warpPerspective(_ripples(t_s) * _pool(), matrix, size, flags=cv2.INTER_AREA)
        depth = cv2.warpPerspective(_pool(), matrix, size, flags=cv2.INTER_AREA)
        shine = 1 + level * (_WAVES * waves - _DARKER * depth)
        sky = level * light * _SKY * depth
        picture[:] = np.clip(picture * shine[:, :, None] + sky[:, :, None], 0, 255).astype(np.uint8)

    def _corners(self, view: View) -> Array:
        far, near = ([(x, 0.0, z) for x in (self.left, self.right)] for z in (self.far, self.near))
        place, _ = view.project(np.asarray([*far, *near[::-1]], np.float32))
        return place.astype(np.float32)


_CORNERS = np.asarray([(0, 0), (_TILE, 0), (_TILE, _TILE), (0, _TILE)], np.float32)


@lru_cache(maxsize=1)
def _pool() -> Array:
    """How deep it is, 0..1: no shore is straight."""
    across = np.abs(np.linspace(-1, 1, _TILE))
    shore = 0.25 * fractal(np.random.default_rng(0x5040), _TILE, _TILE, cell=70, octaves=3)
    return np.asarray(np.clip(4 * (1 - np.hypot(across[None, :], across[:, None]) + shore), 0, 1), np.float32)


def _ripples(t_s: float) -> Array:
    """About -1..1: two patterns that run through each other."""
    fast = np.roll(_pattern(1), (round(70 * t_s), round(160 * t_s)), (0, 1))
    slow = np.roll(_pattern(2), (-round(45 * t_s), round(60 * t_s)), (0, 1))
    return np.asarray(np.clip(1.4 * (fast + slow), -1, 1), np.float32)


@lru_cache(maxsize=2)
def _pattern(seed: int) -> Array:
    tile = fractal(np.random.default_rng([seed, 0x3A7E]), _TILE // 2, _TILE // 2, cell=22, octaves=3)
    across = np.concatenate([tile, tile[:, ::-1]], axis=1)
    return np.concatenate([across, across[::-1]], axis=0)
