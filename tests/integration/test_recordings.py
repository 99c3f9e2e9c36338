"""Recording as a whole: frames in, clips out, through stops, kills and a full disk."""

import asyncio
import contextlib
import errno
import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import av
import cv2
import numpy as np
import pytest

from gcam_addon.clock import Clock, ManualClock, SystemClock
from gcam_addon.config.model import (
    Camera,
    RecordingMode,
    RecordingSettings,
    RetentionSettings,
    SourceSettings,
    StorageSettings,
)
from gcam_addon.duties import Duties
from gcam_addon.errors import AccessDenied, NotFound, RecordingError
from gcam_addon.model import (
    ClipKind,
    ClipReady,
    ClipRemoved,
    DutyStatus,
    Event,
    ExportState,
    MotionEnded,
    MotionStarted,
    RecordingChanged,
    Size,
    StorageChanged,
    Unit,
)
from gcam_addon.recording.exports import KEEP_S
from gcam_addon.recording.journal_reader import count_frames
from gcam_addon.recording.service import Recordings
from tests.support.frames import jpeg_frames
from tests.support.small_disk import small_disk
from tests.support.waiting import patience, until

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
DAY_S = 86400.0
T = TypeVar("T")
CAMERA = Camera("door", "Entrée", SourceSettings("http://x"))
NO_FLOOR = RetentionSettings(keep_days=100_000, min_free_bytes=0)


class Running:
    """A started service and all it said."""

    def __init__(self, recordings: Recordings, clock: Clock, duties: Duties) -> None:
        self.recordings = recordings
        self.clock = clock
        self.duties = duties
        self.events: list[Event] = []

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, condition: Callable[[], bool]) -> None:
        await until(condition)

    async def clips(self, count: int) -> None:
        await self.until(lambda: len(self.of(ClipReady)) >= count)


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    running: list[Running] = []

    async def _start(
        folder: Path = tmp_path, retention: RetentionSettings = NO_FLOOR, clock: Clock | None = None
    ) -> Running:
        manual = ManualClock(wall_offset_s=1_700_000_000.0)
        clock = clock or (manual if retention.keep_days < 1 else SystemClock())
        duties = Duties(clock)
        settings = StorageSettings(tmp_path, folder, retention)
        one = Running(Recordings(settings, clock, duties=duties), clock, duties)
        running.append(one)
        await one.recordings.start(one.events.append)
        return one

    yield _start
    for one in running:
        await one.recordings.stop()


