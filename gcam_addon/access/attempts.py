"""Password checks: paced per key, one hash at a time. Every attempt counts as failed from the moment it
comes, so that a hundred at once are no more than five one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gcam_addon.access.passwords import Passwords
from gcam_addon.access.throttle import Throttle
from gcam_addon.clock import Clock
from gcam_addon.errors import Throttled
from gcam_addon.words.reason import because

MOST_WAITING = 10
"""Attempts of all the world that wait for their turn; more are told to come again."""
_COME_AGAIN_S = 2.0


class Attempts:
    """All methods on the loop; all may raise `Throttled`."""

    def __init__(self, passwords: Passwords, clock: Clock) -> None:
        self._passwords = passwords
        self._clock = clock
        self._throttle = Throttle()
        self._hashing = asyncio.Semaphore(1)  # 19 MiB each: one at a time
        self._waiting = 0

    async def is_right(self, keys: Sequence[str], hashed: str | None, password: str) -> bool:
        """Whether `password` is that of `hashed` (None: nobody's, and just as much work)."""
        return await self.whose(keys, (hashed,), password) is not None

    async def whose(self, keys: Sequence[str], hashes: Sequence[str | None], password: str) -> int | None:
        """Which of `hashes` is its, by its place; None: none. One attempt, however many there are."""
        if self._waiting >= MOST_WAITING:
            raise _too_many(_COME_AGAIN_S)
        self.book(keys)
        self._waiting += 1
        try:
            async with self._hashing:
                matches = [
                    await asyncio.to_thread(self._passwords.matches, hashed, password)
                    for hashed in hashes or (None,)
                ]
        finally:
            self._waiting -= 1
        if True not in matches:
            return None
        self.forgive(keys)
        return matches.index(True)

    def book(self, keys: Sequence[str]) -> None:
        """An attempt for each of `keys`, wrong until it is forgiven."""
        now_s = self._clock.monotonic()
        wait_s = max((self._throttle.wait_s(key, now_s) for key in keys), default=0.0)
        if wait_s > 0:
            raise _too_many(wait_s)
        for key in keys:
            self._throttle.failed(key, now_s)

    def forgive(self, keys: Sequence[str]) -> None:
        """It was right."""
        for key in keys:
            self._throttle.succeeded(key)

    async def hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._passwords.hash, password)


def _too_many(wait_s: float) -> Throttled:
    return Throttled(because("throttled", seconds=round(wait_s)), retry_after_s=wait_s)
