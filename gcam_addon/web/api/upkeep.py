"""`/api/v1/check`, `backup` and `restore`: what is wrong with the set-up; the configuration as a file."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import choice, said
from gcam_addon.web.answers import answered
from gcam_addon.web.api.clips import disposition
from gcam_addon.web.contract import SWITCH, json, media, once, query_of, route, uploaded_in
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import note
from gcam_addon.web.services import SERVICES, Finding
from gcam_addon.web.shape import BOOLEAN, INTEGER, STRING, shape
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import Json, with_said
from gcam_addon.words.reason import because

_CHECK_TIMEOUT_S = 45.0
_BACKUP_MAX_BYTES = 5 * 1024 * 1024
_ZIP = "application/zip"


FINDING = shape(
    "Finding",
    {
        "level": choice(("ok", "warning", "error")),
        "code": said(STRING, "Stable"),
        "message": STRING,
        "message_said": SAID,
        "remedy": said(STRING, "Empty where nothing is to mend"),
        "remedy_said": SAID,
    },
)

CHECK_RESULT = shape(
    "CheckResult",
    {
        "findings": [FINDING],
        "complete": said(BOOLEAN, "Whether all was looked at in time"),
    },
)

RESTORED = shape(
    "Restored",
    {
        "cameras": INTEGER,
        "people": said(INTEGER, "0 where accounts were left alone"),
    },
)


@route(
    "GET",
    "/api/v1/check",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="What is wrong with the set-up, and how to mend it",
    says="As `gcam check`, within 45 seconds and one at a time. Cameras are judged by their running "
    "streams: none is opened a second time.",
    answers=json(CHECK_RESULT, "In the order a person mends things"),
    refuses={409: "A check is under way (`request`)"},
    allows_head=False,
)
async def check(request: web.Request) -> web.Response:
    """One at a time; what takes too long is left out and `complete` says so."""
    services = request.app[SERVICES]
    if services.checking.locked():
        raise RequestError(because("checking_already"), status=409)
    found: list[Finding] = []
    complete = True
    async with services.checking:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S), aclosing(services.check()) as findings:
                async for finding in findings:
                    found.append(finding)  # noqa: PERF401  (what came before a timeout counts)
        except TimeoutError:
            complete = False
    body = {"findings": [_shown(finding) for finding in found], "complete": complete}
    return answered(request, body)


@route(
    "GET",
    "/api/v1/backup",
    is_grave=True,
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="The configuration as a file",
    says="Cameras with their passwords and accounts with the hashes of theirs: keep it safe. Sessions, "
    "tokens and recordings are not in it; `settings.json` only tells how Gcam was started.",
    answers=media(_ZIP, "A .zip to keep"),
    allows_head=False,
)
async def get_backup(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    content = await services.backups.make()
    note(request, "backup.make")
    made = time.strftime("%Y-%m-%d", time.localtime(services.clock.wall()))
    headers = {hdrs.CONTENT_DISPOSITION: disposition(f"gcam-backup-{made}.zip")}
    return web.Response(body=content, content_type=_ZIP, headers=headers)


@route(
    "POST",
    "/api/v1/restore",
    is_grave=True,
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="Bring a backup back",
    says="At most 5 MiB. It is checked whole before anything changes. Cameras that are as they were are not "
    "touched. What it replaces is kept in the data folder as `before-restore-….zip`, the newest five "
    "of them.",
    query={"accounts": once(said(SWITCH, "1: the accounts too"), default=False)},
    upload=_ZIP,
    most_bytes=_BACKUP_MAX_BYTES,
    answers=json(RESTORED, "How much there is now"),
)
async def restore(request: web.Request) -> web.Response:
    """`accounts=1` replaces the accounts too."""
    with_people = query_of(request)["accounts"]
    content = uploaded_in(request)
    restored = await request.app[SERVICES].backups.restore(content, with_people=with_people)
    note(request, "backup.restore", "cameras, accounts" if with_people else "cameras")
    return answered(request, dict(restored))


ROUTES = (check, get_backup, restore)


def _shown(finding: Finding) -> Json:
    said = {"message": finding.message, "remedy": finding.remedy}
    return with_said({"level": finding.level, "code": finding.code, **said}, "message", "remedy")
