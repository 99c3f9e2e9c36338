"""Journals become clips in the background, across stops, at low priority."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.clock import Clock, ManualClock, SystemClock
from gcam_addon.config.model import EncoderSettings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.model import Clip, ClipKind, DutyStatus, Size, Unit
from gcam_addon.recording import disk
from gcam_addon.recording.damaged import Damaged
from gcam_addon.recording.encoder import Encoded, Encoder
from gcam_addon.recording.facts import ClipFacts, to_json
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.journal_file import JournalFile, poster, sidecar
from gcam_addon.recording.journal_reader import Undecodable, count_frames
from gcam_addon.recording.library import Library
from gcam_addon.recording.reconcile import reconcile
from tests.support.films import film
from tests.support.frames import jpeg_frames
from tests.support.small_disk import small_disk
from tests.support.waiting import PATIENCE_S, wait_until

CLIP_ID = "door-1700000000000-9f3a"
MB = 1024 * 1024


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "gcam.db")
    library.open()
    yield library
    library.close()


def journal(media_dir: Path, clip_id: str, frames: list[Unit], *, keep_original: bool = False) -> Path:
    (media_dir / "journal").mkdir(exist_ok=True)
    facts = ClipFacts(clip_id, "door", "Door", ClipKind.MOTION, 1_700_000_000.0, keep_original=keep_original)
    file = JournalFile(media_dir / "journal", facts, frames[0].tracks)
    for frame in frames:
        file.append(frame)
    file.close()
    return file.path


def settings(media_dir: Path, workers: int = 1) -> StorageSettings:
    return StorageSettings(media_dir, media_dir, encoder=EncoderSettings(workers=workers))


def finisher_for(
    settings: StorageSettings,
    library: Library,
    ready: Callable[[Clip], None],
    clock: Clock | None = None,
    duties: Duties | None = None,
) -> Finisher:
    clock = clock or SystemClock()
    return Finisher(settings, library, ready, clock=clock, duties=duties or Duties(clock))


def _jpegs() -> list[Unit]:
    return jpeg_frames(30)


def _copied() -> list[Unit]:
    return film(n=60)


@pytest.mark.root
@pytest.mark.parametrize(
    ("units", "keep_original", "share"), [(_copied, False, 0.8), (_jpegs, True, 1.2), (_jpegs, False, 0.3)]
)
def test_a_video_for_which_there_is_no_room_fills_no_disk(
    tmp_path: Path,
    library: Library,
    caplog: pytest.LogCaptureFixture,
    units: Callable[[], list[Unit]],
    keep_original: bool,
    share: float,
) -> None:
    """`share` of the journal is free beside it. It waits, and what is recorded meanwhile has that room."""
    with small_disk(tmp_path / "media", 8 * MB) as media:
        path = journal(media, CLIP_ID, units(), keep_original=keep_original)
        left = int(path.stat().st_size * share)
        (media / "ballast").write_bytes(bytes(disk.free_bytes(media) - left))
        made: list[Clip] = []
        finisher = finisher_for(settings(media), library, made.append)
        finisher.submit(path)
        finisher.start()
        wait_until(lambda: "can't be finished yet" in caplog.text)
        assert "no room for the video" in caplog.text
        assert not any((media / "recordings").rglob("*"))
        finisher.stop(PATIENCE_S)
        (media / "ballast").unlink()
        later = finisher_for(settings(media), library, made.append)
        later.submit(path)
        later.start()
        wait_until(lambda: made)
        later.stop(PATIENCE_S)


def test_an_impatient_stop_leaves_the_journal_to_the_next_start(tmp_path: Path, library: Library) -> None:
    path = journal(tmp_path, CLIP_ID, jpeg_frames(300, Size(640, 480), quality=95))
    before = path.read_bytes()
    finisher = finisher_for(settings(tmp_path), library, lambda _clip: None)
    finisher.submit(path)
    finisher.start()
    wait_until(lambda: any((tmp_path / "recordings").rglob("*.part")))
    finisher.stop(0.0)
    assert path.read_bytes() == before
    assert library.list() == []
    assert [file for file in (tmp_path / "recordings").rglob("*") if file.is_file()] == []

    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path), library, ready.append)
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
    finisher = finisher_for(settings(tmp_path), library, ready.append)
    for number in range(3):
        finisher.submit(journal(tmp_path, f"clip-{number}", jpeg_frames(10)))
    finisher.start()
    finisher.stop(30.0)
    assert [clip.id for clip in ready] == ["clip-0", "clip-1", "clip-2"]


def test_several_workers_share_a_folder_without_overwriting(tmp_path: Path, library: Library) -> None:
    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path, workers=4), library, ready.append)
    for number in range(12):
        finisher.submit(journal(tmp_path, f"clip-{number}", jpeg_frames(3 + number)))
    finisher.start()
    finisher.stop(30.0)
    assert len({clip.path for clip in ready}) == 12
    assert sorted(clip.frames for clip in ready) == list(range(3, 15))
    assert all((tmp_path / clip.path).stat().st_size == clip.size_bytes for clip in ready)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own only under Linux")
def test_encoding_gives_way_to_everything_else(tmp_path: Path, library: Library) -> None:
    finisher = finisher_for(settings(tmp_path), library, lambda _clip: None)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    finisher.start()
    (thread,) = (each for each in threading.enumerate() if each.name == "gcam-encoder-0")
    assert thread.native_id is not None
    native_id = thread.native_id
    wait_until(lambda: os.getpriority(os.PRIO_PROCESS, native_id) == 10)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    finisher.stop(1.0)


def is_small(video: Path) -> bool:
    """Whether it was made by the slower preset: x264 writes into a film how it was made."""
    text = video.read_bytes()
    assert (b"cabac=1" in text) != (b"cabac=0" in text)
    return b"cabac=1" in text


def test_the_last_of_those_that_wait_is_made_at_leisure(tmp_path: Path, library: Library) -> None:
    """At a start, or after a busy hour: the quick preset until nothing waits any more."""
    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path), library, ready.append)
    for number in range(4):
        finisher.submit(journal(tmp_path, f"clip-{number}", jpeg_frames(10)))
    finisher.start()
    wait_until(lambda: len(ready) == 4)
    finisher.stop(10.0)
    assert [is_small(tmp_path / clip.path) for clip in ready] == [False, False, False, True]


def test_where_making_a_clip_takes_longer_than_it_lasts_the_next_are_made_quickly(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, ready = ManualClock(), list[Clip]()
    encode = Encoder.encode

    def slowly(self: Encoder, *given: Any, **more: Any) -> Encoded:
        clock.advance(60.0)
        return encode(self, *given, **more)

    monkeypatch.setattr(Encoder, "encode", slowly)
    finisher = finisher_for(settings(tmp_path), library, ready.append, clock)
    finisher.start()
    for number in range(3):
        if number == 2:
            clock.advance(3600.0)
        finisher.submit(journal(tmp_path, f"clip-{number}", jpeg_frames(10)))
        wait_until(lambda number=number: len(ready) == number + 1)  # type: ignore[misc]
    finisher.stop(10.0)
    assert [is_small(tmp_path / clip.path) for clip in ready] == [True, False, True]


def test_what_failed_at_leisure_is_tried_again_quickly(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the slower preset lacks, memory for one, costs no clip."""
    encode = Encoder.encode

    def in_little_memory(self: Encoder, *given: Any, at_leisure: bool, **more: Any) -> Encoded:
        if at_leisure:
            raise MemoryError
        return encode(self, *given, at_leisure=at_leisure, **more)

    monkeypatch.setattr(Encoder, "encode", in_little_memory)
    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path), library, ready.append)
    finisher.start()
    finisher.submit(journal(tmp_path, "clip", jpeg_frames(10)))

    def is_ready() -> bool:
        finisher.retry()
        return bool(ready)

    wait_until(is_ready)
    finisher.stop(10.0)
    assert not is_small(tmp_path / ready[0].path)


