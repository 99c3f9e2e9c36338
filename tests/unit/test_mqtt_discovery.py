"""Discovery payloads against what Home Assistant 2026.11 accepts, as a schema of our own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol

from gcam_addon.boards.board import BoardFacts as BoardIdentity
from gcam_addon.boards.board import Firmware
from gcam_addon.config.model import NamingSettings
from gcam_addon.guard.core import asleep
from gcam_addon.guard.panel import Panel
from gcam_addon.guard.settings import USUAL_MODES
from gcam_addon.model import CameraState, Codec, HdState, Kind, SdReason, Size, Status, Storage
from gcam_addon.model.board_health import RESETS, BoardHealth
from gcam_addon.mqtt.discovery import (
    BOARD,
    LIGHT,
    PSRAM,
    SOME_HAVE,
    PanelOffer,
    camera_device,
    gcam_device,
    had_by,
)
from gcam_addon.mqtt.guarding import ARM_BUTTONS, GuardAction, GuardCommand, guard_state, parse_guard_command
from gcam_addon.mqtt.names import FRENCH
from gcam_addon.mqtt.payloads import camera_state, gcam_state
from gcam_addon.mqtt.topics import DeviceIds, Topics
from gcam_addon.words.reason import because
from tests.support.fakes import make_camera, make_state

TOPICS = Topics()
IDENTITY = DeviceIds("ab12cd34")
HEALTH = BoardHealth(
    1_700_000_000.3, 81, 12, "brownout", 96512, 45056, -61, 2031616, 2041, 3977, 12, "a1b2c3d4e5f6"
)

_TOPIC = vol.All(str, vol.Match(r"^[^+#\x00]+$"))
_NAME = vol.All(str, vol.Length(min=1))
_ID = vol.All(str, vol.Match(r"^[a-zA-Z0-9_-]+$"))
_AVAILABILITY = vol.All(
    [
        {
            vol.Required("topic"): _TOPIC,
            vol.Optional("payload_available"): str,
            vol.Optional("payload_not_available"): str,
        }
    ],
    vol.Length(min=1),
)
_ENTITY = {
    vol.Required("unique_id"): _ID,
    vol.Required("name"): _NAME,
    vol.Optional("icon"): vol.Match(r"^mdi:[a-z0-9-]+$"),
    vol.Optional("entity_category"): vol.In(["diagnostic", "config"]),
    vol.Optional("enabled_by_default"): bool,
    vol.Optional("availability"): _AVAILABILITY,
    vol.Optional("qos"): vol.In([0, 1, 2]),
}
_READING = {
    **_ENTITY,
    vol.Optional("entity_category"): "diagnostic",  # `config` is refused for what can't be set
    vol.Optional("value_template"): str,
    vol.Optional("json_attributes_topic"): _TOPIC,
    vol.Optional("json_attributes_template"): str,
}
_PLATFORMS = {
    "binary_sensor": {
        **_READING,
        vol.Required("state_topic"): _TOPIC,
        vol.Required("device_class"): vol.In(["motion", "occupancy", "problem"]),
        vol.Optional("payload_on"): str,
        vol.Optional("payload_off"): str,
    },
    "sensor": {
        **_READING,
        vol.Required("state_topic"): _TOPIC,
        vol.Optional("device_class"): vol.In(["enum", "timestamp", "data_size", "signal_strength", "uptime"]),
        vol.Optional("options"): [str],
        vol.Optional("unit_of_measurement"): str,
        vol.Optional("state_class"): vol.In(["measurement", "total_increasing"]),
        vol.Optional("suggested_display_precision"): int,
    },
    "switch": {
        **_ENTITY,
        vol.Required("command_topic"): _TOPIC,
        vol.Required("state_topic"): _TOPIC,
        vol.Required("payload_on"): "ON",
        vol.Required("payload_off"): "OFF",
    },
    "number": {
        **_ENTITY,
        vol.Required("command_topic"): _TOPIC,
        vol.Required("state_topic"): _TOPIC,
        vol.Required("min"): 1,
        vol.Required("max"): 100,
        vol.Required("step"): vol.Range(min=0.001),
        vol.Required("mode"): vol.In(["auto", "box", "slider"]),
    },
    "light": {
        **_ENTITY,
        vol.Required("command_topic"): _TOPIC,
        vol.Required("state_topic"): _TOPIC,
        vol.Required("schema"): "json",
        vol.Required("supported_color_modes"): ["brightness"],
        vol.Required("brightness"): True,
        vol.Required("brightness_scale"): vol.Range(min=1),
        vol.Required("flash"): bool,
        vol.Required("transition"): bool,
    },
    "button": {**_ENTITY, vol.Required("command_topic"): _TOPIC},
    "alarm_control_panel": {
        **_ENTITY,
        vol.Required("command_topic"): _TOPIC,
        vol.Required("state_topic"): _TOPIC,
        vol.Required("value_template"): str,
        vol.Required("command_template"): str,
        vol.Required("supported_features"): [vol.In([*map(str.lower, ARM_BUTTONS), "trigger"])],
        vol.Optional("code"): vol.In(["REMOTE_CODE", "REMOTE_CODE_TEXT"]),
        vol.Required("code_arm_required"): bool,
        vol.Required("code_disarm_required"): bool,
        vol.Required("code_trigger_required"): bool,
        **{vol.Required(f"payload_{name.lower()}"): name for name in (*ARM_BUTTONS, "DISARM", "TRIGGER")},
        vol.Optional("json_attributes_topic"): _TOPIC,
        vol.Optional("json_attributes_template"): str,
    },
    "image": {**_ENTITY, vol.Required("image_topic"): _TOPIC, vol.Required("content_type"): "image/jpeg"},
    "event": {
        **_ENTITY,
        vol.Required("state_topic"): _TOPIC,
        vol.Required("event_types"): vol.All([str], vol.Length(min=1)),
        vol.Required("device_class"): vol.In(["doorbell", "button", "motion"]),
    },
}


def _component(value: Any) -> Any:
    platform = value.get("platform")
    return vol.Schema({vol.Required("platform"): vol.In(_PLATFORMS), **_PLATFORMS[platform]})(value)


DEVICE = vol.Schema(
    {
        vol.Required("device"): {
            vol.Required("identifiers"): vol.All([_ID], vol.Length(min=1)),
            vol.Required("name"): _NAME,
            vol.Optional("manufacturer"): str,
            vol.Optional("model"): str,
            vol.Optional("sw_version"): str,
            vol.Optional("hw_version"): str,
            vol.Optional("connections"): [vol.All(vol.ExactSequence([str, str]))],
        },
        vol.Required("origin"): {vol.Required("name"): str, vol.Optional("sw_version"): str},
        vol.Required("availability"): _AVAILABILITY,
        vol.Required("availability_mode"): vol.In(["all", "any", "latest"]),
        vol.Required("components"): vol.All({_ID: _component}, vol.Length(min=1)),
    }
)

CAMERA = camera_device(make_camera("front_door", name="Entrée"), TOPICS, IDENTITY, has=SOME_HAVE)
OFFER = PanelOffer((Panel.AWAY, Panel.NIGHT), asks_code=True, arming_asks=False)
GCAM = gcam_device(TOPICS, IDENTITY, panel=OFFER)


@pytest.mark.parametrize("payload", [CAMERA, GCAM], ids=["camera", "gcam"])
def test_home_assistant_accepts_it(payload: dict[str, Any]) -> None:
    DEVICE(json.loads(json.dumps(payload)))


def test_the_schema_above_would_notice() -> None:
    broken = json.loads(json.dumps(CAMERA))
    broken["components"]["status"]["entity_category"] = "config"
    with pytest.raises(vol.Invalid):
        DEVICE(broken)


def test_every_promised_entity_is_there() -> None:
    platforms = {key: component["platform"] for key, component in CAMERA["components"].items()}
    assert platforms == {
        "motion": "binary_sensor",
        "person": "binary_sensor",
        "vehicle": "binary_sensor",
        "animal": "binary_sensor",
        "problem": "binary_sensor",
        "status": "sensor",
        "fps": "sensor",
        "bytes_per_frame": "sensor",
        "reconnects": "sensor",
        "frames_dropped": "sensor",
        "last_frame": "sensor",
        "no_recording_reason": "sensor",
        "enabled": "switch",
        "detection": "switch",
        "recording": "switch",
        "privacy": "switch",
        "sensitivity": "number",
        "take_snapshot": "button",
        "light": "light",
        "last_event": "image",
        "board_signal": "sensor",
        "board_memory": "sensor",
        "board_psram": "sensor",
        "board_started": "sensor",
        "board_reset": "sensor",
        "board_sent": "sensor",
        "board_skipped": "sensor",
    }
    assert set(GCAM["components"]) == {
        *("cameras_connected", "storage_free", "storage_used", "clips", "storage_problem", "version"),
        "guard",
    }


@pytest.mark.parametrize(
    ("known", "has"),
    [
        ({}, set()),
        ({"lamp": 0}, {LIGHT}),
        ({"board_health": HEALTH}, {PSRAM, *BOARD}),
        ({"board_health": replace(HEALTH, psram_free=None)}, set(BOARD)),
        ({"lamp": 3, "board_health": HEALTH}, SOME_HAVE),
    ],
)
def test_a_camera_has_what_its_board_told_of(known: dict[str, Any], has: set[str]) -> None:
    found = had_by(make_state(make_camera("door"), **known))
    made = camera_device(make_camera("door"), TOPICS, IDENTITY, has=found)["components"]
    assert found == has == SOME_HAVE & made.keys()


@pytest.mark.parametrize(
    ("naming", "there"),
    [
        (NamingSettings(), {"person", "vehicle", "animal"}),
        (NamingSettings(kinds=(Kind.PERSON, Kind.UNNAMED)), {"person"}),
        (NamingSettings(enabled=False), set()),
    ],
)
def test_a_camera_has_an_entity_for_each_kind_that_is_to_make_an_event(
    naming: NamingSettings, there: set[str]
) -> None:
    made = camera_device(make_camera("door", naming=naming), TOPICS, IDENTITY)["components"]
    assert {"person", "vehicle", "animal", "unnamed"} & made.keys() == there


def test_what_moves_is_in_the_state() -> None:
    state = make_state(make_camera("door"), what=(Kind.PERSON, Kind.ANIMAL))
    assert camera_state(state)["what"] == ["person", "animal"]
    assert camera_state(make_state(make_camera("door")))["what"] is None


def test_what_a_board_tells_is_diagnostic_and_gone_with_its_pictures() -> None:
    for key in (PSRAM, *BOARD):
        component = CAMERA["components"][key]
        assert component["entity_category"] == "diagnostic"
        assert "availability" not in component
        assert component.get("enabled_by_default", True) is (key == "board_reset")
    assert CAMERA["components"]["board_reset"]["options"] == list(RESETS)


def test_how_a_board_fares_as_json() -> None:
    state = make_state(make_camera("door"), board_health=HEALTH)
    said = json.loads(json.dumps(camera_state(state)))["board"]
    assert said["started_at"] == "2023-11-14T22:11:59.000+00:00"
    assert (said["rssi_dbm"], said["heap_free"], said["psram_free"]) == (-61, 96512, 2031616)
    assert (said["reset"], said["sent"], said["skipped"]) == ("brownout", 3977, 12)
    assert "id" not in said, "its MAC address"
    assert camera_state(make_state(make_camera("door")))["board"] is None


def test_what_the_board_told_is_the_device_s() -> None:
    told = BoardIdentity(
        Firmware.TASMOTA,
        version="15.1.0",
        name="shed",
        hostname="shed",
        mac="AA-BB-CC-DD-EE-FF",
        sensor="OV2640",
    )
    payload = camera_device(make_camera("front_door"), TOPICS, IDENTITY, told)
    DEVICE(json.loads(json.dumps(payload)))
    device = payload["device"]
    assert device["connections"] == [IDENTITY.link("front_door"), ["mac", "aa:bb:cc:dd:ee:ff"]]
    assert (device["model"], device["sw_version"], device["hw_version"]) == ("Tasmota", "15.1.0", "OV2640")
    assert "configuration_url" not in device


@pytest.mark.parametrize("mac", [None, "", "none of your business", "aa:bb:cc:dd:ee"])
def test_a_board_that_tells_little_is_described_by_little(mac: str | None) -> None:
    told = BoardIdentity(Firmware.CAMERA_WEB_SERVER, mac=mac)
    device = camera_device(make_camera("front_door"), TOPICS, IDENTITY, told)["device"]
    assert set(device) == {"identifiers", "connections", "name", "manufacturer", "model"}
    assert device["connections"] == [IDENTITY.link("front_door")]


def test_every_device_is_linked_to_the_component_s() -> None:
    """The component's test_init.py holds its side against the same words."""
    instance = IDENTITY.instance_id
    assert CAMERA["device"]["connections"] == [["gcam", f"{instance}_front_door"]]
    assert GCAM["device"]["connections"] == [["gcam", instance]]


