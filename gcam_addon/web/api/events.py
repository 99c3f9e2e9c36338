"""`/api/v1/events`: what happens, as JSON texts over a WebSocket, after a `hello` with all there is."""

from __future__ import annotations

from contextlib import aclosing

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.web.answers import language_of
from gcam_addon.web.contract import route, socket
from gcam_addon.web.guard import principal_of
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shapes.event import EVENT
from gcam_addon.web.sockets import converse, opened


@route(
    "GET",
    "/api/v1/events",
    rights=[Permission.VIEW],
    tag="events",
    summary="What happens, over a WebSocket",
    says="Text messages, each one `Event`. The first is `hello` with all there is to know. A client that "
    "reads too slowly gets another `hello` in place of what it `missed`. Recordings and the disk are "
    "told only to who has `playback`. What the client sends is ignored.",
    query=None,
    answers=socket(EVENT),
    allows_head=False,
)
async def watch_events(request: web.Request) -> web.WebSocketResponse:
    """What the client says is ignored."""
    channel = await opened(request, writer_limit=1)

    async def speak() -> None:
        told = request.app[SERVICES].events.follow(principal_of(request), language_of(request))
        async with aclosing(told) as texts:
            async for text in texts:
                await channel.send_str(text)

    return await converse(request, channel, speak(), lambda _: None)


ROUTES = (watch_events,)
