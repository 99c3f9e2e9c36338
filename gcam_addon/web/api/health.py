"""`/health` for container health checks and `/metrics` for Prometheus."""

from __future__ import annotations

import logging

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import GcamError
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import PUBLIC, json, media, route
from gcam_addon.web.metrics import CONTENT_TYPE, Losses, exposition
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import only, shape

_LOG = logging.getLogger(__name__)


HEALTH = shape(
    "Health",
    {
        "status": only("ok"),
    },
)


@route(
    "GET",
    "/health",
    rights=PUBLIC,
    tag="system",
    summary="Whether Gcam is alive; for container health checks",
    says="200 while Gcam answers at all. A camera that is away is no reason to restart Gcam.",
    query=None,
    answers=json(HEALTH, "Alive"),
)
async def get_health(request: web.Request) -> web.Response:
    """Nothing else: whoever is in the network may ask."""
    return answered(request, {"status": "ok"})


@route(
    "GET",
    "/metrics",
    rights=[Permission.METRICS],
    tag="system",
    summary="Numbers for Prometheus",
    says="""\
Of cameras, the disk, and what runs in Gcam: `gcam_duty_failures_total{duty}` counts unexpected ends,
`gcam_duty_running{duty}` is 0 while what should run does not. Alert on both:
`increase(gcam_duty_failures_total[1h]) > 0`, `gcam_duty_running == 0`. What did not reach somebody is counted
in `gcam_frames_dropped_total{camera,stage}`, `gcam_live_skipped_total{camera}` (slow viewers),
`gcam_mqtt_dropped_total` and `gcam_history_lost_total`. Where there is a camera network,
`gcam_camera_network_serving` is 0 while it is not served.
""",
    query=None,
    answers=media("text/plain", "Prometheus text format 0.0.4"),
)
async def get_metrics(request: web.Request) -> web.Response:
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
    body = exposition(
        states.values(),
        storage,
        services.info.version,
        encoding,
        duties,
        losses=losses,
        network=services.surroundings.network(),
        boards=services.board_health(),
    )
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


ROUTES = (get_health, get_metrics)
