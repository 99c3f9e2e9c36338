"""Keeps cameras from connecting all in the same instant."""

from __future__ import annotations

import asyncio

from gcam_addon.clock import Clock


class ConnectGate:
    """Hands out moments to connect, `interval_s` apart over all cameras: after a power cut sixteen boards
    come back together, and one Wi-Fi access point has to serve them.
    """

    def __init__(self, clock: Clock, interval_s: float = 0.05) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self._next_s = float("-inf")

    async def enter(self) -> None:
        """Return when it is this caller's moment."""
        now_s = self._clock.monotonic()
        slot_s = max(now_s, self._next_s)
        self._next_s = slot_s + self._interval_s
        if slot_s > now_s:
            await asyncio.sleep(slot_s - now_s)
