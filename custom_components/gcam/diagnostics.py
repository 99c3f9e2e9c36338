"""What can be attached to a bug report: everything that is known, but no secret and no MAC address."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry
from yarl import URL

from .coordinator import GcamConfigEntry
from .devices import camera_id_of

_HIDDEN = {CONF_TOKEN, "mac"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: GcamConfigEntry) -> dict[str, Any]:
    gcam = entry.runtime_data.data
    own = {key: value for key, value in asdict(gcam).items() if key != "cameras"}
    return _report(
        entry,
        {
            "entry": entry.as_dict(),
            "gcam": own | {"permissions": sorted(gcam.permissions)},
            "cameras": [asdict(camera) for camera in gcam.cameras.values()],
        },
    )


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: GcamConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Of one camera; Gcam's own device stands for everything."""
    gcam = entry.runtime_data.data
    camera = gcam.cameras.get(camera_id_of(gcam, device) or "")
    if camera is None:
        return await async_get_config_entry_diagnostics(hass, entry)
    return _report(entry, {"gcam": {"version": gcam.version}, "camera": asdict(camera)})


def _report(entry: GcamConfigEntry, facts: dict[str, Any]) -> dict[str, Any]:
    coordinator = entry.runtime_data
    problem = coordinator.last_exception
    link = {
        "connected": coordinator.last_update_success,
        "problem": None if problem is None else f"{type(problem).__name__}: {problem}",
    }
    url = URL(entry.data[CONF_URL])
    secrets = [secret for secret in (entry.data[CONF_TOKEN], url.password, url.raw_password) if secret]
    report: dict[str, Any] = _without(async_redact_data({"link": link} | facts, _HIDDEN), secrets)
    return report


def _without(value: Any, secrets: list[str]) -> Any:
    """Also where a secret is part of a sentence or of an address."""
    match value:
        case str():
            for secret in secrets:
                value = value.replace(secret, REDACTED)
            return value
        case dict():
            return {key: _without(each, secrets) for key, each in value.items()}
        case list() | tuple():
            return [_without(each, secrets) for each in value]
        case _:
            return value
