"""`/api/v1/system`: how Gcam fares and what it costs; `/api/v1/logs`: what it says of it."""

from __future__ import annotations

import asyncio
import logging
import platform
import sqlite3
from dataclasses import asdict

import av
import cv2
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.errors import RecordingError
from gcam_addon.log.ring import RECORDS_MAX, Logged
from gcam_addon.model import Storage, Usage
from gcam_addon.web import wellbeing
from gcam_addon.web.errors import RequestError
from gcam_addon.web.forecast import WINDOW_S, Forecast, forecast
from gcam_addon.web.guard import needs, principal_of
from gcam_addon.web.requests import only_keys, query_integer
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.views import Json, encode, storage_json

_TEXT_MAX = 200
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


@needs(Permission.ADMINISTER)
async def system(request: web.Request) -> web.Response:
    only_keys(request.query, set())
    services, sees = request.app[SERVICES], principal_of(request).sees
    now_s = services.clock.monotonic()
    states = [state for state in services.engine.states().values() if sees(state.camera_id)]
    storage, problem = await _storage(services)
    usage, index_problem = await _usage(services)
    expected = _expected(services, storage, usage)
    parts = [
        wellbeing.cameras(states, sum(sees(camera.id) for camera in services.cameras.list())),
        wellbeing.recorder(states, storage),
        wellbeing.index(index_problem or problem),
        wellbeing.disk(storage, expected),
        wellbeing.mqtt(services.surroundings.mqtt(), wanted=services.surroundings.wants_mqtt),
        wellbeing.clock(services.surroundings.clock_step_s()),
        wellbeing.duties(services.duties.states(), services.clock.wall()),
    ]
    if (signed_in := services.surroundings.home_assistant) is not None:
        parts.append(wellbeing.home_assistant(signed_in))
    load = services.load.measure(states, now_s, now_s - services.started_s)
    body = {
        "now": services.clock.wall(),
        "uptime_s": now_s - services.started_s,
        "parts": [asdict(part) for part in parts],
        "process": asdict(load.process),
        "cameras": [asdict(camera) | {"dropped": dict(camera.dropped)} for camera in load.cameras],
        "disk": _disk(services, storage, expected),
        "versions": await asyncio.to_thread(_versions, services.info.version),
    }
    return web.json_response(body, dumps=encode)


@needs(Permission.ADMINISTER)
async def logs(request: web.Request) -> web.Response:
    """Oldest first; go on with `after` set to `newest`."""
    only_keys(request.query, {"level", "text", "after", "limit"})
    level, text = request.query.get("level", "debug"), request.query.get("text", "")
    if level not in _LEVELS:
        raise RequestError(f"level must be one of {', '.join(_LEVELS)}.", field="level")
    if len(text) > _TEXT_MAX:
        raise RequestError(f"text must have at most {_TEXT_MAX} characters.", field="text")
    after = query_integer(request, "after", default=0, least=0, most=999_999_999)
    limit = query_integer(request, "limit", default=500, least=1, most=RECORDS_MAX)
    book = request.app[SERVICES].log_book
    newest = book.newest  # first: what comes in meanwhile is asked for once more rather than missed
    records = [_logged(record) for record in book.read(_LEVELS[level], text, after, limit)]
    return web.json_response({"records": records, "newest": newest}, dumps=encode)


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/system", system), web.get("/api/v1/logs", logs)]


async def _storage(services: Services) -> tuple[Storage | None, str | None]:
    try:
        return await services.clips.storage(), None
    except RecordingError as error:
        return None, str(error)


async def _usage(services: Services) -> tuple[Usage | None, str | None]:
    try:
        return await services.clips.usage(services.clock.wall() - WINDOW_S), None
    except RecordingError as error:
        return None, str(error)


def _expected(services: Services, storage: Storage | None, usage: Usage | None) -> Forecast | None:
    if storage is None or usage is None:
        return None
    return forecast(storage, usage, services.info.retention, services.clock.wall())


def _disk(services: Services, storage: Storage | None, expected: Forecast | None) -> Json | None:
    if storage is None:
        return None
    retention = services.info.retention
    return {
        **storage_json(storage),
        "keep_days": retention.keep_days,
        "max_bytes": retention.max_bytes,
        "min_free_bytes": retention.min_free_bytes,
        "forecast": None if expected is None else asdict(expected),
    }


def _versions(gcam: str) -> Json:
    """Blocking: some systems look into a file for their name."""
    av_version, libraries = av.__version__, av.library_versions
    return {
        "gcam": gcam,
        "python": platform.python_version(),
        "opencv": cv2.__version__,
        "pyav": av_version,
        "ffmpeg": getattr(av, "ffmpeg_version_info", None)
        or "libavcodec " + ".".join(str(part) for part in libraries["libavcodec"]),
        "sqlite": sqlite3.sqlite_version,
        "system": _system_name(),
        "machine": platform.machine(),
    }


def _system_name() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = ""
    return name or f"{platform.system()} {platform.release()}"


def _logged(record: Logged) -> Json:
    level = "error" if record.level >= logging.ERROR else logging.getLevelName(record.level).lower()
    return {**asdict(record), "level": level if level in _LEVELS else "info"}
