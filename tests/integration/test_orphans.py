"""Originals that lie without a video: what becomes of them at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.model import Clip, ClipKind
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.journal_file import JournalFile, tags
from gcam_addon.recording.journal_reader import count_frames
from gcam_addon.recording.library import Library
from gcam_addon.recording.original import keep_original
from gcam_addon.recording.reconcile import reconcile
from tests.support.frames import jpeg_frames
from tests.support.waiting import wait_until

NOW = 1_700_000_000.0
FACTS = ClipFacts("door-1700000000000-aaaa", "door", "Door", ClipKind.MOTION, NOW, keep_original=True)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "gcam.db")
    library.open()
    yield library
    library.close()


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    for name in ("recordings", "thumbnails", "journal"):
        (folder / name).mkdir(parents=True)
    return folder


def original(media: Path, name: str, frames: int = 12, facts: ClipFacts = FACTS) -> Path:
    """At `recordings/Door/2023-11-14/<name>`, as Gcam keeps one."""
    path = media / "recordings/Door/2023-11-14" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = jpeg_frames(frames)
    journal = JournalFile(media, facts, pictures[0].tracks)
    for picture in pictures:
        journal.append(picture)
    journal.close()
    keep_original(journal.path, path, tags(facts))
    journal.path.unlink()
    return path


def finished(media: Path, library: Library, journal: Path) -> Clip:
    made: list[Clip] = []
    clock = SystemClock()
    finisher = Finisher(
        StorageSettings(media, media), library, made.append, clock=clock, duties=Duties(clock)
    )
    finisher.submit(journal)
    finisher.start()
    wait_until(lambda: made)
    finisher.stop(60)
    return made[0]


def test_one_of_which_no_clip_was_made_becomes_one(library: Library, media: Path) -> None:
    orphan = original(media, "22-13-20.mkv")
    (journal,) = reconcile(library, media, NOW).journals
    assert journal.parent == media / "journal"
    assert not orphan.exists()
    clip = finished(media, library, journal)
    assert (clip.id, clip.frames) == (FACTS.id, 12)
    assert count_frames((media / clip.path).with_suffix(".mkv")) == 12
    assert reconcile(library, media, NOW).journals == ()


def test_one_of_a_clip_that_lies_elsewhere_goes_there_or_away(library: Library, media: Path) -> None:
    original(media, "22-13-20.mkv")
    (journal,) = reconcile(library, media, NOW).journals
    clip = finished(media, library, journal)
    kept = (media / clip.path).with_suffix(".mkv")
    orphan = kept.with_name("22-13-20-7.mkv")
    kept.rename(orphan)
    library.add(replace(clip, size_bytes=(media / clip.path).stat().st_size))
    assert reconcile(library, media, NOW).journals == ()
    assert kept.exists()
    assert not orphan.exists()
    assert library.get(clip.id).size_bytes == clip.size_bytes
    original(media, orphan.name)
    assert reconcile(library, media, NOW).journals == ()
    assert kept.exists()
    assert not orphan.exists(), "it was kept twice"


def test_one_that_holds_more_than_what_was_kept_is_left(
    library: Library, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    original(media, "22-13-20.mkv")
    (journal,) = reconcile(library, media, NOW).journals
    finished(media, library, journal)
    longer = original(media, "22-13-20-7.mkv", frames=20)
    assert reconcile(library, media, NOW).journals == ()
    assert longer.exists()
    assert "it holds more than" in caplog.text


def test_what_somebody_deleted_the_video_of_does_not_come_back(
    library: Library, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    original(media, "22-13-20.mkv")
    (journal,) = reconcile(library, media, NOW).journals
    clip = finished(media, library, journal)
    (media / clip.path).unlink()
    assert reconcile(library, media, NOW).journals == ()
    assert (media / clip.path).with_suffix(".mkv").exists()
    assert "its video is gone" in caplog.text


@pytest.mark.parametrize("content", [b"", b"\x1a\x45\xdf\xa3rubbish", b"nothing of the kind" * 1000])
def test_what_is_not_gcam_s_is_left(library: Library, media: Path, content: bytes) -> None:
    folder = media / "recordings/Door/2023-11-14"
    folder.mkdir(parents=True)
    foreign, own_name = folder / "holiday.mkv", folder / "22-13-20.mkv"
    for path in (foreign, own_name):
        path.write_bytes(content)
    assert reconcile(library, media, NOW).journals == ()
    assert foreign.exists()
    assert own_name.exists()


def test_nothing_is_settled_while_clips_are_made(library: Library, media: Path) -> None:
    orphan = original(media, "22-13-20.mkv")
    assert reconcile(library, media, NOW, is_alone=False).journals == ()
    assert orphan.exists()
