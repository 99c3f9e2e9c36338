"""`/api/v1/cameras/{id}/what-if`: which events other settings would have made of the camera's recordings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.change import changed
from gcam_addon.config.model import Camera
from gcam_addon.model import Clip, ClipFilter, ClipKind
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs
from gcam_addon.web.requests import json_object, only_keys
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.views import encode, what_if_json

DAY_S = 24 * 3600.0
LONGEST_S = 7 * DAY_S
MOST_CLIPS = 1000
TRIED = {"detection", "rotation", "privacy_masks"}
"""Settings that recordings can be looked at with anew."""


@needs(Permission.CONFIGURE)
async def ask(request: web.Request) -> web.Response:
    """`{"changes": {"detection": {"sensitivity": 70}}}`, with `after` and `before` if a time is meant."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    now = services.cameras.get(camera_id)
    body = await json_object(request)
    only_keys(body, {"changes", "after", "before"})
    then = _changed(now, body)
    busy_with = services.what_ifs.busy_with
    if busy_with not in (None, camera_id):
        raise RequestError("The recordings of another camera are being looked at; wait for it.", status=409)
    after, before = _range(body) or await _last_day(services, camera_id)
    clips = await services.clips.list(ClipFilter(frozenset({camera_id}), after, before), limit=MOST_CLIPS)
    footage = [(clip, services.files.path_of(clip)) for clip in clips]
    answer = services.what_ifs.begin(now, then, footage, after, before)
    return web.json_response(what_if_json(answer), status=202, dumps=encode)


@needs(Permission.CONFIGURE)
async def answer(request: web.Request) -> web.Response:
    """The newest answer, as far as it has come."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.cameras.get(camera_id)
    return web.json_response(what_if_json(services.what_ifs.newest(camera_id)), dumps=encode)


@needs(Permission.CONFIGURE)
async def cancel(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.cameras.get(camera_id)
    services.what_ifs.cancel(camera_id)
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    what_if = "/api/v1/cameras/{id}/what-if"
    return [web.post(what_if, ask), web.get(what_if, answer), web.delete(what_if, cancel)]


def _changed(now: Camera, body: Mapping[str, Any]) -> Camera:
    """The camera as it would be. Raises `ConfigError` as a real change would."""
    changes = body.get("changes")
    if not isinstance(changes, dict):
        raise RequestError("changes must be an object of settings.", field="changes")
    only_keys(changes, TRIED)
    return changed(now, changes)


def _range(body: Mapping[str, Any]) -> tuple[float, float] | None:
    """The time that was asked for, if one was."""
    if "after" not in body and "before" not in body:
        return None
    after, before = (_moment(body, field) for field in ("after", "before"))
    if not 0 < before - after <= LONGEST_S:
        raise RequestError("before must be later than after, by a week at most.", field="before")
    return after, before


def _moment(body: Mapping[str, Any], field: str) -> float:
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RequestError(f"{field} must be a number of seconds since 1970.", field=field)
    return float(value)


async def _last_day(services: Services, camera_id: str) -> tuple[float, float]:
    """The last 24 hours that end with a recording; the last ones there were where there is none."""
    newest = _filmed(await services.clips.list(ClipFilter(frozenset({camera_id})), limit=MOST_CLIPS))
    before = newest[0].ended_at if newest else services.clock.wall()
    return before - DAY_S, before


def _filmed(clips: Sequence[Clip]) -> Sequence[Clip]:
    return [clip for clip in clips if clip.kind is not ClipKind.TIMELAPSE]
