"""What is to be told to one side of a conversation, in turn. Loop only."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

Message = dict[str, Any]


class Line:
    """What is to be told to one side, in turn; bounded: who does not listen is told nothing more."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: deque[Message] = deque()
        self._changed = asyncio.Event()
        self._over = False

    def put(self, message: Message) -> None:
        if self._over:
            return
        if len(self._waiting) >= self._most:
            self._waiting.clear()
            self._over = True
        else:
            self._waiting.append(message)
        self._changed.set()

    def end(self) -> None:
        """After what waits."""
        self._over = True
        self._changed.set()

    async def next(self) -> Message | None:
        """None at the end."""
        while not self._waiting:
            if self._over:
                return None
            self._changed.clear()
            await self._changed.wait()
        return self._waiting.popleft()
