"""Recording as one thing to start and stop: journal, encoder, index and retention, wired to the loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from gcam_addon.clock import Clock
from gcam_addon.config.model import (
    Camera,
    RecordingSettings,
    RetentionSettings,
    StorageSettings,
)
from gcam_addon.disk.lock import FolderLock, InUse
from gcam_addon.duties import Duties
from gcam_addon.errors import DiskError, RecordingError
from gcam_addon.interfaces import Clips, Recorder
from gcam_addon.machine.loop import in_threads
from gcam_addon.model import Clip, ClipReady, ClipRemoved, DutyStatus, Event, Storage
from gcam_addon.recording import disk, layout
from gcam_addon.recording.clips import IndexedClips
from gcam_addon.recording.disk_watch import DiskWatch
from gcam_addon.recording.exports import ClipExports
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.journal import JournalWriter, Reports
from gcam_addon.recording.journal_memory import JournalMemory
from gcam_addon.recording.keeper import Keeper, Round, troubled
from gcam_addon.recording.library import Library
from gcam_addon.recording.pictures import StoredPictures
from gcam_addon.recording.reconcile import Reconciled, reconcile
from gcam_addon.recording.recorders import recorder_for
from gcam_addon.recording.retention import until_when
from gcam_addon.recording.shares import ClipShares
from gcam_addon.recording.silence import Silence
from gcam_addon.recording.trash import Thrown
from gcam_addon.words.reason import because

_LOOK_EVERY_S = 60.0
_LOOK_WHILE_FULL_S = 5.0
_PATIENCE_S = 4.0
"""How long a stop waits for running encodes before it leaves their journals to the next start."""
_WORKERS_END_S = 15.0
_LOCK_EVERY_S = 0.1
_DUTY = "retention"
_WATCH = "disk"
_INDEX = "index"
_INDEX_FILE = "gcam.db"
_LOCK_FILE = ".gcam-lock"
_LOOKS_APART_S = 1.0
_READERS = 4
"""Threads for the files that people ask for, and as many for the index: a disk that hangs takes those of what
lies on it and no others."""
_TOLD_AT_ONCE = 100
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Journals(Protocol):
    """Somebody who writes journals, as far as the disk is concerned. See `JournalWriter`."""

    @property
    def blocked(self) -> RecordingError | None: ...

    def block(self, problem: RecordingError) -> None: ...

    def unblock(self) -> None: ...

    def wait_for_disk(self, problem: RecordingError | None) -> None: ...


class Recordings:
    """Everything about recordings. All methods on the loop; `path_of` and `thumbnail_of` anywhere."""

    def __init__(self, settings: StorageSettings, clock: Clock, *, duties: Duties) -> None:
        self._settings = settings
        self._clock = clock
        self._duties = duties
        self._media_dir = settings.media_dir
        self._cameras: dict[str, RecordingSettings] = {}
        self._others: list[Journals] = []
        self._publish: Callable[[Event], None] = _ignore
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look_now = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._is_reconciled = False
        self._lock = FolderLock(settings.media_dir / _LOCK_FILE)
        look_now = lambda: self._from_thread(self._wake)(None)  # noqa: E731
        self._library = Library(settings.data_dir / _INDEX_FILE, clock.wall, look_now, self._index_lost)
        self._finisher = Finisher(settings, self._library, self._made, clock=clock, duties=duties)
        memory = settings.journal_memory_dir
        self._memory = None if memory is None else JournalMemory(memory)
        self._journal = JournalWriter(
            self._media_dir / layout.JOURNAL,
            clock,
            Reports(
                changed=self._from_thread(self._tell),
                finished=self._finisher.submit,
                low=look_now,
            ),
            duties=duties,
            memory=self._memory,
            floor_bytes=settings.retention.min_free_bytes,
        )
        silence = self._journal.silence
        self._keeper = Keeper(
            self._media_dir, settings.retention, self._library, self._finisher, clock, silence=silence
        )
        self.threads = duties.pool("files", _READERS)
        self._asking = duties.pool(_INDEX, _READERS)
        self._looking = duties.pool(_DUTY, 1)
        self._disk = DiskWatch(silence, self._measure, self.threads, self._wait_for_disk, self._tell)
        self._clips = IndexedClips(
            self._library,
            self._media_dir,
            self._disk.storage,
            self._tell,
            clock,
            threads=self.threads,
            asking=self._asking,
            until=self._until,
        )

        self.pictures = StoredPictures(self._media_dir, self.threads)
        self.shares = ClipShares(self._library, clock, self._asking)
        floor_bytes = settings.retention.min_free_bytes
        self.exports = ClipExports(
            self._library, self._media_dir, clock, floor_bytes, duties=duties, threads=self.threads
        )

    def keep_by(self, retention: RetentionSettings) -> None:
        """From now on."""
        self._keeper.settings = retention
        self._journal.floor_bytes = self.exports.floor_bytes = retention.min_free_bytes

    async def start(self, publish: Callable[[Event], None]) -> None:
        """Raises `RecordingError` for a folder that can't be used or an index that can't be opened. What an
        earlier run left unfinished is finished in the background.
        """
        self._loop = asyncio.get_running_loop()
        self._publish = publish
        left = await asyncio.to_thread(self._prepare)
        if left:
            _log.info("finishing %d recordings that an earlier run left", left)
        self._journal.start()
        self._task = self._duties.task(_DUTY, self._maintain)
        self._watching = self._duties.task(_WATCH, self._disk.look_on)
        await self.exports.start()

    async def stop(self) -> None:
        """Close every journal, let running encodes end for a few seconds; what isn't done then is finished at
        the next start. Close the recorders first.
        """
        if self._task is None:
            return
        self._stopping.set()
        self._look_now.set()
        await self._last_step(asyncio.to_thread(self._journal.stop))  # first: nothing is to hold them up
        await asyncio.gather(
            self._last_step(asyncio.to_thread(self._end_encodes)),
            self._last_step(self.exports.stop()),
            self._last_step(self._end_looks(self._task)),
        )
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._last_step(asyncio.to_thread(self._library.close))
        for pool in (self.threads, self._asking, self._looking):
            pool.shutdown(wait=False, cancel_futures=True)
        self._lock.release()
        self._task = None
        self._publish = _ignore

    @property
    def clips(self) -> Clips:
        return self._clips

    def recorder_for(self, camera: Camera) -> Recorder:
        return recorder_for(camera, self._journal)

    def join(self, workers: Journals) -> None:
        """Another process's journals are looked after with those of this one from now on."""
        self._others.append(workers)

    def submit(self, journal: Path) -> None:
        """A worker closed it."""
        self._finisher.submit(journal)

    async def adopt(self, worker: int) -> None:
        """Before it begins: a place for its journals, and clips of what one before it left there.
        RecordingError.
        """
        count = 0
        for journals in self.journals_of(worker):
            try:
                await in_threads(self.threads, journals.mkdir, exist_ok=True)
                count += await in_threads(self.threads, self._finisher.adopt, journals)
            except OSError as error:
                raise disk.translated(error, journals) from error
        if count:
            _log.info("finishing %d recordings that worker %d left", count, worker)

    def journals_of(self, worker: int) -> list[Path]:
        """The folders of a worker's journals: on the disk, and in memory where there is one."""
        folders = [self._media_dir / layout.JOURNAL]
        folders += [] if self._memory is None else [self._memory.folder]
        return [layout.journal_of(folder, worker) for folder in folders]

    def look_after_room(self) -> None:
        """The disk is below its floor, or refused something."""
        self._look_now.set()

    @property
    def silence(self) -> Silence:
        return self._journal.silence

    @property
    def lock(self) -> int | None:
        """Who inherits it keeps other Gcams out of the folder as long as it lives; None: nobody does."""
        return self._lock.descriptor

    def set_cameras(self, cameras: Iterable[Camera]) -> None:
        """Whose own limits retention obeys from now on."""
        self._cameras = {camera.id: camera.recording for camera in cameras}
        self._look_now.set()

    def queued(self, camera_id: str) -> int:
        """Frames that wait for the journal's thread."""
        return self._journal.queued(camera_id)

    def path_of(self, clip: Clip) -> Path:
        return self._media_dir / clip.path

    def thumbnail_of(self, clip: Clip) -> Path | None:
        return None if clip.thumbnail is None else self._media_dir / clip.thumbnail

    @property
    def _blocked(self) -> RecordingError | None:
        """Why nothing is recorded, or not by all."""
        problems = (journals.blocked for journals in (self._journal, *self._others))
        return next((problem for problem in problems if problem is not None), None)

    # On worker threads

    def _prepare(self) -> int:
        folders = [self._settings.data_dir]
        folders += [self._media_dir / name for name in (layout.RECORDINGS, layout.THUMBNAILS, layout.JOURNAL)]
        folders += [self._memory.folder] if self._memory else []
        for folder in folders:
            _require_writable(folder)
        self._keep_others_out()
        try:
            self._library.open()
            return self._finisher.recover()
        except Exception as error:
            self._library.close()
            self._lock.release()
            if isinstance(error, OSError):
                raise disk.translated(error, self._media_dir / layout.JOURNAL) from error
            raise

    def _keep_others_out(self) -> None:
        """Another Gcam would take our journals for left behind, and finish and remove them."""
        try:
            is_held = self._take_lock()
        except InUse as error:
            raise RecordingError(because("media_in_use", folder=self._media_dir)) from error
        except OSError as error:
            _log.debug("no lock: %s", error)
            is_held = False
        if not is_held:
            _log.warning("%s can't be locked: see that no other Gcam records into it", self._media_dir)

    def _take_lock(self) -> bool:
        """Workers of a Gcam that was killed close their journals first."""
        until_s = self._clock.monotonic() + _WORKERS_END_S
        while True:
            try:
                return self._lock.take()
            except InUse:
                has_workers = len(layout.all_journals(self._media_dir / layout.JOURNAL)) > 1
                if not has_workers or self._clock.monotonic() >= until_s:
                    raise
                time.sleep(_LOCK_EVERY_S)

    def _index_lost(self, error: RecordingError) -> None:
        self._duties.failed(_INDEX, error, DutyStatus.RUNNING, "is rebuilt from the folder")

    def _end_encodes(self) -> None:
        self._finisher.stop(_PATIENCE_S)
        if self._memory is not None:
            for folder in layout.all_journals(self._memory.folder):
                JournalMemory(folder).rescue(self._media_dir / layout.JOURNAL)

    def _made(self, clip: Clip) -> None:
        try:
            if self._clips.remove_unwanted(clip):
                return
        except RecordingError as error:
            _log.warning("a recording of a camera that is gone stays: %s", error)
        self._from_thread(self._clip_ready)(clip)

    def _measure(self) -> Storage:
        storage = self._keeper.measure()
        problem = self._blocked
        return storage if problem is None else troubled(storage, problem)

    # On the loop

    def _until(self, thrown: Thrown) -> float:
        return until_when(thrown, self._keeper.settings, self._cameras.get(thrown.clip.camera_id))

    async def _maintain(self) -> None:
        """Once reconciled, which sweeps away what a crash left half made, clips are finished: whatever came
        of it.
        """
        if not self._is_reconciled:
            self._is_reconciled = True
            await self._step(self._reconcile(is_alone=True))
            if not self._stopping.is_set():
                self._finisher.start()
        while not self._stopping.is_set():
            self._look_now.clear()
            await self._step(self._reconcile(is_alone=False))
            await self._step(self._look())
            await self._step(self.exports.forget_old())
            await _wait(self._stopping, _LOOKS_APART_S)
            await _wait(self._look_now, _LOOK_WHILE_FULL_S if self._blocked else _LOOK_EVERY_S)

    async def _step(self, work: Coroutine[None, None, None]) -> None:
        """What fails in one look must not keep the disk from being looked after in the next."""
        try:
            await work
        except Exception as error:  # noqa: BLE001
            self._duties.failed(_DUTY, error, DutyStatus.RUNNING, "looks again soon")

    async def _last_step(self, work: Coroutine[None, None, None]) -> None:
        """What fails while Gcam stops must not keep the rest from being put in order."""
        try:
            await work
        except Exception as error:  # noqa: BLE001
            self._duties.failed(_DUTY, error, DutyStatus.FAILED, "is not in order")

    async def _end_looks(self, task: asyncio.Task[None]) -> None:
        """A disk that hangs is not waited for."""
        await asyncio.wait({task}, timeout=_PATIENCE_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _reconcile(self, *, is_alone: bool) -> None:
        """Where it is needed."""
        try:
            blocked = self._blocked is not None
            found = await in_threads(self._looking, self._compare, is_alone, blocked=blocked)
        except RecordingError as error:
            _log.warning("the clip index could not be compared with the folder: %s", error)
            return
        if found is not None:
            await self._announce(found)

    def _compare(self, is_alone: bool, *, blocked: bool) -> Reconciled | None:
        """On a worker thread."""
        if not self._keeper.must_reconcile(blocked=blocked):
            return None
        found = reconcile(self._library, self._media_dir, self._clock.wall(), is_alone=is_alone)
        self._keeper.reconciled()
        for journal in found.journals:
            self._finisher.submit(journal)
        return found

    async def _announce(self, found: Reconciled) -> None:
        """What was found again is no news: whoever asks gets it, and nobody hears of a thousand old clips."""
        for number, entry in enumerate(found.gone):
            self._publish(ClipRemoved(entry.id, entry.camera_id, because("file_gone")))
            if number % _TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)  # pictures come in meanwhile

    async def _look(self) -> None:
        blocked, cameras = self._blocked is not None, dict(self._cameras)
        try:
            short_bytes = await in_threads(self._looking, self._keeper.empty_trash, cameras, blocked=blocked)
            if short_bytes:
                await self.exports.spare(short_bytes)
            seen = await in_threads(self._looking, self._keeper.look, cameras, blocked=blocked)
        except RecordingError as error:
            _log.warning("retention has to wait: %s", error)  # recording goes on; the journal sees for itself
            return
        for removal in seen.removed:
            self._publish(ClipRemoved(removal.clip.id, removal.clip.camera_id, removal.why))
        self._allow(seen)
        if not seen.is_done:
            self._look_now.set()
        self._disk.note(seen.storage)

    def _allow(self, seen: Round) -> None:
        for journals in (self._journal, *self._others):
            if seen.problem is not None:
                journals.block(seen.problem)
            else:
                journals.unblock()
        if seen.problem is not None:
            return
        self._finisher.retry()

    def _wait_for_disk(self, problem: DiskError | None) -> None:
        for journals in (self._journal, *self._others):
            journals.wait_for_disk(problem)
        if problem is None:
            self._look_now.set()

    def _clip_ready(self, clip: Clip) -> None:
        self._publish(ClipReady(clip))
        if self._blocked:  # the journal it came from is gone: there may be room again
            self._look_now.set()

    def _tell(self, event: Event) -> None:
        self._publish(event)

    def _wake(self, _nothing: None) -> None:
        self._look_now.set()

    def _from_thread(self, call: Callable[[_T], None]) -> Callable[[_T], None]:
        """`call`, for a thread to use: it happens on the loop."""

        def _later(value: _T) -> None:
            assert self._loop is not None
            self._loop.call_soon_threadsafe(call, value)

        return _later


def _require_writable(folder: Path) -> None:
    try:
        disk.try_out(folder)
    except OSError as error:
        raise RecordingError(because("media_unusable", folder=folder, why=error)) from error


async def _wait(event: asyncio.Event, at_most_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most_s):  # wait_for loses cancellations in Python 3.11
            await event.wait()


def _ignore(_event: Event) -> None:
    """Before the start and after the stop nobody listens."""
