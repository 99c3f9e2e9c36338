"""Where everything lies on the broker: the one place that spells a topic or a discovery id. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

ONLINE = "online"
OFFLINE = "offline"
ON = "ON"
OFF = "OFF"

SWITCHES = ("enabled", "detection", "recording", "privacy")
"""Commands `<camera>/<name>/set` with ON or OFF; the state is mirrored without `/set`."""

HOME_ASSISTANT_STATUS = "homeassistant/status"
"""Home Assistant's birth and will; it does not move with the discovery prefix."""


@dataclass(frozen=True, slots=True)
class CameraTopics:
    """One camera's topics; `root` is `<base>/<camera id>`."""

    root: str

    @property
    def availability(self) -> str:
        return f"{self.root}/availability"

    @property
    def motion(self) -> str:
        return f"{self.root}/motion"

    @property
    def state(self) -> str:
        return f"{self.root}/state"

    @property
    def event(self) -> str:
        return f"{self.root}/event"

    @property
    def snapshot(self) -> str:
        return f"{self.root}/snapshot"

    @property
    def take_snapshot(self) -> str:
        return f"{self.root}/snapshot/take"

    @property
    def sensitivity(self) -> str:
        return f"{self.root}/sensitivity"

    @property
    def light(self) -> str:
        """Of cameras with a lamp only."""
        return f"{self.root}/light"

    def switch(self, name: str) -> str:
        """Where the switch `name` (of `SWITCHES`) is mirrored."""
        return f"{self.root}/{name}"

    @property
    def retained(self) -> tuple[str, ...]:
        """All that stays on the broker, and must be emptied when the camera goes."""
        switches = tuple(self.switch(name) for name in SWITCHES)
        states = (self.availability, self.motion, self.state, self.snapshot, self.sensitivity, self.light)
        return (*states, *switches)


@dataclass(frozen=True, slots=True)
class GuardTopics:
    """The guard's; `root` is `<base>/guard`."""

    root: str

    @property
    def state(self) -> str:
        return f"{self.root}/state"

    @property
    def siren(self) -> str:
        return f"{self.root}/siren"

    @property
    def event(self) -> str:
        return f"{self.root}/event"

    @property
    def command(self) -> str:
        return f"{self.root}/set"


@dataclass(frozen=True, slots=True)
class Topics:
    """Gcam's topics on one broker; base and prefix are plain topics, as `config.schema` sees to."""

    base: str = "gcam"
    discovery_prefix: str = "homeassistant"

    @property
    def availability(self) -> str:
        """Gcam's own; its last will."""
        return f"{self.base}/availability"

    @property
    def state(self) -> str:
        return f"{self.base}/state"

    @property
    def claim(self) -> str:
        return f"{self.base}/claim"

    @property
    def guard(self) -> GuardTopics:
        return GuardTopics(f"{self.base}/{_GUARD}")

    def camera(self, camera_id: str) -> CameraTopics:
        return CameraTopics(f"{self.base}/{_MOVED.get(camera_id, camera_id)}")

    @property
    def moved(self) -> tuple[str, ...]:
        """Where the broker may still keep what a camera called as the guard said before there was one."""
        former = CameraTopics(f"{self.base}/{_GUARD}").retained
        return tuple(topic for topic in former if topic != self.guard.state)

    def camera_discovery(self, camera_id: str) -> str:
        return self._discovery(f"{self._namespace}_{camera_id}")

    @property
    def gcam_discovery(self) -> str:
        """Gcam's own device."""
        return self._discovery(self._namespace)

    @property
    def any_discovery(self) -> str:
        """Filter: every device announced on the broker, also other programs'."""
        return self._discovery("+")

    @property
    def any_state(self) -> str:
        """Filter: the state of every camera under our base."""
        return f"{self.base}/+/state"

    def camera_of_state(self, topic: str) -> str | None:
        """The camera whose state lies there; None where it is no camera's."""
        camera_id = _camera_id(topic.removeprefix(f"{self.base}/").removesuffix("/state"))
        return camera_id if topic == self.camera(camera_id).state and "/" not in camera_id else None

    @property
    def commands(self) -> tuple[str, ...]:
        """Filters: what Gcam obeys."""
        return (f"{self.base}/+/+/set", f"{self.base}/+/snapshot/take", self.guard.command)

    @property
    def births(self) -> tuple[str, ...]:
        """Where Home Assistant says that it is there, the usual place and beside a moved prefix."""
        return tuple(dict.fromkeys((HOME_ASSISTANT_STATUS, f"{self.discovery_prefix}/status")))

    def split_command(self, topic: str) -> tuple[str, str] | None:
        """(camera id, what is commanded: `enabled/set`, `snapshot/take` …), or None: no command of ours."""
        prefix = f"{self.base}/"
        if not topic.startswith(prefix):
            return None
        segment, _, command = topic[len(prefix) :].partition("/")
        return (_camera_id(segment), command) if command and segment != _GUARD else None

    @property
    def _namespace(self) -> str:
        # A camera's id holds no hyphen and the base's part no underscore, so `gcam_door` has one reading.
        return re.sub(r"[^a-zA-Z0-9]", "-", self.base)

    def _discovery(self, object_id: str) -> str:
        return f"{self.discovery_prefix}/device/{object_id}/config"


_GUARD = "guard"
_MOVED = {_GUARD: "guard-camera"}
"""A camera may have been called so before there was a guard. No camera's id holds a hyphen."""
_CALLED = {segment: camera_id for camera_id, segment in _MOVED.items()}


def _camera_id(segment: str) -> str:
    return _CALLED.get(segment, segment)


@dataclass(frozen=True, slots=True)
class DeviceIds:
    """Who a device is to Home Assistant: the same after a restart, different for every Gcam."""

    instance_id: str

    @property
    def gcam(self) -> str:
        return f"gcam_{self.instance_id}"

    def camera(self, camera_id: str) -> str:
        return f"gcam_{self.instance_id}_{camera_id}"

    def link(self, camera_id: str | None = None) -> list[str]:
        """A connection that the component's device has too: by it Home Assistant shows the two as linked."""
        return ["gcam", self.instance_id if camera_id is None else f"{self.instance_id}_{camera_id}"]
