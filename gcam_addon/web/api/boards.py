"""`/api/v1/probe` and `/api/v1/cameras/{id}/board`: what a board is and what can be set on it.

Whatever an address answers, only what a firmware's description understood of it is passed on, not its bytes:
except a picture, and only when it is a whole JPEG.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.assembly import board_of
from gcam_addon.boards.board import Board, Control
from gcam_addon.boards.probe import Probe, address_of, probe
from gcam_addon.config.model import Camera
from gcam_addon.errors import ConfigError, NotFound, Rejected
from gcam_addon.sources.candidates import places_of
from gcam_addon.web.connection import connection_json, credentials_of
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note, principal_of
from gcam_addon.web.requests import json_object, only_keys
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.views import Json, encode, identity_json
from gcam_addon.wire.address import HttpAddress, parse

_RESOLVE_S = 2.0


@needs(Permission.CONFIGURE)
async def probe_address(request: web.Request) -> web.Response:
    services, body = request.app[SERVICES], await json_object(request)
    only_keys(body, {"url", "username", "password", "camera_id"})
    url, credentials = _url(body), credentials_of(body)
    address = _address(url)
    principal = principal_of(request)
    before = _camera(services, body, principal)
    if credentials is None and before is not None and address.username is None:
        credentials = _stored_credentials(before, address)
    watched = await _watched_there(services, address)
    try:
        async with services.board_visits:
            found = await probe(
                url, services.clock, credentials=credentials, avoid=places_of(watched.values())
            )
    except Rejected as error:
        if error.status != 401:
            raise
        raise RequestError(str(error), field="password") from error
    seen = (camera_id for camera_id in watched if principal.sees(camera_id))
    answer = probe_json(found) | {"camera_id": next(seen, None)}
    return web.json_response(answer, dumps=encode)


@needs(Permission.CONFIGURE)
async def get_board(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    async with services.board_visits:
        board = await _board(services, camera_id)
        return web.json_response(board_json(board, await board.controls()), dumps=encode)


@needs(Permission.CONFIGURE)
async def set_board(request: web.Request) -> web.Response:
    """`{"flip": true, "quality": 10}`: each is set and read back, in this order."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    body = await json_object(request)
    async with services.board_visits:
        board = await _board(services, camera_id)
        controls = {control.name: control for control in await board.controls()}
        only_keys(body, set(controls))
        for name, value in body.items():
            if not controls[name].accepts(value):
                raise RequestError(f"{name} takes {controls[name].takes}.", field=name)
        for name, value in body.items():
            await board.set(name, value)
        note(request, "camera.board", f"{camera_id}: {', '.join(body)}")
        return web.json_response(board_json(board, await board.controls()), dumps=encode)


@needs(Permission.CONFIGURE)
async def get_connection(request: web.Request) -> web.Response:
    camera = request.app[SERVICES].cameras.get(request.match_info["id"])
    return web.json_response(connection_json(camera), dumps=encode)


def routes() -> list[web.RouteDef]:
    camera = "/api/v1/cameras/{id}"
    return [
        web.post("/api/v1/probe", probe_address),
        web.get(f"{camera}/board", get_board),
        web.patch(f"{camera}/board", set_board),
        web.get(f"{camera}/connection", get_connection),
    ]


def probe_json(found: Probe) -> Json:
    picture = found.picture
    shown = None
    if picture is not None:
        jpeg = b64encode(picture.jpeg).decode("ascii")
        shown = {"jpeg": jpeg, "width": picture.size.width, "height": picture.size.height}
    return {
        **identity_json(found.identity),
        "title": found.title,
        "name": found.name,
        "url": found.url,
        "snapshot_url": found.snapshot_url,
        "controls": [_control_json(control) for control in found.controls],
        "picture": shown,
        "fps": None if found.fps is None else round(found.fps, 1),
        "notes": [{"code": one.code, "text": one.text} for one in found.notes],
    }


def board_json(board: Board, controls: tuple[Control, ...]) -> Json:
    return {
        **identity_json(board.identity),
        "controls": [_control_json(control) for control in controls],
        "notes": [{"code": one.code, "text": one.text} for one in board.notes],
    }


def _control_json(control: Control) -> Json:
    shown: Json = {"name": control.name, "kind": control.kind, "value": control.value}
    if control.kind == "number":
        return shown | {"least": control.least, "most": control.most}
    return shown | {"choices": list(control.choices)} if control.choices else shown


async def _board(services: Services, camera_id: str) -> Board:
    """The board of a camera that Gcam watches; its stream is left alone."""
    services.running(camera_id)
    return await board_of(services.cameras.get(camera_id), services.clock)


def _url(body: Mapping[str, Any]) -> str:
    url = body.get("url")
    if not isinstance(url, str) or not 0 < len(url) <= 2000:
        raise RequestError("url must be a camera's address, such as http://192.168.1.50.", field="url")
    return url


def _address(url: str) -> HttpAddress:
    try:
        return address_of(url)
    except ConfigError as error:
        raise ConfigError(str(error), field="url") from error


def _camera(services: Services, body: Mapping[str, Any], principal: Principal) -> Camera | None:
    camera_id = body.get("camera_id")
    if camera_id is None:
        return None
    if not isinstance(camera_id, str):
        raise RequestError("camera_id must be a text.", field="camera_id")
    if not principal.sees(camera_id):
        raise NotFound(f"there is no camera {camera_id}")
    return services.cameras.get(camera_id)


def _stored_credentials(camera: Camera, address: HttpAddress) -> tuple[str, str] | None:
    """A camera's own, for its own host only."""
    stored = parse(camera.source.url)
    if not isinstance(stored, HttpAddress) or stored.username is None or stored.host != address.host:
        return None
    return stored.username, stored.password or ""


async def _watched_there(services: Services, address: HttpAddress) -> dict[str, HttpAddress]:
    """The cameras that Gcam watches on this host and near this port, by id."""
    host = await _resolved(address.host)
    found = {}
    for camera in services.cameras.list():
        there = parse(camera.source.url)
        if not camera.enabled or camera.privacy or not isinstance(there, HttpAddress):
            continue
        if host & await _resolved(there.host) and _is_near(there, address):
            found[camera.id] = there
    return found


def _is_near(one: HttpAddress, other: HttpAddress) -> bool:
    """Several boards share a host only on a machine that simulates them: each has its ports in a row."""
    if not one.has_port or not other.has_port:
        return True
    return abs(one.port - other.port) <= 1


async def _resolved(host: str) -> set[str]:
    try:
        async with asyncio.timeout(_RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except (OSError, UnicodeError, TimeoutError):
        return {host}
    return {host, *(str(entry[4][0]) for entry in found)}
