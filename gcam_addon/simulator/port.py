"""A listening port that accepts as a board's server does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

from gcam_addon.simulator.connection import Connection

_SEND_BUFFER_BYTES = 32 * 1024  # a board's is smaller still: it feels a slow reader at once

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
        self._accepting = False
        self._welcomes: set[asyncio.Task[None]] = set()
        self._served: dict[asyncio.Task[None], Connection] = {}

    def open(self) -> None:
        self._socket.settimeout(0)
        self._socket.listen(self._backlog)
        self._accept_more()

    async def close(self) -> None:
        """Stop listening and reset every connection, as a board that loses power."""
        self._accept_no_more()
        self._socket.close()
        for connection in self._served.values():
            connection.reset()
        tasks = [*self._served, *self._welcomes]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Alone on this port. Meanwhile nobody is accepted: further clients wait in the kernel's backlog,
        connected and unheard, as while the only task of an ESP32's HTTP server is busy with a stream.
        """
        async with self._only_task:
            if not self._refuses():
                self._accept_no_more()
            try:
                yield
            finally:
                self._accept_more()

    def reconsider(self) -> None:
        """What `refuses` says has changed."""
        if self._refuses():
            self._accept_more()

    def _accept_more(self) -> None:
        if not self._accepting and self._socket.fileno() >= 0:
            self._accepting = True
            asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def _accept_no_more(self) -> None:
        if self._accepting:
            self._accepting = False
            asyncio.get_running_loop().remove_reader(self._socket)

    def _accept(self) -> None:
        """Somebody is waiting."""
        try:
            accepted, _ = self._socket.accept()
        except OSError:  # gone again
            return
        task = asyncio.get_running_loop().create_task(self._welcome(accepted))
        self._welcomes.add(task)
        task.add_done_callback(self._welcomes.discard)
        task.add_done_callback(lambda done: accepted.close() if done.cancelled() else None)  # before it began

    async def _welcome(self, accepted: socket.socket) -> None:
        try:
            accepted.settimeout(0)
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
            connection = Connection(*await asyncio.open_connection(sock=accepted))
        except (OSError, asyncio.CancelledError):
            accepted.close()
            return
        if self._refuses():
            connection.reset()
            return
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
        if task.cancelled():  # perhaps before it began
            connection.reset()
        elif (error := task.exception()) is not None:
            _log.error("A simulated camera could not answer.", exc_info=error)
            connection.reset()
