"""What the API shows: our values as JSON objects, in the words of docs/ref/openapi.yaml. Pure.

A camera's address is never shown, only its host: the rest of it may hold a password or a token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from gcam_addon.boards.board import BoardFacts
from gcam_addon.config.model import Camera
from gcam_addon.model import (
    CameraAdded,
    CameraChanged,
    CameraRemoved,
    CameraState,
    Clip,
    ClipReady,
    ClipRemoved,
    Decision,
    DutyChanged,
    DutyState,
    Event,
    GuardEvent,
    HistoryChanged,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    MqttChanged,
    MqttHealth,
    Named,
    NetworkChanged,
    NetworkHealth,
    RecordingChanged,
    Storage,
    StorageChanged,
    WhatIf,
    kinds_of,
)
from gcam_addon.model.board_health import Trouble
from gcam_addon.model.guard import TamperChanged
from gcam_addon.web.guard_views import GUARD_EVENT_TYPES, guard_event_json
from gcam_addon.words.reason import Reason, made_of

Json = dict[str, Any]


def with_said(body: Json, *names: str) -> Json:
    """Beside each of these texts what it is made of, as `NAME_said`; null where it is plain text or none."""
    return body | {f"{name}_said": made_of(body[name]) for name in names}


def encode(value: Json, language: str = "en") -> str:
    """Compact JSON, its sentences in that language; refuses NaN and infinity, which are not JSON."""
    said = value if language == "en" else _in_language(language, value)
    return json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _in_language(language: str, value: Any) -> Any:
    match value:
        case Reason():
            return value.in_language(language)
        case Mapping():
            return {key: _in_language(language, one) for key, one in value.items()}
        case list() | tuple():
            return [_in_language(language, one) for one in value]
        case _:
            return value


def camera_json(camera: Camera, state: CameraState | None, board: BoardFacts | None = None) -> Json:
    """`state` is null for a camera that is configured but not run, `board` until it told of itself."""
    return {
        "id": camera.id,
        "name": camera.name,
        "host": host_of(camera.source.url),
        "group": camera.group,
        "enabled": camera.enabled,
        "privacy": camera.privacy,
        "rotation": camera.rotation,
        "privacy_masks": camera.privacy_masks,
        "make_h264": camera.make_h264,
        "idle_fps": camera.idle_fps,
        "source": {
            "connect_timeout_s": camera.source.connect_timeout_s,
            "stall_timeout_s": camera.source.stall_timeout_s,
            "verify_tls": camera.source.verify_tls,
            "poll_fps": camera.source.poll_fps,
            "capture_size": camera.source.capture_size,
            "capture_fps": camera.source.capture_fps,
            "rtsp_transport": camera.source.rtsp_transport,
        },
        "detection": asdict(camera.detection),
        "naming": asdict(camera.naming),
        "recording": asdict(camera.recording),
        "board": None if board is None else board_facts_json(board),
        "state": None if state is None else state_json(state),
    }


def board_facts_json(board: BoardFacts) -> Json:
    return {
        "firmware": board.firmware,
        "version": board.version,
        "hostname": board.hostname,
        "mac": board.mac,
        "sensor": board.sensor,
        "claimed": board.claimed,
    }


def state_json(state: CameraState) -> Json:
    shown = asdict(state) | {"dropped": dict(state.dropped)}
    if state.hd is not None:
        hd = asdict(state.hd) | {"dropped": dict(state.hd.dropped)}
        shown["hd"] = with_said(hd, "problem", "sd_reason")
    return with_said(shown, "problem", "no_recording_reason", "reason")


def decision_json(decision: Decision) -> Json:
    shown = {"at": decision.at, "event": decision.event, **asdict(decision.motion)}
    for inner in (shown, *shown["tracks"]):
        del inner["since_s"]  # on a clock that only the pictures know
    del shown["resumed"]
    return with_said(shown, "reason") | {"looked": [asdict(one) for one in decision.looked]}


def what_if_json(answer: WhatIf) -> Json:
    events = [with_said(asdict(event), "reason", "why") for event in answer.events]
    return with_said(asdict(answer) | {"events": events}, "problem")


def clip_json(clip: Clip) -> Json:
    """Without paths: the files are reached through the clip's id."""
    shown = asdict(clip) | {"duration_s": clip.duration_s, "thumbnail": clip.thumbnail is not None}
    del shown["path"]
    return with_said(shown, "reason") | names_json(clip.named)


