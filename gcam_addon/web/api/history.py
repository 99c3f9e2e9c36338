"""`/api/v1/history`: everything that happened, newest first, with pictures and reasons."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import NotFound
from gcam_addon.history.chronicle import Kind
from gcam_addon.history.store import Kept, Wanted
from gcam_addon.web.api.timeline import timezone, zone_named
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, principal_of
from gcam_addon.web.requests import (
    cameras_asked,
    only_keys,
    query_choice,
    query_flag,
    query_integer,
    query_number,
)
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import Json, encode

ID_MOST = 999_999_999


FILTERS = {"camera", "kind", "after", "before", "reviewed"}


@needs(Permission.PLAYBACK)
async def history(request: web.Request) -> web.Response:
    """Go on with `older_than` set to the last one's `id`."""
    only_keys(request.query, FILTERS | {"older_than", "limit"})
    wanted = entries_asked(request)
    if "older_than" in request.query:
        last = query_integer(request, "older_than", default=1, least=1, most=ID_MOST)
        wanted = replace(wanted, older_than=last)
    limit = query_integer(request, "limit", default=50, least=1, most=500)
    entries = await request.app[SERVICES].history.list(wanted, limit)
    return web.json_response({"entries": [entry_json(kept) for kept in entries]}, dumps=encode)


@needs(Permission.PLAYBACK)
async def days(request: web.Request) -> web.Response:
    """For a calendar, days on which something happened: this machine's, or those of `timezone`."""
    only_keys(request.query, FILTERS | {"timezone"})
    asked = request.query.get("timezone")
    zone = None if asked is None else await asyncio.to_thread(zone_named, asked)
    found = await request.app[SERVICES].history.days(entries_asked(request), zone)
    shown = [{"day": day, "entries": entries} for day, entries in found.items()]
    return web.json_response({"timezone": asked or timezone(), "days": shown}, dumps=encode)


@needs(Permission.PLAYBACK)
async def picture(request: web.Request) -> web.Response:
    kept = await entry_of(request)
    jpeg = await request.app[SERVICES].history.picture(kept.entry.key)
    headers = {hdrs.CACHE_CONTROL: "private, max-age=60"}
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/v1/history", history),
        web.get("/api/v1/history/days", days),
        web.get("/api/v1/history/{id}/picture.jpg", picture),
    ]


def entries_asked(request: web.Request) -> Wanted:
    """What the query asks for, of what who asks may see."""
    return Wanted(
        camera_ids=cameras_asked(request, principal_of(request)),
        kinds=frozenset(query_choice(request, "kind", Kind)),
        after=query_number(request, "after"),
        before=query_number(request, "before"),
        reviewed=query_flag(request, "reviewed"),
    )


async def entry_of(request: web.Request) -> Kept:
    """The entry of the address. Raises `NotFound` also for one of a camera that who asks may not see."""
    text = request.match_info["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RequestError("an event's id is a whole number.", field="id")
    kept = await request.app[SERVICES].history.get(int(text))
    camera_id = kept.entry.camera_id
    if camera_id is not None and not principal_of(request).sees(camera_id):
        raise NotFound(f"there is no event {text}")
    return kept


def entry_json(kept: Kept) -> Json:
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
        "reviewed_at": kept.reviewed_at,
        "reviewed_by": kept.reviewed_by,
    }
