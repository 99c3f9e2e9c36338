"""When to try a camera again. Pure; the runner sleeps."""

from __future__ import annotations

import random

_QUICK_S = 3.0
_QUICK_FOR_S = 60.0
_MAX_S = 60.0


class Backoff:
    """Delays between attempts: at most 3 s in the first minute of an outage, so that a board that rebooted
    is back within 5 s of being reachable; then doubling to 60 s. Jittered, so that many cameras behind one
    access point don't come back at once.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._delay_s = 0.0

    def next(self, outage_s: float, *, was_stable: bool = False) -> float:
        """Seconds to wait now, `outage_s` seconds after the last picture (or the first attempt). Only after a
        stable run is the pause the shortest again, not after each picture of a board that keeps resetting.
        """
        if was_stable:
            self._delay_s = 0.0
        if outage_s < _QUICK_FOR_S:
            self._delay_s = min(_QUICK_S, max(0.5, self._delay_s * 1.5))
        else:
            self._delay_s = min(_MAX_S, self._delay_s * 2)
        return self._delay_s * self._rng.uniform(0.75, 1.0)
