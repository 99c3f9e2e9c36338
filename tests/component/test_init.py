"""Set-up and what follows: cameras that come and go, a Gcam that goes away, tokens that end."""

import logging

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.gcam import async_remove_config_entry_device
from custom_components.gcam.const import DOMAIN
from custom_components.gcam.models import Happening

from .support.entry import entry_of, set_up, until
from .support.gcam import RunningGcam
from .support.stand_in import StandIn

SHED = {"id": "shed", "name": "Shed", "url": "http://127.0.0.1:9"}


def device_of(hass: HomeAssistant, gcam: RunningGcam, camera_id: str) -> dr.DeviceEntry | None:
    devices = dr.async_entries_for_config_entry(
        dr.async_get(hass), hass.config_entries.async_entries(DOMAIN)[0].entry_id
    )
    wanted = (DOMAIN, f"{gcam.instance_id}_{camera_id}")
    return next((device for device in devices if wanted in device.identifiers), None)


async def test_a_device_for_gcam_and_one_for_each_camera(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry
) -> None:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert {device.name for device in devices} == {"Gcam", "Garden", "Room"}
    (own,) = (device for device in devices if (DOMAIN, gcam.instance_id) in device.identifiers)
    assert (own.sw_version, own.configuration_url) == (gcam.version, f"{gcam.url}/")
    garden = device_of(hass, gcam, "garden")
    assert garden is not None
    assert garden.via_device_id == own.id
    assert (
        "gcam",
        gcam.instance_id,
    ) in own.connections  # as MQTT tells of its devices, so that they are linked
    assert ("gcam", f"{gcam.instance_id}_garden") in garden.connections
    await until(hass, lambda: _model(hass, gcam) == "ESP32 CameraWebServer")


def _model(hass: HomeAssistant, gcam: RunningGcam) -> str | None:
    garden = device_of(hass, gcam, "garden")
    return None if garden is None else garden.model


async def test_cameras_come_are_renamed_and_go_without_a_reload(
    hass: HomeAssistant, own_gcam: RunningGcam
) -> None:
    async with set_up(hass, own_gcam):
        await hass.async_add_executor_job(own_gcam.ask, "POST", "cameras", SHED)
        await until(hass, lambda: device_of(hass, own_gcam, "shed") is not None)
        entities = er.async_get(hass)
        await until(hass, lambda: hass.states.get("camera.shed") is not None)
        await hass.async_add_executor_job(own_gcam.ask, "PATCH", "cameras/shed", {"name": "Old shed"})
        await until(hass, lambda: _name(hass, own_gcam) == "Old shed")
        await hass.async_add_executor_job(own_gcam.ask, "DELETE", "cameras/shed")
        await until(hass, lambda: device_of(hass, own_gcam, "shed") is None)
        assert hass.states.get("camera.shed") is None
        assert not [entity for entity in entities.entities if entity.startswith("camera.shed")]
        await hass.async_add_executor_job(own_gcam.ask, "POST", "cameras", SHED)
        await until(hass, lambda: hass.states.get("camera.shed") is not None)


def _name(hass: HomeAssistant, gcam: RunningGcam) -> str | None:
    shed = device_of(hass, gcam, "shed")
    return None if shed is None else shed.name


async def test_a_camera_that_went_while_nobody_listened(hass: HomeAssistant, own_gcam: RunningGcam) -> None:
    await hass.async_add_executor_job(own_gcam.ask, "POST", "cameras", SHED)
    async with set_up(hass, own_gcam) as entry:
        assert device_of(hass, own_gcam, "shed") is not None
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_add_executor_job(own_gcam.ask, "DELETE", "cameras/shed")
        await hass.config_entries.async_setup(entry.entry_id)
        assert device_of(hass, own_gcam, "shed") is None


async def test_gcam_goes_and_comes_back(
    hass: HomeAssistant, own_gcam: RunningGcam, caplog: pytest.LogCaptureFixture
) -> None:
    async with set_up(hass, own_gcam):
        await until(hass, lambda: _state(hass, "camera.garden") == "streaming")
        caplog.set_level(logging.INFO)
        await hass.async_add_executor_job(own_gcam.stop)
        await until(hass, lambda: _state(hass, "camera.garden") == STATE_UNAVAILABLE)
        await until(hass, lambda: _state(hass, "event.garden_events") == STATE_UNAVAILABLE)
        await hass.async_add_executor_job(own_gcam.start)
        await until(hass, lambda: _state(hass, "camera.garden") == "streaming")
    lost = [record for record in caplog.records if "Error requesting Gcam data" in record.message]
    assert len(lost) == 1
    assert [record.message for record in caplog.records].count("Gcam is back") == 1


def _state(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    return None if state is None else state.state


async def test_what_nobody_foresaw_is_told_and_listened_past(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    coordinator = entry.runtime_data
    seen: list[bool] = []
    stop = coordinator.async_add_listener(lambda: seen.append(coordinator.last_update_success))

    def refuse(_: Happening) -> None:
        raise ValueError("a listener's own mistake")

    cameras = ("garden", "room")
    unlisten = [coordinator.async_on_happening(camera, refuse) for camera in cameras]
    await until(hass, lambda: False in seen)  # something moves in the garden again and again
    for end in unlisten:
        end()
    await until(hass, lambda: seen[-1])
    stop()
    assert "listening anew" in caplog.text


async def test_a_token_that_is_taken_away(hass: HomeAssistant, gcam: RunningGcam) -> None:
    made = gcam.ask("POST", "tokens", {"name": "Other", "scopes": ["view", "playback", "control"]})
    async with set_up(hass, gcam, token=made["secret"]):
        gcam.ask("DELETE", f"tokens/{made['id']}")
        await until(hass, lambda: bool(hass.config_entries.flow.async_progress()))
        (flow,) = hass.config_entries.flow.async_progress()
        assert flow["step_id"] == "reauth_confirm"
        assert _state(hass, "camera.garden") == STATE_UNAVAILABLE


async def test_another_gcam_at_the_address(hass: HomeAssistant, gcam: RunningGcam) -> None:
    entry = entry_of(gcam, unique_id="another")
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "another_gcam"


async def test_a_token_that_allows_too_little(hass: HomeAssistant, gcam: RunningGcam) -> None:
    entry = entry_of(gcam, token=gcam.make_token(["view", "playback"]))
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert [flow["step_id"] for flow in hass.config_entries.flow.async_progress()] == ["reauth_confirm"]


async def test_a_gcam_that_is_too_old(hass: HomeAssistant, socket_enabled: None) -> None:
    old = {"product": "gcam", "api_level": 0, "instance_id": "1234", "name": "Gcam"}
    async with StandIn({"/api/v1/info": (200, "application/json", old)}) as there:
        data = {CONF_URL: there.url, CONF_TOKEN: "any", CONF_VERIFY_SSL: True}
        entry = MockConfigEntry(domain=DOMAIN, unique_id="1234", data=data)
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "too_old"


async def test_nobody_there_is_tried_again(hass: HomeAssistant, gcam: RunningGcam) -> None:
    entry = entry_of(gcam, url="http://127.0.0.1:1")
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "no_answer"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_only_what_gcam_no_longer_has_may_be_deleted(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry
) -> None:
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        assert not await async_remove_config_entry_device(hass, entry, device)
    gone = registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, f"{gcam.instance_id}_gone")}
    )
    assert await async_remove_config_entry_device(hass, entry, gone)
