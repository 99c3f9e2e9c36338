"""What Home Assistant is told of a camera and of Gcam: MQTT device discovery payloads. Pure.

One device per camera, one for Gcam. What is told there belongs to nobody else: cameras, recordings and events
are the component's, with or without a broker.

Entities that explain why a camera is away, or bring it back (status,
switches, problem), stay available while it is; those that describe its pictures do not.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from gcam_addon import __version__
from gcam_addon.boards.board import BoardFacts as Board
from gcam_addon.config.model import Camera, NamingSettings
from gcam_addon.guard.panel import Panel
from gcam_addon.model import CameraState, Kind, Status
from gcam_addon.model.board_health import RESETS
from gcam_addon.mqtt.guarding import ARM_BUTTONS
from gcam_addon.mqtt.names import names_in
from gcam_addon.mqtt.topics import OFF, OFFLINE, ON, ONLINE, CameraTopics, DeviceIds, GuardTopics, Topics

Payload = dict[str, Any]

_ORIGIN = {"name": "Gcam", "sw_version": __version__}
_DIAGNOSTIC = {"entity_category": "diagnostic"}
_SELDOM_WANTED = {"enabled_by_default": False}
_AT_LEAST_ONCE = {"qos": 1}
_STATE_MAX_CHARS = 255  # Home Assistant refuses longer states


def camera_device(
    camera: Camera,
    topics: Topics,
    identity: DeviceIds,
    board: Board | None = None,
    language: str = "en",
    *,
    has: Collection[str] = (),
) -> Payload:
    """The payload for `topics.camera_discovery(camera.id)`. `has`: of `SOME_HAVE`, what this camera has."""
    own = topics.camera(camera.id)
    device_id = identity.camera(camera.id)
    gcam_only = {"availability": [_available(topics.availability)]}
    components = {
        **_with(_motion(own), {}),
        **_with(_kinds(own, camera.naming), {}),
        **_with(_pictures(own), _DIAGNOSTIC),
        **_with(_health(own), {**_DIAGNOSTIC, **gcam_only}),
        **_with(_settings(own), gcam_only),
        **_with(_happenings(own), gcam_only),
        **_with(_take_snapshot(own), {}),
        **{key: made for key, made in _what_some_have(own).items() if key in has},
    }
    return {
        "device": {
            "identifiers": [device_id],
            "connections": [identity.link(camera.id), *_mac(board)],
            "name": camera.name,
            **_hardware(board),
        },
        "origin": _ORIGIN,
        "availability": [_available(topics.availability), _available(own.availability)],
        "availability_mode": "all",
        "components": _identified(components, device_id, language),
    }


@dataclass(frozen=True, slots=True)
class PanelOffer:
    """The guard's panel. `buttons`: the ways in which it can be armed; `asks_code`: to disarm, `arming_asks`:
    to arm.
    """

    buttons: Collection[Panel]
    asks_code: bool
    arming_asks: bool


def gcam_device(
    topics: Topics, identity: DeviceIds, language: str = "en", panel: PanelOffer | None = None
) -> Payload:
    """The payload for `topics.gcam_discovery`: Gcam itself, and its guard where there is one."""
    components = {
        **_with(_gcam(topics.state), _DIAGNOSTIC),
        **({} if panel is None else _panel(topics.guard, panel)),
    }
    return {
        "device": {
            "identifiers": [identity.gcam],
            "connections": [identity.link()],
            "name": "Gcam",
            **_MAKER,
            "model": "Gcam",
        },
        "origin": _ORIGIN,
        "availability": [_available(topics.availability)],
        "availability_mode": "all",
        "components": _identified(components, identity.gcam, language),
    }


_MAKER = {"manufacturer": "Gcam", "sw_version": __version__}


def _hardware(board: Board | None) -> Payload:
    """Without the board's own page: who opens it may take the one place its stream has."""
    if board is None:
        return {**_MAKER, "model": "Camera"}
    told = {"hw_version": board.sensor, "sw_version": board.version}
    return {
        "manufacturer": _MAKER["manufacturer"],
        "model": board.title,
        **{key: value for key, value in told.items() if value},
    }


def _mac(board: Board | None) -> list[list[str]]:
    mac = "" if board is None else (board.mac or "").lower().replace("-", ":")
    return [["mac", mac]] if _MAC.fullmatch(mac) else []