def test_a_kill_in_the_middle_of_a_film_at_leisure_loses_no_picture(tmp_path: Path, library: Library) -> None:
    path = journal(tmp_path, CLIP_ID, jpeg_frames(90, Size(320, 240)))
    before = path.read_bytes()
    command = [sys.executable, "-c", _KILLED_AT_LEISURE, tmp_path, path]
    killed = subprocess.run(command, check=False, timeout=PATIENCE_S, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert killed.stdout == b"veryfast 30\n"
    (part,) = (file for file in (tmp_path / "recordings").rglob("*") if file.is_file())
    assert part.suffix == ".part"
    assert path.read_bytes() == before

    reconcile(library, tmp_path, 1_700_000_100.0)
    finisher = finisher_for(settings(tmp_path), library, lambda _clip: None)
    assert finisher.recover() == 1
    finisher.start()
    wait_until(lambda: not path.exists())
    finisher.stop(10.0)
    (clip,) = library.list()
    assert (clip.frames, count_frames(tmp_path / clip.path)) == (90, 90)
    assert [file for file in (tmp_path / "recordings").rglob("*") if file.is_file()] == [tmp_path / clip.path]


_KILLED_AT_LEISURE = """
import os, signal, sys
from pathlib import Path
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.recording import encoder
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.library import Library

media, journal = (Path(argument) for argument in sys.argv[1:3])
really_add, really_configure = encoder._Film.add, encoder._configure

def add(film, picture, orientation):
    really_add(film, picture, orientation)
    if film.frames == 45:
        os.kill(os.getpid(), signal.SIGKILL)

def configure(context, codec, settings, size):
    print(settings.preset, settings.quality, flush=True)
    really_configure(context, codec, settings, size)

encoder._Film.add, encoder._configure = add, configure
library = Library(media / "other.db")
library.open()
clock = SystemClock()
finisher = Finisher(StorageSettings(media, media), library, print, clock=clock, duties=Duties(clock))
finisher.start()
finisher.submit(journal)
while True:
    signal.pause()
"""


def test_what_failed_for_the_disk_s_sake_is_tried_again(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    path = journal(tmp_path, "clip", jpeg_frames(10))
    (tmp_path / "recordings").write_text("a file where a folder should be")
    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path), library, ready.append)
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


