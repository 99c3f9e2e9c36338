"""How light changes over a scene: clouds, a lamp, dusk, night, exposure. Factors only, no pixels.

A field is float32 (rows, columns, 3) or broadcastable to it: factors for blue, green, red on a coarse
grid over the picture. All changes are periodic in the scene's duration, so that a scene loops quietly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np

from gcam_addon.simulator.scenes.texture import fractal
from gcam_addon.simulator.scenes.view import Array

GRID = (24, 32)
"""(rows, columns) of a field."""

Moment = tuple[float, float]
"""(t_s, duration_s) of a scene."""


def light_at(conditions: tuple[Condition, ...], moment: Moment, lamp: tuple[float, float]) -> Array:
    """All conditions together: one field."""
    light = np.ones((1, 1, 3), np.float32)
    for condition in conditions:
        light = light * condition.field(moment, lamp)
    return light


class Condition(Protocol):
    """Something that changes the light."""

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        """The light's factors at this moment. `lamp`: where the lamp is, relative (x, y)."""


@dataclass(frozen=True, slots=True)
class Clouds:
    """Clouds pass before the sun: everything dims by up to `depth`, and their edges move through."""

    depth: float = 0.4
    passes: int = 2
    seed: int = 7

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        t_s, duration_s = moment
        rows, columns = GRID
        sky = _cloud_sky(self.seed, rows, 16 * columns)
        offset = (t_s / duration_s) % 1 * sky.shape[1]
        index = (np.arange(columns) * 0.5 + offset) % sky.shape[1]
        low = index.astype(int)
        share = (index - low)[None, :]
        window = sky[:, low] * (1 - share) + sky[:, (low + 1) % sky.shape[1]] * share
        wave = 0.5 - 0.5 * math.cos(2 * math.pi * self.passes * t_s / duration_s)
        dim = 1 - self.depth * (0.7 * wave + 0.3 * window)
        return np.asarray(dim[:, :, None] ** np.asarray((0.92, 1.0, 1.04)), np.float32)


@lru_cache(maxsize=8)
def _cloud_sky(seed: int, rows: int, columns: int) -> Array:
    """A strip of cloud cover 0..1 that closes on itself."""
    strip = fractal(np.random.default_rng(seed), rows, columns, cell=48, octaves=3)
    joined = np.concatenate([strip, strip[:, ::-1]], axis=1)
    smooth = cv2.GaussianBlur(joined, (0, 0), 4)
    return np.asarray(np.clip(0.5 + smooth, 0, 1))


@dataclass(frozen=True, slots=True)
class Lamp:
    """The setting's lamp is on within `on_s`..`off_s`; it reaches full power in about 0.1 s."""

    on_s: float
    off_s: float = math.inf
    power: float = 1.5

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        t_s = moment[0]
        level = _smooth((t_s - self.on_s) / 0.12) * (1 - _smooth((t_s - self.off_s) / 0.15))
        rows, columns = GRID
        x = (np.arange(columns) + 0.5) / columns - lamp[0]
        y = ((np.arange(rows) + 0.5) / rows - lamp[1]) * 0.75
        distance = np.hypot(x[None, :], y[:, None])
        glow = 0.35 + 1.1 / (1 + (distance / 0.16) ** 2)
        warm = np.asarray((0.62, 0.92, 1.16))
        return np.asarray(1 + level * self.power * glow[:, :, None] * warm, np.float32)


@dataclass(frozen=True, slots=True)
class Level:
    """A constant light: `gain` for all, `tint` for blue, green, red."""

    gain: float
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        return np.asarray(self.tint, np.float32).reshape(1, 1, 3) * np.float32(self.gain)


@dataclass(frozen=True, slots=True)
class Dusk:
    """Evening falls over the first half of the scene to `darkest`, and morning comes in the second."""

    darkest: float = 0.22

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        t_s, duration_s = moment
        night = 0.5 - 0.5 * math.cos(2 * math.pi * t_s / duration_s)
        gain = math.exp(math.log(self.darkest) * night)
        tint = 1 + night * np.asarray((0.16, -0.02, -0.14))
        return np.asarray(gain * tint, np.float32).reshape(1, 1, 3)


@dataclass(frozen=True, slots=True)
class ExposureSteps:
    """The sensor's exposure jumps: (t_s, gain), each until the next; gain 1 before the first."""

    steps: tuple[tuple[float, float], ...]

    def field(self, moment: Moment, lamp: tuple[float, float]) -> Array:
        gain = 1.0
        for at_s, value in self.steps:
            if moment[0] >= at_s:
                gain = value
        return np.full((1, 1, 3), gain, np.float32)


@dataclass(frozen=True, slots=True)
class AutoExposure:
    """Follows the mean brightness in small steps with a delay, as the OV2640's AEC and AGC do."""

    lag_s: float = 0.8
    strength: float = 0.7
    """0: none; 1: the mean brightness is restored in full."""

    def gains(self, brightness: list[float], step_s: float) -> list[float]:
        """The gain after each step, settled on the first brightness at the start."""
        gain = self._wanted(brightness[0])
        shown, gains = gain, []
        for value in brightness:
            gain += (self._wanted(value) - gain) * min(1.0, step_s / self.lag_s)
            if abs(gain / shown - 1) > 0.035:  # its gain has steps, and a dead band around the target
                shown = gain
            gains.append(shown)
        return gains

    def _wanted(self, brightness: float) -> float:
        return float(np.clip(brightness**-self.strength, 0.25, 6.0))


def _smooth(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
