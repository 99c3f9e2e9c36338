"""Room on the disk, with a real index and real files: what goes, in which order, and what never does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from gcam_addon.clock import Clock, ManualClock, SystemClock
from gcam_addon.config.model import RecordingSettings, RetentionSettings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import NotFound
from gcam_addon.model import Clip, ClipKind
from gcam_addon.recording.drive import MARK
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.keeper import Keeper
from gcam_addon.recording.library import Library
from gcam_addon.recording.reconcile import Reconciled, reconcile
from gcam_addon.recording.retention import TRASH_S
from gcam_addon.recording.silence import Silence
from gcam_addon.recording.trash_list import NAME, trash_list
from tests.integration.test_web_playback import make_video
from tests.support.small_disk import small_disk

NOW = 1_700_000_000.0
DAY_S = 86400.0
MB = 1024 * 1024
FOR_EVER = RetentionSettings(keep_days=36_500, min_free_bytes=0)


class Room:
    """A keeper with its library and its folder."""

    def __init__(self, library: Library, media_dir: Path, settings: RetentionSettings, clock: Clock) -> None:
        self.library = library
        self.media_dir = media_dir
        self._clock = clock
        finisher = Finisher(
            StorageSettings(media_dir, media_dir, settings),
            self.library,
            lambda _clip: None,
            clock=clock,
            duties=Duties(clock),
        )
        self.keeper = Keeper(media_dir, settings, self.library, finisher, clock, silence=Silence(clock))

    def add(self, name: str, *, age_days: float = 0.0, size_bytes: int = 1) -> Clip:
        path = self.media_dir / "recordings" / "Door" / f"{name}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size_bytes))
        at = self._clock.wall() - age_days * DAY_S
        place = f"recordings/Door/{name}.mp4"
        clip = Clip(name, "door", "Door", ClipKind.MOTION, at, at, place, None, size_bytes, 1, 2, 2)
        return self.library.add(clip, is_new=False)

    def files(self) -> Sequence[str]:
        return sorted(path.stem for path in (self.media_dir / "recordings").rglob("*.mp4"))

    def look(self, own: RecordingSettings | None = None) -> list[str]:
        cameras = {} if own is None else {"door": own}
        self.keeper.empty_trash(cameras, blocked=False)
        return [removal.clip.id for removal in self.keeper.look(cameras, blocked=False).removed]


Open = Callable[..., Room]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    rooms: list[Room] = []

    def _open(settings: RetentionSettings, clock: Clock | None = None, media_dir: Path = tmp_path) -> Room:
        clock = clock or ManualClock(wall_offset_s=NOW)
        room = Room(Library(tmp_path / "gcam.db", clock.wall), media_dir, settings, clock)
        room.library.open()
        rooms.append(room)
        return room

    yield _open
    for room in rooms:
        room.library.close()


@pytest.mark.root
def test_what_was_deleted_makes_room_before_what_is_wanted(opened: Open, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16 * MB) as disk:
        room = opened(RetentionSettings(keep_days=36_500, min_free_bytes=8 * MB), media_dir=disk)
        for number in range(5):
            room.add(f"clip-{number}", age_days=10 - number, size_bytes=2 * MB)
        for number in (2, 4):
            room.library.trash.put(f"clip-{number}", NOW + number)
        assert room.look() == []
        assert room.files() == ["clip-0", "clip-1", "clip-3", "clip-4"], "no more than was needed"
        assert room.library.restore("clip-4").id == "clip-4"
        room.library.trash.put("clip-4", NOW)
        (disk / "ballast").write_bytes(bytes(3 * MB))
        assert room.look() == ["clip-0"]
        assert room.files() == ["clip-1", "clip-3"]


def test_what_somebody_protects_at_the_last_moment_stays(tmp_path: Path) -> None:
    class Contested(Library):
        """Somebody is as quick as retention."""

        def claim(self, clip_ids: Sequence[str]) -> Sequence[Clip]:
            self.protect("old-1", True)
            return super().claim(clip_ids)

    clock = ManualClock(wall_offset_s=NOW)
    library = Contested(tmp_path / "gcam.db", clock.wall)
    library.open()
    room = Room(library, tmp_path, RetentionSettings(keep_days=7, min_free_bytes=0), clock)
    for number in range(3):
        room.add(f"old-{number}", age_days=30)
    assert room.look() == ["old-0", "old-2"]
    assert room.files() == ["old-1"]
    assert library.get("old-1").protected
    library.close()


def test_the_trash_counts_as_recordings_do_and_goes_before_them(opened: Open) -> None:
    room = opened(RetentionSettings(keep_days=36_500, min_free_bytes=0, max_bytes=50))
    for number in range(5):
        room.add(f"clip-{number}", age_days=10 - number, size_bytes=10)
    for number in (3, 1):
        room.library.trash.put(f"clip-{number}", NOW - number)
    assert room.keeper.measure().clips_bytes == 50
    assert room.look() == []
    room.add("more", size_bytes=10)
    assert room.look() == []
    assert "clip-3" not in room.files(), "deleted before the other one"
    room.add("much", size_bytes=20)
    assert room.look() == ["clip-0"]
    assert room.files() == ["clip-2", "clip-4", "more", "much"]


def test_what_lies_in_the_trash_becomes_no_older_than_it_would_have(opened: Open) -> None:
    room = opened(RetentionSettings(keep_days=36_500, min_free_bytes=0))
    for name, age_days in (("old", 2.0), ("young", 0.5)):
        room.add(name, age_days=age_days)
        room.library.trash.put(name, NOW)
    assert room.look() == []
    assert room.files() == ["old", "young"]
    assert room.look(RecordingSettings(keep_days=1)) == []
    assert room.files() == ["young"]


def test_a_cameras_own_limit_counts_its_trash(opened: Open) -> None:
    room = opened(FOR_EVER)
    for number in range(3):
        room.add(f"clip-{number}", age_days=3 - number, size_bytes=10)
    room.library.trash.put("clip-1", NOW)
    assert room.look(RecordingSettings(max_bytes=30)) == []
    assert room.files() == ["clip-0", "clip-1", "clip-2"]
    assert room.look(RecordingSettings(max_bytes=29)) == []
    assert room.files() == ["clip-0", "clip-2"]


def test_what_is_being_deleted_can_t_be_had_back(opened: Open) -> None:
    room = opened(FOR_EVER)
    room.add("a")
    room.add("b")
    room.library.trash.put("a", NOW - TRASH_S - 1)
    room.library.trash.put("b", NOW - TRASH_S + 1)
    (claimed,) = room.library.trash.claim_oldest(NOW - TRASH_S, 50)
    assert claimed.id == "a"
    with pytest.raises(NotFound):
        room.library.restore("a")
    assert room.library.restore("b").id == "b"
    room.look()  # a crash came in between: it is done now
    assert room.files() == ["b"]


def test_what_was_recorded_while_the_clock_was_behind_is_not_old(opened: Open) -> None:
    machine = [NOW - 900 * DAY_S]
    clock = SystemClock(lambda: machine[0])
    room = opened(RetentionSettings(keep_days=30, min_free_bytes=0), clock)
    early = room.library.add(room.add("before NTP"))
    late = room.add("finished after it")
    room.library.remove([late.id])
    machine[0] = NOW
    clock.anchor()
    assert room.look() == []
    room.library.add(late)
    assert room.look() == []
    assert {clip.id for clip in room.library.list()} == {early.id, late.id}
    machine[0] += 20 * DAY_S
    clock.anchor()
    assert room.look() == []
    assert room.files() == ["before NTP", "finished after it"]


def test_an_old_clip_that_was_found_again_is_as_old_as_it_says(opened: Open) -> None:
    room = opened(RetentionSettings(keep_days=30, min_free_bytes=0))
    room.add("old", age_days=31)
    room.add("young", age_days=29)
    assert room.look() == ["old"]


def test_a_look_is_short_where_much_has_to_go(opened: Open) -> None:
    room = opened(RetentionSettings(keep_days=30, min_free_bytes=0))
    for number in range(510):
        room.add(f"old-{number}", age_days=31)
    first = room.keeper.look({}, blocked=False)
    assert (len(first.removed), first.is_done) == (500, False)
    second = room.keeper.look({}, blocked=False)
    assert (len(second.removed), second.is_done) == (10, True)
    assert room.files() == []
    assert room.library.totals() == (0, 0)


class Mount:
    """A drive at a folder, which is an empty one on another disk while it is away."""

    def __init__(self, media_dir: Path) -> None:
        self._media_dir = media_dir
        self._drive = media_dir.with_name("drive")

    def goes(self) -> None:
        self._media_dir.rename(self._drive)
        (self._media_dir / "recordings").mkdir(parents=True)

    def is_back(self) -> None:
        shutil.rmtree(self._media_dir)
        self._drive.rename(self._media_dir)


@pytest.fixture
def media_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


def compare(room: Room) -> Reconciled | None:
    """As the service does before each look."""
    if not room.keeper.must_reconcile(blocked=False):
        return None
    found = reconcile(room.library, room.media_dir, NOW)
    room.keeper.reconciled()
    return found


def test_nothing_is_gone_while_the_drive_is_not_mounted(
    opened: Open, media_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock(wall_offset_s=NOW)
    room = opened(RetentionSettings(keep_days=7, min_free_bytes=0), clock, media_dir)
    room.add("young")
    room.add("old", age_days=30)
    assert compare(room) == Reconciled((), (), ())
    drive = Mount(media_dir)
    drive.goes()
    clock.advance(60)
    for _ in range(2):
        assert compare(room) is None
        assert room.look() == []
    assert len(room.library.list()) == 2
    assert "is its drive mounted?" in (room.keeper.measure().notice or "")
    assert caplog.text.count("is its drive mounted?") == 1
    clock.advance(60)
    room.add("meanwhile")
    assert compare(room) is None
    drive.is_back()
    found = compare(room)
    assert found is not None
    assert [gone.id for gone in found.gone] == ["meanwhile"]
    assert room.keeper.measure().notice is None
    assert room.look() == ["old"]
    assert room.files() == ["young"]


def test_a_drive_that_was_not_mounted_when_gcam_was_updated(opened: Open, media_dir: Path) -> None:
    room = opened(FOR_EVER, media_dir=media_dir)
    room.add("a")
    drive = Mount(media_dir)
    drive.goes()
    assert compare(room) is None
    drive.is_back()
    assert compare(room) == Reconciled((), (), ())


@pytest.mark.parametrize("what", ["pipe", "folder", "link", "rubbish"])
def test_something_of_others_that_is_called_as_the_drive_s_mark_is(
    opened: Open, media_dir: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    mark = media_dir / MARK
    made = {
        "pipe": lambda: os.mkfifo(mark),
        "folder": mark.mkdir,
        "link": lambda: mark.symlink_to("nowhere"),
        "rubbish": lambda: mark.write_bytes(b"\xff"),
    }
    made[what]()
    before = mark.lstat().st_ino
    room = opened(FOR_EVER, media_dir=media_dir)
    room.add("a")
    for _ in range(2):
        compare(room)
        assert room.look() == []
    assert room.keeper.measure().notice is None
    assert mark.lstat().st_ino == before
    assert caplog.text.count("left alone") == 1


def test_what_was_deleted_by_hand_is_gone_though_it_was_all(opened: Open, media_dir: Path) -> None:
    room = opened(FOR_EVER, media_dir=media_dir)
    room.add("a")
    compare(room)
    shutil.rmtree(media_dir / "recordings")
    again = opened(FOR_EVER, media_dir=media_dir)
    found = compare(again)
    assert found is not None
    assert [gone.id for gone in found.gone] == ["a"]


@pytest.mark.parametrize("cause", ["time", "want of room"])
def test_a_drive_that_was_replaced_is_not_waited_for(opened: Open, media_dir: Path, cause: str) -> None:
    clock = ManualClock(wall_offset_s=NOW)
    room = opened(FOR_EVER, clock, media_dir)
    room.add("lost")
    compare(room)
    Mount(media_dir).goes()
    assert compare(room) is None
    if cause == "time":
        clock.advance(6 * DAY_S)
        assert compare(room) is None
        clock.advance(DAY_S + 1)
    assert room.keeper.must_reconcile(blocked=cause == "want of room")
    assert [gone.id for gone in reconcile(room.library, media_dir, NOW).gone] == ["lost"]


class TestAnIndexMadeAnew:
    """What lay in the trash lies there still."""

    @staticmethod
    def lost(opened: Open, room: Room, media_dir: Path) -> Room:
        """The same folder, of which nothing is known."""
        room.library.close()
        for part in media_dir.parent.glob("gcam.db*"):
            part.unlink()
        anew = opened(FOR_EVER, media_dir=media_dir)
        compare(anew)
        return anew

    @staticmethod
    def listed(room: Room) -> tuple[list[str], list[str]]:
        shown = [file_name(clip) for clip in room.library.list()]
        thrown = [file_name(one.clip) for one in room.library.trash.newest(None, 10)]
        return sorted(shown), sorted(thrown)

    @pytest.fixture
    def room(self, opened: Open, media_dir: Path) -> Room:
        room = opened(FOR_EVER, media_dir=media_dir)
        for name in ("12-00-00", "12-00-01", "12-00-02"):
            make_video(media_dir / f"recordings/Door/2023-11-14/{name}.mp4", seconds=1)
        compare(room)
        return room

    def test_knows_what_was_deleted_and_what_was_had_back(
        self, opened: Open, room: Room, media_dir: Path
    ) -> None:
        first, second, _ = [clip.id for clip in room.library.list()]
        for clip_id in (first, second):
            room.library.trash.put(clip_id, NOW - 60)
        room.look()
        room.library.restore(second)
        room.look()
        before = self.listed(room)
        anew = self.lost(opened, room, media_dir)
        assert self.listed(anew) == before
        (thrown,) = anew.library.trash.newest(None, 10)
        assert (thrown.clip.id, thrown.at) == (first, NOW - 60)

    def test_deletes_what_was_being_deleted(self, opened: Open, room: Room, media_dir: Path) -> None:
        (clip_id, *_) = [clip.id for clip in room.library.list()]
        room.library.claim([clip_id])
        room.keeper.look({}, blocked=False)
        anew = self.lost(opened, room, media_dir)
        assert len(anew.library.list()) == 2
        anew.keeper.empty_trash({}, blocked=False)
        assert len(anew.files()) == 2

    def test_the_list_waits_until_the_folder_was_looked_at(
        self, opened: Open, room: Room, media_dir: Path
    ) -> None:
        (clip_id, *_) = [clip.id for clip in room.library.list()]
        room.library.trash.put(clip_id, NOW - 60)
        room.look()
        room.library.close()
        (media_dir.parent / "gcam.db").unlink()
        anew = opened(FOR_EVER, media_dir=media_dir)
        anew.look()
        compare(anew)
        assert [one.clip.id for one in anew.library.trash.newest(None, 10)] == [clip_id]

    @pytest.mark.parametrize("said", [b"", b"no list", b"[1]", b'{"a": "b"}', b'{"a": NaN}'])
    def test_what_is_no_list_says_nothing(self, room: Room, media_dir: Path, said: bytes) -> None:
        (media_dir / NAME).write_bytes(said)
        assert trash_list(media_dir) == {}

    def test_something_of_others_is_left_alone(self, room: Room, media_dir: Path) -> None:
        (media_dir / NAME).symlink_to(media_dir / "elsewhere")
        room.library.trash.put(room.library.list()[0].id, NOW - 60)
        assert room.look() == []
        assert not (media_dir / "elsewhere").exists()
        assert trash_list(media_dir) == {}


def file_name(clip: Clip) -> str:
    return Path(clip.path).name
