"""`/api/v1/timeline` and `/api/v1/days`: what there is to play back, compactly."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import anything, said
from gcam_addon.machine.timezone import is_timezone, timezone
from gcam_addon.model import Clip
from gcam_addon.web.answers import answered, listed
from gcam_addon.web.api.clips import FILTERS, NO_INDEX, filter_in
from gcam_addon.web.contract import json, once, query_of, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.clip import KIND, WHAT
from gcam_addon.web.views import Json
from gcam_addon.words.reason import because

MOST_SPANS = 20_000
LONGEST_S = 32 * 86_400.0
_LONGEST_CLIP_S = 86_400.0


TIMEZONE = said(
    anything(64, because("give_timezone")),
    "Whose days, such as `Europe/Brussels`; else Gcam's own",
)

SPAN = shape(
    "Span",
    {
        "id": said(STRING, "The clip's"),
        "camera_id": STRING,
        "kind": KIND,
        "started_at": NUMBER,
        "ended_at": NUMBER,
        "peak": NUMBER,
        "zones": [STRING],
        "protected": BOOLEAN,
        told("what", "What moved, the main thing first; null where nobody looked"): nullable([WHAT]),
    },
)

TIMELINE = shape(
    "Timeline",
    {
        "complete": said(BOOLEAN, "False where there was too much to tell all"),
        "spans": [SPAN],
    },
)

DAY_LIST = shape(
    "DayList",
    {
        "timezone": said(nullable(STRING), "Whose days they are: the one asked for, else Gcam's"),
        "utc_offset_s": said(INTEGER, "Its offset now"),
        "days": [
            {
                "day": said(STRING, "`2026-11-21`"),
                "clips": INTEGER,
                "seconds": NUMBER,
                "newest_id": said(STRING, "Id of the last recording"),
            }
        ],
        told("cameras", "By name; also cameras that were removed and left recordings"): [
            {
                "camera_id": STRING,
                "camera_name": said(STRING, "As in its last recording"),
                "clips": INTEGER,
                "newest_id": STRING,
            }
        ],
    },
)


@route(
    "GET",
    "/api/v1/timeline",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="What was recorded between `after` and `before` (both needed, at most 32 days), oldest first",
    query=FILTERS,
    answers=json(TIMELINE, "Also what began before `after` and lasts"),
    refuses=NO_INDEX,
)
async def get_timeline(request: web.Request) -> web.Response:
    """Everything recorded between `after` and `before`, oldest first; also what began earlier and lasts."""
    wanted = filter_in(request)
    after, before = wanted.after, wanted.before
    if after is None or before is None or not 0 < before - after <= LONGEST_S:
        raise RequestError(because("timeline_range", days=LONGEST_S / 86400), field="after")
    earlier = replace(wanted, after=after - _LONGEST_CLIP_S)
    clips = await request.app[SERVICES].clips.list(earlier, limit=MOST_SPANS)
    spans = [_span(clip) for clip in reversed(clips) if clip.ended_at > after]
    return listed(request, {"spans": spans, "complete": len(clips) < MOST_SPANS})


@route(
    "GET",
    "/api/v1/days",
    rights=[Permission.PLAYBACK],
    tag="recordings",
    summary="Days with recordings, oldest first, and which cameras they are of",
    query={"timezone": once(TIMEZONE), **FILTERS},
    answers=json(DAY_LIST, "Days without one are left out"),
    refuses=NO_INDEX,
)
async def list_days(request: web.Request) -> web.Response:
    """Days with recordings, for a calendar: this machine's or, with `timezone`, those of another place. And
    which cameras they are of, also ones that are no longer there.
    """
    wanted, clips = filter_in(request), request.app[SERVICES].clips
    asked = query_of(request)["timezone"]
    zone = None if asked is None else await asyncio.to_thread(zone_named, asked)
    body = {
        "timezone": asked or timezone(),
        "utc_offset_s": _utc_offset_s(zone),
        "days": [asdict(day) for day in await clips.days(wanted, zone)],
        "cameras": [asdict(camera) for camera in await clips.cameras(wanted)],
    }
    return answered(request, body)


ROUTES = (get_timeline, list_days)


def zone_named(name: str) -> ZoneInfo:
    """Blocking. Raises `RequestError`."""
    if not is_timezone(name):
        raise RequestError(because("no_timezone", given=repr(name[:60])), field="timezone")
    return ZoneInfo(name)


def _utc_offset_s(zone: ZoneInfo | None) -> int:
    if zone is None:
        return time.localtime().tm_gmtoff
    offset = datetime.now(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _span(clip: Clip) -> Json:
    return {
        "id": clip.id,
        "camera_id": clip.camera_id,
        "kind": clip.kind,
        "started_at": clip.started_at,
        "ended_at": clip.ended_at,
        "peak": clip.peak,
        "zones": list(clip.zones),
        "protected": clip.protected,
        "what": clip.what,
    }
