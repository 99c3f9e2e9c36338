"""Messages over a stream of bytes, each behind its length: between the desk and a node."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from struct import Struct
from typing import Any, Generic, TypeVar

from gcam_addon.nodes.codec import Garbled, packed, unpacked

_MOST_BYTES = 64 * 1024 * 1024
"""Of one message: the largest pictures are far smaller."""
_LENGTH = Struct(">I")
_Said = TypeVar("_Said")
_Heard = TypeVar("_Heard")


class Link(Generic[_Said, _Heard]):
    """One end. Loop. What is said goes in its order, and waits in memory for a slow reader: who has much to
    say asks for `room` after each.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: Any, heard: Any
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._said = said
        self._heard = heard

    @classmethod
    async def over(cls, end: socket.socket, said: Any, heard: Any) -> Link[_Said, _Heard]:
        end.setblocking(False)  # noqa: FBT003
        return cls(*await asyncio.open_unix_connection(sock=end), said, heard)

    @property
    def waiting_bytes(self) -> int:
        """That the other end has not taken yet."""
        return self._writer.transport.get_write_buffer_size()

    def say(self, message: _Said) -> None:
        """Into the void where the other end is gone."""
        if self._writer.is_closing():
            return
        data = packed(message, self._said)
        self._writer.write(_LENGTH.pack(len(data)))
        self._writer.write(data)

    async def room(self) -> None:
        """Until little of what was said waits; at once where the other end is gone."""
        with suppress(ConnectionError):
            await self._writer.drain()

    async def next(self) -> _Heard | None:
        """None: the other end is gone. Raises `Garbled`."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            if length > _MOST_BYTES:
                raise Garbled(f"a message of {length} bytes")
            data = await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        heard: _Heard = unpacked(data, self._heard)
        return heard

    async def close(self) -> None:
        """What was said arrives where somebody reads."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()
