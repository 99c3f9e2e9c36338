"""Mirrored entities say what MQTT's say of the same moment: MQTT's own templates are the measure."""

import json
from datetime import datetime
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template

from custom_components.gcam import binary_sensor, number, sensor, switch
from custom_components.gcam.models import Camera, Gcam

from .discovery import Discovery, Told, ask_discovery


@pytest.fixture(scope="module", name="discovery")
def asked_discovery() -> Discovery:
    return ask_discovery()


def test_sensors_of_a_camera_have_the_values_that_mqtt_gives_them(
    hass: HomeAssistant, discovery: Discovery
) -> None:
    for description in sensor.OF_CAMERA:
        announced = discovery.camera[description.key]
        for told in discovery.states:
            camera = Camera.parse(told.api)
            assert _as_text(description.value(camera), announced) == _said(hass, announced, told)
            if description.attributes is not None:
                assert dict(description.attributes(camera)) == _attributes(hass, announced, told)
            else:
                assert "json_attributes_template" not in announced


def test_sensors_of_gcam_have_the_values_that_mqtt_gives_them(
    hass: HomeAssistant, discovery: Discovery
) -> None:
    for description in sensor.OF_GCAM:
        announced = discovery.gcam[description.key]
        for told in discovery.gcam_states:
            gcam = _gcam(told)
            assert _as_text(description.value(gcam), announced) == _said(hass, announced, told)
            if description.attributes is not None:
                assert dict(description.attributes(gcam)) == _attributes(hass, announced, told)
            else:
                assert "json_attributes_template" not in announced


def test_problems_are_on_when_mqtt_says_so_and_for_the_same_reason(
    hass: HomeAssistant, discovery: Discovery
) -> None:
    problem, announced = _by_key(binary_sensor.OF_CAMERA)["problem"], discovery.camera["problem"]
    seen = set()
    for told in discovery.states:
        camera = Camera.parse(told.api)
        assert _on_off(problem.is_on(camera)) == _said(hass, announced, told)
        assert dict(problem.attributes(camera)) == _attributes(hass, announced, told)
        seen.add(problem.is_on(camera))
    assert seen == {True, False}
    (storage_problem,), announced = binary_sensor.OF_GCAM, discovery.gcam["storage_problem"]
    for told in discovery.gcam_states:
        gcam = _gcam(told)
        assert _on_off(storage_problem.is_on(gcam)) == _said(hass, announced, told)
        assert dict(storage_problem.attributes(gcam)) == _attributes(hass, announced, told)


def test_what_moves_is_what_mqtt_says(hass: HomeAssistant, discovery: Discovery) -> None:
    seen = set()
    for kind in ("person", "vehicle", "animal"):
        described = _by_key(binary_sensor.OF_CAMERA)[kind]
        for told in discovery.states:
            camera = Camera.parse(told.api)
            assert described.is_there(camera)
            assert _on_off(described.is_on(camera)) == _said(hass, discovery.camera[kind], told)
            seen.add((kind, described.is_on(camera)))
    assert len(seen) == 5, "nowhere is a vehicle"


@pytest.mark.parametrize("naming", [{}, {"enabled": False, "kinds": ["person"]}, None])
def test_nothing_is_told_by_name_where_nobody_looks(discovery: Discovery, naming: Any) -> None:
    """None: a Gcam that does not know of names."""
    told = {**discovery.states[0].api, "naming": naming}
    camera = Camera.parse(told if naming is not None else {k: v for k, v in told.items() if k != "naming"})
    for kind in ("person", "vehicle", "animal"):
        assert not _by_key(binary_sensor.OF_CAMERA)[kind].is_there(camera)


def test_motion_switches_and_sensitivity_are_the_settings_that_mqtt_mirrors(discovery: Discovery) -> None:
    switches = _by_key(switch.OF_CAMERA)
    for told in discovery.states:
        camera = Camera.parse(told.api)
        assert _by_key(binary_sensor.OF_CAMERA)["motion"].is_on(camera) is told.mqtt["motion"]
        assert {key: description.is_on(camera) for key, description in switches.items()} == {
            "enabled": told.mqtt["enabled"],
            "detection": told.mqtt["detection"],
            "recording": told.mqtt["recording_enabled"],
            "privacy": told.mqtt["privacy"],
        }
        assert camera.sensitivity == told.mqtt["sensitivity"]
    assert [description.key for description in number.OF_CAMERA] == ["sensitivity"]


def test_a_camera_that_is_not_run_says_what_is_known_of_it(discovery: Discovery) -> None:
    camera = Camera.parse({**discovery.states[0].api, "enabled": False, "state": None})
    values = {description.key: description.value(camera) for description in sensor.OF_CAMERA}
    assert values.pop("status") == "disabled"
    assert set(values.values()) == {None}
    assert not any(description.is_on(camera) for description in binary_sensor.OF_CAMERA)
    assert all(
        set(description.attributes(camera).values()) <= {None}
        for description in (*sensor.OF_CAMERA, *binary_sensor.OF_CAMERA)
        if description.attributes
    )
    private = {**discovery.states[0].api, "privacy": True, "state": None}
    assert _by_key(sensor.OF_CAMERA)["status"].value(Camera.parse(private)) == "privacy"


def _gcam(told: Told) -> Gcam:
    hello = {"instance_id": "instance", "entities": "component", "permissions": [], "mqtt": None}
    return Gcam.parse({**hello, "version": told.mqtt["version"], **told.api})


def _by_key(descriptions: tuple[Any, ...]) -> dict[str, Any]:
    return {description.key: description for description in descriptions}


def _said(hass: HomeAssistant, announced: dict[str, Any], told: Told) -> str | None:
    """As Home Assistant's MQTT integration renders it; None: unknown."""
    template = Template(announced["value_template"], hass)
    said = template.async_render_with_possible_json_value(json.dumps(told.mqtt))
    if announced.get("device_class") in ("timestamp", "uptime") and said != "None":
        return str(datetime.fromisoformat(said))
    return None if said == "None" else str(said)


def _attributes(hass: HomeAssistant, announced: dict[str, Any], told: Told) -> Any:
    template = Template(announced["json_attributes_template"], hass)
    return json.loads(template.async_render_with_possible_json_value(json.dumps(told.mqtt)))


def _as_text(value: object, announced: dict[str, Any]) -> str | None:
    return None if value is None else str(value)


def _on_off(on: bool) -> str:
    return "ON" if on else "OFF"
