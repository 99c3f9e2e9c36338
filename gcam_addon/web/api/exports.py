"""`/api/v1/exports`: a range of recordings as one MP4, made in the background."""

from __future__ import annotations

import time
from dataclasses import asdict

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import choice, said
from gcam_addon.errors import NotFound
from gcam_addon.model import Export, ExportState
from gcam_addon.web.answers import answered
from gcam_addon.web.api.clips import CAMERA, NO_INDEX, disposition, file_name, served_file
from gcam_addon.web.contract import MOMENT, body_of, done, file, json, route
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import INTEGER, NUMBER, STRING, nullable, shape
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import Json, with_said
from gcam_addon.words.reason import because

EXPORT = shape(
    "Export",
    {
        "id": STRING,
        "camera_id": STRING,
        "camera_name": STRING,
        "after": NUMBER,
        "before": NUMBER,
        "created_at": NUMBER,
        "created_by": STRING,
        "state": choice(ExportState),
        "progress": NUMBER,
        "clips": said(INTEGER, "Recordings in the range"),
        "duration_s": NUMBER,
        "size_bytes": INTEGER,
        "problem": nullable(STRING),
        "problem_said": SAID,
    },
)

EXPORT_LIST = shape(
    "ExportList",
    {
        "exports": [EXPORT],
    },
)

NEW_EXPORT = shape("NewExport", {"camera": CAMERA, "after": MOMENT, "before": MOMENT})


@route(
    "GET",
    "/api/v1/exports",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="exports",
    summary="Exports of the last day, newest first",
    answers=json(EXPORT_LIST, "With their progress"),
)
async def list_exports(request: web.Request) -> web.Response:
    principal = principal_of(request)
    exports = [export for export in request.app[SERVICES].exports.list() if principal.sees(export.camera_id)]
    return answered(request, {"exports": [_shown(export) for export in exports]})


@route(
    "POST",
    "/api/v1/exports",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="exports",
    summary="Make one MP4 of all that a camera recorded between `after` and `before`",
    says="At most 24 hours; made in the background, kept for a day. What lies between recordings is skipped.",
    body=NEW_EXPORT,
    answers=json(EXPORT, "It waits or runs", status=201),
    refuses={404: "Nothing was recorded there then (`not_found`)", **NO_INDEX},
)
async def add_export(request: web.Request) -> web.Response:
    body, principal = body_of(request), principal_of(request)
    camera_id, after, before = body["camera"], body["after"], body["before"]
    if not principal.sees(camera_id):
        raise NotFound(because("nothing_recorded"))
    export = await request.app[SERVICES].exports.add(camera_id, after, before, principal.name)
    note(request, "export.add", f"{camera_id} {after:.0f}-{before:.0f}")
    return answered(request, _shown(export), status=201)


@route(
    "GET",
    "/api/v1/exports/{id}",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="exports",
    summary="One export",
    answers=json(EXPORT, "With its progress"),
)
async def get_export(request: web.Request) -> web.Response:
    return answered(request, _shown(_export(request)))


@route(
    "DELETE",
    "/api/v1/exports/{id}",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="exports",
    summary="Stop or remove it",
    answers=done(),
)
async def remove_export(request: web.Request) -> web.Response:
    export = _export(request)
    await request.app[SERVICES].exports.remove(export.id)
    note(request, "export.remove", export.id)
    return web.Response(status=204)


@route(
    "GET",
    "/api/v1/exports/{id}/video.mp4",
    rights=[Permission.CONTROL, Permission.PLAYBACK],
    tag="exports",
    summary="The file, once it is done",
    answers=file("video/mp4"),
    refuses=NO_INDEX,
)
async def get_export_video(request: web.Request) -> web.FileResponse:
    export = _export(request)
    path = request.app[SERVICES].exports.path_of(export.id)
    response = await served_file(request, path, "video/mp4", because("export_gone"))
    started = time.strftime("%Y-%m-%d %H-%M-%S", time.localtime(export.after))
    name = file_name(export.camera_name, export.camera_id, started)
    response.headers[hdrs.CONTENT_DISPOSITION] = disposition(name)
    note(request, "export.download", export.id)
    return response


ROUTES = (list_exports, add_export, get_export, remove_export, get_export_video)


def _shown(export: Export) -> Json:
    return with_said(asdict(export), "problem")


def _export(request: web.Request) -> Export:
    export = request.app[SERVICES].exports.get(request.match_info["id"])
    if not principal_of(request).sees(export.camera_id):
        raise NotFound(because("no_export", export=export.id))
    return export
