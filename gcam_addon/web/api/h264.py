"""Live pictures as H.264: over a WebSocket for Media Source Extensions, and as MPEG-TS for other programs."""

from __future__ import annotations

from contextlib import aclosing

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.live.broadcast import Container
from gcam_addon.web.guard import needs
from gcam_addon.web.services import SERVICES
from gcam_addon.web.sockets import CLOSE_TIMEOUT_S, HEARTBEAT_S, converse, endless, send_newest_only
from gcam_addon.web.views import encode


@needs(Permission.VIEW)
async def mp4_socket(request: web.Request) -> web.WebSocketResponse:
    """A JSON text with `codec`, `width` and `height`, then the init segment, then a fragment per picture; all
    of it anew when the picture's size changes. What the client says is ignored.
    """
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    channel = web.WebSocketResponse(
        timeout=CLOSE_TIMEOUT_S, heartbeat=HEARTBEAT_S, compress=False, max_msg_size=1024
    )
    await channel.prepare(request)

    async def speak() -> None:
        header = b""
        async with aclosing(services.broadcasts.watch(camera_id, Container.MP4)) as pieces:
            async for piece in pieces:
                if piece.header != header:
                    header = piece.header
                    size = {"width": piece.size.width, "height": piece.size.height}
                    await channel.send_str(encode({"codec": piece.codec, **size}))
                    await channel.send_bytes(header)
                await channel.send_bytes(piece.payload)

    return await converse(request, channel, speak(), lambda _: None)


@needs(Permission.VIEW)
async def ts_stream(request: web.Request) -> web.StreamResponse:
    """MPEG-TS without end, from a key frame on."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "video/mp2t"})
    response.force_close()
    await response.prepare(request)
    send_newest_only(request.transport)
    with endless(request):
        async with aclosing(services.broadcasts.watch(camera_id, Container.TS)) as pieces:
            async for piece in pieces:
                await response.write(piece.payload)
    return response


def routes() -> list[web.RouteDef]:
    camera = "/api/v1/cameras/{id}"
    return [
        web.get(f"{camera}/live.mp4", mp4_socket, allow_head=False),
        web.get(f"{camera}/live.ts", ts_stream, allow_head=False),
    ]
