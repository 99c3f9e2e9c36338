"""`/api/v1/clips/{id}/…`: single pictures of a recording, for scrubbing and frame by frame."""

from __future__ import annotations

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import number, said, whole
from gcam_addon.web.answers import answered
from gcam_addon.web.api.clips import LONGEST_CLIP_S, NO_INDEX, clip_of
from gcam_addon.web.contract import SWITCH, json, media, once, query_of, route
from gcam_addon.web.guard import note
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import NUMBER, STRING, shape

_MOMENT = once(said(number(0, LONGEST_CLIP_S, "seconds"), "Seconds from the first frame"), default=0.0)
_SMALL_PX = 640
"""As wide as a picture may be that only helps to find one's way; whoever asks for more looks at it. The
first one only helps too, however wide, unless it is to be exact: a recording stands with it before anybody
has pressed play.
"""
FRAME_TIMES = shape(
    "FrameTimes",
    {
        "clip_id": STRING,
        "times": [NUMBER],
    },
)


@route(
    "GET",
    "/api/v1/clips/{id}/frame.jpg",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="One picture of the recording",
    query={
        "t": _MOMENT,
        "width": once(said(whole(16, 4096, "pixels"), "At most so wide"), default=320),
        "exact": once(
            said(SWITCH, "`1`: the very frame; else the key frame before it, which is quick"), default=False
        ),
    },
    answers=media("image/jpeg", "A JPEG"),
    refuses=NO_INDEX,
)
async def get_frame(request: web.Request) -> web.Response:
    """The picture at `t` seconds from the clip's first; without `exact=1` the key frame before, quickly."""
    clip, services, query = await clip_of(request), request.app[SERVICES], query_of(request)
    jpeg = await services.pictures.picture(clip, query["t"], width=query["width"], exact=query["exact"])
    if (query["t"] > 0 or query["exact"]) and query["width"] > _SMALL_PX:
        note(request, "clip.picture", clip.id)
    return _jpeg(jpeg)


@route(
    "GET",
    "/api/v1/clips/{id}/frames",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="When each frame is shown",
    answers=json(FRAME_TIMES, "Seconds from the first, ascending"),
    refuses=NO_INDEX,
)
async def get_frame_times(request: web.Request) -> web.Response:
    """When each frame is shown, seconds from the first."""
    clip = await clip_of(request)
    times = await request.app[SERVICES].pictures.times(clip)
    body = {"clip_id": clip.id, "times": [round(at_s, 4) for at_s in times]}
    response = answered(request, body)
    response.enable_compression()
    return response


@route(
    "GET",
    "/api/v1/clips/{id}/original.jpg",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="The camera's own JPEG of a frame, where originals are kept (`recording.keep_original`)",
    query={"t": _MOMENT},
    answers=media("image/jpeg", "A JPEG"),
    refuses=NO_INDEX,
)
async def get_original(request: web.Request) -> web.Response:
    """The camera's own JPEG of the frame at `t`, where originals are kept."""
    clip = await clip_of(request)
    jpeg = await request.app[SERVICES].pictures.original(clip, query_of(request)["t"])
    note(request, "clip.original", clip.id)
    return _jpeg(jpeg)


ROUTES = (get_frame, get_frame_times, get_original)


def _jpeg(jpeg: bytes) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: "private, max-age=3600"}
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)
