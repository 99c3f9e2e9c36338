"""What was written is made to outlive a power cut, beside the writing: a card may take its time for that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gcam_addon.disk.files import sync_folder
from gcam_addon.duties import Duties
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile, describe, discard
from gcam_addon.recording.journal_queue import MOST_POSTER_BYTES
from gcam_addon.recording.silence import Silence

MOST_JOURNALS = 256
"""Each keeps a file open."""


class JournalSync:
    """Any thread asks, the thread `gcam-journal-sync` does it. What is asked of one journal while that waits
    is done together, so no more waits than there are journals; they are passed on in the order in which they
    ended. Posters beyond a bound are left out. `finished` and `refused` are called on the thread.
    """

    def __init__(
        self,
        duties: Duties,
        finished: Callable[[Path], None],
        refused: Callable[[Path, OSError], None],
        silence: Silence,
    ) -> None:
        self._finished = finished
        self._refused = refused
        self._silence = silence
        self._wake = threading.Condition()
        self._wanted: dict[Path, _Wanted] = {}
        self._is_closed = False
        self._thread = duties.thread("journal-sync", self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Waits until all that was asked is done."""
        with self._wake:
            self._is_closed = True
            self._wake.notify()
        self._thread.join()

    def begun(self, file: JournalFile) -> None:
        """The file's name is to last."""

        def begin(wanted: _Wanted) -> None:
            wanted.folder = file.path.parent

        self._ask(file.path, begin)

    def sync(self, file: JournalFile) -> None:
        """What was written into it so far is to last."""

        def sync(wanted: _Wanted) -> None:
            wanted.file = file

        self._ask(file.path, sync)

    def describe(self, journal: Path, facts: ClipFacts, poster: bytes) -> None:
        """More is known of its clip; nothing happens where the journal is gone."""

        def learn(wanted: _Wanted) -> None:
            wanted.facts = facts
            if len(poster) <= MOST_POSTER_BYTES - self._poster_bytes():
                wanted.poster = poster or wanted.poster

        self._ask(journal, learn)

    def close(self, file: JournalFile) -> None:
        """It is whole: sync and close it, and pass it on, or away with it where it has no frame."""

        def end(wanted: _Wanted) -> None:
            wanted.file, wanted.ends = file, True

        with self._wake:
            self._wanted[file.path] = self._wanted.pop(file.path, _Wanted())
        self._ask(file.path, end)

    @property
    def is_behind(self) -> bool:
        """So much waits that no journal is to be begun."""
        with self._wake:
            return len(self._wanted) >= MOST_JOURNALS

    def _poster_bytes(self) -> int:
        return sum(len(wanted.poster) for wanted in self._wanted.values())

    def _ask(self, journal: Path, change: Callable[[_Wanted], None]) -> None:
        """It keeps its turn, so that none waits for ever."""
        with self._wake:
            change(self._wanted.setdefault(journal, _Wanted()))
            self._wake.notify()

    # The thread

    def _run(self) -> None:
        while (wanted := self._next()) is not None:
            with self._silence.asking():
                self._settle(*wanted)

    def _next(self) -> tuple[Path, _Wanted] | None:
        with self._wake:
            while not self._wanted:
                if self._is_closed:
                    return None
                self._wake.wait()
            journal = next(iter(self._wanted))
            return journal, self._wanted.pop(journal)

    def _settle(self, journal: Path, wanted: _Wanted) -> None:
        try:
            if wanted.folder is not None:
                sync_folder(wanted.folder)
            if wanted.facts is not None and journal.exists():
                describe(journal, wanted.facts, wanted.poster)
            if wanted.file is not None:
                wanted.file.sync()
        except OSError as error:
            self._refused(journal, error)
        finally:
            if wanted.file is not None and wanted.ends:
                self._end(wanted.file)

    def _end(self, file: JournalFile) -> None:
        try:
            file.close()
            if not file.frames:
                discard(file.path)
        except OSError as error:
            self._refused(file.path, error)
        if file.frames:
            self._finished(file.path)


@dataclass(slots=True)
class _Wanted:
    """Of one journal."""

    folder: Path | None = None
    facts: ClipFacts | None = None
    poster: bytes = b""
    file: JournalFile | None = None
    ends: bool = False
