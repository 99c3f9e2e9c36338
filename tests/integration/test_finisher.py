"""Journals become clips in the background, across stops, at low priority."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcam_addon.config.model import EncoderSettings, StorageSettings
from gcam_addon.model import Clip, ClipKind, EncodedFrame, Size
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.journal_file import JournalFile
from gcam_addon.recording.library import Library
from tests.support.frames import jpeg_frames


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "gcam.db")
    library.open()
    yield library
    library.close()


def journal(media_dir: Path, clip_id: str, frames: list[EncodedFrame]) -> Path:
    (media_dir / "journal").mkdir(exist_ok=True)
    facts = ClipFacts(clip_id, "door", "Door", ClipKind.MOTION, 1_700_000_000.0)
    file = JournalFile(media_dir / "journal", facts, frames[0].size)
    for frame in frames:
        file.append(frame)
    file.close()
    return file.path


def settings(media_dir: Path, workers: int = 1) -> StorageSettings:
    return StorageSettings(media_dir, media_dir, encoder=EncoderSettings(workers=workers))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def test_an_impatient_stop_leaves_the_journal_to_the_next_start(tmp_path: Path, library: Library) -> None:
    path = journal(tmp_path, "clip", jpeg_frames(300, Size(640, 480), quality=95))
    before = path.read_bytes()
    finisher = Finisher(settings(tmp_path), library, lambda _clip: None)
    finisher.submit(path)
    finisher.start()
    wait_until(lambda: any((tmp_path / "recordings").rglob("*.part")))
    finisher.stop(0.0)
    assert path.read_bytes() == before
    assert library.list() == []
    assert [file for file in (tmp_path / "recordings").rglob("*") if file.is_file()] == []

    ready: list[Clip] = []
    finisher = Finisher(settings(tmp_path), library, ready.append)
    assert finisher.recover() == 1
    assert finisher.unfinished() == (1, len(before))
    finisher.start()
    wait_until(lambda: bool(ready))
    finisher.stop(10.0)
    assert ready[0].frames == 300
    assert finisher.unfinished() == (0, 0)
    assert not path.exists()


def test_a_patient_stop_finishes_what_is_there(tmp_path: Path, library: Library) -> None:
    ready: list[Clip] = []
    finisher = Finisher(settings(tmp_path), library, ready.append)
    for number in range(3):
        finisher.submit(journal(tmp_path, f"clip-{number}", jpeg_frames(10)))
    finisher.start()
    finisher.stop(30.0)
    assert [clip.id for clip in ready] == ["clip-0", "clip-1", "clip-2"]


def test_several_workers_share_a_folder_without_overwriting(tmp_path: Path, library: Library) -> None:
    ready: list[Clip] = []
    finisher = Finisher(settings(tmp_path, workers=4), library, ready.append)
    for number in range(12):
        finisher.submit(journal(tmp_path, f"clip-{number}", jpeg_frames(3 + number)))
    finisher.start()
    finisher.stop(30.0)
    assert len({clip.path for clip in ready}) == 12
    assert sorted(clip.frames for clip in ready) == list(range(3, 15))
    assert all((tmp_path / clip.path).stat().st_size == clip.size_bytes for clip in ready)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own only under Linux")
def test_encoding_gives_way_to_everything_else(tmp_path: Path, library: Library) -> None:
    finisher = Finisher(settings(tmp_path), library, lambda _clip: None)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    finisher.start()
    (thread,) = (each for each in threading.enumerate() if each.name == "gcam-encoder-0")
    assert thread.native_id is not None
    native_id = thread.native_id
    wait_until(lambda: os.getpriority(os.PRIO_PROCESS, native_id) == 10)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    finisher.stop(1.0)


def test_what_failed_for_the_disk_s_sake_is_tried_again(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    path = journal(tmp_path, "clip", jpeg_frames(10))
    (tmp_path / "recordings").write_text("a file where a folder should be")
    ready: list[Clip] = []
    finisher = Finisher(settings(tmp_path), library, ready.append)
    finisher.submit(path)
    finisher.start()
    wait_until(lambda: "can't be finished yet" in caplog.text)
    assert finisher.unfinished()[0] == 1
    (tmp_path / "recordings").unlink()
    finisher.retry()
    wait_until(lambda: bool(ready))
    finisher.stop(10.0)
    assert ready[0].frames == 10
    assert finisher.unfinished() == (0, 0)
