"""`/api/v1/check`, `backup` and `restore`: what is wrong with the set-up; the configuration as a file."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

from aiohttp import hdrs, web

from gcam_addon.access.principal import Permission
from gcam_addon.web.api.clips import disposition
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note
from gcam_addon.web.requests import only_keys, query_flag
from gcam_addon.web.services import SERVICES, Finding
from gcam_addon.web.views import Json, encode

_CHECK_TIMEOUT_S = 45.0
_BACKUP_MAX_BYTES = 5 * 1024 * 1024
_ZIP = "application/zip"


@needs(Permission.ADMINISTER)
async def check(request: web.Request) -> web.Response:
    """One at a time; what takes too long is left out and `complete` says so."""
    only_keys(request.query, set())
    services = request.app[SERVICES]
    if services.checking.locked():
        raise RequestError("A check is under way.", status=409)
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
    return web.json_response(body, dumps=encode)


@needs(Permission.ADMINISTER)
async def backup(request: web.Request) -> web.Response:
    only_keys(request.query, set())
    services = request.app[SERVICES]
    content = await services.backups.make()
    note(request, "backup.make")
    made = time.strftime("%Y-%m-%d", time.localtime(services.clock.wall()))
    headers = {hdrs.CONTENT_DISPOSITION: disposition(f"gcam-backup-{made}.zip")}
    return web.Response(body=content, content_type=_ZIP, headers=headers)


@needs(Permission.ADMINISTER)
async def restore(request: web.Request) -> web.Response:
    """`accounts=1` replaces the accounts too."""
    only_keys(request.query, {"accounts"})
    with_people = bool(query_flag(request, "accounts"))
    if request.content_type != _ZIP:
        raise RequestError(f"Send the backup as {_ZIP}.", status=415)
    content = await _body(request)
    restored = await request.app[SERVICES].backups.restore(content, with_people=with_people)
    note(request, "backup.restore", "cameras, accounts" if with_people else "cameras")
    return web.json_response(dict(restored), dumps=encode)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/v1/check", check, allow_head=False),
        web.get("/api/v1/backup", backup, allow_head=False),
        web.post("/api/v1/restore", restore),
    ]


async def _body(request: web.Request) -> bytes:
    """Larger than other bodies may be, and bounded all the same."""
    content = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > _BACKUP_MAX_BYTES:
            raise RequestError(f"A backup has at most {_BACKUP_MAX_BYTES} bytes.", status=413)
    return bytes(content)


def _shown(finding: Finding) -> Json:
    return {
        "level": finding.level,
        "code": finding.code,
        "message": finding.message,
        "remedy": finding.remedy,
    }
