"""Journals become clips, in the background: MP4, thumbnail, index entry, and only then the journal goes.

The threads `gcam-encoder-<n>` run at low priority, so a busy machine delays MP4s and loses no frame. What
can't be finished for want of room waits for `retry`; what holds no picture is kept in `journal/damaged/`.
"""

from __future__ import annotations

import logging
import os
import queue
import shutil
import sys
import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from gcam_addon.config.model import StorageSettings
from gcam_addon.errors import RecordingError, StorageFull
from gcam_addon.model import Clip
from gcam_addon.recording import disk, layout
from gcam_addon.recording.encoder import Encoded, Encoder, Interrupted
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import SUFFIX, discard, poster, tags
from gcam_addon.recording.journal_reader import Undecodable, count_frames, facts_of, opened, packets
from gcam_addon.recording.layout import Place
from gcam_addon.recording.library import Library
from gcam_addon.recording.original import keep_original
from gcam_addon.recording.thumbnails import thumbnail

_NICENESS = 10
_SHARE_OF_JOURNAL = 2
"""H.264 takes less than half of what the JPEGs take; with less room than that, it isn't even tried."""
_HEADER_BYTES = 256
"""A journal shorter than this was cut off before its first frame."""
_log = logging.getLogger(__name__)


class Finisher:
    """`ready` is called on a worker thread with every clip that is on disk and in the index."""

    def __init__(self, settings: StorageSettings, library: Library, ready: Callable[[Clip], None]) -> None:
        self._media_dir = settings.media_dir
        memory = settings.journal_memory_dir
        self._folders = (settings.media_dir / layout.JOURNAL, *([] if memory is None else [memory]))
        self._encoder = Encoder(settings.encoder)
        self._library = library
        self._ready = ready
        self._journals: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
        self._pending: set[Path] = set()
        self._waiting: list[Path] = []
        self._warned: set[Path] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"gcam-encoder-{number}", daemon=True)
            for number in range(max(1, settings.encoder.workers))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, patience_s: float) -> None:
        """Blocks: lets running encodes end for `patience_s`, then leaves their journals to the next start."""
        for _ in self._threads:
            self._journals.put(None)
        interrupt = threading.Timer(patience_s, self._stopping.set)
        interrupt.start()
        for thread in self._threads:
            thread.join()
        interrupt.cancel()
        interrupt.join()

    def submit(self, journal: Path) -> None:
        """Any thread."""
        with self._lock:
            self._pending.add(journal)
        self._journals.put(journal)

    def retry(self) -> None:
        """Any thread. Try again what could not be finished."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for journal in waiting:
            self._journals.put(journal)

    def unfinished(self) -> tuple[int, int]:
        """(journals, bytes) that are closed and wait to become clips. Any thread."""
        with self._lock:
            pending = list(self._pending)
        return len(pending), sum(path.stat().st_size for path in pending if path.exists())

    def recover(self) -> int:
        """Submit what an earlier run left behind, oldest first; returns how many. Before any recorder starts.
        OSError.
        """
        found = [path for folder in self._folders for path in folder.iterdir()]
        left = [path for path in found if path.suffix == SUFFIX]
        left.sort(key=lambda path: path.stat().st_mtime)
        for orphan in found:
            if orphan.is_file() and orphan.with_suffix(SUFFIX) not in left:
                orphan.unlink()
        for journal in left:
            self.submit(journal)
        return len(left)

    # The threads

    def _run(self) -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        while (journal := self._journals.get()) is not None:
            if not self._stopping.is_set():
                self._attempt(journal)

    def _attempt(self, journal: Path) -> None:
        try:
            clip = self._finish(journal)
        except Interrupted:
            return
        except Undecodable as error:
            self._set_aside(journal, error)
        except RecordingError as error:
            level = logging.DEBUG if journal in self._warned else logging.WARNING
            _log.log(level, "a clip can't be finished yet: %s", error)
            with self._lock:
                self._warned.add(journal)
                self._waiting.append(journal)
            return
        else:
            if clip is not None:
                self._ready(clip)
        with self._lock:
            self._pending.discard(journal)
            self._warned.discard(journal)

    def _finish(self, journal: Path) -> Clip | None:
        """None where there was nothing to make a clip of, or it had been made before a crash."""
        try:
            if journal.stat().st_size < _HEADER_BYTES or not count_frames(journal):
                discard(journal)
                return None
            facts = facts_of(journal)
            if self._library.find(facts.id) is not None:
                discard(journal)
                return None
            self._require_room(journal)
            clip = self._make(journal, facts)
            discard(journal)
        except OSError as error:
            raise disk.translated(error, journal) from error
        return clip

    def _require_room(self, journal: Path) -> None:
        need = journal.stat().st_size // _SHARE_OF_JOURNAL
        if disk.free_bytes(self._media_dir) < need:
            raise StorageFull(f"no room for the video of {journal.name}")

    def _make(self, journal: Path, facts: ClipFacts) -> Clip:
        """All of the clip, or nothing of it."""
        place = layout.claim(self._media_dir, facts.camera_name, facts.started_at)
        try:
            return self._library.add(self._produce(journal, facts, place))
        except (OSError, RecordingError):
            place.abandon()
            raise

    def _produce(self, journal: Path, facts: ClipFacts, place: Place) -> Clip:
        """The video gets its name last."""
        encoded = self._encoder.encode(journal, place.partial, tags(facts), self._stopping.is_set)
        if encoded.damaged:
            _log.warning(
                "%s: %d of %d frames were damaged and left out",
                facts.camera_name,
                encoded.damaged,
                encoded.damaged + encoded.frames,
            )
        picture = self._write_thumbnail(journal, place)
        if facts.keep_original:
            keep_original(journal, place.original, tags(facts))
        place.partial.replace(place.video)
        disk.sync_folder(place.video.parent)
        return self._clip(facts, place, encoded, picture)

    def _write_thumbnail(self, journal: Path, place: Place) -> Path | None:
        strongest = poster(journal)
        jpeg = strongest.read_bytes() if strongest.exists() else _middle_frame(journal)
        try:
            small = thumbnail(jpeg)
        except RecordingError as error:
            _log.warning("%s: %s", journal.name, error)
            return None
        place.thumbnail.parent.mkdir(parents=True, exist_ok=True)
        disk.write_whole(place.thumbnail, small)
        return place.thumbnail

    def _clip(self, facts: ClipFacts, place: Place, encoded: Encoded, picture: Path | None) -> Clip:
        return Clip(
            id=facts.id,
            camera_id=facts.camera_id,
            camera_name=facts.camera_name,
            kind=facts.kind,
            started_at=facts.started_at,
            ended_at=facts.ended_at or facts.started_at + encoded.duration_s,
            path=layout.relative(self._media_dir, place.video),
            thumbnail=layout.relative(self._media_dir, picture) if picture else None,
            size_bytes=layout.bytes_of(place.video),
            frames=encoded.frames,
            width=encoded.size.width,
            height=encoded.size.height,
            peak=facts.peak,
            reason=facts.reason,
            event_ids=facts.event_ids,
            zones=facts.zones,
        )

    def _set_aside(self, journal: Path, error: RecordingError) -> None:
        folder = self._media_dir / layout.JOURNAL / layout.DAMAGED
        try:
            folder.mkdir(exist_ok=True)
            for path in (journal, journal.with_suffix(".json"), poster(journal)):
                if path.exists():
                    shutil.move(path, folder / path.name)
        except OSError as problem:
            _log.error("%s", disk.translated(problem, journal))
            return
        _log.error("no clip can be made of %s, it is kept in %s: %s", journal.name, folder, error)


def _middle_frame(journal: Path) -> bytes:
    middle = count_frames(journal) // 2
    with opened(journal) as container:
        return bytes(next(islice(packets(container), middle, None)))
