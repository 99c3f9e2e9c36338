"""A cable between Gcam and a camera that a test cuts, clogs and mends: a TCP relay on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from socket import SO_LINGER, SOL_SOCKET
from typing import Self

from gcam_addon.machine.loop import stop_listening


class CutCable:
    """`async with` it. Who connects to `port` talks to `there`, unless it is cut."""

    def __init__(self, there: int) -> None:
        self._there = there
        self._is_cut = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        await stop_listening(self._server)
        self.mend()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """What is connected is reset, and nothing new is taken."""
        self._is_cut = True
        for end in tuple(self._ends):
            if not end.is_closing():
                socket = end.get_extra_info("socket")
                socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))  # RST instead of FIN
            end.transport.abort()

    def clog(self) -> None:
        """What is connected stays so, and nothing comes through."""
        self._flows.clear()

    def mend(self) -> None:
        """What could not come through comes now."""
        self._is_cut = False
        self._flows.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            if self._is_cut:
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._there)
            self._ends.add(far_writer)
            try:
                await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
            finally:
                far_writer.close()
                self._ends.discard(far_writer)
        except OSError:
            pass  # nobody is there
        finally:
            writer.close()
            self._ends.discard(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
