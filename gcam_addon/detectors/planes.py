"""The number planes a detector computes with, and the few operations that several of its parts share."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""Shape (height, width), grey levels unless said otherwise."""

Flags = npt.NDArray[np.bool_]
"""Shape (height, width)."""


def share(elapsed_s: float, time_constant_s: float) -> float:
    """How much of the way to a new value an average with this time constant goes in `elapsed_s`, 0..1."""
    return 1.0 - math.exp(-elapsed_s / time_constant_s)


def smoothed(plane: Plane, window_px: int) -> Plane:
    """Mean over a square window."""
    return cv2.blur(plane, (window_px, window_px)).astype(np.float32, copy=False)


def percent(flags: npt.NDArray[Any]) -> float:
    """Share of the picture that is set, in percent."""
    count = np.count_nonzero(flags) if flags.dtype == np.bool_ else cv2.countNonZero(flags)
    return 100.0 * int(count) / flags.size
