"""What fails around Gcam ends nothing but itself: it is told, all else goes on, and it comes back by itself.

The real program with two boards; the disk below its recordings and its databases are made to fail.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from pathlib import Path

import aiohttp
import pytest

from tests.support.child import GcamChild
from tests.support.failing_disk import FailingDisk, failing_disk
from tests.support.program import Program
from tests.support.small_disk import small_disk
from tests.support.waiting import answered
from tests.support.watching import (
    CAMERAS,
    a_new_clip_of_each,
    all_record,
    comes_back,
    goes_on_seeing,
    known_clips,
    none_records_and_says_why,
    states,
    watching,
)

MB = 1024 * 1024


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[FailingDisk]:
    async with failing_disk(tmp_path / "media") as disk:
        yield disk


FAULTS: dict[str, Callable[[FailingDisk], None]] = {
    "every write fails": lambda disk: disk.fails("EIO"),
    "it is full although it says it has room": lambda disk: disk.fails("ENOSPC", "write", "create", "fsync"),
    "it became read-only": lambda disk: disk.fails("EROFS"),
    "nothing may be written": lambda disk: disk.fails("EACCES"),
    "nothing can be made in it": lambda disk: disk.fails("EIO", "create", "mkdir"),
    "what is written does not arrive": lambda disk: disk.fails("EIO", "fsync"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_disk_that_fails_is_told_and_everything_else_goes_on(
    tmp_path: Path, disk: FailingDisk, fault: str
) -> None:
    async with watching(tmp_path, disk.mount) as gcam:
        await answered(lambda: all_record(gcam))
        FAULTS[fault](disk)
        await answered(lambda: none_records_and_says_why(gcam))
        await goes_on_seeing(gcam)
        storage = (await gcam.get("/api/v1/system"))["disk"]
        assert storage is None or storage["problem"], storage
        disk.works()
        await comes_back(gcam)


async def test_a_disk_that_can_t_be_asked_anything_is_told_too(tmp_path: Path, disk: FailingDisk) -> None:
    """As a network share whose server is gone answers."""
    async with watching(tmp_path, disk.mount) as gcam:
        await answered(lambda: all_record(gcam))
        disk.fails("EIO", "statfs", "getattr", "open", "read", "readdir", "write", "create", "fsync")
        await answered(lambda: none_records_and_says_why(gcam))
        await goes_on_seeing(gcam)
        disk.works()
        await comes_back(gcam)


async def test_a_slow_disk_loses_nothing_and_holds_nobody_up(tmp_path: Path, disk: FailingDisk) -> None:
    async with watching(tmp_path, disk.mount) as gcam:
        await answered(lambda: all_record(gcam))
        disk.is_slow(1.0, "fsync")
        known = await known_clips(gcam)
        await goes_on_seeing(gcam)
        await answered(lambda: a_new_clip_of_each(gcam, known))
        disk.works()
        for state in await states(gcam):
            assert state["dropped"]["record"] == 0


@pytest.mark.parametrize("what", [("fsync",), ("write", "fsync", "create", "statfs")])
async def test_a_disk_that_hangs_is_told_everywhere_and_costs_no_picture(
    tmp_path: Path, disk: FailingDisk, what: tuple[str, ...]
) -> None:
    async with watching(tmp_path, disk.mount) as gcam:
        await answered(lambda: all_record(gcam))
        disk.hangs(*what)
        await answered(lambda: _says_that_it_waits(gcam))
        await goes_on_seeing(gcam)
        assert b"gcam_storage_problem 1.0" in await gcam.get("/metrics")
        disk.works()
        await comes_back(gcam)
        assert b"gcam_storage_problem 0.0" in await gcam.get("/metrics")
        for state in await states(gcam):
            assert state["dropped"]["record"] == 0


async def _says_that_it_waits(gcam: Program) -> bool:
    """Of each camera, and of the recorder and the disk as parts of Gcam."""
    parts = {part["part"]: part for part in (await gcam.get("/api/v1/system"))["parts"]}
    told = [state["no_recording_reason"] for state in await states(gcam)]
    told += [parts["disk"]["message"]]
    return parts["recorder"]["state"] == "problem" and all("does not answer" in (one or "") for one in told)


@pytest.mark.root
async def test_a_disk_that_fills_in_mid_event_ends_it_whole_and_goes_on_with_it_when_there_is_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "media", 48 * MB) as media:
        async with watching(tmp_path, media, retention={"min_free_bytes": 2 * MB}) as gcam:
            await answered(lambda: all_record(gcam))
            ballast = media / "somebody-elses"
            await asyncio.to_thread(_fill, ballast)
            await answered(lambda: none_records_and_says_why(gcam))
            assert {state["no_recording_code"] for state in await states(gcam)} == {"storage_full"}
            await goes_on_seeing(gcam)
            ballast.unlink()
            await comes_back(gcam)
            assert (await gcam.get("/api/v1/system"))["disk"]["problem"] is None


def _fill(ballast: Path) -> None:
    """To the last byte."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(64 * 1024))


