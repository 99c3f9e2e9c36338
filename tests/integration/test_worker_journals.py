"""Journals of other processes: what one left behind becomes clips, and the disk is the same for all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import RetentionSettings, StorageSettings
from gcam_addon.disk.lock import FolderLock
from gcam_addon.duties import Duties
from gcam_addon.errors import RecordingError, StorageFull
from gcam_addon.model import Clip, ClipKind, DutyState, DutyStatus
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.journal_file import JournalFile
from gcam_addon.recording.library import Library
from gcam_addon.recording.service import Recordings
from gcam_addon.recording.silence import SILENT_AFTER_S, Silence
from tests.support.frames import jpeg_frames
from tests.support.waiting import PATIENCE_S, until, wait_until


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "gcam.db")
    library.open()
    yield library
    library.close()


def _journal(folder: Path, clip_id: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    frames = jpeg_frames(5)
    facts = ClipFacts(clip_id, "door", "Door", ClipKind.MOTION, 1_700_000_000.0)
    file = JournalFile(folder, facts, frames[0].tracks)
    for frame in frames:
        file.append(frame)
    file.close()
    return file.path


def _finisher(media: Path, library: Library, made: list[Clip]) -> Finisher:
    clock = SystemClock()
    return Finisher(StorageSettings(media, media), library, made.append, clock=clock, duties=Duties(clock))


def test_a_start_finishes_what_workers_left_however_many_there_are_now(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "journal" / "worker-none").mkdir(parents=True)
    left = [
        _journal(tmp_path / "journal", "door-1700000000000-0001"),
        _journal(tmp_path / "journal" / "worker-1", "door-1700000000000-0002"),
        _journal(tmp_path / "journal" / "worker-12", "door-1700000000000-0003"),
    ]
    made: list[Clip] = []
    finisher = _finisher(tmp_path, library, made)
    assert finisher.recover() == 3
    finisher.start()
    wait_until(lambda: len(made) == 3)
    finisher.stop(PATIENCE_S)
    assert {clip.id for clip in made} == {path.stem for path in left}
    assert "worker-none" in caplog.text, "not a worker's"
    assert "worker-1," not in caplog.text
    assert _finisher(tmp_path, library, made).recover() == 0
    assert not (tmp_path / "journal" / "worker-12").exists()


def test_what_a_worker_left_is_adopted_once(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "journal" / "worker-1"
    told = _journal(folder, "door-1700000000000-0001")
    _journal(folder, "door-1700000000000-0002")
    stray = folder / "door-1700000000000-0003.json"
    stray.write_text("{}")
    made: list[Clip] = []
    finisher = _finisher(tmp_path, library, made)
    finisher.submit(told)
    assert finisher.adopt(folder) == 1
    assert finisher.adopt(folder) == 0
    finisher.start()
    wait_until(lambda: len(made) == 2)
    finisher.stop(PATIENCE_S)
    assert not any(folder.iterdir())


class _OtherJournals:
    """recording.service.Journals."""

    def __init__(self) -> None:
        self.blocked: RecordingError | None = None

    def block(self, problem: RecordingError) -> None:
        self.blocked = problem

    def unblock(self) -> None:
        self.blocked = None

    def wait_for_disk(self, problem: RecordingError | None) -> None:
        pass


async def test_a_disk_without_room_stops_all_journals(tmp_path: Path) -> None:
    clock = SystemClock()
    everything = RetentionSettings(min_free_bytes=2**60)
    storage = StorageSettings(tmp_path, tmp_path, retention=everything)
    recordings = Recordings(storage, clock, duties=Duties(clock))
    others = _OtherJournals()
    recordings.join(others)
    await recordings.start(lambda _: None)
    try:
        await until(lambda: isinstance(others.blocked, StorageFull))
    finally:
        await recordings.stop()


async def test_a_journal_elsewhere_that_can_t_be_written_is_the_disk_s_trouble(tmp_path: Path) -> None:
    clock = SystemClock()
    storage = StorageSettings(tmp_path, tmp_path, retention=RetentionSettings(min_free_bytes=0))
    recordings = Recordings(storage, clock, duties=Duties(clock))
    others = _OtherJournals()
    await recordings.start(lambda _: None)
    try:
        others.block(StorageFull("no room"))
        recordings.join(others)
        assert (await recordings.clips.storage()).problem_code == "storage_full"
        recordings.look_after_room()
        await until(lambda: others.blocked is None)
        assert (await recordings.clips.storage()).problem is None
    finally:
        await recordings.stop()


async def test_a_start_waits_for_workers_of_a_killed_gcam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "journal" / "worker-1").mkdir(parents=True)
    held = FolderLock(tmp_path / ".gcam-lock")
    assert held.take()
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        held.release()

    monkeypatch.setattr(time, "sleep", sleep)
    clock = SystemClock()
    storage = StorageSettings(tmp_path, tmp_path, retention=RetentionSettings(min_free_bytes=0))
    recordings = Recordings(storage, clock, duties=Duties(clock))
    await recordings.start(lambda _: None)
    assert recordings.lock is not None
    await recordings.stop()
    assert waits


def test_the_silence_of_a_disk_elsewhere_is_silence_here_until_it_is_gone() -> None:
    silence = Silence(SystemClock())
    silence.note("worker 1", SILENT_AFTER_S + 1)
    assert silence.lasts_s() > SILENT_AFTER_S
    assert silence.is_on()
    silence.note("worker 1", 0)
    assert silence.lasts_s() == 0


def test_duties_elsewhere_are_among_them_until_they_are_gone() -> None:
    duties = Duties(SystemClock())
    duties.started("disk")
    duties.adopt("worker 1", (DutyState("camera door", DutyStatus.RUNNING),))
    assert [state.name for state in duties.states()] == ["camera door", "disk"]
    duties.adopt("worker 1", ())
    assert [state.name for state in duties.states()] == ["disk"]
