"""What Home Assistant's system information tells of Gcam, in its language; several Gcams are each named."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

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
    words = await _words(hass)
    return {
        "reachable": _reach_all(entries, words),  # Home Assistant awaits it, and shows the rest meanwhile
        "version": _each({name: gcam.version for name, gcam in known.items()}),
        "cameras_connected": _each({name: _connected(gcam) for name, gcam in known.items()}),
        "storage_free": _each({name: _free(gcam, words) for name, gcam in known.items()}),
        "broker": _each({name: _broker(gcam.mqtt, words) for name, gcam in known.items()}),
    }


type Words = Mapping[str, str]


async def _words(hass: HomeAssistant) -> Words:
    """Home Assistant translates the names of these facts, and of their values only its own."""
    place = f"component.{DOMAIN}.selector.health.options."
    texts = await async_get_translations(hass, hass.config.language, "selector", {DOMAIN})
    return {key.removeprefix(place): text for key, text in texts.items() if key.startswith(place)}


async def _reach_all(entries: list[GcamConfigEntry], words: Words) -> str | dict[str, str]:
    answers = {entry.title: await _reach(entry, words) for entry in entries}
    if all(answer == _OK for answer in answers.values()):
        return _OK
    return {"type": "failed", "error": _each(answers)}


async def _reach(entry: GcamConfigEntry, words: Words) -> str:
    if not _is_loaded(entry):
        return words["not_loaded"]
    try:
        await entry.runtime_data.client.info()
    except GcamError:
        return words["unreachable"]
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


def _free(gcam: Gcam, words: Words) -> str:
    if gcam.storage is None:
        return words["unknown"]
    return f"{gcam.storage.free_bytes / _GB:.1f} {words['gigabytes']}"


def _broker(mqtt: MqttHealth | None, words: Words) -> str:
    if mqtt is None:
        return words["not_used"]
    return words["connected"] if mqtt.connected else f"{words['lost']} ({mqtt.problem})"
