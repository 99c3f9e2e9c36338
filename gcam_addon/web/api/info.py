"""`/api/v1/info`: that this is a Gcam, and which one, for whoever found its address and has no login yet."""

from __future__ import annotations

from aiohttp import web

from gcam_addon.config.rules import choice, said
from gcam_addon.web.answers import answered
from gcam_addon.web.api.session import setup_fields
from gcam_addon.web.contract import PUBLIC, json, route
from gcam_addon.web.guard import CALLER
from gcam_addon.web.info import API_LEVEL
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import INTEGER, STRING, nullable, only, shape, told

INFO = shape(
    "Info",
    {
        "product": only("gcam"),
        "api_level": said(INTEGER, "Goes up when programs can rely on something new"),
        "instance_id": said(STRING, "The same for the life of the data folder, different for every Gcam"),
        "name": STRING,
        told(
            "setup", "What creating the owner takes for whoever asks from there; null where there is one"
        ): nullable([choice(("code", "name", "password"))]),
    },
)


@route(
    "GET",
    "/api/v1/info",
    rights=PUBLIC,
    tag="system",
    summary="That this is a Gcam, and which one",
    says="Needs no login, so that a program can tell whose address it found before it asks for one.",
    answers=json(INFO, "Nothing that helps a stranger"),
)
async def get_info(request: web.Request) -> web.Response:
    """Nothing in it helps a stranger: no version, no cameras, no people. `setup`: what creating the owner
    takes, for whoever asks from there; null where there is one.
    """
    has_owner = request.app[SERVICES].access.has_owner
    body = {
        "product": "gcam",
        "api_level": API_LEVEL,
        "instance_id": request.app[SERVICES].info.instance_id,
        "name": "Gcam",
        "setup": None if has_owner else sorted(setup_fields(request[CALLER])),
    }
    return answered(request, body)


ROUTES = (get_info,)
