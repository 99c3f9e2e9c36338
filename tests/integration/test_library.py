"""The index on disk, and how it is made to agree with the folders."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gcam_addon.config.model import EncoderSettings
from gcam_addon.errors import NotFound, RecordingError
from gcam_addon.model import Clip, ClipFilter, ClipKind
from gcam_addon.recording.encoder import Encoder
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile, tags
from gcam_addon.recording.library import Library
from gcam_addon.recording.migrations import VERSION_TABLE
from gcam_addon.recording.reconcile import reconcile
from gcam_addon.recording.schema import METADATA
from tests.support.frames import jpeg_frames

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
    journal = JournalFile(media_dir, known, jpeg_frames(1)[0].size)
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
def test_a_corrupt_index_is_kept_aside_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    path = tmp_path / "gcam.db"
    library = Library(path)
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
    assert aside.name in caplog.text


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
    assert back.protected
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
