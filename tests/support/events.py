"""Events as an engine would publish them, with plausible values."""

from __future__ import annotations

from typing import Any

from gcam_addon.model import Clip, ClipKind, ClipReady, MotionEnded, MotionStarted

BEGAN_AT = 1_700_000_000.0
JPEG = b"\xff\xd8 a picture \xff\xd9"


def motion_started(camera_id: str = "door", **changes: Any) -> MotionStarted:
    fields: dict[str, Any] = {
        "event_id": "e1",
        "pts_s": 1.0,
        "started_at": BEGAN_AT,
        "score": 2.5,
        "reason": "2.5 % of the picture moved, bottom left",
        "zones": ("path",),
        "jpeg": JPEG,
    }
    return MotionStarted(camera_id=camera_id, **(fields | changes))


def motion_ended(camera_id: str = "door", **changes: Any) -> MotionEnded:
    fields: dict[str, Any] = {
        "event_id": "e1",
        "pts_s": 5.5,
        "started_at": BEGAN_AT,
        "ended_at": BEGAN_AT + 4.5,
        "peak": 7.0,
        "reason": "7.0 % of the picture moved, centre",
        "jpeg": JPEG,
    }
    return MotionEnded(camera_id=camera_id, **(fields | changes))


def clip_ready(camera_id: str = "door", **changes: Any) -> ClipReady:
    fields: dict[str, Any] = {
        "id": "c1",
        "camera_name": camera_id.capitalize(),
        "kind": ClipKind.MOTION,
        "started_at": BEGAN_AT - 5,
        "ended_at": BEGAN_AT + 9.5,
        "path": "recordings/Door/2023-11-14/22-13-15.mp4",
        "thumbnail": "thumbnails/Door/2023-11-14/22-13-15.jpg",
        "size_bytes": 1_000_000,
        "frames": 200,
        "width": 640,
        "height": 480,
        "event_ids": ("e1",),
    }
    return ClipReady(Clip(camera_id=camera_id, **(fields | changes)))
