"""Conversations that don't end by themselves: WebSockets and live streams, and how they end all the same.

What is said belongs to `web.api`.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from aiohttp import WSCloseCode, hdrs, web

from gcam_addon.web.errors import RequestError
from gcam_addon.web.line import Line
from gcam_addon.web.views import encode
from gcam_addon.words.reason import because

HEARTBEAT_S = 30.0
"""A WebSocket client that answers no ping for this long is gone."""

CLOSE_TIMEOUT_S = 1.0

TAKES_NOTHING_S = 20.0
"""A client that takes nothing of what it is told for so long is gone."""

_UNSENT_BYTES = 64 * 1024
"""What the kernel may hold unsent for one live viewer: what waits there can't be replaced by a newer one."""

ENDLESS = web.AppKey("endless", dict[asyncio.Task[Any], web.Request])
"""Requests that only end when somebody ends them, by their tasks."""


@contextmanager
def endless(request: web.Request) -> Iterator[None]:
    """Marks the current request as one that `end_all` has to end."""
    task = asyncio.current_task()
    assert task is not None
    request.app[ENDLESS][task] = request
    try:
        yield
    finally:
        request.app[ENDLESS].pop(task, None)


async def end_all(app: web.Application) -> None:
    """An `on_shutdown` signal: every endless request ends now, saying goodbye where it can."""
    tasks = app[ENDLESS]
    for task in tuple(tasks):
        task.cancel()


def send_newest_only(transport: asyncio.Transport | None) -> None:
    """Keep the buffers between Gcam and a slow viewer small, in asyncio and in the kernel."""
    if transport is None:
        return
    transport.set_write_buffer_limits(high=0)
    connection = transport.get_extra_info("socket")
    if connection is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)


async def opened(
    request: web.Request, *, instead: str = "", most_bytes: int = 1024, **options: Any
) -> web.WebSocketResponse:
    """The WebSocket that was asked for. Raises `RequestError` with what to ask `instead` where none was."""
    if request.headers.get(hdrs.UPGRADE, "").lower() != "websocket":
        why = because("websocket_wanted", path=request.path)
        if instead:
            why = because("websocket_or", path=request.path, instead=instead)
        raise RequestError(why, status=426)
    channel = web.WebSocketResponse(
        timeout=CLOSE_TIMEOUT_S, heartbeat=HEARTBEAT_S, max_msg_size=most_bytes, **options
    )
    await channel.prepare(request)
    return channel


async def converse(
    request: web.Request,
    channel: web.WebSocketResponse,
    speak: Coroutine[None, None, None],
    hear: Callable[[str], None],
) -> web.WebSocketResponse:
    """Run `speak` and pass what the client says to `hear`, until either is over; then close `channel`."""
    return await at_once(request, channel, speak, _listen(channel, hear))


async def at_once(
    request: web.Request, channel: web.WebSocketResponse, *parts: Coroutine[None, None, None]
) -> web.WebSocketResponse:
    """Run all parts of a conversation until one is over; then close `channel`."""
    tasks = [asyncio.create_task(part) for part in parts]
    with endless(request):
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            await channel.close(code=WSCloseCode.GOING_AWAY)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ConnectionError):
            raise result
    return channel


async def pass_on(line: Line, channel: web.WebSocketResponse, language: str = "en") -> None:
    """Every message as it comes, until there is none any more or the client takes none."""
    with suppress(TimeoutError):
        while (message := await line.next()) is not None:
            async with asyncio.timeout(TAKES_NOTHING_S):
                await channel.send_str(encode(message, language))


async def _listen(channel: web.WebSocketResponse, hear: Callable[[str], None]) -> None:
    async for message in channel:
        if message.type is web.WSMsgType.TEXT:
            hear(message.data)
