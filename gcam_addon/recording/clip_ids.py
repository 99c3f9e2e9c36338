"""How a clip is named for programs: unique, a slug, in the order of time for one camera."""

from __future__ import annotations

import re
import secrets

_CLIP_ID = re.compile(r"[a-z0-9_]+-\d+-[0-9a-f]{4}")


def new_clip_id(camera_id: str, started_at: float) -> str:
    """Such as `door-1763687867123-9f3a`: safe in a URL, a topic and a file name."""
    return f"{camera_id}-{int(started_at * 1000)}-{secrets.token_hex(2)}"


def is_clip_id(text: str) -> bool:
    return _CLIP_ID.fullmatch(text) is not None
