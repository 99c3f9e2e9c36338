"""Share links: made and listed per clip; `/share/{secret}` shows one clip to whoever has the link."""

from __future__ import annotations

import html

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.model import Share
from gcam_addon.web.api.clips import clip_of, download_name, video_file
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import PUBLIC, caller_address, needs, note, principal_of
from gcam_addon.web.requests import json_object, only_keys
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import Json, encode


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def list_shares(request: web.Request) -> web.Response:
    only_keys(request.query, set())
    clip = await clip_of(request)
    shares = [_shown(share) for share in await request.app[SERVICES].shares.list(clip.id)]
    return web.json_response({"shares": shares}, dumps=encode)


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def add_share(request: web.Request) -> web.Response:
    """The answer holds the link's path, this once; it is relative to where Gcam lives."""
    clip, body = await clip_of(request), await json_object(request)
    only_keys(body, {"hours"})
    hours = body.get("hours")
    if isinstance(hours, bool) or not isinstance(hours, int | float):
        raise RequestError("hours must be a number.", field="hours")
    secret, share = await request.app[SERVICES].shares.add(clip.id, hours, principal_of(request).name)
    note(request, "clip.share", clip.id)
    return web.json_response({**_shown(share), "path": f"share/{secret}"}, status=201, dumps=encode)


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def remove_share(request: web.Request) -> web.Response:
    clip, services = await clip_of(request), request.app[SERVICES]
    share = await services.shares.get(request.match_info["share_id"])
    if share.clip_id == clip.id:
        await services.shares.remove(share.id)
        note(request, "clip.unshare", clip.id)
    return web.Response(status=204)


@needs(PUBLIC)
async def shared_page(request: web.Request) -> web.Response:
    """A page with the video and nothing else."""
    secret = request.match_info["secret"]
    clip = await request.app[SERVICES].shares.clip_of(secret)
    title = html.escape(download_name(clip).removesuffix(".mp4"))
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        f'<meta name="viewport" content="width=device-width"><title>{title} · Gcam</title></head>'
        f'<body><h1>{title}</h1><video controls playsinline width="640" '
        f'src="{html.escape(secret)}/video.mp4"></video></body></html>'
    )
    return web.Response(text=text, content_type="text/html")


@needs(PUBLIC)
async def shared_video(request: web.Request) -> web.FileResponse:
    services = request.app[SERVICES]
    clip = await services.shares.clip_of(request.match_info["secret"])
    response = await video_file(request, clip)
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    guest = Principal("share", "share link", frozenset())
    services.access.audit.note(guest, caller_address(request), "share.view", clip.id)
    return response


def routes() -> list[web.RouteDef]:
    shares = "/api/v1/clips/{id}/shares"
    return [
        web.get(shares, list_shares),
        web.post(shares, add_share),
        web.delete(f"{shares}/{{share_id}}", remove_share),
        web.get("/share/{secret}", shared_page),
        web.get("/share/{secret}/video.mp4", shared_video),
    ]


def _shown(share: Share) -> Json:
    return {
        "id": share.id,
        "clip_id": share.clip_id,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "created_by": share.created_by,
    }
