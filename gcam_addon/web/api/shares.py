"""Share links: made and listed per clip; `/share/{secret}` shows one clip to whoever has the link."""

from __future__ import annotations

import html

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.config.rules import number, said
from gcam_addon.model import Share
from gcam_addon.web.api.clips import NO_INDEX, clip_of, download_name, video_file
from gcam_addon.web.contract import PUBLIC, body_of, done, file, json, media, route
from gcam_addon.web.guard import caller_address, note, principal_of
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import NUMBER, STRING, extended, shape
from gcam_addon.web.views import Json, encode

LEAST_HOURS, MOST_HOURS = 0.001, 720.0

SHARE = shape(
    "Share",
    {
        "id": STRING,
        "clip_id": STRING,
        "created_at": NUMBER,
        "expires_at": NUMBER,
        "created_by": STRING,
    },
)

SHARE_LIST = shape(
    "ShareList",
    {
        "shares": [SHARE],
    },
)

SHARE_LINK = extended(
    SHARE, "ShareLink", {"path": said(STRING, "Such as `share/…`, relative to where Gcam lives")}
)

NEW_SHARE = shape("NewShare", {"hours": number(LEAST_HOURS, MOST_HOURS, "hours")})


@route(
    "GET",
    "/api/v1/clips/{id}/shares",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="shares",
    summary="Links that show this recording",
    answers=json(SHARE_LIST, "Those that hold"),
    refuses=NO_INDEX,
)
async def list_shares(request: web.Request) -> web.Response:
    clip = await clip_of(request)
    shares = [_shown(share) for share in await request.app[SERVICES].shares.list(clip.id)]
    return web.json_response({"shares": shares}, dumps=encode)


@route(
    "POST",
    "/api/v1/clips/{id}/shares",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="shares",
    summary="A link that shows this recording, and nothing else, to whoever has it",
    body=NEW_SHARE,
    answers=json(
        SHARE_LINK, "The link; its path, relative to where Gcam lives, is told this once", status=201
    ),
    refuses=NO_INDEX,
)
async def add_share(request: web.Request) -> web.Response:
    """The answer holds the link's path, this once; it is relative to where Gcam lives."""
    clip, hours = await clip_of(request), body_of(request)["hours"]
    secret, share = await request.app[SERVICES].shares.add(clip.id, hours, principal_of(request).name)
    note(request, "clip.share", clip.id)
    return web.json_response({**_shown(share), "path": f"share/{secret}"}, status=201, dumps=encode)


@route(
    "DELETE",
    "/api/v1/clips/{id}/shares/{share_id}",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="shares",
    summary="The link shows nothing from now on",
    answers=done(),
    refuses=NO_INDEX,
)
async def remove_share(request: web.Request) -> web.Response:
    clip, services = await clip_of(request), request.app[SERVICES]
    share = await services.shares.get(request.match_info["share_id"])
    if share.clip_id == clip.id:
        await services.shares.remove(share.id)
        note(request, "clip.unshare", clip.id)
    return web.Response(status=204)


@route(
    "GET",
    "/share/{secret}",
    rights=PUBLIC,
    tag="shares",
    summary="A page with a shared recording",
    query=None,
    answers=media("text/html", "HTML"),
    refuses=NO_INDEX,
)
async def get_shared_page(request: web.Request) -> web.Response:
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


@route(
    "GET",
    "/share/{secret}/video.mp4",
    rights=PUBLIC,
    tag="shares",
    summary="A shared recording",
    query=None,
    answers=file("video/mp4"),
    refuses=NO_INDEX,
)
async def get_shared_video(request: web.Request) -> web.FileResponse:
    services = request.app[SERVICES]
    clip = await services.shares.clip_of(request.match_info["secret"])
    response = await video_file(request, clip)
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    guest = Principal("share", "share link", frozenset())
    services.access.audit.note(guest, caller_address(request), "share.view", clip.id)
    return response


ROUTES = (list_shares, add_share, remove_share, get_shared_page, get_shared_video)


def _shown(share: Share) -> Json:
    return {
        "id": share.id,
        "clip_id": share.clip_id,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "created_by": share.created_by,
    }
