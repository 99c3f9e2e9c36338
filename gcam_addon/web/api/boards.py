"""`/api/v1/probe` and `/api/v1/cameras/{id}/board`: what a board is and what can be set on it.

Whatever an address answers, only what a firmware's description understood of it is passed on, not its bytes:
except a picture, and only when it is a whole JPEG.
"""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.assembly import board_of
from gcam_addon.boards.board import Board, Control, ControlKind
from gcam_addon.boards.probe import Probe
from gcam_addon.boards.recognise import Places
from gcam_addon.config.model import Camera, RtspTransport
from gcam_addon.config.rules import Rule, Wrong, anything, choice, optional, said, shown, unknown, whole
from gcam_addon.errors import ConfigError, NotFound, Rejected, SourceError, Untrusted
from gcam_addon.model import Codec
from gcam_addon.probing.probe import address_of, probe
from gcam_addon.sources.candidates import places_of
from gcam_addon.web.answers import answered
from gcam_addon.web.connection import ADDRESS, CREDENTIAL, connection_json, credentials_of
from gcam_addon.web.contract import body_of, json, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, extended, nullable, shape
from gcam_addon.web.shapes.camera import BOARD_IDENTITY
from gcam_addon.web.views import Json, board_facts_json
from gcam_addon.wire.address import NETWORK, NetworkAddress, RtspAddress, parse
from gcam_addon.wire.certificate import fingerprint_of
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)
_RESOLVE_S = 2.0
_CERTIFICATE_S = 5.0


_NO_BOARD = {
    503: "There is no camera that answers (`unreachable`, `stalled`, `protocol`, `rejected`, `source`)"
}

CONTROL = shape(
    "Control",
    {
        "name": STRING,
        "kind": choice(ControlKind),
        "value": nullable(vol.Any(INTEGER, BOOLEAN, STRING)),
        vol.Optional("least"): INTEGER,
        vol.Optional("most"): INTEGER,
        vol.Optional("choices"): [STRING],
    },
    "`value` is what holds now, null where the board does not tell",
)

NOTE = shape(
    "Note",
    {
        "code": STRING,
        "text": STRING,
    },
    "Worth knowing; `code` is stable, `text` English",
)

BOARD = extended(BOARD_IDENTITY, "Board", {"controls": [CONTROL], "notes": [NOTE]})


def _board_value(value: Any) -> Any:
    if not isinstance(value, bool | int | str):
        raise Wrong(because("nothing_to_set", value=shown(value)))
    return value


BOARD_VALUES = shape(
    "BoardValues",
    {str: Rule(_board_value, {"type": ["integer", "boolean", "string"]})},
    'Values by control\'s name, e.g. `{"frame_size": "640x480", "flip": true}`',
)

PROBE_REQUEST = shape(
    "ProbeRequest",
    {
        "url": said(ADDRESS, "A host, an http or an rtsp address"),
        vol.Optional("username"): CREDENTIAL,
        vol.Optional("password"): CREDENTIAL,
        vol.Optional("verify_tls"): said(BOOLEAN, "false: whatever certificate it shows is taken"),
        vol.Optional("camera_id"): said(
            optional(anything(48)),
            "Where none are given, this camera's own credentials are used, on its own host",
        ),
    },
)

PROBE = extended(
    BOARD_IDENTITY,
    "Probe",
    {
        "title": said(STRING, "The firmware's name"),
        "name": said(STRING, "A name to propose"),
        "url": said(nullable(STRING), "For the camera's settings; null where Gcam can't watch it"),
        "snapshot_url": nullable(STRING),
        "controls": [CONTROL],
        "picture": nullable({"jpeg": STRING, "width": INTEGER, "height": INTEGER}),
        "fps": nullable(NUMBER),
        "codec": said(choice(Codec), "What it sends"),
        "sound": said(BOOLEAN, "It has sound"),
        "rtsp_transport": said(nullable(choice(RtspTransport)), "For the settings of an RTSP camera"),
        "notes": [NOTE],
        "camera_id": said(nullable(STRING), "The camera that watches it already"),
    },
)

LIGHT = shape(
    "Light",
    {
        vol.Optional("on"): said(BOOLEAN, "Without `level`: as brightly as it shone last"),
        vol.Optional("level"): said(whole(0, 100), "Percent; 0 is off"),
    },
    "At least one of the two; `on: false` is off, whatever the `level`",
)

LAMP = shape("Lamp", {"camera_id": STRING, "level": said(INTEGER, "Percent, as the board tells")})

CONNECTION = shape(
    "Connection",
    {
        "url": said(STRING, "Without user and password; what looks like a secret in it is `***`"),
        "username": nullable(STRING),
        "has_password": BOOLEAN,
        "url_hd": said(nullable(STRING), "The second address, written in the same way"),
    },
)


