"""Units on their way from the thread that reads a connection to the loop: never more than a few."""

from __future__ import annotations

import threading
from collections import deque

from gcam_addon.model import Unit

MOST_WAITING = 128


class Handover:
    """One thread puts, the loop takes. Where it is full, all is dropped up to the next key, and counted."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._units: deque[Unit] = deque()
        self._lacks_key = False
        self.dropped = 0

    def put(self, unit: Unit) -> bool:
        """Whether whoever takes is to be told: there was nothing before."""
        with self._lock:
            is_full = len(self._units) >= self._most
            if is_full or (self._lacks_key and not unit.is_sound and not unit.is_key):
                self._lacks_key |= not unit.is_sound
                self.dropped += 1
                return False
            self._lacks_key &= unit.is_sound
            self._units.append(unit)
            return len(self._units) == 1

    def take(self) -> Unit | None:
        with self._lock:
            return self._units.popleft() if self._units else None
