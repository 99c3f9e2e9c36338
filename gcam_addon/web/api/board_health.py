"""`/api/v1/cameras/{id}/board/health`: how a board with Gcam's firmware fared for a day."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.model.board_health import BoardDay, BoardHealth, restarts, troubles
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import json, route
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import INTEGER, nullable, shape, told
from gcam_addon.web.shapes.board import BOARD_HEALTH, BOARD_TROUBLE
from gcam_addon.web.views import Json, board_troubles_json

_MOST_POINTS = 144
"""Of a curve of a day: one in ten minutes."""

BOARD_DAY = shape(
    "BoardDay",
    {
        told("newest", "Null while it told nothing within a day"): nullable(BOARD_HEALTH),
        told("samples", "Of a day, oldest first, evenly thinned to 144 at most"): [BOARD_HEALTH],
        told("restarts", "Within the day, by reason"): {str: INTEGER},
        told("troubles", "What its owner should mend"): [BOARD_TROUBLE],
    },
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
    day = services.board_days().get(camera_id)
    return answered(request, day_json(await services.history.board(camera_id), day))


ROUTES = (get_board_health,)


def day_json(samples: Sequence[BoardHealth], day: BoardDay | None) -> Json:
    """`day`: where its pictures come, with what other boards have to do with it."""
    return {
        "newest": samples[-1].told() if samples else None,
        "samples": [one.told() for one in _thinned(samples)],
        "restarts": dict(restarts(samples)),
        "troubles": board_troubles_json(troubles(samples) if day is None else day.troubles),
    }


def _thinned(samples: Sequence[BoardHealth]) -> Sequence[BoardHealth]:
    """The newest one is always among them."""
    step = -(-len(samples) // _MOST_POINTS) or 1
    return samples[::-1][::step][::-1]
