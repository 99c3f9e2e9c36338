"""`/api/v1/storage/cameras` and `/api/v1/trash`: how far back recordings reach, and what may be had back."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import said, whole
from gcam_addon.errors import NotFound
from gcam_addon.model import Discarded, Stored
from gcam_addon.web.answers import answered
from gcam_addon.web.api.clips import NO_INDEX, served_file
from gcam_addon.web.api.reviewing import COUNT
from gcam_addon.web.contract import done, file, json, once, query_of, route
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape
from gcam_addon.web.shapes.clip import CLIP
from gcam_addon.web.views import Json, clip_json
from gcam_addon.words.reason import because

STORED_CAMERA = shape(
    "StoredCamera",
    {
        "camera_id": STRING,
        "camera_name": said(STRING, "As its newest recording knows it"),
        "clips": INTEGER,
        "size_bytes": INTEGER,
        "oldest_at": said(NUMBER, "When the oldest recording begins"),
        "configured": said(BOOLEAN, "Whether Gcam still has this camera"),
        "keep_days": said(NUMBER, "How old recordings of it may become"),
        "max_bytes": said(
            nullable(INTEGER), "How much they may take; null where only all together are limited"
        ),
    },
)
STORED_LIST = shape("StoredList", {"cameras": [STORED_CAMERA]})
DISCARDED = shape(
    "Discarded",
    {"clip": CLIP, "discarded_at": NUMBER, "until": said(NUMBER, "When it is deleted for good")},
)
TRASH_LIST = shape("TrashList", {"trash": [DISCARDED], "clips": INTEGER, "size_bytes": INTEGER})
_RIGHTS = [Permission.CONFIGURE, Permission.PLAYBACK]


@route(
    "GET",
    "/api/v1/storage/cameras",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="How much is recorded of each camera, and how far back it reaches",
    answers=json(
        STORED_LIST, "By name; also cameras that are no longer there, as long as something of them is"
    ),
    refuses=NO_INDEX,
)
async def list_stored(request: web.Request) -> web.Response:
    services, principal = request.app[SERVICES], principal_of(request)
    stored = [one for one in await services.clips.stored() if principal.sees(one.camera_id)]
    return answered(request, {"cameras": [_shown(services, one) for one in stored]})


@route(
    "GET",
    "/api/v1/trash",
    rights=_RIGHTS,
    tag="recordings",
    summary="Deleted recordings that may be had back",
    says="For three days, and never longer than recordings of the camera are kept; sooner where room is "
    "needed.",
    query={"limit": once(whole(1, 1000), default=100)},
    answers=json(TRASH_LIST, "What was deleted last comes first; the sums are of all"),
    refuses=NO_INDEX,
)
async def list_trash(request: web.Request) -> web.Response:
    limit = query_of(request)["limit"]
    trashed = await request.app[SERVICES].clips.trash(principal_of(request).cameras, limit)
    body = {
        "trash": [_discarded(one) for one in trashed.newest],
        "clips": trashed.clips,
        "size_bytes": trashed.size_bytes,
    }
    return answered(request, body)


@route(
    "DELETE",
    "/api/v1/trash",
    rights=_RIGHTS,
    tag="recordings",
    summary="Empty the trash, for good",
    answers=json(COUNT, "How many recordings went"),
    refuses=NO_INDEX,
)
async def empty_trash(request: web.Request) -> web.Response:
    count = await request.app[SERVICES].clips.empty_trash(principal_of(request).cameras)
    note(request, "trash.empty", str(count))
    return answered(request, {"count": count})


@route(
    "DELETE",
    "/api/v1/trash/{id}",
    rights=_RIGHTS,
    tag="recordings",
    summary="Delete a recording that lies in the trash for good",
    answers=done("Gone"),
    refuses=NO_INDEX,
)
async def remove_trashed(request: web.Request) -> web.Response:
    clip = (await _discarded_of(request)).clip
    await request.app[SERVICES].clips.empty_trash(None, clip.id)
    note(request, "trash.remove", clip.id)
    return web.Response(status=204)


@route(
    "GET",
    "/api/v1/trash/{id}/thumbnail.jpg",
    rights=_RIGHTS,
    tag="recordings",
    summary="The picture of a deleted recording",
    answers=file("image/jpeg"),
    refuses=NO_INDEX,
)
async def get_trashed_thumbnail(request: web.Request) -> web.FileResponse:
    clip = (await _discarded_of(request)).clip
    path = request.app[SERVICES].files.thumbnail_of(clip)
    return await served_file(request, path, "image/jpeg", because("thumbnail_gone"))


ROUTES = (list_stored, list_trash, empty_trash, remove_trashed, get_trashed_thumbnail)


async def _discarded_of(request: web.Request) -> Discarded:
    """Raises `NotFound`."""
    discarded = await request.app[SERVICES].clips.trashed(request.match_info["id"])
    if not principal_of(request).sees(discarded.clip.camera_id):
        raise NotFound(because("not_in_trash", clip=discarded.clip.id))
    return discarded


def _shown(services: Services, stored: Stored) -> Json:
    """With the limits that hold for it: of its own, else the general ones."""
    settings = {camera.id: camera.recording for camera in services.cameras.list()}
    own, general = settings.get(stored.camera_id), services.choosing.settings.storage.retention
    keep_days = general.keep_days if own is None or own.keep_days is None else own.keep_days
    return {
        **asdict(stored),
        "configured": own is not None,
        "keep_days": keep_days,
        "max_bytes": None if own is None else own.max_bytes,
    }


def _discarded(discarded: Discarded) -> Json:
    return {
        "clip": clip_json(discarded.clip),
        "discarded_at": discarded.discarded_at,
        "until": discarded.until,
    }
