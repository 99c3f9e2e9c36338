"""`/api/v1/system`: how Gcam fares and what it costs; `/api/v1/logs`: what it says of it."""

from __future__ import annotations

import asyncio
import logging
import platform
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import av
import cv2
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.classifiers import ssd
from gcam_addon.config.rules import anything, choice, said, whole
from gcam_addon.errors import RecordingError
from gcam_addon.log.ring import RECORDS_MAX, Logged
from gcam_addon.model import CameraState, Status, Storage, Usage
from gcam_addon.model.board_health import BoardDay
from gcam_addon.web import contents, wellbeing
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import json, once, query_of, route
from gcam_addon.web.forecast import WINDOW_S, Forecast, forecast
from gcam_addon.web.guard import principal_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, extended, nullable, shape, told
from gcam_addon.web.shapes.board import BOARD_HEALTH, BOARD_TROUBLE
from gcam_addon.web.shapes.clip import STORAGE
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import Json, board_troubles_json, storage_json, with_said
from gcam_addon.web.wellbeing import Wellbeing
from gcam_addon.words.reason import because

PACKAGE = shape(
    "Package",
    {"name": STRING, "version": STRING, "licence": said(STRING, "Its name; empty where it is not told")},
)
NOTICES = shape(
    "Notices",
    {
        "version": said(STRING, "Gcam's own"),
        "licence": said(STRING, "Gcam's own, whole"),
        told("packages", "What Gcam needs and is installed, by name"): [PACKAGE],
        "naming": {
            "is_there": said(BOOLEAN, "False where Gcam was built without it: nothing is named then"),
            "notice": said(STRING, "Whose it is, and what was changed; empty where it is not there"),
            "licence": STRING,
        },
    },
)
_TEXT_MAX = 200
_INDEX_WITHIN_S = 5.0
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


_PARTS = ("cameras", "recorder", "index", "disk", "mqtt", "network", "clock", "duties", "home_assistant")
SYSTEM_PART = shape(
    "SystemPart",
    {
        "part": choice(
            ("cameras", "recorder", "index", "disk", "mqtt", "network", "clock", "duties", "home_assistant")
        ),
        "state": choice(Wellbeing),
        "code": said(STRING, "Stable within the part"),
        "message": STRING,
        "message_said": SAID,
        told("names", "Cameras or duties it is about"): [STRING],
        "count": INTEGER,
    },
)

CAMERA_LOAD = shape(
    "CameraLoad",
    {
        "camera_id": STRING,
        "name": STRING,
        "status": choice(Status),
        "fps": NUMBER,
        "bytes_per_s": nullable(NUMBER),
        "decode_share": said(nullable(NUMBER), "Percent of one core"),
        "detect_share": said(nullable(NUMBER), "Percent of one core"),
        "queued": said(INTEGER, "Frames waiting for the recorder"),
        told("dropped", "Frames lost so far, by stage"): {str: INTEGER},
    },
)

FORECAST = shape(
    "Forecast",
    {
        "oldest_at": said(nullable(NUMBER), "Start of the oldest recording"),
        "bytes_per_day": nullable(NUMBER),
        "measured_s": NUMBER,
        "days_until_full": said(
            nullable(NUMBER),
            "Until recordings have to go for want of room; null where they go for their age first",
        ),
        "days_kept": said(nullable(NUMBER), "How far back recordings will reach"),
        "limited_by": nullable(choice(("space", "age"))),
    },
    "From the last seven days; null until an hour was recorded",
)

BOARD_LINE = shape(
    "BoardLine",
    {
        "camera_id": STRING,
        "name": STRING,
        told("newest", "What it told last; it may be away by now"): BOARD_HEALTH,
        told("restarts", "Within the day, by reason"): {str: INTEGER},
        told("troubles", "What its owner should mend"): [BOARD_TROUBLE],
    },
    "A board with Gcam's firmware",
)

DISK = extended(
    STORAGE,
    "Disk",
    {
        "keep_days": NUMBER,
        "max_bytes": said(nullable(INTEGER), "For all recordings together"),
        "min_free_bytes": said(INTEGER, "Kept free"),
        "forecast": nullable(FORECAST),
    },
)

SYSTEM = shape(
    "System",
    {
        "now": NUMBER,
        "uptime_s": NUMBER,
        "parts": [SYSTEM_PART],
        "process": {
            "cpu_share": said(nullable(NUMBER), "Percent of one core; above 100 on several"),
            "cores": INTEGER,
            "memory_bytes": INTEGER,
            "machine_bytes": said(nullable(INTEGER), "The machine's memory"),
            "written_bytes_per_day": said(
                nullable(NUMBER), "To disks, at the pace since the start; null in the first ten minutes"
            ),
        },
        "cameras": [CAMERA_LOAD],
        "boards": [BOARD_LINE],
        "disk": nullable(DISK),
        "versions": {str: STRING},
    },
)

