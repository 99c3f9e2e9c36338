"""What moves without mattering: leaves in the wind, and rain."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.setting import Foliage
from gcam_addon.simulator.scenes.texture import leaves
from gcam_addon.simulator.scenes.view import Array, View


@dataclass(frozen=True, slots=True)
class Wind:
    """0: calm, 1: a fresh breeze with gusts."""

    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Rain:
    """1: steady rain."""

    strength: float = 1.0


class Crown:
    """One piece of foliage at one frame size, bent by the wind; coordinates in pixels."""

    def __init__(self, foliage: Foliage, view: View) -> None:
        self.seed = foliage.seed
        x, y, z = foliage.foot
        place, depth = view.project(np.asarray([(x, y, z), (x, y + foliage.height_m, z)], np.float32))
        self.depth_m = float(depth[0])
        scale = view.scale_px(self.depth_m)
        self._bend_px = foliage.bend_m * scale
        margin = math.ceil(2.2 * self._bend_px) + 2
        width = max(4, round(foliage.width_m * scale))
        height = max(4, round(float(place[0, 1] - place[1, 1])))
        self._left = round(float(place[0, 0]) - width / 2) - margin
        self._top = round(float(place[1, 1])) - margin
        self._sprite = _sprite(foliage, width, height, margin)
        self._build_maps(foliage.seed)

    def cover(self, depth_m: Array) -> None:
        """Note in a depth map where the calm crown hides what is behind it."""
        rows, columns = self._sprite.shape[:2]
        top, left = max(0, self._top), max(0, self._left)
        bottom, right = min(depth_m.shape[0], self._top + rows), min(depth_m.shape[1], self._left + columns)
        if bottom <= top or right <= left:
            return
        alpha = self._sprite[top - self._top : bottom - self._top, left - self._left : right - self._left, 3]
        patch = depth_m[top:bottom, left:right]
        patch[(alpha > 127) & (patch > self.depth_m)] = self.depth_m

    def paint(self, picture: Array, hidden: Array, light: Array, gust: tuple[float, float]) -> None:
        """`gust`: (bend, flutter), each about -1..1; (0, 0) is calm."""
        rows, columns = self._sprite.shape[:2]
        top, left = max(0, self._top), max(0, self._left)
        bottom, right = min(picture.shape[0], self._top + rows), min(picture.shape[1], self._left + columns)
        if bottom <= top or right <= left:
            return
        inside = np.s_[top - self._top : bottom - self._top, left - self._left : right - self._left]
        bend, flutter = gust
        shift = self._bend_map[inside] * np.float32(bend) + self._flutter_map(flutter)[inside]
        moved = cv2.remap(
            self._sprite, self._columns[inside] - shift, self._rows[inside] + 0.35 * shift, cv2.INTER_LINEAR
        )
        target = picture[top:bottom, left:right]
        alpha = moved[:, :, 3] * (hidden[top:bottom, left:right] > self.depth_m)
        lit = cv2.multiply(moved[:, :, :3], np.append(light, 0.0).astype(np.float64))
        keep = cv2.merge([255 - alpha] * 3)
        under = cv2.multiply(target, keep, scale=1 / 255)
        over = cv2.multiply(lit, cv2.merge([alpha] * 3), scale=1 / 255)
        target[:] = cv2.add(under, over)

    def _build_maps(self, seed: int) -> None:
        rows, columns = self._sprite.shape[:2]
        self._columns, self._rows = np.meshgrid(
            np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)
        )
        up = 1 - self._rows / rows
        self._bend_map = (self._bend_px * up**1.4).astype(np.float32)
        rng = np.random.default_rng([seed, 11])
        self._waves = [
            cv2.resize(
                rng.normal(0, 1, (9, 9)).astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC
            )
            for _ in range(2)
        ]

    def _flutter_map(self, flutter: float) -> Array:
        """Leaves move against each other: two fixed patterns in turn."""
        amount = 0.22 * self._bend_px * flutter
        return np.asarray(
            self._waves[0] * np.float32(amount) + self._waves[1] * np.float32(amount * flutter * 0.6)
        )


def gust_at(t_s: float, duration_s: float, strength: float, seed: int) -> tuple[float, float]:
    """(bend, flutter) of a gusty wind that repeats with the scene."""
    if not strength:
        return 0.0, 0.0

    def wave(per_scene_s: float, phase: float) -> float:
        turns = max(1, round(duration_s / per_scene_s))
        return math.sin(2 * math.pi * turns * t_s / duration_s + phase)

    gust = 0.55 + 0.3 * wave(7.0, seed) + 0.15 * wave(3.1, 2.1 * seed)
    swing = 0.6 * wave(2.3, 0.7 * seed) + 0.4 * wave(1.3, 1.9 * seed)
    return strength * gust * (0.5 + 0.7 * swing), strength * gust * wave(0.62, 0.3 * seed)


def paint_rain(picture: Array, strength: float, moment: int, size: Size) -> None:
    """Falling streaks, new ones at every moment."""
    rng = np.random.default_rng([moment & 0xFFFFFFFF, 0x2A14])
    count = round(110 * strength)
    veil = np.zeros((size.height, size.width), np.uint8)
    start = rng.uniform((0, -0.05), (1, 1), (count, 2)) * (size.width, size.height)
    length = rng.uniform(0.02, 0.09, count) * size.height
    slant = 0.12
    for (x, y), long in zip(start.tolist(), length.tolist(), strict=True):
        ends = (round(x * 8), round(y * 8)), (round((x + slant * long) * 8), round((y + long) * 8))
        wide = max(1, round(size.width / 640 * (1.6 if long > 0.07 * size.height else 0.8)))
        cv2.line(veil, ends[0], ends[1], int(16 + 260 * long / size.height), wide, cv2.LINE_AA, 3)
    cv2.add(picture, cv2.merge([veil] * 3), picture)


def _sprite(foliage: Foliage, width: int, height: int, margin: int) -> Array:
    """The crown at its size on the screen with room to move, BGRA uint8."""
    scale = max(1.0, 260 / max(width, height))
    rng = np.random.default_rng([foliage.seed, 5])
    texture = leaves(rng, round(height * scale), round(width * scale), foliage.colour, foliage.count)
    weight = texture[:, :, 3:] / 255
    small = cv2.resize(
        np.concatenate([texture[:, :, :3] * weight, weight], 2), (width, height), interpolation=cv2.INTER_AREA
    )
    colours = small[:, :, :3] / np.maximum(small[:, :, 3:], 1 / 255)
    sprite = np.concatenate([colours, small[:, :, 3:] * 255], axis=2)
    padded = cv2.copyMakeBorder(sprite, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    return np.asarray(np.clip(padded + 0.5, 0, 255), np.uint8)
