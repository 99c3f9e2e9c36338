"""What is measured of one camera's stream while it runs. Pure: counts in, numbers out."""

from __future__ import annotations

from collections import deque

from gcam_addon.model import Size, Unit

_WINDOW_S = 5.0
_LATE = 2.5
"""A stream is silent when its next frame is this many times later than usual."""


class StreamGauge:
    """Frames, bytes and rate of one camera since Gcam started."""

    def __init__(self) -> None:
        self.frames = 0
        self.bytes_in = 0
        self.size: Size | None = None
        self.last_frame_at: float | None = None
        self._recent: deque[tuple[float, int]] = deque()
        """Those of the last seconds, but at least two: a slow camera has a rate too."""

    def count(self, unit: Unit) -> None:
        length = len(unit.data)
        self.bytes_in += length
        if unit.is_sound:
            return
        self.frames += 1
        self.size = unit.size
        self.last_frame_at = unit.received_at
        self._recent.append((unit.pts_s, length))
        while len(self._recent) > 2 and unit.pts_s - self._recent[0][0] > _WINDOW_S:
            self._recent.popleft()

    def rate(self, now_s: float) -> float:
        """Frames per second over the last seconds; 0 once they have passed without a frame that was due."""
        if len(self._recent) < 2:
            return 0.0
        (first_s, _), (last_s, _) = self._recent[0], self._recent[-1]
        usual_s = max(1e-3, last_s - first_s) / (len(self._recent) - 1)
        return 0.0 if self.is_silent(now_s) else 1.0 / usual_s

    def is_silent(self, now_s: float) -> bool:
        """Whether the next frame is long overdue; before the first one none is."""
        if not self._recent:
            return False
        (first_s, _), (last_s, _) = self._recent[0], self._recent[-1]
        usual_s = (last_s - first_s) / max(1, len(self._recent) - 1)
        return now_s - last_s > max(_WINDOW_S, _LATE * usual_s)

    def bytes_per_frame(self) -> int:
        """Mean of the last seconds, 0 without frames."""
        if not self._recent:
            return 0
        return sum(length for _, length in self._recent) // len(self._recent)