def names_json(named: Sequence[Named]) -> Json:
    """What moved, as it is told of events, clips and entries alike."""
    return {"what": kinds_of(named), "named": [asdict(one) for one in named]}


def board_troubles_json(troubles: Iterable[Trouble]) -> list[Json]:
    return [with_said({"text": what, "remedy": remedy}, "text", "remedy") for what, remedy in troubles]


def storage_json(storage: Storage) -> Json:
    return with_said(asdict(storage), "problem", "notice")


def mqtt_json(health: MqttHealth | None) -> Json | None:
    """Null where MQTT is switched off."""
    return None if health is None else with_said(asdict(health), "problem")


def network_json(health: NetworkHealth | None) -> Json | None:
    """Null where there is no camera network."""
    return None if health is None else with_said(asdict(health), "problem", "notice")


def duty_json(state: DutyState) -> Json:
    return with_said(asdict(state), "problem")


def event_json(event: Event, camera_of: Callable[[str], Json | None]) -> Json:
    """Without pictures. `camera_of` gives the camera of a `CameraAdded`, None where it is gone again."""
    match event:
        case MotionStarted() | MotionEnded() | MotionNamed():
            body = _motion_json(event)
        case ClipReady(clip):
            body = {"clip": clip_json(clip)}
        case CameraChanged(state):
            body = {"state": state_json(state)}
        case StorageChanged(storage):
            body = {"storage": storage_json(storage)}
        case DutyChanged(state):
            body = {"duty": duty_json(state)}
        case MqttChanged() | NetworkChanged():
            body = _health_json(event)
        case CameraAdded(camera_id):
            body = {"camera_id": camera_id, "camera": camera_of(camera_id)}
        case ClipRemoved():
            body = with_said(asdict(event), "why")
        case RecordingChanged():
            body = with_said(asdict(event), "problem")
        case CameraRemoved() | HistoryChanged():
            body = asdict(event)
        case GuardEvent():
            body = guard_event_json(event)
    return {"type": _EVENT_TYPES[type(event)], **body}


def _health_json(event: MqttChanged | NetworkChanged) -> Json:
    if isinstance(event, MqttChanged):
        return {"mqtt": mqtt_json(event.health)}
    return {"network": network_json(event.health)}


def _motion_json(event: MotionStarted | MotionEnded | MotionNamed) -> Json:
    body = asdict(event)
    del body["jpeg"]
    body.pop("cells", None)
    if not isinstance(event, MotionStarted):
        body |= names_json(event.named)
    return body if isinstance(event, MotionNamed) else with_said(body, "reason")


def camera_of(event: Event) -> str | None:
    """The camera an event is about; None where it is about all of Gcam."""
    match event:
        case CameraChanged(state):
            return state.camera_id
        case ClipReady(clip):
            return clip.camera_id
        case StorageChanged() | MqttChanged() | NetworkChanged() | DutyChanged():
            return None
        case TamperChanged(camera_id):
            return camera_id
        case GuardEvent():
            return None
        case _:
            return event.camera_id


def host_of(url: str) -> str | None:
    """`host` or `host:port` of an address, None where it names none (a file, a device)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.hostname is None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host if port is None else f"{host}:{port}"


_EVENT_TYPES: dict[type, str] = {
    MotionStarted: "motion_started",
    MotionNamed: "motion_named",
    MotionEnded: "motion_ended",
    ClipReady: "clip_ready",
    ClipRemoved: "clip_removed",
    RecordingChanged: "recording_changed",
    CameraChanged: "camera_changed",
    CameraAdded: "camera_added",
    CameraRemoved: "camera_removed",
    StorageChanged: "storage_changed",
    MqttChanged: "mqtt_changed",
    NetworkChanged: "network_changed",
    DutyChanged: "duty_changed",
    HistoryChanged: "history_changed",
    **GUARD_EVENT_TYPES,
}
