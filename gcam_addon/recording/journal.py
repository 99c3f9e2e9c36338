"""Durable first: one thread writes every camera's frames to disk as they come.

Recorders put commands in (loop), the thread `gcam-journal` carries them out in order. What fails for one
clip ends that clip's journal, and its next frame begins another. What fails for the whole disk closes every
journal whole, and each clip goes on in a new one as soon as `unblock` says that there is room.
What a journal looks like on disk: `journal_file.py`. What becomes of it: `finisher.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.duties import Duties
from gcam_addon.errors import DiskError, RecordingError, RecordingSlow
from gcam_addon.model import DutyStatus, RecordingChanged, Unit
from gcam_addon.recording import disk
from gcam_addon.recording.clip_ids import new_clip_id
from gcam_addon.recording.commands import Amend, Append, Begin, Block, Command, End, Unblock, Unwritten
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import SUFFIX, JournalFile
from gcam_addon.recording.journal_memory import JournalMemory
from gcam_addon.recording.journal_queue import JournalQueue, Order
from gcam_addon.recording.journal_states import RecordingStates
from gcam_addon.recording.journal_sync import JournalSync
from gcam_addon.recording.silence import Silence
from gcam_addon.recording.take import Take
from gcam_addon.words.reason import because

MAX_QUEUE_BYTES = 64 * 1024 * 1024
DUTY = "journal"
_SYNC_EVERY_S = 1.0
_RETRY_S = 1.0
"""Between attempts to begin a journal for a clip that got no frame into its last one."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reports:
    """Who hears of what. `changed` is called on any thread, the others on the journal's threads."""

    changed: Callable[[RecordingChanged], None]
    finished: Callable[[Path], None]
    """A journal is closed and can become a clip."""
    low: Callable[[], None]
    """The disk is below the free-space floor, or could not be written to."""


