"""What matters in a picture: somebody or something that moves by itself. See person, car, cat."""

from __future__ import annotations

from typing import Protocol

from gcam_addon.simulator.scenes.cutout import Limb, Shape
from gcam_addon.simulator.scenes.path import Path
from gcam_addon.simulator.scenes.view import Vector


class Actor(Protocol):
    """A thing on a path, as shapes in the world at any moment."""

    @property
    def what(self) -> str:
        """`person`, `car` or `cat`, for the ground truth."""

    @property
    def path(self) -> Path: ...

    def shapes(self, t_s: float) -> list[Shape]:
        """Far ones first; empty when it is not there."""


def flattened(shapes: list[Shape], sun: Vector) -> list[Limb]:
    """The shadows of `shapes` on the ground, `sun` being the direction in which light falls (y negative)."""
    x_run, z_run = sun[0] / -sun[1], sun[2] / -sun[1]

    def fall(point: Vector) -> Vector:
        return (point[0] + x_run * point[1], 0.0, point[2] + z_run * point[1])

    shadows = []
    for shape in shapes:
        if isinstance(shape, Limb):
            balls = tuple((fall(centre), radius * 0.8) for centre, radius in shape.balls)
        else:
            balls = tuple((fall(corner), 0.02) for corner in shape.corners)
        shadows.append(Limb(balls, (0.0, 0.0, 0.0), round=False))
    return shadows
