"""Paints what never moves: textured planes, boxes and cut-outs, with the depth of every pixel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.texture import Colour, plain
from gcam_addon.simulator.scenes.view import Array, Vector, View

FAR_M = 1000.0


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A finished setting: BGR uint8 (h, w, 3), and how far away each pixel is, float32 (h, w), metres."""

    picture: Array
    depth_m: Array


class Stage:
    """A canvas with a depth per pixel; paint far things first."""

    def __init__(self, view: View, rng: np.random.Generator) -> None:
        self.view = view
        self.rng = rng
        height, width = view.size.height, view.size.width
        self._picture = np.zeros((height, width, 3), np.float32)
        self._depth_m = np.full((height, width), FAR_M, np.float32)

    def backdrop(self, texture: Array) -> None:
        """Fill everything, infinitely far away."""
        self._picture[:] = cv2.resize(texture, (self.view.size.width, self.view.size.height))

    def quad(self, corners: tuple[Vector, Vector, Vector, Vector], texture: Array) -> None:
        """A flat texture; `corners` are the texture's: top left, top right, bottom right, bottom left."""
        place, depth = self.view.project(np.asarray(corners, np.float32))
        window = self._window(place)
        if window is None:
            return
        left, top, right, bottom = window
        offset = place - np.asarray((left, top), np.float32)
        height, width = texture.shape[:2]
        source = np.asarray([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        matrix = cv2.getPerspectiveTransform(source, offset.astype(np.float32))
        size = (right - left, bottom - top)
        warped = cv2.warpPerspective(
            texture.astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        mask = np.zeros((size[1], size[0]), np.uint8)
        cv2.fillConvexPoly(mask, np.round(offset * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        alpha = mask.astype(np.float32) / 255
        if texture.shape[2] == 4:
            alpha = alpha * warped[:, :, 3] / 255
        inside = np.s_[top:bottom, left:right]
        self._picture[inside] += alpha[:, :, None] * (warped[:, :, :3] - self._picture[inside])
        solid = alpha > 0.5
        self._depth_m[inside][solid] = self._plane_depth(place, depth, window)[solid]

    def cutout(self, foot: Vector, width_m: float, height_m: float, texture: Array) -> None:
        """An upright BGRA picture facing the camera that stands at `foot`."""
        x, y, z = foot
        left, right, top = x - width_m / 2, x + width_m / 2, y + height_m
        self.quad(((left, top, z), (right, top, z), (right, y, z), (left, y, z)), texture)

    def box(self, low: Vector, high: Vector, colour: Colour, roughness: float = 3.0) -> None:
        """An upright box of one material: the faces that this camera can see."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        if x0 > 0.05:
            self._face(((x0, y1, z1), (x0, y1, z0), (x0, y0, z0), (x0, y0, z1)), colour, 0.72, roughness)
        if x1 < -0.05:
            self._face(((x1, y1, z0), (x1, y1, z1), (x1, y0, z1), (x1, y0, z0)), colour, 0.92, roughness)
        if y1 < self.view.lens.height_m:
            self._face(((x0, y1, z1), (x1, y1, z1), (x1, y1, z0), (x0, y1, z0)), colour, 1.12, roughness)
        self._face(((x0, y1, z0), (x1, y1, z0), (x1, y0, z0), (x0, y0, z0)), colour, 0.84, roughness)

    def finish(self, size: Size) -> Backdrop:
        """The picture as the lens resolves it, at `size`."""
        soft = cv2.GaussianBlur(self._picture, (0, 0), 0.7 * self.view.size.width / max(size.width, 1) / 1.6)
        target = (size.width, size.height)
        picture = cv2.resize(soft, target, interpolation=cv2.INTER_AREA)
        depth = cv2.resize(self._depth_m, target, interpolation=cv2.INTER_NEAREST)
        return Backdrop(np.clip(picture + 0.5, 0, 255).astype(np.uint8), depth)

    def _face(
        self, corners: tuple[Vector, Vector, Vector, Vector], colour: Colour, light: float, roughness: float
    ) -> None:
        texture = plain(self.rng, 96, 96, colour, roughness)
        fade = np.linspace(1.04, 0.86, 96, dtype=np.float32)[:, None, None]
        self.quad(corners, texture * light * fade)

    def _window(self, place: Array) -> tuple[int, int, int, int] | None:
        """(left, top, right, bottom): what of the picture the corners enclose."""
        low, high = np.floor(place.min(axis=0)) - 1, np.ceil(place.max(axis=0)) + 1
        left, top = max(0, int(low[0])), max(0, int(low[1]))
        right, bottom = min(self.view.size.width, int(high[0])), min(self.view.size.height, int(high[1]))
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _plane_depth(self, place: Array, depth: Array, window: tuple[int, int, int, int]) -> Array:
        """Depth of the plane through the corners at every pixel: its inverse is linear on the screen."""
        left, top, right, bottom = window
        system = np.concatenate([place, np.ones((len(place), 1))], axis=1)
        a, b, c = np.linalg.lstsq(system, 1 / depth, rcond=None)[0]
        inverse = a * np.arange(left, right)[None, :] + (b * np.arange(top, bottom) + c)[:, None]
        return np.asarray(1 / np.maximum(inverse, 1 / FAR_M), np.float32)


def build(view: View, seed: int, paint: Callable[[Stage], None]) -> Backdrop:
    """A setting, for the caller to change. It is painted once: cameras often show the same one."""
    painted = _painted(view, seed, paint)
    return Backdrop(painted.picture.copy(), painted.depth_m.copy())


@lru_cache(maxsize=8)
def _painted(view: View, seed: int, paint: Callable[[Stage], None]) -> Backdrop:
    """At twice the wanted size (at most 1600 pixels wide), reduced."""
    size = view.size
    width = max(size.width, min(1600, max(640, 2 * size.width)))
    fine = Size(width, round(width * size.height / size.width))
    stage = Stage(View(view.lens, fine), np.random.default_rng(seed))
    paint(stage)
    return stage.finish(size)
