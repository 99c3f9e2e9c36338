"""`/api/v1/clips`: recordings, their video with Range requests, and `/api/v1/storage`."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import anything, number, said, whole
from gcam_addon.errors import AccessDenied, DiskError, NotFound
from gcam_addon.machine.loop import in_threads, threads_of
from gcam_addon.model import Clip, ClipFilter
from gcam_addon.web.answers import answered, listed
from gcam_addon.web.contract import (
    MOMENT,
    SWITCH,
    body_of,
    done,
    file,
    json,
    once,
    query_of,
    repeated,
    route,
)
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.requests import cameras_asked
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, shape
from gcam_addon.web.shapes.clip import CLIP, KIND, STORAGE, WHAT
from gcam_addon.web.views import clip_json, storage_json
from gcam_addon.words.reason import Reason, because

_log = logging.getLogger(__name__)
LONGEST_CLIP_S = 7 * 86_400.0
CAMERA = anything(48, because("give_camera_id"))
CLIP_ID = anything(64, because("give_recording_id"))
FILTERS = {
    "camera": repeated(said(CAMERA, "Only these cameras'; may be given several times")),
    "after": once(said(MOMENT, "Started then or later")),
    "before": once(said(MOMENT, "Started earlier")),
    "kind": repeated(said(KIND, "May be given several times")),
    "what": repeated(said(WHAT, "One of these moved; may be given several times")),
    "zone": once(said(anything(64), "Something moved in this zone")),
    "protected": once(SWITCH),
    "min_length_s": once(number(0, LONGEST_CLIP_S, "seconds")),
    "max_length_s": once(number(0, LONGEST_CLIP_S, "seconds")),
    "min_score": once(said(number(0, 100, "percent"), "Peak share of the picture that moved, percent")),
}
NO_INDEX = {503: "The index of recordings, or their disk, can't be read (`recording`)"}

CLIP_LIST = shape("ClipList", {"clips": [CLIP]})
CLIP_CHANGE = shape("ClipChange", {"protected": BOOLEAN})


@route(
    "GET",
    "/api/v1/clips",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="Recordings, newest first",
    says="The next page begins with `older_than` set to the last clip's id.",
    query={
        **FILTERS,
        "older_than": once(said(CLIP_ID, "Id of the last clip already had")),
        "limit": once(whole(1, 1000), default=100),
    },
    answers=json(CLIP_LIST, "Recordings"),
    refuses=NO_INDEX,
)
async def list_clips(request: web.Request) -> web.Response:
    """Newest first; go on with `older_than` set to the last one's id."""
    services, query = request.app[SERVICES], query_of(request)
    wanted = filter_in(request)
    if query["older_than"] is not None:
        last = await _last_had(services, query["older_than"])
        wanted = replace(wanted, older_than=(last.started_at, last.id))
    clips = await services.clips.list(wanted, limit=query["limit"])
    return listed(request, {"clips": [clip_json(clip) for clip in clips]})


async def clip_of(request: web.Request) -> Clip:
    """The clip of the address. Raises `NotFound` also for one of a camera that who asks may not see."""
    clip = await request.app[SERVICES].clips.get(request.match_info["id"])
    if not principal_of(request).sees(clip.camera_id):
        raise NotFound(because("no_clip", clip=clip.id))
    return clip


@route(
    "GET",
    "/api/v1/clips/{id}",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="One recording",
    answers=json(CLIP, "The recording"),
    refuses=NO_INDEX,
)
async def get_clip(request: web.Request) -> web.Response:
    clip = await clip_of(request)
    return answered(request, clip_json(clip))


@route(
    "PATCH",
    "/api/v1/clips/{id}",
    rights=[Permission.CONTROL],
    tag="recordings",
    summary="Protect a recording from every clean-up, or no longer",
    body=CLIP_CHANGE,
    answers=json(CLIP, "The recording as it is now"),
    refuses=NO_INDEX,
)
async def change_clip(request: web.Request) -> web.Response:
    """`{"protected": true}` keeps a clip from every clean-up."""
    services, clip_id = request.app[SERVICES], request.match_info["id"]
    await clip_of(request)
    protected = body_of(request)["protected"]
    clip = await services.clips.protect(clip_id, protected)
    note(request, "clip.protect" if protected else "clip.unprotect", clip_id)
    return answered(request, clip_json(clip))


@route(
    "DELETE",
    "/api/v1/clips/{id}",
    rights=[Permission.CONFIGURE],
    tag="recordings",
    summary="Delete a recording; it lies in the trash for some days",
    answers=done("Deleted"),
    refuses=NO_INDEX,
)
async def delete_clip(request: web.Request) -> web.Response:
    services, clip_id = request.app[SERVICES], request.match_info["id"]
    await clip_of(request)
    await services.clips.delete(clip_id)
    note(request, "clip.delete", clip_id)
    return web.Response(status=204)


