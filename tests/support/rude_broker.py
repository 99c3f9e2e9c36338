"""A broker without manners: it says what no broker says, and is the real one from then on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from gcam_addon.machine.loop import stop_listening

SUBACK = 0x90
Manners = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]
"""(from Gcam, to Gcam, the real broker's port)"""


@asynccontextmanager
async def broker_that(behaves: Manners, port: int, *, times: int = 1) -> AsyncIterator[int]:
    """For its first connections; then it is the real one at `port`."""
    seen = 0
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await (behaves if seen <= times else honest)(reader, writer, port)
        finally:
            await close(writer)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)
        task.add_done_callback(lambda _: writer.transport.abort())  # of one ended before it began, too

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await stop_listening(server)
        for task in list(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def greeting(answer: bytes) -> Manners:
    """In place of a CONNACK."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _port: int) -> None:
        await reader.read(1)
        writer.write(answer)
        await writer.drain()
        while await reader.read(1024):
            pass

    return behave


def injecting(rubbish: bytes) -> Manners:
    """A proxy that adds something once Gcam has subscribed."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        await piped(reader, writer, port, lambda chunk: rubbish if chunk[0] == SUBACK else b"")

    return behave


async def honest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    await piped(reader, writer, port, lambda _: b"")


async def breaking_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Until the first publish is confirmed."""

    def judge(chunk: bytes) -> bytes:
        if chunk[0] == 0x40:
            raise ConnectionError
        return b""

    await piped(reader, writer, port, judge)


async def close(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def piped(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, then: Callable[[bytes], bytes]
) -> None:
    from_broker, to_broker = await asyncio.open_connection("127.0.0.1", port)

    async def upwards() -> None:
        while data := await reader.read(65536):
            to_broker.write(data)
            await to_broker.drain()

    up = asyncio.ensure_future(upwards())
    try:
        while chunk := await from_broker.read(65536):
            writer.write(chunk)
            writer.write(then(chunk))
            await writer.drain()
    finally:
        up.cancel()
        to_broker.transport.abort()  # before anything is awaited, which may be where this is cancelled
        await asyncio.gather(up, return_exceptions=True)


def publish(topic: bytes, payload: bytes, flags: int = 0) -> bytes:
    body = len(topic).to_bytes(2) + topic + payload
    length, digits = len(body), bytearray()
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes([0x30 | flags, *digits]) + body
