"""`/api/v1/network`: the camera network, and who has which address in it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import said
from gcam_addon.lan.leases import Lease
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import json, route
from gcam_addon.web.guard import principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.event import NETWORK_HEALTH
from gcam_addon.web.views import Json, network_json
from gcam_addon.wire.address import NETWORK, parse

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
    }
    return answered(request, body)


ROUTES = (get_network,)


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
