"""Live pictures as H.264: over a WebSocket for Media Source Extensions, and as MPEG-TS for other programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import LiveError, SourceError
from gcam_addon.live.broadcast import Container
from gcam_addon.live.h264 import Piece
from gcam_addon.web.guard import needs
from gcam_addon.web.services import SERVICES
from gcam_addon.web.sockets import CLOSE_TIMEOUT_S, HEARTBEAT_S, converse, endless, send_newest_only
from gcam_addon.web.views import encode

TAKES_NOTHING_S = 20.0


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
        with suppress(SourceError, LiveError):  # the end says it, and the camera's state why
            async with aclosing(services.broadcasts.watch(camera_id, Container.MP4)) as pieces:
                await _pass_on(pieces, channel)

    return await converse(request, channel, speak(), lambda _: None)


async def _pass_on(pieces: AsyncGenerator[Piece, None], channel: web.WebSocketResponse) -> None:
    header = b""
    async for piece in pieces:
        if piece.header != header:
            header = piece.header
            size = {"width": piece.size.width, "height": piece.size.height}
            await channel.send_str(encode({"codec": piece.codec, **size}))
            await channel.send_bytes(header)
        await channel.send_bytes(piece.payload)


@needs(Permission.VIEW)
async def ts_stream(request: web.Request) -> web.StreamResponse:
    """MPEG-TS without end, from a key frame on; an error where not even the first picture comes."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    with endless(request):
        async with aclosing(services.broadcasts.watch(camera_id, Container.TS)) as pieces:
            first = await anext(pieces, None)
            if first is None:
                raise SourceError(f"{camera_id} was stopped.")
            response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "video/mp2t"})
            response.force_close()
            await response.prepare(request)
            send_newest_only(request.transport)
            await _write(request, response, first)
            async for piece in pieces:
                await _write(request, response, piece)
    return response


async def _write(request: web.Request, response: web.StreamResponse, piece: Piece) -> None:
    """A viewer who takes nothing for so long is gone without a word, and keeps no encoder busy."""
    try:
        async with asyncio.timeout(TAKES_NOTHING_S):
            await response.write(piece.payload)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("the viewer takes nothing") from None


def routes() -> list[web.RouteDef]:
    camera = "/api/v1/cameras/{id}"
    return [
        web.get(f"{camera}/live.mp4", mp4_socket, allow_head=False),
        web.get(f"{camera}/live.ts", ts_stream, allow_head=False),
    ]
