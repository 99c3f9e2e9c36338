"""`/api/v1/clips/{id}/…`: single pictures of a recording, for scrubbing and frame by frame."""

from __future__ import annotations

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.web.api.clips import clip_of
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note
from gcam_addon.web.requests import only_keys, query_flag, query_integer, query_number
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import encode

LONGEST_S = 7 * 86_400.0


@needs(Permission.PLAYBACK)
async def frame(request: web.Request) -> web.Response:
    """The picture at `t` seconds from the clip's first; without `exact=1` the key frame before, quickly."""
    only_keys(request.query, {"t", "width", "exact"})
    clip, services = await clip_of(request), request.app[SERVICES]
    width = query_integer(request, "width", default=320, least=16, most=4096)
    exact = query_flag(request, "exact") or False
    return _jpeg(await services.pictures.picture(clip, _moment(request), width=width, exact=exact))


@needs(Permission.PLAYBACK)
async def frames(request: web.Request) -> web.Response:
    """When each frame is shown, seconds from the first."""
    only_keys(request.query, set())
    clip = await clip_of(request)
    times = await request.app[SERVICES].pictures.times(clip)
    body = {"clip_id": clip.id, "times": [round(at_s, 4) for at_s in times]}
    response = web.json_response(body, dumps=encode)
    response.enable_compression()
    return response


@needs(Permission.PLAYBACK)
async def original(request: web.Request) -> web.Response:
    """The camera's own JPEG of the frame at `t`, where originals are kept."""
    only_keys(request.query, {"t"})
    clip = await clip_of(request)
    jpeg = await request.app[SERVICES].pictures.original(clip, _moment(request))
    note(request, "clip.original", clip.id)
    return _jpeg(jpeg)


def routes() -> list[web.RouteDef]:
    clip = "/api/v1/clips/{id}"
    return [
        web.get(f"{clip}/frame.jpg", frame),
        web.get(f"{clip}/frames", frames),
        web.get(f"{clip}/original.jpg", original),
    ]


def _moment(request: web.Request) -> float:
    at_s = query_number(request, "t") or 0.0
    if not 0 <= at_s <= LONGEST_S:
        raise RequestError("t must be seconds from the clip's first frame.", field="t")
    return at_s


def _jpeg(jpeg: bytes) -> web.Response:
    headers = {hdrs.CACHE_CONTROL: "private, max-age=3600"}
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)
