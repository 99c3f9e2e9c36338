"""Tell a phone of motion, with a real Gcam: what the phone would fetch and open is there."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from homeassistant.components.media_source import async_browse_media
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.support.waiting import patience

from .automations import automate, install
from .support.gcam import RunningGcam


async def test_from_the_motion_to_the_clip(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    gcam: RunningGcam,
    entry: MockConfigEntry,
    tmp_path: Path,
) -> None:
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def tell(call: ServiceCall) -> None:
        told.put_nowait(dict(call.data))

    install(hass, tmp_path)
    hass.services.async_register("notify", "family", tell)
    assert await async_setup_component(hass, "media_source", {})
    phone = await hass_client()
    camera = {"cameras": ["event.garden_events"]}
    await automate(hass, "notify_motion", **camera, other_notifiers=["family"], quiet_time={"hours": 1})
    async with patience():
        first = await told.get()
        clip = await told.get()
    assert first["title"] == clip["title"] == "Garden"
    assert first["data"]["tag"] == clip["data"]["tag"]
    assert first["data"]["image"].startswith("/api/image_proxy/image.garden")
    for picture in (first["data"]["image"], clip["data"]["image"]):
        async with phone.get(picture) as response:
            assert response.status == 200, picture
            assert (await response.read()).startswith(b"\xff\xd8")
    async with phone.get(clip["data"]["attachment"]["url"]) as response:
        assert response.status == 200
        assert (await response.read())[4:8] == b"ftyp"
    day = await async_browse_media(hass, opened(first["data"]["url"]))
    shown = await async_browse_media(hass, opened(clip["data"]["url"]))
    assert shown.can_play
    assert shown.media_content_id in [one.media_content_id for one in day.children or ()]


def opened(link: str) -> str:
    """What the media browser shows at this path: the last of its places, without its type."""
    return unquote(link.rpartition("/")[2]).partition(",")[2]
