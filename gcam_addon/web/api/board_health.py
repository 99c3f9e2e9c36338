"""`/api/v1/cameras/{id}/board/health`: how a board with Gcam's firmware fared for a day."""

from __future__ import annotations

from collections.abc import Sequence

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import said
from gcam_addon.model.board_health import BoardHealth, restarts, troubles
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import json, route
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import INTEGER, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import Json
from gcam_addon.words.reason import made_of

_MOST_POINTS = 144
"""Of a curve of a day: one in ten minutes."""

BOARD_HEALTH = shape(
    "BoardHealth",
    {
        "at": NUMBER,
        "uptime_s": said(INTEGER, "Since its last start"),
        "boots": said(INTEGER, "Starts since it was flashed"),
        "reset": said(STRING, "Why it started the last time: `power_on`, `brownout`, `watchdog` …"),
        "heap_free": INTEGER,
        "heap_largest": said(INTEGER, "The largest piece of it"),
        "rssi_dbm": nullable(INTEGER),
        "psram_free": nullable(INTEGER),
        "taken": said(INTEGER, "Pictures that its camera gave since its last start"),
        "sent": INTEGER,
        "skipped": said(INTEGER, "Pictures that a viewer was too slow for"),
    },
)
BOARD_DAY = shape(
    "BoardDay",
    {
        told("newest", "Null while it told nothing within a day"): nullable(BOARD_HEALTH),
        told("samples", "Of a day, oldest first, evenly thinned to 144 at most"): [BOARD_HEALTH],
        told("restarts", "Within the day, by reason"): {str: INTEGER},
        "troubles": [{"text": STRING, vol.Optional("said"): SAID}],
    },
    "`troubles`: what its owner should mend, in sentences",
)


@route(
    "GET",
    "/api/v1/cameras/{id}/board/health",
    rights=[Permission.CONFIGURE],
    tag="boards",
    summary="How the camera's board fared for a day",
    says="Of boards with Gcam's firmware, which are asked once a minute while their pictures come.",
    answers=json(BOARD_DAY, "What it told"),
)
async def get_board_health(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.cameras.get(camera_id)
    return answered(request, day_json(await services.history.board(camera_id)))


ROUTES = (get_board_health,)


def day_json(samples: Sequence[BoardHealth]) -> Json:
    return {
        "newest": samples[-1].told() if samples else None,
        "samples": [one.told() for one in _thinned(samples)],
        "restarts": dict(restarts(samples)),
        "troubles": [{"text": trouble, "said": made_of(trouble)} for trouble in troubles(samples)],
    }


def _thinned(samples: Sequence[BoardHealth]) -> Sequence[BoardHealth]:
    """The newest one is always among them."""
    step = -(-len(samples) // _MOST_POINTS) or 1
    return samples[::-1][::step][::-1]
