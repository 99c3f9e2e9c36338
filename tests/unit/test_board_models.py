"""A board's name in Home Assistant: the same from MQTT and from the component, which share no code."""

import ast
from pathlib import Path

from gcam_addon.boards.board import BoardFacts, Firmware

_DEVICES = Path(__file__).parents[2] / "custom_components" / "gcam" / "devices.py"


def test_the_component_calls_every_firmware_as_mqtt_does() -> None:
    assert _told_by_the_component() == {one.value: BoardFacts(firmware=one).title for one in Firmware}


def _told_by_the_component() -> dict[str, str]:
    """Read, not imported: the component needs Home Assistant."""
    for node in ast.parse(_DEVICES.read_text()).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="_FIRMWARES")], value=table):
                told: dict[str, str] = ast.literal_eval(table)
                return told
    raise AssertionError("devices.py has no table of firmwares")
