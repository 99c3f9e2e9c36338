"""Somebody at the broker who remembers every message: what a dashboard would have seen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiomqtt

from tests.support.waiting import patience


@dataclass(frozen=True, slots=True)
class Heard:
    topic: str
    payload: bytes
    retained: bool
    at_s: float


class Listener:
    """`newest` is what each topic said last; `history` everything in order."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.history: list[Heard] = []
        self._news = asyncio.Condition()

    @property
    def newest(self) -> dict[str, bytes]:
        return {heard.topic: heard.payload for heard in self.history}

    def said(self, topic: str) -> list[bytes]:
        """Every payload on `topic`, in order."""
        return [heard.payload for heard in self.history if heard.topic == topic]

    def json(self, topic: str) -> Any:
        return json.loads(self.newest[topic])

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, looked at after every message."""
        try:
            async with patience(), self._news:
                await self._news.wait_for(holds)
        except TimeoutError:
            raise AssertionError(f"not heard; newest: {self.newest}") from None

    async def until_said(self, topic: str, payload: str) -> None:
        await self.until(lambda: self.newest.get(topic) == payload.encode())

    async def say(self, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
        await self.client.publish(topic, payload, qos=1, retain=retain)

    async def listen(self) -> None:
        with suppress(aiomqtt.MqttError):
            async for message in self.client.messages:
                async with self._news:
                    now_s = asyncio.get_running_loop().time()
                    heard = Heard(message.topic.value, bytes(message.payload), message.retain, now_s)
                    self.history.append(heard)
                    self._news.notify_all()


@asynccontextmanager
async def listening(client: aiomqtt.Client, *filters: str) -> AsyncIterator[Listener]:
    """Connected and subscribed to `filters` (everything, if none)."""
    async with client:
        listener = Listener(client)
        await client.subscribe([(topic, 1) for topic in filters or ("#",)])
        task = asyncio.create_task(listener.listen())
        try:
            yield listener
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
