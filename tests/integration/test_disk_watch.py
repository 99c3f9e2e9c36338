"""What is told of a disk that does not answer: neither too early, nor by who waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.errors import DiskError, RecordingError
from gcam_addon.model import Event, Storage, StorageChanged
from gcam_addon.recording.disk_watch import DiskWatch
from gcam_addon.recording.silence import SILENT_AFTER_S, Silence
from gcam_addon.words.reason import because
from tests.support.waiting import PATIENCE_S, until

WELL = Storage(total_bytes=100, free_bytes=50, clips_bytes=30, clips=2)
WAITS = because("disk_waits")


def test_a_disk_is_silent_once_somebody_waited_long_and_for_a_while_after() -> None:
    clock = ManualClock()
    silence = Silence(clock)
    assert (silence.lasts_s(), silence.is_on()) == (0.0, False)
    with silence.asking():
        clock.advance(SILENT_AFTER_S - 1)
        with silence.asking():
            clock.advance(0.5)
        assert (silence.lasts_s(), silence.is_on()) == (SILENT_AFTER_S - 0.5, False)
        clock.advance(0.5)
        assert silence.is_on()
    assert (silence.lasts_s(), silence.is_on()) == (0.0, True)
    clock.advance(5)
    assert silence.is_on()
    clock.advance(10)
    assert not silence.is_on()


class Rig:
    """A disk that hangs while `answers` is not set."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.silence = Silence(self.clock)
        self.answers = threading.Event()
        self.answers.set()
        self.asked = 0
        self.heard: list[DiskError | None] = []
        self.published: list[Event] = []
        self.threads = ThreadPoolExecutor(1)
        self.watch = DiskWatch(
            *(self.silence, self._measure, self.threads, self.heard.append, self.published.append),
            look_every_s=0.01,
            answers_within_s=0.05,
        )

    def _measure(self) -> Storage:
        self.asked += 1
        with self.silence.asking():
            assert self.answers.wait(PATIENCE_S)
        return WELL


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    watching = asyncio.create_task(rig.watch.look_on())
    yield rig
    rig.answers.set()
    rig.threads.shutdown()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def test_its_silence_is_told_to_everybody_and_so_is_its_answer(rig: Rig) -> None:
    rig.watch.note(WELL)
    with ExitStack() as waiting:
        waiting.enter_context(rig.silence.asking())
        rig.clock.advance(SILENT_AFTER_S)
        await until(lambda: rig.heard)
        assert (await rig.watch.storage()).problem == WAITS
        assert (await rig.watch.storage()).silent_s == SILENT_AFTER_S
    rig.clock.advance(60)
    await until(lambda: len(rig.heard) == 2)
    assert rig.heard[1] is None
    told = [event.storage.problem for event in rig.published if isinstance(event, StorageChanged)]
    assert told == [None, WAITS, None]
    assert await rig.watch.storage() == WELL


async def test_who_asks_of_a_disk_that_hangs_is_told_so_and_how_it_was(rig: Rig) -> None:
    assert await rig.watch.storage() == WELL
    rig.answers.clear()
    asking = asyncio.create_task(rig.watch.storage())
    await until(lambda: rig.asked == 2)
    rig.clock.advance(1)
    told = await asking
    assert (told.problem, told.problem_code, told.free_bytes) == (WAITS, "recording", WELL.free_bytes)
    assert (await rig.watch.storage()).problem == WAITS
    assert rig.asked == 2, "one question is enough for a disk that hangs"
    rig.answers.set()
    await until(lambda: rig.silence.lasts_s() == 0)
    assert (await rig.watch.storage()).problem is None


async def test_a_disk_that_never_answered_is_unknown(rig: Rig) -> None:
    rig.answers.clear()
    asking = asyncio.create_task(rig.watch.storage())
    await until(lambda: rig.asked == 1)
    rig.clock.advance(1)
    with pytest.raises(RecordingError, match="does not answer"):
        await asking


async def test_who_waits_for_something_else_than_the_disk_is_answered(rig: Rig) -> None:
    """For an index that is locked."""
    locked = threading.Event()

    def measure() -> Storage:
        assert locked.wait(PATIENCE_S)
        return WELL

    watch = DiskWatch(
        rig.silence, measure, rig.threads, rig.heard.append, rig.published.append, answers_within_s=0.01
    )
    asking = asyncio.create_task(watch.storage())
    for _ in range(10):
        done, _pending = await asyncio.wait({asking}, timeout=0.02)
        assert not done
    locked.set()
    assert await asking == WELL
