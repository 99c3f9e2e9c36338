"""Clips, as the rest of Gcam sees them: the index and the files together, off the loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.errors import AccessDenied, NotFound
from gcam_addon.machine.loop import in_threads
from gcam_addon.model import (
    ANY_CLIP,
    Clip,
    ClipFilter,
    ClipReady,
    ClipRemoved,
    Day,
    Discarded,
    Event,
    Recorded,
    Storage,
    Stored,
    Trashed,
    Usage,
)
from gcam_addon.recording.library import Library
from gcam_addon.recording.removal import remove_clips
from gcam_addon.recording.trash import Thrown
from gcam_addon.words.reason import because

_AT_ONCE = 50


class IndexedClips:
    """interfaces.Clips. `storage` tells of the disk, `publish` is called on the loop, `until`
    says how long what lies in the trash may be had back; `threads` do what may hang with the disk of the
    recordings, `asking` what may with that of the index.
    """

    def __init__(
        self,
        library: Library,
        media_dir: Path,
        storage: Callable[[], Awaitable[Storage]],
        publish: Callable[[Event], None],
        clock: Clock,
        *,
        threads: Executor,
        asking: Executor,
        until: Callable[[Thrown], float],
    ) -> None:
        self._library = library
        self._media_dir = media_dir
        self._storage = storage
        self._publish = publish
        self._clock = clock
        self._threads = threads
        self._asking = asking
        self._until = until
        self._deleted: dict[str, _Moment] = {}
        """When everything of a camera was deleted: what was begun before is unwanted, though made later."""

    async def list(self, wanted: ClipFilter = ANY_CLIP, *, limit: int = 100) -> Sequence[Clip]:
        return await in_threads(self._asking, self._library.list, wanted, limit=limit)

    async def get(self, clip_id: str) -> Clip:
        return await in_threads(self._asking, self._library.get, clip_id)

    async def protect(self, clip_id: str, protected: bool) -> Clip:
        return await in_threads(self._asking, self._library.protect, clip_id, protected)

    async def delete(self, clip_id: str) -> None:
        clip = await in_threads(self._asking, self._delete, clip_id)
        self._publish(ClipRemoved(clip.id, clip.camera_id, because("deleted_by_hand")))

    async def restore(self, clip_id: str) -> Clip:
        clip = await in_threads(self._asking, self._library.restore, clip_id)
        self._publish(ClipReady(clip))
        return clip

    async def trash(self, camera_ids: frozenset[str] | None, limit: int) -> Trashed:
        newest = await in_threads(self._asking, self._library.trash.newest, camera_ids, limit)
        clips, size_bytes = await in_threads(self._asking, self._library.trash.totals, camera_ids)
        return Trashed(tuple(self._discarded(thrown) for thrown in newest), clips, size_bytes)

    async def trashed(self, clip_id: str) -> Discarded:
        thrown = await in_threads(self._asking, self._library.trash.find, clip_id)
        if thrown is None:
            raise NotFound(because("not_in_trash", clip=clip_id))
        return self._discarded(thrown)

    async def empty_trash(self, camera_ids: frozenset[str] | None, clip_id: str | None = None) -> int:
        count = 0
        while some := await in_threads(self._threads, self._remove_trashed, camera_ids, clip_id):
            count += len(some)
        return count

    async def stored(self) -> Sequence[Stored]:
        return await in_threads(self._asking, self._library.stored)

    async def days(self, wanted: ClipFilter, timezone: tzinfo | None = None) -> Sequence[Day]:
        return await in_threads(self._asking, self._library.days, wanted, timezone)

    async def cameras(self, wanted: ClipFilter) -> Sequence[Recorded]:
        return await in_threads(self._asking, self._library.cameras, wanted)

    async def delete_all(self, camera_id: str) -> int:
        self._deleted[camera_id] = _Moment(self._clock.wall(), self._clock.monotonic())
        await in_threads(self._asking, self._library.claim_all, camera_id)
        count = 0
        while clips := await in_threads(self._threads, self._remove_claimed, camera_id):
            count += len(clips)
            for clip in clips:
                self._publish(ClipRemoved(clip.id, camera_id, because("deleted_with_camera")))
        return count

    def remove_unwanted(self, clip: Clip) -> bool:
        """Any thread. Whether the clip, just made, was deleted before it existed; then it is gone again."""
        deleted = self._deleted.get(clip.camera_id)
        if deleted is None or clip.started_at > deleted.at_most(self._clock):
            return False
        return bool(remove_clips(self._library, self._media_dir, self._library.claim([clip.id])))

    async def storage(self) -> Storage:
        return await self._storage()

    async def usage(self, since: float) -> Usage:
        return await in_threads(self._asking, self._library.usage, since)

    def _delete(self, clip_id: str) -> Clip:
        clip = self._library.trash.put(clip_id, self._clock.wall())
        if clip is None:
            self._library.get(clip_id)
            raise AccessDenied(because("clip_protected"))
        return clip

    def _discarded(self, thrown: Thrown) -> Discarded:
        return Discarded(thrown.clip, thrown.at, self._until(thrown))

    def _remove_trashed(self, camera_ids: frozenset[str] | None, clip_id: str | None) -> Sequence[Clip]:
        """Some of them; none where all are gone."""
        claimed = self._library.trash.claim(camera_ids, clip_id, _AT_ONCE)
        return remove_clips(self._library, self._media_dir, claimed)

    def _remove_claimed(self, camera_id: str) -> Sequence[Clip]:
        """Some of them; none where all are gone."""
        return remove_clips(self._library, self._media_dir, self._library.claimed(camera_id))


@dataclass(frozen=True, slots=True)
class _Moment:
    """By both readings of a clock."""

    wall: float
    monotonic: float

    def at_most(self, clock: Clock) -> float:
        """The earlier one of what the wall clock said then and what it says of then by now: where it was set
        back meanwhile, what began since has earlier times and is not to be taken for older.
        """
        return min(self.wall, clock.wall() - (clock.monotonic() - self.monotonic))
