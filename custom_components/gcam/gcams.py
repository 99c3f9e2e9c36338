"""The Gcams that are set up and running now, for what serves all of them: media, views, actions."""

from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import GcamConfigEntry, GcamCoordinator


@callback
def async_gcams(hass: HomeAssistant) -> list[GcamCoordinator]:
    """By title."""
    entries: list[GcamConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return [entry.runtime_data for entry in sorted(entries, key=lambda entry: entry.title.casefold())]


@callback
def async_gcam(hass: HomeAssistant, instance_id: str) -> GcamCoordinator | None:
    """None where it is not set up, or not running."""
    found = (gcam for gcam in async_gcams(hass) if gcam.data.instance_id == instance_id)
    return next(found, None)
