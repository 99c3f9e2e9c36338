"""Light that moves or flickers by night: a torch, headlights, a television, an infrared lamp. Factors only,
as in `light`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.light import GRID, Moment
from gcam_addon.simulator.scenes.path import Path
from gcam_addon.simulator.scenes.view import Array, Lens, View

_WARM = np.asarray((0.8, 1.0, 1.06))
_ROWS, _COLUMNS = GRID


@dataclass(frozen=True, slots=True)
class Torch:
    """Somebody on `path` lights the ground before the feet, and sways the beam."""

    path: Path
    lens: Lens
    power: float = 5.0
    ahead_m: float = 1.6
    radius_m: float = 0.9

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        pose = self.path.pose(moment[0])
        if pose is None:
            return np.ones((1, 1, 3), np.float32)
        heading = pose.heading + 0.35 * math.sin(3.1 * moment[0])
        x = pose.x + self.ahead_m * math.cos(heading)
        z = pose.z + self.ahead_m * math.sin(heading)
        view = View(self.lens, Size(_COLUMNS, _ROWS))
        place, depth = view.project(np.asarray([(x, 0.0, z)], np.float32))
        scale = view.scale_px(float(depth[0])) * self.radius_m
        glow = _pool((float(place[0, 0]), float(place[0, 1])), scale, 0.45 * scale)
        return _lit(self.power * glow, _WARM)


@dataclass(frozen=True, slots=True)
class Headlights:
    """A car out of sight turns in: its beam sweeps over everything from left to right, at each of `at_s`."""

    at_s: tuple[float, ...]
    lasts_s: float = 2.6
    power: float = 3.2

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        light = np.ones((1, 1, 3), np.float32)
        for start_s in self.at_s:
            share = (moment[0] - start_s) / self.lasts_s
            if 0 < share < 1:
                strength = self.power * math.sin(math.pi * share) ** 0.5
                middle = ((1.5 * share - 0.25) * _COLUMNS, 0.62 * _ROWS)
                light = light * _lit(strength * _pool(middle, 0.17 * _COLUMNS, 0.3 * _ROWS), _WARM)
        return light


@dataclass(frozen=True, slots=True)
class Television:
    """One that is out of sight lights the room from the left: another brightness and colour with each cut,
    and a flicker in between.
    """

    power: float = 1.3
    cut_s: float = 1.7
    seed: int = 4

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        t_s, duration_s = moment
        cuts = _cuts(self.seed, duration_s, self.cut_s)
        level, tint = next((level, tint) for end_s, level, tint in cuts if t_s < end_s or end_s >= duration_s)
        level *= 1 + 0.12 * math.sin(9.7 * t_s) + 0.08 * math.sin(23.1 * t_s)
        across = (np.arange(_COLUMNS) + 0.5) / _COLUMNS
        down = (np.arange(_ROWS) + 0.5) / _ROWS
        glow = np.exp(-2.2 * across)[None, :] * (0.6 + 0.6 * np.exp(-(((down - 0.55) / 0.3) ** 2)))[:, None]
        return _lit(self.power * level * glow, np.asarray(tint))


@dataclass(frozen=True, slots=True)
class Infrared:
    """The lamp at the lens: bright in the middle of the picture, dark at its edges."""

    power: float = 0.5

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        glow = _pool((0.5 * _COLUMNS, 0.62 * _ROWS), 0.42 * _COLUMNS, 0.5 * _ROWS)
        return np.asarray(np.repeat((self.power * (0.25 + glow))[:, :, None], 3, axis=2), np.float32)


def _pool(middle: tuple[float, float], wide: float, high: float) -> Array:
    """1 at `middle`, less around it; cells of the grid."""
    x = (np.arange(_COLUMNS) + 0.5 - middle[0]) / max(0.6, wide)
    y = (np.arange(_ROWS) + 0.5 - middle[1]) / max(0.6, high)
    return np.asarray(np.exp(-(x[None, :] ** 2 + y[:, None] ** 2)))


def _lit(glow: Array, tint: Array) -> Array:
    return np.asarray(1 + glow[:, :, None] * tint, np.float32)


@lru_cache(maxsize=4)
def _cuts(seed: int, duration_s: float, usual_s: float) -> tuple[tuple[float, float, tuple[float, ...]], ...]:
    """(end_s, level, tint) of each picture of a film."""
    rng = np.random.default_rng([seed, 0x7E1E])
    cuts, end_s = [], 0.0
    while end_s < duration_s:
        end_s += float(rng.uniform(0.4, 2 * usual_s - 0.4))
        cuts.append((end_s, float(rng.uniform(0.15, 1.0)), tuple(rng.uniform(0.75, 1.25, 3).tolist())))
    return tuple(cuts)
