"""One journal on disk: `<clip id>.mkv` that is whole after every frame, `<clip id>.json` with what is known
of the clip beyond the Matroska tags, `<clip id>.jpg` with its strongest frame. Who writes when: `journal.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

from gcam_addon.bitstream import matroska
from gcam_addon.disk.files import write_whole
from gcam_addon.disk.regular import is_regular
from gcam_addon.errors import RecordingError
from gcam_addon.model import Tracks, Unit
from gcam_addon.picture.jpeg import is_cameras
from gcam_addon.recording.clip_ids import is_clip_id
from gcam_addon.recording.facts import ClipFacts, to_json
from gcam_addon.words.reason import because

SUFFIX = ".mkv"
_OWN_SUFFIXES = (SUFFIX, ".json", ".jpg", ".json.part", ".jpg.part")


def tags(facts: ClipFacts) -> dict[str, str]:
    """Container metadata, the same in journals and MP4 files; `comment` holds all facts as JSON."""
    return {"title": facts.camera_name, "comment": to_json(facts)}


def sidecar(journal: Path) -> Path:
    return journal.with_suffix(".json")


def poster(journal: Path) -> Path:
    return journal.with_suffix(".jpg")


def is_own(path: Path) -> bool:
    """Whether it is a journal, or a file that lies beside one: by its name, and by what it is."""
    stem, dot, suffix = path.name.partition(".")
    return dot + suffix in _OWN_SUFFIXES and is_clip_id(stem) and is_regular(path)


def discard(journal: Path) -> None:
    """Remove a journal whose clip is safe elsewhere; the pictures last, so a crash only repeats work."""
    for path in (poster(journal), sidecar(journal), journal):
        path.unlink(missing_ok=True)


class JournalFile:
    """Open for writing, by one thread; another may `sync` it meanwhile, and `close` it afterwards. Any method
    may raise OSError; what was written before stays whole.
    """

    def __init__(self, folder: Path, facts: ClipFacts, tracks: Tracks) -> None:
        self.path = folder / (facts.id + SUFFIX)
        self.frames = 0
        self.unsynced = False
        self._first_pts_s = 0.0
        self._last_pts_ms = -1
        self._whole_bytes = 0
        size = tracks.video.size
        if not is_cameras(size):
            why = because("too_large")
            raise RecordingError(because("no_matroska", width=size.width, height=size.height, why=why))
        head = matroska.header(tracks, tags(facts))
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o644)
        try:
            self._write([head])
        except OSError:
            os.close(self._descriptor)
            self.path.unlink(missing_ok=True)
            raise

    def append(self, unit: Unit) -> None:
        """Milliseconds from the clip's first picture; two JPEGs never share one. What
        comes before a key is left out, and sound from before it.
        """
        if self.frames == 0:
            if not unit.begins_group:
                return
            self._first_pts_s = unit.pts_s
        pts_ms = round((unit.pts_s - self._first_pts_s) * 1000)
        if unit.is_sound:
            if pts_ms >= 0:
                self._write([matroska.cluster_head(pts_ms, len(unit.data), matroska.SOUND_TRACK), unit.data])
            return
        is_inter = unit.tracks.video.codec.is_inter
        pts_ms = max(pts_ms, 0) if is_inter else max(pts_ms, self._last_pts_ms + 1)
        self._write([matroska.cluster_head(pts_ms, len(unit.data), is_key=unit.is_key), unit.data])
        self._last_pts_ms = pts_ms
        self.frames += 1

    def sync(self) -> None:
        if not self.unsynced:
            return
        self.unsynced = False  # before: what is written meanwhile is for the next time
        try:
            os.fsync(self._descriptor)
        except OSError:
            self.unsynced = True
            raise

    def close(self) -> None:
        try:
            self.sync()
        finally:
            os.close(self._descriptor)

    def _write(self, parts: list[bytes]) -> None:
        """All of `parts`, or nothing: a full disk leaves no half frame behind."""
        data = b"".join(parts)
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:] if written else data)
        except OSError:
            os.ftruncate(self._descriptor, self._whole_bytes)
            os.lseek(self._descriptor, self._whole_bytes, os.SEEK_SET)
            raise
        self._whole_bytes += len(data)
        self.unsynced = True


def describe(journal: Path, facts: ClipFacts, jpeg: bytes) -> None:
    """Learn more about the clip, in files beside `journal` that survive a crash; no `jpeg` keeps the one that
    is there. OSError.
    """
    write_whole(sidecar(journal), to_json(facts).encode())
    if jpeg:
        write_whole(poster(journal), jpeg)


_BINARY = getattr(os, "O_BINARY", 0)
