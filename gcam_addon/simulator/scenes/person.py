"""A person who walks, waits and goes: a skeleton with a gait, in clothes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gcam_addon.simulator.scenes.cutout import Limb, Shape
from gcam_addon.simulator.scenes.path import Path, Pose
from gcam_addon.simulator.scenes.texture import Colour
from gcam_addon.simulator.scenes.view import Vector

_CYCLE_M = 1.42  # two steps


@dataclass(frozen=True, slots=True)
class Clothes:
    top: Colour = (120, 62, 40)
    trousers: Colour = (70, 54, 48)
    shoes: Colour = (36, 38, 44)
    hair: Colour = (30, 40, 56)
    skin: Colour = (122, 152, 204)


@dataclass(frozen=True, slots=True)
class Person:
    """1.75 m tall at height 1.0; legs and arms swing with the distance walked, so feet never slide."""

    path: Path
    clothes: Clothes = Clothes()
    height: float = 1.0

    @property
    def what(self) -> str:
        return "person"

    def shapes(self, t_s: float) -> list[Shape]:
        pose = self.path.pose(t_s)
        return [] if pose is None else _Body(self, pose, t_s).shapes()


class _Body:
    """One moment of a person: forward is where the path leads, side is to the left of it."""

    def __init__(self, person: Person, pose: Pose, t_s: float) -> None:
        self._person = person
        self._pose = pose
        self._phase = 2 * math.pi * pose.walked_m / _CYCLE_M
        self._stride = min(1.0, pose.speed_mps / 1.1)
        self._sway_m = (1 - self._stride) * 0.012 * math.sin(1.7 * t_s)
        self._bob_m = self._stride * 0.022 * math.cos(2 * self._phase)

    def shapes(self) -> list[Shape]:
        near = 1 if math.cos(self._pose.heading) > 0 else -1
        far_side, near_side = (near, -near)
        limbs = [self._arm(far_side), self._leg(far_side), self._leg(near_side), self._torso(), self._head()]
        limbs.append(self._arm(near_side))
        return [shape for limb in limbs for shape in limb]

    def _at(self, forward: float, up: float, side: float = 0.0) -> Vector:
        """A place on the body, metres from between the feet."""
        scale, heading = self._person.height, self._pose.heading
        forward, side = forward * scale + self._sway_m * up, side * scale
        x = self._pose.x + forward * math.cos(heading) - side * math.sin(heading)
        z = self._pose.z + forward * math.sin(heading) + side * math.cos(heading)
        return (x, max(0.0, up * scale + (self._bob_m if up > 0.2 else 0.0)), z)

    def _limb(self, colour: Colour, *balls: tuple[Vector, float]) -> Limb:
        scale = self._person.height
        return Limb(tuple((centre, radius * scale) for centre, radius in balls), colour)

    def _leg(self, side: int) -> list[Shape]:
        phase = self._phase + (0 if side > 0 else math.pi)
        thigh = self._stride * (0.06 + 0.48 * math.sin(phase))
        knee_bend = 0.06 + self._stride * 0.95 * max(0.0, math.cos(phase)) ** 1.5
        hip = (0.0, 0.93, 0.09 * side)
        knee = (0.44 * math.sin(thigh), 0.93 - 0.44 * math.cos(thigh), 0.09 * side)
        shin = thigh - knee_bend
        ankle = (knee[0] + 0.43 * math.sin(shin), max(0.07, knee[1] - 0.43 * math.cos(shin)), 0.09 * side)
        toe_up = max(0.035, ankle[1] - 0.05 + 0.10 * math.sin(shin + 0.2))
        clothes = self._person.clothes
        return [
            self._limb(
                clothes.shoes, (self._at(*ankle), 0.05), (self._at(ankle[0] + 0.15, toe_up, ankle[2]), 0.034)
            ),
            self._limb(clothes.trousers, (self._at(*knee), 0.068), (self._at(*ankle), 0.05)),
            self._limb(clothes.trousers, (self._at(*hip), 0.096), (self._at(*knee), 0.07)),
        ]

    def _arm(self, side: int) -> list[Shape]:
        swing = -self._stride * 0.52 * math.sin(self._phase + (0 if side > 0 else math.pi)) + 0.03
        shoulder = (0.0, 1.42, 0.185 * side)
        elbow = (0.28 * math.sin(swing), 1.42 - 0.28 * math.cos(swing), 0.225 * side)
        bend = swing + 0.22 + self._stride * 0.3
        wrist = (elbow[0] + 0.25 * math.sin(bend), elbow[1] - 0.25 * math.cos(bend), 0.215 * side)
        hand = (wrist[0] + 0.08 * math.sin(bend), wrist[1] - 0.08 * math.cos(bend), 0.215 * side)
        clothes = self._person.clothes
        return [
            self._limb(clothes.skin, (self._at(*wrist), 0.036), (self._at(*hand), 0.034)),
            self._limb(clothes.top, (self._at(*elbow), 0.048), (self._at(*wrist), 0.038)),
            self._limb(clothes.top, (self._at(*shoulder), 0.06), (self._at(*elbow), 0.046)),
        ]

    def _torso(self) -> list[Shape]:
        clothes = self._person.clothes
        chest = [(self._at(0.015, 1.40, 0.15 * side), 0.085) for side in (1, -1)]
        waist = [(self._at(0.0, 1.02, 0.085 * side), 0.105) for side in (1, -1)]
        hips = [(self._at(0.0, 0.95, 0.085 * side), 0.105) for side in (1, -1)]
        return [
            self._limb(clothes.trousers, *waist, *hips),
            self._limb(clothes.skin, (self._at(0.02, 1.47), 0.055), (self._at(0.02, 1.55), 0.055)),
            self._limb(clothes.top, *chest, *waist),
        ]

    def _head(self) -> list[Shape]:
        """Face and hair, the farther one first."""
        clothes = self._person.clothes
        face = self._limb(clothes.skin, (self._at(0.035, 1.60), 0.08), (self._at(0.03, 1.67), 0.09))
        hair = self._limb(clothes.hair, (self._at(-0.035, 1.64), 0.085), (self._at(-0.005, 1.715), 0.088))
        facing_camera = math.sin(self._pose.heading) < -0.3
        return [hair, face] if facing_camera else [face, hair]
