"""`/api/v1/exports`: a range of recordings as one MP4, made in the background."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import NotFound
from gcam_addon.model import Export
from gcam_addon.web.api.clips import disposition, file_name, served_file
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note, principal_of
from gcam_addon.web.requests import json_object, only_keys
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import encode


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def list_exports(request: web.Request) -> web.Response:
    only_keys(request.query, set())
    principal = principal_of(request)
    exports = [export for export in request.app[SERVICES].exports.list() if principal.sees(export.camera_id)]
    return web.json_response({"exports": [asdict(export) for export in exports]}, dumps=encode)


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def add_export(request: web.Request) -> web.Response:
    body, principal = await json_object(request), principal_of(request)
    only_keys(body, {"camera", "after", "before"})
    camera_id = body.get("camera")
    if not isinstance(camera_id, str):
        raise RequestError("camera must be a camera's id.", field="camera")
    if not principal.sees(camera_id):
        raise NotFound("Nothing was recorded by this camera in that time.")
    after, before = _number(body, "after"), _number(body, "before")
    export = await request.app[SERVICES].exports.add(camera_id, after, before, principal.name)
    note(request, "export.add", f"{camera_id} {after:.0f}-{before:.0f}")
    return web.json_response(asdict(export), status=201, dumps=encode)


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def get_export(request: web.Request) -> web.Response:
    return web.json_response(asdict(_export(request)), dumps=encode)


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def remove_export(request: web.Request) -> web.Response:
    await request.app[SERVICES].exports.remove(_export(request).id)
    return web.Response(status=204)


@needs(Permission.CONTROL, Permission.PLAYBACK)
async def export_video(request: web.Request) -> web.FileResponse:
    export = _export(request)
    response = await served_file(request.app[SERVICES].exports.path_of(export.id), "video/mp4", "export")
    started = time.strftime("%Y-%m-%d %H-%M-%S", time.localtime(export.after))
    name = file_name(export.camera_name, export.camera_id, started)
    response.headers[hdrs.CONTENT_DISPOSITION] = disposition(name)
    note(request, "export.download", export.id)
    return response


def routes() -> list[web.RouteDef]:
    export = "/api/v1/exports/{id}"
    return [
        web.get("/api/v1/exports", list_exports),
        web.post("/api/v1/exports", add_export),
        web.get(export, get_export),
        web.delete(export, remove_export),
        web.get(f"{export}/video.mp4", export_video),
    ]


def _export(request: web.Request) -> Export:
    export = request.app[SERVICES].exports.get(request.match_info["id"])
    if not principal_of(request).sees(export.camera_id):
        raise NotFound(f"there is no export {export.id}")
    return export


def _number(body: Mapping[str, Any], field: str) -> float:
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise RequestError(f"{field} must be a number of seconds since 1970.", field=field)
    return float(value)
