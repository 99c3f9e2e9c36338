"""JPEG to pixels and back, and smaller: for whoever looks at single pictures. Blocking, any thread.

How much of a picture detection needs is decided in `detectors/decode`, how one is compressed again under a
privacy mask in `pipeline/blanking`.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from gcam_addon.picture.jpeg import size_of
from gcam_addon.picture.orientation import UPRIGHT, orientation_of, shown_size, turned

Pixels = npt.NDArray[np.uint8]
"""Blue, green, red, shape (height, width, 3); where grey is asked for, shape (height, width)."""

_END_OF_IMAGE = b"\xff\xd9"
_MISSING = 128
"""What libjpeg leaves where the entropy-coded data ended early."""
_HALF = 2
_TURNED_QUALITY = 90


def decoded(jpeg: bytes, flags: int = cv2.IMREAD_COLOR) -> Pixels | None:
    """The right way up, unless `flags` says otherwise; None where it is no picture."""
    if not jpeg:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), flags)
    except cv2.error:  # absurd dimensions in a garbage header
        return None
    return None if picture is None else picture.astype(np.uint8, copy=False)


def whole(jpeg: bytes, flags: int) -> Pixels | None:
    """All of the picture as it lies in the file, never turned; None where it is damaged, cut or no JPEG.
    Old camera drivers leave the end marker out; OpenCV refuses such a picture although it is complete.
    """
    complete = jpeg if _END_OF_IMAGE in jpeg[-64:] else jpeg + _END_OF_IMAGE
    picture = decoded(complete, flags | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if picture is None or _is_cut(picture) else picture


def encoded(picture: npt.NDArray[Any], quality: int) -> bytes:
    """As JPEG."""
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(picture), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done, "pixels of this type can always be written"
    return data.tobytes()


def shrunk(jpeg: bytes, width: int, quality: int) -> bytes | None:
    """The picture the right way up and at most `width` wide, never enlarged; None where it is no picture. One
    that is much larger is read at half its size, which costs less.
    """
    picture = decoded(jpeg, cv2.IMREAD_REDUCED_COLOR_2 if _is_much_wider(jpeg, width) else cv2.IMREAD_COLOR)
    if picture is None:
        return None
    before, height = picture.shape[1], picture.shape[0]
    if before > width:
        size = (width, max(1, round(height * width / before)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return encoded(picture, quality)


def upright(jpeg: bytes) -> bytes:
    """The picture really turned, for those who don't read EXIF (push notifications). Costs a decode and an
    encode where it has to be turned, and nothing otherwise. A damaged picture stays as it is.
    """
    orientation = orientation_of(jpeg)
    if orientation == UPRIGHT:
        return jpeg
    stored = decoded(jpeg, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    return jpeg if stored is None else encoded(turned(stored, orientation), _TURNED_QUALITY)


def _is_much_wider(jpeg: bytes, width: int) -> bool:
    size = size_of(jpeg)
    return size is not None and shown_size(size, orientation_of(jpeg)).width >= _HALF * width


def _is_cut(picture: Pixels) -> bool:
    """Whether the data ended before the last row; a picture that is that grey everywhere is not cut."""
    return bool((picture[-1] == _MISSING).all()) and not bool((picture == _MISSING).all())
