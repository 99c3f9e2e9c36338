"""Journals in memory: begun there while there is room, on the disk without a gap else, not lost by a stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.duties import Duties
from gcam_addon.model import ClipKind
from gcam_addon.recording.commands import Append, Begin, Command, End
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal import JournalWriter, Reports
from gcam_addon.recording.journal_memory import JournalMemory
from gcam_addon.recording.journal_reader import count_frames
from tests.support.frames import SMALL, jpeg_frames, mjpeg
from tests.support.program import Program, write_options
from tests.support.simulated import camera
from tests.support.small_disk import small_disk
from tests.support.waiting import patience

MB = 1024 * 1024
Rig = tuple[JournalWriter, list[Path]]


class Machine:
    """How much memory there is."""

    def __init__(self) -> None:
        self.free_bytes: int | None = 1000 * MB

    def available(self) -> int | None:
        return self.free_bytes


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("memory", "disk"):
        (tmp_path / name).mkdir()
    return tmp_path / "memory", tmp_path / "disk"


@pytest.fixture
def open_journal(folders: tuple[Path, Path]) -> Iterator[Callable[[JournalMemory], Rig]]:
    writers: list[JournalWriter] = []

    def open_(memory: JournalMemory) -> Rig:
        finished: list[Path] = []
        clock = SystemClock()
        reports = Reports(lambda _: None, finished.append, lambda: None)
        writer = JournalWriter(folders[1], clock, reports, duties=Duties(clock), memory=memory)
        writers.append(writer)
        writer.start()
        return writer, finished

    yield open_
    for writer in writers:
        writer.stop()


def clip(count: int) -> tuple[Begin, list[Append]]:
    facts = ClipFacts("door-1", "door", "Door", ClipKind.MOTION, 1000.0, 2.0, "moved", ("e1",))
    return Begin(facts, mjpeg(SMALL)), [Append("door-1", frame) for frame in jpeg_frames(count)]


async def submit(writer: JournalWriter, *commands: Command) -> None:
    for command in commands:
        writer.submit(command)
    async with patience():
        while writer.queued("door"):
            await asyncio.sleep(0.01)


async def test_a_journal_lies_in_memory_while_there_is_room(
    folders: tuple[Path, Path], open_journal: Callable[[JournalMemory], Rig]
) -> None:
    writer, finished = open_journal(JournalMemory(folders[0], available=Machine().available))
    begin, frames = clip(10)
    await submit(writer, begin, *frames, End("door-1"))
    writer.stop()
    (journal,) = finished
    assert journal.parent == folders[0]
    assert count_frames(journal) == 10
    assert not list(folders[1].iterdir())


@pytest.mark.parametrize("free_bytes", [0, 50 * MB])
async def test_without_room_it_lies_on_the_disk(
    free_bytes: int, folders: tuple[Path, Path], open_journal: Callable[[JournalMemory], Rig]
) -> None:
    machine = Machine()
    machine.free_bytes = free_bytes
    writer, finished = open_journal(JournalMemory(folders[0], available=machine.available))
    begin, frames = clip(3)
    await submit(writer, begin, *frames, End("door-1"))
    writer.stop()
    assert [journal.parent for journal in finished] == [folders[1]]


async def test_memory_that_gets_short_sends_a_clip_to_the_disk_without_a_gap(
    folders: tuple[Path, Path], open_journal: Callable[[JournalMemory], Rig]
) -> None:
    machine = Machine()
    writer, finished = open_journal(JournalMemory(folders[0], available=machine.available))
    begin, frames = clip(40)
    await submit(writer, begin, *frames[:20])
    machine.free_bytes = 20 * MB
    async with patience():
        while not finished:
            await asyncio.sleep(0.05)
    await submit(writer, *frames[20:], End("door-1"))
    writer.stop()
    assert [journal.parent for journal in finished] == [*folders]
    assert [count_frames(journal) for journal in finished] == [20, 20]
    assert writer.dropped("door") == 0


@pytest.mark.root
async def test_memory_that_is_full_at_once_loses_no_frame(
    folders: tuple[Path, Path], open_journal: Callable[[JournalMemory], Rig]
) -> None:
    with small_disk(folders[0], 64 * 1024):
        memory = JournalMemory(folders[0], least_bytes=0, tight_bytes=0, available=Machine().available)
        writer, finished = open_journal(memory)
        begin, frames = clip(400)
        await submit(writer, begin, *frames, End("door-1"))
        writer.stop()
        assert {journal.parent for journal in finished} == {*folders}
        assert sum(count_frames(journal) for journal in finished) == 400
        assert writer.blocked is None


def test_what_is_left_in_memory_goes_to_the_disk(folders: tuple[Path, Path]) -> None:
    names = ["door-1-abcd.mkv", "door-1-abcd.json", "door-1-abcd.jpg"]
    for name in names:
        (folders[0] / name).write_text(name)
    JournalMemory(folders[0]).rescue(folders[1])
    assert not list(folders[0].iterdir())
    assert {path.name: path.read_text() for path in folders[1].iterdir()} == {name: name for name in names}


async def test_gcam_records_through_memory_and_keeps_what_is_in_progress(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    options = write_options(
        tmp_path / "o.json", journal_memory_dir=str(memory), retention={"min_free_bytes": 0}
    )
    async with camera(fps=5.0) as board:
        arguments = ("--options", options, "--camera", f"Door={board.url}", "--mqtt", "off")
        async with Program(tmp_path / "data", *arguments) as gcam, patience():
            while (await gcam.state("door"))["status"] != "connected":
                await asyncio.sleep(0.1)
            http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
            async with http, http.post("/api/v1/cameras/door/record", json={"seconds": 600}) as response:
                assert response.status == 200
            while not list(memory.glob("*.mkv")):
                await asyncio.sleep(0.05)
            assert not list((tmp_path / "data" / "journal").glob("*.mkv"))
            await asyncio.sleep(2)  # some frames
        assert not list(memory.iterdir())
        async with Program(tmp_path / "data", *arguments) as gcam, patience():
            while not await gcam.clips():
                await asyncio.sleep(0.1)
