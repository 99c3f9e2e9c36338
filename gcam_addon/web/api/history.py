"""`/api/v1/history`: everything that happened, newest first, with pictures and reasons."""

from __future__ import annotations

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import NotFound
from gcam_addon.history.chronicle import Kind
from gcam_addon.history.store import Kept, Wanted
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, principal_of
from gcam_addon.web.requests import cameras_asked, only_keys, query_choice, query_integer, query_number
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import Json, encode

_ID_MOST = 999_999_999


@needs(Permission.PLAYBACK)
async def history(request: web.Request) -> web.Response:
    """Go on with `older_than` set to the last one's `id`."""
    only_keys(request.query, {"camera", "kind", "after", "before", "older_than", "limit"})
    older_than = None
    if "older_than" in request.query:
        older_than = query_integer(request, "older_than", default=1, least=1, most=_ID_MOST)
    wanted = Wanted(
        camera_ids=cameras_asked(request, principal_of(request)),
        kinds=frozenset(query_choice(request, "kind", Kind)),
        after=query_number(request, "after"),
        before=query_number(request, "before"),
        older_than=older_than,
    )
    limit = query_integer(request, "limit", default=50, least=1, most=500)
    entries = await request.app[SERVICES].history.list(wanted, limit)
    return web.json_response({"entries": [_shown(kept) for kept in entries]}, dumps=encode)


@needs(Permission.PLAYBACK)
async def picture(request: web.Request) -> web.Response:
    text = request.match_info["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RequestError("an event's id is a whole number.", field="id")
    services = request.app[SERVICES]
    entry = (await services.history.get(int(text))).entry
    if entry.camera_id is not None and not principal_of(request).sees(entry.camera_id):
        raise NotFound(f"there is no event {text}")
    jpeg = await services.history.picture(entry.key)
    headers = {hdrs.CACHE_CONTROL: "private, max-age=60"}
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/history", history), web.get("/api/v1/history/{id}/picture.jpg", picture)]


def _shown(kept: Kept) -> Json:
    entry = kept.entry
    return {
        "id": kept.id,
        "kind": entry.kind,
        "camera_id": entry.camera_id,
        "camera_name": entry.camera_name,
        "started_at": entry.started_at,
        "ended_at": entry.ended_at,
        "score": entry.score,
        "reason": entry.reason,
        "code": entry.code,
        "zones": list(entry.zones),
        "clip_id": entry.clip_id,
        "picture": entry.picture,
        "times": entry.times,
    }
