"""The journal on real disks: killed, full, too slow."""

import errno
import os
import resource
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import av
import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, RecordingSettings, SourceSettings
from gcam_addon.duties import Duties, Pauses
from gcam_addon.errors import StorageFull
from gcam_addon.model import ClipKind, Codec, DutyStatus, MotionEnded, RecordingChanged, Size, Unit, jpeg_unit
from gcam_addon.recording.commands import Amend, Append, Begin, End
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal import JournalWriter, Reports
from gcam_addon.recording.journal_file import poster
from gcam_addon.recording.journal_queue import MOST_BEGUN
from gcam_addon.recording.journal_reader import count_frames, facts_of
from gcam_addon.recording.journal_sync import MOST_JOURNALS
from gcam_addon.recording.recorder import ClipRecorder
from gcam_addon.words.reason import because
from tests.support.films import film
from tests.support.frames import SMALL, jpeg_frames, mjpeg
from tests.support.small_disk import small_disk
from tests.support.waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024


class Heard:
    """What the journal reported."""

    def __init__(self) -> None:
        self.changes: list[RecordingChanged] = []
        self.finished: list[Path] = []
        self.low = threading.Event()
        self.reports = Reports(self.changes.append, self.finished.append, self.low.set)
        self.duties = Duties(SystemClock(), pauses=Pauses(0.001, 0.001))

    def last_of(self, camera_id: str) -> RecordingChanged:
        return [change for change in self.changes if change.camera_id == camera_id][-1]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def open_journal(tmp_path: Path, heard: Heard) -> Iterator[Callable[..., JournalWriter]]:
    writers: list[JournalWriter] = []

    def open_(folder: Path = tmp_path, **options: int) -> JournalWriter:
        writer = JournalWriter(folder, SystemClock(), heard.reports, duties=heard.duties, **options)
        writers.append(writer)
        return writer

    yield open_
    for writer in writers:
        writer.stop()


