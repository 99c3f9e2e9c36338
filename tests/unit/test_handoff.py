"""From the loop to the detection threads and back: order, failures, changed settings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gcam_addon.config.model import Camera, DetectionSettings, DetectorName
from gcam_addon.interfaces import Look, Luma
from gcam_addon.model import Cause, Motion, MotionEnded, MotionStarted, Size, Unit, jpeg_unit
from gcam_addon.pipeline.handoff import Ended, Handoff, Threads
from gcam_addon.pipeline.lull import LONG_S
from gcam_addon.pipeline.processor import Analysis, Processor
from gcam_addon.pipeline.tracker import Tracker
from tests.support.fakes import make_camera

DETECTION = DetectionSettings(warmup_s=0.0, idle_fps=10.0, active_fps=10.0)
MOVING = Motion(moving=True, score=2.0, threshold=0.2, cause=Cause.MOTION, reason="2 % moved")
QUIET = Motion(moving=False, score=0.0, threshold=0.2, cause=Cause.QUIET, reason="nothing moves")
SETTLING = replace(MOVING, moving=False, cause=Cause.SETTLING)


class Stepped(Executor):
    """Does a job when the test says so, in order."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Future, object]] = []

    def submit(self, job, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future = Future()
        self.jobs.append((future, lambda: job(*args, **kwargs)))
        return future

    async def step(self) -> None:
        """The oldest job, and all that follows from it on the loop."""
        future, job = self.jobs.pop(0)
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(job())
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
        await settle()

    async def all(self) -> None:
        while self.jobs:
            await self.step()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Scripted:
    """interfaces.Detector: says or raises what the test set."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.settings = bench.camera.detection
        self.resets = 0

    def detect(self, luma: Luma, pts_s: float, detail: float = 1.0) -> Motion:
        self._bench.looked_at.append(pts_s)
        if isinstance(self._bench.says, Exception):
            raise self._bench.says
        return self._bench.says

    def is_calm(self, luma: Luma) -> bool:
        return self._bench.is_calm

    def retune(self, settings: DetectionSettings) -> None:
        self.settings = settings

    def broke(self) -> None:
        self.resets += 1


class Grey:
    """interfaces.Looker of pictures that come at once."""

    def look(self, unit: Unit, is_due: bool) -> tuple[Look, ...]:
        luma = np.zeros((12, 16), np.uint8)
        return (Look(luma, unit.pts_s, unit.received_at, unit.size, bytes),) if is_due else ()


class Bench:
    def __init__(self) -> None:
        self.pool = Stepped()
        self.camera = make_camera(detection=DETECTION)
        self.says: Motion | Exception = MOVING
        self.is_calm = True
        self.looked_at: list[float] = []
        self.analysed: list[tuple[float, Analysis]] = []
        self.ended: list[Ended] = []
        self.detectors: list[Scripted] = []
        threads = Threads(self.pool, self.pool)
        self.handoff = Handoff(threads, self._build, self.camera, self._deliver, self.ended.append)

    def _build(self, camera: Camera) -> Processor:
        self.detectors.append(Scripted(self))
        return Processor(camera.id, Grey(), self.detectors[-1], Tracker(camera.id, camera.detection))

    def _deliver(self, analysis: Analysis) -> None:
        self.analysed.append((analysis.look.pts_s, analysis))

    def offer(self, *times: float) -> None:
        for pts_s in times:
            self.handoff.offer(jpeg_unit(b"jpeg", pts_s, 1000.0 + pts_s, Size(160, 120)))

    @property
    def events(self) -> list[MotionStarted | MotionEnded]:
        return [event for _, analysis in self.analysed for event in analysis.events]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.pool.all()


async def test_a_busy_machine_looks_at_the_newest_and_counts_the_others(bench: Bench) -> None:
    bench.offer(0.0, 0.1, 0.2, 0.3)
    await bench.pool.all()
    assert bench.looked_at == [0.0, 0.3]
    assert bench.handoff.dropped == 2


async def test_after_a_failure_the_waiting_picture_comes_before_newer_ones(bench: Bench) -> None:
    bench.says = ZeroDivisionError("a defect of ours")
    bench.offer(0.0, 0.1)
    await bench.pool.step()
    bench.says = MOVING
    bench.offer(0.2)
    await bench.pool.all()
    bench.offer(0.3)
    await bench.pool.all()
    assert bench.looked_at == sorted(bench.looked_at), "never a newer one first"
    assert bench.looked_at[0] == 0.0
    assert bench.looked_at[-1] == 0.3


async def test_nothing_waits_for_ever_after_a_failure(bench: Bench) -> None:
    bench.says = ZeroDivisionError("a defect of ours")
    bench.offer(0.0, 0.1)
    await bench.pool.step()
    bench.says = MOVING
    await bench.pool.all()
    assert [pts_s for pts_s, _ in bench.analysed] == [0.1]


async def test_a_failure_is_counted_told_once_and_detection_begins_anew(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.offer(0.0)
    await bench.pool.all()
    bench.says = ZeroDivisionError("a defect of ours")
    with caplog.at_level(logging.ERROR, "gcam_addon"):
        for pts_s in (0.1, 0.2, 0.3):
            bench.offer(pts_s)
            await bench.pool.all()
    assert bench.handoff.dropped == 3
    assert bench.handoff.problem == "detection failed: ZeroDivisionError"
    assert len(bench.detectors) == 4
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info

    bench.says = SETTLING
    bench.offer(0.4)
    await bench.pool.all()
    assert bench.handoff.problem, "warming up proves nothing"
    bench.says = MOVING
    bench.offer(0.5)
    await bench.pool.all()
    assert bench.handoff.problem is None


async def test_an_event_in_progress_ends_with_the_failure(bench: Bench) -> None:
    for pts_s in (0.0, 0.1, 0.2, 0.3):
        bench.offer(pts_s)
        await bench.pool.all()
    (started,) = bench.events
    bench.says = ZeroDivisionError("a defect of ours")
    bench.offer(0.4)
    await bench.pool.all()
    ((ended,),) = bench.ended
    assert (ended.event_id, ended.pts_s) == (started.event_id, 0.3)


async def test_settings_are_taken_over_in_place_and_the_event_goes_on(bench: Bench) -> None:
    for pts_s in (0.0, 0.1, 0.2, 0.3):
        bench.offer(pts_s)
        await bench.pool.all()
    changed = replace(DETECTION, sensitivity=80, event_gap_s=1.0)
    retuning = asyncio.create_task(bench.handoff.retune(make_camera(detection=changed), anew=False))
    await settle()
    bench.offer(0.4)
    await bench.pool.all()
    assert await retuning == ()
    await bench.pool.all()
    (detector,) = bench.detectors
    assert detector.settings == changed
    assert bench.looked_at[-1] == 0.4, "what came meanwhile waited"
    bench.says = replace(MOVING, moving=False, cause=Cause.QUIET)
    bench.offer(1.5)
    await bench.pool.all()
    assert isinstance(bench.events[-1], MotionEnded), "by the new gap"


@pytest.mark.parametrize(
    ("changed", "anew"),
    [(replace(DETECTION, detector=DetectorName.MOG2), False), (replace(DETECTION, scale="1/2"), False),
     (DETECTION, True)],
)  # fmt: skip
async def test_another_detector_or_other_pictures_begin_anew(
    bench: Bench, changed: DetectionSettings, anew: bool
) -> None:
    for pts_s in (0.0, 0.1, 0.2, 0.3):
        bench.offer(pts_s)
        await bench.pool.all()
    retuning = asyncio.create_task(bench.handoff.retune(make_camera(detection=changed), anew=anew))
    await settle()
    bench.offer(0.4)
    await bench.pool.all()
    (ended,) = await retuning
    assert ended.event_id == bench.events[0].event_id
    assert len(bench.detectors) == 2
    await bench.pool.all()
    assert bench.handoff.analysed == len(bench.analysed), "counted on"


async def test_who_is_cancelled_while_a_run_ends_loses_no_event(bench: Bench) -> None:
    for pts_s in (0.0, 0.1, 0.2, 0.3):
        bench.offer(pts_s)
        await bench.pool.all()
    first = asyncio.create_task(bench.handoff.finish())
    await settle()
    first.cancel()
    await settle()
    second = asyncio.create_task(bench.handoff.finish())
    await settle()
    await bench.pool.all()
    assert [event.event_id for event in await second] == [bench.events[0].event_id]


async def test_a_run_ends_while_all_threads_are_busy_with_other_cameras(bench: Bench) -> None:
    rest = Stepped()
    bench.handoff = Handoff(
        Threads(bench.pool, rest), bench._build, bench.camera, bench._deliver, bench.ended.append
    )
    for pts_s in (0.0, 0.1, 0.2, 0.3):
        bench.offer(pts_s)
        await bench.pool.all()
    bench.offer(0.4, 0.5)  # no thread takes it
    finishing = asyncio.create_task(bench.handoff.finish())
    await settle()
    await rest.all()
    (ended,) = await finishing
    assert ended.event_id == bench.events[0].event_id
    await bench.pool.all()
    assert bench.looked_at == [0.0, 0.1, 0.2, 0.3], "what came too late is left out"
    bench.offer(0.6)
    await bench.pool.all()
    assert bench.looked_at[-1] == 0.6


async def test_other_settings_wait_for_no_other_camera_and_what_waited_is_looked_at(bench: Bench) -> None:
    rest = Stepped()
    bench.handoff = Handoff(
        Threads(bench.pool, rest), bench._build, bench.camera, bench._deliver, bench.ended.append
    )
    bench.offer(0.0)  # no thread takes it
    changed = replace(DETECTION, sensitivity=80)
    retuning = asyncio.create_task(bench.handoff.retune(make_camera(detection=changed), anew=False))
    await settle()
    await rest.all()
    assert await retuning == ()
    assert bench.looked_at == []
    await bench.pool.all()
    assert bench.looked_at == [0.0]
    assert bench.detectors[-1].settings == changed
    assert bench.handoff.dropped == 0


async def test_no_event_begins_until_it_is_calm_again(bench: Bench) -> None:
    bench.handoff.calm(5.0)
    for tenth in range(80):
        bench.offer(tenth / 10)
        await bench.pool.all()
    (started,) = bench.events
    assert started.pts_s == pytest.approx(5.0)


async def test_of_a_board_that_sends_few_pictures_fewer_are_looked_at_after_a_long_lull(bench: Bench) -> None:
    bench.says = QUIET
    bench.handoff.paced_fps = 5.0
    for index in range(80):
        bench.offer(index / 5)
        await bench.pool.all()
    early = [pts_s for pts_s in bench.looked_at if pts_s < LONG_S]
    late = bench.looked_at[len(early) :]
    assert len(early) == 5 * LONG_S
    assert [round(b - a, 3) for a, b in pairwise(late)] == [1.0] * (len(late) - 1)
    assert bench.handoff.dropped == 0


async def test_the_first_sign_of_something_ends_that_at_once_and_nothing_is_left_out(bench: Bench) -> None:
    bench.says = QUIET
    bench.handoff.paced_fps = 5.0
    for index in range(60):
        bench.offer(index / 5)
        await bench.pool.all()
    last_s = bench.looked_at[-1]
    bench.looked_at.clear()
    bench.says, bench.is_calm = MOVING, False
    times = [last_s + index / 5 for index in range(1, 8)]
    for pts_s in times:
        bench.offer(pts_s)
        await bench.pool.all()
    assert bench.looked_at == pytest.approx(times), "those put aside too, in their order"
    started = next(event for event in bench.events if isinstance(event, MotionStarted))
    assert started.pts_s == pytest.approx(times[0])


async def test_of_a_board_at_its_full_rate_fewer_are_looked_at_too(bench: Bench) -> None:
    bench.says = QUIET
    for index in range(16 * 15):
        bench.offer(index / 15)
        await bench.pool.all()
    early = [pts_s for pts_s in bench.looked_at if pts_s < LONG_S]
    late = bench.looked_at[len(early) :]
    assert len(early) == 10 * LONG_S
    assert [round(15 * (b - a)) for a, b in pairwise(late)] == [15] * (len(late) - 1), "due or not"
    assert len(late) >= 5
    assert bench.handoff.dropped == 0


async def test_there_too_the_first_sign_of_something_ends_that_and_all_that_were_due_are_looked_at(
    bench: Bench,
) -> None:
    bench.says = QUIET
    for index in range(11 * 15):
        bench.offer(index / 15)
        await bench.pool.all()
    last_s = bench.looked_at[-1]
    bench.looked_at.clear()
    bench.says, bench.is_calm = MOVING, False
    for index in range(1, 23):
        bench.offer(last_s + index / 15)
        await bench.pool.all()
    gaps_s = [b - a for a, b in pairwise([last_s, *bench.looked_at])]
    assert max(gaps_s) < 0.15, "none of ten a second is missing"
    started = next(event for event in bench.events if isinstance(event, MotionStarted))
    assert started.pts_s == bench.looked_at[0]


async def test_while_somebody_watches_what_is_decided_it_is_looked_at_as_ever(bench: Bench) -> None:
    bench.says, bench.handoff.is_followed = QUIET, True
    for index in range(16 * 15):
        bench.offer(index / 15)
        await bench.pool.all()
    assert len(bench.looked_at) == 16 * 10


async def test_pictures_put_aside_in_another_run_are_forgotten(bench: Bench) -> None:
    bench.says = QUIET
    bench.handoff.paced_fps = 5.0
    for index in range(60):
        bench.offer(index / 5)
        await bench.pool.all()
    last_s = bench.looked_at[-1]
    bench.offer(last_s + 0.2)
    finishing = asyncio.create_task(bench.handoff.finish())
    await settle()
    await bench.pool.all()
    await finishing
    bench.is_calm = False
    bench.offer(100.0)
    await bench.pool.all()
    assert bench.looked_at[-2:] == [last_s, 100.0]
