"""`/health` for container health checks and `/metrics` for Prometheus."""

from __future__ import annotations

import logging

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import GcamError
from gcam_addon.model import Status
from gcam_addon.web.guard import PUBLIC, needs
from gcam_addon.web.metrics import CONTENT_TYPE, Losses, exposition
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import encode

_LOG = logging.getLogger(__name__)


@needs(PUBLIC)
async def health(request: web.Request) -> web.Response:
    """200 while Gcam answers at all; how the cameras fare is told, but is no reason to restart it."""
    services = request.app[SERVICES]
    states = services.engine.states().values()
    body = {
        "status": "ok",
        "version": services.info.version,
        "uptime_s": round(services.clock.monotonic() - services.started_s, 3),
        "cameras": {
            "total": len(services.cameras.list()),
            "connected": sum(state.status is Status.CONNECTED for state in states),
        },
    }
    return web.json_response(body, dumps=encode)


@needs(Permission.METRICS)
async def metrics(request: web.Request) -> web.Response:
    """Read at scrape time. An index that can't be read hides its own numbers only."""
    services = request.app[SERVICES]
    try:
        storage = await services.clips.storage()
    except GcamError as error:
        _LOG.warning("Metrics without storage: %s", error)
        storage = None
    encoding = services.broadcasts.encoding
    states, duties = services.engine.states(), services.duties.states()
    losses = Losses(
        viewers={camera_id: services.engine.skipped(camera_id) for camera_id in states},
        mqtt=services.surroundings.mqtt_dropped,
        history=services.history.lost,
    )
    body = exposition(states.values(), storage, services.info.version, encoding, duties, losses=losses)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


def routes() -> list[web.RouteDef]:
    return [web.get("/health", health), web.get("/metrics", metrics)]
