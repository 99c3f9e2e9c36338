"""A furnished living room, seen from a corner of its ceiling. People enter by the door on the right."""

from __future__ import annotations

import cv2
import numpy as np

from gcam_addon.simulator.scenes.setting import Setting
from gcam_addon.simulator.scenes.stage import Stage
from gcam_addon.simulator.scenes.texture import fractal, leaves, plain, planks
from gcam_addon.simulator.scenes.view import Array, Lens, Vector

_LEFT, _RIGHT, _BACK, _TOP = -2.7, 2.7, 5.6, 2.65
_FRONT = 0.5  # nothing nearer can be seen
_PX_PER_M = 120
_LAMP: Vector = (1.72, 1.52, 5.3)
DOOR = (2.7, 4.72)
"""(x, z) of the middle of the door's threshold, metres."""


def room() -> Setting:
    """About 5.4 m wide and 5.6 m deep; the free floor is x -1.2..2.4, z 2..5."""
    lens = Lens(height_m=2.25, pitch_deg=19)
    return Setting("room", lens, _paint, sun=(0.5, -1.0, -0.15), shadow=0.34, lamp=_LAMP)


def _paint(stage: Stage) -> None:
    _shell(stage)
    _openings(stage)
    _back_furniture(stage)
    _front_furniture(stage)


def _shell(stage: Stage) -> None:
    rng = stage.rng
    wall = (186, 200, 206)
    ceiling = plain(rng, 300, 300, (216, 220, 222), 2) * _fade(300, 300, 0.8, 1.0)
    stage.quad(
        ((_LEFT, _TOP, _FRONT), (_RIGHT, _TOP, _FRONT), (_RIGHT, _TOP, _BACK), (_LEFT, _TOP, _BACK)), ceiling
    )
    back = plain(rng, 320, 640, wall, 3) * _corners(320, 640)
    stage.quad(((_LEFT, _TOP, _BACK), (_RIGHT, _TOP, _BACK), (_RIGHT, 0, _BACK), (_LEFT, 0, _BACK)), back)
    side = plain(rng, 320, 640, wall, 3) * _corners(320, 640)
    stage.quad(
        ((_LEFT, _TOP, _FRONT), (_LEFT, _TOP, _BACK), (_LEFT, 0, _BACK), (_LEFT, 0, _FRONT)), side * 0.78
    )
    stage.quad(
        ((_RIGHT, _TOP, _BACK), (_RIGHT, _TOP, _FRONT), (_RIGHT, 0, _FRONT), (_RIGHT, 0, _BACK)), side * 0.95
    )
    stage.quad(((_LEFT, 0, _BACK), (_RIGHT, 0, _BACK), (_RIGHT, 0, _FRONT), (_LEFT, 0, _FRONT)), _floor(rng))
    skirting = plain(rng, 16, 400, (214, 222, 226), 2)
    stage.quad(((_LEFT, 0.1, _BACK), (_RIGHT, 0.1, _BACK), (_RIGHT, 0, _BACK), (_LEFT, 0, _BACK)), skirting)


def _floor(rng: np.random.Generator) -> Array:
    """Boards with a rug, light from the window and the shade that furniture stands in."""
    height, width = round((_BACK - _FRONT) * _PX_PER_M), round((_RIGHT - _LEFT) * _PX_PER_M)
    floor = planks(rng, height, width, (98, 136, 172), plank=15, length=170)
    floor *= _corners(height, width)
    _rug(floor, rng)
    light = np.zeros((height, width), np.float32)
    for left in (-1.5, -0.75):
        pane = [_pixel(left, 3.9), _pixel(left + 0.6, 3.8), _pixel(left + 1.1, 2.7), _pixel(left + 0.5, 2.8)]
        cv2.fillConvexPoly(light, np.asarray(pane, np.int32), 1.0)
    floor *= 1 + 0.36 * cv2.GaussianBlur(light, (0, 0), 12)[:, :, None]
    shade = np.zeros((height, width), np.float32)
    for x0, z0, x1, z1 in (
        (-2.7, 2.1, -1.6, 4.5),
        (-0.9, 5.0, 1.3, 5.6),
        (1.5, 5.1, 1.95, 5.5),
        (-0.8, 3.1, 0.4, 3.9),
    ):
        cv2.rectangle(shade, _pixel(x0, z1), _pixel(x1 + 0.08, z0 - 0.08), 1.0, -1)
    floor *= 1 - 0.42 * cv2.GaussianBlur(shade, (0, 0), 13)[:, :, None]
    return floor


def _rug(floor: Array, rng: np.random.Generator) -> None:
    (left, top), (right, bottom) = _pixel(-1.35, 4.4), _pixel(1.0, 2.5)
    rug = plain(rng, bottom - top, right - left, (84, 78, 132), 9)
    for inset, colour in (
        (8, (150, 168, 186)),
        (14, (84, 78, 132)),
        (26, (128, 112, 96)),
        (32, (84, 78, 132)),
    ):
        inner = rug[inset:-inset, inset:-inset]
        inner[:] = plain(rng, inner.shape[0], inner.shape[1], colour, 9)
    floor[top:bottom, left:right] = rug


