"""The Supervisor, where Gcam is Home Assistant's add-on."""

from __future__ import annotations

from gcam_addon.features.running import Running
from gcam_addon.supervisor.link import HomeAssistantLink


async def begin(gcam: Running) -> None:
    settings = gcam.settings
    if settings.supervisor is not None:
        link = HomeAssistantLink(settings.supervisor, settings.mqtt, settings.storage.data_dir, gcam.access)
        gcam.link = await gcam.stack.enter_async_context(link)