async def test_a_media_folder_that_vanishes_and_returns(tmp_path: Path) -> None:
    """A drive that is pulled leaves an empty folder. What lies on it is not forgotten."""
    media, aside = tmp_path / "media", tmp_path / "aside"
    async with watching(tmp_path, media) as gcam:
        known = await answered(lambda: known_clips(gcam))
        media.rename(aside)
        media.mkdir()
        await goes_on_seeing(gcam)
        await answered(lambda: _says_so_or_records(gcam, media))
        assert await known_clips(gcam) >= known, "the index forgot what is only away"
        await asyncio.to_thread(shutil.copytree, aside, media, dirs_exist_ok=True)
        await comes_back(gcam)
        assert await known_clips(gcam) >= known


async def _says_so_or_records(gcam: Program, media: Path) -> bool:
    """Either there is a journal in what is there now, or the state says why not."""
    found = await asyncio.to_thread(lambda: list((media / "journal").glob("*.mkv")))
    return bool(found) or await none_records_and_says_why(gcam)


async def test_recordings_that_somebody_deletes_while_gcam_runs(tmp_path: Path) -> None:
    media = tmp_path / "media"
    async with watching(tmp_path, media) as gcam:
        await answered(lambda: known_clips(gcam))
        for folder in ("recordings", "thumbnails", "journal"):
            await asyncio.to_thread(shutil.rmtree, media / folder, ignore_errors=True)
        await comes_back(gcam)


async def test_a_locked_index_keeps_no_camera_from_recording(tmp_path: Path) -> None:
    media = tmp_path / "media"
    async with watching(tmp_path, media) as gcam:
        known = await answered(lambda: known_clips(gcam))
        journals = media / "journal"
        with closing(sqlite3.connect(tmp_path / "data/gcam.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            begun = await asyncio.to_thread(_names_in, journals)
            await answered(lambda: _others(journals, begun))
            assert all(state["status"] == "connected" for state in await states(gcam))
            assert all(state["recording"] for state in await states(gcam))
            other.execute("ROLLBACK")
        await answered(lambda: a_new_clip_of_each(gcam, known))
        await comes_back(gcam)


def _names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def _others(journals: Path, known: set[str]) -> bool:
    """Whether recordings went on into new journals."""
    names = await asyncio.to_thread(_names_in, journals)
    return len({name for name in names - known if name.endswith(".mkv")}) >= len(CAMERAS)


async def test_an_index_that_becomes_corrupt_is_made_anew_from_the_folder(tmp_path: Path) -> None:
    media = tmp_path / "media"
    async with watching(tmp_path, media) as gcam:
        known = await answered(lambda: known_clips(gcam))
        await asyncio.to_thread(_overwrite, tmp_path / "data/gcam.db")
        await comes_back(gcam)
        known |= await known_clips(gcam)
        await gcam.end()
        await gcam.__aenter__()
        await answered(lambda: _all_known(gcam, known))


def _overwrite(database: Path) -> None:
    """As a failing card does: the file's beginning and its log are rubbish."""
    for path in (database, database.with_name(database.name + "-wal")):
        if path.exists():
            with path.open("r+b") as file:
                file.write(os.urandom(max(4096, path.stat().st_size)))


async def _all_known(gcam: Program, known: set[str]) -> bool:
    return known <= await known_clips(gcam)


async def test_a_history_that_becomes_corrupt_is_begun_anew(tmp_path: Path) -> None:
    async with watching(tmp_path, tmp_path / "media") as gcam:
        await answered(lambda: known_clips(gcam))
        await asyncio.to_thread(_overwrite, tmp_path / "data/events.db")
        async with aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http:
            await answered(lambda: _history_answers(http))
        await comes_back(gcam)


async def _history_answers(http: aiohttp.ClientSession) -> bool:
    async with http.get("/api/v1/history") as response:
        return response.status == 200


async def test_a_disk_that_never_answers_is_named_and_does_not_keep_gcam_from_ending(
    tmp_path: Path, disk: FailingDisk
) -> None:
    async with watching(tmp_path, disk.mount) as gcam:
        await answered(lambda: known_clips(gcam))
        disk.is_slow(20.0, "fsync")
        await goes_on_seeing(gcam)
        assert await gcam.end(signal.SIGTERM) == 1
        disk.works()
    assert "did not stop within" in gcam.log
    assert "gcam-journal-sync: os.fsync" in gcam.log


@pytest.mark.parametrize(("command", "file"), [(("detect",), "film.mp4"), (("snapshot", "--data"), "")])
async def test_a_command_that_a_disk_holds_up_ends_when_told_and_names_it(
    disk: FailingDisk, command: tuple[str, ...], file: str
) -> None:
    """Also where the thread that hears of signals is held up itself."""
    (disk.folder / "film.mp4").write_bytes(bytes(100_000))
    with closing(sqlite3.connect(disk.folder / "gcam.db")) as database:
        database.execute("CREATE TABLE clips (id)")
    disk.is_slow(20.0, "open", "read")
    child = GcamChild(*command, disk.mount / file)
    await child.until(disk.holds)
    assert await child.end(signal.SIGINT) == 1
    assert re.search(
        r"did not stop within 9 s and ends now\. It was held up by: MainThread: .+\.py:\d+", child.said
    )
