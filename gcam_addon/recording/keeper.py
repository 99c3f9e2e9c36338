"""Room on the disk: measures it, deletes what retention names, and says whether recording is possible.
Blocking, for a worker thread, one at a time; when it looks is `service.py`'s business.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gcam_addon.config.model import RecordingSettings, RetentionSettings
from gcam_addon.errors import RecordingError, StorageFull
from gcam_addon.model import Clip, Storage
from gcam_addon.recording import disk, layout
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.library import Library
from gcam_addon.recording.removal import remove_clip
from gcam_addon.recording.retention import Removal, plan

_LEAST_ROOM_BYTES = 1024 * 1024
"""Less than this is a full disk, whatever the floor."""
_PROBE_BYTES = 64 * 1024
TRASH_S = 600.0
"""How long somebody has to change their mind after deleting a clip."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at the disk found and did. `problem`: recording is not possible, and why."""

    storage: Storage
    removed: tuple[Removal, ...]
    problem: RecordingError | None


class Keeper:
    """Keeps the disk below its limits."""

    def __init__(
        self, media_dir: Path, settings: RetentionSettings, library: Library, finisher: Finisher
    ) -> None:
        self._media_dir = media_dir
        self._settings = settings
        self._library = library
        self._finisher = finisher

    def measure(self) -> Storage:
        """RecordingError."""
        try:
            usage = shutil.disk_usage(self._media_dir)
        except OSError as error:
            raise disk.translated(error, self._media_dir) from error
        clips, clips_bytes = self._library.totals()
        unfinished, unfinished_bytes = self._finisher.unfinished()
        return Storage(usage.total, usage.free, clips_bytes + unfinished_bytes, clips, unfinished)

    def look(self, cameras: Mapping[str, RecordingSettings], now: float, *, blocked: bool) -> Round:
        """Apply retention, then see whether one can record; where recording is `blocked`, by writing.
        RecordingError.
        """
        self._empty_trash(now if blocked else now - TRASH_S)
        removed = tuple(
            removal
            for removal in plan(self._library.list(), self.measure(), self._settings, cameras, now)
            if self._remove(removal)
        )
        storage = self.measure()
        problem = self._no_room(storage) or (self._refusal() if blocked else None)
        return Round(storage if problem is None else troubled(storage, problem), removed, problem)

    def _remove(self, removal: Removal) -> bool:
        clip: Clip = removal.clip
        try:
            remove_clip(self._library, self._media_dir, clip)
        except RecordingError as error:
            _log.warning("%s could not be deleted: %s", clip.path, error)
            return False
        _log.info("deleted %s: %s", clip.path, removal.why)
        return True

    def _empty_trash(self, before: float) -> None:
        """What somebody deleted before then is gone for good; a full disk does not wait."""
        for clip in self._library.discarded(before):
            try:
                remove_clip(self._library, self._media_dir, clip)
            except RecordingError as error:
                _log.warning("%s could not be deleted: %s", clip.path, error)

    def _no_room(self, storage: Storage) -> StorageFull | None:
        floor = max(self._settings.min_free_bytes, _LEAST_ROOM_BYTES)
        if storage.free_bytes < floor:
            return StorageFull(disk.full_message(storage.free_bytes, floor))
        return None

    def _refusal(self) -> RecordingError | None:
        """Quotas, a disk turned read-only, a share that went away: only writing tells."""
        probe = self._media_dir / layout.JOURNAL / "probe"
        try:
            disk.write_whole(probe, bytes(_PROBE_BYTES))
            probe.unlink()
        except OSError as error:
            return disk.translated(error, probe)
        return None


def troubled(storage: Storage, problem: RecordingError) -> Storage:
    """The same disk, where `problem` stopped recording."""
    return replace(storage, problem=str(problem), problem_code=problem.code)
