"""Camera frames for tests: a seeded scene with something that moves, as JPEG."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from gcam_addon.model import Size, Tracks, Unit, jpeg_unit

VGA = Size(640, 480)
SMALL = Size(160, 120)


def jpeg_frames(
    n: int,
    size: Size = SMALL,
    fps: float = 15.0,
    *,
    start_s: float = 100.0,
    wall_offset_s: float = 1_700_000_000.0,
    quality: int = 80,
    seed: int = 1,
) -> list[Unit]:
    """`n` frames at an even rate from `start_s` on; a bright square walks over a soft background."""
    background = _background(size, seed)
    side = max(4, size.height // 5)
    frames = []
    for index in range(n):
        picture = background.copy()
        x = (index * max(1, size.width // 40)) % max(1, size.width - side)
        picture[size.height // 2 - side // 2 :, x : x + side][:side] = (40, 90, 230)
        jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        pts_s = start_s + index / fps
        frames.append(jpeg_unit(jpeg, pts_s, wall_offset_s + pts_s, size))
    return frames


@lru_cache(maxsize=8)
def _background(size: Size, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    noise = np.random.default_rng(seed).integers(
        0, 255, (size.height // 8, size.width // 8, 3), dtype=np.uint8
    )
    return np.asarray(cv2.resize(noise, (size.width, size.height), interpolation=cv2.INTER_CUBIC), np.uint8)


def mjpeg(size: Size) -> Tracks:
    """What a board sends."""
    return jpeg_unit(b"", 0.0, 0.0, size).tracks