_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


def _motion(own: CameraTopics) -> dict[str, Payload]:
    return {
        "motion": {
            "platform": "binary_sensor",
            "name": "Motion",
            "device_class": "motion",
            "state_topic": own.motion,
            "payload_on": ON,
            "payload_off": OFF,
            **_AT_LEAST_ONCE,
        }
    }


KINDS: Final = {
    Kind.PERSON: ("Person", "mdi:walk"),
    Kind.VEHICLE: ("Vehicle", "mdi:car"),
    Kind.ANIMAL: ("Animal", "mdi:paw"),
}
"""What can be told by name, each with an entity of its own."""


def _kinds(own: CameraTopics, naming: NamingSettings) -> dict[str, Payload]:
    """Those that are to make an event, where somebody looks."""
    wanted = naming.kinds if naming.enabled else ()
    return {kind.value: _seen(own, kind, *KINDS[kind]) for kind in KINDS if kind in wanted}


def _seen(own: CameraTopics, kind: Kind, name: str, icon: str) -> Payload:
    return {
        "platform": "binary_sensor",
        "name": name,
        "device_class": "occupancy",
        "state_topic": own.state,
        "value_template": "{{ 'ON' if '" + kind.value + "' in (value_json.what or []) else 'OFF' }}",
        "icon": icon,
    }


def _pictures(own: CameraTopics) -> dict[str, Payload]:
    return {
        "fps": {
            **_sensor(own.state, "Frame rate", "fps"),
            "unit_of_measurement": "fps",
            "state_class": "measurement",
            "suggested_display_precision": 1,
            "icon": "mdi:filmstrip",
        },
        "bytes_per_frame": {
            **_sensor(own.state, "Frame size", "bytes_per_frame"),
            "device_class": "data_size",
            "unit_of_measurement": "B",
            "state_class": "measurement",
            **_SELDOM_WANTED,
        },
    }


def _health(own: CameraTopics) -> dict[str, Payload]:
    wanted = "value_json.enabled and not value_json.privacy and value_json.recording_enabled"
    return {
        "status": {
            **_sensor(own.state, "Status", "status"),
            "device_class": "enum",
            "options": [status.value for status in Status],
            "icon": "mdi:cctv",
            **_attributes(
                own.state,
                "{'problem': value_json.problem, 'since': value_json.since, "
                "'manual_until': value_json.manual_until, "
                "'codec': value_json.codec, 'sound': value_json.sound, "
                "'hd_status': (value_json.hd or {}).get('status'), "
                "'hd_recorded': (value_json.hd or {}).get('recorded'), "
                "'sd_reason': (value_json.hd or {}).get('sd_reason')}",
            ),
        },
        "problem": {
            "platform": "binary_sensor",
            "name": "Not recording",
            "device_class": "problem",
            "state_topic": own.state,
            "value_template": "{{ 'ON' if " + wanted + " and value_json.no_recording_reason else 'OFF' }}",
            **_attributes(
                own.state, "{'reason': value_json.no_recording_reason, 'code': value_json.no_recording_code}"
            ),
        },
        "no_recording_reason": {
            **_sensor(own.state, "Reason for no recording", "no_recording_reason"),
            "value_template": f"{{{{ (value_json.no_recording_reason or 'None')[:{_STATE_MAX_CHARS}] }}}}",
            "icon": "mdi:record-rec",
            **_SELDOM_WANTED,
        },
        "reconnects": {
            **_sensor(own.state, "Reconnects", "reconnects"),
            "state_class": "total_increasing",
            "icon": "mdi:lan-disconnect",
            **_SELDOM_WANTED,
        },
        "frames_dropped": {
            **_sensor(own.state, "Dropped frames", "frames_dropped"),
            "state_class": "total_increasing",
            "icon": "mdi:image-broken-variant",
            **_attributes(own.state, "value_json.dropped"),
            **_SELDOM_WANTED,
        },
        "last_frame": {
            **_sensor(own.state, "Last frame", "last_frame"),
            "device_class": "timestamp",
            **_SELDOM_WANTED,
        },
    }


