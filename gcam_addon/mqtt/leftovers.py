"""Devices announced on the broker that nobody stands behind any more. Pure.

A camera removed while the broker was away, or a base topic that was changed, leaves retained messages;
Home Assistant would show them for ever, and so it does with entities that only an earlier version announced.
Ours are known by the instance id in the device's identifiers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from gcam_addon.mqtt.payloads import encode
from gcam_addon.mqtt.topics import CameraTopics, DeviceIds

_OF_A_CAMERA = frozenset({"name", "status", "sensitivity", "no_recording_code", "frames_dropped"})


def is_camera_state(payload: bytes) -> bool:
    """Whether a Gcam wrote it: without discovery nothing else tells of a camera that is gone."""
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and fields.keys() >= _OF_A_CAMERA


@dataclass(frozen=True, slots=True)
class Announced:
    """One retained discovery message, as far as Gcam needs it: `root` is the topic its states lie under."""

    topic: str
    device_id: str
    root: str
    platforms: Mapping[str, str] = field(default_factory=dict)
    """Of its entities, by their keys."""

    @classmethod
    def read(cls, topic: str, payload: bytes) -> Announced | None:
        """None where no Gcam wrote it."""
        try:
            fields = json.loads(payload)
            if fields["origin"]["name"] != "Gcam":
                return None
            root = fields["availability"][-1]["topic"].removesuffix("/availability")
            components = fields.get("components", {}).items()
            platforms = {str(key): str(component["platform"]) for key, component in components}
            return cls(topic, str(fields["device"]["identifiers"][0]), root, platforms)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            return None

    def of(self, identity: DeviceIds) -> bool:
        """Whether this very Gcam wrote it, now or earlier."""
        return self.device_id == identity.gcam or self.device_id.startswith(f"{identity.gcam}_")

    def without(self, payload: bytes, kept: frozenset[str] = frozenset()) -> bytes | None:
        """`payload` with those entities marked as gone that it no longer has, None where there are none: to
        Home Assistant an entity that is merely left out goes on. `kept`: those that may come back.
        """
        device = json.loads(payload)
        there = device["components"].keys() | kept
        gone = {key: platform for key, platform in self.platforms.items() if key not in there}
        if not gone:
            return None
        device["components"] |= {key: {"platform": platform} for key, platform in gone.items()}
        return encode(device)

    def all_topics(self, identity: DeviceIds) -> tuple[str, ...]:
        """What is to be emptied for the device to be gone."""
        if self.device_id == identity.gcam:
            own = ("availability", "state", "claim", "guard/state", "guard/siren")
            return (self.topic, *(f"{self.root}/{name}" for name in own))
        return (self.topic, *CameraTopics(self.root).retained)
