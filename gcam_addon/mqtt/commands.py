"""Understands what is sent to Gcam: a topic and a payload as a command, or as a refusal. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gcam_addon.mqtt.guarding import GuardCommand, GuardRefused, parse_guard_command
from gcam_addon.mqtt.topics import OFF, ON, SWITCHES, Topics
from gcam_addon.words.reason import Reason, because


@dataclass(frozen=True, slots=True)
class Change:
    """`changes` is what `Cameras.update` takes."""

    camera_id: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    camera_id: str


@dataclass(frozen=True, slots=True)
class SwitchLight:
    """`level` in percent, 0 is off; None: as brightly as it shone last."""

    camera_id: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """No valid command; `why` is without the sender's text at full length."""

    camera_id: str
    why: Reason


CameraCommand = Change | TakeSnapshot | SwitchLight | Refused
Command = CameraCommand | GuardCommand | GuardRefused


def parse_command(topics: Topics, topic: str, payload: bytes) -> Command | None:
    """None: the topic is no command of ours."""
    if topic == topics.guard.command:
        return parse_guard_command(payload)
    split = topics.split_command(topic)
    if split is None:
        return None
    camera_id, command = split
    if command == "snapshot/take":
        return TakeSnapshot(camera_id)
    name, _, verb = command.partition("/")
    text = payload.decode(errors="replace").strip()
    if verb != "set":
        return None
    return _setting(camera_id, name, text)


def refused(command: Command, why: Reason) -> Refused | GuardRefused:
    """The same, not obeyed."""
    if isinstance(command, GuardCommand | GuardRefused):
        return GuardRefused(why)
    return Refused(command.camera_id, why)


def _setting(camera_id: str, name: str, text: str) -> Command:
    if name in SWITCHES:
        return _switch(camera_id, name, text)
    match name:
        case "sensitivity":
            return _sensitivity(camera_id, text)
        case "light":
            return _light(camera_id, text)
        case _:
            return Refused(camera_id, because("mqtt_no_setting", name=_shown(name)))


def _switch(camera_id: str, name: str, text: str) -> Command:
    if text.upper() not in (ON, OFF):
        return Refused(camera_id, because("mqtt_on_off", name=name, given=_shown(text)))
    on = text.upper() == ON
    return Change(camera_id, {name: on} if name in _OF_CAMERA else {name: {"enabled": on}})


_OF_CAMERA = ("enabled", "privacy")
"""Switches that are settings of the camera itself, not of one of its sections."""


def _sensitivity(camera_id: str, text: str) -> Command:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (1 <= value <= 100 and value.is_integer()):
        return Refused(camera_id, because("mqtt_sensitivity", given=_shown(text)))
    return Change(camera_id, {"detection": {"sensitivity": int(value)}})


def _light(camera_id: str, text: str) -> Command:
    """`ON`, `OFF`, or as Home Assistant's JSON lights are told: `{"state": "ON", "brightness": 50}`."""
    try:
        wanted: dict[str, Any] = json.loads(text) if text.startswith("{") else {"state": text}
    except (ValueError, RecursionError):
        wanted = {}
    state, level = str(wanted.get("state", ON)).upper(), wanted.get("brightness")
    is_level = level is None or (isinstance(level, int) and not isinstance(level, bool) and 0 <= level <= 100)
    if not is_level or state not in (ON, OFF) or not wanted.keys() & {"state", "brightness"}:
        return Refused(camera_id, because("mqtt_light", given=_shown(text)))
    return SwitchLight(camera_id, level if state == ON else 0)


def _shown(text: str) -> str:
    return repr(text[:40])
