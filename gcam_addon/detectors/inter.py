"""H.264 and H.265 to small grey pictures: decoded whole, for there is no decoding at a reduced size."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from gcam_addon.bitstream.inter import BuiltPicture, InterDecoder
from gcam_addon.detectors.decode import Decoder
from gcam_addon.interfaces import Look
from gcam_addon.model import Unit
from gcam_addon.picture.orientation import shown_size, turned

_EVENT_QUALITY: Final = 85
"""Of the picture that tells of an event."""


class CompressedLooker:
    """interfaces.Looker of streams whose pictures build on one another, at a `Decoder`'s scale."""

    def __init__(self, scale: Decoder) -> None:
        self._scale = scale
        self._decoder = InterDecoder()
        self._due: set[float] = set()
        """The times of units whose pictures are to be looked at."""

    def look(self, unit: Unit, is_due: bool) -> Sequence[Look]:
        if is_due:
            self._due.add(unit.pts_s)
        pictures = self._decoder.pictures(unit)
        looks = [self._look(picture, unit) for picture in pictures if picture.pts_s in self._due]
        self._due -= {picture.pts_s for picture in pictures}
        if self._decoder.take_damaged() and is_due and not looks:
            self._due.discard(unit.pts_s)
            looks.append(Look(None, unit.pts_s, unit.received_at, unit.size, bytes))
        return looks

    def _look(self, picture: BuiltPicture, unit: Unit) -> Look:
        orientation = unit.tracks.video.orientation
        size = shown_size(picture.size, orientation)
        luma = turned(picture.luma(self._scale.divisor(size)), orientation).astype(np.uint8, copy=False)
        jpeg = _Once(partial(picture.jpeg, _EVENT_QUALITY, orientation))
        return Look(luma, picture.pts_s, picture.received_at, size, jpeg)


class _Once:
    """Made when it is first asked for: a picture may be used by one thread at a time."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._made: bytes | None = None
        self._making = threading.Lock()

    def __call__(self) -> bytes:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made


class AnyLooker:
    """interfaces.Looker of whatever a camera sends: what it is may change."""

    def __init__(self, scale: str = "auto") -> None:
        self._jpegs = Decoder(scale)
        self._compressed: CompressedLooker | None = None

    def look(self, unit: Unit, is_due: bool) -> Sequence[Look]:
        if not unit.tracks.video.codec.is_inter:
            self._compressed = None
            return self._jpegs.look(unit, is_due)
        if self._compressed is None:
            self._compressed = CompressedLooker(self._jpegs)
        return self._compressed.look(unit, is_due)
