"""Devices announced on the broker that nobody stands behind any more. Pure.

A camera removed while the broker was away, or a base topic that was changed, leaves retained messages;
Home Assistant would show them for ever. Ours are known by the instance id in the device's identifiers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from gcam_addon.mqtt.topics import CameraTopics, Identity


@dataclass(frozen=True, slots=True)
class Announced:
    """One retained discovery message, as far as Gcam needs it: `root` is the topic its states lie under."""

    topic: str
    device_id: str
    root: str

    @classmethod
    def read(cls, topic: str, payload: bytes) -> Announced | None:
        """None where no Gcam wrote it."""
        try:
            fields = json.loads(payload)
            if fields["origin"]["name"] != "Gcam":
                return None
            root = fields["availability"][-1]["topic"].removesuffix("/availability")
            return cls(topic, str(fields["device"]["identifiers"][0]), root)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None

    def of(self, identity: Identity) -> bool:
        """Whether this very Gcam wrote it, now or earlier."""
        return self.device_id == identity.gcam or self.device_id.startswith(f"{identity.gcam}_")

    def all_topics(self, identity: Identity) -> tuple[str, ...]:
        """What is to be emptied for the device to be gone."""
        if self.device_id == identity.gcam:
            return (self.topic, *(f"{self.root}/{name}" for name in ("availability", "state", "claim")))
        return (self.topic, *CameraTopics(self.root).retained)
