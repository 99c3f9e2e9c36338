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
_SLOW_S: Final = 0.4
"""Looks farther apart than that tell too little for doubts."""


class Onset:
    """One camera's."""

    def __init__(self) -> None:
        self.since_s = 0.0
        """When what is seen began."""
        self._last_s = -math.inf
        self._in_doubt = False

    def counts(self, restlessness: float, now_s: float, interval_s: float, *, goes: bool) -> bool:
        """Something large enough is seen, in a place of this `restlessness`; `goes`: it goes somewhere, or is
        known already. The place is judged when it begins: later it is restless because of it.
        """
        if now_s - self._last_s > max(_GAP_S, 2.5 * interval_s):
            self.since_s = now_s
            self._in_doubt = restlessness >= RESTLESS and interval_s <= _SLOW_S
        self._last_s = now_s
        if goes or now_s - self.since_s >= LONG_S:
            self._in_doubt = False
        return not self._in_doubt
