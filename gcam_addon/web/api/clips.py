"""`/api/v1/clips`: recordings, their video with Range requests, and `/api/v1/storage`."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import NotFound
from gcam_addon.model import Clip, ClipFilter, ClipKind
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note, principal_of
from gcam_addon.web.requests import (
    boolean,
    cameras_asked,
    json_object,
    only_keys,
    query_choice,
    query_flag,
    query_integer,
    query_number,
)
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.views import clip_json, encode, storage_json


@needs(Permission.PLAYBACK)
async def list_clips(request: web.Request) -> web.Response:
    """Newest first; go on with `older_than` set to the last one's id."""
    only_keys(request.query, FILTERS | {"limit", "older_than"})
    services, limit = request.app[SERVICES], query_integer(request, "limit", default=100, least=1, most=1000)
    wanted = filter_in(request)
    if "older_than" in request.query:
        last = await _last_had(services, request.query["older_than"])
        wanted = replace(wanted, older_than=(last.started_at, last.id))
    clips = await services.clips.list(wanted, limit=limit)
    return web.json_response({"clips": [clip_json(clip) for clip in clips]}, dumps=encode)


async def clip_of(request: web.Request) -> Clip:
    """The clip of the address. Raises `NotFound` also for one of a camera that who asks may not see."""
    clip = await request.app[SERVICES].clips.get(request.match_info["id"])
    if not principal_of(request).sees(clip.camera_id):
        raise NotFound(f"there is no clip {clip.id}")
    return clip


@needs(Permission.PLAYBACK)
async def get_clip(request: web.Request) -> web.Response:
    clip = await clip_of(request)
    return web.json_response(clip_json(clip), dumps=encode)


@needs(Permission.CONTROL)
async def update_clip(request: web.Request) -> web.Response:
    """`{"protected": true}` keeps a clip from every clean-up."""
    services, clip_id = request.app[SERVICES], request.match_info["id"]
    await clip_of(request)
    body = await json_object(request)
    only_keys(body, {"protected"})
    clip = await services.clips.protect(clip_id, boolean(body, "protected"))
    return web.json_response(clip_json(clip), dumps=encode)


@needs(Permission.CONFIGURE)
async def delete_clip(request: web.Request) -> web.Response:
    services, clip_id = request.app[SERVICES], request.match_info["id"]
    await clip_of(request)
    await services.clips.delete(clip_id)
    note(request, "clip.delete", clip_id)
    return web.Response(status=204)


@needs(Permission.PLAYBACK)
async def video(request: web.Request) -> web.FileResponse:
    """The MP4; with `?download=1` as a file with a telling name."""
    clip = await clip_of(request)
    response = await video_file(request, clip)
    if request.query.get("download") == "1":
        response.headers[hdrs.CONTENT_DISPOSITION] = disposition(download_name(clip))
    note(request, "clip.view", clip.id)
    return response


async def video_file(request: web.Request, clip: Clip) -> web.FileResponse:
    return await served_file(request.app[SERVICES].files.path_of(clip), "video/mp4", "video")


@needs(Permission.PLAYBACK)
async def thumbnail(request: web.Request) -> web.FileResponse:
    services = request.app[SERVICES]
    clip = await clip_of(request)
    return await served_file(services.files.thumbnail_of(clip), "image/jpeg", "thumbnail")


@needs(Permission.PLAYBACK)
async def storage(request: web.Request) -> web.Response:
    return web.json_response(storage_json(await request.app[SERVICES].clips.storage()), dumps=encode)


@needs(Permission.CONFIGURE)
async def restore_clip(request: web.Request) -> web.Response:
    """Out of the trash, for some minutes after it was deleted."""
    services, clip_id = request.app[SERVICES], request.match_info["id"]
    clip = await services.clips.restore(clip_id)
    if not principal_of(request).sees(clip.camera_id):
        await services.clips.delete(clip_id)
        raise NotFound(f"there is no clip {clip_id}")
    note(request, "clip.restore", clip_id)
    return web.json_response(clip_json(clip), dumps=encode)


def routes() -> list[web.RouteDef]:
    clip = "/api/v1/clips/{id}"
    return [
        web.post(f"{clip}/restore", restore_clip),
        web.get("/api/v1/clips", list_clips),
        web.get(clip, get_clip),
        web.patch(clip, update_clip),
        web.delete(clip, delete_clip),
        web.get(f"{clip}/video.mp4", video),
        web.get(f"{clip}/thumbnail.jpg", thumbnail),
        web.get("/api/v1/storage", storage),
    ]


FILTERS = {
    "camera",
    "after",
    "before",
    "kind",
    "zone",
    "protected",
    "min_length_s",
    "max_length_s",
    "min_score",
}


async def _last_had(services: Services, clip_id: str) -> Clip:
    try:
        return await services.clips.get(clip_id)
    except NotFound as error:
        raise RequestError(f"there is no clip {clip_id}: begin anew", field="older_than") from error


def filter_in(request: web.Request) -> ClipFilter:
    """What the query asks for, of what who asks may see."""
    query = request.query
    return ClipFilter(
        camera_ids=cameras_asked(request, principal_of(request)),
        after=query_number(request, "after"),
        before=query_number(request, "before"),
        kinds=frozenset(query_choice(request, "kind", ClipKind)),
        zone=query.get("zone"),
        protected=query_flag(request, "protected"),
        min_length_s=query_number(request, "min_length_s"),
        max_length_s=query_number(request, "max_length_s"),
        min_score=query_number(request, "min_score"),
    )


def download_name(clip: Clip) -> str:
    """`Front door 2025-11-21 14-03-22.mp4`, local time."""
    started = time.strftime("%Y-%m-%d %H-%M-%S", time.localtime(clip.started_at))
    return file_name(clip.camera_name, clip.camera_id, started)


def file_name(camera_name: str, camera_id: str, started: str) -> str:
    """Without what a file system refuses."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\s]+', " ", camera_name).strip(" .") or camera_id
    return f"{name} {started}.mp4"


def disposition(name: str) -> str:
    """Content-Disposition for a download, for old clients in ASCII and for all others in full (RFC 6266)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def served_file(path: Path | None, content_type: str, what: str) -> web.FileResponse:
    """Answers Range and conditional requests. Raises `NotFound` where the file is gone."""
    if path is None or not await asyncio.to_thread(path.is_file):
        raise NotFound(f"This clip's {what} is not there any more.")
    # ETag and Last-Modified come with it, so asking again costs no more than a 304.
    headers = {hdrs.CONTENT_TYPE: content_type, hdrs.CACHE_CONTROL: "private, no-cache"}
    return web.FileResponse(path, headers=headers)
