"""Procedural surfaces as float32 BGR arrays, 0..255: paint, wood, grass, asphalt, leaves, sky."""

from __future__ import annotations

import cv2
import numpy as np

from gcam_addon.simulator.scenes.view import Array

Colour = tuple[float, float, float]
"""(blue, green, red), 0..255."""


def fractal(rng: np.random.Generator, height: int, width: int, cell: float = 64, octaves: int = 4) -> Array:
    """Smooth noise (height, width), mean about 0, mostly within -1..1; `cell`: its largest lumps, pixels."""
    total = np.zeros((height, width), np.float32)
    weight = 1.0
    for _ in range(octaves):
        rows, columns = max(2, round(height / cell) + 1), max(2, round(width / cell) + 1)
        grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
        total += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        weight *= 0.55
        cell = max(1.0, cell / 2)
    return total / 1.6


def plain(rng: np.random.Generator, height: int, width: int, colour: Colour, roughness: float = 3.0) -> Array:
    """Painted plaster or cloth: one colour with soft blotches and a fine grain."""
    blotches = fractal(rng, height, width, cell=max(height, width) / 3, octaves=4) * roughness
    grain = rng.normal(0, roughness * 0.5, (height, width)).astype(np.float32)
    return tinted(blotches + cv2.GaussianBlur(grain, (0, 0), 0.8), colour)


def tinted(variation: Array, colour: Colour) -> Array:
    """A grey variation around `colour`."""
    return np.asarray(colour, np.float32) * (1 + variation[:, :, None] / 128)


def planks(
    rng: np.random.Generator, height: int, width: int, colour: Colour, *, plank: int, length: int
) -> Array:
    """Floorboards that run down the texture: `plank` pixels wide, `length` long, staggered."""
    out = np.empty((height, width, 3), np.float32)
    coarse = rng.normal(0, 1, (max(2, height // 24), width)).astype(np.float32)
    grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * 5
    grain += fractal(rng, height, width, cell=200) * 6
    out[:] = tinted(grain, colour)
    for left in range(0, width, plank):
        top = -int(rng.integers(0, length))
        while top < height:
            board = out[max(0, top) : top + length, left : left + plank]
            board *= 1 + rng.normal(0, 0.07) + rng.normal(0, 0.015, 3)
            out[max(0, top + length - 1) : max(0, top + length), left : left + plank] *= 0.7
            top += length
        out[:, left : left + 1] *= 0.68
    return out


def grass(rng: np.random.Generator, height: int, width: int) -> Array:
    """A lawn, mown but not perfect."""
    patches = fractal(rng, height, width, cell=width / 3, octaves=5)
    blades = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 0.7, sigmaY=1.6)
    out = tinted(patches * 22 + blades * 34, (52, 112, 92))
    dry = np.clip(fractal(rng, height, width, cell=width / 5) - 0.1, 0, 1)[:, :, None]
    return np.asarray(out * (1 - 0.4 * dry) + 0.4 * dry * np.asarray((78, 140, 150), np.float32))


def asphalt(rng: np.random.Generator, height: int, width: int) -> Array:
    """A worn road."""
    stones = rng.normal(0, 11, (height, width)).astype(np.float32)
    worn = fractal(rng, height, width, cell=width / 4, octaves=5) * 16
    return tinted(cv2.GaussianBlur(stones, (0, 0), 0.6) + worn, (112, 110, 108))


def paving(rng: np.random.Generator, height: int, width: int, slab: int) -> Array:
    """Stone slabs with mossy joints, `slab` pixels each."""
    out = tinted(fractal(rng, height, width, cell=60, octaves=5) * 14, (140, 152, 160))
    for top in range(0, height, slab):
        for left in range(0, width, slab):
            out[top : top + slab, left : left + slab] *= 1 + rng.normal(0, 0.06)
        out[top : top + 3] = (60, 90, 80)
    for left in range(0, width, slab):
        out[:, left : left + 3] = (60, 90, 80)
    return out


def sky(rng: np.random.Generator, height: int, width: int) -> Array:
    """Blue above, pale at the horizon, some white."""
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    clear = (1 - down) * np.asarray((214, 172, 128), np.float32) + down * np.asarray(
        (228, 220, 208), np.float32
    )
    clouds = fractal(rng, height, width // 3, cell=height / 2, octaves=5)
    cover = np.clip(cv2.resize(clouds, (width, height), interpolation=cv2.INTER_CUBIC) * 1.4, 0, 1)[
        :, :, None
    ]
    return np.asarray(clear * (1 - cover) + 244 * cover, np.float32)


def leaves(
    rng: np.random.Generator, height: int, width: int, colour: Colour, count: int, *, round_crown: bool = True
) -> Array:
    """A crown of leaves as BGRA float32 (alpha 0..255), lit from above; else a hedge that fills the width."""
    out = np.zeros((height, width, 4), np.uint8)
    base = np.asarray(colour)
    leaf = max(2.0, min(height, width) * 0.022)
    for index in range(count):
        x, y = _leaf_place(rng, round_crown)
        light = 0.42 + 0.62 * index / count + 0.3 * (0.5 - y) + rng.normal(0, 0.11)
        shade = np.clip(base * max(0.15, light) + rng.normal(0, 5, 3), 0, 255)
        size = (leaf * rng.uniform(0.6, 1.5), leaf * rng.uniform(0.35, 0.8))
        place = (round(x * width * 16), round(y * height * 16))
        axes = (round(size[0] * 16), round(size[1] * 16))
        cv2.ellipse(out, place, axes, rng.uniform(0, 180), 0, 360, (*shade.tolist(), 255), -1, cv2.LINE_AA, 4)
    return out.astype(np.float32)


def _leaf_place(rng: np.random.Generator, round_crown: bool) -> tuple[float, float]:
    """A leaf's place in its crown, 0..1, in lumps."""
    if not round_crown:
        return rng.uniform(0, 1), min(0.99, abs(rng.normal(0.0, 0.06)) + rng.uniform(0.04, 1.0))
    angle, radius = rng.uniform(0, 2 * np.pi), 0.44 * np.sqrt(rng.uniform(0, 1))
    radius *= 0.86 + 0.14 * np.sin(5 * angle) * np.cos(3 * angle + 1)
    return 0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle)
