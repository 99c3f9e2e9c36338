"""How a fixed camera sees the world: metres to pixels. Nothing is drawn here.

World axes: x to the right, y up, z away from the camera, which hangs above the origin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gcam_addon.model import Size

Array = npt.NDArray[Any]
Vector = tuple[float, float, float]
"""(x, y, z) in metres."""


@dataclass(frozen=True, slots=True)
class Lens:
    """Where a camera hangs and how wide it sees."""

    height_m: float
    pitch_deg: float
    """How far it looks down."""
    width_deg: float = 66.0
    """Horizontal angle of view; the OV2640's stock lens has 66."""


@dataclass(frozen=True, slots=True)
class View:
    """A lens in front of a sensor of `size` pixels."""

    lens: Lens
    size: Size

    @property
    def focal_px(self) -> float:
        return 0.5 * self.size.width / math.tan(math.radians(self.lens.width_deg) / 2)

    def project(self, points: Array) -> tuple[Array, Array]:
        """Points (n, 3) in metres as pixels (n, 2) and depths (n,); nearer than 5 cm counts as 5 cm."""
        pitch = math.radians(self.lens.pitch_deg)
        x, y, z = points[:, 0], points[:, 1] - self.lens.height_m, points[:, 2]
        depth = np.maximum(z * math.cos(pitch) - y * math.sin(pitch), 0.05)
        up = y * math.cos(pitch) + z * math.sin(pitch)
        scale = self.focal_px / depth
        column = self.size.width / 2 + x * scale
        row = self.size.height / 2 - up * scale
        return np.stack([column, row], axis=1), depth

    def scale_px(self, depth_m: float) -> float:
        """Pixels per metre, at a depth."""
        return self.focal_px / max(depth_m, 0.05)