def _settings(own: CameraTopics) -> dict[str, Payload]:
    return {
        "enabled": {**_switch(own, "enabled", "Camera", "mdi:cctv"), "entity_category": "config"},
        "detection": _switch(own, "detection", "Detection", "mdi:motion-sensor"),
        "recording": _switch(own, "recording", "Recording", "mdi:record-rec"),
        "privacy": _switch(own, "privacy", "Privacy mode", "mdi:eye-off"),
        "sensitivity": {
            "platform": "number",
            "name": "Sensitivity",
            "state_topic": own.sensitivity,
            "command_topic": f"{own.sensitivity}/set",
            "min": 1,
            "max": 100,
            "step": 1,
            "mode": "slider",
            "icon": "mdi:tune-variant",
            "entity_category": "config",
        },
    }


def _happenings(own: CameraTopics) -> dict[str, Payload]:
    return {
        "last_event": {
            "platform": "image",
            "name": "Last event",
            "image_topic": own.snapshot,
            "content_type": "image/jpeg",
        },
    }


def _take_snapshot(own: CameraTopics) -> dict[str, Payload]:
    return {
        "take_snapshot": {
            "platform": "button",
            "name": "Take snapshot",
            "command_topic": own.take_snapshot,
            "icon": "mdi:camera",
        }
    }


LIGHT: Final = "light"
PSRAM: Final = "board_psram"
BOARD: Final = (
    *("board_signal", "board_memory", "board_started", "board_reset", "board_sent", "board_skipped"),
)
"""Of boards that tell how they fare."""
SOME_HAVE: Final = frozenset((LIGHT, PSRAM, *BOARD))
"""The entities that only some cameras have."""


def had_by(state: CameraState) -> frozenset[str]:
    """Those of `SOME_HAVE` that the camera is known to have."""
    lamp = (LIGHT,) if state.lamp is not None else ()
    health = state.board_health
    board = BOARD if health is not None else ()
    psram = (PSRAM,) if health is not None and health.psram_free is not None else ()
    return frozenset((*lamp, *board, *psram))


def _what_some_have(own: CameraTopics) -> dict[str, Payload]:
    return {**_light(own), **_with(_board(own.state), _DIAGNOSTIC)}


def _board(state_topic: str) -> dict[str, Payload]:
    """Once a minute; all but what tells of a bad supply is for who looks for a trouble."""
    return {
        "board_signal": {
            **_of_board(state_topic, "Signal strength", "rssi_dbm"),
            "device_class": "signal_strength",
            "unit_of_measurement": "dBm",
            "state_class": "measurement",
            **_SELDOM_WANTED,
        },
        "board_memory": {**_of_board(state_topic, "Free memory", "heap_free"), **_BYTES},
        PSRAM: {**_of_board(state_topic, "Free PSRAM", "psram_free"), **_BYTES},
        "board_started": {
            **_of_board(state_topic, "Started", "started_at"),
            "device_class": "uptime",
            **_SELDOM_WANTED,
        },
        "board_reset": {
            **_of_board(state_topic, "Last reset reason", "reset"),
            "device_class": "enum",
            "options": list(RESETS),
            "icon": "mdi:restart-alert",
        },
        "board_sent": {
            **_of_board(state_topic, "Frames sent", "sent"),
            "state_class": "total_increasing",
            "icon": "mdi:image-move",
            **_SELDOM_WANTED,
        },
        "board_skipped": {
            **_of_board(state_topic, "Frames skipped", "skipped"),
            "state_class": "total_increasing",
            "icon": "mdi:image-off",
            **_SELDOM_WANTED,
        },
    }


_BYTES: Final = {
    "device_class": "data_size",
    "unit_of_measurement": "B",
    "state_class": "measurement",
    **_SELDOM_WANTED,
}


def _of_board(state_topic: str, name: str, field: str) -> Payload:
    template = "{{ (value_json.board or {}).get('" + field + "') }}"
    return {**_sensor(state_topic, name, field), "value_template": template}


def _light(own: CameraTopics) -> dict[str, Payload]:
    return {
        LIGHT: {
            "platform": "light",
            "schema": "json",
            "name": "Lamp",
            "state_topic": own.light,
            "command_topic": f"{own.light}/set",
            "supported_color_modes": ["brightness"],
            "brightness": True,
            "brightness_scale": 100,
            "flash": False,
            "transition": False,
            "icon": "mdi:flashlight",
        }
    }


