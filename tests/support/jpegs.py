"""Real JPEGs, made by a real encoder, and multipart streams of them as boards send them."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

BOUNDARY = "123456789000000000000987654321"


@cache
def jpeg(
    seed: int = 0, width: int = 160, height: int = 120, *, progressive: bool = False, grey: bool = False
) -> bytes:
    """A picture unlike those of other seeds."""
    noise = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    picture = cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR)
    if grey:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive)])
    assert done
    return data.tobytes()


def part(
    body: bytes, *, length: int | None = -1, boundary: str = BOUNDARY, kind: str = "image/jpeg", pad: int = 0
) -> bytes:
    """One part as CameraWebServer sends it; `length`: -1 the right one, None no Content-Length at all."""
    head = f"\r\n--{boundary}\r\nContent-Type: {kind}\r\n"
    if length is not None:
        head += f"Content-Length: {len(body) if length < 0 else length:{pad}d}\r\n"
    return head.encode() + b"X-Timestamp: 1795219477.000000\r\n\r\n" + body


def with_segment(picture: bytes, payload: bytes, marker: int = 0xE1) -> bytes:
    """The picture with a further segment (APP1) behind its SOI."""
    return picture[:2] + bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2) + payload + picture[2:]


def claiming(picture: bytes, width: int, height: int) -> bytes:
    """The same bytes with another size in their frame header."""
    at = next(found for found in map(picture.find, (b"\xff\xc0", b"\xff\xc2")) if found >= 0)
    return picture[: at + 5] + height.to_bytes(2) + width.to_bytes(2) + picture[at + 9 :]