def motion(running: Running, frames: list[Unit], camera: Camera = CAMERA, event_id: str = "e1") -> None:
    """The whole of `frames` is one event; its strongest frame is a quarter in."""
    recorder = running.recordings.recorder_for(camera)
    first, last = frames[0], frames[-1]
    recorder.note(
        MotionStarted(camera.id, event_id, first.pts_s, first.received_at, 2.0, "came", (), (), first.data)
    )
    for frame in frames:
        recorder.push(frame, active=True)
    strongest = frames[len(frames) // 4].data
    recorder.note(
        MotionEnded(
            camera.id, event_id, last.pts_s, first.received_at, last.received_at, 9.0, "left", (), strongest
        )
    )
    recorder.close()


def problem_of(running: Running, duty: str) -> str:
    return next((state.problem or "" for state in running.duties.states() if state.name == duty), "")


def grey(jpeg: bytes) -> cv2.typing.MatLike:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture


async def test_an_event_becomes_a_clip(start: Start, tmp_path: Path) -> None:
    running, frames = await start(), jpeg_frames(45, Size(640, 480))
    motion(running, frames)
    await running.clips(1)
    (ready,) = running.of(ClipReady)
    clip = ready.clip
    assert (clip.kind, clip.frames, clip.width, clip.height) == (ClipKind.MOTION, 45, 640, 480)
    assert (clip.event_ids, clip.peak, clip.reason) == (("e1",), 9.0, "left")
    assert clip.duration_s == pytest.approx(44 / 15, abs=0.002)
    assert clip.path.startswith("recordings/Entrée/")
    with av.open(str(running.recordings.path_of(clip))) as video:
        assert sum(1 for _ in video.decode(video=0)) == 45
    thumbnail = running.recordings.thumbnail_of(clip)
    assert thumbnail is not None
    shown = grey(thumbnail.read_bytes())
    assert shown.shape == (240, 320)
    distances = [cv2.absdiff(shown, cv2.resize(grey(frame.data), (320, 240))).mean() for frame in frames]
    assert int(np.argmin(distances)) == 11, "the strongest frame, not any frame"
    assert [change.recording for change in running.of(RecordingChanged)] == [True, False]
    assert list(await running.recordings.clips.list()) == [clip]
    assert list((tmp_path / "journal").iterdir()) == []
    assert (await running.recordings.clips.storage()).clips_bytes == clip.size_bytes
    assert running.recordings.queued("door") == 0


async def test_the_original_is_kept_where_wanted(start: Start) -> None:
    running, frames = await start(), jpeg_frames(10)
    camera = replace(CAMERA, recording=RecordingSettings(keep_original=True))
    motion(running, frames, camera)
    await running.clips(1)
    clip = running.of(ClipReady)[0].clip
    original = running.recordings.path_of(clip).with_suffix(".mkv")
    with av.open(str(original)) as video:
        assert [bytes(packet) for packet in video.demux() if packet.size] == [frame.data for frame in frames]
    assert clip.size_bytes == original.stat().st_size + running.recordings.path_of(clip).stat().st_size
    await running.recordings.clips.delete_all("door")
    assert not original.exists()


async def test_two_clips_in_one_second_and_two_cameras_of_one_name(start: Start) -> None:
    running, frames = await start(), jpeg_frames(5, fps=50)
    for index in range(4):
        motion(running, frames, replace(CAMERA, id=f"door_{index % 2}"), f"e{index}")
    await running.clips(4)
    paths = {ready.clip.path for ready in running.of(ClipReady)}
    assert len(paths) == 4
    assert len({ready.clip.id for ready in running.of(ClipReady)}) == 4
    assert {path.rpartition("/")[2][8:] for path in paths} == {".mp4", "-2.mp4", "-3.mp4", "-4.mp4"}


async def test_a_timelapse_runs_at_25_fps_and_knows_its_real_time(start: Start) -> None:
    running = await start()
    camera = replace(
        CAMERA, recording=RecordingSettings(mode=RecordingMode.TIMELAPSE, timelapse_interval_s=1.0)
    )
    recorder = running.recordings.recorder_for(camera)
    for frame in jpeg_frames(50, fps=5, start_s=0.0):
        recorder.push(frame, active=False)
    recorder.close()
    await running.clips(1)
    clip = running.of(ClipReady)[0].clip
    assert (clip.kind, clip.frames, clip.duration_s) == (ClipKind.TIMELAPSE, 10, 9.0)
    with av.open(str(running.recordings.path_of(clip))) as video:
        times = [frame.time for frame in video.decode(video=0)]
    assert times == pytest.approx([index / 25 for index in range(10)])


async def test_a_protected_clip_is_kept_and_another_deleted_with_its_folders(
    start: Start, tmp_path: Path
) -> None:
    running = await start()
    motion(running, jpeg_frames(5))
    await running.clips(1)
    clips, clip = running.recordings.clips, running.of(ClipReady)[0].clip
    assert (await clips.protect(clip.id, True)).protected
    with pytest.raises(AccessDenied):
        await clips.delete(clip.id)
    assert running.recordings.path_of(clip).exists()
    await clips.protect(clip.id, False)
    await clips.delete_all("door")
    assert list((tmp_path / "recordings").iterdir()) == []
    assert list((tmp_path / "thumbnails").iterdir()) == []
    assert running.of(ClipRemoved) == [ClipRemoved(clip.id, "door", "deleted together with its camera")]
    with pytest.raises(NotFound):
        await clips.get(clip.id)


async def test_a_deleted_clip_lies_in_the_trash_for_a_while(start: Start, tmp_path: Path) -> None:
    retention = RetentionSettings(keep_days=0.9, min_free_bytes=0)
    running = await start(retention=retention)
    motion(running, jpeg_frames(5))
    await running.clips(1)
    clips, clip = running.recordings.clips, running.of(ClipReady)[0].clip
    await clips.delete(clip.id)
    assert running.of(ClipRemoved) == [ClipRemoved(clip.id, "door", "deleted by hand")]
    assert list(await clips.list()) == []
    await running.recordings.stop()

    again = await start(retention=retention)
    assert list(await again.recordings.clips.list()) == []
    clips = again.recordings.clips
    assert await clips.restore(clip.id) == clip
    assert list(await clips.list()) == [clip]
    await clips.delete(clip.id)
    assert isinstance(again.clock, ManualClock)
    (thrown,) = (await clips.trash(None, 10)).newest
    assert thrown.until == pytest.approx(clip.ended_at + 0.9 * 86_400), "sooner than after three days"
    again.clock.advance(thrown.until - again.clock.wall() + 1)
    told = len(again.of(StorageChanged))
    again.recordings.set_cameras([])  # has it look at the disk
    await again.until(lambda: list((tmp_path / "recordings").iterdir()) == [])
    await again.until(lambda: len(again.of(StorageChanged)) > told)  # the look is over
    with pytest.raises(NotFound):
        await clips.restore(clip.id)


async def test_the_trash_is_emptied_by_hand(start: Start, tmp_path: Path) -> None:
    running = await start()
    motion(running, jpeg_frames(5))
    await running.clips(1)
    clips, clip = running.recordings.clips, running.of(ClipReady)[0].clip
    await clips.delete(clip.id)
    trash = await clips.trash(frozenset({"door"}), 10)
    assert (trash.clips, trash.size_bytes) == (1, clip.size_bytes)
    assert trash.newest[0].clip == (await clips.trashed(clip.id)).clip == clip
    assert await clips.empty_trash(frozenset({"garden"})) == 0
    assert await clips.empty_trash(None, "another") == 0
    assert await clips.empty_trash(None) == 1
    assert list((tmp_path / "recordings").iterdir()) == []
    with pytest.raises(NotFound):
        await clips.trashed(clip.id)


async def test_a_camera_that_is_back_after_the_clock_was_set_back_records(start: Start) -> None:
    machine = [1_700_000_000.0]
    clock = SystemClock(lambda: machine[0])
    running = await start(clock=clock)
    await running.recordings.clips.delete_all("door")
    machine[0] -= 3600
    clock.anchor()
    motion(running, [replace(frame, received_at=clock.wall()) for frame in jpeg_frames(5)])
    await running.clips(1)
    assert len(await running.recordings.clips.list()) == 1


async def test_a_stop_in_the_middle_of_an_event_keeps_it(start: Start, tmp_path: Path) -> None:
    running, frames = await start(), jpeg_frames(30)
    recorder = running.recordings.recorder_for(CAMERA)
    for frame in frames:
        recorder.push(frame, active=True)
    await running.recordings.stop()  # without even closing the recorder
    again = await start()
    await again.until(lambda: len(running.of(ClipReady)) + len(again.of(ClipReady)) == 1)
    (clip,) = await again.recordings.clips.list()
    assert clip.frames == 30
    assert list((tmp_path / "journal").iterdir()) == []


async def test_a_killed_process_loses_at_most_one_frame_and_the_next_start_makes_the_clip(
    start: Start, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.support.recording_process", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    pushed = written = 0
    while written < 40:
        pushed, written = map(int, (await process.stdout.readline()).split())
    process.kill()
    for line in (await process.stdout.read()).splitlines():
        pushed, written = map(int, line.split())
    await process.wait()
    running = await start()
    await running.clips(1)
    (clip,) = await running.recordings.clips.list()
    assert written - 1 <= clip.frames <= pushed + 1
    assert (clip.event_ids, clip.peak, clip.reason) == (("e1",), 6.5, "somebody came")
    assert clip.thumbnail is not None


async def test_a_damaged_journal_is_kept_aside_and_the_others_are_finished(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "door-1-abcd.mkv").write_bytes(b"\x00no video" * 1000)
    (tmp_path / "journal" / "door-2-abcd.mkv").write_bytes(b"\x1aE\xdf\xa3")
    (tmp_path / "journal" / "door-3-abcd.json").write_text("{}")
    running = await start()
    motion(running, jpeg_frames(5))
    await running.clips(1)
    await running.until((tmp_path / "journal" / "damaged" / "door-1-abcd.mkv").exists)
    assert [path.name for path in (tmp_path / "journal").iterdir()] == ["damaged"]
    assert "door-1-abcd.mkv" in caplog.text


async def test_files_of_others_beside_the_clips_stay(start: Start, tmp_path: Path) -> None:
    others = [
        tmp_path / "recordings" / "film.mp4.part",
        tmp_path / "thumbnails" / "Garden" / "cover.jpg",
        tmp_path / "exports" / "film.mp4",
    ]
    own = [
        tmp_path / "recordings" / "Garden" / "2026-01-01" / "12-00-00.mp4.part",
        tmp_path / "thumbnails" / "Garden" / "2026-01-01" / "12-00-00-2.jpg",
        tmp_path / "exports" / "0123456789abcdef.mp4",
    ]
    for path in [*others, *own]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"something")
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "nothing").symlink_to("nowhere")
    (tmp_path / "journal" / ".gcam-probe").mkdir()
    running = await start()
    motion(running, jpeg_frames(5))
    await running.clips(1)
    assert all(path.exists() for path in others)
    assert not any(path.exists() for path in own)