def facts(clip_id: str = "door-1", camera_id: str = "door") -> ClipFacts:
    return ClipFacts(clip_id, camera_id, "Door", ClipKind.MOTION, 1000.0, 2.0, "moved", ("e1",))


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """No file of this process may grow beyond that, as on an old file system."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def jpegs_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


def test_the_camera_s_bytes_are_on_disk_as_they_came(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    writer, frames = open_journal(), jpeg_frames(40)
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    for frame in frames:
        writer.submit(Append("door-1", frame))
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.finished) == 1)
    assert jpegs_of(heard.finished[0]) == [frame.data for frame in frames]
    assert facts_of(heard.finished[0]) == facts()
    assert [change.recording for change in heard.changes] == [True, False]
    assert (writer.queued("door"), writer.dropped("door")) == (0, 0)


def test_a_joint_between_clips_loses_and_doubles_nothing_and_never_stops(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    writer, frames = open_journal(), jpeg_frames(90, fps=15)
    writer.start()
    camera = Camera("door", "Door", SourceSettings("http://x"), recording=RecordingSettings(max_clip_s=2.0))
    recorder = ClipRecorder(camera, writer)
    for frame in frames:
        recorder.push(frame, active=True)
    recorder.close()
    wait_until(lambda: len(heard.finished) == 3)
    assert [jpeg for path in heard.finished for jpeg in jpegs_of(path)] == [frame.data for frame in frames]
    assert [change.recording for change in heard.changes] == [True, False]


def test_of_a_group_too_long_to_be_kept_another_journal_does_not_go_on(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    """A group has pictures beyond what is kept of it: nobody could play what follows them."""
    key, *_ = film(Codec.H264, 2, gop=2)
    group = [replace(key, is_key=number == 0, pts_s=number / 25) for number in range(1700)]
    later = [replace(unit, pts_s=unit.pts_s + 100) for unit in group[:6]]
    writer = open_journal()
    writer.start()
    writer.submit(Begin(facts(), key.tracks))

    def send(units: list[Unit]) -> None:
        for unit in units:
            writer.submit(Append("door-1", unit))
        wait_until(lambda: writer.queued("door") == 0)

    send(group[:1600])
    writer.block(StorageFull(because("disk_full", folder="x")))
    wait_until(lambda: len(heard.finished) == 1)
    writer.unblock()
    send(group[1600:])
    assert writer.dropped("door") == 100
    send(later)
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.finished) == 2)
    assert [count_frames(journal) for journal in heard.finished] == [1600, 6]


def test_what_is_learned_later_is_beside_the_journal_at_once(
    open_journal: Callable[..., JournalWriter], heard: Heard, tmp_path: Path
) -> None:
    writer, frames = open_journal(), jpeg_frames(3)
    writer.start()
    recorder = ClipRecorder(Camera("door", "Door", SourceSettings("http://x")), writer, lambda *_: "clip")
    for frame in frames:
        recorder.push(frame, active=True)
    recorder.note(MotionEnded("door", "e7", frames[-1].pts_s, 0, 0, 12.5, "a lot", ("path",), frames[1].data))
    journal = tmp_path / "clip.mkv"
    wait_until(lambda: poster(journal).exists())
    assert facts_of(journal).peak == 12.5
    assert facts_of(journal).event_ids == ("e7",)
    assert poster(journal).read_bytes() == frames[1].data
    recorder.close()
    wait_until(lambda: len(heard.finished) == 1)
    writer.submit(Amend(facts("clip")))  # also after the end
    wait_until(lambda: facts_of(journal).event_ids == ("e1",))


@pytest.mark.parametrize("after_frames", [1, 3, 24])
def test_kill_9_loses_at_most_one_frame(tmp_path: Path, after_frames: int) -> None:
    command = [sys.executable, "-m", "tests.support.recording_process", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        pushed = written = 0
        while written < after_frames:
            pushed, written = map(int, process.stdout.readline().split())
        process.kill()
        for line in process.stdout:
            pushed, written = map(int, line.split())
    frames = jpeg_frames(500, fps=50)
    found = [jpeg for journal in (tmp_path / "journal").glob("*.mkv") for jpeg in jpegs_of(journal)]
    assert written - 1 <= len(found) <= pushed + 1
    assert found == [frame.data for frame in frames[: len(found)]]


def test_a_disk_that_can_t_follow_costs_frames_that_are_counted(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    frames = jpeg_frames(30)
    room = sum(len(frame.data) for frame in frames[:10])
    writer = open_journal(max_queue_bytes=room)
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    for frame in frames:  # the thread doesn't run yet: nothing is taken out
        writer.submit(Append("door-1", frame))
    assert writer.queued("door") + writer.dropped("door") == 30
    assert writer.queued("door") in {9, 10, 11}
    kept, lost = writer.queued("door"), writer.dropped("door")
    assert heard.changes[-1].problem_code == "recording_slow", "told at once, also while the disk hangs"
    writer.start()
    wait_until(lambda: heard.changes[-1].recording and str(lost) in (heard.changes[-1].problem or ""))
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.finished) == 1)
    assert count_frames(heard.finished[0]) == kept


@pytest.mark.root
def test_a_full_disk_closes_whole_and_goes_on_when_there_is_room(
    open_journal: Callable[..., JournalWriter], heard: Heard, tmp_path: Path
) -> None:
    frames = jpeg_frames(200, Size(320, 240))  # about 3.5 MB
    with small_disk(tmp_path / "disk", 2 * MB) as folder:
        older = folder / "ballast"
        older.write_bytes(bytes(MB))
        writer = open_journal(folder)
        writer.start()
        writer.submit(Begin(facts(), mjpeg(frames[0].size)))
        for frame in frames[:120]:
            writer.submit(Append("door-1", frame))
        assert heard.low.wait(PATIENCE_S)
        wait_until(lambda: writer.queued("door") == 0 and bool(heard.finished))
        (first,) = heard.finished
        kept = jpegs_of(first)
        assert len(kept) + writer.dropped("door") == 120
        assert kept == [frame.data for frame in frames[: len(kept)]]
        assert first.read_bytes().endswith(kept[-1]), "no half frame is left behind"
        assert isinstance(writer.blocked, StorageFull)
        full = heard.changes[-1]
        assert (full.recording, full.problem_code) == (False, "storage_full")
        assert "lower keep_days" in (full.problem or "")
        assert older.read_bytes() == bytes(MB)

        older.unlink()
        writer.unblock()
        for frame in frames[150:155]:
            writer.submit(Append("door-1", frame))
        writer.submit(Amend(facts()))
        writer.submit(End("door-1"))
        wait_until(lambda: len(heard.finished) == 2)
        second = heard.finished[1]
        assert jpegs_of(second) == [frame.data for frame in frames[150:155]]
        assert facts_of(second).started_at == frames[150].received_at
        assert jpegs_of(first) == kept
        wait_until(lambda: not heard.changes[-1].recording)
        assert [change.problem_code for change in heard.changes][-3:] == [None, None, None]
        assert len({change.recording for change in heard.changes[-3:]}) == 2
        writer.stop()


def test_low_room_is_told_once_a_second_while_recording_goes_on(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    writer = open_journal(floor_bytes=1 << 60)
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    assert heard.low.wait(PATIENCE_S)
    writer.submit(Append("door-1", jpeg_frames(1)[0]))
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.finished) == 1)
    assert count_frames(heard.finished[0]) == 1


def test_a_folder_that_went_away_is_made_again(
    open_journal: Callable[..., JournalWriter], heard: Heard, tmp_path: Path
) -> None:
    writer = open_journal(tmp_path / "gone")
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    writer.submit(Append("door-1", jpeg_frames(1)[0]))
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.finished) == 1)
    assert writer.blocked is None


def test_a_folder_that_can_not_be_made_is_said(
    open_journal: Callable[..., JournalWriter], heard: Heard, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    folder = tmp_path / "file" / "journal"
    writer = open_journal(folder)
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    wait_until(lambda: len(heard.changes) == 1)
    assert heard.changes[0].problem_code == "recording"
    assert f"{tmp_path / 'file'} is in the way" in (heard.changes[0].problem or "")
    (tmp_path / "file").unlink()
    folder.mkdir(parents=True)
    writer.unblock()
    writer.submit(Append("door-1", jpeg_frames(1)[0]))
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.finished) == 1)


def test_a_clip_without_frames_leaves_nothing(
    open_journal: Callable[..., JournalWriter], heard: Heard, tmp_path: Path
) -> None:
    writer = open_journal()
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL), b"poster"))
    wait_until(lambda: len(heard.changes) == 1)
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.changes) == 2 and not list(tmp_path.iterdir()))
    assert heard.finished == []


def test_a_stop_puts_everything_on_disk(open_journal: Callable[..., JournalWriter], heard: Heard) -> None:
    writer, frames = open_journal(), jpeg_frames(50)
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    for frame in frames:
        writer.submit(Append("door-1", frame))
    writer.stop()
    assert count_frames(heard.finished[0]) == 50


def test_frames_of_cameras_are_counted_apart(open_journal: Callable[..., JournalWriter]) -> None:
    writer = open_journal()
    frame = jpeg_unit(b"x", 0.0, 0.0, SMALL)
    writer.submit(Begin(facts("a", "door"), mjpeg(SMALL)))
    writer.submit(Begin(facts("b", "lawn"), mjpeg(SMALL)))
    for clip_id in ("a", "b", "b"):
        writer.submit(Append(clip_id, frame))
    assert (writer.queued("door"), writer.queued("lawn"), writer.queued("else")) == (1, 2, 0)
    writer.start()


ABSURD = Size(20000, 20000)
"""What a damaged header may claim, and no container takes."""


def test_a_picture_of_absurd_size_ends_its_own_clip_and_no_other(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    writer, frames = open_journal(), jpeg_frames(20)
    writer.start()
    writer.submit(Begin(facts("lawn-1", "lawn"), mjpeg(SMALL)))
    recorder = ClipRecorder(Camera("door", "Door", SourceSettings("http://x")), writer)
    for index, frame in enumerate(frames):
        recorder.push(replace(frame, tracks=mjpeg(ABSURD)) if index == 7 else frame, active=True)
        writer.submit(Append("lawn-1", frame))
    wait_until(lambda: writer.queued("door") == writer.queued("lawn") == 0)
    assert (writer.dropped("door"), writer.dropped("lawn")) == (1, 0)
    told = heard.last_of("door")
    assert (told.recording, told.problem_code) == (True, "recording")
    assert "20000x20000" in (told.problem or "")
    assert heard.last_of("lawn") == RecordingChanged("lawn", recording=True)
    recorder.close()
    writer.submit(End("lawn-1"))
    wait_until(lambda: len(heard.finished) == 3)
    assert [jpeg for path in heard.finished[:2] for jpeg in jpegs_of(path)] == [
        frame.data for frame in [*frames[:7], *frames[8:]]
    ]
    assert count_frames(heard.finished[2]) == 20


def test_what_nobody_foresaw_is_counted_and_the_clip_goes_on(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    writer, frames = open_journal(), jpeg_frames(6)
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    for index, frame in enumerate(frames):
        writer.submit(Append("door-1", replace(frame, pts_s=float("nan")) if index == 3 else frame))
    wait_until(lambda: writer.queued("door") == 0)
    told = heard.last_of("door")
    assert (told.recording, told.problem_code) == (True, "recording")
    duty = heard.duties.states()[0]
    assert (duty.name, duty.status, duty.failures) == ("journal", DutyStatus.RUNNING, 1)
    writer.submit(End("door-1"))
    wait_until(lambda: len(heard.finished) == 2)
    assert [count_frames(path) for path in heard.finished] == [3, 2]
    assert writer.dropped("door") == 1


def test_a_thread_that_failed_says_so_and_goes_on_with_what_waits(
    tmp_path: Path, heard: Heard, open_journal: Callable[..., JournalWriter]
) -> None:
    told_low = threading.Event()
    recording: list[RecordingChanged] = []

    def low() -> None:
        if not told_low.is_set():
            recording.append(heard.last_of("door"))
            told_low.set()
            raise LookupError("a defect")

    heard.reports = replace(heard.reports, low=low)
    writer, frames = open_journal(floor_bytes=1 << 60), jpeg_frames(10)
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    assert told_low.wait(PATIENCE_S)
    assert recording == [RecordingChanged("door", recording=True)]
    wait_until(lambda: not heard.last_of("door").recording)
    assert heard.last_of("door").problem_code == "recording"
    writer.submit(End("door-1"))
    writer.submit(Begin(facts("door-2"), mjpeg(SMALL)))
    for frame in frames:
        writer.submit(Append("door-2", frame))
    writer.submit(End("door-2"))
    wait_until(lambda: len(heard.finished) == 1)
    assert count_frames(heard.finished[0]) == 10
    duty = heard.duties.states()[0]
    assert (duty.name, duty.status, duty.failures) == ("journal", DutyStatus.RUNNING, 1)


def test_a_file_the_disk_refuses_ends_one_journal_loses_no_frame_and_blocks_nobody(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    frames = jpeg_frames(60, Size(320, 240))
    room = sum(len(frame.data) for frame in frames) // 2
    writer = open_journal()
    writer.submit(Begin(facts(), mjpeg(frames[0].size)))
    for frame in frames:
        writer.submit(Append("door-1", frame))
    with largest_file(room):
        writer.start()
        wait_until(lambda: writer.queued("door") == 0)
    assert writer.blocked is None
    assert heard.last_of("door").problem_code == "recording"
    assert heard.last_of("door").recording
    assert not heard.low.is_set()
    writer.submit(End("door-1"))
    wait_until(lambda: sum(len(jpegs_of(path)) for path in heard.finished) >= len(frames))
    assert [jpeg for path in heard.finished for jpeg in jpegs_of(path)] == [frame.data for frame in frames]
    assert len(heard.finished) >= 2
    assert writer.dropped("door") == 0


def test_a_disk_that_takes_its_time_to_sync_holds_up_no_frame(
    open_journal: Callable[..., JournalWriter],
    heard: Heard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    syncs, goes_on = threading.Event(), threading.Event()

    def slow(_descriptor: int) -> None:
        syncs.set()
        assert goes_on.wait(PATIENCE_S)

    monkeypatch.setattr(os, "fsync", slow)
    writer, frames = open_journal(), jpeg_frames(30)
    writer.start()
    recorder = ClipRecorder(
        Camera("door", "Door", SourceSettings("http://x"), recording=RecordingSettings(max_clip_s=1.0)),
        writer,
    )
    try:
        recorder.push(frames[0], active=True)
        assert syncs.wait(PATIENCE_S)
        for frame in frames[1:]:
            recorder.push(frame, active=True)
        recorder.note(MotionEnded("door", "e7", 0, 0, 0, 12.5, "a lot", (), frames[1].data))
        recorder.close()
        wait_until(lambda: writer.queued("door") == 0)
        assert sum(count_frames(path) for path in tmp_path.glob("*.mkv")) == 30
        assert heard.finished == [], "only what will last becomes a clip"
    finally:
        goes_on.set()
    wait_until(lambda: len(heard.finished) == 2)
    assert facts_of(heard.finished[-1]).event_ids == ("e7",)


def test_what_can_not_be_made_to_last_is_told(
    open_journal: Callable[..., JournalWriter], heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = open_journal()
    writer.start()
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    wait_until(lambda: heard.changes)  # else what begins it fails, and there is nothing to finish

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    writer.submit(Append("door-1", jpeg_frames(1)[0]))
    assert heard.low.wait(PATIENCE_S)
    wait_until(lambda: not heard.last_of("door").recording)
    assert heard.last_of("door").problem_code == "recording"
    wait_until(lambda: len(heard.finished) == 1)
    assert count_frames(heard.finished[0]) == 1


def test_who_listens_later_hears_that_nothing_can_be_recorded(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    writer = open_journal()
    writer.start()
    writer.introduce("door", 0, records=True)
    writer.block(StorageFull("the disk is full"))
    full = RecordingChanged("door", recording=False, problem="the disk is full", problem_code="storage_full")
    wait_until(lambda: heard.changes == [full])  # though it has not tried
    writer.introduce("door", 0, records=True)  # its runner was built anew, and knows nothing
    assert heard.changes == [full, full]
    writer.introduce("lawn", 0, records=False)
    writer.unblock()
    wait_until(lambda: heard.last_of("door") == RecordingChanged("door", recording=False))
    assert {change.camera_id for change in heard.changes} == {"door"}


def test_many_cameras_that_start_together_find_room_for_all_they_saw_before(
    open_journal: Callable[..., JournalWriter],
) -> None:
    """The thread doesn't run yet: the disk takes nothing meanwhile."""
    writer = open_journal()
    picture = bytes(64 * 1024)
    each = 8 * MB
    for camera_id in (f"camera-{number}" for number in range(20)):
        camera = Camera(camera_id, camera_id, SourceSettings("http://x"))
        writer.introduce(camera_id, camera.recording.pre_roll_max_bytes, records=True)
        recorder = ClipRecorder(camera, writer)
        for index in range(2 * each // len(picture)):
            recorder.push(jpeg_unit(picture, index / 1000, 0.0, SMALL), active=False)
        recorder.push(jpeg_unit(picture, 1.0, 0.0, SMALL), active=True)
        assert writer.queued(camera_id) >= each // len(picture)
        assert writer.dropped(camera_id) == 0
    writer.start()


def many_events(writer: JournalWriter, numbers: range) -> None:
    """Each with frames and a poster of its own."""
    for number in numbers:
        clip = facts(f"door-{number}")
        writer.submit(Begin(clip, mjpeg(SMALL), number.to_bytes(8) * 10_000))
        for frame in jpeg_frames(2):
            writer.submit(Append(clip.id, frame))
        for _ in range(3):
            writer.submit(Amend(clip, number.to_bytes(8) * 10_000))
        writer.submit(End(clip.id))
        writer.submit(Amend(clip, number.to_bytes(8) * 10_000))


def test_memory_stays_flat_while_the_disk_does_not_answer(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    """The thread doesn't run yet: it is as one that hangs."""
    writer = open_journal(max_queue_bytes=MB // 16)
    tracemalloc.start()
    try:
        many_events(writer, range(300))
        before, _ = tracemalloc.get_traced_memory()
        many_events(writer, range(300, 1500))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < MB / 8
    many_events(writer, range(1500, 1501))
    assert writer.dropped("door") + writer.queued("door") == 2 * 1501
    queued = writer.queued("door")
    writer.start()
    writer.submit(Begin(facts("door-last"), mjpeg(SMALL)))
    wait_until(lambda: writer.queued("door") == 0)
    writer.submit(Append("door-last", jpeg_frames(1)[0]))
    writer.submit(End("door-last"))
    wait_until(lambda: "door-last.mkv" in [path.name for path in heard.finished])
    assert sum(count_frames(path) for path in heard.finished) == queued + 1


def test_a_clip_that_found_no_place_says_why_and_begins_when_the_disk_answers(
    open_journal: Callable[..., JournalWriter], heard: Heard
) -> None:
    writer, frames = open_journal(), jpeg_frames(3)
    for number in range(MOST_BEGUN):
        writer.submit(Begin(facts(f"lawn-{number}", "lawn"), mjpeg(SMALL)))
        writer.submit(Append(f"lawn-{number}", frames[0]))
    assert heard.changes == []
    writer.submit(Begin(facts(), mjpeg(SMALL)))
    writer.submit(Append("door-1", frames[0]))
    assert heard.last_of("door").problem == "no recording, because the disk does not answer"
    assert writer.dropped("door") == 1
    writer.start()
    wait_until(lambda: writer.queued("lawn") == 0)
    writer.submit(Append("door-1", frames[1]))
    writer.submit(Amend(facts(), frames[1].data))
    writer.submit(End("door-1"))
    wait_until(lambda: "door-1.mkv" in [path.name for path in heard.finished])
    (journal,) = (path for path in heard.finished if path.name == "door-1.mkv")
    assert count_frames(journal) == 1
    assert facts_of(journal).started_at == frames[1].received_at


def test_no_more_files_are_open_than_a_process_may_have_while_nothing_is_made_to_last(
    open_journal: Callable[..., JournalWriter],
    heard: Heard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _descriptor: goes_on.wait(PATIENCE_S))
    writer = open_journal()
    writer.start()
    try:
        many_events(writer, range(200))
        wait_until(lambda: writer.queued("door") == 0)
        many_events(writer, range(200, 400))
        wait_until(lambda: heard.last_of("door").problem is not None)
        wait_until(lambda: writer.queued("door") == 0)
        assert len(list(tmp_path.glob("*.mkv"))) <= MOST_JOURNALS + 1
        assert "does not answer" in (heard.last_of("door").problem or "")
        assert writer.dropped("door") > 0
    finally:
        goes_on.set()
    wait_until(lambda: 2 * len(heard.finished) + writer.dropped("door") == 800)
