"""`/api/v1/history/{id}`, `unreviewed` and `review`: what somebody of the household has looked at already."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.history.store import Wanted
from gcam_addon.web.api.history import FILTERS, ID_MOST, entries_asked, entry_json, entry_of
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note, principal_of
from gcam_addon.web.requests import boolean, integer, json_object, only_keys
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import encode

_NARROWING = FILTERS - {"reviewed"}
_CLIP_ID_LETTERS = 100


@needs(Permission.PLAYBACK)
async def unreviewed(request: web.Request) -> web.Response:
    only_keys(request.query, _NARROWING)
    wanted = replace(entries_asked(request), reviewed=False)
    return web.json_response({"count": await request.app[SERVICES].history.count(wanted)}, dumps=encode)


@needs(Permission.PLAYBACK, Permission.CONTROL)
async def change(request: web.Request) -> web.Response:
    """`{"reviewed": true}`: I have looked at it; false: nobody has."""
    history, kept = request.app[SERVICES].history, await entry_of(request)
    body = await json_object(request)
    only_keys(body, {"reviewed"})
    by = principal_of(request).name if boolean(body, "reviewed") else None
    await history.review(Wanted(ids=frozenset({kept.id})), by)
    return web.json_response(entry_json(await history.get(kept.id)), dumps=encode)


@needs(Permission.PLAYBACK, Permission.CONTROL)
async def review(request: web.Request) -> web.Response:
    """All that the query narrows down, `{"up_to": 12}`: which is the newest one that was seen; or those whose
    recording was played, `{"clip_id": ...}`.
    """
    only_keys(request.query, _NARROWING)
    wanted, body = entries_asked(request), await json_object(request)
    if len(body) != 1:
        raise RequestError("give up_to or clip_id.", field="up_to")
    only_keys(body, {"up_to", "clip_id"})
    if "up_to" in body:
        wanted = replace(wanted, up_to=integer(body, "up_to", least=1, most=ID_MOST))
    else:
        wanted = replace(wanted, clip_id=_clip_id(body["clip_id"]))
    count = await request.app[SERVICES].history.review(wanted, principal_of(request).name)
    if "up_to" in body and count:
        note(request, "history.review", str(count))
    return web.json_response({"count": count}, dumps=encode)


def _clip_id(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _CLIP_ID_LETTERS:
        raise RequestError("clip_id must be the id of a clip.", field="clip_id")
    return value


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/v1/history/unreviewed", unreviewed),
        web.post("/api/v1/history/review", review),
        web.patch("/api/v1/history/{id}", change),
    ]
