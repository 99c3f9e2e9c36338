"""Durable first: one thread writes every camera's frames to disk as they come.

Recorders put commands in (loop), the thread `gcam-journal` carries them out in order. The queue is bounded
in bytes; when a disk can't follow, frames are dropped, counted and reported. When a disk is full, what is
open is closed whole, and each clip goes on in a new journal as soon as `unblock` says that there is room.
What a journal looks like on disk: `journal_file.py`. What becomes of it: `finisher.py`.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.errors import RecordingError
from gcam_addon.model import EncodedFrame, RecordingChanged, Size
from gcam_addon.recording import disk
from gcam_addon.recording.commands import Amend, Append, Begin, Command, End
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.identity import new_clip_id
from gcam_addon.recording.journal_file import SUFFIX, JournalFile, describe, discard
from gcam_addon.recording.journal_memory import JournalMemory

MAX_QUEUE_BYTES = 64 * 1024 * 1024
_SYNC_EVERY_S = 1.0
_SLOW_FOR_S = 10.0
"""How long the report of a too slow disk stands after the last dropped frame."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reports:
    """Who hears of what; all called on the journal's thread."""

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
        memory: JournalMemory | None = None,
        floor_bytes: int = 0,
        max_queue_bytes: int = MAX_QUEUE_BYTES,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._reports = reports
        self._memory = memory
        self._folders = (folder,) if memory is None else (memory.folder, folder)
        self._floor_bytes = floor_bytes
        self._max_queue_bytes = max_queue_bytes
        self._thread = threading.Thread(target=self._run, name="gcam-journal", daemon=True)
        self._wake = threading.Condition()
        # Shared with the loop, guarded by _wake:
        self._commands: deque[Command | _Block | _Unblock] = deque()
        self._queued_bytes = 0
        self._queued: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._overflowed: dict[str, float] = {}  # camera -> when it last lost a frame
        self._cameras: dict[str, str] = {}  # clip -> camera
        self._stopping = False
        # The thread's own:
        self._takes: dict[str, _Take] = {}
        self._blocked: RecordingError | None = None
        self._affected: set[str] = set()
        self._told: dict[str, RecordingChanged] = {}
        self._next_sync_s = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Any thread but the loop: waits until all that was submitted is on disk and closed."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join()

    def submit(self, command: Command) -> None:
        """Loop. Never waits; frames over the bound are dropped and counted."""
        with self._wake:
            if isinstance(command, Begin):
                self._cameras[command.facts.id] = command.facts.camera_id
            elif isinstance(command, Append) and not self._admit(command):
                return
            self._commands.append(command)
            self._wake.notify()

    def block(self, problem: RecordingError) -> None:
        """Any thread. Record nothing until `unblock`: `problem` is what cameras report meanwhile."""
        with self._wake:
            self._commands.append(_Block(problem))
            self._wake.notify()

    def unblock(self) -> None:
        """Any thread. There is room again; every clip in progress goes on in a new journal."""
        with self._wake:
            self._commands.append(_Unblock())
            self._wake.notify()

    def queued(self, camera_id: str) -> int:
        with self._wake:
            return self._queued[camera_id]

    def dropped(self, camera_id: str) -> int:
        with self._wake:
            return self._dropped[camera_id]

    @property
    def blocked(self) -> RecordingError | None:
        """Why nothing is recorded at the moment."""
        return self._blocked

    def _admit(self, command: Append) -> bool:
        camera_id = self._cameras[command.clip_id]
        if self._queued_bytes + len(command.frame.jpeg) > self._max_queue_bytes:
            self._dropped[camera_id] += 1
            self._overflowed[camera_id] = self._clock.monotonic()
            return False
        self._queued_bytes += len(command.frame.jpeg)
        self._queued[camera_id] += 1
        return True

    # The thread

    def _run(self) -> None:
        while (commands := self._next_commands()) is not None:
            for command in commands:
                self._carry_out(command)
            if self._clock.monotonic() >= self._next_sync_s:
                self._once_a_second()
        for take in list(self._takes.values()):
            self._end(take)

    def _next_commands(self) -> list[Command | _Block | _Unblock] | None:
        """Waits for work; None when all is done and the writer is to stop."""
        with self._wake:
            if not self._commands and not self._stopping:
                self._wake.wait(_SYNC_EVERY_S if self._takes or self._overflowed else None)
            commands = list(self._commands)
            self._commands.clear()
            return None if self._stopping and not commands else commands

    def _carry_out(self, command: Command | _Block | _Unblock) -> None:
        match command:
            case Append(clip_id, frame):
                self._append(self._takes[clip_id], frame)
            case Begin(facts, size, poster):
                self._begin(_Take(facts, size, poster))
            case Amend(facts, poster):
                self._amend(facts, poster)
            case End(clip_id):
                self._end(self._takes[clip_id])
            case _Block(problem):
                self._pause(problem)
            case _Unblock():
                self._resume()

    def _begin(self, take: _Take) -> None:
        self._takes[take.facts.id] = take
        self._open(take)
        self._tell(take.facts.camera_id)

    def _open(self, take: _Take) -> None:
        if self._blocked is not None:
            self._affected.add(take.facts.camera_id)
            return
        if self._memory is not None and self._memory.has_room():
            try:
                take.file = self._opened(self._memory.folder, take)
                return
            except OSError as error:
                _log.debug("no journal in memory: %s", error)
        try:
            take.file = self._opened(self._folder, take)
        except OSError as error:
            self._fail(disk.translated(error, self._folder / (take.facts.id + SUFFIX)))

    def _opened(self, folder: Path, take: _Take) -> JournalFile:
        file = JournalFile(folder, take.facts, take.size)
        if take.poster:
            file.describe(take.facts, take.poster)
        return file

    def _append(self, take: _Take, frame: EncodedFrame) -> None:
        camera_id = take.facts.camera_id
        if take.file is None and self._blocked is None:
            self._go_on(take, frame)
        kept = take.file is not None and self._write(take, take.file, frame)
        with self._wake:
            self._queued_bytes -= len(frame.jpeg)
            self._queued[camera_id] -= 1
            self._dropped[camera_id] += not kept

    def _write(self, take: _Take, file: JournalFile, frame: EncodedFrame) -> bool:
        try:
            file.append(frame)
        except OSError as error:
            if self._memory is None or not self._memory.holds(file.path):
                self._fail(disk.translated(error, file.path))
                return False
            self._leave_memory(take, frame)
            return take.file is not None and self._write(take, take.file, frame)
        return True

    def _leave_memory(self, take: _Take, frame: EncodedFrame) -> None:
        """It is full before anybody saw that coming: from now on the disk is good enough."""
        _log.warning("there is no room for recordings in memory; they go to the disk until the next start")
        self._memory = None
        self._close(take)
        self._go_on(take, frame)

    def _go_on(self, take: _Take, frame: EncodedFrame) -> None:
        """After a pause forced by the disk, the clip continues in a journal, and a clip, of its own."""
        new_id = new_clip_id(take.facts.camera_id, frame.received_at)
        take.facts = replace(take.facts, id=new_id, started_at=frame.received_at)
        self._open(take)
        self._tell(take.facts.camera_id)

    def _amend(self, facts: ClipFacts, poster: bytes) -> None:
        take = self._takes.get(facts.id)
        try:
            if take is None:
                self._amend_ended(facts, poster)
                return
            take.facts = replace(facts, id=take.facts.id, started_at=take.facts.started_at)
            take.poster = poster or take.poster
            if take.file is not None:
                take.file.describe(take.facts, poster)
        except OSError as error:
            self._fail(disk.translated(error, self._folder / facts.id))

    def _amend_ended(self, facts: ClipFacts, poster: bytes) -> None:
        for folder in self._folders:
            journal = folder / (facts.id + SUFFIX)
            if journal.exists():
                describe(journal, facts, poster)

    def _end(self, take: _Take) -> None:
        for clip_id in [key for key, value in self._takes.items() if value is take]:
            del self._takes[clip_id]
            with self._wake:
                self._cameras.pop(clip_id, None)
        self._close(take)
        self._tell(take.facts.camera_id)

    def _close(self, take: _Take) -> None:
        file, take.file = take.file, None
        if file is None:
            return
        try:
            file.close()
        except OSError as error:
            _log.warning("%s: %s", take.facts.camera_name, disk.translated(error, file.path))
        if file.frames:
            self._reports.finished(file.path)
        else:
            discard(file.path)

    def _fail(self, problem: RecordingError) -> None:
        """The disk refuses."""
        self._pause(problem)
        self._reports.low()

    def _pause(self, problem: RecordingError) -> None:
        """Close everything whole, and wait for room."""
        if self._blocked is None:
            _log.warning("recording stops: %s", problem)
        self._blocked = problem
        for take in self._takes.values():
            self._affected.add(take.facts.camera_id)
            self._close(take)
        for camera_id in self._affected:
            self._tell(camera_id)

    def _resume(self) -> None:
        if self._blocked is None:
            return
        _log.info("recording is possible again")
        self._blocked = None
        affected, self._affected = self._affected, set()
        for camera_id in affected:
            self._tell(camera_id)

    def _once_a_second(self) -> None:
        self._next_sync_s = self._clock.monotonic() + _SYNC_EVERY_S
        for take in list(self._takes.values()):
            if take.file is not None:
                self._sync(take.file)
        self._check_memory()
        self._check_room()
        self._check_speed()

    def _sync(self, file: JournalFile) -> None:
        try:
            file.sync()
        except OSError as error:
            self._fail(disk.translated(error, file.path))

    def _check_memory(self) -> None:
        """Clips in progress go on on the disk, each in a new journal, without a gap."""
        memory = self._memory
        if memory is None or not memory.is_tight():
            return
        for take in self._takes.values():
            if take.file is not None and memory.holds(take.file.path):
                self._close(take)

    def _check_room(self) -> None:
        if not self._takes or self._blocked is not None:
            return
        try:
            if disk.free_bytes(self._folder) < self._floor_bytes:
                self._reports.low()
        except RecordingError as error:
            self._fail(error)

    def _check_speed(self) -> None:
        now_s = self._clock.monotonic()
        with self._wake:
            over = [camera for camera, at_s in self._overflowed.items() if now_s - at_s > _SLOW_FOR_S]
            for camera_id in over:
                del self._overflowed[camera_id]
            concerned = [*self._overflowed, *over]
        for camera_id in concerned:
            self._tell(camera_id)

    def _tell(self, camera_id: str) -> None:
        """Report the camera's state where it differs from what was said last."""
        recording = any(take.file and take.facts.camera_id == camera_id for take in self._takes.values())
        problem, code = self._problem_of(camera_id)
        state = RecordingChanged(camera_id, recording, problem, code)
        if state != self._told.get(camera_id, RecordingChanged(camera_id, recording=False)):
            self._told[camera_id] = state
            self._reports.changed(state)

    def _problem_of(self, camera_id: str) -> tuple[str | None, str | None]:
        if self._blocked is not None and camera_id in self._affected:
            return str(self._blocked), self._blocked.code
        with self._wake:
            if camera_id in self._overflowed:
                lost = self._dropped[camera_id]
                return f"the disk can't follow: {lost} frames were not recorded so far", "recording_slow"
        return None, None


@dataclass(slots=True, eq=False)
class _Take:
    """A clip in progress, as its recorder sees it; it may be spread over several journals by a full disk."""

    facts: ClipFacts
    size: Size
    poster: bytes
    file: JournalFile | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    problem: RecordingError


@dataclass(frozen=True, slots=True)
class _Unblock:
    pass
