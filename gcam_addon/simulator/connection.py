"""One client's TCP connection, with the two ways in which boards end it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable

_SEND_TIMEOUT_S = 5.0  # esp_http_server's send_wait_timeout: a reader that takes nothing is dropped

_HEAR_OUT_S = 1.0


class Connection:
    """Loop only. Sends nothing ahead: a slow reader slows the camera, as a board's small buffer does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer
        self.patience_s = _SEND_TIMEOUT_S
        """For so long a reader may take nothing."""
        self.counted: Callable[[int], None] = lambda size_bytes: None
        """Told of whatever is sent."""
        writer.transport.set_write_buffer_limits(high=0)

    async def send(self, *pieces: bytes) -> None:
        """Raises `OSError` when the client is gone or takes nothing for too long."""
        if self._writer.is_closing():
            raise ConnectionResetError("the connection is closed")
        self._writer.writelines(pieces)
        self.counted(sum(map(len, pieces)))
        async with asyncio.timeout(self.patience_s):
            await self._writer.drain()

    async def close(self) -> None:
        """End it as clients expect: FIN after the last byte."""
        with contextlib.suppress(OSError, TimeoutError):
            self._writer.close()
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await self._writer.wait_closed()

    async def hear_out(self) -> None:
        """Say that nothing more comes, and take what the client still sends: a close before that would be a
        reset, and eat the answer.
        """
        with contextlib.suppress(OSError, TimeoutError):
            self._writer.write_eof()
            async with asyncio.timeout(_HEAR_OUT_S):
                while await self.reader.read(4096):
                    pass

    def drop(self) -> None:
        """Close it from outside: what is on its way still arrives; its sender gets an `OSError`."""
        self._writer.close()

    def reset(self) -> None:
        """End it with RST, losing what is on its way."""
        raw = self._writer.get_extra_info("socket")
        if raw is not None and not self._writer.is_closing():
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
