"""A listening port that accepts as a board's server does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

from gcam_addon.simulator.connection import Connection

_log = logging.getLogger(__name__)

Serve = Callable[["Port", Connection], Awaitable[None]]


class Port:
    """Accepts on a bound socket and serves every connection in its own task. Loop only."""

    def __init__(self, bound: socket.socket, backlog: int, serve: Serve, refuses: Callable[[], bool]) -> None:
        """`refuses`: whether a new client is answered with a reset, just now."""
        self._socket = bound
        self._backlog = backlog
        self._serve = serve
        self._only_task = asyncio.Lock()
        self._refuses = refuses
        self._gate = asyncio.Event()
        self._accepting: asyncio.Task[None] | None = None
        self._served: dict[asyncio.Task[None], Connection] = {}

    def open(self) -> None:
        self._socket.settimeout(0)
        self._socket.listen(self._backlog)
        self._gate.set()
        self._accepting = asyncio.create_task(self._accept())

    async def close(self) -> None:
        """Stop listening and reset every connection, as a board that loses power."""
        tasks = [*self._served, *([self._accepting] if self._accepting else [])]
        for connection in list(self._served.values()):
            connection.reset()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._socket.close()

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Alone on this port. Meanwhile nobody is accepted: further clients wait in the kernel's backlog,
        connected and unheard, as while the only task of an ESP32's HTTP server is busy with a stream.
        """
        async with self._only_task:
            if not self._refuses():
                self._gate.clear()
            try:
                yield
            finally:
                self._gate.set()

    def reconsider(self) -> None:
        """What `refuses` says has changed."""
        if self._refuses():
            self._gate.set()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._gate.wait()
            accepted, _ = await loop.sock_accept(self._socket)
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(*await asyncio.open_connection(sock=accepted))
            if self._refuses():
                connection.reset()
                continue
            task = asyncio.create_task(self._run(connection))
            self._served[task] = connection
            task.add_done_callback(self._forget)

    async def _run(self, connection: Connection) -> None:
        try:
            await self._serve(self, connection)
        except (OSError, asyncio.IncompleteReadError):  # the client is gone, or takes nothing any more
            connection.reset()
        else:
            await connection.close()

    def _forget(self, task: asyncio.Task[None]) -> None:
        connection = self._served.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("A simulated camera could not answer.", exc_info=error)
            connection.reset()