LOG_RECORD = shape(
    "LogRecord",
    {
        "number": said(INTEGER, "Counts up from 1 in a run"),
        "at": NUMBER,
        "level": choice(("debug", "info", "warning", "error")),
        "logger": STRING,
        "camera": nullable(STRING),
        "message": STRING,
        "exception": nullable(STRING),
    },
)

LOG_LIST = shape(
    "LogList",
    {
        "records": [LOG_RECORD],
        "newest": said(INTEGER, "The newest record's number"),
    },
)


@route(
    "GET",
    "/api/v1/system",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="How every part of Gcam fares, what it costs, how long the disk lasts",
    says="Rates are measured since an earlier request of the last half minute, so the first one has none: "
    "ask again after a second.",
    answers=json(SYSTEM, "The state of now"),
)
async def get_system(request: web.Request) -> web.Response:
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
    if (network := services.surroundings.network()) is not None:
        parts.append(wellbeing.network(network))
    if (signed_in := services.surroundings.home_assistant) is not None:
        parts.append(wellbeing.home_assistant(signed_in))
    load = services.load.measure(states, now_s, now_s - services.started_s)
    body = {
        "now": services.clock.wall(),
        "uptime_s": now_s - services.started_s,
        "parts": [with_said(asdict(part), "message") for part in parts],
        "process": asdict(load.process),
        "cameras": [asdict(camera) | {"dropped": dict(camera.dropped)} for camera in load.cameras],
        "boards": boards_json(services.board_days(), states),
        "disk": _disk(services, storage, expected),
        "versions": await asyncio.to_thread(_versions, services.info.version),
    }
    return answered(request, body)


@route(
    "GET",
    "/api/v1/logs",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="What Gcam logged lately",
    says="The newest 2000 records of this run, without credentials. To follow, ask with `after` set to "
    "`newest`.",
    query={
        "level": once(said(choice(tuple(_LEVELS)), "The least"), default="debug"),
        "text": once(said(anything(_TEXT_MAX, least=0), "Somewhere in it, whatever its case"), default=""),
        "after": once(said(whole(0, 999_999_999), "Only records with a higher number"), default=0),
        "limit": once(said(whole(1, RECORDS_MAX), "The newest so many"), default=500),
    },
    answers=json(LOG_LIST, "Oldest first"),
)
async def list_logs(request: web.Request) -> web.Response:
    """Oldest first; go on with `after` set to `newest`."""
    query = query_of(request)
    book = request.app[SERVICES].log_book
    newest = book.newest  # first: what comes in meanwhile is asked for once more rather than missed
    records = [
        _logged(record)
        for record in book.read(_LEVELS[query["level"]], query["text"], query["after"], query["limit"])
    ]
    return answered(request, {"records": records, "newest": newest})


@route(
    "GET",
    "/api/v1/notices",
    rights=[Permission.VIEW],
    tag="system",
    summary="Which Gcam this is, whose work it contains, and by which licence",
    says="The page's own parts and their licences are beside the page: `/licences.json`.",
    answers=json(NOTICES, "Of Gcam, of what it is made of, and of the model that names what moves"),
)
async def get_notices(request: web.Request) -> web.Response:
    version = request.app[SERVICES].info.version
    return answered(request, await asyncio.to_thread(_notices, version))


ROUTES = (get_system, list_logs, get_notices)


def _notices(version: str) -> Json:
    """Blocking."""
    notice, licence = ssd.notice()
    return {
        "version": version,
        "licence": contents.own_licence(),
        "packages": [asdict(one) for one in contents.packages()],
        "naming": {"is_there": bool(notice), "notice": notice, "licence": licence},
    }


def boards_json(days: Mapping[str, BoardDay], states: Iterable[CameraState]) -> list[Json]:
    return [
        {
            "camera_id": state.camera_id,
            "name": state.name,
            "newest": day.newest.told(),
            "restarts": dict(day.restarts),
            "troubles": board_troubles_json(day.troubles),
        }
        for state in states
        if (day := days.get(state.camera_id)) is not None
    ]


async def _storage(services: Services) -> tuple[Storage | None, str | None]:
    try:
        return await services.clips.storage(), None
    except RecordingError as error:
        return None, error.said


async def _usage(services: Services) -> tuple[Usage | None, str | None]:
    try:
        async with asyncio.timeout(_INDEX_WITHIN_S):
            return await services.clips.usage(services.clock.wall() - WINDOW_S), None
    except RecordingError as error:
        return None, error.said
    except TimeoutError:
        return None, because("index_silent")


def _expected(services: Services, storage: Storage | None, usage: Usage | None) -> Forecast | None:
    if storage is None or usage is None:
        return None
    return forecast(storage, usage, services.choosing.settings.storage.retention, services.clock.wall())


def _disk(services: Services, storage: Storage | None, expected: Forecast | None) -> Json | None:
    if storage is None:
        return None
    retention = services.choosing.settings.storage.retention
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