def _openings(stage: Stage) -> None:
    """A window with curtains on the left wall, a door frame with a dim hall on the right one."""
    rng = stage.rng
    outside = np.full((120, 160, 3), (250, 244, 236), np.float32)
    outside[70:] = (206, 222, 214)
    outside += fractal(rng, 120, 160, 40)[:, :, None] * 10
    outside[:, 76:84] = outside[56:64] = outside[:4] = outside[:, :4] = outside[:, -4:] = (226, 230, 232)
    stage.quad(((_LEFT, 2.1, 2.7), (_LEFT, 2.1, 4.5), (_LEFT, 0.95, 4.5), (_LEFT, 0.95, 2.7)), outside)
    folds = (np.sin(np.linspace(0, 44, 120)) * 16).astype(np.float32)[None, :].repeat(200, 0)
    curtain = (np.asarray((120, 148, 166), np.float32) + folds[:, :, None]) * 0.95
    for z in (2.35, 4.3):
        x = _LEFT + 0.05
        stage.quad(((x, 2.25, z), (x, 2.25, z + 0.5), (x, 0.4, z + 0.5), (x, 0.4, z)), curtain)
    x, low, high = _RIGHT - 0.01, DOOR[1] - 0.45, DOOR[1] + 0.45
    frame = plain(rng, 60, 60, (150, 186, 206), 3)
    stage.quad(((x, 2.1, high + 0.08), (x, 2.1, low - 0.08), (x, 0, low - 0.08), (x, 0, high + 0.08)), frame)
    hall = plain(rng, 200, 90, (84, 92, 98), 5) * _fade(200, 90, 0.75, 1.15)
    stage.quad(((x, 2.02, high), (x, 2.02, low), (x, 0, low), (x, 0, high)), hall)


def _back_furniture(stage: Stage) -> None:
    rng = stage.rng
    stage.box((-0.9, 0, 5.2), (1.3, 1.85, 5.6), (66, 96, 128))
    for shelf in range(4):
        floor = 0.08 + shelf * 0.44
        stage.quad(_front(-0.85, floor, 1.25, floor + 0.38, 5.19), plain(rng, 40, 200, (40, 56, 74), 3))
        x = -0.82
        while x < 1.15:
            width, height = rng.uniform(0.03, 0.07), rng.uniform(0.22, 0.34)
            if rng.random() > 0.16:
                blue, green, red = (rng.uniform(50, 170) + rng.normal(0, 32, 3)).tolist()
                stage.box((x, floor, 5.12), (x + width, floor + height, 5.2), (blue, green, red), 5)
            x += width + 0.006
    picture = plain(rng, 90, 120, (90, 130, 150), 10)
    picture[50:] = plain(rng, 40, 120, (70, 120, 92), 14)
    picture[:6] = picture[-6:] = picture[:, :6] = picture[:, -6:] = (36, 48, 58)
    stage.quad(_front(-2.3, 1.35, -1.3, 2.05, _BACK - 0.01), picture)
    x, _, z = _LAMP
    stage.box((x - 0.16, 0, z - 0.16), (x + 0.16, 0.03, z + 0.16), (40, 40, 42))
    stage.box((x - 0.018, 0, z - 0.01), (x + 0.018, 1.45, z + 0.01), (44, 44, 46))
    shade = plain(rng, 60, 80, (176, 206, 220), 2)
    corners = ((x - 0.14, 1.7, z), (x + 0.14, 1.7, z), (x + 0.23, 1.36, z), (x - 0.23, 1.36, z))
    stage.quad(corners, shade)


def _front_furniture(stage: Stage) -> None:
    rng = stage.rng
    cloth = (122, 112, 98)
    stage.box((-2.65, 0, 2.2), (-1.65, 0.42, 4.4), cloth, 5)
    stage.box((-2.65, 0.4, 2.2), (-2.35, 0.88, 4.4), cloth, 5)
    for z in (4.2, 2.1):
        stage.box((-2.65, 0, z), (-1.65, 0.62, z + 0.22), (116, 106, 92), 5)
    stage.box((-2.38, 0.42, 3.5), (-2.18, 0.78, 3.92), (60, 110, 172), 6)
    stage.box((-2.38, 0.42, 2.5), (-2.18, 0.78, 2.9), (148, 158, 92), 6)
    for x, z in ((-0.72, 3.75), (0.28, 3.75), (-0.72, 3.2), (0.28, 3.2)):
        stage.box((x, 0, z), (x + 0.05, 0.4, z + 0.05), (44, 66, 90))
    stage.box((-0.8, 0.38, 3.15), (0.4, 0.44, 3.85), (70, 104, 142), 6)
    stage.box((-0.5, 0.44, 3.4), (-0.22, 0.47, 3.6), (190, 120, 70))
    stage.box((0.08, 0.44, 3.45), (0.16, 0.55, 3.53), (220, 226, 230))
    stage.box((-2.6, 0, 4.9), (-2.25, 0.4, 5.25), (60, 84, 150), 4)
    stage.cutout((-2.4, 0.36, 5.05), 0.95, 1.1, leaves(rng, 260, 230, (60, 128, 76), 260))


def _front(x0: float, y0: float, x1: float, y1: float, z: float) -> tuple[Vector, Vector, Vector, Vector]:
    return ((x0, y1, z), (x1, y1, z), (x1, y0, z), (x0, y0, z))


def _pixel(x: float, z: float) -> tuple[int, int]:
    """A place on the floor in its texture."""
    return round((x - _LEFT) * _PX_PER_M), round((_BACK - z) * _PX_PER_M)


def _corners(height: int, width: int) -> Array:
    """Less light reaches the edges of a surface."""
    across = np.minimum(np.linspace(0, 1, width), np.linspace(1, 0, width))
    down = np.minimum(np.linspace(0, 1, height), np.linspace(1, 0, height))
    dim = (1 - 0.3 * np.exp(-across * 14))[None, :] * (1 - 0.3 * np.exp(-down * 14))[:, None]
    return np.asarray(dim[:, :, None], np.float32)


def _fade(height: int, width: int, top: float, bottom: float) -> Array:
    return np.linspace(top, bottom, height, dtype=np.float32)[:, None, None] * np.ones(
        (1, width, 1), np.float32
    )