def _gcam(state_topic: str) -> dict[str, Payload]:
    return {
        "cameras_connected": {
            **_sensor(state_topic, "Cameras connected", "cameras_connected"),
            "state_class": "measurement",
            "icon": "mdi:cctv",
            **_attributes(state_topic, "{'cameras': value_json.cameras}"),
        },
        "storage_free": _gigabytes(state_topic, "Storage free", "storage_free_bytes"),
        "storage_used": _gigabytes(state_topic, "Storage used by clips", "clips_bytes"),
        "clips": {
            **_sensor(state_topic, "Clips", "clips"),
            "state_class": "measurement",
            "icon": "mdi:filmstrip-box-multiple",
            **_SELDOM_WANTED,
        },
        "storage_problem": {
            "platform": "binary_sensor",
            "name": "Storage",
            "device_class": "problem",
            "state_topic": state_topic,
            "value_template": "{{ 'ON' if value_json.storage_problem else 'OFF' }}",
            **_attributes(state_topic, "{'reason': value_json.storage_problem}"),
        },
        "version": {**_sensor(state_topic, "Version", "version"), "icon": "mdi:tag", **_SELDOM_WANTED},
    }


def _panel(guard: GuardTopics, offer: PanelOffer) -> dict[str, Payload]:
    """The code is asked for in Home Assistant and judged here: `REMOTE_CODE`. Where nobody has one the key is
    left out: null is refused, and a text would be the code itself.
    """
    return {
        "guard": {
            "platform": "alarm_control_panel",
            "name": "Guard",
            "state_topic": guard.state,
            "value_template": "{{ value_json.state }}",
            "command_topic": guard.command,
            "command_template": "{{ {'action': action, 'code': code} | tojson }}",
            "supported_features": [*(f"arm_{button}" for button in sorted(offer.buttons)), "trigger"],
            **{f"payload_{action.lower()}": action for action in (*ARM_BUTTONS, "DISARM", "TRIGGER")},
            **({"code": "REMOTE_CODE"} if offer.asks_code else {}),
            "code_arm_required": offer.asks_code and offer.arming_asks,
            "code_disarm_required": offer.asks_code,
            "code_trigger_required": False,
            "icon": "mdi:shield-home",
            **_AT_LEAST_ONCE,
            **_attributes(
                guard.state,
                "{'mode': value_json.mode_name, 'until': value_json.until, 'armed_by': value_json.armed_by, "
                "'entered': value_json.entered, 'alarm': value_json.alarm, 'sounds': value_json.sounds, "
                "'bypassed': value_json.bypassed, 'planned': value_json.planned}",
            ),
        }
    }


def _sensor(state_topic: str, name: str, field: str) -> Payload:
    # A JSON null renders as `None`, which Home Assistant shows as unknown.
    template = "{{ value_json." + field + " }}"
    return {"platform": "sensor", "name": name, "state_topic": state_topic, "value_template": template}


def _gigabytes(state_topic: str, name: str, field: str) -> Payload:
    value = f"value_json.{field}"
    return {
        **_sensor(state_topic, name, field),
        "value_template": "{{ (" + value + " / 1e9) | round(2) if " + value + " is not none else 'None' }}",
        "device_class": "data_size",
        "unit_of_measurement": "GB",
        "state_class": "measurement",
        "suggested_display_precision": 1,
    }


def _switch(own: CameraTopics, setting: str, name: str, icon: str) -> Payload:
    return {
        "platform": "switch",
        "name": name,
        "state_topic": own.switch(setting),
        "command_topic": f"{own.switch(setting)}/set",
        "payload_on": ON,
        "payload_off": OFF,
        "icon": icon,
    }


def _attributes(state_topic: str, expression: str) -> Payload:
    return {
        "json_attributes_topic": state_topic,
        "json_attributes_template": "{{ (" + expression + ") | tojson }}",
    }


def _available(topic: str) -> Payload:
    return {"topic": topic, "payload_available": ONLINE, "payload_not_available": OFFLINE}


def _with(components: dict[str, Payload], common: Payload) -> dict[str, Payload]:
    return {key: {**component, **common} for key, component in components.items()}


def _identified(components: dict[str, Payload], device_id: str, language: str) -> dict[str, Payload]:
    """With unique ids, and names in that language."""
    names = names_in(language)
    return {
        key: {"unique_id": f"{device_id}_{key}", **component, "name": names.get(key, component["name"])}
        for key, component in components.items()
    }
