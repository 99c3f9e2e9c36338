"""A camera, or any other server, that does exactly what a test tells it to, on a real port."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from gcam_addon.machine.loop import stop_listening
from tests.support.jpegs import BOUNDARY

STREAM = f"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary={BOUNDARY}\r\n\r\n".encode()
CHUNKED = STREAM[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"


@dataclass(slots=True)
class Peer:
    """One connection that came in, its request read."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    request: str = ""

    @property
    def target(self) -> str:
        return self.request.split(" ", 2)[1]

    def header(self, name: str) -> str | None:
        for line in self.request.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
        await self.writer.drain()

    async def chunks(self, *pieces: bytes) -> None:
        await self.send(*(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces))

    async def closed(self) -> None:
        """Returns when the other side closes, by FIN or RST."""
        with suppress(ConnectionError):
            while await self.reader.read(1024):
                pass

    def reset(self) -> None:
        """Close with RST, as a board does that loses power or memory."""
        self.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0"
        )
        self.writer.transport.abort()


Script = Callable[[Peer], Awaitable[None]]


@dataclass(slots=True)
class ScriptedServer:
    port: int
    peers: list[Peer] = field(default_factory=list)
    now_open: int = 0
    most_open: int = 0

    @property
    def targets(self) -> list[str]:
        return [peer.target for peer in self.peers]


@asynccontextmanager
async def serving(
    script: Script, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ScriptedServer]:
    """Run `script` for every connection, its request read; the connection closes behind it."""

    async def after_the_request(peer: Peer) -> None:
        peer.request = (await peer.reader.readuntil(b"\r\n\r\n")).decode()
        state.peers.append(peer)
        await script(peer)

    async with accepting(after_the_request, host=host, port=port, tls=tls) as state:
        yield state


@asynccontextmanager
async def accepting(
    script: Script, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ScriptedServer]:
    """As `serving`, with nothing read before."""
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        state.now_open += 1
        state.most_open = max(state.most_open, state.now_open)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await script(peer)
        finally:
            state.now_open -= 1

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)
        task.add_done_callback(lambda _: writer.close())  # also of one that is ended before it began

    server = await asyncio.start_server(connected, host, port, ssl=tls)
    state = ScriptedServer(server.sockets[0].getsockname()[1])
    try:
        yield state
    finally:
        await stop_listening(server)
        tasks = list(running)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # closing transports need a turn of the loop
        failures = [r for r in results if isinstance(r, Exception)]
        assert not failures, failures