class Clips:
    """What became ready."""

    def __init__(self) -> None:
        self.ready: list[Clip] = []

    def __call__(self, clip: Clip) -> None:
        self.ready.append(clip)
        if clip.id == "unwelcome":
            raise LookupError("nobody wants to hear of it")


def test_what_nobody_foresaw_holds_up_one_journal_and_no_other(tmp_path: Path, library: Library) -> None:
    clips, clock = Clips(), ManualClock()
    duties = Duties(clock)
    odd = journal(tmp_path, "odd", jpeg_frames(3))
    facts = json.loads(to_json(ClipFacts("odd", "door", "Door", ClipKind.MOTION, 1_700_000_000.0)))
    sidecar(odd).write_text(json.dumps({**facts, "camera_name": 5}))
    finisher = finisher_for(settings(tmp_path), library, clips, clock, duties)
    for path in (odd, *(journal(tmp_path, name, jpeg_frames(3)) for name in ("unwelcome", "good"))):
        finisher.submit(path)
    finisher.start()
    wait_until(lambda: len(clips.ready) == 2)
    assert [clip.id for clip in clips.ready] == ["unwelcome", "good"]
    assert finisher.unfinished() == (1, odd.stat().st_size)
    (duty,) = duties.states()
    assert (duty.name, duty.status, duty.failures) == ("encoder-0", DutyStatus.RUNNING, 2)
    sidecar(odd).write_text(json.dumps(facts))
    finisher.retry()
    wait_until(lambda: len(clips.ready) == 3)
    finisher.stop(10.0)
    assert finisher.unfinished() == (0, 0)


