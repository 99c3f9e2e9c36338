"""Light follows motion: in the dark, for as long as something moves, and back as it was."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component

from .automations import automate, install, remember_last_run, settle, until, wait

DOOR, YARD = "binary_sensor.door_motion", "binary_sensor.yard_motion"
LAMP, LANTERN, PLUG = "light.lamp", "light.lantern", "switch.plug"
LUX = "sensor.porch_illuminance"


class House:
    """Motion sensors, a dimmable lamp, a plain lantern and a plug. Scenes are Home Assistant's own."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.told: list[tuple[str, str]] = []
        """What was told to whom, such as ("on", "light.lamp")."""
        self.sees = hass.states.async_set
        self.when_off: Callable[[], object] = lambda: None
        """What happens as the first light goes off, once."""
        self._hass = hass
        for domain in ("light", "switch"):
            for service in ("turn_on", "turn_off"):
                hass.services.async_register(domain, service, self._obey)
        for entity_id in (DOOR, YARD, LANTERN, PLUG):
            self.sees(entity_id, "off")
        self.lamp(0)
        self.sun(-20)

    def lamp(self, brightness: int) -> None:
        color = {"color_mode": "brightness", "brightness": brightness} if brightness else {"color_mode": None}
        attributes = {"supported_color_modes": ["brightness"], **color}
        self.sees(LAMP, "on" if brightness else "off", attributes)

    def sun(self, elevation: float) -> None:
        self.sees("sun.sun", "below_horizon", {"elevation": elevation})

    def is_on(self, *entity_ids: str) -> bool:
        return all(self._hass.states.is_state(entity_id, "on") for entity_id in entity_ids)

    @property
    def lamp_brightness(self) -> int:
        state = self._hass.states.get(LAMP)
        assert state is not None
        return int(state.attributes.get("brightness", 0))

    async def motion(self, entity_id: str, state: str = "on") -> None:
        self.sees(entity_id, state)
        await settle()

    async def _obey(self, call: ServiceCall) -> None:
        entity_ids = call.data["entity_id"]
        for entity_id in [entity_ids] if isinstance(entity_ids, str) else entity_ids:
            state = call.service.removeprefix("turn_")
            self.told.append((state, entity_id))
            if state == "off":
                happens, self.when_off = self.when_off, lambda: None
                happens()
            if entity_id != LAMP:
                self.sees(entity_id, state)
            else:
                percent = call.data.get("brightness_pct")
                brightness = call.data.get("brightness", 255) if percent is None else percent * 255 // 100
                self.lamp(brightness if state == "on" else 0)


@pytest.fixture
async def house(hass: HomeAssistant, tmp_path: Path) -> House:
    install(hass, tmp_path)
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "scene", {})
    return House(hass)


async def follow(hass: HomeAssistant, **inputs: Any) -> None:
    await automate(
        hass, "light_follows_motion", **({"motion": [DOOR, YARD], "lights": [LAMP, LANTERN, PLUG]} | inputs)
    )