def test_both_availabilities_count() -> None:
    assert CAMERA["availability_mode"] == "all"
    assert [entry["topic"] for entry in CAMERA["availability"]] == [
        "gcam/availability",
        "gcam/front_door/availability",
    ]


def test_a_lost_or_disabled_camera_can_still_be_understood_and_enabled() -> None:
    for key in (
        "enabled",
        "privacy",
        "detection",
        "recording",
        "sensitivity",
        "status",
        "problem",
        "last_event",
    ):
        assert [entry["topic"] for entry in CAMERA["components"][key]["availability"]] == [
            "gcam/availability"
        ]
    for key in ("motion", "fps", "take_snapshot"):
        assert "availability" not in CAMERA["components"][key]


def test_commands_go_where_they_are_understood() -> None:
    assert CAMERA["components"]["take_snapshot"]["command_topic"] == "gcam/front_door/snapshot/take"
    for name in ("enabled", "detection", "recording", "privacy", "sensitivity"):
        component = CAMERA["components"][name]
        assert (
            component["command_topic"] == f"{component['state_topic']}/set" == f"gcam/front_door/{name}/set"
        )


def test_status_options_are_exactly_the_statuses() -> None:
    assert CAMERA["components"]["status"]["options"] == [status.value for status in Status]


def test_ids_of_two_gcams_differ_even_for_the_same_camera() -> None:
    other = camera_device(make_camera("front_door"), TOPICS, DeviceIds("99999999"))

    def ids(payload: dict[str, Any]) -> set[str]:
        own = {component["unique_id"] for component in payload["components"].values()}
        return own | set(payload["device"]["identifiers"])

    assert len(ids(CAMERA)) == len(CAMERA["components"]) + 1
    assert ids(CAMERA).isdisjoint(ids(other))
    assert ids(CAMERA).isdisjoint(ids(GCAM))
    assert all("ab12cd34" in value for value in ids(CAMERA) | ids(GCAM))


