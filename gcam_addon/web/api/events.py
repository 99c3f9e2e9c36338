"""`/api/v1/events`: what happens, as JSON texts over a WebSocket, after a `hello` with all there is."""

from __future__ import annotations

from contextlib import aclosing

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.web.guard import needs, principal_of
from gcam_addon.web.services import SERVICES
from gcam_addon.web.sockets import CLOSE_TIMEOUT_S, HEARTBEAT_S, converse


@needs(Permission.VIEW)
async def events_socket(request: web.Request) -> web.WebSocketResponse:
    """What the client says is ignored."""
    channel = web.WebSocketResponse(
        timeout=CLOSE_TIMEOUT_S, heartbeat=HEARTBEAT_S, max_msg_size=1024, writer_limit=1
    )
    await channel.prepare(request)

    async def speak() -> None:
        async with aclosing(request.app[SERVICES].events.follow(principal_of(request))) as texts:
            async for text in texts:
                await channel.send_str(text)

    return await converse(request, channel, speak(), lambda _: None)


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/events", events_socket, allow_head=False)]
