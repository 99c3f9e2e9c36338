"""What Home Assistant's system information tells of Gcam. With several Gcams each is named."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .api import GcamError
from .const import DOMAIN
from .coordinator import GcamConfigEntry
from .models import Gcam, MqttHealth

_GB = 1_000_000_000
_OK = "ok"
"""Home Assistant's word for what can be reached."""


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False)
    known = {entry.title: entry.runtime_data.data for entry in entries if _is_loaded(entry)}
    return {
        "reachable": _reach_all(entries),  # Home Assistant awaits it, and shows the rest meanwhile
        "version": _each({name: gcam.version for name, gcam in known.items()}),
        "cameras_connected": _each({name: _connected(gcam) for name, gcam in known.items()}),
        "storage_free": _each({name: _free(gcam) for name, gcam in known.items()}),
        "broker": _each({name: _broker(gcam.mqtt) for name, gcam in known.items()}),
    }


async def _reach_all(entries: list[GcamConfigEntry]) -> str | dict[str, str]:
    answers = {entry.title: await _reach(entry) for entry in entries}
    if all(answer == _OK for answer in answers.values()):
        return _OK
    return {"type": "failed", "error": _each(answers)}


async def _reach(entry: GcamConfigEntry) -> str:
    if not _is_loaded(entry):
        return "not loaded"
    try:
        await entry.runtime_data.client.info()
    except GcamError:
        return "unreachable"
    return _OK


def _is_loaded(entry: GcamConfigEntry) -> bool:
    return entry.state is ConfigEntryState.LOADED


def _each(facts: dict[str, str]) -> str:
    """Of the only Gcam, or of each by its name."""
    if len(facts) == 1:
        return next(iter(facts.values()))
    return ", ".join(f"{name}: {fact}" for name, fact in facts.items())


def _connected(gcam: Gcam) -> str:
    wanted = [camera for camera in gcam.cameras.values() if camera.is_wanted]
    return f"{sum(camera.has_pictures for camera in wanted)} / {len(wanted)}"


def _free(gcam: Gcam) -> str:
    return "unknown" if gcam.storage is None else f"{gcam.storage.free_bytes / _GB:.1f} GB"


def _broker(mqtt: MqttHealth | None) -> str:
    if mqtt is None:
        return "not used"
    return "connected" if mqtt.connected else f"lost: {mqtt.problem}"