def test_the_device_is_named_as_the_camera_in_any_script() -> None:
    assert CAMERA["device"]["name"] == "Entrée"


_CAMERA_FIELDS = camera_state(make_state(make_camera("front_door")))
_GCAM_FIELDS = gcam_state([], Storage(10, 5, 2, 1))


@pytest.mark.parametrize(
    ("payload", "topic", "fields"),
    [(CAMERA, "gcam/front_door/state", _CAMERA_FIELDS), (GCAM, "gcam/state", _GCAM_FIELDS)],
    ids=["camera", "gcam"],
)
def test_templates_name_only_fields_that_are_published(
    payload: dict[str, Any], topic: str, fields: dict[str, Any]
) -> None:
    for component in payload["components"].values():
        for kind, place in (
            ("value_template", "state_topic"),
            ("json_attributes_template", "json_attributes_topic"),
        ):
            if component["platform"] == "alarm_control_panel":
                continue
            named = set(re.findall(r"value_json\.(\w+)", component.get(kind, "")))
            assert named <= set(fields)
            assert not named or component[place] == topic


def test_the_panel_s_templates_name_only_fields_that_are_published() -> None:
    panel = GCAM["components"]["guard"]
    fields = guard_state(asleep(1.0).state, USUAL_MODES)
    named = re.findall(r"value_json\.(\w+)", panel["value_template"] + panel["json_attributes_template"])
    assert set(named) <= set(fields)
    assert (panel["state_topic"], panel["json_attributes_topic"]) == ("gcam/guard/state",) * 2


