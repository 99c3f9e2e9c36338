"""Who offers the mirrored entities is Gcam's to say; when that changes, nothing is there twice or left."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.gcam.mirrored import MIRRORED_PLATFORMS

from .support.entry import set_up, until
from .support.gcam import RunningGcam
from .support.stand_in import free_port

NO_CAMERA = "http://127.0.0.1:9"


class SwitchedGcam:
    """A Gcam with a broker of its own, which announces to Home Assistant or does not."""

    def __init__(self, folder: Path) -> None:
        self._options = folder / "options.json"
        self._broker_port = free_port()
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
    switched = SwitchedGcam(tmp_path)
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
        await until(hass, lambda: _domains(hass, entry.entry_id) == {"camera", "event", *MIRRORED_PLATFORMS})
        assert always < _entity_ids(hass, entry.entry_id)
        assert _value(hass, "switch.shed_detection") == "on"

        switched.announce(on=True)
        await hass.async_add_executor_job(switched.restart)
        await until(hass, lambda: _domains(hass, entry.entry_id) == {"camera", "event"})
        assert _entity_ids(hass, entry.entry_id) == always
        assert {state.domain for state in hass.states.async_all()} & set(MIRRORED_PLATFORMS) == set()
        assert _value(hass, "event.shed_events") == "unknown"


def _value(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    return None if state is None else state.state


def _entity_ids(hass: HomeAssistant, entry_id: str) -> set[str]:
    return {entity.entity_id for entity in er.async_entries_for_config_entry(er.async_get(hass), entry_id)}


def _domains(hass: HomeAssistant, entry_id: str) -> set[str]:
    return {entity_id.partition(".")[0] for entity_id in _entity_ids(hass, entry_id)}
