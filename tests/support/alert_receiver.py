"""Somebody who is alerted: a webhook that keeps what it is told, and refuses while it is to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.apps import RunningApp
from tests.support.waiting import until


@dataclass
class AlertReceiver:
    """`letters`: those it took; `refused`: those it did not, while `status` said so. Each has its `file`."""

    url: str = ""
    status: int = 200
    letters: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    """When each of those it took was there whole, by the monotonic clock."""
    silent: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared: it takes a letter and does not say so before it is set."""

    def __post_init__(self) -> None:
        self.silent.set()

    async def handle(self, request: web.Request) -> web.Response:
        letter: dict[str, Any] = {}
        async for part in await request.multipart():
            content = bytes(await part.read())  # type: ignore[union-attr]
            if part.name == "letter":
                letter |= json.loads(content)
            else:
                letter["content"] = content
        (self.letters if self.status == 200 else self.refused).append(letter)
        if self.status == 200:
            self.arrived.append(time.monotonic())
        await self.silent.wait()
        return web.Response(status=self.status, text="as told")

    async def until_told(self, count: int) -> None:
        await until(lambda: len(self.letters) >= count, lambda: f"{self.letters}\nrefused: {self.refused}")


@asynccontextmanager
async def alert_receiver() -> AsyncIterator[AlertReceiver]:
    receiver = AlertReceiver()
    app = web.Application(client_max_size=100_000_000)
    app.router.add_post("/alerts", receiver.handle)
    served = RunningApp(app)
    await served.start()
    try:
        receiver.url = f"http://127.0.0.1:{await served.listen()}/alerts"
        yield receiver
    finally:
        await served.stop()
