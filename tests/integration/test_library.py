"""The index on disk, and how it is made to agree with the folders."""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gcam_addon.config.model import EncoderSettings
from gcam_addon.errors import NotFound, RecordingError
from gcam_addon.model import ANY_CLIP, Box, Clip, ClipFilter, ClipKind, Kind, Named
from gcam_addon.recording.encoder import Encoder
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile, tags
from gcam_addon.recording.library import Library
from gcam_addon.recording.migrations import VERSION_TABLE
from gcam_addon.recording.reconcile import Reconciled, reconcile
from gcam_addon.recording.schema import METADATA
from gcam_addon.words.reason import because, said_in
from tests.support.frames import jpeg_frames
from tests.support.made_index import make_index

NOW = 1_700_000_000.0
DAY_S = 86400.0


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "gcam.db")
    library.open()
    yield library
    library.close()


def clip(number: int, camera_id: str = "door") -> Clip:
    return Clip(
        id=f"{camera_id}-{number}",
        camera_id=camera_id,
        camera_name="Entrée",
        kind=ClipKind.MOTION,
        started_at=NOW + number,
        ended_at=NOW + number + 0.5,
        path=f"recordings/{camera_id}/{number}.mp4",
        thumbnail=None,
        size_bytes=100,
        frames=5,
        width=640,
        height=480,
        peak=1.5,
        reason="something moved",
        event_ids=("a", "b"),
        zones=("path",),
    )


def video(media_dir: Path, name: str, facts: ClipFacts | None) -> Path:
    """A real MP4 at `recordings/<name>`, with its facts inside or none."""
    path = media_dir / "recordings" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    known = facts or ClipFacts("nobody", "x", "x", ClipKind.MOTION, NOW)
    journal = JournalFile(media_dir, known, jpeg_frames(1)[0].tracks)
    for frame in jpeg_frames(16):
        journal.append(frame)
    journal.close()
    Encoder(EncoderSettings()).encode(journal.path, path, tags(facts) if facts else {})
    journal.path.unlink()
    return path


def test_what_is_added_is_found_again(library: Library) -> None:
    clips = [clip(number) for number in range(5)] + [clip(9, "lawn")]
    for each in clips:
        assert library.add(each) == each
    assert library.get("door-3") == clips[3]
    assert library.list(limit=2) == [clips[5], clips[4]]
    assert library.list(ClipFilter(frozenset({"door"}))) == clips[4::-1]
    assert library.list(ClipFilter(after=NOW + 1, before=NOW + 3)) == [clips[2], clips[1]]
    assert library.totals() == (6, 600)
    library.remove(["door-3"])
    with pytest.raises(NotFound):
        library.get("door-3")


def test_a_reason_is_one_again(library: Library) -> None:
    moved = because("motion_seen", score=4.2, place="")
    added = library.add(replace(clip(1), reason=moved))
    for read in (added, library.get(added.id)):
        assert read.reason == moved
        assert said_in("fr", read.reason) == moved.in_language("fr") != moved


def named(*kinds: Kind) -> tuple[Named, ...]:
    return tuple(Named(kind, 70.5, Box(0.0, 0.5, 0.25, 0.25), pictured=kind is kinds[0]) for kind in kinds)


def test_clips_are_found_by_what_moved(library: Library) -> None:
    for number, kinds in enumerate([(), (Kind.PERSON, Kind.VEHICLE), (Kind.UNNAMED,), (Kind.ANIMAL,)]):
        library.add(replace(clip(number), named=named(*kinds)))
    found = library.list(ClipFilter(what=frozenset({Kind.VEHICLE, Kind.ANIMAL})))
    assert [(one.id, one.what) for one in found] == [
        ("door-3", (Kind.ANIMAL,)),
        ("door-1", (Kind.PERSON, Kind.VEHICLE)),
    ]
    assert found[1].named == named(Kind.PERSON, Kind.VEHICLE)
    assert [one.id for one in library.list(ClipFilter(what=frozenset({Kind.UNNAMED})))] == ["door-2"]
    assert library.get("door-0").what is None
    assert len(library.list()) == 4


def test_protection_stays_when_a_clip_is_indexed_again(library: Library) -> None:
    library.add(clip(1))
    assert library.protect("door-1", True).protected
    assert library.add(replace(clip(1), size_bytes=7)).protected
    assert library.get("door-1").size_bytes == 7
    assert not library.protect("door-1", False).protected
    with pytest.raises(NotFound):
        library.protect("nobody", True)


