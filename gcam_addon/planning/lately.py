"""How much was recorded lately, and how much room there is: of a Gcam that runs, or of its folder."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gcam_addon.config.model import StorageSettings
from gcam_addon.errors import RecordingError
from gcam_addon.interfaces import Clips
from gcam_addon.model import ClipFilter

WINDOW_S = 7 * 86_400.0
_LEAST_S = 3600.0
"""What was recorded in less says nothing about a day."""
_SUMS = """
    SELECT min(started_at),
           sum(CASE WHEN started_at >= :since THEN size_bytes END),
           sum(CASE WHEN started_at >= :since THEN ended_at - started_at END),
           sum(size_bytes)
    FROM clips WHERE missing_since IS NULL AND discarded_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Lately:
    """`size_bytes` and `seconds` were recorded in the last `window_s`; 0 where there is too little to say."""

    window_s: float = 0.0
    size_bytes: int = 0
    seconds: float = 0.0
    clips_bytes: int = 0
    free_bytes: int | None = None


async def of_clips(clips: Clips, now: float) -> Lately:
    """What can't be asked is left open."""
    try:
        storage = await clips.storage()
        usage = await clips.usage(now - WINDOW_S)
        days = await clips.days(ClipFilter(after=now - WINDOW_S))
    except RecordingError:
        return Lately()
    window_s = _window_s(now, usage.oldest_at)
    seconds = sum(day.seconds for day in days)
    return _told(Lately(window_s, usage.size_bytes, seconds, storage.clips_bytes, storage.free_bytes))


def of_folder(storage: StorageSettings, now: float) -> Lately:
    """Blocking. Opens the index for reading only."""
    free = _free_bytes(storage.media_dir)
    file = f"{(storage.data_dir / 'gcam.db').as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(file, uri=True)) as index:
            oldest_at, size, seconds, clips = index.execute(_SUMS, {"since": now - WINDOW_S}).fetchone()
    except sqlite3.Error:  # there is none yet, or one of another version
        return Lately(free_bytes=free)
    return _told(
        Lately(_window_s(now, oldest_at), int(size or 0), float(seconds or 0), int(clips or 0), free)
    )


def _window_s(now: float, oldest_at: float | None) -> float:
    return 0.0 if oldest_at is None else min(WINDOW_S, max(0.0, now - oldest_at))


def _told(lately: Lately) -> Lately:
    """Without what says nothing yet."""
    if lately.window_s < _LEAST_S or lately.seconds <= 0:
        return Lately(clips_bytes=lately.clips_bytes, free_bytes=lately.free_bytes)
    return lately


def _free_bytes(folder: Path) -> int | None:
    """Of the disk it lies on, or will."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), None)
    return None if there is None else shutil.disk_usage(there).free
