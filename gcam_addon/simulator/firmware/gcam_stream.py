"""Pictures of a board with Gcam's firmware: each viewer at its own pace, always the newest one."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from typing import Final

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.stream import Framing, Stream

_ALIKE: Final = 1e-6


@dataclass(slots=True)
class Taken:
    """What the camera gave, and what became of it."""

    count: int = 0
    sent: int = 0
    skipped: int = 0
    _newest: int = -1

    def take(self, frame: int) -> int:
        """The number of the sensor's `frame` among those that were wanted."""
        if frame > self._newest:
            self._newest = frame
            self.count += 1
        return self.count

    async def next(self, board: Board) -> tuple[bytes, float, int]:
        """A picture taken from now on, when it was taken, and its number."""
        frame = board.frame_now + 1
        await asyncio.sleep(max(0.0, board.due_in_s(frame)))
        taken_s = board.uptime_s + board.due_in_s(frame)
        return await board.picture(frame), max(0.0, taken_s), self.take(frame)


class PacedStream(Stream):
    """`fps` may change while it runs, from the next picture on; 0: as many as there are."""

    def __init__(
        self, board: Board, connection: Connection, response: bytes, taken: Taken, fps: float
    ) -> None:
        framing = Framing(response=response, boundary=b"--gcam\r\n", part_head=self._head, tail=b"\r\n")
        super().__init__(board, connection, framing)
        self._taken = taken
        self._frame = 0
        self._wake = asyncio.Event()
        self._fps = fps

    @property
    def fps(self) -> float:
        return self._fps

    @fps.setter
    def fps(self, fps: float) -> None:
        self._fps = fps
        self._wake.set()

    @property
    def rate(self) -> float:
        """What it gets a second while it is quick."""
        return min(self._fps or self._board.fps, self._board.fps)

    def drop(self) -> None:
        self._connection.drop()

    async def _send_pictures(self) -> None:
        """`due` counts in pictures of the sensor: where it lies between two, the later one is sent."""
        board, due = self._board, float(self._board.frame_now)
        while True:
            await self._wait_while_silent()
            self._frame = max(ceil(due - _ALIKE), board.frame_now)
            await self._send_part(await board.picture(self._frame, self._sent))
            self._taken.sent += 1
            due += self._missed(due) * self._step
            due = await self._wait_after(due)

    @property
    def _step(self) -> float:
        return self._board.fps / self.rate

    def _missed(self, due: float) -> int:
        """How many pictures of its own it came too late for."""
        missed = max(0, int((self._board.frame_now - due) / self._step + _ALIKE) - 1)
        self._taken.skipped += missed
        return missed

    async def _wait_after(self, due: float) -> float:
        """Until the next one is taken; a pace that changes meanwhile counts at once."""
        while (delay_s := self._board.due_in_s(ceil(due + self._step - _ALIKE))) > 0:
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(delay_s):
                    await self._wake.wait()
        return due + self._step

    def _head(self, length: str | None, uptime_s: float) -> bytes:
        board = self._board
        taken_s = max(0.0, uptime_s + board.due_in_s(self._frame))
        lines = [
            "Content-Type: image/jpeg",
            *([] if length is None else [f"Content-Length: {length}"]),
            f"X-Timestamp: {taken_s:.6f}",
            f"X-Frame: {self._taken.take(self._frame)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode()
