"""`/api/v1/cameras`: the cameras a person edits, with their states. What is valid is for `Cameras` to say."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import voluptuous as vol
from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.boards import gcam_board
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.config.rules import choice, listing, number, optional, said, whole
from gcam_addon.config.schema import CHANGE
from gcam_addon.errors import AccessDenied, NotFound, RecordingError
from gcam_addon.web.answers import answered
from gcam_addon.web.board_visit import visit_to
from gcam_addon.web.connection import ADDRESS, CREDENTIAL, with_connection
from gcam_addon.web.contract import SWITCH, body_of, done, json, once, query_of, route, sent_in
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, NUMBER, STRING, nullable, shape
from gcam_addon.web.shapes.camera import CAMERA
from gcam_addon.web.views import Json, camera_json
from gcam_addon.wire.address import FileAddress, parse
from gcam_addon.words.reason import because

MAX_RECORD_S = 24 * 3600.0
NO_PICTURE = {503: "The camera is disabled or has sent no picture yet (`source`)"}
HD = said(
    SWITCH,
    "`1`: of the camera's second address while that is there, else of the first; ends when that changes: ask "
    "again",
)
CAMERA_LIST = shape("CameraList", {"cameras": [CAMERA]})
CAMERA_SETTINGS = shape(
    "CameraSettings",
    {
        **{vol.Optional(name): rule for name, rule in CHANGE.items()},
        vol.Optional("id"): said(CHANGE["id"], "Made from the name where missing; never changes"),
        vol.Optional("url"): said(
            ADDRESS, "The camera's address. Without credentials in it, those that are stored stay"
        ),
        vol.Optional("url_hd"): said(
            nullable(ADDRESS),
            "A second address of the same camera, in higher resolution, which is recorded and shown large; "
            "null takes it away. Where no credentials are in it, it has those of `url` on the same host",
        ),
        vol.Optional("username"): said(CREDENTIAL, "null takes it away"),
        vol.Optional("password"): said(CREDENTIAL, "null takes it away"),
    },
    "As in `cameras.json`. A new camera needs `name` and `url`; all else has defaults. What is left out of a "
    "PATCH stays as it is",
)
SWITCHES = shape(
    "Switches",
    {
        vol.Optional("enabled"): BOOLEAN,
        vol.Optional("privacy"): CHANGE["privacy"],
        vol.Optional("detection"): BOOLEAN,
        vol.Optional("recording"): BOOLEAN,
        vol.Optional("sensitivity"): whole(1, 100),
    },
)
MOST_CAMERAS = 500
_MOST_TRASH = 10_000
CAMERA_ORDER = shape(
    "CameraOrder", {"cameras": listing(said(CHANGE["id"], "A camera's id"), most=MOST_CAMERAS)}
)
RECORD_REQUEST = shape(
    "RecordRequest",
    {"seconds": said(optional(number(0, MAX_RECORD_S, "seconds")), "From now on; 0 or null stops")},
)
RECORD_ANSWER = shape("RecordAnswer", {"camera_id": STRING, "seconds": nullable(NUMBER)})
_OF_CAMERA = {"enabled", "privacy"}
"""Switches of the camera itself; the others' settings are sections with an `enabled` of their own."""


@route(
    "GET",
    "/api/v1/cameras",
    rights=[Permission.VIEW],
    tag="cameras",
    summary="All cameras with their states",
    answers=json(CAMERA_LIST, "In the order of their configuration"),
)
async def list_cameras(request: web.Request) -> web.Response:
    return _all(request)


