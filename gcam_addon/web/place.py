"""A rectangle in a camera's picture, as a query says it, and where that lies in what is kept of events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from gcam_addon.config.rules import Rule, Wrong, named, shown
from gcam_addon.history.places import Place
from gcam_addon.model import Region
from gcam_addon.picture.cells import meant
from gcam_addon.web.errors import RequestError
from gcam_addon.web.services import SERVICES
from gcam_addon.words.reason import because

_SHARE = r"(?:0(?:\.[0-9]{1,9})?|1(?:\.0{1,9})?|\.[0-9]{1,9})"
_PATTERN = rf"^{_SHARE}(?:,{_SHARE}){{3}}$"


def _rectangle(value: Any) -> Region:
    if not isinstance(value, str) or not re.fullmatch(_PATTERN, value):
        raise Wrong(because("no_place", value=shown(value)))
    x, y, width, height = (float(share) for share in value.split(","))
    if not width or not height or x + width > 1 + 1e-6 or y + height > 1 + 1e-6:
        raise Wrong(because("no_place", value=shown(value)))
    return Region(x, y, width, height, 100 * width * height)


PLACE = named(
    Rule(_rectangle, {"type": "string", "pattern": _PATTERN, "maxLength": 47}, because("give_place")), "Place"
)


def place_in(region: Region, asked: Sequence[str], request: web.Request) -> Place:
    """`asked`: the cameras of the query, which has to name one. The picture of a camera that is gone was not
    turned. Raises `RequestError`.
    """
    if len(asked) != 1:
        raise RequestError(because("place_of_one_camera"), field="camera")
    cameras = request.app[SERVICES].cameras.list()
    rotation = next((camera.rotation for camera in cameras if camera.id == asked[0]), 0)
    return Place(asked[0], meant(region, rotation))
