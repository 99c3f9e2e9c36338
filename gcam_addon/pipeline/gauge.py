"""What is measured of one camera's stream while it runs. Pure: counts in, numbers out."""

from __future__ import annotations

from collections import deque

from gcam_addon.model import EncodedFrame, Size

_WINDOW_S = 5.0


class StreamGauge:
    """Frames, bytes and rate of one camera since Gcam started."""

    def __init__(self) -> None:
        self.frames = 0
        self.bytes_in = 0
        self.size: Size | None = None
        self.last_frame_at: float | None = None
        self._recent: deque[tuple[float, int]] = deque()

    def count(self, frame: EncodedFrame) -> None:
        length = len(frame.jpeg)
        self.frames += 1
        self.bytes_in += length
        self.size = frame.size
        self.last_frame_at = frame.received_at
        self._recent.append((frame.pts_s, length))
        if frame.pts_s - self._recent[0][0] > _WINDOW_S:
            self._recent.popleft()
            if frame.pts_s - self._recent[0][0] > _WINDOW_S:  # the rate fell: catch up two at a time
                self._recent.popleft()

    def rate(self, now_s: float) -> float:
        """Frames per second over the last seconds; 0 once they have passed without a frame."""
        while self._recent and now_s - self._recent[0][0] > _WINDOW_S:
            self._recent.popleft()
        if len(self._recent) < 2:
            return 0.0
        return (len(self._recent) - 1) / max(1e-3, self._recent[-1][0] - self._recent[0][0])

    def bytes_per_frame(self) -> int:
        """Mean of the last seconds, 0 without frames."""
        if not self._recent:
            return 0
        return sum(length for _, length in self._recent) // len(self._recent)