async def test_a_journal_whose_clip_exists_is_not_made_again(start: Start, tmp_path: Path) -> None:
    """The crash between the index entry and the journal's removal."""
    running, frames = await start(), jpeg_frames(300)
    recorder = running.recordings.recorder_for(CAMERA)
    for frame in frames:
        recorder.push(frame, active=True)
    await running.until(lambda: running.recordings.queued("door") == 0)
    (journal,) = (tmp_path / "journal").glob("*.mkv")
    recorder_copy = journal.read_bytes()
    recorder.close()
    await running.clips(1)
    await running.recordings.stop()
    journal.write_bytes(recorder_copy)
    again = await start()
    await again.until(lambda: not journal.exists())
    assert len(await again.recordings.clips.list()) == 1


async def test_old_clips_go_with_a_reason(start: Start) -> None:
    running = await start(retention=RetentionSettings(keep_days=0.5, min_free_bytes=0))
    motion(running, jpeg_frames(5), event_id="old")
    await running.clips(1)
    assert isinstance(running.clock, ManualClock)
    running.clock.advance(DAY_S)
    motion(
        running,
        [replace(frame, received_at=running.clock.wall()) for frame in jpeg_frames(5)],
        event_id="new",
    )
    await running.clips(2)
    running.recordings.set_cameras([CAMERA])
    await running.until(lambda: bool(running.of(ClipRemoved)))
    assert [removed.why for removed in running.of(ClipRemoved)] == ["older than 0.5 days"]
    assert [clip.event_ids for clip in await running.recordings.clips.list()] == [("new",)]


