"""Journals in memory instead of on the disk, for cards that wear out: how much room there is; the way out.

What lies there is gone after a power cut, so nothing stays longer than it must.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from gcam_addon.disk.files import sync_folder
from gcam_addon.machine.limits import available_bytes
from gcam_addon.recording import disk
from gcam_addon.recording.journal_file import SUFFIX, is_own

_log = logging.getLogger(__name__)
_LEAST_BYTES = 192 * 1024 * 1024
"""A journal begins there while so much is free."""
_TIGHT_BYTES = 96 * 1024 * 1024
"""With less it goes on on the disk: the machine has other things to do."""


class JournalMemory:
    """`folder` lies on a file system that is memory. Any thread."""

    def __init__(
        self,
        folder: Path,
        *,
        least_bytes: int = _LEAST_BYTES,
        tight_bytes: int = _TIGHT_BYTES,
        available: Callable[[], int | None] = available_bytes,
    ) -> None:
        self.folder = folder
        self._least_bytes = least_bytes
        self._tight_bytes = tight_bytes
        self._available = available

    def has_room(self) -> bool:
        return self._free_bytes() >= self._least_bytes

    def is_tight(self) -> bool:
        return self._free_bytes() < self._tight_bytes

    def holds(self, path: Path) -> bool:
        return path.parent == self.folder

    def rescue(self, to: Path) -> None:
        """What is still there goes to the disk; the videos last, as only they count at the next start."""
        left = sorted(filter(is_own, self.folder.iterdir()), key=lambda path: path.suffix == SUFFIX)
        for path in left:
            try:
                shutil.copyfile(path, to / path.name)
                with (to / path.name).open("rb") as copy:
                    os.fsync(copy.fileno())
                path.unlink()
            except OSError as error:
                _log.error("%s is lost: %s", path.name, disk.translated(error, to / path.name))
        sync_folder(to)

    def _free_bytes(self) -> int:
        """Of the folder's file system and of the machine, whichever is less; 0 where that can't be said."""
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError:
            return 0
        available = self._available()
        return free if available is None else min(free, available)
