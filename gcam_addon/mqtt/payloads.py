"""What Gcam says on its topics: model values as JSON. Pure; topics and discovery are elsewhere."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from gcam_addon import __version__
from gcam_addon.model import (
    CameraState,
    Clip,
    ClipReady,
    HdState,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    Status,
    Storage,
    kinds_of,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.mqtt.topics import OFF, ON
from gcam_addon.words.reason import said_in


def encode(value: Any) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def camera_state(state: CameraState, language: str = "en") -> dict[str, Any]:
    """`<camera>/state`, its sentences in `language`."""
    return {
        "name": state.name,
        "status": state.status.value,
        "since": iso_time(state.since),
        "problem": _said(language, state.problem),
        "problem_code": state.problem_code,
        "enabled": state.enabled,
        "privacy": state.privacy,
        "detection": state.detection,
        "recording_enabled": state.recording_enabled,
        "sensitivity": state.sensitivity,
        "motion": state.motion,
        "what": None if state.what is None else [kind.value for kind in state.what],
        "recording": state.recording,
        "lamp": state.lamp,
        "board": None if state.board_health is None else _board(state.board_health),
        "manual_until": None if state.manual_until is None else iso_time(state.manual_until),
        "no_recording_reason": _said(language, state.no_recording_reason),
        "no_recording_code": state.no_recording_code,
        "score": round(state.score, 2),
        "threshold": round(state.threshold, 2),
        "cause": state.cause.value if state.cause else None,
        "reason": said_in(language, state.reason),
        "fps": round(state.fps, 1),
        "width": state.size.width if state.size else None,
        "height": state.size.height if state.size else None,
        "codec": state.codec.value if state.codec else None,
        "sound": state.sound,
        "bytes_per_frame": state.bytes_per_frame,
        "frames": state.frames,
        "frames_dropped": sum(count for _, count in state.dropped),
        "dropped": dict(state.dropped),
        "reconnects": state.reconnects,
        "last_frame": None if state.last_frame_at is None else iso_time(state.last_frame_at),
        "hd": None if state.hd is None else _hd(state.hd, language),
    }


def _board(health: BoardHealth) -> dict[str, Any]:
    told = health.told() | {"at": iso_time(health.at), "started_at": iso_time(health.started_at)}
    del told["id"]  # of its network: nothing that everybody at the broker needs
    return told


def _hd(hd: HdState, language: str) -> dict[str, Any]:
    return {
        "status": hd.status.value,
        "since": iso_time(hd.since),
        "problem": _said(language, hd.problem),
        "problem_code": hd.problem_code,
        "recorded": hd.recorded,
        "sd_reason": _said(language, hd.sd_reason),
        "sd_code": hd.sd_code,
        "fps": round(hd.fps, 1),
        "width": hd.size.width if hd.size else None,
        "height": hd.size.height if hd.size else None,
        "codec": hd.codec.value if hd.codec else None,
        "sound": hd.sound,
        "bytes_per_frame": hd.bytes_per_frame,
        "frames": hd.frames,
        "frames_dropped": sum(count for _, count in hd.dropped),
        "reconnects": hd.reconnects,
        "last_frame": None if hd.last_frame_at is None else iso_time(hd.last_frame_at),
    }


def light(level: int) -> dict[str, Any]:
    """`<camera>/light`, as Home Assistant's JSON lights say it."""
    if not level:
        return {"state": OFF}
    return {"state": ON, "brightness": level, "color_mode": "brightness"}


def gcam_state(
    states: Collection[CameraState],
    storage: Storage | None,
    language: str = "en",
    network_problem: str | None = None,
) -> dict[str, Any]:
    """`<base>/state`: Gcam itself, its sentences in `language`."""
    return {
        "version": __version__,
        "cameras": len(states),
        "cameras_connected": sum(state.status is Status.CONNECTED for state in states),
        "storage_total_bytes": storage.total_bytes if storage else None,
        "storage_free_bytes": storage.free_bytes if storage else None,
        "clips_bytes": storage.clips_bytes if storage else None,
        "clips": storage.clips if storage else None,
        "storage_problem": _said(language, storage.problem) if storage else None,
        "network_problem": _said(language, network_problem),
    }


Told = MotionStarted | MotionNamed | MotionEnded | ClipReady
"""What `<camera>/event` tells of."""


def event(happened: Told, language: str = "en") -> dict[str, Any]:
    """`<camera>/event`; what motion was is said in `language`, of a clip as it was written down."""
    if isinstance(happened, ClipReady):
        return _clip_ready(happened.clip)
    if isinstance(happened, MotionNamed):
        return {
            "event_type": "motion_named",
            "camera": happened.camera_id,
            "event_id": happened.event_id,
            "started_at": iso_time(happened.started_at),
            **_named(happened.named),
        }
    common = {
        "event_type": "motion_started" if isinstance(happened, MotionStarted) else "motion_ended",
        "camera": happened.camera_id,
        "event_id": happened.event_id,
        "started_at": iso_time(happened.started_at),
        "reason": said_in(language, happened.reason),
        "zones": list(happened.zones),
    }
    if isinstance(happened, MotionStarted):
        return {**common, "score": round(happened.score, 2)}
    return {
        **common,
        "ended_at": iso_time(happened.ended_at),
        "duration_s": round(max(0.0, happened.ended_at - happened.started_at), 3),
        "peak": round(happened.peak, 2),
        **_named(happened.named),
        "unwanted": happened.unwanted,
    }


def _named(named: Sequence[Named]) -> dict[str, Any]:
    kinds = kinds_of(named)
    return {
        "what": None if kinds is None else [kind.value for kind in kinds],
        "named": [one.told() for one in named],
    }


def iso_time(at: float) -> str:
    """Unix seconds as ISO 8601 in UTC, milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _said(language: str, text: str | None) -> str | None:
    return None if text is None else said_in(language, text)


def _clip_ready(clip: Clip) -> dict[str, Any]:
    return {
        "event_type": "clip_ready",
        "camera": clip.camera_id,
        "event_id": clip.event_ids[0] if clip.event_ids else None,
        "event_ids": list(clip.event_ids),
        "clip_id": clip.id,
        "kind": clip.kind.value,
        "started_at": iso_time(clip.started_at),
        "ended_at": iso_time(clip.ended_at),
        "duration_s": round(clip.duration_s, 3),
        "reason": clip.reason,
        "zones": list(clip.zones),
        **_named(clip.named),
        "peak": round(clip.peak, 2),
        "size_bytes": clip.size_bytes,
        "width": clip.width,
        "height": clip.height,
        "path": clip.path,
        "thumbnail": clip.thumbnail,
    }
