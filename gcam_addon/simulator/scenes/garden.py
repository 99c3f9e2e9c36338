"""A front garden, seen from above the house's door: lawn, a path, a fence, and a road behind it."""

from __future__ import annotations

import cv2
import numpy as np

from gcam_addon.simulator.scenes.setting import Foliage, Setting
from gcam_addon.simulator.scenes.stage import Stage
from gcam_addon.simulator.scenes.texture import asphalt, fractal, grass, leaves, paving, plain, sky
from gcam_addon.simulator.scenes.view import Array, Lens, Vector

ROAD_Z = 12.4
"""Middle of the near lane, metres."""

_EDGE = 16.0
_PX_PER_M = 70


def garden() -> Setting:
    """The lawn spans z 2..9.5, the fence stands at 9.8 with a gate at x 0.2..1.6, the road is z 11..16."""
    foliage = (
        Foliage((-6.2, 0.7, 9.0), 4.2, 3.6, (54, 120, 78), seed=2, bend_m=0.16),
        Foliage((5.6, 0.1, 8.2), 2.2, 1.7, (60, 132, 104), count=700, seed=3, bend_m=0.10),
        Foliage((2.35, 2.65, 3.4), 1.7, 1.0, (46, 112, 84), count=420, seed=4, bend_m=0.10),
    )
    lens = Lens(height_m=2.9, pitch_deg=14)
    return Setting("garden", lens, _paint, sun=(0.75, -1.0, 0.35), shadow=0.5, foliage=foliage)


def _paint(stage: Stage) -> None:
    _distance(stage)
    _ground(stage)
    _fence(stage)
    trunk = plain(stage.rng, 160, 40, (52, 70, 84), 22)
    stage.quad(((-6.35, 2.2, 9.1), (-6.05, 2.2, 9.1), (-6.0, 0, 9.1), (-6.4, 0, 9.1)), trunk)
    stage.box((-3.6, 0, 3.6), (-2.6, 0.34, 4.1), (70, 96, 118), 8)
    bed = leaves(stage.rng, 120, 260, (70, 120, 96), 320, round_crown=False)
    blossom = stage.rng.random(bed.shape[:2]) > 0.994
    bed[cv2.dilate(blossom.astype(np.uint8), np.ones((4, 4), np.uint8)) > 0, :3] = (120, 90, 214)
    stage.quad(_upright(-3.6, 0.3, -2.6, 0.72, 3.85), bed)


def _distance(stage: Stage) -> None:
    rng = stage.rng
    stage.backdrop(sky(rng, 480, 640))
    for place in range(-40, 41, 5):
        crown = leaves(rng, 160, 160, (74, 112, 84), 240)
        stage.cutout((place + rng.uniform(-2, 2), -0.5, 42), 9, rng.uniform(4, 7), crown)
    stage.quad(((-30, 0, 44), (30, 0, 44), (30, 0, 15), (-30, 0, 15)), grass(rng, 300, 600))
    stage.box((-14, 0, 24), (-4, 4.2, 30), (150, 168, 184), 5)
    stage.quad(((-14.6, 6.6, 27), (-3.4, 6.6, 27), (-3.2, 4.1, 23.6), (-14.8, 4.1, 23.6)), _tiles(rng))
    for x in (-12.5, -9.6, -6.4):
        stage.quad(_upright(x, 1.3, x + 1.2, 2.9, 23.95), plain(rng, 40, 40, (92, 84, 76), 8))
    for x in (2.5, 6.0, 9.5, 13.0):
        stage.cutout((x, -0.2, 20), 5.0, 3.0 + 0.3 * (x % 2), leaves(rng, 220, 260, (52, 108, 72), 520))


def _ground(stage: Stage) -> None:
    rng = stage.rng
    width = 24 * _PX_PER_M
    verge = grass(rng, round(5.5 * _PX_PER_M), width) * 0.92
    stage.quad(((-14, 0, 16.6), (14, 0, 16.6), (14, 0, 9.6), (-14, 0, 9.6)), verge)
    road = asphalt(rng, 5 * _PX_PER_M, width)
    middle = road.shape[0] // 2
    for left in range(0, width, 3 * _PX_PER_M):
        road[middle - 4 : middle + 4, left : left + _PX_PER_M] = (196, 204, 206)
    stage.quad(((-16, 0, _EDGE), (16, 0, _EDGE), (16, 0, 11), (-16, 0, 11)), road)
    curb = plain(rng, 12, 600, (150, 154, 156), 8)
    stage.quad(((-16, 0.1, 11), (16, 0.1, 11), (16, 0, 10.9), (-16, 0, 10.9)), curb)
    lawn = grass(rng, round(8.8 * _PX_PER_M), 14 * _PX_PER_M)
    shade = np.zeros(lawn.shape[:2], np.float32)
    cv2.ellipse(shade, (130, 30), (170, 90), 8, 0, 360, 1.0, -1)
    lawn *= 1 - 0.4 * cv2.GaussianBlur(shade, (0, 0), 24)[:, :, None]
    stage.quad(((-9, 0, 9.8), (9, 0, 9.8), (9, 0, 1), (-9, 0, 1)), lawn)
    path = paving(rng, round(9.9 * _PX_PER_M), round(1.3 * _PX_PER_M), 45)
    stage.quad(((0.25, 0.002, 10.9), (1.55, 0.002, 10.9), (1.55, 0.002, 1), (0.25, 0.002, 1)), path)


def _fence(stage: Stage) -> None:
    for left, right in ((-9.0, 0.2), (1.6, 9.0)):
        texture = _pickets(stage.rng, round((right - left) * 60))
        stage.quad(_upright(left, 0, right, 0.95, 9.8), texture)
    for x in (0.1, 1.6):
        stage.box((x, 0, 9.75), (x + 0.12, 1.2, 9.87), (150, 160, 166), 5)


def _pickets(rng: np.random.Generator, width: int) -> Array:
    """White slats on two rails, see-through between them (BGRA)."""
    fence = np.zeros((60, width, 4), np.float32)
    fence[14:19] = fence[42:47] = (168, 176, 180, 255)
    for left in range(2, width - 5, 9):
        tone = 1 + rng.normal(0, 0.04)
        fence[4:58, left : left + 5] = (196 * tone, 204 * tone, 208 * tone, 255)
        fence[4:58, left + 4] = (140, 146, 150, 255)
    return fence


def _tiles(rng: np.random.Generator) -> Array:
    roof = plain(rng, 90, 320, (72, 82, 136), 12)
    roof[::9] *= 0.7
    return roof * (1 + 0.1 * fractal(rng, 90, 320, 40)[:, :, None])


def _upright(x0: float, y0: float, x1: float, y1: float, z: float) -> tuple[Vector, Vector, Vector, Vector]:
    return ((x0, y1, z), (x1, y1, z), (x1, y0, z), (x0, y0, z))
