"""`/api/v1/info`: that this is a Gcam, and which one, for whoever found its address and has no login yet."""

from __future__ import annotations

from aiohttp import web

from gcam_addon.web.api.session import setup_fields
from gcam_addon.web.guard import CALLER, PUBLIC, needs
from gcam_addon.web.info import API_LEVEL
from gcam_addon.web.requests import only_keys
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import encode


@needs(PUBLIC)
async def info(request: web.Request) -> web.Response:
    """Nothing in it helps a stranger: no version, no cameras, no people. `setup`: what creating the owner
    takes, for whoever asks from there; null where there is one.
    """
    only_keys(request.query, set())
    has_owner = request.app[SERVICES].access.has_owner
    body = {
        "product": "gcam",
        "api_level": API_LEVEL,
        "instance_id": request.app[SERVICES].info.instance_id,
        "name": "Gcam",
        "setup": None if has_owner else sorted(setup_fields(request[CALLER])),
    }
    return web.json_response(body, dumps=encode)


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/info", info)]
