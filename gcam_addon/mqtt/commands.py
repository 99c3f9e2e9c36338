"""Understands what is sent to Gcam: a topic and a payload as a command, or as a refusal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gcam_addon.mqtt.topics import OFF, ON, SWITCHES, Topics


@dataclass(frozen=True, slots=True)
class Change:
    """`changes` is what `Cameras.update` takes."""

    camera_id: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    camera_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """No valid command; `why` is a sentence without the sender's text at full length."""

    camera_id: str
    why: str


Command = Change | TakeSnapshot | Refused


def parse_command(topics: Topics, topic: str, payload: bytes) -> Command | None:
    """None: the topic is no command of ours."""
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
    if name in SWITCHES:
        return _switch(camera_id, name, text)
    if name == "sensitivity":
        return _sensitivity(camera_id, text)
    return Refused(camera_id, f"there is no setting {name[:40]!r} on MQTT")


def _switch(camera_id: str, name: str, text: str) -> Command:
    if text.upper() not in (ON, OFF):
        return Refused(camera_id, f"{name} takes ON or OFF, not {text[:40]!r}")
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
        return Refused(camera_id, f"sensitivity takes a whole number from 1 to 100, not {text[:40]!r}")
    return Change(camera_id, {"detection": {"sensitivity": int(value)}})
