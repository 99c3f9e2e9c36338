"""Gcam's entry in a Home Assistant under test, and waiting for what comes over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.gcam.const import DOMAIN
from tests.support.waiting import patience

from .gcam import RunningGcam


def entry_of(
    gcam: RunningGcam, *, unique_id: str | None = None, url: str | None = None, token: str | None = None
) -> MockConfigEntry:
    """As the config flow would have made it, unless told otherwise."""
    data = {CONF_URL: url or gcam.url, CONF_TOKEN: token or gcam.token, CONF_VERIFY_SSL: True}
    return MockConfigEntry(domain=DOMAIN, unique_id=unique_id or gcam.instance_id, data=data, title="Gcam")


@asynccontextmanager
async def set_up(
    hass: HomeAssistant, gcam: RunningGcam, *, url: str | None = None, token: str | None = None
) -> AsyncIterator[MockConfigEntry]:
    """Set up, and unloaded at the end."""
    entry = entry_of(gcam, url=url, token=token)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    try:
        yield entry
    finally:
        await hass.config_entries.async_unload(entry.entry_id)


async def until(hass: HomeAssistant, wanted: Callable[[], bool]) -> None:
    """Waits for what a real Gcam makes happen."""
    async with patience():
        while not wanted():
            await asyncio.sleep(0.02)
            await hass.async_block_till_done()
