"""Privacy masks: what lies under them is not in the picture any more. Synchronous, for a worker thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from gcam_addon.model import Polygon, Size
from gcam_addon.picture.orientation import UPRIGHT, oriented, stored_polygon
from gcam_addon.picture.pixels import Pixels, whole
from gcam_addon.pipeline.compression import Compression, compression_of

_EDGE_PX: Final = 3
"""The outline is drawn this thick, so that rounding and colour shared by neighbours let nothing through."""


class Blanking:
    """Blackens `masks`, which are drawn on the picture as it is shown. One thread at a time."""

    def __init__(self, masks: Sequence[Polygon]) -> None:
        self._masks = masks
        self._drawn_for: tuple[Size, int] | None = None
        self._outlines: list[npt.NDArray[np.int32]] = []

    def apply(self, jpeg: bytes, orientation: int) -> bytes | None:
        """The picture blackened, compressed like the one given, without any of its metadata, to be shown by
        `orientation`. None where it is damaged: then nobody can say what of it lies under a mask.
        """
        compression = compression_of(jpeg)
        picture = whole(jpeg, cv2.IMREAD_GRAYSCALE if compression.is_grey else cv2.IMREAD_COLOR)
        if picture is None:
            return None
        return self.drawn(picture, orientation, compression)

    def drawn(self, picture: Pixels, orientation: int, compression: Compression) -> bytes | None:
        """`picture` (changed) blackened and compressed, to be shown by `orientation`."""
        outlines = self._outlines_for(Size(picture.shape[1], picture.shape[0]), orientation)
        cv2.fillPoly(picture, outlines, (0, 0, 0))
        cv2.polylines(picture, outlines, isClosed=True, color=(0, 0, 0), thickness=_EDGE_PX)
        done, data = cv2.imencode(".jpg", picture, compression.options())
        if not done:
            return None
        return data.tobytes() if orientation == UPRIGHT else oriented(data.tobytes(), orientation)

    def _outlines_for(self, size: Size, orientation: int) -> list[npt.NDArray[np.int32]]:
        if self._drawn_for != (size, orientation):
            stored = (stored_polygon(mask, orientation) for mask in self._masks)
            scale = (size.width - 1, size.height - 1)
            self._outlines = [np.round(np.array(mask) * scale).astype(np.int32) for mask in stored]
            self._drawn_for = (size, orientation)
        return self._outlines
