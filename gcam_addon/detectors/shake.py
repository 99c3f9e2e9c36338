"""A camera that trembles: finds by how much the whole picture moved and moves it back.

Wind on a pole, a slammed door, a lorry: every pixel shifts alike. Leaves are not its affair.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from gcam_addon.detectors.planes import Plane

_LEAST_PX: Final = 0.2
_MOST_PERCENT: Final = 5.0
"""A larger shift, in percent of the width, is no trembling."""


def steadied(picture: Plane, background: Plane, window: Plane) -> Plane | None:
    """`picture` moved onto `background`; None where it lies there already, or can't be made to.
    `window`: as `edge_window` makes it.
    """
    # OpenCV given the window would write into its inputs: it multiplies in place where no padding is needed.
    (right, down), _ = cv2.phaseCorrelate(background * window, picture * window)
    reach = max(abs(right), abs(down))
    if not _LEAST_PX <= reach <= picture.shape[1] * _MOST_PERCENT / 100.0:
        return None
    back = np.array([[1.0, 0.0, right], [0.0, 1.0, down]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (picture.shape[1], picture.shape[0])
    moved = background.copy()  # stays where the shift brings in nothing
    cv2.warpAffine(picture, back, size, dst=moved, flags=flags, borderMode=cv2.BORDER_TRANSPARENT)
    return moved


def edge_window(shape: tuple[int, int]) -> Plane:
    """Weights that fade out towards the edges."""
    return np.outer(np.hanning(shape[0]), np.hanning(shape[1])).astype(np.float32)
