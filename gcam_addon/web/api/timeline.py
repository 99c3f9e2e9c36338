"""`/api/v1/timeline` and `/api/v1/days`: what there is to play back, compactly."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.model import Clip
from gcam_addon.web.api.clips import FILTERS, filter_in
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs
from gcam_addon.web.requests import only_keys
from gcam_addon.web.services import SERVICES
from gcam_addon.web.views import Json, encode

MOST_SPANS = 20_000
LONGEST_S = 32 * 86_400.0
_LONGEST_CLIP_S = 86_400.0
_ZONEINFO = "zoneinfo/"


@needs(Permission.PLAYBACK)
async def timeline(request: web.Request) -> web.Response:
    """Everything recorded between `after` and `before`, oldest first; also what began earlier and lasts."""
    only_keys(request.query, FILTERS)
    wanted = filter_in(request)
    after, before = wanted.after, wanted.before
    if after is None or before is None or not 0 < before - after <= LONGEST_S:
        raise RequestError(
            f"give after and before, at most {LONGEST_S / 86_400:.0f} days apart.", field="after"
        )
    earlier = replace(wanted, after=after - _LONGEST_CLIP_S)
    clips = await request.app[SERVICES].clips.list(earlier, limit=MOST_SPANS)
    spans = [_span(clip) for clip in reversed(clips) if clip.ended_at > after]
    return web.json_response({"spans": spans, "complete": len(clips) < MOST_SPANS}, dumps=encode)


@needs(Permission.PLAYBACK)
async def days(request: web.Request) -> web.Response:
    """Days with recordings, for a calendar: this machine's or, with `timezone`, those of another place. And
    which cameras they are of, also ones that are no longer there.
    """
    only_keys(request.query, FILTERS | {"timezone"})
    wanted, clips = filter_in(request), request.app[SERVICES].clips
    asked = request.query.get("timezone")
    zone = None if asked is None else await asyncio.to_thread(zone_named, asked)
    body = {
        "timezone": asked or timezone(),
        "utc_offset_s": _utc_offset_s(zone),
        "days": [asdict(day) for day in await clips.days(wanted, zone)],
        "cameras": [asdict(camera) for camera in await clips.cameras(wanted)],
    }
    return web.json_response(body, dumps=encode)


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/timeline", timeline), web.get("/api/v1/days", days)]


def timezone() -> str | None:
    """Gcam's, as IANA names it; None where the machine does not tell."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    return str(Path(os.path.realpath("/etc/localtime"))).partition(_ZONEINFO)[2] or None


def zone_named(name: str) -> ZoneInfo:
    """Blocking. Raises `RequestError`."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:  # what it raises depends on how the name is wrong
        message = f"timezone is a name such as Europe/Brussels, not {name[:60]!r}."
        raise RequestError(message, field="timezone") from error


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
    }
