from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

from gcam_addon.access.principal import Permission, Principal
from gcam_addon.model import CameraRemoved
from gcam_addon.web.events import QUEUE_EVENTS, EventHub
from tests.support.fakes import FakeCameras, FakeEngine, make_camera

EVERYBODY = Principal("p", "P", frozenset(Permission))


def make_hub() -> EventHub:
    engine = FakeEngine()
    return EventHub(engine, FakeCameras(engine, [make_camera("door")]), lambda: 42.0, version="1.2.3")


async def read(texts: AsyncGenerator[str, None]) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(anext(texts), 5))
    return message


async def test_a_listener_first_learns_everything_then_what_happens() -> None:
    hub = make_hub()
    texts = hub.follow(EVERYBODY)
    hello = await read(texts)
    assert (hello["type"], hello["now"], hello["missed"], hello["version"]) == ("hello", 42.0, 0, "1.2.3")
    assert [camera["state"]["status"] for camera in hello["cameras"]] == ["connected"]
    hub.publish(CameraRemoved("shed"))
    hub.publish(CameraRemoved("attic"))
    assert await read(texts) == {"type": "camera_removed", "camera_id": "shed"}
    assert await read(texts) == {"type": "camera_removed", "camera_id": "attic"}
    await texts.aclose()
    assert hub.listeners == 0


async def test_a_listener_too_slow_is_told_everything_anew_with_the_number_missed() -> None:
    hub = make_hub()
    slow, fast = hub.follow(EVERYBODY), hub.follow(EVERYBODY)
    await read(slow)
    await read(fast)
    total = QUEUE_EVENTS + 10
    for number in range(total):
        hub.publish(CameraRemoved(f"camera_{number}"))
        assert (await read(fast))["camera_id"] == f"camera_{number}"
    again = await read(slow)
    assert (again["type"], again["missed"]) == ("hello", total)
    hub.publish(CameraRemoved("last"))
    assert (await read(slow))["camera_id"] == "last"
    await slow.aclose()
    await fast.aclose()


async def test_without_listeners_nothing_is_kept() -> None:
    hub = make_hub()
    hub.publish(CameraRemoved("shed"))
    texts = hub.follow(EVERYBODY)
    assert (await read(texts))["type"] == "hello"
    hub.publish(CameraRemoved("attic"))
    assert (await read(texts))["camera_id"] == "attic"
    await texts.aclose()
