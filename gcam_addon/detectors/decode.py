"""JPEG bytes to a small grey picture, the cheapest way libjpeg-turbo offers (scaling inside the DCT).

Detection never sees more than this; the bytes themselves are kept elsewhere, untouched.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from gcam_addon.interfaces import Luma
from gcam_addon.model import EncodedFrame, Size
from gcam_addon.picture.orientation import orientation_of, turned

WIDEST_PX: Final = 200
"""`auto` takes the largest scale whose result is at most this wide."""

_FLAGS: Final = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_DIVISORS: Final = {"1/8": 8, "1/4": 4, "1/2": 2}
_END_OF_IMAGE: Final = b"\xff\xd9"
_MISSING: Final = 128
"""What libjpeg leaves where the entropy-coded data ended early."""


class Decoder:
    """Decodes a camera's frames at `scale`: `1/8`, `1/4`, `1/2` or `auto`. Stateless, any thread."""

    def __init__(self, scale: str = "auto") -> None:
        self._divisor = _DIVISORS.get(scale)

    def divisor(self, size: Size) -> int:
        """How many times smaller than the picture the luma is: 1, 2, 4 or 8."""
        return self._divisor or automatic_divisor(size)

    def decode(self, frame: EncodedFrame) -> Luma | None:
        """The frame's luma as it is to be shown, or None where the JPEG is damaged, cut or no JPEG at all."""
        flags = _FLAGS[self.divisor(frame.size)]
        luma = _imdecode(_terminated(frame.jpeg), flags | cv2.IMREAD_IGNORE_ORIENTATION)
        if luma is None or _is_cut(luma):
            return None
        return turned(luma, orientation_of(frame.jpeg)).astype(np.uint8, copy=False)


def automatic_divisor(size: Size) -> int:
    """1, 2, 4 or 8: 96 to 200 pixels of width for every size an ESP32 board sends."""
    return next((d for d in (1, 2, 4) if size.width <= WIDEST_PX * d), 8)


def _imdecode(jpeg: bytes, flags: int) -> Luma | None:
    if not jpeg:
        return None
    try:
        luma = cv2.imdecode(np.frombuffer(jpeg, np.uint8), flags)
    except cv2.error:  # absurd dimensions in a garbage header
        return None
    return None if luma is None else luma.astype(np.uint8, copy=False)


def _terminated(jpeg: bytes) -> bytes:
    """Old camera drivers leave the end marker out; OpenCV refuses such a picture although it is complete."""
    return jpeg if _END_OF_IMAGE in jpeg[-64:] else jpeg + _END_OF_IMAGE


def _is_cut(luma: Luma) -> bool:
    """Whether the data ended before the last row; a picture that is that grey everywhere is not cut."""
    last = luma[-1]
    return bool((last == _MISSING).all()) and not bool((luma == _MISSING).all())
