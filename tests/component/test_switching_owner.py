"""Who offers the mirrored entities is Gcam's to say; when that changes, nothing is there twice or left."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message

from custom_components.gcam import sensor
from custom_components.gcam.mirrored import MIRRORED_PLATFORMS
from tests.support.ports import kept_port

from .discovery import ask_discovery
from .support.entry import set_up, until
from .support.gcam import RunningGcam

DETECTION = "switch.shed_detection"
NO_CAMERA = "http://127.0.0.1:9"


class SwitchedGcam:
    """A Gcam with a broker of its own, which announces to Home Assistant or does not."""

    def __init__(self, folder: Path, broker_port: int) -> None:
        self._options = folder / "options.json"
        self._broker_port = broker_port
        self.announce(on=True)
        self.running = RunningGcam(
            folder / "data", "--camera", f"shed={NO_CAMERA}", "--options", str(self._options)
        )

    def announce(self, *, on: bool) -> None:
        """From the next start on."""
        mqtt = {"mode": "embedded", "port": self._broker_port, "discovery": on}
        self._options.write_text(json.dumps({"mqtt": mqtt}))

    def restart(self) -> None:
        self.running.stop()
        self.running.start()


@pytest.fixture
def switched(tmp_path: Path, socket_enabled: None) -> Iterator[SwitchedGcam]:
    with kept_port() as port:
        switched = SwitchedGcam(tmp_path, port)
        with switched.running:
            yield switched


async def test_entities_go_when_mqtt_offers_them_and_come_when_it_does_not(
    hass: HomeAssistant, switched: SwitchedGcam
) -> None:
    async with set_up(hass, switched.running) as entry:
        assert _domains(hass, entry.entry_id) == {"camera", "event"}
        always = _entity_ids(hass, entry.entry_id)

        switched.announce(on=False)
        await hass.async_add_executor_job(switched.restart)
        ours = {"camera", "event", *MIRRORED_PLATFORMS} - {"light"}  # a board that is not there has no lamp
        await until(hass, lambda: _domains(hass, entry.entry_id) == ours)
        assert always < _entity_ids(hass, entry.entry_id)
        assert _value(hass, "switch.shed_detection") == "on"

        switched.announce(on=True)
        await hass.async_add_executor_job(switched.restart)
        await until(hass, lambda: _domains(hass, entry.entry_id) == {"camera", "event"})
        assert _entity_ids(hass, entry.entry_id) == always
        assert {state.domain for state in hass.states.async_all()} & set(MIRRORED_PLATFORMS) == set()
        assert _value(hass, "event.shed_events") == "unknown"


async def test_entity_ids_stay_with_whoever_offers_the_entities(
    hass: HomeAssistant, mqtt_mock: object, switched: SwitchedGcam
) -> None:
    """A broker that is slow to say so, or quicker than Gcam, makes no `_2` of anything."""
    topic, payload = _announcement(switched.running.instance_id)
    async_fire_mqtt_message(hass, topic, payload)
    await until(hass, lambda: _value(hass, DETECTION) is not None)
    async with set_up(hass, switched.running) as entry:
        theirs = {state.entity_id for state in hass.states.async_all() if state.domain in MIRRORED_PLATFORMS}
        assert _platform(hass, DETECTION) == "mqtt"

        switched.announce(on=False)
        await hass.async_add_executor_job(switched.restart)
        await until(hass, lambda: _platform(hass, DETECTION) == "gcam")
        assert theirs <= _entity_ids(hass, entry.entry_id)
        async_fire_mqtt_message(hass, topic, "")
        await until(hass, lambda: not _of_mqtt(hass))
        await until(hass, lambda: _value(hass, DETECTION) == "on")

        async_fire_mqtt_message(hass, topic, payload)
        await until(hass, lambda: len(_of_mqtt(hass)) >= len(theirs))
        switched.announce(on=True)
        await hass.async_add_executor_job(switched.restart)
        await until(hass, lambda: _platform(hass, DETECTION) == "mqtt")
        assert theirs <= _of_mqtt(hass)
        assert not [entity_id for entity_id in _of_mqtt(hass) if entity_id.endswith(("_2", "_mqtt"))]


def _announcement(instance_id: str) -> tuple[str, str]:
    """MQTT discovery's message of the shed, in the words of the add-on."""
    device = ask_discovery().camera_device
    for key in ("light", *(board.key for board in sensor.OF_BOARD)):
        del device["components"][key]  # its board is not there
    payload = json.dumps(device).replace("gcam_instance_garden", f"gcam_{instance_id}_shed")
    return "homeassistant/device/gcam_shed/config", payload.replace("Garden", "shed").replace(
        "/garden/", "/shed/"
    )


def _platform(hass: HomeAssistant, entity_id: str) -> str | None:
    entity = er.async_get(hass).async_get(entity_id)
    return None if entity is None else entity.platform


def _of_mqtt(hass: HomeAssistant) -> set[str]:
    return {entity.entity_id for entity in er.async_get(hass).entities.values() if entity.platform == "mqtt"}


def _value(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    return None if state is None else state.state


def _entity_ids(hass: HomeAssistant, entry_id: str) -> set[str]:
    return {entity.entity_id for entity in er.async_entries_for_config_entry(er.async_get(hass), entry_id)}


def _domains(hass: HomeAssistant, entry_id: str) -> set[str]:
    return {entity_id.partition(".")[0] for entity_id in _entity_ids(hass, entry_id)}
