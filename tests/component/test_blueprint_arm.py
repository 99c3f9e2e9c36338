"""Arm when everybody left: after the delay, not for a lost phone, and again after a restart."""

from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_capture_events

from .automations import automate, install, settle, wait

ANNE, PAUL = "person.anne", "person.paul"
DETECTION, RECORDING, PRIVACY = "switch.door_detection", "switch.door_recording", "switch.sofa_privacy"


class House:
    """Two people with phones, and the switches of two cameras. People and zones are Home Assistant's own."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        for service in ("turn_on", "turn_off"):
            hass.services.async_register("switch", service, self._obey)
        for entity_id, state in [(DETECTION, "off"), (RECORDING, "off"), (PRIVACY, "on")]:
            hass.states.async_set(entity_id, state)

    async def where(self, **people: str) -> None:
        for name, place in people.items():
            zones = {"home": ["zone.home"], "Workshop": ["zone.workshop"]}.get(place, [])
            attributes = {"source_type": "gps", "in_zones": zones}
            self._hass.states.async_set(f"device_tracker.{name}", place, attributes)
        await settle()

    def gcam(self, away: bool) -> None:
        for entity_id in (DETECTION, RECORDING, PRIVACY):
            self._hass.states.async_set(entity_id, "unavailable" if away else "off")

    @property
    def is_armed(self) -> bool:
        """Detecting, recording and looking; they are never switched one without the others."""
        is_state = self._hass.states.is_state
        armed = [is_state(DETECTION, "on"), is_state(RECORDING, "on"), is_state(PRIVACY, "off")]
        assert all(armed) or not any(armed)
        return all(armed)

    async def _obey(self, call: ServiceCall) -> None:
        for entity_id in call.data["entity_id"]:
            if not self._hass.states.is_state(entity_id, "unavailable"):
                self._hass.states.async_set(entity_id, call.service.removeprefix("turn_"))


@pytest.fixture
async def house(hass: HomeAssistant, tmp_path: Path) -> House:
    install(hass, tmp_path)
    house = House(hass)
    people = [
        {"id": name, "name": name, "device_trackers": [f"device_tracker.{name}"]} for name in ("Anne", "Paul")
    ]
    workshop = {"name": "Workshop", "latitude": 50.1, "longitude": 4.1, "radius": 100}
    assert await async_setup_component(hass, "zone", {"zone": [workshop]})
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "person", {"person": people})
    await house.where(anne="home", paul="home")
    return house


async def arm(hass: HomeAssistant, **inputs: Any) -> None:
    inputs = {
        "people": [ANNE, PAUL],
        "on_while_away": [DETECTION, RECORDING],
        "off_while_away": [PRIVACY],
    } | inputs
    await automate(hass, "arm_when_everybody_left", **inputs)


async def test_off_and_on(hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory) -> None:
    await arm(hass)
    await house.where(anne="not_home")
    await wait(hass, freezer, minutes=10)
    assert not house.is_armed, "Paul is at home"
    await house.where(paul="Work")
    await wait(hass, freezer, minutes=4, seconds=59)
    assert not house.is_armed, "the delay is not over"
    await wait(hass, freezer, seconds=2)
    assert house.is_armed
    await house.where(anne="home")
    assert not house.is_armed, "the first one back disarms at once"


async def test_somebody_who_forgot_something(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await arm(hass, delay={"minutes": 2})
    await house.where(anne="not_home", paul="not_home")
    await wait(hass, freezer, minutes=1)
    await house.where(anne="home")
    await wait(hass, freezer, minutes=1, seconds=30)
    assert not house.is_armed
    await house.where(anne="not_home")
    await wait(hass, freezer, minutes=1, seconds=30)
    assert not house.is_armed, "the delay begins anew"
    await wait(hass, freezer, minutes=1)
    assert house.is_armed


@pytest.mark.parametrize("lost", ["unknown", "unavailable"])
async def test_a_lost_phone_changes_nothing(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory, lost: str
) -> None:
    await arm(hass)
    await house.where(anne="not_home", paul=lost)
    await wait(hass, freezer, minutes=6)
    assert not house.is_armed
    await house.where(paul="not_home")
    await wait(hass, freezer, minutes=6)
    assert house.is_armed
    await house.where(paul=lost)
    await wait(hass, freezer, minutes=6)
    assert house.is_armed


async def test_another_place(hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory) -> None:
    await arm(hass, zone="zone.workshop", delay={"seconds": 30})
    await house.where(anne="Workshop")
    await house.where(anne="home")
    await wait(hass, freezer, seconds=31)
    assert house.is_armed, "everybody is at home, nobody at the workshop"
    await house.where(paul="Workshop")
    assert not house.is_armed


async def test_a_gcam_that_is_away_is_armed_when_it_is_back(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    told = async_capture_events(hass, "told")
    await arm(hass, after_arming=[{"event": "told"}])
    house.gcam(away=True)
    await house.where(anne="not_home", paul="not_home")
    await wait(hass, freezer, minutes=6)
    assert not house.is_armed
    assert len(told) == 1, "the rest of the house does not wait for it"
    house.gcam(away=False)
    await settle()
    assert house.is_armed
    assert len(told) == 1


async def test_who_returns_while_gcam_is_away_finds_it_disarmed(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await arm(hass)
    house.gcam(away=True)
    await house.where(anne="not_home", paul="not_home")
    await wait(hass, freezer, minutes=6)
    await house.where(paul="home")
    for entity_id in (DETECTION, RECORDING):
        hass.states.async_set(entity_id, "on")
    hass.states.async_set(PRIVACY, "off")
    await settle()
    assert not house.is_armed


async def test_what_else_is_done(hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory) -> None:
    told = async_capture_events(hass, "told")
    says = {
        key: [{"event": "told", "event_data": {"it": key}}] for key in ("after_arming", "after_disarming")
    }
    await arm(hass, **says)
    await house.where(anne="not_home", paul="not_home")
    await wait(hass, freezer, minutes=6)
    await house.where(anne="home")
    assert [event.data["it"] for event in told] == ["after_arming", "after_disarming"]


async def test_further_conditions(hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory) -> None:
    holidays = {"condition": "state", "entity_id": "input_boolean.guests", "state": "off"}
    await arm(hass, conditions=[holidays])
    hass.states.async_set("input_boolean.guests", "on")
    await house.where(anne="not_home", paul="not_home")
    await wait(hass, freezer, minutes=6)
    assert not house.is_armed


@pytest.mark.parametrize("paul", ["not_home", "home"])
async def test_a_restart_during_the_delay(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory, paul: str
) -> None:
    await house.where(anne="not_home", paul=paul)
    hass.set_state(CoreState.not_running)
    await arm(hass)
    await hass.async_start()
    await settle()
    await wait(hass, freezer, minutes=4)
    assert not house.is_armed
    await wait(hass, freezer, minutes=2)
    assert house.is_armed is (paul == "not_home")
