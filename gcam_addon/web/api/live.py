"""A camera's pictures while they come: snapshot, MJPEG stream, WebSocket of JPEGs. The camera's own bytes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from email.utils import formatdate

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import SourceError
from gcam_addon.live import mjpeg
from gcam_addon.picture.orientation import UPRIGHT, orientation_of
from gcam_addon.picture.pixels import upright
from gcam_addon.web.answers import language_of
from gcam_addon.web.api.cameras import HD, NO_PICTURE
from gcam_addon.web.contract import media, once, query_of, route, socket
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shapes.camera import DECISION
from gcam_addon.web.sockets import (
    converse,
    endless,
    opened,
    send_newest_only,
)
from gcam_addon.web.views import decision_json, encode
from gcam_addon.words.reason import because

MOST_ASKED = 4
"""Pictures a WebSocket viewer may have asked for in advance."""


@route(
    "GET",
    "/api/v1/cameras/{id}/snapshot.jpg",
    rights=[Permission.VIEW],
    tag="live",
    summary="The newest picture, turned and masked as the settings say, else as the camera sent it",
    says="A token may be the password of HTTP's Basic login: see `live.ts`.",
    query={"hd": once(HD, default=False)},
    is_varied=True,
    answers=media("image/jpeg", "`Last-Modified` tells when it arrived"),
    refuses=NO_PICTURE,
    takes_basic=True,
)
async def get_snapshot(request: web.Request) -> web.Response:
    """The newest picture; `Last-Modified` tells how old it is."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    frame = await services.engine.snapshot(camera_id, hd=query_of(request)["hd"])
    if frame is None:
        raise SourceError(because("camera_without_picture", camera=camera_id))
    headers = {hdrs.LAST_MODIFIED: formatdate(frame.received_at, usegmt=True)}
    jpeg = frame.jpeg
    if orientation_of(jpeg) != UPRIGHT:  # a file that is passed on may come to somebody who reads no EXIF
        jpeg = await asyncio.to_thread(upright, jpeg)
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)


@route(
    "GET",
    "/api/v1/cameras/{id}/stream.mjpg",
    rights=[Permission.VIEW],
    tag="live",
    summary="Live pictures as MJPEG",
    says="One part per picture with `Content-Length` and `X-Timestamp` (its arrival). A slow viewer gets "
    "the newest picture, never an old one. Ends when the camera is stopped or disabled. A token may be "
    "the password of HTTP's Basic login: see `live.ts`.",
    query={"hd": once(HD, default=False)},
    is_varied=True,
    answers=media("multipart/x-mixed-replace", "Endless"),
    refuses=NO_PICTURE,
    takes_basic=True,
    allows_head=False,
)
async def stream_mjpeg(request: web.Request) -> web.StreamResponse:
    """MJPEG without end, newest picture first for whoever is slow. Ends when the camera is stopped."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: mjpeg.CONTENT_TYPE})
    response.force_close()
    writer = await response.prepare(request)
    assert writer is not None
    send_newest_only(request.transport)
    with endless(request):
        async with aclosing(services.engine.watch(camera_id, hd=query_of(request)["hd"])) as frames:
            await response.write(mjpeg.OPENING)
            async for frame in frames:
                await response.write(mjpeg.part(frame))
                await writer.drain()
    return response


@route(
    "GET",
    "/api/v1/cameras/{id}/frames",
    rights=[Permission.VIEW],
    tag="live",
    summary="Live pictures over a WebSocket, at the viewer's pace",
    says="For every text message `next` the client gets one binary message: the newest JPEG. Up to 4 may be "
    "asked for in advance; 2 keep the picture smooth. Closed with 1001 when the camera is stopped.",
    query={"hd": once(HD, default=False)},
    answers=socket(),
    refuses=NO_PICTURE,
    allows_head=False,
)
async def watch_frames(request: web.Request) -> web.WebSocketResponse:
    """One binary message per picture the client asked for by the text `next`: the pace is the client's,
    through whatever proxies and buffers lie between, and the picture is the newest there is.
    """
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    channel = await opened(request, instead="stream.mjpg beside it", compress=False, writer_limit=1)
    send_newest_only(request.transport)
    asked: asyncio.Queue[None] = asyncio.Queue(MOST_ASKED)

    def hear(text: str) -> None:
        if text == "next" and not asked.full():
            asked.put_nowait(None)

    async def speak() -> None:
        async with aclosing(services.engine.watch(camera_id, hd=query_of(request)["hd"])) as frames:
            await asked.get()
            async for frame in frames:
                await channel.send_bytes(frame.jpeg)
                await asked.get()

    return await converse(request, channel, speak(), hear)


@route(
    "GET",
    "/api/v1/cameras/{id}/motion",
    rights=[Permission.VIEW],
    tag="live",
    summary="What the detector decides, picture by picture, over a WebSocket",
    says="Text messages, each one `Decision`. A client that reads too slowly misses some and gets the "
    "newest. Nothing is said while detection is off. Closed with 1001 when the camera is stopped. What "
    "the client sends is ignored.",
    query=None,
    answers=socket(DECISION),
    refuses=NO_PICTURE,
    allows_head=False,
)
async def watch_motion(request: web.Request) -> web.WebSocketResponse:
    """One JSON text per analysed picture; what the client says is ignored."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    channel = await opened(request, instead="stream.mjpg beside it", compress=False, writer_limit=1)
    language = language_of(request)

    async def speak() -> None:
        async with aclosing(services.engine.decisions(camera_id)) as decisions:
            async for decision in decisions:
                await channel.send_str(encode(decision_json(decision), language))

    return await converse(request, channel, speak(), lambda _: None)


ROUTES = (get_snapshot, stream_mjpeg, watch_motion, watch_frames)
