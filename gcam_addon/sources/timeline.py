"""Cameras count time by clocks that drift, step and are sometimes missing: made that of this machine.

How long something lasts is the camera's word, when it happened is when it came. Pure.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

_WINDOW_S = 30.0
_MOST_MOVED = 0.001
"""Seconds per second: more than any clock drifts, and nobody sees it."""
_JUMP_S = 1.0
_MOST_LATE_S = 10.0
"""After a pause of the network all of it comes late, and is not to be blamed on the camera's clock."""
_MOST_JUMPS = 3
_FORGIVEN_S = 60.0
_MOST_REORDERED_S = 0.5
"""So far a picture with B frames may lie before another that came earlier."""
_TICK_S = 1e-6


class Rising:
    """Each picture is behind the one before, also where they came in one piece, or a clock says otherwise."""

    def __init__(self) -> None:
        self.last_s = -math.inf

    def next(self, at_s: float) -> float:
        self.last_s = max(at_s, self.last_s + _TICK_S)
        return self.last_s


class TimeLine:
    """One camera's. `at` gives the time of each unit on the line of `arrival_s`, pictures and sound on the
    same: never later than it came, but for what the clocks drift apart.
    """

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._moved_s = 0.0
        self._newest_s = 0.0
        self._late_since_s = 0.0
        self._arrivals: deque[tuple[float, float]] = deque()
        self._jumps: deque[float] = deque()
        self.is_by_arrival = False
        """The camera's times were no good again and again: it counts when its units come."""

    def begin(self, first: Sequence[tuple[float | None, float]]) -> None:
        """Media and arrival of what came first, in one go: that of the last is nearest to its time."""
        delays_s = [(arrival_s - media_s, arrival_s) for media_s, arrival_s in first if media_s is not None]
        if delays_s:
            least_s, arrival_s = min(delays_s)
            self._begin(arrival_s - least_s, arrival_s)
            self._newest_s = -math.inf

    def at(self, media_s: float | None, arrival_s: float) -> float:
        """Of a picture. `media_s`: when, by the camera's clock; None where it does not say."""
        if media_s is None or self.is_by_arrival:
            return arrival_s
        offset_s = self._offset_s
        if offset_s is None or self._jumped(media_s, arrival_s, offset_s):
            offset_s = self._begin(media_s, arrival_s)
        if self.is_by_arrival:
            return arrival_s
        self._newest_s = max(self._newest_s, media_s)
        self._offset_s = self._drawn(offset_s, media_s, arrival_s)
        return media_s + self._offset_s

    def beside(self, media_s: float | None, arrival_s: float) -> float | None:
        """Of a piece of sound; None where its clock is none that the pictures have."""
        if media_s is None or self._offset_s is None or self.is_by_arrival:
            return None
        at_s = media_s + self._offset_s
        return at_s if abs(at_s - arrival_s) <= _JUMP_S else None

    def _jumped(self, media_s: float, arrival_s: float, offset_s: float) -> bool:
        ahead_s = media_s + offset_s - arrival_s
        if ahead_s >= -_JUMP_S:
            self._late_since_s = arrival_s
        is_back = media_s < self._newest_s - _MOST_REORDERED_S
        if not is_back and ahead_s <= _JUMP_S and arrival_s - self._late_since_s <= _MOST_LATE_S:
            return False
        self._jumps.append(arrival_s)
        while arrival_s - self._jumps[0] > _FORGIVEN_S:
            self._jumps.popleft()
        self.is_by_arrival = len(self._jumps) > _MOST_JUMPS
        return True

    def _begin(self, media_s: float, arrival_s: float) -> float:
        self._arrivals.clear()
        self._moved_s = self._late_since_s = arrival_s
        self._newest_s = media_s
        self._offset_s = arrival_s - media_s
        return self._offset_s

    def _drawn(self, offset_s: float, media_s: float, arrival_s: float) -> float:
        """Towards the least delay of the last seconds."""
        arrivals, delay_s = self._arrivals, arrival_s - media_s
        while arrivals and arrivals[-1][1] >= delay_s:
            arrivals.pop()
        arrivals.append((arrival_s, delay_s))
        while arrival_s - arrivals[0][0] > _WINDOW_S:
            arrivals.popleft()
        wanted_s = arrivals[0][1]
        most_s = (arrival_s - self._moved_s) * _MOST_MOVED
        self._moved_s = arrival_s
        return offset_s + max(-most_s, min(most_s, wanted_s - offset_s))