@route(
    "POST",
    "/api/v1/cameras",
    rights=[Permission.CONFIGURE],
    tag="cameras",
    summary="Add a camera",
    body=CAMERA_SETTINGS,
    answers=json(CAMERA, "Stored and started; `Location` names it", status=201),
)
async def add_camera(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    camera = await services.cameras.add(_settings_in(request), await _former(services))
    note(request, "camera.add", camera.id)
    headers = {hdrs.LOCATION: f"cameras/{camera.id}"}
    return answered(request, _shown(services, camera), status=201, headers=headers)


@route(
    "GET",
    "/api/v1/cameras/{id}",
    rights=[Permission.VIEW],
    tag="cameras",
    summary="One camera with its state",
    answers=json(CAMERA, "The camera"),
)
async def get_camera(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    camera = services.cameras.get(request.match_info["id"])
    return answered(request, _shown(services, camera))


@route(
    "PATCH",
    "/api/v1/cameras/{id}",
    rights=[Permission.CONFIGURE],
    tag="cameras",
    summary="Change settings",
    says="The body is merged into the camera's settings, e.g. "
    '`{"detection": {"sensitivity": 60}}`. A change '
    "that does not concern the connection does not interrupt it; no other camera is touched.",
    body=CAMERA_SETTINGS,
    answers=json(CAMERA, "The camera as it is now"),
)
async def change_camera(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    stored = services.cameras.get(camera_id).source
    camera = await services.cameras.update(camera_id, _settings_in(request, stored))
    note(request, "camera.change", f"{camera_id}: {', '.join(sorted(sent_in(request)))}")
    return answered(request, _shown(services, camera))


@route(
    "DELETE",
    "/api/v1/cameras/{id}",
    rights=[Permission.CONFIGURE],
    tag="cameras",
    summary="Remove a camera",
    is_grave=True,
    query={
        "footage": once(
            said(choice(("keep", "delete")), "`delete`: its recordings go too, protected ones included"),
            "keep",
        ),
        "board": once(
            said(
                choice(("keep", "release")),
                "`release`: a board with Gcam's firmware is nobody's any more, and can be claimed by "
                "anybody; where it does not answer, the camera stays",
            ),
            "keep",
        ),
    },
    answers=done("Removed"),
    refuses={
        503: "The board that was to be released does not answer, or refuses (`unreachable`, `rejected` …)"
    },
)
async def remove_camera(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    camera = services.cameras.get(camera_id)
    if query_of(request)["board"] == "release":
        async with services.board_visits:
            await gcam_board.release(visit_to(camera, services.clock))
        note(request, "camera.release", camera_id)
    await services.cameras.remove(camera_id)
    note(request, "camera.remove", camera_id)
    if query_of(request)["footage"] == "delete":
        count = await services.clips.delete_all(camera_id)
        await services.history.forget(camera_id)
        note(request, "camera.delete_footage", f"{camera_id}: {count} clips")
    return web.Response(status=204)


@route(
    "PUT",
    "/api/v1/camera-order",
    rights=[Permission.CONFIGURE],
    tag="cameras",
    summary="In which order cameras are listed and shown, for everybody",
    says="Those that are named take, in this order, the places that they have among all now.",
    body=CAMERA_ORDER,
    answers=json(CAMERA_LIST, "As they are now"),
    refuses={404: "There is no such camera (`not_found`)"},
)
async def arrange_cameras(request: web.Request) -> web.Response:
    services, principal = request.app[SERVICES], principal_of(request)
    wanted = body_of(request)["cameras"]
    for camera_id in wanted:
        if not principal.sees(camera_id):
            raise NotFound(because("no_camera", camera=camera_id))
    await services.cameras.arrange(wanted)
    services.events.greet_anew()
    note(request, "cameras.arrange")
    return _all(request)


@route(
    "PATCH",
    "/api/v1/cameras/{id}/switches",
    rights=[Permission.CONTROL],
    tag="cameras",
    summary="A camera, its privacy mode, detection and recording on or off, and how sensitive it is",
    says="For people who may control a camera, but not change how it is set up.",
    body=SWITCHES,
    answers=json(CAMERA, "The camera as it is now"),
)
async def switch_camera(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.cameras.get(camera_id)
    body = body_of(request)
    camera = await services.cameras.update(camera_id, _wanted(body))
    said = ", ".join(f"{name} {_said(value)}" for name, value in sorted(body.items()))
    note(request, "camera.change", f"{camera_id}: {said}")
    return answered(request, _shown(services, camera))


@route(
    "POST",
    "/api/v1/cameras/{id}/record",
    rights=[Permission.CONTROL],
    tag="cameras",
    summary="Record by hand",
    body=RECORD_REQUEST,
    answers=json(RECORD_ANSWER, "It records (or stopped)"),
    refuses=NO_PICTURE,
)
async def record_camera(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    seconds = body_of(request)["seconds"]
    services.engine.record(camera_id, seconds)
    note(request, "camera.record", camera_id)
    return answered(request, {"camera_id": camera_id, "seconds": seconds})


ROUTES = (
    list_cameras,
    add_camera,
    get_camera,
    change_camera,
    remove_camera,
    arrange_cameras,
    switch_camera,
    record_camera,
)


def _settings_in(request: web.Request, stored: SourceSettings | None = None) -> dict[str, Any]:
    """What was sent, as it is stored. A file or folder as a camera shows what lies on this machine, other
    cameras' recordings too: that is for who administers it. Raises `AccessDenied`.
    """
    settings = with_connection(sent_in(request), stored)
    url = settings.get("url")
    is_known = stored is not None and url == stored.url
    is_new_file = isinstance(url, str) and not is_known and isinstance(parse(url), FileAddress)
    if is_new_file and not principal_of(request).may(Permission.ADMINISTER):
        raise AccessDenied(because("files_administer"))
    return settings


async def _former(services: Services) -> frozenset[str]:
    """Ids under which somebody still has rights or something is kept: a new camera inherits neither."""
    rights = [person.cameras for person in services.access.people()]
    rights += [token.cameras for token in services.access.tokens()]
    known = {camera_id for cameras in rights for camera_id in cameras or ()}
    known |= {export.camera_id for export in services.exports.list()}
    with suppress(RecordingError):  # what can't be read keeps no camera from being added
        known |= await services.history.cameras()
        known |= {one.camera_id for one in await services.clips.stored()}
        known |= {one.clip.camera_id for one in (await services.clips.trash(None, _MOST_TRASH)).newest}
    return frozenset(known)


def _all(request: web.Request) -> web.Response:
    services, principal = request.app[SERVICES], principal_of(request)
    seen = [camera for camera in services.cameras.list() if principal.sees(camera.id)]
    cameras = [_shown(services, camera) for camera in seen]
    return answered(request, {"cameras": cameras})


def _shown(services: Services, camera: Camera) -> Json:
    return camera_json(camera, services.engine.state(camera.id), services.boards.of(camera.id))


def _wanted(body: Mapping[str, Any]) -> Json:
    """The changes to a camera's settings."""
    changes: Json = {}
    for name in body:
        if name == "sensitivity":
            changes.setdefault("detection", {})[name] = body[name]
        elif name in _OF_CAMERA:
            changes[name] = body[name]
        else:
            changes.setdefault(name, {})["enabled"] = body[name]
    return changes


def _said(value: object) -> str:
    return str(value) if not isinstance(value, bool) else "on" if value else "off"
