"""A camera's pictures while they come: snapshot, MJPEG stream, WebSocket of JPEGs. The camera's own bytes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from email.utils import formatdate

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import SourceError
from gcam_addon.live import mjpeg
from gcam_addon.picture.orientation import UPRIGHT, orientation_of, upright
from gcam_addon.web.guard import needs
from gcam_addon.web.services import SERVICES
from gcam_addon.web.sockets import (
    CLOSE_TIMEOUT_S,
    HEARTBEAT_S,
    converse,
    endless,
    send_newest_only,
)
from gcam_addon.web.views import decision_json, encode

MOST_ASKED = 4
"""Pictures a WebSocket viewer may have asked for in advance."""


@needs(Permission.VIEW)
async def snapshot(request: web.Request) -> web.Response:
    """The newest picture; `Last-Modified` tells how old it is."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    frame = services.engine.latest(camera_id)
    if frame is None:
        raise SourceError(f"{camera_id} has sent no picture yet.")
    headers = {hdrs.LAST_MODIFIED: formatdate(frame.received_at, usegmt=True)}
    jpeg = frame.jpeg
    if orientation_of(jpeg) != UPRIGHT:  # a file that is passed on may come to somebody who reads no EXIF
        jpeg = await asyncio.to_thread(upright, jpeg)
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)


@needs(Permission.VIEW)
async def stream(request: web.Request) -> web.StreamResponse:
    """MJPEG without end, newest picture first for whoever is slow. Ends when the camera is stopped."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: mjpeg.CONTENT_TYPE})
    response.force_close()
    writer = await response.prepare(request)
    assert writer is not None
    send_newest_only(request.transport)
    with endless(request):
        async with aclosing(services.engine.watch(camera_id)) as frames:
            await response.write(mjpeg.OPENING)
            async for frame in frames:
                await response.write(mjpeg.part(frame))
                await writer.drain()
    return response


@needs(Permission.VIEW)
async def frames_socket(request: web.Request) -> web.WebSocketResponse:
    """One binary message per picture the client asked for by the text `next`: the pace is the client's,
    through whatever proxies and buffers lie between, and the picture is the newest there is.
    """
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    channel = web.WebSocketResponse(
        timeout=CLOSE_TIMEOUT_S, heartbeat=HEARTBEAT_S, compress=False, max_msg_size=1024, writer_limit=1
    )
    await channel.prepare(request)
    send_newest_only(request.transport)
    asked: asyncio.Queue[None] = asyncio.Queue(MOST_ASKED)

    def hear(text: str) -> None:
        if text == "next" and not asked.full():
            asked.put_nowait(None)

    async def speak() -> None:
        async with aclosing(services.engine.watch(camera_id)) as frames:
            await asked.get()
            async for frame in frames:
                await channel.send_bytes(frame.jpeg)
                await asked.get()

    return await converse(request, channel, speak(), hear)


@needs(Permission.VIEW)
async def motion_socket(request: web.Request) -> web.WebSocketResponse:
    """One JSON text per analysed picture; what the client says is ignored."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    channel = web.WebSocketResponse(
        timeout=CLOSE_TIMEOUT_S, heartbeat=HEARTBEAT_S, compress=False, max_msg_size=1024, writer_limit=1
    )
    await channel.prepare(request)

    async def speak() -> None:
        async with aclosing(services.engine.decisions(camera_id)) as decisions:
            async for decision in decisions:
                await channel.send_str(encode(decision_json(decision)))

    return await converse(request, channel, speak(), lambda _: None)


def routes() -> list[web.RouteDef]:
    camera = "/api/v1/cameras/{id}"
    return [
        web.get(f"{camera}/snapshot.jpg", snapshot),
        web.get(f"{camera}/stream.mjpg", stream, allow_head=False),
        web.get(f"{camera}/motion", motion_socket, allow_head=False),
        web.get(f"{camera}/frames", frames_socket, allow_head=False),
    ]
