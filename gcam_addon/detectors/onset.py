"""How long something large has to be seen until it counts: no longer than that, but where things come and go
all the time, a curtain, leaves, a while, or until it goes somewhere. Pure.
"""

from __future__ import annotations

import math
from typing import Final

RESTLESS: Final = 2.0
"""Times the noise by which a place usually strays, from which it is restless."""
LONG_S: Final = 1.2
"""What lasts that long counts there too."""
_GAP_S: Final = 0.5
_SUSPICION_S: Final = 1.0
"""What is only suspected for longer, insects, snow, says nothing about what comes then."""
_SLOW_S: Final = 0.6
"""Looks farther apart than that tell too little for doubts."""


class Onset:
    """One camera's."""

    def __init__(self) -> None:
        self.since_s = 0.0
        """When what is seen began."""
        self._last_s = -math.inf
        self._in_doubt = False
        self._suspected_s = (-math.inf, -math.inf)
        """First and last time of a suspicion, …"""
        self._restless = False
        """… and whether the place was restless when it began."""

    def suspect(self, restlessness: float, now_s: float, interval_s: float) -> None:
        """Something may be seen, in a place of this `restlessness`. The place is judged when it begins: later
        it is restless because of it.
        """
        first_s, last_s = self._suspected_s
        if now_s - last_s > _patience_s(interval_s) or now_s - first_s > _SUSPICION_S:
            first_s, self._restless = now_s, restlessness >= RESTLESS
        self._suspected_s = first_s, now_s

    def counts(self, restlessness: float, now_s: float, interval_s: float, *, goes: bool) -> bool:
        """Something large enough is seen; `goes`: it goes somewhere, or is known already."""
        self.suspect(restlessness, now_s, interval_s)
        if now_s - self._last_s > _patience_s(interval_s):
            self.since_s = now_s
            self._in_doubt = self._restless and interval_s <= _SLOW_S
        self._last_s = now_s
        if goes or now_s - self.since_s >= LONG_S:
            self._in_doubt = False
        return not self._in_doubt


def _patience_s(interval_s: float) -> float:
    return max(_GAP_S, 2.5 * interval_s)
