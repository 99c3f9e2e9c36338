"""Journals of which no clip can be made: kept beside the others for a person to look at, up to a bound."""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path

from gcam_addon.errors import RecordingError
from gcam_addon.recording import layout
from gcam_addon.recording.journal_file import SUFFIX, discard, is_own, poster, sidecar

MOST_BYTES = 1024**3
_log = logging.getLogger(__name__)


class Damaged:
    """`journal/damaged/`. Any thread."""

    def __init__(self, media_dir: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = media_dir / layout.JOURNAL / layout.DAMAGED
        self._most_bytes = most_bytes
        self._lock = threading.Lock()

    def keep(self, journal: Path, why: RecordingError) -> None:
        """Moves `journal` there; where that is too much the oldest go, and the log says so. OSError."""
        with self._lock:
            self._folder.mkdir(exist_ok=True)
            for path in (sidecar(journal), poster(journal), journal):  # last what makes a journal of it
                if path.exists():
                    shutil.move(path, self._folder / path.name)
            _log.error("no clip can be made of %s, it is kept in %s: %s", journal.name, self._folder, why)
            self._make_room()

    def _make_room(self) -> None:
        """The newest stays, however large it is."""
        kept = sorted(
            ((path.stat(), path) for path in self._folder.glob(f"*{SUFFIX}") if is_own(path)),
            key=lambda found: found[0].st_mtime,
        )
        surplus = sum(state.st_size for state, _ in kept) - self._most_bytes
        for state, path in kept[:-1]:
            if surplus <= 0:
                break
            discard(path)
            surplus -= state.st_size
            _log.warning("%s is deleted: %s would hold too much", path.name, self._folder)