class JournalWriter:
    """CommandQueue. `memory`: where journals begin while it has room. `floor_bytes`: below this much free
    space in `folder` `Reports.low` is called, once a second.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        reports: Reports,
        *,
        duties: Duties,
        memory: JournalMemory | None = None,
        floor_bytes: int = 0,
        max_queue_bytes: int = MAX_QUEUE_BYTES,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._reports = reports
        self._duties = duties
        self._memory = memory
        self._folders = (folder,) if memory is None else (memory.folder, folder)
        self.floor_bytes = floor_bytes
        self._queue = JournalQueue(max_queue_bytes)
        self._states = RecordingStates(clock, reports.changed)
        self.silence = Silence(clock)
        self._sync = JournalSync(duties, reports.finished, self._refused, self.silence)
        self._thread = duties.thread(DUTY, self._run)
        # The thread's own:
        self._takes: dict[str, Take] = {}
        self._next_sync_s = 0.0

    def start(self) -> None:
        self._sync.start()
        self._thread.start()

    def stop(self) -> None:
        """Any thread but the loop: waits until all that was submitted is on disk and closed."""
        self._queue.close()
        self._thread.join()
        self._sync.stop()

    def introduce(self, camera_id: str, pre_roll_bytes: int, *, records: bool) -> None:
        """Any thread. A recorder is new: what is known of its camera is told again. `records`: the camera
        wants to be recorded without being asked to.
        """
        self._queue.lend(camera_id, pre_roll_bytes)
        if records:
            self._states.introduce(camera_id)

    def submit(self, command: Command) -> None:
        """Loop. Never waits; what is over the bounds is dropped, frames are counted, and that is reported."""
        lost = self._queue.put(command)
        if lost is None:
            return
        if lost.refused:
            self._states.slow(lost.camera_id, _silent())
        else:
            dropped = self._queue.dropped(lost.camera_id)
            self._states.slow(lost.camera_id, RecordingSlow(because("recording_slow", lost=dropped)))

    def block(self, problem: RecordingError) -> None:
        """Any thread. Record nothing until `unblock`: `problem` is what cameras report meanwhile."""
        self._queue.put(Block(problem))

    def unblock(self) -> None:
        """Any thread. There is room again; every clip in progress goes on in a new journal."""
        self._queue.put(Unblock())

    def wait_for_disk(self, problem: RecordingError | None) -> None:
        """Any thread. `problem` is what cameras report while the disk does not answer, until it does (None).
        Frames are taken on: they wait in memory.
        """
        self._states.wait(problem)

    def queued(self, camera_id: str) -> int:
        return self._queue.queued(camera_id)

    def dropped(self, camera_id: str) -> int:
        return self._queue.dropped(camera_id)

    @property
    def blocked(self) -> RecordingError | None:
        """Why nothing is recorded at the moment."""
        return self._states.blocked

    def _refused(self, journal: Path, error: OSError) -> None:
        self._queue.put(Unwritten(journal, error))

    # The thread

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self._give_up(error)
            raise

    def _work(self) -> None:
        while not self._queue.is_over:
            order = self._queue.take(_SYNC_EVERY_S if self._takes or self._states.troubled else None)
            if order is not None:
                with self.silence.asking():
                    self._guarded(order)
            if self._clock.monotonic() >= self._next_sync_s:
                self._once_a_second()
        for clip_id in list(self._takes):
            self._end(clip_id)

    def _give_up(self, error: Exception) -> None:
        """The thread begins anew: until then nothing is recorded, and nobody is to believe it were."""
        problem = RecordingError(because("recording_again", why=error))
        for take in self._takes.values():
            with suppress(Exception):
                self._spoil(take, problem)

    def _guarded(self, order: Order) -> None:
        try:
            self._carry_out(order)
        except Exception as error:  # noqa: BLE001  (whatever it is: one clip suffers from it, no other)
            self._suffer(error, self._take_of(order))

    def _carry_out(self, order: Order) -> None:
        match order:
            case Append(clip_id, unit):
                self._append(self._takes[clip_id], unit)
            case Begin(facts, tracks, poster):
                self._begin(Take(facts, tracks, poster))
            case Amend(facts, poster):
                self._amend(facts, poster)
            case End(clip_id):
                self._end(clip_id)
            case Block(problem):
                self._pause(problem)
            case Unblock():
                self._resume()
            case Unwritten(_, error):
                raise error

    def _take_of(self, order: Order) -> Take | None:
        match order:
            case Append(clip_id):
                return self._takes.get(clip_id)
            case Begin(facts) | Amend(facts):
                return self._takes.get(facts.id)
            case Unwritten(journal):
                takes = self._takes.values()
                return next((take for take in takes if take.file and take.file.path == journal), None)
        return None

    def _begin(self, take: Take) -> None:
        self._takes[take.facts.id] = take
        if self.blocked is None:
            self._open(take)
        self._tell(take)

    def _open(self, take: Take) -> JournalFile:
        if self._sync.is_behind:
            raise _silent()
        take.file = self._opened_in_memory(take) or self._opened(self._folder, take)
        return take.file

    def _opened_in_memory(self, take: Take) -> JournalFile | None:
        if self._memory is None or not self._memory.has_room():
            return None
        try:
            return self._opened(self._memory.folder, take)
        except OSError as error:
            _log.debug("no journal in memory: %s", error)
            return None

    def _opened(self, folder: Path, take: Take) -> JournalFile:
        try:
            file = JournalFile(folder, take.facts, take.tracks)
        except FileNotFoundError:  # somebody removed the folder
            folder.mkdir(parents=True, exist_ok=True)
            file = JournalFile(folder, take.facts, take.tracks)
        self._sync.begun(file)
        if take.poster:
            self._sync.describe(file.path, take.facts, take.poster)
        return file

    def _append(self, take: Take, unit: Unit) -> None:
        kept = False
        try:
            kept = self._keep(take, unit)
        finally:
            take.follow(unit)
            self._queue.done(take.facts.camera_id, len(unit.data), kept=kept)

    def _keep(self, take: Take, unit: Unit) -> bool:
        if take.file is None:
            if self.blocked is not None or self._clock.monotonic() < take.not_before_s:
                return False
            if not take.can_go_on_with(unit):
                return False
            self._go_on(take, unit)
        assert take.file is not None
        try:
            take.file.append(unit)
        except OSError as error:
            if self._memory is not None and self._memory.holds(take.file.path):
                self._leave_memory(take)
            elif take.file.frames and not disk.concerns_all(error, self._folder):
                self._spoil(take, disk.translated(error, take.file.path))
            else:
                raise
            if not take.can_go_on_with(unit):
                return False
            self._go_on(take, unit).append(unit)
        return True

    def _leave_memory(self, take: Take) -> None:
        """It is full before anybody saw that coming: from now on the disk is good enough."""
        _log.warning("there is no room for recordings in memory; they go to the disk until the next start")
        self._memory = None
        self._close(take)

    def _go_on(self, take: Take, unit: Unit) -> JournalFile:
        """After a pause forced by the disk, the clip continues in a journal, and a clip, of its own, which
        begins with what `unit` builds on.
        """
        leading = [] if unit.begins_group else take.group
        first = (leading or [unit])[0]
        new_id = new_clip_id(take.facts.camera_id, first.received_at)
        take.facts = replace(take.facts, id=new_id, started_at=first.received_at)
        file = self._open(take)
        self._tell(take)
        for each in leading:
            file.append(each)
        return file

    def _amend(self, facts: ClipFacts, poster: bytes) -> None:
        take = self._takes.get(facts.id)
        if take is None:
            self._amend_ended(facts, poster)
            return
        take.facts = replace(facts, id=take.facts.id, started_at=take.facts.started_at)
        take.poster = poster or take.poster
        if take.file is not None:
            self._sync.describe(take.file.path, take.facts, poster)

    def _amend_ended(self, facts: ClipFacts, poster: bytes) -> None:
        for folder in self._folders:
            self._sync.describe(folder / (facts.id + SUFFIX), facts, poster)

    def _end(self, clip_id: str) -> None:
        take = self._takes.pop(clip_id)
        self._close(take)
        self._tell(take)

    def _close(self, take: Take) -> None:
        file, take.file = take.file, None
        if file is not None:
            self._sync.close(file)

    def _suffer(self, error: Exception, take: Take | None) -> None:
        """`error` ends what it concerns: every journal, or the one of `take`."""
        problem = self._understood(error, take)
        if isinstance(error, OSError) and disk.concerns_all(error, self._folder):
            self._fail(problem)
        elif take is not None:
            self._spoil(take, problem)
        elif isinstance(error, OSError):
            _log.warning("%s", problem)

    def _understood(self, error: Exception, take: Take | None) -> RecordingError:
        """What nobody foresaw is counted, and logged with its traceback."""
        if isinstance(error, OSError):
            file = take.file if take is not None else None
            return disk.translated(error, file.path if file is not None else self._folder)
        if isinstance(error, RecordingError):
            return error
        if take is None or not take.failed:
            self._duties.failed(DUTY, error, DutyStatus.RUNNING, "goes on with a new recording")
        return RecordingError(because("recording_failed", error=type(error).__name__))

    def _spoil(self, take: Take, problem: RecordingError) -> None:
        """The journal ends here, whole; the clip's next frame tries another."""
        level = logging.DEBUG if take.failed else logging.WARNING
        _log.log(level, "%s: the recording is interrupted: %s", take.facts.camera_name, problem)
        had_frames = take.file is not None and take.file.frames > 0
        take.failed = not had_frames
        take.not_before_s = self._clock.monotonic() + (0.0 if had_frames else _RETRY_S)
        self._close(take)
        self._tell(take, problem)

    def _fail(self, problem: RecordingError) -> None:
        """The disk refuses."""
        self._pause(problem)
        self._reports.low()

    def _pause(self, problem: RecordingError) -> None:
        """Close everything whole, and wait for room."""
        if self.blocked is None:
            _log.warning("recording stops: %s", problem)
        for take in self._takes.values():
            self._close(take)
        self._states.block(problem, {take.facts.camera_id for take in self._takes.values()})

    def _resume(self) -> None:
        if self.blocked is not None:
            _log.info("recording is possible again")
            self._states.unblock()

    def _once_a_second(self) -> None:
        self._next_sync_s = self._clock.monotonic() + _SYNC_EVERY_S
        with self.silence.asking():
            self._look_after()

    def _look_after(self) -> None:
        for take in self._takes.values():
            if take.file is not None and take.file.unsynced:
                self._sync.sync(take.file)
        self._check_memory()
        self._check_room()
        self._states.expire()

    def _check_memory(self) -> None:
        """Clips in progress go on on the disk, each in a new journal, without a gap."""
        memory = self._memory
        if memory is None or not memory.is_tight():
            return
        for take in self._takes.values():
            if take.file is not None and memory.holds(take.file.path):
                self._close(take)

    def _check_room(self) -> None:
        if not self._takes or self.blocked is not None:
            return
        try:
            if disk.free_bytes(self._folder) < self.floor_bytes:
                self._reports.low()
        except RecordingError as error:
            self._fail(error)

    def _tell(self, take: Take, trouble: RecordingError | None = None) -> None:
        camera_id = take.facts.camera_id
        recording = any(each.file for each in self._takes.values() if each.facts.camera_id == camera_id)
        self._states.tell(camera_id, recording=recording, trouble=trouble)


def _silent() -> DiskError:
    """Why no more is begun while so much waits."""
    return DiskError(because("disk_silent"))
