"""An aiohttp application on loopback, for as long as a test wants."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from gcam_addon.machine.loop import stop_listening


class RunningApp:
    """Listens where it is told to, from `start` to `stop`."""

    def __init__(
        self, app: web.Application, *, shutdown_timeout_s: float = 60.0, handler_cancellation: bool = False
    ) -> None:
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=shutdown_timeout_s,
            handler_cancellation=handler_cancellation,
        )
        self._servers: list[asyncio.Server] = []

    @property
    def ports(self) -> list[int]:
        return [server.sockets[0].getsockname()[1] for server in self._servers]

    async def start(self) -> None:
        await self._runner.setup()

    async def listen(self, port: int = 0, *, tls: ssl.SSLContext | None = None) -> int:
        assert self._runner.server is not None
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._runner.server, "127.0.0.1", port, ssl=tls)
        self._servers.append(server)
        return self.ports[-1]

    async def listen_on(self, listener: socket.socket) -> None:
        """A socket of the test's."""
        assert self._runner.server is not None
        loop = asyncio.get_running_loop()
        self._servers.append(await loop.create_server(self._runner.server, sock=listener))

    async def stop(self) -> None:
        while self._servers:
            await stop_listening(self._servers.pop())
        await self._runner.cleanup()


@asynccontextmanager
async def running(
    app: web.Application,
    *,
    tls: ssl.SSLContext | None = None,
    shutdown_timeout_s: float = 60.0,
    handler_cancellation: bool = False,
) -> AsyncIterator[int]:
    """On any free port, which it returns."""
    served = RunningApp(app, shutdown_timeout_s=shutdown_timeout_s, handler_cancellation=handler_cancellation)
    await served.start()
    try:
        yield await served.listen(tls=tls)
    finally:
        await served.stop()
