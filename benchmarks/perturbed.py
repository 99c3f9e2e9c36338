"""Footage made into other footage: what a detector reaches must not rest on how a clip happens to be.

The same things happen in it at the same times; only the picture, its size and its compression, how often it
is looked at and where it begins are others. All of it is synthetic, therefore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gcam_addon.model import Size, Unit, jpeg_unit

Picture = NDArray[np.uint8]
Numbered = Iterator[tuple[int, Unit]]
DEFAULT_LOOKS = 5.0
"""A second, as by default while nothing moves."""
_QUALITY = 90


def unchanged(picture: Picture, grain: np.random.Generator) -> Picture:
    return picture


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One way to change footage. `start_s`: so much of its beginning is left out."""

    name: str
    change: Callable[[Picture, np.random.Generator], Picture] = unchanged
    quality: int = _QUALITY
    looks: float = DEFAULT_LOOKS
    start_s: float = 0.0


def _mirrored(picture: Picture, grain: np.random.Generator) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _gamma(power: float) -> Callable[[Picture, np.random.Generator], Picture]:
    table = (255 * (np.arange(256) / 255) ** power + 0.5).astype(np.uint8)
    return lambda picture, grain: table[picture]


def _noisy(deviation: float) -> Callable[[Picture, np.random.Generator], Picture]:
    def change(picture: Picture, grain: np.random.Generator) -> Picture:
        noise = grain.normal(0.0, deviation, (*picture.shape[:2], 1))
        return np.clip(picture + noise, 0, 255).astype(np.uint8)

    return change


def _resized(times: float) -> Callable[[Picture, np.random.Generator], Picture]:
    how = cv2.INTER_AREA if times < 1 else cv2.INTER_LINEAR
    return lambda picture, grain: cv2.resize(picture, None, fx=times, fy=times, interpolation=how).astype(
        np.uint8, copy=False
    )


PERTURBATIONS = (
    Perturbation("as it is"),
    Perturbation("mirrored", _mirrored),
    Perturbation("shadows lifted (gamma 0.6)", _gamma(0.6)),
    Perturbation("shadows deeper (gamma 1.6)", _gamma(1.6)),
    Perturbation("noise of 6 grey levels", _noisy(6.0)),
    Perturbation("JPEG quality 40", quality=40),
    Perturbation("three quarters of the size", _resized(0.75)),
    Perturbation("4 looks a second", looks=4.0),
    Perturbation("7 looks a second", looks=7.0),
    Perturbation("begins 0.1 s later", start_s=0.1),
    Perturbation("begins 1.7 s later", start_s=1.7),
)


def perturbed(frames: Iterable[tuple[int, Unit]], fps: float, how: Perturbation) -> Numbered:
    """What is looked at of `frames`, numbered pictures of which `fps` came a second."""
    grain = np.random.default_rng(1)
    for index, frame in paced(frames, fps, how.looks):
        if index < how.start_s * fps:
            continue
        if how.change is unchanged and how.quality == _QUALITY:
            yield index, frame
            continue
        decoded = cv2.imdecode(np.frombuffer(frame.data, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None:
            continue
        picture = how.change(decoded.astype(np.uint8, copy=False), grain)
        jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, how.quality])[1].tobytes()
        size = Size(picture.shape[1], picture.shape[0])
        yield index, jpeg_unit(jpeg, frame.pts_s, frame.received_at, size)


def paced(frames: Iterable[tuple[int, Unit]], fps: float, looks: float) -> Numbered:
    """`looks` a second of them, as even as their times allow."""
    last = -1
    for index, frame in frames:
        slot = int(index * min(1.0, looks / fps) + 1e-6)
        if slot != last:
            last = slot
            yield index, frame
