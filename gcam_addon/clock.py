"""Time for everybody: one wall-clock offset plus the monotonic clock.

Reading the wall clock once, not per frame, means that a clock step (NTP after boot, an owner correcting the
time) can never tear a clip or order events wrongly. See docs/design/time.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Two readings of one time line; both in seconds."""

    def monotonic(self) -> float:
        """Seconds on a line that never steps; only differences mean something."""

    def wall(self) -> float:
        """Unix time of now: the run's offset plus `monotonic()`."""


class SystemClock:
    """The machine's clock. The wall-clock offset is taken at construction and kept until `anchor`."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._offset_s = wall() - time.monotonic()

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return self._offset_s + time.monotonic()

    @property
    def offset_s(self) -> float:
        """What `wall` adds to the machine's monotonic clock, which is the same for all of its processes."""
        return self._offset_s

    def follow(self, offset_s: float) -> None:
        """Tell the same time as the process whose offset that is."""
        self._offset_s = offset_s

    def stepped_s(self) -> float:
        """By how many seconds the machine's wall clock has moved against ours since the last anchor."""
        return self._wall() - self.wall()

    def anchor(self) -> None:
        """Take the machine's wall clock over. `StepWatch` says when."""
        self._offset_s = self._wall() - time.monotonic()


STEP_S = 5.0
"""Less is no step: clocks drift."""
PATIENCE_S = 600.0


class StepWatch:
    """When a step of the machine's clock is taken over: as soon as no event spans it, and in any case after
    `PATIENCE_S`, since with many cameras there is always one that has an event.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since_s: float | None = None

    def is_due(self, stepped_s: float, *, has_events: bool) -> bool:
        if abs(stepped_s) < STEP_S:
            self._since_s = None
            return False
        now_s = self._clock.monotonic()
        if self._since_s is None:
            self._since_s = now_s
        return not has_events or now_s - self._since_s >= PATIENCE_S


class ManualClock:
    """A clock that moves only when told to: for offline analysis and for tests."""

    def __init__(self, start_s: float = 0.0, wall_offset_s: float = 1_700_000_000.0) -> None:
        self._now_s = start_s
        self._offset_s = wall_offset_s

    def monotonic(self) -> float:
        return self._now_s

    def wall(self) -> float:
        return self._offset_s + self._now_s

    def advance(self, seconds: float) -> None:
        """Move both readings forward."""
        self._now_s += seconds

    def set(self, monotonic_s: float) -> None:
        """Place the clock at `monotonic_s`; offline analysis sets it to each frame's pts."""
        self._now_s = monotonic_s
