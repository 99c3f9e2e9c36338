"""`/api/v1/cameras/{id}/what-if`: which events other settings would have made of the camera's recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.change import changed
from gcam_addon.config.rules import choice, said, section
from gcam_addon.config.schema import CHANGE
from gcam_addon.model import Clip, ClipFilter, ClipKind, WhatIfStatus
from gcam_addon.web.answers import answered
from gcam_addon.web.api.clips import NO_INDEX
from gcam_addon.web.contract import MOMENT, body_of, done, json, route, sent_in
from gcam_addon.web.errors import RequestError
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.clip import WHAT
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import what_if_json
from gcam_addon.words.reason import because

DAY_S = 24 * 3600.0
LONGEST_S = 7 * DAY_S
MOST_CLIPS = 1000
TRIED = ("detection", "naming", "rotation", "privacy_masks")
"""Settings that recordings can be looked at with anew."""


WHAT_IF_REQUEST = shape(
    "WhatIfRequest",
    {
        "changes": said(
            section(dict, {name: CHANGE[name] for name in TRIED}),
            "Merged into the camera's settings as a PATCH would",
        ),
        vol.Optional("after"): said(MOMENT, "Recordings begun from then on; with `before`"),
        vol.Optional("before"): said(MOMENT, "… and before then, at most a week later"),
    },
)

REPLAYED_EVENT = shape(
    "ReplayedEvent",
    {
        "clip_id": STRING,
        "started_at": NUMBER,
        "ended_at": NUMBER,
        "recorded": said(BOOLEAN, "It was noticed when it happened"),
        "now": said(BOOLEAN, "Found with the settings that hold now"),
        "then": said(BOOLEAN, "Found with the changed settings"),
        "peak": NUMBER,
        "reason": STRING,
        "reason_said": SAID,
        "zones": [STRING],
        told(
            "what_now",
            "What moved, the main thing first, with the settings that hold now; null: nobody looked",
        ): nullable([WHAT]),
        told("what_then", "The same with the changed settings"): nullable([WHAT]),
        "why": said(STRING, "Of what only one of the two finds: why the other does not; else empty"),
        "why_said": SAID,
    },
    "`now` and not `then`: it would go. `then` and not `now`: it would come. Neither, but "
    "`recorded`: looking at the recording again does not show it with either settings, so "
    "nothing can be said.",
)

WHAT_IF = shape(
    "WhatIf",
    {
        "id": STRING,
        "camera_id": STRING,
        "status": choice(WhatIfStatus),
        "after": NUMBER,
        "before": NUMBER,
        "clips": said(INTEGER, "How many recordings are looked at"),
        "clips_done": INTEGER,
        "unreadable": said(INTEGER, "Recordings whose video could not be read"),
        "film_s": said(NUMBER, "How much was looked at so far"),
        "is_shortened": said(
            BOOLEAN, "There is more than is looked at (400 recordings, 4 hours): the oldest were left out"
        ),
        told("events", "By time"): [REPLAYED_EVENT],
        "problem": nullable(STRING),
        "problem_said": SAID,
    },
)


@route(
    "POST",
    "/api/v1/cameras/{id}/what-if",
    rights=[Permission.CONFIGURE],
    tag="detection",
    summary="Try settings on the camera's recordings",
    says="Looks at recordings anew, with the settings that hold now and with the changed ones, so that what "
    "differs is the settings' doing. In the background, at low priority, one camera at a time; asking "
    "again about the same camera gives the earlier question up. Without `after` and `before`: the 24 "
    "hours up to the end of the newest recording. Recordings of moving parts hold no more than these: "
    "whether something would have been noticed between them can only be told of continuous recordings. "
    "What a privacy mask hid then stays hidden.",
    body=WHAT_IF_REQUEST,
    answers=json(WHAT_IF, "It has begun", status=202),
    refuses={409: "Another camera's recordings are being looked at (`request`)", **NO_INDEX},
)
async def ask_what_if(request: web.Request) -> web.Response:
    """`{"changes": {"detection": {"sensitivity": 70}}}`, with `after` and `before` if a time is meant."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    now = services.cameras.get(camera_id)
    then = changed(now, sent_in(request)["changes"])
    busy_with = services.what_ifs.busy_with
    if busy_with not in (None, camera_id):
        raise RequestError(because("what_if_busy"), status=409)
    after, before = _range(body_of(request)) or await _last_day(services, camera_id)
    clips = await services.clips.list(ClipFilter(frozenset({camera_id}), after, before), limit=MOST_CLIPS)
    footage = [(clip, services.files.path_of(clip)) for clip in clips]
    answer = services.what_ifs.begin(now, then, footage, after, before)
    return answered(request, what_if_json(answer), status=202)


@route(
    "GET",
    "/api/v1/cameras/{id}/what-if",
    rights=[Permission.CONFIGURE],
    tag="detection",
    summary="The newest answer for this camera, as far as it has come",
    answers=json(WHAT_IF, "The answer"),
)
async def get_what_if(request: web.Request) -> web.Response:
    """The newest answer, as far as it has come."""
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.cameras.get(camera_id)
    return answered(request, what_if_json(services.what_ifs.newest(camera_id)))


@route(
    "DELETE",
    "/api/v1/cameras/{id}/what-if",
    rights=[Permission.CONFIGURE],
    tag="detection",
    summary="Stop looking; what was found so far stays",
    answers=done("Stopped"),
)
async def stop_what_if(request: web.Request) -> web.Response:
    services, camera_id = request.app[SERVICES], request.match_info["id"]
    services.cameras.get(camera_id)
    services.what_ifs.cancel(camera_id)
    return web.Response(status=204)


ROUTES = (ask_what_if, get_what_if, stop_what_if)


def _range(body: Mapping[str, Any]) -> tuple[float, float] | None:
    """The time that was asked for, if one was."""
    if "after" not in body and "before" not in body:
        return None
    missing = next((name for name in ("after", "before") if name not in body), None)
    if missing is not None:
        raise RequestError(because("both_or_none", name=missing), field=missing)
    after, before = body["after"], body["before"]
    if not 0 < before - after <= LONGEST_S:
        raise RequestError(because("what_if_range"), field="before")
    return after, before


async def _last_day(services: Services, camera_id: str) -> tuple[float, float]:
    """The last 24 hours that end with a recording; the last ones there were where there is none."""
    newest = _filmed(await services.clips.list(ClipFilter(frozenset({camera_id})), limit=MOST_CLIPS))
    before = newest[0].ended_at if newest else services.clock.wall()
    return before - DAY_S, before


def _filmed(clips: Sequence[Clip]) -> Sequence[Clip]:
    return [clip for clip in clips if clip.kind is not ClipKind.TIMELAPSE]
