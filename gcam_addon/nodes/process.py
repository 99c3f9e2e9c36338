"""The process of a worker: begun with one end of a socket that nobody else can reach, and ended for sure."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from gcam_addon.nodes.link import Link
from gcam_addon.nodes.messages import Order, Word

_ENDS_WITHIN_S: Final = 2.0
"""Once it said all, or its end of the socket is closed."""


class NodeProcess:
    """While entered. `number`: which worker it is. `lock`: a lock that it holds too, as long as it lives,
    whatever becomes of us.
    """

    link: Link[Order, Word]

    def __init__(self, number: int, lock: int | None) -> None:
        self._number = number
        self._lock = lock
        self._process: asyncio.subprocess.Process | None = None

    @property
    def status(self) -> int | None:
        return None if self._process is None else self._process.returncode

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def __aenter__(self) -> Self:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = await self._begun(theirs.fileno())
                self.link = await Link.over(ours, Order, Word)
            except BaseException:
                ours.close()
                self.kill()
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """It ends by itself when its socket is closed. One that is not waited for is killed first: it may
        stand still and never take what was said to it.
        """
        if error is not None:
            self.kill()
        assert self._process is not None
        try:
            async with asyncio.timeout(_ENDS_WITHIN_S):
                await self.link.close()
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            self.kill()
        await self._process.wait()

    async def _begun(self, link: int) -> asyncio.subprocess.Process:
        """In a session of its own: Ctrl-C at a terminal is ours to hear, which ends it in order."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gcam_addon", "worker", "--link", str(link)),
            *("--number", str(self._number)),
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=[link] if self._lock is None else [link, self._lock],
            start_new_session=True,
        )
