"""Clips, as the rest of Gcam sees them: the index and the files together, off the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.errors import AccessDenied
from gcam_addon.model import (
    ANY_CLIP,
    Clip,
    ClipFilter,
    ClipReady,
    ClipRemoved,
    Day,
    Event,
    Recorded,
    Storage,
    Usage,
)
from gcam_addon.recording.library import Library
from gcam_addon.recording.removal import remove_clip


class IndexedClips:
    """interfaces.Clips. `measure` reads the disk (worker thread), `publish` is called on the loop."""

    def __init__(
        self,
        library: Library,
        media_dir: Path,
        measure: Callable[[], Storage],
        publish: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        self._library = library
        self._media_dir = media_dir
        self._measure = measure
        self._publish = publish
        self._clock = clock
        self._deleted_at: dict[str, float] = {}
        """When everything of a camera was deleted: what was begun before is unwanted, though made later."""

    async def list(self, wanted: ClipFilter = ANY_CLIP, *, limit: int = 100) -> Sequence[Clip]:
        return await asyncio.to_thread(self._library.list, wanted, limit=limit)

    async def get(self, clip_id: str) -> Clip:
        return await asyncio.to_thread(self._library.get, clip_id)

    async def protect(self, clip_id: str, protected: bool) -> Clip:
        return await asyncio.to_thread(self._library.protect, clip_id, protected)

    async def delete(self, clip_id: str) -> None:
        clip = await asyncio.to_thread(self._delete, clip_id)
        self._publish(ClipRemoved(clip.id, clip.camera_id, "deleted by hand"))

    async def restore(self, clip_id: str) -> Clip:
        clip = await asyncio.to_thread(self._library.restore, clip_id)
        self._publish(ClipReady(clip))
        return clip

    async def days(self, wanted: ClipFilter, timezone: tzinfo | None = None) -> Sequence[Day]:
        return await asyncio.to_thread(self._library.days, wanted, timezone)

    async def cameras(self, wanted: ClipFilter) -> Sequence[Recorded]:
        return await asyncio.to_thread(self._library.cameras, wanted)

    async def delete_all(self, camera_id: str) -> int:
        self._deleted_at[camera_id] = self._clock.wall()
        shown = await asyncio.to_thread(self._library.list, ClipFilter(frozenset({camera_id})))
        trash = await asyncio.to_thread(self._library.discarded)
        clips = [*shown, *(clip for clip in trash if clip.camera_id == camera_id)]
        for clip in clips:
            await asyncio.to_thread(remove_clip, self._library, self._media_dir, clip)
            self._publish(ClipRemoved(clip.id, camera_id, "deleted together with its camera"))
        return len(clips)

    def remove_unwanted(self, clip: Clip) -> bool:
        """Any thread. Whether the clip, just made, was deleted before it existed; then it is gone again."""
        if clip.started_at > self._deleted_at.get(clip.camera_id, float("-inf")):
            return False
        remove_clip(self._library, self._media_dir, clip)
        return True

    async def storage(self) -> Storage:
        return await asyncio.to_thread(self._measure)

    async def usage(self, since: float) -> Usage:
        return await asyncio.to_thread(self._library.usage, since)

    def _delete(self, clip_id: str) -> Clip:
        clip = self._library.get(clip_id)
        if clip.protected:
            raise AccessDenied("this clip is protected: take its protection away first")
        self._library.discard(clip_id, self._clock.wall())
        return clip
