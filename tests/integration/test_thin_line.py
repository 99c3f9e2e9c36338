"""The line that benchmarks send alerts through is as thin and as long as it claims to be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gcam_addon.machine.loop import stop_listening
from tests.support.thin_line import ThinLine
from tests.support.waiting import patience, until

SENT = bytes(range(256)) * 400


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """A server that says what it is told, once that is all; its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        await stop_listening(server)


async def said_through(line: ThinLine, text: bytes) -> tuple[bytes, float]:
    """The answer, and how long all of it took."""
    begun_s = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    try:
        writer.write(text)
        writer.write_eof()
        async with patience():
            return await reader.read(), time.monotonic() - begun_s
    finally:
        writer.close()
        await writer.wait_closed()


async def test_all_arrives_and_takes_its_time_each_way() -> None:
    async with echo() as port, ThinLine(port, bits_per_s=8 * 4 * len(SENT), delay_s=0.1) as line:
        answer, took_s = await said_through(line, SENT)
    assert answer == SENT
    assert took_s >= 2 * (0.25 + 0.1)


async def test_two_share_it() -> None:
    async with echo() as port, ThinLine(port, bits_per_s=8 * 4 * len(SENT)) as line:
        both = await asyncio.gather(said_through(line, SENT), said_through(line, SENT))
    assert [answer for answer, _ in both] == [SENT, SENT]
    assert max(took_s for _, took_s in both) >= 2 * 0.25 + 0.25


async def test_one_that_hangs_up_leaves_the_line_to_others() -> None:
    async with echo() as port, ThinLine(port, bits_per_s=8e6) as line:
        _, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(SENT)
        writer.transport.abort()
        await until(writer.transport.is_closing)
        assert (await said_through(line, b"still there"))[0] == b"still there"
