"""Share links: made per clip, listed per clip and person; `/share/{secret}` shows one to whoever has it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.config.rules import number, said
from gcam_addon.errors import NotFound, RecordingError
from gcam_addon.model import Clip, Share
from gcam_addon.web.answers import answered
from gcam_addon.web.api.clips import NO_INDEX, clip_of, video_file
from gcam_addon.web.connections import CONNECTIONS
from gcam_addon.web.contract import PUBLIC, Answer, body_of, done, file, json, route
from gcam_addon.web.errors import RequestError, status_of
from gcam_addon.web.gatekeeper import LOCAL
from gcam_addon.web.guard import CALLER, caller_address, note, principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, extended, nullable, shape
from gcam_addon.web.shared_page import missing_page, recording_page
from gcam_addon.web.views import Json
from gcam_addon.words.reason import because, said_in, spoken

LEAST_HOURS, MOST_HOURS = 0.001, 720.0

SHARE = shape(
    "Share",
    {
        "id": STRING,
        "clip_id": STRING,
        "camera_id": STRING,
        "camera_name": STRING,
        "started_at": said(NUMBER, "The recording's"),
        "created_at": NUMBER,
        "expires_at": NUMBER,
        "created_by": said(STRING, "The name of who made it, then"),
        "mine": BOOLEAN,
        "is_makers": said(BOOLEAN, "It ends with who made it; false: they are not known"),
        "used": said(INTEGER, "How often the recording was watched by it"),
        "used_at": nullable(NUMBER),
    },
)

SHARE_LIST = shape(
    "ShareList",
    {
        "shares": [SHARE],
        "reachable": said(BOOLEAN, "Whether a link can be made from here: see `POST`"),
    },
)

SHARE_LINK = extended(
    SHARE,
    "ShareLink",
    {
        "path": said(STRING, "Such as `share/…`, relative to where Gcam lives"),
        "url": said(nullable(STRING), "All of it, where the setting `web.external_url` says how it begins"),
    },
)

NEW_SHARE = shape("NewShare", {"hours": number(LEAST_HOURS, MOST_HOURS, "hours")})

MAY_SHARE = (Permission.CONTROL, Permission.PLAYBACK)


@route(
    "GET",
    "/api/v1/shares",
    rights=[*MAY_SHARE],
    tag="shares",
    summary="My links; who administers sees everybody's",
    answers=json(SHARE_LIST, "Those that hold, oldest first"),
    refuses=NO_INDEX,
)
async def list_all_shares(request: web.Request) -> web.Response:
    return _listed(request, await _theirs(request))


@route(
    "DELETE",
    "/api/v1/shares",
    rights=[*MAY_SHARE],
    tag="shares",
    summary="All links that are listed show nothing from now on",
    answers=done(),
    refuses=NO_INDEX,
)
async def remove_all_shares(request: web.Request) -> web.Response:
    for share, _ in await _theirs(request):
        await _end(request, share)
    return web.Response(status=204)


@route(
    "DELETE",
    "/api/v1/shares/{share_id}",
    rights=[*MAY_SHARE],
    tag="shares",
    summary="The link shows nothing from now on",
    answers=done(),
    refuses=NO_INDEX,
)
async def remove_any_share(request: web.Request) -> web.Response:
    await _end_named(request, await _theirs(request))
    return web.Response(status=204)


@route(
    "GET",
    "/api/v1/clips/{id}/shares",
    rights=[*MAY_SHARE],
    tag="shares",
    summary="My links that show this recording; who administers sees everybody's",
    answers=json(SHARE_LIST, "Those that hold"),
    refuses=NO_INDEX,
)
async def list_shares(request: web.Request) -> web.Response:
    return _listed(request, await _theirs(request, await clip_of(request)))


@route(
    "POST",
    "/api/v1/clips/{id}/shares",
    rights=[*MAY_SHARE],
    tag="shares",
    summary="A link that shows this recording, and nothing else, to whoever has it",
    says="It ends with who made it, and with their right to show it. Through Home Assistant's side bar, "
    "which guests can't pass, it is made only where `web.external_url` is set.",
    body=NEW_SHARE,
    answers=json(SHARE_LINK, "The link, told this once", status=201),
    refuses={**NO_INDEX, 409: "No address is known under which a guest could use it (`request`)"},
)
async def add_share(request: web.Request) -> web.Response:
    """The answer holds the link's path, this once; it is relative to where Gcam lives."""
    services, who = request.app[SERVICES], principal_of(request)
    clip, hours = await clip_of(request), body_of(request)["hours"]
    if not _is_reachable(request):
        raise RequestError(because("no_external_url"), status=409)
    secret, share = await services.shares.add(clip.id, hours, who.id, who.name)
    note(request, "clip.share", clip.id)
    path, begins = f"share/{secret}", services.info.listen.external_url
    link = {"path": path, "url": None if begins is None else f"{begins}/{path}"}
    return answered(request, {**_shown(request, share, clip), **link}, status=201)


