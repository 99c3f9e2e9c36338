"""`/api/v1/onvif`: an ONVIF camera's streams. Only what was understood of its answers is passed on."""

from __future__ import annotations

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.boards.probe import address_of
from gcam_addon.config.rules import said
from gcam_addon.errors import ConfigError
from gcam_addon.network.onvif.camera import Stream, Streams, streams_of
from gcam_addon.web.answers import answered
from gcam_addon.web.api.boards import told_by_field
from gcam_addon.web.connection import ADDRESS, CREDENTIAL, credentials_of
from gcam_addon.web.contract import body_of, json, route
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape
from gcam_addon.web.views import Json

ONVIF_REQUEST = shape(
    "OnvifRequest",
    {
        "url": said(ADDRESS, "Its ONVIF service as it was found, or its host"),
        vol.Optional("username"): CREDENTIAL,
        vol.Optional("password"): CREDENTIAL,
        vol.Optional("verify_tls"): said(BOOLEAN, "false: whatever certificate it shows is taken"),
    },
)

ONVIF_STREAM = shape(
    "OnvifStream",
    {
        "name": STRING,
        "codec": said(STRING, "`h264`, `h265` or `mjpeg`"),
        "width": INTEGER,
        "height": INTEGER,
        "fps": said(nullable(NUMBER), "At most; null where it is not told"),
        "url": STRING,
    },
)

ONVIF_CAMERA = shape(
    "OnvifCamera",
    {
        "name": said(STRING, "A name to propose"),
        "maker": STRING,
        "model": STRING,
        "version": STRING,
        "streams": [ONVIF_STREAM],
        "url": said(STRING, "To watch: the smallest of at least 640 pixels' width, without credentials"),
        "url_hd": said(STRING, "The largest"),
        "snapshot_url": nullable(STRING),
    },
    "`streams` largest first; every address is on the host that was asked",
)


@route(
    "POST",
    "/api/v1/onvif",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="Ask an ONVIF camera for its streams",
    says="Some requests, one after another; nothing is changed on it. An address that is none of http is a "
    "400 whose `field` is `url`, a password that is wanted or wrong one whose `field` is `password`; of a "
    "certificate that can't be verified it is `verify_tls`.",
    body=ONVIF_REQUEST,
    answers=json(ONVIF_CAMERA, "The camera"),
    refuses={503: "There is no ONVIF camera that answers (`unreachable`, `stalled`, `protocol`)"},
)
async def ask_onvif(request: web.Request) -> web.Response:
    services, body = request.app[SERVICES], body_of(request)
    try:
        address = address_of(body["url"], credentials_of(body))
    except ConfigError as error:
        raise ConfigError(error.said, field="url") from error
    async with told_by_field(address), services.board_visits:
        found = await streams_of(address, services.clock, verify_tls=body.get("verify_tls", True))
    return answered(request, onvif_json(found))


ROUTES = (ask_onvif,)


def onvif_json(found: Streams) -> Json:
    device = found.device
    return {
        "name": " ".join(filter(None, (device.maker, device.model))) or "ONVIF",
        "maker": device.maker,
        "model": device.model,
        "version": device.version,
        "streams": [_stream_json(stream) for stream in found.streams],
        "url": found.url,
        "url_hd": found.url_hd,
        "snapshot_url": found.snapshot_url,
    }


def _stream_json(stream: Stream) -> Json:
    profile = stream.profile
    return {
        "name": profile.name,
        "codec": profile.codec,
        "width": profile.width,
        "height": profile.height,
        "fps": profile.fps or None,
        "url": stream.url,
    }
