"""The add-on's H.264 in Home Assistant's own stream component: it begins, late too, ends, and comes back."""

import asyncio
from typing import Any

import aiohttp
import pytest
from homeassistant.components.camera.helper import get_camera_from_entity_id
from homeassistant.components.stream import HLS_PROVIDER, Stream
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.support.waiting import patience

from .support.entry import until
from .support.gcam import RunningGcam

GARDEN = "camera.garden"


@pytest.fixture(autouse=True)
async def pictures_come(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await async_setup_component(hass, "stream", {})
    await until(hass, lambda: shown(hass) in ("streaming", "recording"))


def shown(hass: HomeAssistant) -> str | None:
    state = hass.states.get(GARDEN)
    return None if state is None else state.state


async def stream_of(hass: HomeAssistant) -> Stream:
    stream = await get_camera_from_entity_id(hass, GARDEN).async_create_stream()
    assert stream is not None
    stream.add_provider(HLS_PROVIDER)
    await stream.start()
    return stream


async def segments(stream: Stream, count: int) -> list[Any]:
    """So many whole ones."""
    output = stream.add_provider(HLS_PROVIDER)
    async with patience():
        while len(found := [one for one in output.get_segments() if one.complete]) < count:
            await output.recv()
    return found


async def encodes(gcam: RunningGcam, http: aiohttp.ClientSession) -> bool:
    """Whether the camera has an encoder, as Gcam tells Prometheus."""
    secret = (gcam.data_dir / ".local_secret").read_text().strip()
    headers = {"Authorization": f"Bearer {secret}"}
    async with http.get(f"{gcam.url}/metrics", headers=headers) as response:
        text = await response.text()
    return 'gcam_live_encoding{camera="garden"} 1.0' in text


async def test_it_begins_at_once_also_late_and_leaves_nothing_behind(
    hass: HomeAssistant, gcam: RunningGcam
) -> None:
    async with aiohttp.ClientSession() as http:
        live = f"{gcam.url}/api/v1/cameras/garden/live.ts"
        async with http.get(live, headers={"Authorization": f"Bearer {gcam.token}"}) as first:
            await first.content.readexactly(188 * 20)  # so that Home Assistant is the one who comes late
            stream = await stream_of(hass)
            found = await segments(stream, 2)
            assert all(one.duration < 9 for one in found)  # it cuts at the first key frame after 6 s
            assert await encodes(gcam, http)
        await stream.stop()
        async with patience():
            while await encodes(gcam, http):
                await asyncio.sleep(0.2)


async def test_after_an_absence_it_does_not_wait_for_home_assistants_next_attempt(
    hass: HomeAssistant, gcam: RunningGcam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeassistant.components.stream.STREAM_RESTART_INCREMENT", 3600)
    stream = await stream_of(hass)
    await segments(stream, 1)
    await hass.async_add_executor_job(gcam.ask, "PATCH", "cameras/garden", {"enabled": False})
    await until(hass, lambda: shown(hass) == "idle" and not stream.available)
    await hass.async_add_executor_job(gcam.ask, "PATCH", "cameras/garden", {"enabled": True})
    await until(hass, lambda: shown(hass) in ("streaming", "recording") and stream.available)
    again = await stream_of(hass)
    assert await segments(again, 1)
    await again.stop()
