"""`/api/v1/cameras`: the cameras a person edits, with their states. What is valid is for `Cameras` to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.config.model import Camera
from gcam_addon.web.connection import with_connection
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note, principal_of
from gcam_addon.web.requests import boolean, integer, json_object, only_keys
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.views import Json, camera_json, encode

MAX_RECORD_S = 24 * 3600.0
_SWITCHES = {"enabled", "privacy", "detection", "recording"}
_OF_CAMERA = {"enabled", "privacy"}
"""Switches of the camera itself; the others' settings are sections with an `enabled` of their own."""


@needs(Permission.VIEW)
async def list_cameras(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    only_keys(request.query, set())
    principal = principal_of(request)
    seen = [camera for camera in services.cameras.list() if principal.sees(camera.id)]
    cameras = [_shown(services, camera) for camera in seen]
    return web.json_response({"cameras": cameras}, dumps=encode)


@needs(Permission.CONFIGURE)
async def add_camera(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    camera = await services.cameras.add(with_connection(await json_object(request)))
    note(request, "camera.add", camera.id)
    headers = {hdrs.LOCATION: f"cameras/{camera.id}"}
    return web.json_response(_shown(services, camera), status=201, headers=headers, dumps=encode)


@needs(Permission.VIEW)
async def get_camera(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    camera = services.cameras.get(request.match_info["id"])
    return web.json_response(_shown(services, camera), dumps=encode)


@needs(Permission.CONFIGURE)
async def update_camera(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    stored = services.cameras.get(camera_id).source.url
    changes = await json_object(request)
    camera = await services.cameras.update(camera_id, with_connection(changes, stored))
    note(request, "camera.change", f"{camera_id}: {', '.join(sorted(changes))}")
    return web.json_response(_shown(services, camera), dumps=encode)


@needs(Permission.CONFIGURE)
async def remove_camera(request: web.Request) -> web.Response:
    """`?footage=delete`: its recordings go too, protected ones included."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    only_keys(request.query, {"footage"})
    footage = request.query.get("footage", "keep")
    if footage not in ("keep", "delete"):
        raise RequestError("footage is keep or delete.", field="footage")
    services.cameras.get(camera_id)
    await services.cameras.remove(camera_id)
    note(request, "camera.remove", camera_id)
    if footage == "delete":
        count = await services.clips.delete_all(camera_id)
        await services.history.forget(camera_id)
        note(request, "camera.delete_footage", f"{camera_id}: {count} clips")
    return web.Response(status=204)


@needs(Permission.CONTROL)
async def switch(request: web.Request) -> web.Response:
    """`{"privacy": true}`, `{"detection": false}`, `{"sensitivity": 60}`: what everyday life asks for, for
    people who may not change how a camera is set up.
    """
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.cameras.get(camera_id)
    body = await json_object(request)
    only_keys(body, _SWITCHES | {"sensitivity"})
    camera = await services.cameras.update(camera_id, _wanted(body))
    said = ", ".join(f"{name} {_said(value)}" for name, value in sorted(body.items()))
    note(request, "camera.change", f"{camera_id}: {said}")
    return web.json_response(_shown(services, camera), dumps=encode)


@needs(Permission.CONTROL)
async def record(request: web.Request) -> web.Response:
    """`{"seconds": 30}` records from now on for so long; 0 or null stops."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    body = await json_object(request)
    only_keys(body, {"seconds"})
    seconds = _seconds(body)
    services.engine.record(camera_id, seconds)
    note(request, "camera.record", camera_id)
    return web.json_response({"camera_id": camera_id, "seconds": seconds}, dumps=encode)


def routes() -> list[web.RouteDef]:
    cameras, camera = "/api/v1/cameras", "/api/v1/cameras/{id}"
    return [
        web.get(cameras, list_cameras),
        web.post(cameras, add_camera),
        web.get(camera, get_camera),
        web.patch(camera, update_camera),
        web.delete(camera, remove_camera),
        web.patch(f"{camera}/switches", switch),
        web.post(f"{camera}/record", record),
    ]


def _shown(services: Services, camera: Camera) -> Json:
    return camera_json(camera, services.engine.state(camera.id), services.boards.of(camera.id))


def _wanted(body: Mapping[str, Any]) -> Json:
    """The changes to a camera's settings."""
    changes: Json = {}
    for name in body:
        if name == "sensitivity":
            changes.setdefault("detection", {})[name] = integer(body, name, least=1, most=100)
        elif name in _OF_CAMERA:
            changes[name] = boolean(body, name)
        else:
            changes.setdefault(name, {})["enabled"] = boolean(body, name)
    return changes


def _said(value: object) -> str:
    return str(value) if not isinstance(value, bool) else "on" if value else "off"


def _seconds(body: Mapping[str, Any]) -> float | None:
    wrong = RequestError(f"seconds must be a number from 0 to {MAX_RECORD_S:.0f}, or null.", field="seconds")
    if "seconds" not in body:
        raise wrong
    value = body["seconds"]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong
    if not 0 <= value <= MAX_RECORD_S:
        raise wrong
    return float(value)
