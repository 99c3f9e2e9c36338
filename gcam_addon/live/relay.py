"""One camera's pictures (or decisions) to everybody who watches: newest wins, no copy, no decode.

Viewers are slots of one picture. Who is slower than the camera finds the newest picture in the slot when
coming back; what was replaced there is counted and never waited for. Nothing here knows a protocol: see
`live.mjpeg` and `web.api.live` for how pictures travel to a viewer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Generic, TypeVar

T = TypeVar("T")


class Relay(Generic[T]):
    """The fan-out of one camera. All methods belong to the loop; none of them blocks."""

    def __init__(self) -> None:
        self._slots: set[_Slot[T]] = set()
        self._latest: T | None = None
        self._skipped = 0
        self._closed = False
        self.epoch = 0
        """Grows with every `forget`: for those who keep pictures in another form."""

    @property
    def latest(self) -> T | None:
        """The newest picture published so far."""
        return self._latest

    @property
    def viewers(self) -> int:
        """How many are watching now."""
        return len(self._slots)

    @property
    def skipped(self) -> int:
        """Pictures that some viewer was too slow for, summed over all viewers there have been."""
        return self._skipped

    def publish(self, frame: T) -> None:
        """Hand `frame` to every viewer, in O(viewers); the frame itself is shared, never copied."""
        self._latest = frame
        for slot in self._slots:
            self._skipped += slot.put(frame)

    def forget(self) -> None:
        """Nobody is to get a picture that was published until now: another part of it is private."""
        self.epoch += 1
        self._latest = None
        for slot in self._slots:
            slot.empty()

    def dismiss(self) -> None:
        """End every viewer's iteration; new ones may come."""
        for slot in self._slots:
            slot.end()

    async def watch(self) -> AsyncGenerator[T, None]:
        """Pictures from now on, until `close()`. One reader per call; closing the iterator leaves."""
        if self._closed:
            return
        slot = _Slot[T]()
        self._slots.add(slot)
        try:
            while (frame := await slot.take()) is not None:
                yield frame
        finally:
            self._slots.discard(slot)

    def close(self) -> None:
        """End every viewer's iteration (after the picture it may still have); new ones end at once."""
        self._closed = True
        self.dismiss()


class _Slot(Generic[T]):
    """A viewer's place for one picture."""

    __slots__ = ("_ended", "_frame", "_waiter")

    def __init__(self) -> None:
        self._frame: T | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False

    def put(self, frame: T) -> bool:
        """True where an unseen picture was replaced."""
        replaced = self._frame is not None
        self._frame = frame
        self._wake()
        return replaced

    def empty(self) -> None:
        self._frame = None

    def end(self) -> None:
        self._ended = True
        self._wake()

    async def take(self) -> T | None:
        """The newest picture not yet taken; None at the end."""
        while self._frame is None:
            if self._ended:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        frame, self._frame = self._frame, None
        return frame

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
