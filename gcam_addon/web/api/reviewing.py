"""`/api/v1/history/{id}`, `unreviewed` and `review`: what somebody of the household has looked at already."""

from __future__ import annotations

from dataclasses import replace

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import said
from gcam_addon.history.store import Wanted
from gcam_addon.web.answers import answered
from gcam_addon.web.api.clips import CLIP_ID
from gcam_addon.web.api.history import (
    ENTRY_ID,
    HISTORY_ENTRY,
    NARROWING,
    NO_HISTORY,
    entries_asked,
    entry_json,
    entry_of,
)
from gcam_addon.web.contract import body_of, json, query_of, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import note, principal_of
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, INTEGER, shape
from gcam_addon.words.reason import because

COUNT = shape("Count", {"count": INTEGER})
REVIEW = shape(
    "Review",
    {
        vol.Optional("up_to"): said(ENTRY_ID, "The `id` of the newest entry that was seen"),
        vol.Optional("clip_id"): CLIP_ID,
    },
    "One of the two",
)
REVIEWED = shape("Reviewed", {"reviewed": BOOLEAN})


@route(
    "GET",
    "/api/v1/history/unreviewed",
    rights=[Permission.PLAYBACK],
    tag="events",
    summary="How many entries nobody has looked at yet",
    query=NARROWING,
    answers=json(COUNT, "Their number"),
    refuses=NO_HISTORY,
)
async def count_unreviewed(request: web.Request) -> web.Response:
    wanted = replace(entries_asked(query_of(request), request), reviewed=False)
    return answered(request, {"count": await request.app[SERVICES].history.count(wanted)})


@route(
    "PATCH",
    "/api/v1/history/{id}",
    rights=[Permission.PLAYBACK, Permission.CONTROL],
    tag="events",
    summary="Mark one entry as looked at, or as not",
    path_rules={"id": ENTRY_ID},
    body=REVIEWED,
    answers=json(HISTORY_ENTRY, "As it is now"),
    refuses=NO_HISTORY,
)
async def change_history(request: web.Request) -> web.Response:
    """True: I have looked at it; false: nobody has."""
    history, kept = request.app[SERVICES].history, await entry_of(request)
    by = principal_of(request).name if body_of(request)["reviewed"] else None
    await history.review(Wanted(ids=frozenset({kept.id})), by)
    return answered(request, entry_json(await history.get(kept.id)))


@route(
    "POST",
    "/api/v1/history/review",
    rights=[Permission.PLAYBACK, Permission.CONTROL],
    tag="events",
    summary="Mark entries as looked at",
    says="All that the query narrows down, up to the newest one that was seen; or those of a clip that was "
    "played.",
    query=NARROWING,
    body=REVIEW,
    answers=json(COUNT, "For how many that is new"),
    refuses=NO_HISTORY,
)
async def review_history(request: web.Request) -> web.Response:
    wanted, body = entries_asked(query_of(request), request), body_of(request)
    if len(body) != 1:
        raise RequestError(because("review_which"), field="up_to")
    wanted = replace(wanted, **body)
    count = await request.app[SERVICES].history.review(wanted, principal_of(request).name)
    if "up_to" in body and count:
        note(request, "history.review", str(count))
    return answered(request, {"count": count})


ROUTES = (count_unreviewed, review_history, change_history)
