"""How a clip is named for programs: unique, a slug, in the order of time for one camera."""

from __future__ import annotations

import secrets


def new_clip_id(camera_id: str, started_at: float) -> str:
    """Such as `door-1763687867123-9f3a`: safe in a URL, a topic and a file name."""
    return f"{camera_id}-{int(started_at * 1000)}-{secrets.token_hex(2)}"