@route(
    "GET",
    "/api/v1/clips/{id}/video.mp4",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="The video (H.264 in MP4)",
    query={"download": once(said(SWITCH, "`1`: as a download with a telling name"), default=False)},
    answers=file("video/mp4"),
    refuses=NO_INDEX,
)
async def get_video(request: web.Request) -> web.FileResponse:
    """The MP4; with `?download=1` as a file with a telling name."""
    clip = await clip_of(request)
    response = await video_file(request, clip)
    if query_of(request)["download"]:
        response.headers[hdrs.CONTENT_DISPOSITION] = disposition(download_name(clip))
    note(request, "clip.view", clip.id)
    return response


async def video_file(request: web.Request, clip: Clip) -> web.FileResponse:
    path = request.app[SERVICES].files.path_of(clip)
    return await served_file(request, path, "video/mp4", because("video_gone"))


@route(
    "GET",
    "/api/v1/clips/{id}/thumbnail.jpg",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="The recording's strongest picture",
    query=None,
    answers=file("image/jpeg"),
    refuses=NO_INDEX,
)
async def get_thumbnail(request: web.Request) -> web.FileResponse:
    services = request.app[SERVICES]
    clip = await clip_of(request)
    path = services.files.thumbnail_of(clip)
    return await served_file(request, path, "image/jpeg", because("thumbnail_gone"))


@route(
    "GET",
    "/api/v1/storage",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="The disk that holds the recordings; for who sees all cameras",
    answers=json(STORAGE, "Bytes and counts"),
    refuses=NO_INDEX,
)
async def get_storage(request: web.Request) -> web.Response:
    if principal_of(request).cameras is not None:
        raise AccessDenied(because("all_cameras_only"))
    return answered(request, storage_json(await request.app[SERVICES].clips.storage()))


@route(
    "POST",
    "/api/v1/clips/{id}/restore",
    rights=[Permission.CONFIGURE],
    tag="recordings",
    summary="Take a deleted recording back out of the trash",
    answers=json(CLIP, "The recording"),
    refuses=NO_INDEX,
)
async def restore_clip(request: web.Request) -> web.Response:
    """Out of the trash, for some days after it was deleted."""
    services, clip_id = request.app[SERVICES], request.match_info["id"]
    thrown = (await services.clips.trashed(clip_id)).clip
    if not principal_of(request).sees(thrown.camera_id):
        raise NotFound(because("not_in_trash", clip=clip_id))
    clip = await services.clips.restore(clip_id)
    note(request, "clip.restore", clip_id)
    return answered(request, clip_json(clip))


ROUTES = (list_clips, get_clip, change_clip, delete_clip, restore_clip, get_video, get_thumbnail, get_storage)


async def _last_had(services: Services, clip_id: str) -> Clip:
    try:
        return await services.clips.get(clip_id)
    except NotFound as error:
        raise RequestError(because("no_clip_to_begin", clip=clip_id), field="older_than") from error


def filter_in(request: web.Request) -> ClipFilter:
    """What the query asks for, of what who asks may see."""
    query = query_of(request)
    return ClipFilter(
        camera_ids=cameras_asked(query["camera"], principal_of(request)),
        after=query["after"],
        before=query["before"],
        kinds=frozenset(query["kind"]),
        zone=query["zone"],
        what=frozenset(query["what"]),
        protected=query["protected"],
        min_length_s=query["min_length_s"],
        max_length_s=query["max_length_s"],
        min_score=query["min_score"],
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


async def served_file(
    request: web.Request, path: Path | None, content_type: str, missing: Reason
) -> web.FileResponse:
    """Answers Range and conditional requests. Raises `NotFound` where the file is gone, `DiskError`."""
    threads = request.app[SERVICES].files.threads
    if path is None:
        raise NotFound(missing)
    try:
        is_there = await in_threads(threads, path.is_file)
    except OSError as error:
        raise DiskError(because("drive_unreadable", path=path.name, why=error)) from error
    if not is_there:
        raise NotFound(missing)
    # ETag and Last-Modified come with it, so asking again costs no more than a 304.
    headers: dict[str, str] = {hdrs.CONTENT_TYPE: content_type, hdrs.CACHE_CONTROL: "private, no-cache"}
    return _MediaFile(threads, path, headers=headers)


class _MediaFile(web.FileResponse):
    """Read by threads of its own. Where the disk fails after it has begun, it is cut off."""

    def __init__(self, threads: Executor, path: Path, headers: Mapping[str, str]) -> None:
        super().__init__(path, headers=headers)
        self._threads = threads

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        with threads_of(self._threads):
            try:
                return await super().prepare(request)
            except ConnectionError:  # the client left
                raise
            except OSError as error:
                _log.warning("%s could not be sent to its end: %s", self._path.name, error)
                raise ConnectionAbortedError(str(error)) from error
