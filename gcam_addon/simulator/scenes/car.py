"""A car that drives by: a profile with width, windows, lights and turning wheels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gcam_addon.simulator.scenes.cutout import Panel, Shape
from gcam_addon.simulator.scenes.path import Path, Pose
from gcam_addon.simulator.scenes.texture import Colour
from gcam_addon.simulator.scenes.view import Vector

_HALF_WIDTH_M = 0.86
_WHEEL_M = 0.31
_BODY = ((-2.05, 0.34), (-2.1, 0.72), (-1.95, 0.92), (1.05, 0.95), (1.95, 0.80), (2.1, 0.58), (2.05, 0.32))
_ROOF = ((-1.75, 0.92), (-1.32, 1.40), (-0.55, 1.47), (0.28, 1.42), (1.08, 0.95))
_WINDOWS = (
    ((-1.52, 0.97), (-1.22, 1.33), (-0.72, 1.39), (-0.72, 0.97)),
    ((-0.62, 0.97), (-0.62, 1.39), (0.2, 1.35), (0.82, 0.97)),
)
_GLASS: Colour = (92, 80, 66)


@dataclass(frozen=True, slots=True)
class Car:
    """4.2 m long; drives along the picture (its path should keep nearly the same z)."""

    path: Path
    paint: Colour = (44, 40, 158)

    @property
    def what(self) -> str:
        return "car"

    def shapes(self, t_s: float) -> list[Shape]:
        pose = self.path.pose(t_s)
        if pose is None:
            return []
        return [*self._hull(pose), *_flank(pose), *_wheels(pose)]

    def _hull(self, pose: Pose) -> list[Shape]:
        """The far flank, then the strips between both flanks, then the near one."""
        near, far = -_HALF_WIDTH_M, _HALF_WIDTH_M
        shapes: list[Shape] = [Panel(_side(pose, _BODY, far), _lit(self.paint, 0.5))]
        for profile, light in ((_BODY, 1.12), (_ROOF, 1.2)):
            inset = 0.0 if profile is _BODY else 0.12
            for a, b in pairwise(profile):
                steep = abs(b[1] - a[1]) > 0.25
                glass = profile is _ROOF and steep
                colour = _GLASS if glass else _lit(self.paint, 0.8 if steep else light)
                strip = (
                    _at(pose, *a, near + inset),
                    _at(pose, *b, near + inset),
                    _at(pose, *b, far - inset),
                    _at(pose, *a, far - inset),
                )
                shapes.append(Panel(strip, colour))
        lower = tuple((x, min(y, 0.62)) for x, y in _BODY)
        shapes.append(Panel(_side(pose, _BODY, near), _lit(self.paint, 0.95)))
        shapes.append(Panel(_side(pose, lower, near), _lit(self.paint, 0.74)))
        shapes.append(Panel(_side(pose, _ROOF, near + 0.12), _lit(self.paint, 0.9)))
        return shapes


def _flank(pose: Pose) -> list[Shape]:
    near = -_HALF_WIDTH_M
    shapes: list[Shape] = [Panel(_side(pose, window, near + 0.1), _GLASS) for window in _WINDOWS]
    glint = ((-0.4, 1.37), (-0.2, 1.37), (-0.35, 0.98), (-0.55, 0.98))
    shapes.append(Panel(_side(pose, glint, near + 0.1), (150, 140, 128)))
    shapes.append(
        Panel(_side(pose, ((-0.68, 0.4), (-0.66, 0.4), (-0.66, 0.95), (-0.68, 0.95)), near), (26, 24, 40))
    )
    shapes.append(
        Panel(_side(pose, ((0.15, 0.76), (0.33, 0.76), (0.33, 0.80), (0.15, 0.80)), near), (60, 60, 64))
    )
    shapes.append(
        Panel(_side(pose, ((1.86, 0.62), (2.08, 0.6), (2.02, 0.76), (1.84, 0.78)), near), (216, 228, 236))
    )
    shapes.append(
        Panel(_side(pose, ((-2.09, 0.66), (-1.9, 0.66), (-1.9, 0.84), (-2.05, 0.84)), near), (28, 26, 170))
    )
    return shapes


def _wheels(pose: Pose) -> list[Shape]:
    shapes: list[Shape] = []
    for axle in (-1.3, 1.32):
        for radius, colour in ((0.38, (20, 20, 22)), (_WHEEL_M, (34, 33, 32)), (0.2, (150, 150, 150))):
            shapes.append(Panel(_disc(pose, axle, radius), colour))
        shapes.append(Panel(_spoke(pose, axle), (70, 70, 70)))
    return shapes


def _disc(pose: Pose, axle: float, radius: float) -> tuple[Vector, ...]:
    turns = np.linspace(0, 2 * math.pi, 18, endpoint=False).tolist()
    ring = tuple((axle + radius * math.cos(a), _WHEEL_M + radius * math.sin(a)) for a in turns)
    return _side(pose, ring, -_HALF_WIDTH_M - 0.01)


def _spoke(pose: Pose, axle: float) -> tuple[Vector, ...]:
    angle = -pose.walked_m / _WHEEL_M
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    corners = ((-0.19, -0.03), (0.19, -0.03), (0.19, 0.03), (-0.19, 0.03))
    bar = tuple(
        (axle + a * along[0] + b * across[0], _WHEEL_M + a * along[1] + b * across[1]) for a, b in corners
    )
    return _side(pose, bar, -_HALF_WIDTH_M - 0.015)


def _side(pose: Pose, outline: tuple[tuple[float, float], ...], depth: float) -> tuple[Vector, ...]:
    return tuple(_at(pose, x, y, depth) for x, y in outline)


def _at(pose: Pose, forward: float, up: float, depth: float) -> Vector:
    """`depth` is from the middle of the car away from the camera, whichever way it drives."""
    direction = 1 if math.cos(pose.heading) > 0 else -1
    return (pose.x + direction * forward, up, pose.z + depth)


def _lit(colour: Colour, gain: float) -> Colour:
    return (colour[0] * gain, colour[1] * gain, colour[2] * gain)