def test_whatever_the_panel_sends_is_understood() -> None:
    panel = GCAM["components"]["guard"]
    for key, payload in panel.items():
        if key.startswith("payload_"):
            command = parse_guard_command(json.dumps({"action": payload, "code": "0012"}).encode())
            assert isinstance(command, GuardCommand)
            assert command.code == "0012"
            assert (command.action is GuardAction.ARM) == (command.button is not None)


@pytest.mark.parametrize("asks", [True, False])
def test_a_panel_asks_for_codes_only_where_there_are_some(asks: bool) -> None:
    """A key without value is refused by Home Assistant, and its own word for the required ones is yes."""
    offer = replace(OFFER, asks_code=asks, arming_asks=True)
    panel = gcam_device(TOPICS, IDENTITY, panel=offer)["components"]["guard"]
    assert panel.get("code", "none") == ("REMOTE_CODE" if asks else "none")
    assert panel["code_arm_required"] is asks
    assert panel["code_disarm_required"] is asks
    assert panel["code_trigger_required"] is False
    assert panel["supported_features"] == ["arm_away", "arm_night", "trigger"]


def test_a_full_state_as_json() -> None:
    state = CameraState(
        camera_id="door",
        name="Door",
        status=Status.CONNECTED,
        since=1_700_000_000.0,
        fps=14.96,
        size=Size(640, 480),
        codec=Codec.H264,
        sound=True,
        bytes_per_frame=21_000,
        dropped=(("parse", 2), ("detect", 3)),
        reconnects=4,
        last_frame_at=1_700_000_000.25,
    )
    said = json.loads(json.dumps(camera_state(state)))
    assert said["status"] == "connected"
    assert said["fps"] == 15.0
    assert (said["width"], said["height"]) == (640, 480)
    assert (said["codec"], said["sound"]) == ("h264", True)
    assert said["frames_dropped"] == 5
    assert said["dropped"] == {"parse": 2, "detect": 3}
    assert said["last_frame"] == "2023-11-14T22:13:20.250+00:00"
    assert said["no_recording_reason"] is None
    assert said["hd"] is None