def test_entries_outlive_a_restart_and_migrations_run_once(tmp_path: Path) -> None:
    for number in range(3):
        library = Library(tmp_path / "gcam.db")
        library.open()
        library.add(clip(number))
        library.close()
    assert library.totals()[0] == 3
    library.close()


def test_the_migrations_make_the_schema_that_the_code_uses(library: Library, tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'gcam.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    engine.dispose()


@pytest.mark.parametrize("damage", ["garbage", "torn"])
def test_a_corrupt_index_is_kept_aside_and_named(tmp_path: Path, damage: str) -> None:
    path, lost = tmp_path / "gcam.db", list[RecordingError]()
    library = Library(path, lost=lost.append)
    library.open()
    for number in range(200):
        library.add(clip(number))
    library.close()
    data = bytearray(path.read_bytes())
    if damage == "garbage":
        data = bytearray(b"this is no database " * 1000)
    else:
        data[4096 : len(data) // 2] = b"\x99" * (len(data) // 2 - 4096)
    path.write_bytes(data)
    library.open()
    assert library.list() == []
    library.add(clip(1))
    library.close()
    (aside,) = tmp_path.glob("gcam.db.corrupt-*")
    assert aside.read_bytes() == data
    assert [aside.name in str(error) for error in lost] == [True]


def test_an_index_of_a_later_version_is_refused(tmp_path: Path) -> None:
    library = Library(tmp_path / "gcam.db")
    library.open()
    library.close()
    with sqlite3.connect(tmp_path / "gcam.db") as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num='9999'")
    connection.close()
    with pytest.raises(RecordingError, match="later version"):
        library.open()
    library.close()


def test_an_index_that_can_t_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "gcam.db").mkdir()
    library = Library(tmp_path / "gcam.db")
    with pytest.raises(RecordingError, match=r"gcam\.db"):
        library.open()


def test_the_index_is_rebuilt_from_the_videos(library: Library, tmp_path: Path) -> None:
    facts = ClipFacts(
        "door-77", "door", "Entrée", ClipKind.MOTION, NOW, 4.0, "moved", ("e1",), ("path",), NOW + 99
    )
    path = video(tmp_path, "Entrée/2023-11-14/22-13-20.mp4", facts)
    picture = tmp_path / "thumbnails/Entrée/2023-11-14/22-13-20.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"jpeg")
    (added,) = reconcile(library, tmp_path, NOW).added
    assert added == Clip(
        "door-77",
        "door",
        "Entrée",
        ClipKind.MOTION,
        NOW,
        NOW + 99,
        "recordings/Entrée/2023-11-14/22-13-20.mp4",
        "thumbnails/Entrée/2023-11-14/22-13-20.jpg",
        path.stat().st_size,
        16,
        160,
        120,
        4.0,
        "moved",
        ("e1",),
        ("path",),
    )
    assert library.list() == [added]
    assert reconcile(library, tmp_path, NOW).added == ()
    assert picture.exists()


@pytest.mark.parametrize("was_killed", [True, False])
def test_a_kill_before_its_entry_makes_no_clip_as_old_as_a_wrong_clock_said(
    library: Library, tmp_path: Path, was_killed: bool
) -> None:
    """Retention would delete it at once. What lies there without a journal is as old as it says."""
    facts = ClipFacts("door-3600000-9f3a", "door", "Door", ClipKind.MOTION, 3600.0)
    video(tmp_path, "Door/1970-01-01/01-00-00.mp4", facts)
    journal = tmp_path / "journal" / f"{facts.id}.mkv"
    journal.parent.mkdir()
    if was_killed:
        journal.touch()
    began_at = time.time()
    reconcile(library, tmp_path, NOW)
    (found,) = library.oldest("door")
    assert (found.ages_from >= began_at) is was_killed


def test_a_video_without_facts_is_known_by_its_place(library: Library, tmp_path: Path) -> None:
    video(tmp_path, "Back Yard/2024-02-03/04-05-06.mp4", None)
    (added,) = reconcile(library, tmp_path, NOW).added
    assert (added.camera_id, added.camera_name, added.frames) == ("back_yard", "Back Yard", 16)
    assert added.duration_s == pytest.approx(16 / 15, abs=0.1)
    assert added.kind is ClipKind.MANUAL


def test_a_clip_whose_file_is_gone_leaves_and_comes_back_with_its_drive(
    library: Library, tmp_path: Path
) -> None:
    facts = ClipFacts("door-1", "door", "Door", ClipKind.MOTION, NOW)
    path = video(tmp_path, "Door/2023-11-14/22-13-20.mp4", facts)
    reconcile(library, tmp_path, NOW)
    library.protect("door-1", True)
    away = path.rename(tmp_path / "away.mp4")
    assert [gone.id for gone in reconcile(library, tmp_path, NOW).gone] == ["door-1"]
    assert library.list() == []
    assert library.totals() == (0, 0)
    away.rename(path)
    (back,) = reconcile(library, tmp_path, NOW + DAY_S).returned
    assert back.id == "door-1"
    assert library.get("door-1").protected


def test_a_clip_gone_for_months_is_forgotten(library: Library, tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    library.add(clip(1))
    reconcile(library, tmp_path, NOW)
    assert len(library.missing()) == 1
    reconcile(library, tmp_path, NOW + 91 * DAY_S)
    assert library.missing() == []


def test_what_is_no_clip_is_left_out(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    facts = ClipFacts("door-1", "door", "Door", ClipKind.MOTION, NOW)
    first = video(tmp_path, "Door/2023-11-14/22-13-20.mp4", facts)
    (first.parent / "copy.mp4").write_bytes(first.read_bytes())
    (first.parent / "text.mp4").write_text("no video")
    half = first.parent / "22-14-00.mp4.part"
    half.write_bytes(b"half")
    lonely = tmp_path / "thumbnails/Door/2023-11-14/09-00-00.jpg"
    lonely.parent.mkdir(parents=True)
    lonely.write_bytes(b"jpeg")
    added = reconcile(library, tmp_path, NOW).added
    assert {each.path.rsplit("/")[-1] for each in added} == {"22-13-20.mp4", "copy.mp4"}
    assert len({each.id for each in added}) == 2
    assert "text.mp4" in caplog.text
    assert not half.exists()
    assert not lonely.exists()
    assert (first.parent / "text.mp4").exists()


def strange(folder: Path) -> dict[str, Path]:
    """What other programs may leave among the recordings."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / os.fsdecode(b"caf\xe9.mp4")
    name.write_bytes(b"no video")
    below = folder / os.fsdecode(b"\xff")
    below.mkdir()
    (below / "a.mp4").write_bytes(b"")
    (folder / "folder.mp4").mkdir()
    os.mkfifo(folder / "pipe.mp4")
    (folder / "dangling.mp4").symlink_to("nowhere")
    (folder / "empty.mp4").write_bytes(b"")
    return {"name": name, "below": below}


def test_odd_files_cost_only_themselves_and_are_named(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number, day in enumerate(("2023-11-13", "2023-11-14", "2023-11-15")):
        facts = ClipFacts(f"door-{number}", "door", "Door", ClipKind.MOTION, NOW + number)
        video(tmp_path, f"Door/{day}/22-13-20.mp4", facts)
    kept = strange(tmp_path / "recordings/Door/2023-11-14")
    beyond = ClipFacts("later", "door", "Door", ClipKind.MOTION, 1e300, ended_at=float("inf"))
    video(tmp_path, "Door/2023-11-16/01-02-03.mp4", beyond)
    added = {clip.id: clip for clip in reconcile(library, tmp_path, NOW).added}
    assert {"door-0", "door-1", "door-2"} < added.keys()
    assert len(added) == 4
    assert "caf\\udce9.mp4" in caplog.text
    assert "empty.mp4" in caplog.text
    assert [day.clips for day in library.days(ANY_CLIP)] == [3, 1]
    assert all(path.exists() for path in kept.values())


def test_a_folder_that_can_t_be_read_costs_only_itself(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        facts = ClipFacts(name, name, name, ClipKind.MOTION, NOW)
        video(tmp_path, f"{name}/2023-11-14/22-13-20.mp4", facts)
    reconcile(library, tmp_path, NOW)
    scandir = os.scandir

    def refused(path: Path) -> object:
        if Path(path).name == "a":
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    touch(tmp_path / "recordings/a")
    (tmp_path / "recordings/b/2023-11-14/22-13-20.mp4").unlink()
    assert [gone.id for gone in reconcile(library, tmp_path, NOW).gone] == ["b"]
    assert [clip.id for clip in library.list()] == ["a"]
    assert "recordings/a can't be read: Permission denied" in caplog.text


def touch(folder: Path) -> None:
    """It looks changed."""
    (folder / "x").touch()
    (folder / "x").unlink()


def test_only_folders_that_changed_are_listed_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        facts = ClipFacts(f"door-{number}", "door", "Door", ClipKind.MOTION, NOW + number)
        video(tmp_path, f"Door/2023-11-1{number}/22-13-20.mp4", facts)
        picture = tmp_path / f"thumbnails/Door/2023-11-1{number}/22-13-20.jpg"
        picture.parent.mkdir(parents=True)
        picture.touch()
    listed: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(Path(path).name) or scandir(path))
    reconcile(library, tmp_path, NOW)
    assert sorted(set(listed))[:2] == ["2023-11-10", "2023-11-11"]
    listed.clear()
    assert reconcile(library, tmp_path, NOW) == Reconciled((), (), ())
    assert listed == []
    (tmp_path / "recordings/Door/2023-11-12/22-13-20.mp4").unlink()
    (tmp_path / "recordings/Door/2023-11-13/22-13-20.mp4").unlink()
    (tmp_path / "recordings/Door/2023-11-13").rmdir()
    assert {gone.id for gone in reconcile(library, tmp_path, NOW).gone} == {"door-2", "door-3"}
    assert sorted(listed) == ["2023-11-12", "Door"]


def test_what_is_gone_before_it_was_ever_compared_is_found_out(library: Library, tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    reconcile(library, tmp_path, NOW)
    library.add(clip(1))
    assert [gone.id for gone in reconcile(library, tmp_path, NOW).gone] == ["door-1"]


def test_many_that_are_gone_are_hidden_in_few_goes(tmp_path: Path) -> None:
    library = Library(make_index(tmp_path, 1200, days=0.5))
    changes: list[str] = []

    def asked(*what: object) -> None:
        changes.append(str(what[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", asked)
    try:
        assert len(reconcile(library, tmp_path, NOW).gone) == 1200
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", asked)
        library.close()
    hidden = [change for change in changes if change.startswith("UPDATE clips")]
    assert len(hidden) == 3


@pytest.mark.parametrize("name", ["Path", ", ", "a, b", '"', "[", '", "', "]", "Allée", "\\", " x", ""])
def test_zones_are_found_by_their_very_name(library: Library, name: str) -> None:
    others = ("x", 'a"Path', "Path 2", ", ", "[", "Alle", 'x "Path', "a, ", "[x", "")
    library.add(replace(clip(1), zones=(*others[:4], name, *others[4:])))
    library.add(replace(clip(2), zones=tuple(other for other in others if other != name)))
    library.add(replace(clip(3), zones=(name,)))
    assert [each.id for each in library.list(ClipFilter(zone=name))] == ["door-3", "door-1"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/Havana", "Pacific/Kiritimati"])
def test_days_are_those_of_the_place(library: Library, zone: str) -> None:
    place = ZoneInfo(zone)
    for number in range(100):
        at = NOW + number * 40_000.0
        library.add(replace(clip(number), started_at=at, ended_at=at + 10))
    wanted = ClipFilter(frozenset({"door"}), after=NOW + 86_000, before=NOW + 40 * DAY_S)
    shown = list(reversed(library.list(wanted)))
    names = [datetime.fromtimestamp(each.started_at, place).date().isoformat() for each in shown]
    days = library.days(wanted, place)
    assert [(day.day, day.clips) for day in days] == [
        (name, names.count(name)) for name in dict.fromkeys(names)
    ]
    last = {name: each.id for name, each in zip(names, shown, strict=True)}
    assert [day.newest_id for day in days] == list(last.values())
    assert sum(day.seconds for day in days) == pytest.approx(10 * len(shown))


def test_a_page_goes_on_where_the_last_one_ended(library: Library) -> None:
    for number in range(6):
        library.add(replace(clip(number), started_at=NOW))
    first = library.list(limit=3)
    rest = library.list(ClipFilter(older_than=(first[-1].started_at, first[-1].id)))
    assert {each.id for each in (*first, *rest)} == {f"door-{number}" for number in range(6)}
    assert len(first) + len(rest) == 6


def test_an_index_that_becomes_corrupt_is_begun_anew(tmp_path: Path) -> None:
    path, lost = make_index(tmp_path, 2000), list[RecordingError]()
    library = Library(path, lost=lost.append)
    library.open()
    assert not library.mend()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x99" * (path.stat().st_size - 4096))
    with pytest.raises(RecordingError, match="malformed"):
        library.list()
    assert library.mend()
    assert library.list() == []
    library.add(clip(1))
    assert library.totals() == (1, 100)
    assert ["kept as" in str(error) for error in lost] == [True]
    assert not library.mend()
    library.close()
