"""How often a camera is looked at: by its own rate, by the settings, by what a busy machine can do. Pure."""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

_LOOKS: Final = 5


class Cadence:
    """The usual time between the last looks; one long pause among them changes nothing."""

    def __init__(self) -> None:
        self._intervals: deque[float] = deque(maxlen=_LOOKS)
        self._last_s: float | None = None
        self.interval_s = 0.0
        """0 before the second look."""

    def look(self, pts_s: float) -> None:
        """The camera is looked at."""
        if self._last_s is not None:
            self._intervals.append(max(0.0, pts_s - self._last_s))
            self.interval_s = median(self._intervals)
        self._last_s = pts_s

    def forget(self) -> None:
        """What comes next has nothing to do with what was."""
        self._intervals.clear()
        self._last_s = None
        self.interval_s = 0.0
