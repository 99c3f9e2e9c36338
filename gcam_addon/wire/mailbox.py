"""Pictures of a camera that sends them by HTTP, in one request or in many: one arrival all the same."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from gcam_addon.errors import SourceError, Stalled, Unreachable
from gcam_addon.wire.arrivals import TAKEN_WITHIN_S, Sent, ended_by_gcam
from gcam_addon.wire.pushing import Parting
from gcam_addon.wire.talk import Talk
from gcam_addon.words.reason import because

_MOST_WAITING: Final = 32
_MOST_BYTES: Final = 8 * 1024 * 1024
"""What came is here, and not in a connection, whose buffers are gone with it."""


class Mailbox:
    """Implements `wire.arrivals.Arrival`. Loop only."""

    def __init__(self, who: str, talk: Talk | None = None) -> None:
        self._who = who
        self._waiting: deque[Sent] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._end: SourceError | None = None
        self._ended = asyncio.Event()
        self.why: Parting | None = None
        """Where Gcam ended it."""
        self.talk = talk
        self.dropped = 0

    @property
    def who(self) -> str:
        return self._who

    @property
    def is_over(self) -> bool:
        return self._end is not None

    @property
    def _is_full(self) -> bool:
        return len(self._waiting) >= _MOST_WAITING or self._bytes >= _MOST_BYTES

    async def put(self, sent: Sent) -> None:
        """Once there is room. Raises SourceError where nothing reads the camera, or this is over."""
        try:
            async with asyncio.timeout(TAKEN_WITHIN_S):
                while self._is_full and self._end is None:
                    await self._change()
        except TimeoutError:
            raise Stalled(because("push_unread")) from None
        if self._end is not None:
            raise self._end
        self._waiting.append(sent)
        self._bytes += len(sent.data)
        self._changed.set()

    async def next(self) -> Sent:
        while not self._waiting:
            if self._end is not None:
                raise self._end
            await self._change()
        sent = self._waiting.popleft()
        self._bytes -= len(sent.data)
        self._changed.set()
        return sent

    def hang_up(self) -> None:
        """The camera has ended it; what waits is read first."""
        self._finish(Unreachable(because("push_hung_up", who=self._who)))

    def close(self, why: Parting) -> None:
        self._waiting.clear()
        self._bytes = 0
        self.why = self.why or why
        self._finish(ended_by_gcam(why))

    async def over(self) -> None:
        """Returns when it is, whoever ended it."""
        await self._ended.wait()

    def _finish(self, end: SourceError) -> None:
        self._end = self._end or end
        if self.talk is not None:
            self.talk.end(self._end)
        self._ended.set()
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