@pytest.mark.root
async def test_a_full_disk_stops_recording_and_resumes_by_itself(start: Start, tmp_path: Path) -> None:
    frames = jpeg_frames(400, Size(320, 240))  # about 7 MB
    with small_disk(tmp_path / "disk", 8 * MB) as folder:
        running = await start(folder)
        motion(running, frames[:20])
        await running.clips(1)
        first = running.of(ClipReady)[0].clip
        path = running.recordings.path_of(first)
        before = path.read_bytes()
        ballast = folder / "ballast"
        ballast.write_bytes(bytes(4 * MB))

        recorder = running.recordings.recorder_for(CAMERA)
        for frame in frames:
            recorder.push(frame, active=True)
            await asyncio.sleep(0)
        await running.until(lambda: running.of(RecordingChanged)[-1].problem_code == "storage_full")
        assert not running.of(RecordingChanged)[-1].recording
        ballast.unlink()
        await running.until(lambda: running.of(RecordingChanged)[-1].problem is None)
        lost = recorder.dropped
        assert lost > 0
        later = [
            replace(frame, pts_s=frame.pts_s + 60, received_at=frame.received_at + 60)
            for frame in frames[:10]
        ]
        for frame in later:
            recorder.push(frame, active=True)
        recorder.close()
        await running.until(lambda: running.recordings.queued("door") == 0)
        await running.until(
            lambda: (
                sum(ready.clip.frames for ready in running.of(ClipReady)) >= 20 + 400 + 10 - recorder.dropped
            )
        )
        assert recorder.dropped == lost, "nothing is lost once there is room"
        assert path.read_bytes() == before
        assert list((folder / "journal").iterdir()) == []
        for ready in running.of(ClipReady):
            with av.open(str(running.recordings.path_of(ready.clip))) as video:
                assert sum(1 for _ in video.decode(video=0)) == ready.clip.frames
        await running.recordings.stop()


