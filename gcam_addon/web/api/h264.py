"""Live pictures as H.264: over a WebSocket for Media Source Extensions, and as MPEG-TS for other programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import said
from gcam_addon.errors import LiveError, SourceError
from gcam_addon.live.broadcast import Container
from gcam_addon.live.h264 import Piece
from gcam_addon.model import Codec
from gcam_addon.web.api.cameras import HD, NO_PICTURE
from gcam_addon.web.contract import SWITCH, media, once, query_of, route, socket
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import INTEGER, STRING, shape
from gcam_addon.web.sockets import converse, endless, opened, send_newest_only
from gcam_addon.web.views import encode
from gcam_addon.words.reason import because

TAKES_NOTHING_S = 20.0


H264_BEGINNING = shape("H264Beginning", {"codec": STRING, "width": INTEGER, "height": INTEGER})


@route(
    "GET",
    "/api/v1/cameras/{id}/live.mp4",
    rights=[Permission.VIEW],
    tag="live",
    summary="Live H.264 over a WebSocket, for Media Source Extensions",
    says='A text message `{"codec": "avc1.42C01E", "width": 640, "height": 480}`, then the MP4\'s init '
    "segment, then a fragment per picture and piece of sound, from a key frame on. All of it anew when "
    "the picture's size changes. Of JPEGs it is made only while somebody watches, by one encoder per camera; "
    "a camera that sends H.264 is passed on as it is, with its sound (`avc1.64001F,mp4a.40.2`). Of H.265, "
    "where the viewer does not play that and the camera's `make_h264` is false, it is a 503.",
    query={
        "h265": once(
            said(SWITCH, "`1`: the viewer plays H.265, so it comes as it is too (`hvc1.…`)"), default=False
        ),
        "hd": once(HD, default=False),
    },
    answers=socket(H264_BEGINNING),
    refuses=NO_PICTURE,
    allows_head=False,
)
async def watch_h264(request: web.Request) -> web.WebSocketResponse:
    """A JSON text with `codec`, `width` and `height`, then the init segment, then a fragment per unit; all of
    it anew when the picture's size changes. What the client says is ignored.
    """
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    state = services.running(camera_id)
    asked = query_of(request)
    has_other = asked["hd"] and state.hd is not None and state.hd.codec is not Codec.H265
    would_be_made = state.codec is Codec.H265 and not asked["h265"] and not has_other
    if would_be_made and not services.cameras.get(camera_id).make_h264:
        raise LiveError(because("h265_only", camera=camera_id))
    channel = await opened(request, instead="live.ts (H.264) or stream.mjpg beside it", compress=False)

    async def speak() -> None:
        with suppress(SourceError, LiveError):  # the end says it, and the camera's state why
            watch = services.broadcasts.watch
            pieces = watch(camera_id, Container.MP4, h265=asked["h265"], hd=asked["hd"])
            async with aclosing(pieces):
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


@route(
    "GET",
    "/api/v1/cameras/{id}/live.ts",
    rights=[Permission.VIEW],
    tag="live",
    summary="Live H.264 (or a camera's own H.265) in MPEG-TS, for Home Assistant and other programs",
    says="A token may also come as the password of HTTP's Basic login, here and at the other pictures that "
    "programs ask for who take an address and nothing else: "
    "`http://token:SECRET@host:8099/api/v1/cameras/door/live.ts`.",
    query={"hd": once(HD, default=False)},
    is_varied=True,
    answers=media(
        "video/mp2t",
        "From a key frame on, until the camera stays away for 15 s or its picture's size changes: ask again",
    ),
    refuses=NO_PICTURE,
    takes_basic=True,
    allows_head=False,
)
async def stream_h264(request: web.Request) -> web.StreamResponse:
    """MPEG-TS without end, from a key frame on; an error where not even the first picture comes."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    with endless(request):
        hd = query_of(request)["hd"]
        async with aclosing(services.broadcasts.watch(camera_id, Container.TS, hd=hd)) as pieces:
            first = await anext(pieces, None)
            if first is None:
                raise SourceError(because("camera_stopped", camera=camera_id))
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


ROUTES = (watch_h264, stream_h264)
