"""Journals become clips, in the background: MP4, thumbnail, index entry, and only then the journal goes.

The threads `gcam-encoder-<n>` run at low priority, so a busy machine delays MP4s and loses no frame. A clip
that no other waits for is made in fewer bytes, which takes longer (`leisure.py`). What
can't be finished for the disk's sake waits for `retry`, with growing pauses. What fails for a reason of its
own is tried a few times; then it is kept in `journal/damaged/`, as what holds no picture is at once.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.config.model import StorageSettings
from gcam_addon.disk.files import sync_folder, write_whole
from gcam_addon.disk.regular import named
from gcam_addon.duties import Duties
from gcam_addon.errors import RecordingError, StorageFull
from gcam_addon.machine.limits import available_bytes, give_way
from gcam_addon.model import Clip, DutyStatus
from gcam_addon.recording import disk, layout
from gcam_addon.recording.damaged import Damaged
from gcam_addon.recording.encoder import Encoded, Encoder, Interrupted
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import SUFFIX, discard, is_own, tags
from gcam_addon.recording.journal_reader import Undecodable, codec_of, count_frames, facts_of
from gcam_addon.recording.layout import Place
from gcam_addon.recording.leisure import Leisure
from gcam_addon.recording.library import Library
from gcam_addon.recording.original import keep_original
from gcam_addon.recording.remuxer import remux
from gcam_addon.recording.retries import Retries
from gcam_addon.recording.thumbnails import small_picture
from gcam_addon.words.reason import because

_SHARE_OF_JPEGS = 2
"""H.264 takes less than half of what the JPEGs take; what is copied takes all."""
_HEADER_BYTES = 256
"""A journal shorter than this was cut off before its first frame."""
_log = logging.getLogger(__name__)


class Finisher:
    """`ready` is called on a worker thread with every clip that is on disk and in the index."""

    def __init__(
        self,
        settings: StorageSettings,
        library: Library,
        ready: Callable[[Clip], None],
        *,
        clock: Clock,
        duties: Duties,
    ) -> None:
        self._media_dir = settings.media_dir
        memory = settings.journal_memory_dir
        self._folders = (settings.media_dir / layout.JOURNAL, *([] if memory is None else [memory]))
        self._encoder = Encoder(settings.encoder)
        self._clock = clock
        self._leisure = Leisure(clock)
        self._library = library
        self._ready = ready
        self._retries = Retries(clock)
        self._duties = duties
        self._damaged = Damaged(settings.media_dir)
        self._journals: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
        self._pending: set[Path] = set()
        self._unlisted: dict[Path, Clip] = {}
        """Journals whose clip is on disk, and not in the index yet."""
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        names = [f"encoder-{number}" for number in range(max(1, settings.encoder.workers))]
        self._threads = [duties.thread(name, partial(self._run, name)) for name in names]
        self._is_running = False

    def start(self) -> None:
        self._is_running = True
        for thread in self._threads:
            thread.start()

    def stop(self, patience_s: float) -> None:
        """Blocks: lets running encodes end for `patience_s`, then leaves their journals to the next start."""
        if not self._is_running:
            return
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
        """Any thread. Try again what could not be finished, where its pause is over."""
        for journal in self._retries.due():
            self._journals.put(journal)

    def unfinished(self) -> tuple[int, int]:
        """(journals, bytes) that are closed and wait to become clips. Any thread."""
        with self._lock:
            pending = list(self._pending)
        return len(pending), sum(_bytes_of(path) for path in pending)

    def recover(self) -> int:
        """Submit what an earlier run left behind, oldest first; returns how many. Before any recorder starts.
        What is not Gcam's is left alone. OSError.
        """
        folders = [each for folder in self._folders for each in layout.all_journals(folder)]
        left = [journal for folder in folders for journal in _left_in(folder)]
        left.sort(key=lambda path: path.stat().st_mtime)
        for journal in left:
            self.submit(journal)
        for folder in set(folders) - set(self._folders):
            with suppress(OSError):  # somebody's journals are in it
                folder.rmdir()
        return len(left)

    def adopt(self, folder: Path) -> int:
        """Submit what was left in `folder`, in which nobody writes any more; returns how many. Any thread.
        OSError.
        """
        with self._lock:
            known = set(self._pending)
        left = [journal for journal in _left_in(folder) if journal not in known]
        for journal in left:
            self.submit(journal)
        return len(left)

    # The threads

    def _run(self, name: str) -> None:
        give_way()
        while (journal := self._journals.get()) is not None:
            if not self._stopping.is_set():
                self._attempt(journal, name)

    def _attempt(self, journal: Path, name: str) -> None:
        try:
            clip = self._finish(journal)
        except Interrupted:
            return
        except Undecodable as error:
            self._set_aside(journal, error)
        except RecordingError as error:
            self._failed(journal, error)
        except Exception as error:  # noqa: BLE001  (whatever it is: the next journal is finished all the same)
            self._duties.failed(name, error, DutyStatus.RUNNING, f"tries {journal.name} again later")
            self._failed(
                journal, RecordingError(because("video_failed", error=type(error).__name__, why=error))
            )
        else:
            self._forget(journal)
            if clip is not None:
                self._announce(clip, name)

    def _announce(self, clip: Clip, name: str) -> None:
        try:
            self._ready(clip)
        except Exception as error:  # noqa: BLE001  (the clip is safe, whoever could not hear of it)
            self._duties.failed(name, error, DutyStatus.RUNNING, "goes on")

    def _forget(self, journal: Path) -> None:
        self._retries.forget(journal)
        with self._lock:
            self._pending.discard(journal)

    def _failed(self, journal: Path, error: RecordingError) -> None:
        """It is tried again, unless that has proved to be of no use."""
        count = self._retries.failed(journal, error)
        _log.log(logging.WARNING if count == 1 else logging.DEBUG, "a clip can't be finished yet: %s", error)
        if self._retries.is_hopeless(journal):
            self._set_aside(journal, error)

    def _set_aside(self, journal: Path, error: RecordingError) -> None:
        try:
            self._damaged.keep(journal, error)
        except OSError as problem:
            refused = disk.translated(problem, journal)
            _log.error("%s", refused)
            self._retries.failed(journal, refused)
        else:
            self._forget(journal)

    def _finish(self, journal: Path) -> Clip | None:
        """None where there was nothing to make a clip of, it had been made before a crash, or its events are
        not wanted: then it is in the trash, and who wants it after all may have it back.
        """
        clip = self._unlisted.get(journal)
        try:
            if clip is None:
                facts = self._facts_of(journal)
                if facts is None or self._was_made(journal, facts):
                    discard(journal)
                    return None
                self._require_room(journal, facts)
                clip = self._unlisted[journal] = self._make(journal, facts)
            thrown = facts_of(journal).is_unwanted
            clip = self._library.add(clip, discarded_at=self._clock.wall() if thrown else None)
            del self._unlisted[journal]
            discard(journal)
        except OSError as error:
            raise disk.translated(error, Path(error.filename or journal)) from error
        return None if thrown else clip

    def _facts_of(self, journal: Path) -> ClipFacts | None:
        """None where the journal ends before its first frame. OSError, RecordingError."""
        if not journal.exists():
            _log.error("%s is gone, and nobody made a clip of it", journal)
            return None
        if journal.stat().st_size < _HEADER_BYTES or not count_frames(journal):
            return None
        return facts_of(journal)

    def _require_room(self, journal: Path, facts: ClipFacts) -> None:
        """With less it isn't even tried: it would fill the disk of those that are recorded meanwhile."""
        size = journal.stat().st_size
        need = size if codec_of(journal).is_inter else size // _SHARE_OF_JPEGS
        need += size if facts.keep_original else 0
        if disk.free_bytes(self._media_dir) < need:
            raise StorageFull(because("no_room_for_video", file=journal.name))

    def _make(self, journal: Path, facts: ClipFacts) -> Clip:
        """All of the clip, or nothing of it."""
        place = layout.claim(self._media_dir, facts.camera_name, facts.started_at)
        try:
            return self._produce(journal, facts, place)
        except BaseException:
            place.abandon()
            raise

    def _produce(self, journal: Path, facts: ClipFacts, place: Place) -> Clip:
        """The video gets its name when all else is written, and its original after it: see `_was_made`."""
        encoded = self._film(journal, facts, place)
        if encoded.damaged:
            _log.warning(
                "%s: %d of %d frames were damaged and left out",
                facts.camera_name,
                encoded.damaged,
                encoded.damaged + encoded.frames,
            )
        picture = self._write_thumbnail(journal, facts, place)
        if facts.keep_original:
            keep_original(journal, place.partial_original, tags(facts))
        place.partial.replace(place.video)
        sync_folder(place.video.parent)
        if facts.keep_original:
            _name_original(place)
        return self._clip(facts, place, encoded, picture)

    def _film(self, journal: Path, facts: ClipFacts, place: Place) -> Encoded:
        if codec_of(journal).is_inter:
            return remux(journal, place.partial, tags(facts), facts.orientation, self._stopping.is_set)
        at_leisure = not self._retries.has_failed(journal) and self._leisure.is_there(
            self._journals.qsize(), available_bytes()
        )
        begun_s = self._clock.monotonic()
        encoded = self._encoder.encode(
            journal, place.partial, tags(facts), self._stopping.is_set, at_leisure=at_leisure
        )
        if at_leisure:
            self._leisure.taken(self._clock.monotonic() - begun_s, encoded.duration_s)
        return encoded

    def _was_made(self, journal: Path, facts: ClipFacts) -> bool:
        """Whether there is a clip of it already. Then its making ended with a kill, and where its original is
        missing that is made now. OSError, RecordingError.
        """
        clip = self._library.find(facts.id)
        if clip is None:
            return self._library.trash.find(facts.id) is not None
        place = layout.place_of(self._media_dir, self._media_dir / clip.path)
        if facts.keep_original and place.video.exists() and not place.original.exists():
            keep_original(journal, place.partial_original, tags(facts))
            _name_original(place)
            self._library.add(replace(clip, size_bytes=layout.bytes_of(place.video)))
        return True

    def _write_thumbnail(self, journal: Path, facts: ClipFacts, place: Place) -> Path | None:
        """A clip without one is better than none, unless it is the whole disk that refuses."""
        try:
            small = small_picture(journal, facts.orientation)
            place.thumbnail.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place.thumbnail, small)
        except OSError as error:
            if disk.is_of_disk(error):
                raise
            problem: RecordingError = disk.translated(error, place.thumbnail)
        except RecordingError as error:
            problem = error
        else:
            return place.thumbnail
        _log.warning("%s has no thumbnail: %s", journal.name, problem)
        return None

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
            named=facts.named,
        )


def _bytes_of(journal: Path) -> int:
    """0 where it has just become a clip."""
    try:
        return journal.stat().st_size
    except OSError:
        return 0


def _name_original(place: Place) -> None:
    place.partial_original.replace(place.original)
    sync_folder(place.original.parent)


def _left_in(folder: Path) -> list[Path]:
    """The journals there; what lies beside none is cleared away. OSError."""
    own = _own_of(folder)
    left = [path for path in own if path.suffix == SUFFIX]
    for path in own:
        if path.with_name(path.name.partition(".")[0] + SUFFIX) not in left:
            disk.clear_away(path)
    return left


def _own_of(folder: Path) -> list[Path]:
    """OSError."""
    found = [
        path for path in folder.iterdir() if path.name != layout.DAMAGED and not layout.is_of_worker(path)
    ]
    own = [path for path in found if is_own(path)]
    if foreign := sorted(set(found) - set(own)):
        _log.warning("left alone in %s, it is not Gcam's: %s", folder, named(foreign))
    return own