@route(
    "DELETE",
    "/api/v1/clips/{id}/shares/{share_id}",
    rights=[*MAY_SHARE],
    tag="shares",
    summary="The link shows nothing from now on",
    answers=done(),
    refuses=NO_INDEX,
)
async def remove_share(request: web.Request) -> web.Response:
    await _end_named(request, await _theirs(request, await clip_of(request)))
    return web.Response(status=204)


_PAGE = "text/html"


@route(
    "GET",
    "/share/{secret}",
    rights=PUBLIC,
    tag="shares",
    summary="A page with a shared recording",
    query=None,
    answers={
        200: Answer("HTML", _PAGE),
        404: Answer("HTML that says that there is nothing to see any more", _PAGE),
        503: Answer("HTML that says why it can't be shown now", _PAGE),
    },
)
async def get_shared_page(request: web.Request) -> web.Response:
    """The video and what it is of, or why there is none, in the visitor's language."""
    accepted = request.headers.get(hdrs.ACCEPT_LANGUAGE, "")
    language = spoken(accepted, request.app[SERVICES].info.listen.language or "en")
    try:
        _, clip = await _shown_by(request)
    except (NotFound, RecordingError) as error:
        return missing_page(said_in(language, error.said), status_of(error), language)
    what = because("shared_recording", camera=clip.camera_name)
    video = f"{request.match_info['secret']}/video.mp4"
    began = time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(clip.started_at))
    return recording_page(f"{clip.camera_name} · {began}", what, video, language)


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
    share, clip = await _shown_by(request)
    request.app[CONNECTIONS].admit(request)
    response = await video_file(request, clip)
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    guest = Principal("share", "share link", frozenset())
    services.access.audit.note(guest, caller_address(request), "share.view", clip.id)
    await services.shares.use(share)
    return response


ROUTES = (
    list_all_shares,
    remove_all_shares,
    remove_any_share,
    list_shares,
    add_share,
    remove_share,
    get_shared_page,
    get_shared_video,
)


async def _shown_by(request: web.Request) -> tuple[Share, Clip]:
    """The link of the address and what it shows. Raises `NotFound` where its maker may show it no more."""
    services = request.app[SERVICES]
    share, clip = await services.shares.shown_by(request.match_info["secret"])
    if not _holds(services, share, clip):
        raise NotFound(because("no_share"))
    return share, clip


def _holds(services: Services, share: Share, clip: Clip) -> bool:
    """Whether who made it may still show that recording; of an earlier version nobody may be known."""
    if share.maker_id in {"", LOCAL.id}:
        return True
    maker = services.access.principal(share.maker_id)
    return maker is not None and all(map(maker.may, MAY_SHARE)) and maker.sees(clip.camera_id)


async def _theirs(request: web.Request, clip: Clip | None = None) -> Sequence[tuple[Share, Clip]]:
    """The links that hold and that who asks may see: their own, or everybody's for who administers."""
    services, who = request.app[SERVICES], principal_of(request)
    sees_all = who.may(Permission.ADMINISTER)
    return [
        (share, shown)
        for share, shown in await services.shares.list(None if clip is None else clip.id)
        if (sees_all or share.maker_id == who.id) and _holds(services, share, shown)
    ]


async def _end_named(request: web.Request, links: Sequence[tuple[Share, Clip]]) -> None:
    """Raises `NotFound` where it is none of these."""
    wanted = request.match_info["share_id"]
    share = next((share for share, _ in links if share.id == wanted), None)
    if share is None:
        raise NotFound(because("no_share"))
    await _end(request, share)


async def _end(request: web.Request, share: Share) -> None:
    await request.app[SERVICES].shares.remove(share.id)
    note(request, "clip.unshare", share.clip_id)


def _is_reachable(request: web.Request) -> bool:
    """Whether a guest could use a link that is made from here: nobody passes ingress without an account of
    Home Assistant's.
    """
    return request[CALLER].ingress_user is None or request.app[SERVICES].info.listen.external_url is not None


def _listed(request: web.Request, links: Sequence[tuple[Share, Clip]]) -> web.Response:
    shown = [_shown(request, share, clip) for share, clip in links]
    return answered(request, {"shares": shown, "reachable": _is_reachable(request)})


def _shown(request: web.Request, share: Share, clip: Clip) -> Json:
    return {
        "id": share.id,
        "clip_id": share.clip_id,
        "camera_id": clip.camera_id,
        "camera_name": clip.camera_name,
        "started_at": clip.started_at,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "created_by": share.created_by,
        "mine": share.maker_id == principal_of(request).id,
        "is_makers": bool(share.maker_id),
        "used": share.used,
        "used_at": share.used_at,
    }
