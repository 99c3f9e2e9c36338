"""How long the disk lasts: from how much was recorded lately to how far back recordings will reach. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from gcam_addon.config.model import RetentionSettings
from gcam_addon.model import Storage, Usage

WINDOW_S = 7 * 86400.0
"""The pace is that of these last days."""
_DAY_S = 86400.0
_LEAST_S = 3600.0
"""What was recorded in less time says nothing about a day."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """None: not known yet. `limited_by`: what makes the oldest clips go, `space` or `age`."""

    oldest_at: float | None
    bytes_per_day: float | None
    measured_s: float
    days_until_full: float | None
    """Until clips have to go for want of room; 0 where they already do."""
    days_kept: float | None
    """How far back recordings will reach in the long run."""
    limited_by: str | None


def forecast(storage: Storage, usage: Usage, retention: RetentionSettings, now: float) -> Forecast:
    """`usage` is since `now - WINDOW_S`. Cameras' own limits are left out: they only shorten."""
    if usage.oldest_at is None:
        return Forecast(None, None, 0.0, None, None, None)
    measured_s = min(WINDOW_S, max(0.0, now - usage.oldest_at))
    if measured_s < _LEAST_S:
        return Forecast(usage.oldest_at, None, measured_s, None, None, None)
    per_day = usage.size_bytes / measured_s * _DAY_S
    if per_day <= 0:
        return Forecast(usage.oldest_at, 0.0, measured_s, None, retention.keep_days, "age")
    room_bytes = max(0, _room_bytes(storage, retention))
    by_space = (storage.clips_bytes + room_bytes) / per_day
    return Forecast(
        usage.oldest_at,
        per_day,
        measured_s,
        room_bytes / per_day if by_space < retention.keep_days else None,
        min(by_space, retention.keep_days),
        "space" if by_space < retention.keep_days else "age",
    )


def _room_bytes(storage: Storage, retention: RetentionSettings) -> int:
    room_bytes = storage.free_bytes - retention.min_free_bytes
    if retention.max_bytes is None:
        return room_bytes
    return min(room_bytes, retention.max_bytes - storage.clips_bytes)