@pytest.mark.root
async def test_exports_go_before_clips_where_room_is_short(start: Start, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8 * MB) as folder:
        running = await start(folder, RetentionSettings(keep_days=100_000, min_free_bytes=2 * MB))
        motion(running, jpeg_frames(60, Size(320, 240)))
        await running.clips(1)
        clip, exports = running.of(ClipReady)[0].clip, running.recordings.exports
        export = await exports.add("door", clip.started_at, clip.ended_at, "Anna")
        await running.until(lambda: exports.get(export.id).state is ExportState.DONE)
        free = (await running.recordings.clips.storage()).free_bytes
        (folder / "ballast").write_bytes(bytes(free - 2 * MB + 50_000))
        running.recordings.set_cameras([])  # has it look at the disk
        await running.until(lambda: not exports.list())
        await running.until(lambda: running.of(StorageChanged)[-1].storage.free_bytes < 3 * MB)
        assert [each.id for each in await running.recordings.clips.list()] == [clip.id]
        assert running.of(ClipRemoved) == []
        await running.recordings.stop()


async def test_below_the_floor_recording_stops_with_a_remedy(start: Start) -> None:
    running = await start(retention=RetentionSettings(min_free_bytes=1 << 60))
    await running.until(lambda: bool(running.of(StorageChanged)))
    storage = running.of(StorageChanged)[0].storage
    assert storage.problem_code == "storage_full"
    assert "lower keep_days" in (storage.problem or "")
    motion(running, jpeg_frames(5))
    await running.until(lambda: bool(running.of(RecordingChanged)))
    changed = running.of(RecordingChanged)[0]
    assert (changed.recording, changed.problem_code) == (False, "storage_full")
    assert "MB" in (changed.problem or "")
    storage = await running.recordings.clips.storage()
    assert (storage.problem, storage.problem_code) == (changed.problem, changed.problem_code)


async def test_two_gcams_never_share_a_media_folder(start: Start, tmp_path: Path) -> None:
    """The second would finish and remove the journals of the first."""
    running = await start()
    recorder = running.recordings.recorder_for(CAMERA)
    for frame in jpeg_frames(30):
        recorder.push(frame, active=True)
    await running.until(lambda: running.recordings.queued("door") == 0)
    clock = SystemClock()
    other = Recordings(StorageSettings(tmp_path / "other", tmp_path, NO_FLOOR), clock, duties=Duties(clock))
    with pytest.raises(RecordingError, match=rf"another Gcam records into {tmp_path}: .*media_dir"):
        await other.start(lambda _event: None)
    await other.stop()
    assert len(list((tmp_path / "journal").glob("*.mkv"))) == 1
    await running.recordings.stop()
    await other.start(lambda _event: None)
    await other.stop()