async def test_on_with_motion_and_off_after_the_wait(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await follow(hass, brightness=60)
    await house.motion(DOOR)
    assert house.told == [("on", LAMP), ("on", LANTERN), ("on", PLUG)]
    assert house.lamp_brightness == 153
    await house.motion(DOOR, "off")
    await wait(hass, freezer, seconds=119)
    assert house.is_on(LAMP, LANTERN, PLUG)
    await wait(hass, freezer, seconds=2)
    await until(hass, lambda: len(house.told) == 6)
    assert sorted(house.told[3:]) == [("off", LAMP), ("off", LANTERN), ("off", PLUG)]


async def test_motion_that_goes_on_keeps_it_on(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await follow(hass, wait_time={"seconds": 30})
    await house.motion(DOOR)
    await wait(hass, freezer, minutes=10)
    assert house.is_on(LAMP), "something still moves"
    await house.motion(DOOR, "off")
    await wait(hass, freezer, seconds=20)
    await house.motion(YARD)
    await wait(hass, freezer, seconds=20)
    await house.motion(YARD, "off")
    await wait(hass, freezer, seconds=29)
    assert house.is_on(LAMP), "the wait begins anew with the last motion"
    await wait(hass, freezer, seconds=2)
    await until(hass, lambda: not house.is_on(PLUG))
    await house.motion(DOOR)
    assert house.is_on(LAMP), "and everything begins anew"


@pytest.mark.parametrize("dark", [True, False])
async def test_motion_while_the_lights_are_put_back(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory, dark: bool
) -> None:
    """Lamps take a moment; what begins to move meanwhile is not forgotten."""
    await follow(hass)
    await house.motion(DOOR)
    await house.motion(DOOR, "off")
    house.when_off = lambda: [house.sun(-20 if dark else 20), house.sees(YARD, "on")]
    await wait(hass, freezer, seconds=121)
    await until(hass, lambda: ("off", PLUG) in house.told)
    await settle()
    assert house.is_on(LAMP, LANTERN, PLUG) is dark
    await house.motion(YARD, "off")
    await wait(hass, freezer, seconds=121)
    await until(hass, lambda: not house.is_on(LAMP) and not house.is_on(PLUG))


@pytest.mark.parametrize(("elevation", "on"), [(-2.9, False), (-3.1, True)])
async def test_the_sun_decides(hass: HomeAssistant, house: House, elevation: float, on: bool) -> None:
    await follow(hass)
    house.sun(elevation)
    await house.motion(DOOR)
    assert house.is_on(LAMP) is on


@pytest.mark.parametrize(
    ("lux", "elevation", "on"),
    [("19.5", 40, True), ("20", -40, False), ("unavailable", -40, True), ("unknown", 40, False)],
)
async def test_a_light_sensor_goes_before_the_sun(
    hass: HomeAssistant, house: House, lux: str, elevation: float, on: bool
) -> None:
    await follow(hass, light_sensor=[LUX])
    house.sees(LUX, lux)
    house.sun(elevation)
    await house.motion(DOOR)
    assert house.is_on(LAMP) is on


async def test_lights_that_are_on_are_left_alone(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await follow(hass)
    house.lamp(40)
    await house.motion(DOOR)
    assert house.told == [("on", LANTERN), ("on", PLUG)]
    await house.motion(DOOR, "off")
    await wait(hass, freezer, seconds=121)
    await until(hass, lambda: house.lamp_brightness == 40 and not house.is_on(LANTERN))


async def test_lights_that_are_on_are_brightened_and_dimmed_again(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await follow(hass, already_on="brighten")
    house.lamp(40)
    await house.motion(DOOR)
    assert house.lamp_brightness == 255
    await house.motion(DOOR, "off")
    await wait(hass, freezer, seconds=121)
    await until(hass, lambda: house.lamp_brightness == 40 and not house.is_on(LANTERN))


async def test_a_camera_that_is_lost_does_not_keep_it_on(
    hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory
) -> None:
    await follow(hass)
    await house.motion(DOOR)
    await house.motion(DOOR, "unavailable")
    await wait(hass, freezer, seconds=121)
    await until(hass, lambda: not house.is_on(LAMP))


async def test_a_light_that_is_away_does_not_hinder_the_others(hass: HomeAssistant, house: House) -> None:
    await follow(hass)
    house.sees(LAMP, "unavailable")
    await house.motion(DOOR)
    assert house.told == [("on", LANTERN), ("on", PLUG)]


async def test_further_conditions(hass: HomeAssistant, house: House) -> None:
    at_home = {"condition": "state", "entity_id": "zone.home", "state": "0"}
    await follow(hass, conditions=[at_home])
    house.sees("zone.home", "1")
    await house.motion(DOOR)
    assert house.told == []
    house.sees("zone.home", "0")
    await house.motion(YARD)
    assert house.is_on(LAMP)


@pytest.mark.parametrize(("minutes", "goes_off"), [(10, True), (120, False)])
async def test_a_restart_in_between(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    freezer: FrozenDateTimeFactory,
    minutes: int,
    goes_off: bool,
) -> None:
    """What was remembered is gone; lights that may be on because of motion go off, older ones don't."""
    await remember_last_run(hass, hass_storage, timedelta(minutes=minutes))
    house.lamp(255)
    hass.set_state(CoreState.not_running)
    await follow(hass)
    await hass.async_start()
    await settle()
    await wait(hass, freezer, seconds=119)
    assert house.told == []
    await wait(hass, freezer, seconds=2)
    if goes_off:
        await until(hass, lambda: not house.is_on(LAMP))
    assert house.is_on(LAMP) is not goes_off


async def test_after_a_restart_with_all_lights_off_motion_counts_at_once(
    hass: HomeAssistant, hass_storage: dict[str, Any], house: House
) -> None:
    await remember_last_run(hass, hass_storage, timedelta(minutes=10))
    hass.set_state(CoreState.not_running)
    await follow(hass)
    await hass.async_start()
    await settle()
    await house.motion(DOOR)
    assert house.is_on(LAMP)
