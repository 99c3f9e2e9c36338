"""A connection that a thread reads, since its reads block: its units on the loop, and a watch on silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from gcam_addon.errors import SourceError
from gcam_addon.model import Unit
from gcam_addon.sources.handover import Handover


@dataclass(frozen=True, slots=True)
class Words:
    """What is said where nothing more comes."""

    over: Callable[[], SourceError]
    """It was closed, and nothing went wrong."""
    silent: Callable[[], SourceError]
    """It is open, and nothing came until `until_s`."""


class ThreadedRun:
    """One connection's. Loop, but for `read`, `put` and what its work does with them."""

    def __init__(self, work: Callable[[], None], words: Words, wait_s: float) -> None:
        """`work` reads until the connection ends, and raises what ended it. `wait_s`: for the first unit."""
        self._work = work
        self._words = words
        self._loop = asyncio.get_running_loop()
        self._arrived, self._gone = asyncio.Event(), asyncio.Event()
        self._handover = Handover()
        self._end: BaseException | None = None
        self._is_over = False
        self._until_s = self._loop.time() + wait_s
        self._watch: asyncio.TimerHandle | None = None

    @property
    def dropped(self) -> int:
        return self._handover.dropped

    def read(self) -> None:
        """The thread's work. Never raises: what ends it is raised by `next`."""
        try:
            self._work()
        except SourceError as error:
            error.__context__ = None  # a library's, which may hold a password
            self._end = error
        except BaseException as error:  # noqa: BLE001  (a defect is the camera's, whose run raises it)
            self._end = error
        self._is_over = True
        self._tell(self._arrived.set)
        self._tell(self._gone.set)

    def put(self, unit: Unit) -> None:
        """Thread."""
        if self._handover.put(unit):
            self._tell(self._arrived.set)

    def lasts(self, seconds: float) -> None:
        """As `wait`, by the thread, while somebody may wait already."""

        def change() -> None:
            self.wait(seconds)
            self._arrived.set()  # who waits does so by the timer of before

        self._tell(change)

    def wait(self, seconds: float) -> None:
        """It may be silent for so long from now on."""
        self._until_s = self._loop.time() + seconds

    async def next(self) -> Unit:
        """The next unit in order; raises what ended the connection behind the last one."""
        while True:
            is_over = self._is_over  # before it is looked whether something waits
            unit = self._handover.take()
            if unit is not None:
                return unit
            if is_over:
                raise self._end or self._words.over()
            if self._watch is None and self._loop.time() >= self._until_s:  # it has rung
                raise self._words.silent()
            await self._wait()

    async def gone(self) -> None:
        """Once the thread is."""
        await self._gone.wait()

    def forget(self) -> None:
        """Nobody waits any more."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _wait(self) -> None:
        """Until something comes, or has not for too long."""
        if self._watch is None or self._watch.when() > self._until_s:
            self.forget()
            self._watch = self._loop.call_at(self._until_s, self._look)
        self._arrived.clear()
        await self._arrived.wait()

    def _look(self) -> None:
        """One timer for all waits: nearly all end before it, and one for each would cost more than these."""
        self._watch = None
        self._arrived.set()

    def _tell(self, change: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(change)
