"""How long the disk of the recordings has not answered: a thread that waits for one in the kernel can tell
nothing itself, so it says beforehand that it asks, and somebody else looks on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gcam_addon.clock import Clock

SILENT_AFTER_S = 10.0
"""A card that tidies itself up takes seconds; what takes longer is no answer."""
_STANDS_S = 15.0
"""After its answer: one that takes so long each time is not told as well in between."""


class Silence:
    """Any thread asks, one looks on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._since: dict[object, float] = {}
        self._stands_until_s = float("-inf")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around what a disk does in milliseconds."""
        question = object()
        with self._lock:
            self._since[question] = self._clock.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._since[question]

    def note(self, who: object, lasts_s: float) -> None:
        """Somebody in another process waits for it, too, by now so long; 0: no longer."""
        with self._lock:
            self._since.pop(who, None)
            if lasts_s > 0:
                self._since[who] = self._clock.monotonic() - lasts_s

    def lasts_s(self) -> float:
        """Since when who waits longest waits; 0 where nobody does."""
        with self._lock:
            return self._clock.monotonic() - min(self._since.values()) if self._since else 0.0

    def is_on(self) -> bool:
        """Whether the disk is to be taken for one that does not answer. Asked once a second or so."""
        now_s = self._clock.monotonic()
        if self.lasts_s() >= SILENT_AFTER_S:
            self._stands_until_s = now_s + _STANDS_S
        return now_s < self._stands_until_s