def test_what_fails_for_good_is_set_aside_after_some_attempts(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    duties = Duties(clock)
    path = journal(tmp_path, "clip", jpeg_frames(3))
    before = path.read_bytes()
    sidecar(path).write_text(to_json(ClipFacts("clip", "door", "Door", ClipKind.MOTION, float("inf"))))
    finisher = finisher_for(settings(tmp_path), library, lambda _clip: None, clock, duties)
    finisher.submit(path)
    finisher.start()

    def is_set_aside_an_hour_later() -> bool:
        clock.advance(3600.0)
        finisher.retry()
        return finisher.unfinished() == (0, 0)

    wait_until(is_set_aside_an_hour_later)
    finisher.stop(10.0)
    assert (tmp_path / "journal" / "damaged" / "clip.mkv").read_bytes() == before
    assert "no clip can be made of clip.mkv" in caplog.text
    assert duties.states()[0].failures == 5


def test_a_video_the_index_does_not_take_yet_is_kept_and_made_once(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    ready: list[Clip] = []
    path = journal(tmp_path, "clip", jpeg_frames(10))
    with closing(sqlite3.connect(tmp_path / "gcam.db")) as database:
        database.execute("CREATE TRIGGER no BEFORE INSERT ON clips BEGIN SELECT RAISE(ABORT, 'no'); END")
        finisher = finisher_for(settings(tmp_path), library, ready.append)
        finisher.submit(path)
        finisher.start()
        wait_until(lambda: "can't be finished yet" in caplog.text)
        (video,) = (tmp_path / "recordings").rglob("*.mp4")
        made = video.stat()
        database.execute("DROP TRIGGER no")

    def is_ready() -> bool:
        finisher.retry()
        return bool(ready)

    wait_until(is_ready)
    finisher.stop(10.0)
    assert list((tmp_path / "recordings").rglob("*.mp4")) == [tmp_path / ready[0].path]
    assert (video.stat().st_ino, video.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert library.find("clip") == ready[0]
    assert not path.exists()


def test_counting_what_waits_bears_that_it_is_finished_meanwhile(tmp_path: Path, library: Library) -> None:
    finisher = finisher_for(settings(tmp_path), library, lambda _clip: None)
    path = tmp_path / "clip.mkv"
    finisher.submit(path)
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            path.write_bytes(b"x")
            path.unlink()

    beside = threading.Thread(target=come_and_go)
    beside.start()
    try:
        found = {finisher.unfinished() for _ in range(20_000)}
    finally:
        over.set()
        beside.join()
    assert found <= {(1, 0), (1, 1)}


def test_damaged_journals_are_bounded_and_the_oldest_goes_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [journal(tmp_path, f"door-{number}-abcd", jpeg_frames(3)) for number in range(4)]
    for number, path in enumerate(paths):
        os.utime(path, (1_700_000_000 + number,) * 2)
        sidecar(path).write_text("{}")
    damaged = Damaged(tmp_path, most_bytes=2 * paths[0].stat().st_size)
    for path in paths:
        damaged.keep(path, Undecodable("no pictures"))
    left = {path.name for path in (tmp_path / "journal" / "damaged").iterdir()}
    assert left == {path.name for kept in paths[2:] for path in (kept, sidecar(kept))}
    assert "door-0-abcd.mkv is deleted" in caplog.text
    assert "door-1-abcd.mkv is deleted" in caplog.text


def test_what_is_not_gcam_s_is_left_alone_and_keeps_nothing_up(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    path = journal(tmp_path, CLIP_ID, jpeg_frames(3))
    folder = path.parent
    os.mkfifo(sidecar(path))
    os.mkfifo(poster(path))
    os.mkfifo(folder / "door-1-abcd.mkv")
    (folder / "door-2-abcd.mkv").symlink_to(tmp_path / "nowhere")
    (folder / "door-3-abcd.mkv").mkdir()
    (folder / "door-4-abcd.json").write_text("{}")  # of a journal that is gone
    (folder / "holiday.mkv").write_text("somebody's film")
    (folder / "holiday.jpg").write_text("and its cover")
    others = {path.name for path in folder.iterdir()} - {path.name, "door-4-abcd.json"}
    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path), library, ready.append)
    assert finisher.recover() == 1
    finisher.start()
    wait_until(lambda: bool(ready))
    finisher.stop(10.0)
    assert ready[0].thumbnail is not None
    assert {path.name for path in folder.iterdir()} >= others - {sidecar(path).name, poster(path).name}
    assert not (folder / "door-4-abcd.json").exists()
    assert caplog.text.count("it is not Gcam's") == 1


def test_a_file_where_a_camera_s_folder_belongs_is_named_and_waited_for(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    obstacle = tmp_path / "recordings" / "Door"
    obstacle.parent.mkdir()
    obstacle.write_text("")
    path = journal(tmp_path, CLIP_ID, jpeg_frames(3))
    ready: list[Clip] = []
    clock = ManualClock()
    finisher = finisher_for(settings(tmp_path), library, ready.append, clock)
    finisher.submit(path)
    finisher.start()
    for attempt in range(1, 8):
        wait_until(lambda attempt=attempt: caplog.text.count("can't be finished yet") == attempt)  # type: ignore[misc]
        clock.advance(1000.0)
        finisher.retry()
    assert f"{obstacle} is in the way" in caplog.text
    assert path.exists()
    obstacle.unlink()
    clock.advance(1000.0)
    finisher.retry()
    wait_until(lambda: bool(ready))
    finisher.stop(10.0)


def test_a_file_where_thumbnails_belong_costs_the_thumbnail_alone(tmp_path: Path, library: Library) -> None:
    (tmp_path / "thumbnails").mkdir()
    (tmp_path / "thumbnails" / "Door").write_text("")
    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path), library, ready.append)
    finisher.submit(journal(tmp_path, CLIP_ID, jpeg_frames(3)))
    finisher.start()
    wait_until(lambda: bool(ready))
    finisher.stop(10.0)
    assert ready[0].thumbnail is None
    assert ready[0].frames == 3


def test_a_damaged_frame_in_the_middle_costs_no_thumbnail(tmp_path: Path, library: Library) -> None:
    frames = jpeg_frames(9)
    cut = [replace(frame, data=frame.data[:300]) for frame in frames[2:7]]
    path = journal(tmp_path, CLIP_ID, [*frames[:2], *cut, *frames[7:]])
    poster(path).write_bytes(cut[0].data)
    ready: list[Clip] = []
    finisher = finisher_for(settings(tmp_path), library, ready.append)
    finisher.submit(path)
    finisher.start()
    wait_until(lambda: bool(ready))
    finisher.stop(10.0)
    assert ready[0].thumbnail is not None
    assert ready[0].frames == 4


@pytest.mark.parametrize("when", ["written", "video named", "original named"])
def test_a_kill_while_the_original_is_kept_leaves_one_clip_with_one_original(
    tmp_path: Path, library: Library, when: str
) -> None:
    """What was half made is cleared away at the next start, and made again."""
    path = journal(tmp_path, CLIP_ID, jpeg_frames(20), keep_original=True)
    command = [sys.executable, "-c", _KILLED, tmp_path, path, when]
    killed = subprocess.run(command, check=False, timeout=PATIENCE_S)
    assert killed.returncode == -signal.SIGKILL
    assert path.exists()
    left = [file.name for file in (tmp_path / "recordings").rglob("*") if file.is_file()]
    assert left

    reconcile(library, tmp_path, 1_700_000_100.0)
    finisher = finisher_for(settings(tmp_path), library, lambda _clip: None)
    assert finisher.recover() == 1
    finisher.start()
    wait_until(lambda: not path.exists())
    finisher.stop(10.0)
    (clip,) = library.list()
    video = tmp_path / clip.path
    made = [file for file in (tmp_path / "recordings").rglob("*") if file.is_file()]
    assert sorted(made) == [video.with_suffix(".mkv"), video]
    assert clip.size_bytes == sum(file.stat().st_size for file in made)


_KILLED = """
import os, signal, sys
from pathlib import Path
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.library import Library
from gcam_addon.recording.reconcile import reconcile

media, journal = map(Path, sys.argv[1:3])
when = sys.argv[3]
named = {"video named": ".mp4", "original named": ".mkv"}.get(when)
really_replace = os.replace

def synced(descriptor):
    path = os.readlink(f"/proc/self/fd/{descriptor}")
    if when == "written" and ".mkv" in path and "recordings" in path:
        os.kill(os.getpid(), signal.SIGKILL)

def replace(source, target):
    really_replace(source, target)
    if named and str(target).endswith(named):
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync, os.replace = synced, replace
library = Library(media / "other.db")
library.open()
clock = SystemClock()
finisher = Finisher(StorageSettings(media, media), library, print, clock=clock, duties=Duties(clock))
finisher.submit(journal)
finisher.start()
finisher.stop(60.0)
"""
