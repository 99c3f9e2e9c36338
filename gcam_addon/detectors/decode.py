"""JPEG bytes to a small grey picture, the cheapest way libjpeg-turbo offers (scaling inside the DCT).

Detection never sees more than this; the bytes themselves are kept elsewhere, untouched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from gcam_addon.interfaces import Look, Luma
from gcam_addon.model import Size, Unit
from gcam_addon.picture.orientation import orientation_of, turned
from gcam_addon.picture.pixels import whole

WIDEST_PX: Final = 200
"""`auto` takes the largest scale whose result is at most this wide."""

_FLAGS: Final = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_DIVISORS: Final = {"1/8": 8, "1/4": 4, "1/2": 2}


class Decoder:
    """interfaces.Looker of JPEGs, at `scale`: `1/8`, `1/4`, `1/2` or `auto`. Stateless, any thread."""

    def __init__(self, scale: str = "auto") -> None:
        self._divisor = _DIVISORS.get(scale)

    def divisor(self, size: Size) -> int:
        """How many times smaller than the picture the luma is: 1, 2, 4 or 8."""
        return self._divisor or automatic_divisor(size)

    def look(self, unit: Unit, is_due: bool) -> Sequence[Look]:
        if not is_due:
            return ()
        return (Look(self.decode(unit), unit.pts_s, unit.received_at, unit.size, lambda: unit.data),)

    def decode(self, unit: Unit) -> Luma | None:
        """The JPEG's luma as it is to be shown, or None where it is damaged, cut or no JPEG at all."""
        luma = whole(unit.data, _FLAGS[self.divisor(unit.size)])
        if luma is None:
            return None
        return turned(luma, orientation_of(unit.data)).astype(np.uint8, copy=False)


def automatic_divisor(size: Size) -> int:
    """1, 2, 4 or 8: 96 to 200 pixels of width for every size an ESP32 board sends."""
    return next((d for d in (1, 2, 4) if size.width <= WIDEST_PX * d), 8)
