"""Where a moving thing is, when: straight lines on the ground between timed places."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

Stop = tuple[float, float, float]
"""(t_s, x_m, z_m)."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where on the ground, where to, how fast, and how far walked so far."""

    x: float
    z: float
    heading: float
    """Radians: 0 is to the right, a quarter turn is away from the camera."""
    speed_mps: float
    walked_m: float


@dataclass(frozen=True, slots=True)
class Path:
    """Two or more stops, times rising; two stops at one place: waiting there."""

    stops: tuple[Stop, ...]

    @property
    def start_s(self) -> float:
        return self.stops[0][0]

    @property
    def end_s(self) -> float:
        return self.stops[-1][0]

    def pose(self, t_s: float) -> Pose | None:
        """None before the first and after the last stop."""
        if not self.start_s <= t_s <= self.end_s:
            return None
        index = min(bisect_right(self.stops, t_s, key=lambda stop: stop[0]), len(self.stops) - 1) - 1
        (t0, x0, z0), (t1, x1, z1) = self.stops[index], self.stops[index + 1]
        share = (t_s - t0) / (t1 - t0)
        length = math.hypot(x1 - x0, z1 - z0)
        walked = self._length_until(index) + share * length
        return Pose(
            x0 + share * (x1 - x0), z0 + share * (z1 - z0), self._heading(index), length / (t1 - t0), walked
        )

    def _length_until(self, index: int) -> float:
        pairs = zip(self.stops[:index], self.stops[1 : index + 1], strict=True)
        return sum(math.hypot(b[1] - a[1], b[2] - a[2]) for a, b in pairs)

    def _heading(self, index: int) -> float:
        """Of this leg; while waiting, of the one that led here."""
        for leg in range(index, -1, -1):
            (_, x0, z0), (_, x1, z1) = self.stops[leg], self.stops[leg + 1]
            if (x0, z0) != (x1, z1):
                return math.atan2(z1 - z0, x1 - x0)
        return 0.0