async def test_a_folder_that_can_t_be_locked_is_recorded_into_all_the_same(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As some network folders are."""

    def flock(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    running = await start()
    motion(running, jpeg_frames(5))
    await running.clips(1)
    assert "see that no other Gcam records into it" in caplog.text


async def test_a_folder_that_can_t_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    clock = SystemClock()
    settings = StorageSettings(tmp_path, tmp_path / "file")
    recordings = Recordings(settings, clock, duties=Duties(clock))
    with pytest.raises(RecordingError, match=r"file.*choose another folder"):
        await recordings.start(lambda _event: None)
    await recordings.stop()


async def test_a_name_nobody_can_spell_holds_up_neither_clips_nor_retention(
    start: Start, tmp_path: Path
) -> None:
    before = await start()
    motion(before, jpeg_frames(5))
    await before.clips(1)
    await before.recordings.stop()
    video = before.recordings.path_of(before.of(ClipReady)[0].clip)
    strange = video.rename(video.with_name(os.fsdecode(b"caf\xe9.mp4")))  # by another program
    running = await start(retention=RetentionSettings(keep_days=0.5, min_free_bytes=0))
    motion(running, jpeg_frames(5))
    await running.clips(1)
    assert isinstance(running.clock, ManualClock)
    running.clock.advance(DAY_S)
    running.recordings.set_cameras([CAMERA])
    await running.until(lambda: bool(running.of(ClipRemoved)))
    await running.recordings.stop()
    assert strange.exists()


async def test_an_index_that_becomes_corrupt_is_rebuilt_while_gcam_runs(start: Start, tmp_path: Path) -> None:
    running = await start()
    for number in range(2):
        motion(running, jpeg_frames(5), event_id=f"e{number}")
    await running.clips(2)
    index = tmp_path / "gcam.db"
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("PRAGMA user_version = 1")  # whoever kept pages in memory reads them anew
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with index.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x99" * (index.stat().st_size - 4096))
    with pytest.raises(RecordingError, match="malformed"):
        await running.recordings.clips.list()
    motion(running, jpeg_frames(5), event_id="meanwhile")
    running.recordings.set_cameras([CAMERA])
    await running.clips(3)
    await running.until(lambda: bool(list(tmp_path.glob("gcam.db.corrupt-*"))))
    await running.until(lambda: "corrupt" in problem_of(running, "index"))
    async with patience():
        while len(clips := await running.recordings.clips.list()) < 3:
            running.recordings.set_cameras([CAMERA])
            await asyncio.sleep(0.01)
    assert {clip.event_ids for clip in clips} == {("e0",), ("e1",), ("meanwhile",)}


@pytest.mark.parametrize("how", ["removed", "replaced"])
async def test_an_index_that_somebody_took_away_is_rebuilt_while_gcam_runs(
    start: Start, tmp_path: Path, how: str
) -> None:
    running = await start()
    index, older = tmp_path / "gcam.db", tmp_path / "older.db"
    with closing(sqlite3.connect(index)) as source, closing(sqlite3.connect(older)) as copy:
        source.backup(copy)
    for number in range(2):
        motion(running, jpeg_frames(5), event_id=f"e{number}")
    await running.clips(2)
    if how == "removed":
        index.unlink()
    else:
        older.replace(index)
    running.recordings.set_cameras([CAMERA])
    await running.until(lambda: "removed or replaced" in problem_of(running, "index"))
    motion(running, jpeg_frames(5), event_id="afterwards")
    await running.clips(3)
    with closing(sqlite3.connect(index)) as connection:
        await running.until(lambda: connection.execute("SELECT count(*) FROM clips").fetchone() == (3,))
    clips = await running.recordings.clips.list()
    assert {clip.event_ids for clip in clips} == {("e0",), ("e1",), ("afterwards",)}
    assert [duty.failures for duty in running.duties.states() if duty.name == "index"] == [1]


async def test_an_index_that_hangs_holds_up_nobody_else(start: Start, tmp_path: Path) -> None:
    running = await start()
    motion(running, jpeg_frames(5))
    await running.clips(1)
    (clip,) = await running.recordings.clips.list()
    with closing(sqlite3.connect(tmp_path / "gcam.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        asked = [asyncio.ensure_future(running.recordings.clips.protect(clip.id, True)) for _ in range(50)]
        await asyncio.sleep(0)  # they begin first
        async with patience():
            assert await asyncio.to_thread(int) == 0
        assert not any(one.done() for one in asked)
        other.execute("ROLLBACK")
    await asyncio.gather(*asked)


async def test_while_all_common_threads_are_busy_the_disk_is_looked_at(start: Start) -> None:
    running, free = await start(), threading.Event()
    busy = [asyncio.ensure_future(asyncio.to_thread(free.wait)) for _ in range(50)]
    try:
        motion(running, jpeg_frames(5))
        await running.clips(1)
        running.recordings.set_cameras([CAMERA])
        await running.until(lambda: running.of(StorageChanged)[-1].storage.clips == 1)
        assert len(await running.recordings.clips.list()) == 1
    finally:
        free.set()
    await asyncio.gather(*busy)


async def test_a_look_that_fails_is_told_and_the_next_one_works(start: Start) -> None:
    running = await start(retention=RetentionSettings(keep_days=0.5, min_free_bytes=0))
    await running.until(lambda: bool(running.of(StorageChanged)))
    running.recordings.set_cameras([replace(CAMERA, recording=object())])  # type: ignore[arg-type]  (a defect)
    motion(running, jpeg_frames(5))
    await running.clips(1)
    assert isinstance(running.clock, ManualClock)
    running.clock.advance(DAY_S)
    await running.until(lambda: bool(running.duties.states()[-1].failures))
    state = running.duties.states()[-1]
    assert (state.name, state.status) == ("retention", DutyStatus.RUNNING)
    running.recordings.set_cameras([CAMERA])
    await running.until(lambda: bool(running.of(ClipRemoved)))


async def test_a_stop_brings_recordings_home_although_a_look_hangs(start: Start, tmp_path: Path) -> None:
    """A pipe that is called as a video is: who opens it waits until somebody writes."""
    (tmp_path / "recordings").mkdir()
    pipe = tmp_path / "recordings" / "hangs.mp4"
    os.mkfifo(pipe)
    try:
        running, frames = await start(), jpeg_frames(30)
        recorder = running.recordings.recorder_for(CAMERA)
        for frame in frames:
            recorder.push(frame, active=True)
        async with patience():
            await running.recordings.stop()
        (journal,) = (tmp_path / "journal").glob("*.mkv")
        assert count_frames(journal) == 30
        assert running.of(RecordingChanged)[-1].recording is False
    finally:
        with contextlib.suppress(OSError):
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


async def test_an_export_s_file_goes_after_a_day_though_nobody_asks_for_another(
    start: Start, tmp_path: Path
) -> None:
    running = await start(retention=RetentionSettings(keep_days=0.9, min_free_bytes=0))
    assert isinstance(running.clock, ManualClock)
    motion(running, jpeg_frames(30))
    await running.clips(1)
    clip, exports = running.of(ClipReady)[0].clip, running.recordings.exports
    export = await exports.add("door", clip.started_at - 1, clip.ended_at + 1, "somebody")
    await running.until(lambda: exports.get(export.id).state is ExportState.DONE)
    assert exports.get(export.id).progress == 1.0
    assert exports.path_of(export.id).exists()
    running.clock.advance(KEEP_S + 1)
    running.recordings.set_cameras([])  # has it look at the disk
    await running.until(lambda: not exports.list() and not list((tmp_path / "exports").iterdir()))
