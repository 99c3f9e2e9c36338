"""asyncio's event loop, with names looked up, and files read, beside everything else.

asyncio looks names up in the few threads that `asyncio.to_thread` has too, and a name that nobody knows holds
one for half a minute: some cameras that are switched off, and clips, history and sign-in would wait for them.
A disk that hangs would do the same, and sending a file of it would hold up the loop itself.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, NoReturn, ParamSpec, TypeVar

from gcam_addon.duties import Duties

MOST_LOOKUPS = 64
"""At a time. Each name is looked up once, however many wait for it, so only a flood of names reaches this."""


_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_threads: ContextVar[Executor | None] = ContextVar("threads", default=None)


@contextmanager
def threads_of(pool: Executor) -> Iterator[None]:
    """While entered, what this task has done in threads that it does not name is done by those of `pool`:
    what a library reads of a file, above all. On a `Loop`.
    """
    token = _threads.set(pool)
    try:
        yield
    finally:
        _threads.reset(token)


async def in_threads(
    pool: Executor, work: Callable[_Given, _Result], *args: _Given.args, **named: _Given.kwargs
) -> _Result:
    """As `asyncio.to_thread`, by those of `pool`."""
    return await asyncio.get_running_loop().run_in_executor(pool, partial(work, *args, **named))


async def stop_listening(server: asyncio.Server) -> None:
    """Close it, once whoever was accepted just now is connected: asyncio drops those whose turn comes after
    the close without closing them, and they wait for an answer until their socket is collected.
    """
    try:
        for listener in server.sockets:
            asyncio.get_running_loop().remove_reader(listener.fileno())
        await asyncio.sleep(0)  # their transports are made
        await asyncio.sleep(0)  # and their protocols told
    finally:
        server.close()


class Loop(asyncio.SelectorEventLoop):
    """A look-up has a thread of its own, which holds up neither anybody else's nor the end of the program."""

    def __init__(self, duties: Duties) -> None:
        super().__init__()
        self._duties = duties
        self._asked: dict[tuple[Any, ...], asyncio.Future[Any]] = {}

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., _Result], *args: Any
    ) -> asyncio.Future[_Result]:
        return super().run_in_executor(executor or _threads.get(), func, *args)

    async def sendfile(self, *_args: Any, **_settings: Any) -> NoReturn:
        """Reads the file on the loop, however long the disk takes; who wants to send one reads it in threads
        where this is not to be had.
        """
        raise NotImplementedError

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        question = (host, port, family, type, proto, flags)
        answer = self._asked.get(question) or self._ask(question)
        return await asyncio.shield(answer)

    def _ask(self, question: tuple[Any, ...]) -> asyncio.Future[Any]:
        if len(self._asked) >= MOST_LOOKUPS:
            raise socket.gaierror(socket.EAI_AGAIN, "too many names are being looked up")
        answer = self._asked[question] = self.create_future()
        answer.add_done_callback(lambda _: self._asked.pop(question))
        self._duties.thread("names", lambda: self._look_up(question, answer)).start()
        return answer

    def _look_up(self, question: tuple[Any, ...], answer: asyncio.Future[Any]) -> None:
        settle = answer.set_result
        try:
            outcome: Any = socket.getaddrinfo(*question)
        except Exception as error:  # noqa: BLE001  (whatever it is: it is for those who wait)
            settle, outcome = answer.set_exception, error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            self.call_soon_threadsafe(settle, outcome)
