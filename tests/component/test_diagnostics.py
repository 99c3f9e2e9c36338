"""What can be attached to a bug report, and what the system information says; of a real Gcam."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.diagnostics import REDACTED
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.gcam.const import DOMAIN
from custom_components.gcam.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)

from .support.entry import entry_of, set_up, until
from .support.gcam import RunningGcam


@pytest.fixture
async def known(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Both boards have told of themselves, and send pictures."""
    cameras = entry.runtime_data.data.cameras

    def is_all_known() -> bool:
        cameras = entry.runtime_data.data.cameras.values()
        return all(camera.has_pictures and camera.board is not None for camera in cameras)

    await until(hass, is_all_known)
    assert len(cameras) == 2
    return entry


async def test_a_report_of_everything_but_secrets(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, gcam: RunningGcam, known: MockConfigEntry
) -> None:
    report = await get_diagnostics_for_config_entry(hass, hass_client, known)
    assert report["link"] == {"connected": True, "problem": None}
    assert report["entry"]["data"] == {"url": gcam.url, "token": REDACTED, "verify_ssl": True}
    assert report["gcam"]["version"] == gcam.version
    assert report["gcam"]["permissions"] == ["control", "playback", "view"]
    assert report["gcam"]["storage"]["total_bytes"] > 0
    cameras = {camera["id"]: camera for camera in report["cameras"]}
    assert cameras.keys() == {"garden", "room"}
    assert cameras["garden"]["state"]["status"] == "connected"
    assert cameras["garden"]["board"]["firmware"] == "camera_web_server"
    text = json.dumps(report)
    assert gcam.token not in text


async def test_a_board_s_mac_is_hidden(hass: HomeAssistant, known: MockConfigEntry) -> None:
    """Simulated boards have none."""
    coordinator = known.runtime_data
    room = coordinator.data.cameras["room"]
    board = replace(room.board, mac="24:0A:C4:12:34:56")
    cameras = {**coordinator.data.cameras, "room": replace(room, board=board)}
    coordinator.async_set_updated_data(replace(coordinator.data, cameras=cameras))
    whole = await async_get_config_entry_diagnostics(hass, known)
    alone = await async_get_device_diagnostics(hass, known, _device(hass, known, "_room"))
    assert alone["camera"]["board"]["mac"] == REDACTED
    assert "24:0A" not in f"{whole} {alone}"


async def test_credentials_in_addresses_and_sentences_are_hidden(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, gcam: RunningGcam, known: MockConfigEntry
) -> None:
    coordinator = known.runtime_data
    url = "http://me:s3cr%2Ft@gcam.local/"
    hass.config_entries.async_update_entry(known, data=known.data | {CONF_URL: url})
    problem = ValueError(f"no {gcam.token} at {url}, nor s3cr/t")
    coordinator.async_set_update_error(problem)
    text = json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, known))
    assert "ValueError: no " in text
    for secret in (gcam.token, "s3cr%2Ft", "s3cr/t"):
        assert secret not in text


async def test_a_report_of_one_camera(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, gcam: RunningGcam, known: MockConfigEntry
) -> None:
    report = await get_diagnostics_for_device(hass, hass_client, known, _device(hass, known, "_room"))
    assert report["camera"]["id"] == "room"
    assert report["gcam"] == {"version": gcam.version}
    assert "cameras" not in report


async def test_gcam_s_own_device_stands_for_everything(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, known: MockConfigEntry
) -> None:
    report = await get_diagnostics_for_device(hass, hass_client, known, _device(hass, known))
    assert len(report["cameras"]) == 2


def _device(hass: HomeAssistant, entry: MockConfigEntry, suffix: str = "") -> dr.DeviceEntry:
    wanted = (DOMAIN, f"{entry.unique_id}{suffix}")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return next(device for device in devices if wanted in device.identifiers)


async def _health(hass: HomeAssistant) -> dict[str, Any]:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    return {key: await value if asyncio.iscoroutine(value) else value for key, value in info.items()}


async def test_the_system_s_health(hass: HomeAssistant, gcam: RunningGcam, known: MockConfigEntry) -> None:
    info = await _health(hass)
    assert info["storage_free"].endswith(" GB")
    assert info == {
        "reachable": "ok",
        "version": gcam.version,
        "cameras_connected": "2 / 2",
        "storage_free": info["storage_free"],
        "broker": "not used",
    }


async def test_the_system_s_health_in_french(hass: HomeAssistant, known: MockConfigEntry) -> None:
    hass.config.language = "fr"
    info = await _health(hass)
    assert info["storage_free"].endswith(" Go")
    assert info["broker"] == "non utilisé"


@pytest.fixture
async def lonely(hass: HomeAssistant, tmp_path: Path, socket_enabled: None) -> AsyncIterator[RunningGcam]:
    """A second Gcam without cameras, set up and then gone."""
    with RunningGcam(tmp_path / "data", "--mqtt", "off") as gcam:
        async with set_up(hass, gcam):
            await hass.async_add_executor_job(gcam.stop)
            yield gcam


async def test_several_gcams_are_named(
    hass: HomeAssistant, gcam: RunningGcam, known: MockConfigEntry, lonely: RunningGcam
) -> None:
    hass.config_entries.async_update_entry(known, title="House")
    third = entry_of(gcam, unique_id="third")
    third.add_to_hass(hass)
    hass.config_entries.async_update_entry(third, title="Shed")
    info = await _health(hass)
    assert info["reachable"] == {
        "type": "failed",
        "error": "House: ok, Gcam: does not answer, Shed: not set up",
    }
    assert info["version"] == f"House: {gcam.version}, Gcam: {lonely.version}"
    assert info["cameras_connected"] == "House: 2 / 2, Gcam: 0 / 0"
