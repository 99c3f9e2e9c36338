"""Paints one moving thing into a picture: round limbs and flat panels in metres, shaded, soft-edged,
hidden behind what stands in front of it. Works on the small rectangle that the thing covers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from gcam_addon.simulator.scenes.texture import Colour
from gcam_addon.simulator.scenes.view import Array, Vector, View


@dataclass(frozen=True, slots=True)
class Limb:
    """The hull of balls: (centre, radius) each, metres. Two balls make an arm, four a torso."""

    balls: tuple[tuple[Vector, float], ...]
    colour: Colour
    round: bool = True
    """Shade it as something round, lit from the upper left."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A flat polygon in the world."""

    corners: tuple[Vector, ...]
    colour: Colour


Shape = Limb | Panel


@dataclass(frozen=True, slots=True)
class Look:
    """What the world does to a thing's appearance."""

    light: Array
    """Factors for blue, green, red."""
    shadow: float
    """How dark its shadow is, 0..1."""
    blur_px: float = 0.0
    """Horizontal distance it moves during the exposure."""


_CIRCLE = [(math.cos(a), math.sin(a)) for a in np.linspace(0, 2 * math.pi, 20, endpoint=False)]
_UNIT = np.asarray(_CIRCLE, np.float32)


def paint_shadow(picture: Array, hidden: Array, view: View, shapes: list[Limb], strength: float) -> None:
    """Darken the ground (y = 0) where `shapes`, already flattened onto it, lie. `hidden`: depth, metres."""
    outlines = [_outline(view, limb) for limb in shapes]
    softness = max(1.2, view.size.width / 260)
    window = _window(outlines, view, margin=3 * softness + 2)
    if window is None:
        return
    left, top, right, bottom = window
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for outline in outlines:
        cv2.fillConvexPoly(mask, _fixed(outline, left, top, 1), 255, cv2.LINE_AA, 4)
    shade = cv2.GaussianBlur(mask, (0, 0), softness)
    shade[hidden[top:bottom, left:right] <= _depth_of(view, shapes) - 0.6] = 0
    keep = cv2.LUT(shade, (255 - strength * np.arange(256)).astype(np.uint8))
    patch = picture[top:bottom, left:right]
    patch[:] = cv2.multiply(patch, cv2.merge([keep] * 3), scale=1 / 255)


def paint_shapes(picture: Array, hidden: Array, view: View, shapes: list[Shape], look: Look) -> int:
    """Paint `shapes` in their order (far ones first) and return how many pixels of them can be seen."""
    outlines = [_outline(view, shape) for shape in shapes]
    window = _window(outlines, view, margin=4 + look.blur_px)
    if window is None:
        return 0
    left, top, right, bottom = window
    fine = 2 if (right - left) * (bottom - top) < 120_000 else 1
    canvas = np.zeros(((bottom - top) * fine, (right - left) * fine, 4), np.uint8)
    for shape, outline in zip(shapes, outlines, strict=True):
        _fill(canvas, shape, outline, look.light, (left, top, fine))
    patch = _softened(canvas, look.blur_px, right - left, bottom - top)
    patch[hidden[top:bottom, left:right] <= _depth_of(view, shapes)] = 0
    _composite(picture[top:bottom, left:right], patch)
    return int(np.count_nonzero(patch[:, :, 3] > 96))


def _fill(canvas: Array, shape: Shape, outline: Array, light: Array, place: tuple[int, int, int]) -> None:
    left, top, fine = place
    colour = np.asarray(shape.colour, np.float32) * light
    if isinstance(shape, Panel) or not shape.round:
        cv2.fillConvexPoly(canvas, _fixed(outline, left, top, fine), _solid(colour), cv2.LINE_AA, 4)
        return
    centre = outline.mean(axis=0)
    across = float(np.sqrt(max(1.0, cv2.contourArea(outline))))
    for size, shift, gain in ((1.0, 0.0, 0.62), (0.86, 0.04, 0.82), (0.64, 0.08, 0.98), (0.36, 0.11, 1.1)):
        inner = centre + _shrunk(outline, centre, size) - np.float32(shift * across * 0.5)
        cv2.fillConvexPoly(canvas, _fixed(inner, left, top, fine), _solid(colour * gain), cv2.LINE_AA, 4)


def _shrunk(outline: Array, centre: Array, size: float) -> Array:
    """The outline relative to `centre`, thinner across its long axis and hardly shorter along it."""
    relative = outline - centre
    if size == 1.0:
        return relative
    covariance = relative.T @ relative
    _, axes = np.linalg.eigh(covariance)
    along = relative @ axes
    along[:, 0] *= size
    along[:, 1] *= 0.5 + 0.5 * size
    return np.asarray(along @ axes.T, np.float32)


def _softened(canvas: Array, blur_px: float, width: int, height: int) -> Array:
    """Colours multiplied by their alpha, reduced to the picture's pixels, blurred by lens and motion."""
    soft = cv2.blur(canvas, (3, 3))
    if canvas.shape[1] != width:
        soft = cv2.resize(soft, (width, height), interpolation=cv2.INTER_AREA)
    kernel = round(blur_px)
    return cv2.blur(soft, (kernel, 1)) if kernel > 1 else soft


def _composite(target: Array, patch: Array) -> None:
    keep = cv2.merge([255 - patch[:, :, 3]] * 3)
    target[:] = cv2.add(cv2.multiply(target, keep, scale=1 / 255), patch[:, :, :3])


def _outline(view: View, shape: Shape) -> Array:
    """The polygon (n, 2) in pixels, convex for limbs."""
    if isinstance(shape, Panel):
        return np.asarray(view.project(np.asarray(shape.corners, np.float32))[0], np.float32)
    centres = np.asarray([centre for centre, _ in shape.balls], np.float32)
    place, depth = view.project(centres)
    radii = np.asarray([radius for _, radius in shape.balls], np.float32) * view.focal_px / depth
    points = place[:, None, :] + radii[:, None, None] * _UNIT[None]
    return np.asarray(cv2.convexHull(points.reshape(-1, 2).astype(np.float32))[:, 0, :], np.float32)


def _depth_of(view: View, shapes: list[Limb] | list[Shape]) -> float:
    """The nearest depth of the whole thing's middle: one number is enough for what stands in front."""
    points = [shape.corners[0] if isinstance(shape, Panel) else shape.balls[0][0] for shape in shapes]
    return float(np.mean(view.project(np.asarray(points, np.float32))[1]))


def _window(outlines: list[Array], view: View, margin: float) -> tuple[int, int, int, int] | None:
    points = np.concatenate(outlines)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    left, top = max(0, math.floor(low[0])), max(0, math.floor(low[1]))
    right, bottom = min(view.size.width, math.ceil(high[0])), min(view.size.height, math.ceil(high[1]))
    return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None


def _fixed(outline: Array, left: int, top: int, fine: int) -> Array:
    """Pixels as OpenCV's fixed-point numbers of 4 bits, relative to a window."""
    return np.asarray(np.round((outline - np.asarray((left, top), np.float32)) * (fine * 16)), np.int32)


def _solid(colour: Array) -> tuple[float, float, float, float]:
    blue, green, red = np.clip(colour, 0, 255).tolist()
    return (blue, green, red, 255)
