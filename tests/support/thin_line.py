"""A line like those of homes: what passes it takes its time, by how much it is and how far it is away."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Self

from gcam_addon.machine.loop import stop_listening

_PIECE_BYTES = 1460
_MOST_UNDER_WAY = 64
"""Pieces: what a router holds before it makes senders wait."""


class ThinLine:
    """`async with` it. Who connects to `port` talks to `there`, each way at most `bits_per_s`, and each piece
    arrives `delay_s` after it left. All connections share the line.
    """

    def __init__(self, there: int, *, bits_per_s: float, delay_s: float = 0.0) -> None:
        self._there = there
        self._delay_s = delay_s
        self._to, self._back = (_Direction(bits_per_s / 8) for _ in range(2))
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=_PIECE_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        await stop_listening(self._server)
        for end in tuple(self._ends):
            end.transport.abort()
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._there)
        ends = {writer, far_writer}
        self._ends |= ends
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(self._to, reader, far_writer))
                group.create_task(self._pass(self._back, far_reader, writer))
        finally:
            self._ends -= ends
            for end in ends:
                end.close()

    async def _pass(
        self, direction: _Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Two tasks, so that what is far is not slow for it."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_MOST_UNDER_WAY)

        async def leave() -> None:
            piece = b"-"
            while piece:
                try:
                    piece = await reader.read(_PIECE_BYTES)
                except OSError:  # it hung up, rudely
                    piece = b""
                await direction.passed(len(piece))
                await under_way.put((time.monotonic() + self._delay_s, piece))

        async def arrive() -> None:
            while True:
                due_s, piece = await under_way.get()
                await asyncio.sleep(due_s - time.monotonic())
                if not piece:
                    break
                writer.write(piece)
            with contextlib.suppress(OSError):
                writer.write_eof()

        async with asyncio.TaskGroup() as group:
            group.create_task(leave())
            group.create_task(arrive())


class _Direction:
    """One piece after the other, whosever they are."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self._free_s = 0.0

    async def passed(self, size_bytes: int) -> None:
        self._free_s = max(self._free_s, time.monotonic()) + size_bytes / self._bytes_per_s
        await asyncio.sleep(self._free_s - time.monotonic())
