"""`/api/v1/network`: the camera network, and who has which address in it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.network import BOARD_NAME, IP, MAC
from gcam_addon.config.rules import optional, said
from gcam_addon.errors import NotFound
from gcam_addon.lan.boards import NamedBoard
from gcam_addon.lan.leases import Lease
from gcam_addon.lan.service import CameraNetwork
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import body_of, done, json, route, sent_in
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.event import NETWORK_HEALTH
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import Json, network_json, with_said
from gcam_addon.wire.address import NETWORK, parse
from gcam_addon.words.reason import because

LEASE = shape(
    "Lease",
    {
        "mac": STRING,
        "address": STRING,
        "name": said(nullable(STRING), "What the owner calls the board, else what it calls itself"),
        "is_fixed": said(BOOLEAN, "It always gets this address"),
        "expires_at": nullable(NUMBER),
        "camera_id": said(nullable(STRING), "The camera that watches it already"),
    },
)

NAMED_BOARD = shape(
    "NamedBoard",
    {
        "mac": STRING,
        "name": nullable(STRING),
        "address": said(nullable(STRING), "The one it always gets"),
        "is_given": said(BOOLEAN, "By the options file, which alone changes it"),
        "problem": said(nullable(STRING), "Why it does not count now"),
        "problem_said": SAID,
    },
)

BOARD_NAMING = shape(
    "BoardNaming",
    {
        "name": said(optional(BOARD_NAME), "Null for none of its own"),
        "address": said(optional(IP), "The one it always gets; null for any that is free"),
    },
    "One of them, or both",
)

CAMERA_NETWORK = shape(
    "CameraNetwork",
    {
        "now": NUMBER,
        told("health", "Null where there is no camera network: `network.interface` is not set"): nullable(
            NETWORK_HEALTH
        ),
        "interface": nullable(STRING),
        "address": said(nullable(STRING), "Gcam's own, with the prefix"),
        "first": said(nullable(STRING), "First address that is given away"),
        "last": nullable(STRING),
        "internet": said(BOOLEAN, "Whether boards are told a way out"),
        "ssid": said(nullable(STRING), "Of the access point that Gcam has made"),
        told("leases", "By address"): [LEASE],
        told("boards", "Those that have a name or an address for good, there or not"): [NAMED_BOARD],
    },
)


@route(
    "GET",
    "/api/v1/network",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="The camera network, and the boards in it",
    answers=json(CAMERA_NETWORK, "As it is now"),
)
async def get_network(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    network = services.network
    settings = None if network is None else network.settings
    pool = (None, None) if settings is None else tuple(map(str, settings.pool))
    watched = _watched(services, request)
    body = {
        "now": services.clock.wall(),
        "health": network_json(None if network is None else network.health),
        "interface": settings and settings.interface,
        "address": settings and str(settings.address),
        "first": pool[0],
        "last": pool[1],
        "internet": settings is not None and settings.internet,
        "ssid": settings and settings.access_point and settings.access_point.ssid,
        "leases": [_lease_json(lease, watched) for lease in (network.leases if network else ())],
        "boards": [_board_json(one) for one in (network.boards if network else ())],
    }
    return answered(request, body)


@route(
    "PUT",
    "/api/v1/network/boards/{mac}",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="Give a board of the camera network a name, an address, or both, for good",
    says="Whatever it had is replaced. Other boards keep their addresses. A name counts at once, an address "
    "when the board asks again: when it starts, or within half a lease's time.",
    path_rules={"mac": MAC},
    body=BOARD_NAMING,
    answers=done("Kept, and told to dnsmasq within seconds"),
    refuses={400: "Another board has it, or it is not of the network", 404: "There is no camera network"},
)
async def name_board(request: web.Request) -> web.Response:
    sent, mac = sent_in(request), MAC(request.match_info["mac"])
    await _network(request).name({"mac": mac, **sent})
    note(request, "network.board", f"{mac}: {_naming(body_of(request))}")
    return web.Response(status=204)


@route(
    "DELETE",
    "/api/v1/network/boards/{mac}",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="Take a board's name and address back",
    path_rules={"mac": MAC},
    answers=done("It gets any address that is free, when it asks again"),
    refuses={400: "It stands in the options file", 404: "There is nothing to take back"},
)
async def forget_board(request: web.Request) -> web.Response:
    mac = MAC(request.match_info["mac"])
    await _network(request).forget(mac)
    note(request, "network.board_forget", mac)
    return web.Response(status=204)


ROUTES = (get_network, name_board, forget_board)


def _network(request: web.Request) -> CameraNetwork:
    """Raises `NotFound`."""
    network = request.app[SERVICES].network
    if network is None:
        raise NotFound(because("lan_no_network"))
    return network


def _naming(body: Mapping[str, object]) -> str:
    """For the audit log."""
    return ", ".join(str(value) for value in (body["name"], body["address"]) if value is not None)


def _board_json(one: NamedBoard) -> Json:
    board = one.board
    shown = {
        "mac": board.mac,
        "name": board.name,
        "address": board.address and str(board.address),
        "is_given": one.is_given,
        "problem": one.problem,
    }
    return with_said(shown, "problem")


def _watched(services: Services, request: web.Request) -> Mapping[str, str]:
    """The camera by its host."""
    sees = principal_of(request).sees
    return {
        there.host: camera.id
        for camera in services.cameras.list()
        if sees(camera.id)
        for there in map(parse, camera.source.urls)
        if isinstance(there, NETWORK)
    }


def _lease_json(lease: Lease, watched: Mapping[str, str]) -> Json:
    address = str(lease.address)
    return {
        "mac": lease.mac,
        "address": address,
        "name": lease.name,
        "is_fixed": lease.is_fixed,
        "expires_at": lease.expires_at,
        "camera_id": watched.get(address),
    }
