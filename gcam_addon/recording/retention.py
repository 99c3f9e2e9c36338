"""Which clips have to go, and why: a pure decision over what there is. Who deletes: `keeper.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gcam_addon.config.model import RecordingSettings, RetentionSettings
from gcam_addon.model import Clip, Storage

_DAY_S = 86400.0
_MARGIN = 0.05
"""Below its floor, this share of the floor more is freed, so that the next minute is not alike."""


@dataclass(frozen=True, slots=True)
class Removal:
    clip: Clip
    why: str


def plan(
    clips: Sequence[Clip],
    storage: Storage,
    settings: RetentionSettings,
    cameras: Mapping[str, RecordingSettings],
    now: float,
) -> list[Removal]:
    """Oldest first, protected clips never. `storage.clips_bytes` counts unfinished journals too; `cameras`
    holds the settings by camera id, and what is not in there (a removed camera) has the general ones.
    """
    left = sorted((clip for clip in clips if not clip.protected), key=lambda clip: clip.started_at)
    removals: list[Removal] = []
    for removed in (
        _too_old(left, settings, cameras, now),
        _over_camera_limits(clips, cameras),
    ):
        removals += _new(removed, removals)
    for excess_bytes, why in _shortages(storage, settings):
        freed_bytes = sum(removal.clip.size_bytes for removal in removals)
        gone = {removal.clip.id for removal in removals}
        candidates = [clip for clip in left if clip.id not in gone]
        removals += [Removal(clip, why) for clip in _oldest(candidates, excess_bytes - freed_bytes)]
    return removals


def _too_old(
    left: Sequence[Clip],
    settings: RetentionSettings,
    cameras: Mapping[str, RecordingSettings],
    now: float,
) -> Iterable[Removal]:
    for clip in left:
        own_days = cameras[clip.camera_id].keep_days if clip.camera_id in cameras else None
        keep_days = settings.keep_days if own_days is None else own_days
        if now - clip.ended_at > keep_days * _DAY_S:
            yield Removal(clip, f"older than {keep_days:g} days")


def _over_camera_limits(clips: Iterable[Clip], cameras: Mapping[str, RecordingSettings]) -> Iterable[Removal]:
    by_camera = sorted(clips, key=lambda clip: (clip.camera_id, clip.started_at))
    for camera_id, group in groupby(by_camera, key=lambda clip: clip.camera_id):
        limit = cameras[camera_id].max_bytes if camera_id in cameras else None
        if limit is None:
            continue
        own = list(group)
        excess_bytes = sum(clip.size_bytes for clip in own) - limit
        for clip in _oldest([clip for clip in own if not clip.protected], excess_bytes):
            yield Removal(clip, f"this camera's clips took more than {_readable(limit)}")


def _shortages(storage: Storage, settings: RetentionSettings) -> Iterable[tuple[int, str]]:
    """(bytes that have to go in all, why)."""
    if settings.max_bytes is not None:
        yield (
            storage.clips_bytes - settings.max_bytes,
            f"all clips took more than {_readable(settings.max_bytes)}",
        )
    floor = settings.min_free_bytes
    if storage.free_bytes < floor:
        wanted = int(floor * (1 + _MARGIN)) - storage.free_bytes
        yield wanted, f"less than {_readable(floor)} of the disk was free"


def _oldest(clips: Sequence[Clip], excess_bytes: int) -> list[Clip]:
    """As few of the first clips as hold `excess_bytes`."""
    chosen = []
    for clip in clips:
        if excess_bytes <= 0:
            break
        excess_bytes -= clip.size_bytes
        chosen.append(clip)
    return chosen


def _new(found: Iterable[Removal], known: Sequence[Removal]) -> list[Removal]:
    gone = {removal.clip.id for removal in known}
    return [removal for removal in found if removal.clip.id not in gone]


def _readable(count: int) -> str:
    """Such as `1.5 GB`."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} GB"
