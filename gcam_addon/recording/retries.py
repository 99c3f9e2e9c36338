"""Journals that could not be made a clip of: when each is tried again, and when no more."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.errors import DiskError, RecordingError, StorageFull

_MOST_ATTEMPTS = 5
_FIRST_PAUSE_S = 60.0
_LONGEST_PAUSE_S = 600.0


class Retries:
    """Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[Path, _Failures] = {}
        self._waiting: set[Path] = set()

    def failed(self, journal: Path, error: RecordingError) -> int:
        """How often by now; to be tried again when it is `due`."""
        with self._lock:
            failures = self._failures.get(journal, _Failures()).after(error, self._clock.monotonic())
            self._failures[journal] = failures
            self._waiting.add(journal)
        return failures.count

    def has_failed(self, journal: Path) -> bool:
        with self._lock:
            return journal in self._failures

    def is_hopeless(self, journal: Path) -> bool:
        """What failed again and again, and not for the disk's sake."""
        with self._lock:
            return self._failures.get(journal, _Failures()).own >= _MOST_ATTEMPTS

    def due(self) -> list[Path]:
        """What waits no longer."""
        now_s = self._clock.monotonic()
        with self._lock:
            due = {path for path in self._waiting if self._failures[path].not_before_s <= now_s}
            self._waiting -= due
        return sorted(due)

    def forget(self, journal: Path) -> None:
        with self._lock:
            self._failures.pop(journal, None)
            self._waiting.discard(journal)


@dataclass(frozen=True, slots=True)
class _Failures:
    """Of one journal. `own`: those that were not the disk's."""

    count: int = 0
    own: int = 0
    not_before_s: float = 0.0

    def after(self, error: RecordingError, now_s: float) -> _Failures:
        """The first is followed by another attempt at the next chance; want of room costs nothing to see."""
        pause_s = 0.0
        if self.count and not isinstance(error, StorageFull):
            pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(self.count - 1, 10))
        return _Failures(self.count + 1, self.own + (not isinstance(error, DiskError)), now_s + pause_s)
