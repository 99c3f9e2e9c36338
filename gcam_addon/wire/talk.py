"""What a board that dialled in tells of itself between its pictures, and what it is told: STATUS and SET of
docs/ref/board.md. Loop only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gcam_addon.clock import Clock
from gcam_addon.errors import Rejected, SourceError, Stalled, Unreachable
from gcam_addon.wire.pushing import setting, status_in
from gcam_addon.words.reason import because

ANSWER_S: Final = 10.0
"""A picture may be on its way before the answer."""
_MOST_REFUSAL_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A board's status, and when it came."""

    status: Mapping[str, Any]
    at: float

    @property
    def refused(self) -> str | None:
        """The board's sentence on what it was told, where it does not obey."""
        said = self.status.get("refused")
        if not isinstance(said, str):
            return None
        printable = "".join(letter for letter in said if letter.isprintable()).strip()
        return printable[:_MOST_REFUSAL_CHARACTERS] or "?"


class Talk:
    """Of one connection. `send` writes a message to it."""

    def __init__(self, send: Callable[[bytes], None], clock: Clock) -> None:
        self._send = send
        self._clock = clock
        self._heard = asyncio.Event()
        self._telling = asyncio.Lock()
        self._end: SourceError | None = None
        self.newest: Told | None = None
        """None: nothing so far. Only who told something is told anything."""

    def hear(self, payload: bytes) -> bool:
        """Of STATUS. False where it can't be understood: then it is as if nothing had come."""
        status = status_in(payload)
        if status is not None:
            self.newest = Told(status, self._clock.wall())
            self._heard.set()
        return status is not None

    def end(self, why: SourceError) -> None:
        """The connection is over. Idempotent."""
        self._end = self._end or why
        self._heard.set()

    async def tell(self, form: Mapping[str, str], holds: Callable[[Told], bool] = lambda _: True) -> Told:
        """All of `form`, or nothing: what the board tells then. One status may have been on its way before
        it, so whoever can see that it `holds` waits for that; where it never does, the newest is returned.
        Raises Rejected with the board's sentence, Stalled where it tells nothing, what ended the connection
        where it is over.
        """
        async with self._telling:
            if self._end is not None:
                raise self._end
            if self.newest is None:
                raise Unreachable(because("push_no_talk"))
            self._heard.clear()
            self._send(setting(form))
            return await self._answer(self.newest, holds)

    async def _answer(self, before: Told, holds: Callable[[Told], bool]) -> Told:
        told = before
        try:
            async with asyncio.timeout(ANSWER_S):
                while told is before or not holds(told):
                    told = await self._next()
                    if told.refused is not None:
                        raise Rejected(because("board_says", says=told.refused), status=400)
        except TimeoutError:
            if told is before:
                raise Stalled(because("push_no_status", seconds=ANSWER_S)) from None
        return told

    async def _next(self) -> Told:
        await self._heard.wait()
        self._heard.clear()
        if self._end is not None:
            raise self._end
        assert self.newest is not None
        return self.newest
