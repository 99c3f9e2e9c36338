"""Gcam: local video surveillance for ESP32-CAM boards. Sets a Gcam up; what it does lies in the platforms."""

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL, EVENT_CORE_CONFIG_UPDATE, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .api import GcamClient
from .const import DOMAIN
from .coordinator import GcamConfigEntry, GcamCoordinator
from .devices import async_update_devices, camera_id_of
from .mirrored import MIRRORED_PLATFORMS, async_make_room, async_remove_mirrored
from .models import Owner
from .repairing.issues import Issues
from .services import async_register_services
from .views import async_register_views

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [Platform.CAMERA, Platform.EVENT, *MIRRORED_PLATFORMS]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """What there is once, for every Gcam."""
    async_register_views(hass)
    async_register_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: GcamConfigEntry) -> bool:
    """Home Assistant 2026.10 still asks for True; later ones don't mind it."""
    session = async_get_clientsession(hass, verify_ssl=entry.data[CONF_VERIFY_SSL])
    client = GcamClient(session, entry.data[CONF_URL], entry.data[CONF_TOKEN], hass.config.language)
    coordinator = GcamCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    async_update_devices(hass, entry, coordinator.data)
    if coordinator.data.entities is Owner.MQTT:
        async_remove_mirrored(hass, entry)
    else:
        await async_make_room(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.async_follow()
    Issues(hass, entry).async_start()

    @callback
    def speak_anew(changed: Event) -> None:
        if "language" in changed.data:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, speak_anew))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: GcamConfigEntry) -> bool:
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: GcamConfigEntry, device: DeviceEntry
) -> bool:
    """Devices go with their cameras; one that Gcam still has can only be removed there."""
    gcam = entry.runtime_data.data
    return (DOMAIN, gcam.instance_id) not in device.identifiers and camera_id_of(
        gcam, device
    ) not in gcam.cameras