@route(
    "POST",
    "/api/v1/probe",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="Look what is at an address",
    says="A few requests, one after another; a stream that Gcam watches already is left alone. An address "
    "that can't be read, or is a file, is a 400 whose `field` is `url`, a password that is wanted or wrong "
    "one whose `field` is `password`; of a certificate that can't be verified it is `verify_tls`, and "
    "`params.fingerprint` is its SHA-256.",
    body=PROBE_REQUEST,
    answers=json(PROBE, "A camera"),
    refuses={**_NO_BOARD, 404: "There is no camera `camera_id` (`not_found`)"},
)
async def probe_address(request: web.Request) -> web.Response:
    services, body = request.app[SERVICES], body_of(request)
    url, credentials = body["url"], credentials_of(body)
    address = _address(url)
    principal = principal_of(request)
    before = _camera(services, body, principal)
    if credentials is None and before is not None and address.username is None:
        credentials = _stored_credentials(before, address)
    verify_tls = body.get("verify_tls", True if before is None else before.source.verify_tls)
    watched = await _watched_there(services, address)
    async with told_by_field(address), _logged(), services.board_visits:
        found = await probe(
            url,
            services.clock,
            services.duties,
            credentials=credentials,
            avoid=_places(there for places in watched.values() for there in places),
            verify_tls=verify_tls,
        )
    seen = (camera_id for camera_id in watched if principal.sees(camera_id))
    answer = probe_json(found) | {"camera_id": next(seen, None)}
    return answered(request, answer)


@asynccontextmanager
async def _logged() -> AsyncGenerator[None, None]:
    """Why there is no camera: whoever mends it may look in the log."""
    try:
        yield
    except SourceError as error:
        _log.info("no camera that could be added: %s", error)
        raise


