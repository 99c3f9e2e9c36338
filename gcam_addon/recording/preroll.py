"""What was seen before the event: a ring of the camera's own bytes, bounded in seconds and in bytes."""

from __future__ import annotations

from collections import deque

from gcam_addon.model import Unit


class PreRoll:
    """Keeps the newest frames: those within `max_s` of the newest one, and never more than `max_bytes`."""

    def __init__(self, max_s: float, max_bytes: int) -> None:
        self._max_s = max_s
        self._max_bytes = max_bytes
        self._frames: deque[Unit] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def size_bytes(self) -> int:
        return self._bytes

    @property
    def newest(self) -> Unit | None:
        return self._frames[-1] if self._frames else None

    def push(self, frame: Unit) -> None:
        """Keep `frame`; a step back in pts (another run, a file played again) forgets what was before."""
        if self._frames and frame.pts_s < self._frames[-1].pts_s:
            self.clear()
        self._frames.append(frame)
        self._bytes += len(frame.data)
        while self._frames and (self._bytes > self._max_bytes or self._too_old(self._frames[0], frame)):
            self._bytes -= len(self._frames.popleft().data)

    def _too_old(self, kept: Unit, newest: Unit) -> bool:
        return newest.pts_s - kept.pts_s > self._max_s

    def take(self, since_s: float) -> list[Unit]:
        """The frames from `since_s` on, in order; the ring is empty afterwards."""
        taken = [frame for frame in self._frames if frame.pts_s >= since_s]
        self.clear()
        return taken

    def clear(self) -> None:
        self._frames.clear()
        self._bytes = 0
