"""`/api/v1/history`: everything that happened, newest first, with pictures and reasons."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import choice, named, said, whole
from gcam_addon.errors import NotFound
from gcam_addon.history.chronicle import Kind
from gcam_addon.history.store import Kept, Wanted
from gcam_addon.machine.timezone import timezone
from gcam_addon.web.answers import answered, listed
from gcam_addon.web.api import clips
from gcam_addon.web.api.timeline import TIMEZONE, zone_named
from gcam_addon.web.contract import SWITCH, json, media, once, query_of, repeated, route
from gcam_addon.web.guard import principal_of
from gcam_addon.web.place import PLACE, place_in
from gcam_addon.web.requests import cameras_asked
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape
from gcam_addon.web.shapes.clip import WHAT_MOVED
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import Json, names_json
from gcam_addon.words.reason import because, made_of

HISTORY_KIND = named(choice(Kind), "HistoryKind")

HISTORY_ENTRY = shape(
    "HistoryEntry",
    {
        "id": INTEGER,
        "kind": HISTORY_KIND,
        "camera_id": said(nullable(STRING), "Null where it is about all of Gcam"),
        "camera_name": STRING,
        "started_at": NUMBER,
        "ended_at": said(nullable(NUMBER), "Null while it lasts"),
        "score": said(NUMBER, "Motion's peak, percent of the picture"),
        "reason": STRING,
        "reason_said": SAID,
        "code": said(
            nullable(STRING),
            "Of a loss or problem its code, with `hd_` before it where it is a second address's; of motion "
            "why there is no recording of it: a `no_recording_code`, `clip_removed`, `interrupted`, or "
            "`unwanted`: the camera's settings (`naming.kinds`) want no event of `what` moved; its recording "
            "is in the trash",
        ),
        "zones": [STRING],
        **WHAT_MOVED,
        "clip_id": nullable(STRING),
        "picture": BOOLEAN,
        "reviewed_at": said(nullable(NUMBER), "When somebody looked at it; null where nobody has"),
        "reviewed_by": said(nullable(STRING), "Who"),
        "times": said(INTEGER, "How often a loss or problem came and went, where that is told as one"),
    },
)

HISTORY_LIST = shape(
    "HistoryList",
    {
        "entries": [HISTORY_ENTRY],
        "unplaced_until": said(
            nullable(NUMBER),
            "With `place`: when the last motion began of which it is not known where it was, since that was "
            "not kept yet; it and those before it are not among the answers. Null: it is known of all",
        ),
    },
)
HISTORY_DAYS = shape(
    "HistoryDays",
    {
        "timezone": said(nullable(STRING), "Null where Gcam does not know its own"),
        "days": [{"day": said(STRING, "`2026-11-21`"), "entries": INTEGER}],
    },
)
ENTRY_ID = whole(1, 999_999_999)
NARROWING = {
    **{name: clips.FILTERS[name] for name in ("camera", "after", "before", "what")},
    "kind": repeated(said(HISTORY_KIND, "May be given several times")),
    "place": once(
        said(
            PLACE,
            "`x,y,width,height` of a rectangle in the picture of the one `camera`, 0..1 from the top left as "
            "it is shown: only motion of which something was there",
        )
    ),
}
FILTERS = {**NARROWING, "reviewed": once(said(SWITCH, "Whether somebody has looked at it"))}
NO_HISTORY = {503: "The history can't be read (`recording`)"}


@route(
    "GET",
    "/api/v1/history",
    rights=[Permission.PLAYBACK],
    tag="events",
    summary="Everything that happened, newest first",
    says="Motion (with why there is no recording, where there is none), cameras lost, recording that was not "
    "possible. The next page begins with `older_than` set to the last one's id.",
    query={**FILTERS, "older_than": once(ENTRY_ID), "limit": once(whole(1, 500), default=50)},
    answers=json(HISTORY_LIST, "Entries"),
    refuses=NO_HISTORY,
)
async def list_history(request: web.Request) -> web.Response:
    query = query_of(request)
    wanted = replace(entries_asked(query, request), older_than=query["older_than"])
    history, unplaced_until = request.app[SERVICES].history, None
    entries = await history.list(wanted, query["limit"])
    if wanted.place is not None and principal_of(request).sees(wanted.place.camera_id):
        unplaced_until = await history.unplaced_until(wanted.place.camera_id)
    shown = [entry_json(kept) for kept in entries]
    return listed(request, {"entries": shown, "unplaced_until": unplaced_until})


@route(
    "GET",
    "/api/v1/history/days",
    rights=[Permission.PLAYBACK],
    tag="events",
    summary="Days on which something happened",
    query={**FILTERS, "timezone": once(TIMEZONE)},
    answers=json(HISTORY_DAYS, "Oldest first; days without anything are left out"),
    refuses=NO_HISTORY,
)
async def list_history_days(request: web.Request) -> web.Response:
    query = query_of(request)
    asked = query["timezone"]
    zone = None if asked is None else await asyncio.to_thread(zone_named, asked)
    found = await request.app[SERVICES].history.days(entries_asked(query, request), zone)
    shown = [{"day": day, "entries": entries} for day, entries in found.items()]
    return answered(request, {"timezone": asked or timezone(), "days": shown})


@route(
    "GET",
    "/api/v1/history/{id}/picture.jpg",
    rights=[Permission.PLAYBACK],
    tag="events",
    summary="A small picture of what happened",
    path_rules={"id": ENTRY_ID},
    query=None,
    answers=media("image/jpeg", "A JPEG"),
    refuses=NO_HISTORY,
)
async def get_history_picture(request: web.Request) -> web.Response:
    kept = await entry_of(request)
    jpeg = await request.app[SERVICES].history.picture(kept.entry.key)
    headers = {hdrs.CACHE_CONTROL: "private, max-age=60"}
    return web.Response(body=jpeg, content_type="image/jpeg", headers=headers)


ROUTES = (list_history, list_history_days, get_history_picture)


def entries_asked(query: Mapping[str, Any], request: web.Request) -> Wanted:
    """What the query asks for, of what who asks may see."""
    place = query["place"]
    return Wanted(
        place=None if place is None else place_in(place, query["camera"], request),
        camera_ids=cameras_asked(query["camera"], principal_of(request)),
        kinds=frozenset(query["kind"]),
        after=query["after"],
        before=query["before"],
        reviewed=query.get("reviewed"),
        what=frozenset(query["what"]),
    )


async def entry_of(request: web.Request) -> Kept:
    """The entry of the address. Raises `NotFound` also for one of a camera that who asks may not see."""
    entry_id = int(request.match_info["id"])
    kept = await request.app[SERVICES].history.get(entry_id)
    camera_id = kept.entry.camera_id
    if camera_id is not None and not principal_of(request).sees(camera_id):
        raise NotFound(because("no_event", event=entry_id))
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
        "reason_said": made_of(entry.reason),
        "code": entry.code,
        "zones": list(entry.zones),
        "clip_id": entry.clip_id,
        "picture": entry.picture,
        "times": entry.times,
        "reviewed_at": kept.reviewed_at,
        "reviewed_by": kept.reviewed_by,
        **names_json(entry.named),
    }
