"""What MQTT discovery announces, and what it says on its topics: plain data. The add-on's own code makes it,
in a process of its own, for this one can't import it.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]

_ASK = """
import json, sys
from dataclasses import replace
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.model import CameraState, Codec, HdState, Kind, SdReason, Status, Storage
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.mqtt import discovery, payloads
from gcam_addon.mqtt.topics import DeviceIds, Topics
from gcam_addon.web import views

camera = Camera(id="garden", name="Garden", source=SourceSettings(url="http://192.0.2.1:81/stream"))
well = CameraState("garden", "Garden", Status.CONNECTED, 1700000000.25, fps=12.34, bytes_per_frame=23456,
    motion=True, reconnects=3, last_frame_at=1700000100.5, dropped=(("parse", 2), ("detect", 5)))
health = BoardHealth(1700000000.25, 81, 12, "brownout", 96512, 45056, -61, 2031616, 2041, 3977, 12)
states = [
    well,
    replace(well, motion=False, fps=0.0, dropped=(), last_frame_at=None),
    replace(well, status=Status.LOST, problem="it is unreachable", problem_code="unreachable",
        no_recording_reason="no pictures come", no_recording_code="no_pictures"),
    replace(well, no_recording_reason="the disk is full" * 30, no_recording_code="disk_full"),
    replace(well, lamp=40),
    replace(well, what=(Kind.PERSON, Kind.ANIMAL)),
    replace(well, board_health=health),
    replace(well, board_health=replace(health, rssi_dbm=None, psram_free=None, reset="power_on")),
    replace(well, codec=Codec.H264, sound=True),
    replace(well, hd=HdState(Status.CONNECTED, 1700000000.25)),
    replace(well, hd=HdState(Status.LOST, 1.5, recorded=False, sd_reason="away", sd_code=SdReason.AWAY)),
    replace(well, recording=True, manual_until=1700000200.5),
    replace(well, recording_enabled=False, no_recording_reason="recording is off", no_recording_code="off"),
    replace(well, status=Status.DISABLED, enabled=False, no_recording_reason="disabled"),
    replace(well, status=Status.PRIVACY, privacy=True, no_recording_reason="private", no_recording_code="y"),
    *(replace(well, status=status) for status in (Status.CONNECTING, Status.RECONNECTING)),
]
disks = [None, Storage(32_000_000_000, 12_345_678_901, 987_654_321, 42),
    Storage(32_000_000_000, 0, 0, 0, problem="the disk is full", problem_code="storage_full")]
topics, identity = Topics("gcam", "homeassistant"), DeviceIds("instance")
json.dump({
    "camera": discovery.camera_device(camera, topics, identity, has=discovery.SOME_HAVE),
    "gcam": discovery.gcam_device(topics, identity, panel=discovery.PanelOffer((), False, False)),
    "states": [{
        "mqtt": payloads.camera_state(state),
        "api": views.camera_json(camera, state),
    } for state in states],
    "gcam_states": [{
        "mqtt": payloads.gcam_state(states, disk),
        "api": {"cameras": [views.camera_json(replace(camera, id=f"c{number}"), state)
                for number, state in enumerate(states)],
            "storage": None if disk is None else views.storage_json(disk)},
    } for disk in disks],
}, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """The same moment, as it is said on MQTT and by the API."""

    mqtt: dict[str, Any]
    api: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Discovery:
    """`camera` and `gcam`: each entity's announcement, by key. `camera_device`: the message itself."""

    camera_device: dict[str, Any]
    camera: dict[str, dict[str, Any]]
    gcam: dict[str, dict[str, Any]]
    states: list[Told]
    gcam_states: list[Told]


def ask_discovery() -> Discovery:
    """Takes a second."""
    python = _ROOT / ".venv" / "bin" / "python"
    answer = subprocess.run([python, "-c", _ASK], cwd=_ROOT, check=True, capture_output=True, text=True)
    body = json.loads(answer.stdout)
    return Discovery(
        camera_device=body["camera"],
        camera=body["camera"]["components"],
        gcam=body["gcam"]["components"],
        states=[Told(**told) for told in body["states"]],
        gcam_states=[Told(**told) for told in body["gcam_states"]],
    )
