"""A cat on its way."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gcam_addon.simulator.scenes.cutout import Limb, Shape
from gcam_addon.simulator.scenes.path import Path, Pose
from gcam_addon.simulator.scenes.texture import Colour
from gcam_addon.simulator.scenes.view import Vector

_CYCLE_M = 0.42


@dataclass(frozen=True, slots=True)
class Cat:
    """Half a metre long without its tail."""

    path: Path
    coat: Colour = (52, 88, 142)

    @property
    def what(self) -> str:
        return "cat"

    def shapes(self, t_s: float) -> list[Shape]:
        pose = self.path.pose(t_s)
        if pose is None:
            return []
        phase = 2 * math.pi * pose.walked_m / _CYCLE_M
        stride = min(1.0, pose.speed_mps / 0.5)
        dark: Colour = (self.coat[0] * 0.6, self.coat[1] * 0.6, self.coat[2] * 0.6)
        far = 1 if math.cos(pose.heading) > 0 else -1
        legs = [_leg(pose, fore, side * far, phase, stride) for side in (1, -1) for fore in (True, False)]
        far_legs = [Limb(balls, dark) for balls in legs[:2]]
        near_legs = [Limb(balls, self.coat) for balls in legs[2:]]
        return [*far_legs, *_trunk(pose, self.coat, dark, t_s), *near_legs]


def _trunk(pose: Pose, coat: Colour, dark: Colour, t_s: float) -> list[Shape]:
    wag = 0.05 * math.sin(2.1 * t_s)
    tail = ((_at(pose, -0.21, 0.27, 0), 0.022), (_at(pose, -0.36, 0.33, wag), 0.018))
    tip = ((_at(pose, -0.36, 0.33, wag), 0.018), (_at(pose, -0.42, 0.44, 1.6 * wag), 0.014))
    body = ((_at(pose, -0.17, 0.24, 0), 0.075), (_at(pose, 0.15, 0.24, 0), 0.07))
    neck = ((_at(pose, 0.15, 0.26, 0), 0.055), (_at(pose, 0.25, 0.32, 0), 0.048))
    head = ((_at(pose, 0.26, 0.33, 0), 0.056), (_at(pose, 0.30, 0.32, 0), 0.04))
    ears = [
        ((_at(pose, 0.24, 0.38, s), 0.018), (_at(pose, 0.24, 0.41, 1.1 * s), 0.005)) for s in (0.03, -0.03)
    ]
    limbs: list[Shape] = [Limb(tail, coat), Limb(tip, dark), Limb(body, coat), Limb(neck, coat)]
    return [*limbs, *(Limb(ear, dark) for ear in ears), Limb(head, coat)]


def _leg(
    pose: Pose, fore: bool, side: int, phase: float, stride: float
) -> tuple[tuple[Vector, float], tuple[Vector, float]]:
    shift = (0.0 if fore else 0.6 * math.pi) + (0.0 if side > 0 else math.pi)
    swing = 0.07 * stride * math.sin(phase + shift)
    lift = 0.03 * stride * max(0.0, math.cos(phase + shift))
    root = 0.14 if fore else -0.16
    return (
        (_at(pose, root, 0.2, 0.04 * side), 0.036 if fore else 0.046),
        (_at(pose, root + swing + 0.01, 0.02 + lift, 0.04 * side), 0.02),
    )


def _at(pose: Pose, forward: float, up: float, side: float) -> Vector:
    along, across = math.cos(pose.heading), math.sin(pose.heading)
    return (pose.x + forward * along - side * across, up, pose.z + forward * across + side * along)
