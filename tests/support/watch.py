"""Somebody who waits for a heartbeat, and refuses it while it is to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.support.apps import RunningApp

SECRET = "/ping/5b0f6cc4-hush/"


@dataclass
class Watch:
    """`calls`: method and path of those it took; it takes none while `status` is another."""

    url: str = ""
    status: int = 200
    calls: list[tuple[str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        if self.status == 200:
            self.calls.append((request.method, request.path_qs))
        return web.Response(status=self.status, text="as told")


@asynccontextmanager
async def heartbeat_watch() -> AsyncIterator[Watch]:
    watch, app = Watch(), web.Application()
    app.router.add_route("*", "/{rest:.*}", watch.handle)
    served = RunningApp(app)
    await served.start()
    try:
        watch.url = f"http://127.0.0.1:{await served.listen()}{SECRET}"
        yield watch
    finally:
        await served.stop()
