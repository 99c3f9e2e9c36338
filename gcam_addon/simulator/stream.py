"""Sends a camera's pictures to one client in a firmware's framing, in time, with its faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.damage import damaged
from gcam_addon.simulator.faults import Fault

_SLOW_BYTES_PER_S = 4096
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Framing:
    """How a firmware writes a multipart stream."""

    response: bytes
    """Status line and headers with their blank line."""
    boundary: bytes
    part_head: Callable[[str | None, float], bytes]
    """(Content-Length's value or None to leave it out, seconds since boot) -> the part's headers."""
    opening: bytes = b""
    """What comes once before the first part."""
    tail: bytes = b""
    """What ends each part."""
    boundary_first: bool = True
    """Order of a part: boundary, head, picture; or else head, picture, boundary."""
    chunked: bool = False
    length_format: str = "%d"

    def wrap(self, piece: bytes) -> bytes:
        """One piece as it goes onto the wire."""
        return b"%x\r\n%b\r\n" % (len(piece), piece) if self.chunked and piece else piece


class StreamEnded(Exception):  # noqa: N818
    """The board ends this stream by itself: close the connection."""


class Stream:
    """One client's stream."""

    def __init__(self, board: Board, connection: Connection, framing: Framing) -> None:
        self._board = board
        self._connection = connection
        self._framing = framing
        self._sent = 0
        self._frozen = False

    async def run(self) -> None:
        """Until the client is gone (`OSError`) or a fault ends it (returns)."""
        counters = self._board.counters
        counters.streams_opened += 1
        counters.clients += 1
        try:
            await self._send(self._framing.response + self._opening())
            await self._send_pictures()
        except StreamEnded:
            pass
        finally:
            counters.clients -= 1

    def _opening(self) -> bytes:
        return b"" if self._has(Fault.LATE_BOUNDARY) else self._framing.opening

    async def _send_pictures(self) -> None:
        frame = self._board.frame_now
        while True:
            await self._wait_while_silent()
            jpeg = await self._board.picture(frame, self._sent)
            await self._send_part(jpeg)
            frame = max(frame + 1, self._board.frame_now)
            delay_s = self._board.due_in_s(frame)
            if delay_s > 0:
                await asyncio.sleep(delay_s)

    async def _send_part(self, jpeg: bytes) -> None:
        if self._has(Fault.RESET):
            self._connection.reset()
            raise StreamEnded
        if self._has(Fault.TEXT_PART):
            await self._send(*self._text_part())
        shown = damaged(jpeg, self._board.faults, self._sent)
        pieces = self._part(shown)
        if self._has(Fault.CHUNK_CUT):
            whole = b"".join(pieces)
            await self._send(whole[: len(whole) // 2])
            raise StreamEnded
        await self._send(*pieces)
        self._sent += 1
        self._board.counters.frames_sent += 1

    def _part(self, jpeg: bytes) -> list[bytes]:
        framing = self._framing
        head = framing.part_head(self._length(jpeg), self._board.uptime_s)
        body = [framing.wrap(head), framing.wrap(jpeg), framing.tail]
        if not framing.boundary_first:
            return [*body, framing.wrap(framing.boundary)]
        late = self._sent == 0 and self._has(Fault.LATE_BOUNDARY)
        return body if late else [framing.wrap(framing.boundary), *body]

    def _length(self, jpeg: bytes) -> str | None:
        if self._has(Fault.NO_LENGTH):
            return None
        length = len(jpeg)
        if self._has(Fault.WRONG_LENGTH):
            length += 1000 if self._sent % 2 else -1000
        return self._framing.length_format % max(0, length)

    def _text_part(self) -> list[bytes]:
        """As ESPHome says that there is no picture."""
        framing = self._framing
        text = framing.wrap(b"Content-Type: text/plain\r\n\r\nNo frames send.\r\n")
        boundary = framing.wrap(framing.boundary)
        return [boundary, text] if framing.boundary_first else [text, boundary]

    async def _wait_while_silent(self) -> None:
        """A stalled board keeps its connection and does not notice that its client leaves."""
        self._frozen = self._frozen or self._has(Fault.HALF_OPEN)
        while self._frozen or self._has(Fault.STALL):  # noqa: ASYNC110  (a scheduled fault ends by itself)
            await asyncio.sleep(_POLL_S)

    async def _send(self, *pieces: bytes) -> None:
        if not self._has(Fault.SLOW):
            await self._connection.send(*pieces)
            return
        whole = b"".join(pieces)
        step = _SLOW_BYTES_PER_S // 20
        for start in range(0, len(whole), step):
            await self._connection.send(whole[start : start + step])
            await asyncio.sleep(0.05 if self._has(Fault.SLOW) else 0)

    def _has(self, fault: Fault) -> bool:
        return self._board.faults.active(fault, self._sent)
