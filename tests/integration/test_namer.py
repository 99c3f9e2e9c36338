"""What moves gets its name while an event goes on, and nobody waits for that."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, NamingSettings, SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.interfaces import Bgr, Look
from gcam_addon.model import (
    Box,
    Cause,
    Kind,
    Motion,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    Region,
    Size,
)
from gcam_addon.picture.pixels import encoded
from gcam_addon.pipeline.namer import Namer
from tests.support.waiting import PATIENCE_S, until

SIZE = Size(64, 48)
MOVED = Box(0.25, 0.25, 0.5, 0.5)
MOVES = Motion(True, 1.0, 0.2, Cause.MOTION, "moved", (Region(0.25, 0.25, 0.5, 0.5, 25.0),))
CAMERA = Camera("door", "Door", SourceSettings("http://x"))
STARTED = MotionStarted("door", "e1", 0.0, 1000.0, 2.0, "came")
ENDED = MotionEnded("door", "e1", 5.0, 1000.0, 1005.0, 9.0, "left", jpeg=b"strongest")


def jpeg(level: int) -> bytes:
    return encoded(np.full((SIZE.height, SIZE.width, 3), level, np.uint8), 90)


def look(pts_s: float, level: int = 50) -> Look:
    return Look(None, pts_s, 1000.0 + pts_s, SIZE, lambda: jpeg(level))


class Says:
    """interfaces.Classifier. Sees `kind` wherever it is asked; waits for `goes_on` if that is cleared."""

    def __init__(self, kind: Kind = Kind.PERSON) -> None:
        self.kind = kind
        self.levels: list[int] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.fails = False

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        self.goes_on.wait(PATIENCE_S)
        self.levels.append(int(picture.mean().round()))
        if self.fails:
            raise RuntimeError("no")
        return [Named(self.kind, 80.0, MOVED)]


class Stage:
    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.says = Says()
        self.told: list[MotionNamed] = []
        self.threads = threads
        self.namer = self.made(CAMERA)

    def made(self, camera: Camera) -> Namer:
        return Namer(camera, self.says, self.threads, self.told.append)

    async def looked(self, times: int) -> None:
        await until(lambda: len(self.says.levels) >= times)
        await asyncio.wrap_future(
            self.threads.submit(int)
        )  # what the last one found is on its way to the loop
        await asyncio.sleep(0)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    threads = Duties(SystemClock()).pool("naming", 1)
    stage = Stage(threads)
    yield stage
    stage.says.goes_on.set()
    threads.shutdown()


async def test_two_looks_that_agree_are_a_name_told_once(stage: Stage) -> None:
    namer = stage.namer
    namer.begin(STARTED)
    namer.offer(look(0.0, 40), MOVES)
    await stage.looked(1)
    assert stage.told == []
    for number, at_s in enumerate((0.5, 1.5), 2):
        namer.offer(look(at_s), MOVES)
        await stage.looked(number)
    (told,) = stage.told
    assert (told.event_id, told.pts_s, told.started_at, told.what) == ("e1", 0.5, 1000.0, (Kind.PERSON,))
    assert told.named[0].pictured
    assert told.jpeg == jpeg(40)
    ended = namer.end(ENDED)
    assert (ended.named, ended.jpeg, ended.unwanted) == (told.named, jpeg(40), False)


async def test_nobody_looks_while_nothing_moves(stage: Stage) -> None:
    stage.namer.offer(look(0.0), MOVES)  # no event
    stage.namer.begin(STARTED)
    stage.namer.offer(look(0.5), replace(MOVES, moving=False))
    stage.namer.offer(look(0.5), replace(MOVES, regions=()))
    await stage.looked(0)
    assert stage.says.levels == []
    assert stage.namer.end(ENDED) == ENDED


async def test_nobody_looks_where_that_is_switched_off(stage: Stage) -> None:
    stage.namer.know(replace(CAMERA, naming=NamingSettings(enabled=False)))
    stage.namer.begin(STARTED)
    stage.namer.offer(look(0.0), MOVES)
    await stage.looked(0)
    assert stage.says.levels == []
    assert stage.namer.end(ENDED).what is None


async def test_while_one_is_looked_at_the_newest_waits(stage: Stage) -> None:
    stage.says.goes_on.clear()
    stage.namer.begin(STARTED)
    for step in range(20):
        stage.namer.offer(look(step / 10, 10 * step), MOVES)
        if step == 0:
            await until(lambda: stage.namer._is_looking and not stage.namer._newest)
    stage.says.goes_on.set()
    await stage.looked(2)
    assert stage.says.levels == [0, 190]


async def test_what_is_found_after_the_end_belongs_to_nobody(stage: Stage) -> None:
    stage.says.goes_on.clear()
    stage.namer.begin(STARTED)
    stage.namer.offer(look(0.0), MOVES)
    await until(lambda: stage.namer._is_looking and not stage.namer._newest)
    assert stage.namer.end(ENDED) == ENDED
    stage.namer.begin(replace(STARTED, event_id="e2"))
    stage.says.goes_on.set()
    await stage.looked(1)
    stage.namer.offer(look(9.0), MOVES)
    await stage.looked(2)
    ended = stage.namer.end(replace(ENDED, event_id="e2"))
    assert ended.what == (Kind.UNNAMED,)  # one look is not enough


async def test_what_is_not_wanted_is_said_at_the_end(stage: Stage) -> None:
    stage.says.kind = Kind.ANIMAL
    stage.namer.know(replace(CAMERA, naming=NamingSettings(kinds=(Kind.PERSON,))))
    stage.namer.begin(STARTED)
    for number, at_s in enumerate((0.0, 0.5), 1):
        stage.namer.offer(look(at_s), MOVES)
        await stage.looked(number)
    assert not stage.namer.end(replace(ENDED, event_id="another")).unwanted
    ended = stage.namer.end(replace(ENDED, pts_s=2.5))
    assert (ended.what, ended.unwanted) == ((Kind.ANIMAL,), True)


async def test_a_classifier_that_fails_costs_names_and_is_told_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.says.fails = True
    stage.namer.begin(STARTED)
    for number in range(1, 4):
        stage.namer.offer(look(number / 2), MOVES)
        await stage.looked(number)
    assert stage.namer.end(ENDED) == ENDED
    assert [record.message for record in caplog.records] == ["what moves could not be named"]


async def test_a_damaged_picture_is_no_look(stage: Stage) -> None:
    stage.namer.begin(STARTED)
    stage.namer.offer(replace(look(0.0), jpeg=lambda: b"no picture"), MOVES)
    await stage.looked(0)
    assert stage.says.levels == []
    assert stage.namer.end(ENDED) == ENDED


async def test_the_newest_look_is_told_with_all_that_was_seen(stage: Stage) -> None:
    stage.namer.begin(STARTED)
    assert stage.namer.looked == ()
    stage.namer.offer(look(1.0), MOVES)
    await stage.looked(1)
    await until(lambda: stage.namer.looked != ())
    (told,) = stage.namer.looked
    assert (told.at, told.seen) == (1001.0, (Named(Kind.PERSON, 80.0, MOVED),))
    assert told.crop.width > MOVED.width
    stage.namer.end(ENDED)
    stage.namer.begin(replace(STARTED, event_id="e2"))
    assert stage.namer.looked == (), "it was another event's"