@route(
    "GET",
    "/api/v1/cameras/{id}/board",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="The camera's board, asked now",
    says="Its stream is left alone, and no other camera is touched.",
    answers=json(BOARD, "What it is and what can be set on it"),
    refuses=_NO_BOARD,
)
async def get_board(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    async with services.board_visits:
        board = await _board(services, camera_id)
        return answered(request, board_json(board, await board.controls()))


@route(
    "PATCH",
    "/api/v1/cameras/{id}/board",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="Set things on the board itself",
    says="Each control named is set and read back, in the order given, and all of them are checked before "
    "the first is set. 400 names the one that was refused; those before it stay set.",
    body=BOARD_VALUES,
    answers=json(BOARD, "The board as it is now"),
    refuses=_NO_BOARD,
)
async def set_board(request: web.Request) -> web.Response:
    """`{"flip": true, "quality": 10}`: each is set and read back, in this order."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.running(camera_id)
    body = body_of(request)
    async with services.board_visits:
        board = await _board(services, camera_id)
        controls = {control.name: control for control in await board.controls()}
        for name, value in body.items():
            if name not in controls:
                why = because("at_place", place=name, why=unknown(name, controls, {}))
                raise RequestError(why, field=name)
            if not controls[name].accepts(value):
                raise RequestError(
                    because("control_takes", name=name, takes=controls[name].takes), field=name
                )
        async with services.lamps.adjusting(camera_id):
            for name, value in body.items():
                await board.set(name, value)
        note(request, "camera.board", f"{camera_id}: {', '.join(body)}")
        return answered(request, board_json(board, await board.controls()))


@route(
    "PUT",
    "/api/v1/cameras/{id}/light",
    rights=[Permission.CONTROL],
    tag="boards",
    summary="Switch the board's lamp",
    says="Returns once the board confirmed it; the camera's state tells it too (`lamp`). For a moment "
    "nothing begins to move: a lamp is no motion.",
    body=LIGHT,
    answers=json(LAMP, "How brightly it shines now"),
    refuses={400: "A value is wrong (`request`), or the camera has no lamp (`config`)", **_NO_BOARD},
)
async def switch_light(request: web.Request) -> web.Response:
    services, camera_id, body = request.app[SERVICES], request.match_info["id"], body_of(request)
    services.running(camera_id)
    if not body:
        raise RequestError(because("light_wants"), field="on")
    level = body.get("level") if body.get("on", True) else 0
    level = await services.lamps.switch(camera_id, level)
    note(request, "camera.light", f"{camera_id}: {level} %")
    return answered(request, {"camera_id": camera_id, "level": level})


@route(
    "GET",
    "/api/v1/cameras/{id}/connection",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="Where the camera is, for the form that changes it",
    answers=json(CONNECTION, "Without secrets"),
)
async def get_connection(request: web.Request) -> web.Response:
    camera = request.app[SERVICES].cameras.get(request.match_info["id"])
    return answered(request, connection_json(camera))


ROUTES = (probe_address, get_board, set_board, switch_light, get_connection)


def probe_json(found: Probe) -> Json:
    picture = found.picture
    shown = None
    if picture is not None:
        jpeg = b64encode(picture.jpeg).decode("ascii")
        shown = {"jpeg": jpeg, "width": picture.size.width, "height": picture.size.height}
    return {
        **board_facts_json(found.facts),
        "title": found.title,
        "name": found.name,
        "url": found.url,
        "snapshot_url": found.snapshot_url,
        "controls": [_control_json(control) for control in found.controls],
        "picture": shown,
        "fps": None if found.fps is None else round(found.fps, 1),
        "codec": found.codec,
        "sound": found.sound,
        "rtsp_transport": found.rtsp_transport,
        "notes": [{"code": one.code, "text": one.text} for one in found.notes],
    }


def board_json(board: Board, controls: tuple[Control, ...]) -> Json:
    return {
        **board_facts_json(board.facts),
        "controls": [_control_json(control) for control in controls],
        "notes": [{"code": one.code, "text": one.text} for one in board.notes],
    }


def _control_json(control: Control) -> Json:
    shown: Json = {"name": control.name, "kind": control.kind, "value": control.value}
    if control.kind == "number":
        return shown | {"least": control.least, "most": control.most}
    return shown | {"choices": list(control.choices)} if control.choices else shown


@asynccontextmanager
async def told_by_field(address: NetworkAddress) -> AsyncGenerator[None, None]:
    """What a form mends at a field of its own is refused naming it: the password; the certificate, which many
    cameras make themselves, with what it is.
    """
    try:
        yield
    except Rejected as error:
        if error.status != 401:
            raise
        raise RequestError(error.said, field="password") from error
    except Untrusted as error:
        fingerprint = await fingerprint_of(address, _CERTIFICATE_S)
        known = because("probe_certificate", address=address, fingerprint=fingerprint or "?")
        raise RequestError(known, field="verify_tls") from error


async def _board(services: Services, camera_id: str) -> Board:
    """The board of a camera that Gcam watches; its stream is left alone."""
    services.running(camera_id)
    return await board_of(services.cameras.get(camera_id), services.clock, services.arrivals)


def _address(url: str) -> NetworkAddress:
    try:
        return address_of(url)
    except ConfigError as error:
        raise ConfigError(error.said, field="url") from error


def _camera(services: Services, body: Mapping[str, Any], principal: Principal) -> Camera | None:
    camera_id = body.get("camera_id")
    if camera_id is None:
        return None
    if not principal.sees(camera_id):
        raise NotFound(because("no_camera", camera=camera_id))
    return services.cameras.get(camera_id)


def _stored_credentials(camera: Camera, address: NetworkAddress) -> tuple[str, str] | None:
    """A camera's own, for its own host only."""
    stored = parse(camera.source.url)
    if not isinstance(stored, NETWORK) or stored.username is None or not stored.may_tell(address):
        return None
    return stored.username, stored.password or ""


async def _watched_there(services: Services, address: NetworkAddress) -> dict[str, list[NetworkAddress]]:
    """The cameras that Gcam watches on this host and near this port, by id."""
    host = await _resolved(address.host)
    found: dict[str, list[NetworkAddress]] = {}
    for camera in services.cameras.list():
        if not camera.enabled or camera.privacy:
            continue
        for there in map(parse, camera.source.urls):
            if not isinstance(there, NETWORK) or not _is_near(there, address):
                continue
            if host & await _resolved(there.host):
                found.setdefault(camera.id, []).append(there)
    return found


def _is_near(one: NetworkAddress, other: NetworkAddress) -> bool:
    """Several boards share a host only on a machine that simulates them: each has its ports in a row."""
    if isinstance(one, RtspAddress) or isinstance(other, RtspAddress):
        return (one.scheme, one.port, one.target) == (other.scheme, other.port, other.target)
    if not one.has_port or not other.has_port:
        return True
    return abs(one.port - other.port) <= 1


def _places(watched: Iterable[NetworkAddress]) -> Places:
    """Streams that are not to be touched."""
    of_rtsp, of_http = set(), []
    for there in watched:
        if isinstance(there, RtspAddress):
            of_rtsp.add((there.port, there.target))
        else:
            of_http.append(there)
    return places_of(of_http) | of_rtsp


async def _resolved(host: str) -> set[str]:
    try:
        async with asyncio.timeout(_RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except (OSError, UnicodeError, TimeoutError):
        return {host}
    return {host, *(str(entry[4][0]) for entry in found)}
