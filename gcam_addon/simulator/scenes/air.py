"""What is in the air between the lens and the scene: insects and snow. It moves, and matters to nobody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np

from gcam_addon.simulator.scenes.view import Array

_EXPOSURE_S = 0.03
_FRACTION_BITS = 4

Place = tuple[float, float]
"""(x, y) in widths of the picture."""


class Airborne(Protocol):
    """Painted over everything else."""

    def paint(self, picture: Array, t_s: float, duration_s: float, light: float) -> None:
        """At `t_s` of a scene of `duration_s`, which repeats. `light`: mean factor of the scene's light."""


@dataclass(frozen=True, slots=True)
class Insects:
    """Attracted by an infrared lamp, so close to the lens that they are pale, blurred streaks: some fly
    past, some stay about for a while. `per_s` come each second.
    """

    per_s: float = 0.7
    seed: int = 3

    def paint(self, picture: Array, t_s: float, duration_s: float, light: float) -> None:
        for flight in _flights(self, duration_s):
            if flight.start_s <= t_s <= flight.end_s:
                _streak(picture, flight.at(t_s - _EXPOSURE_S), flight.at(t_s), flight.size, flight.glow)


@dataclass(frozen=True, slots=True)
class Snow:
    """`flakes` at once, most of them far, falling slantwise; each is the same again and again."""

    flakes: int = 140
    slant: float = 0.25
    seed: int = 5

    def paint(self, picture: Array, t_s: float, duration_s: float, light: float) -> None:
        height = picture.shape[0] / picture.shape[1] + 0.1
        for x, y, near in _flakes(self.seed, self.flakes):
            falls = max(1, round(duration_s * (0.12 + 0.9 * near) / height))  # whole falls a round: no jump
            speed = falls * height / duration_s
            down = (y * height + speed * t_s) % height
            across = (x * 1.2 + self.slant * (down + 0.2 * math.sin(2.2 * down / height + 9 * x))) % 1.2 - 0.1
            end = (across, down - 0.05)
            begin = (end[0] - self.slant * speed * _EXPOSURE_S, end[1] - speed * _EXPOSURE_S)
            _streak(picture, begin, end, 0.003 + 0.022 * near**2, round(220 * min(1.0, light)))


@dataclass(frozen=True, slots=True)
class _Flight:
    start_s: float
    end_s: float
    begin: Place
    step: Place
    wobble: float
    turns_ps: float
    size: float
    glow: int

    def at(self, t_s: float) -> Place:
        passed_s = t_s - self.start_s
        angle = 2 * math.pi * self.turns_ps * passed_s
        return (
            self.begin[0] + self.step[0] * passed_s + self.wobble * math.sin(angle),
            self.begin[1] + self.step[1] * passed_s + self.wobble * math.cos(1.3 * angle),
        )


@lru_cache(maxsize=8)
def _flights(insects: Insects, duration_s: float) -> tuple[_Flight, ...]:
    rng = np.random.default_rng([insects.seed, 0x1A5E])
    flights = []
    for start_s in rng.uniform(0, duration_s - 2.5, round(insects.per_s * duration_s)).tolist():
        stays = rng.random() < 0.2
        lasts_s = rng.uniform(1.2, 2.4) if stays else rng.uniform(0.3, 0.8)
        speed = rng.uniform(0.05, 0.25) if stays else rng.uniform(0.7, 1.8)
        heading = rng.uniform(0, 2 * math.pi)
        step = (speed * math.cos(heading), speed * math.sin(heading))
        middle = (rng.uniform(0.15, 0.85), rng.uniform(0.1, 0.65))
        flights.append(
            _Flight(
                start_s,
                start_s + lasts_s,
                (middle[0] - step[0] * lasts_s / 2, middle[1] - step[1] * lasts_s / 2),
                step,
                rng.uniform(0.02, 0.09) if stays else rng.uniform(0.0, 0.03),
                rng.uniform(0.8, 2.0),
                rng.uniform(0.012, 0.055),
                round(rng.uniform(60, 200)),
            )
        )
    return tuple(flights)


@lru_cache(maxsize=8)
def _flakes(seed: int, count: int) -> tuple[tuple[float, float, float], ...]:
    rng = np.random.default_rng([seed, 0x50F7])
    near = rng.uniform(0, 1, count) ** 3
    across, down = rng.uniform(0, 1, (2, count)).tolist()
    return tuple(zip(across, down, near.tolist(), strict=True))


def _streak(picture: Array, begin: Place, end: Place, size: float, glow: int) -> None:
    """A soft stroke; all lengths in widths of the picture. Whiter where it is, by up to `glow` of 255."""
    width = picture.shape[1]
    thick = max(1, round(size * width))
    ends = np.asarray((begin, end)) * width
    low, high = ends.min(axis=0) - 2 * thick - 2, ends.max(axis=0) + 2 * thick + 3
    left, top = (max(0, math.floor(edge)) for edge in low.tolist())
    right, bottom = min(width, math.ceil(high[0])), min(picture.shape[0], math.ceil(high[1]))
    if right <= left or bottom <= top:
        return
    veil = np.zeros((bottom - top, right - left), np.uint8)
    points = np.round((ends - (left, top)) * 2**_FRACTION_BITS).astype(int).tolist()
    cv2.line(veil, points[0], points[1], glow, thick, cv2.LINE_AA, _FRACTION_BITS)
    veil = np.asarray(cv2.GaussianBlur(veil, (0, 0), max(0.6, 0.3 * thick)), np.uint8)
    patch = picture[top:bottom, left:right]
    white = cv2.merge([veil] * 3)
    patch[:] = cv2.add(patch, cv2.multiply(255 - patch, white, scale=1 / 255))