def test_a_second_address_is_told_in_the_camera_s_language() -> None:
    hd = HdState(
        Status.RECONNECTING, 1_700_000_000.0, recorded=False, sd_code=SdReason.SILENT,
        sd_reason=because("sd_hd_silent"), size=Size(1920, 1080), codec=Codec.H265, fps=24.96,
        dropped=(("parse", 2), ("mask", 3)),
    )  # fmt: skip
    state = make_state(make_camera("door"), hd=hd)
    said = json.loads(json.dumps(camera_state(state, "fr")))["hd"]
    assert (said["status"], said["recorded"], said["sd_code"]) == ("reconnecting", False, "silent")
    assert said["sd_reason"].startswith("le flux SD est enregistré")
    assert (said["width"], said["height"], said["codec"], said["fps"]) == (1920, 1080, "hevc", 25.0)
    assert said["frames_dropped"] == 5
    assert said["last_frame"] is None


def test_names_in_french_are_those_of_the_component() -> None:
    translations = Path(__file__).parents[2] / "custom_components" / "gcam" / "translations" / "fr.json"
    component = json.loads(translations.read_text())["entity"]
    devices = (
        camera_device(make_camera("door"), TOPICS, IDENTITY, None, "fr", has=SOME_HAVE),
        gcam_device(TOPICS, IDENTITY, "fr", OFFER),
    )
    made = {key: entity for device in devices for key, entity in device["components"].items()}
    assert set(made) == set(FRENCH), "every entity, and no name for nothing"
    for key, entity in made.items():
        assert entity["name"] == FRENCH[key]
        own_name = key == "motion"  # the component leaves it to Home Assistant
        assert own_name or entity["name"] == component[entity["platform"]][key]["name"]


def test_nothing_but_names_differs_by_language() -> None:
    camera = make_camera("door")
    english, french = (camera_device(camera, TOPICS, IDENTITY, None, language) for language in ("en", "fr"))
    for key, entity in english["components"].items():
        assert {**entity, "name": ""} == {**french["components"][key], "name": ""}
