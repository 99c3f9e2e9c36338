"""What nobody foresaw: the camera says so, keeps what it has, and comes back; the others go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import Stalled
from gcam_addon.model import CameraChanged, Event, MotionEnded, MotionStarted, Status
from tests.support.scripted_camera import DETECTION, MOVING, QUIET, Failing, ScriptedStage, scripted

DEFECT = ZeroDivisionError("a defect of ours")


@pytest.fixture
async def stages() -> AsyncIterator[list[ScriptedStage]]:
    """Those of the test, stopped after it."""
    stages: list[ScriptedStage] = []
    yield stages
    for stage in stages:
        await stage.stop()


@pytest.mark.parametrize("error", [DEFECT, asyncio.CancelledError()])
async def test_a_camera_with_a_defect_says_so_keeps_its_clip_and_comes_back(
    stages: list[ScriptedStage], error: BaseException
) -> None:
    stage = ScriptedStage([[QUIET, *[MOVING] * 8, error], [QUIET] * 3])
    stages.append(stage)
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.connected == 2 and stage.engine.states()["door"].frames == 12)

    broken = [event.state for event in stage.of(CameraChanged) if event.state.problem_code == "defect"]
    assert broken[0].status is Status.RECONNECTING
    assert "Gcam itself" in str(broken[0].problem)
    assert broken[0].no_recording_code == "no_pictures"
    assert (broken[-1].motion, stage.engine.states()["door"].status) == (False, Status.CONNECTED)
    (duty,) = [state for state in stage.duties.states() if state.name == "camera door"]
    assert duty.failures == 1
    (started,), (ended,) = stage.of(MotionStarted), stage.of(MotionEnded)
    assert ended.event_id == started.event_id
    assert len(stage.clips()[0]) >= 5
    assert stage.recorders[0].noted == [started, ended]


class _Raising:
    """interfaces.Sink."""

    def publish(self, event: Event) -> None:
        raise DEFECT


async def test_a_sink_that_raises_ends_no_camera(stages: list[ScriptedStage]) -> None:
    stage = ScriptedStage([[QUIET, *[MOVING] * 8, *[QUIET] * 30]])
    stages.append(stage)
    stage.engine.subscribe(_Raising())
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.of(MotionEnded))
    assert stage.connected == 1
    assert stage.engine.states()["door"].status is Status.CONNECTED
    assert [state.name for state in stage.duties.states() if state.failures] == ["sink Raising"]


async def test_states_are_told_though_a_sink_raises(stages: list[ScriptedStage]) -> None:
    stage = ScriptedStage([[QUIET]])
    stages.append(stage)
    stage.engine.subscribe(_Raising())
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].frames == 1)
    told = len(stage.of(CameraChanged))
    stage.clock.advance(60.0)
    await stage.until(lambda: len(stage.of(CameraChanged)) > told)


async def test_a_camera_whose_life_is_over_is_built_anew(stages: list[ScriptedStage]) -> None:
    stage = ScriptedStage([[QUIET], [QUIET] * 2])
    stages.append(stage)
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].frames == 1)
    (life,) = [task for task in asyncio.all_tasks() if task.get_name() == "gcam camera door"]
    life.cancel()
    await asyncio.wait([life])
    await stage.engine.start(scripted(name="Front door"))
    await stage.until(lambda: stage.engine.states()["door"].frames == 2)
    assert stage.engine.states()["door"].name == "Front door"


async def test_after_the_end_no_camera_starts(stages: list[ScriptedStage]) -> None:
    stage = ScriptedStage([[QUIET]])
    stages.append(stage)
    await stage.engine.close()
    await stage.engine.start(scripted())
    assert stage.engine.states() == {}
    assert stage.connected == 0


async def test_new_masks_with_a_new_address_show_no_old_picture(stages: list[ScriptedStage]) -> None:
    stage = ScriptedStage([[QUIET]])
    stages.append(stage)
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].size)
    epoch = stage.engine.epoch("door")
    masked = scripted(
        source=SourceSettings("http://192.0.2.2/"), privacy_masks=(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),)
    )
    await stage.engine.start(masked)
    assert await stage.engine.snapshot("door") is None
    assert stage.engine.epoch("door") > epoch


class _Busy:
    """interfaces.Sink. From the first motion on, the detection threads have other things to do."""

    def __init__(self, stage: ScriptedStage) -> None:
        self.over = threading.Event()
        self._pool = stage.pool

    def publish(self, event: Event) -> None:
        if isinstance(event, MotionStarted):
            for _ in range(2):
                self._pool.submit(self.over.wait, 60.0)


async def test_who_stops_a_camera_that_was_just_lost_is_told_how_its_event_ended(
    stages: list[ScriptedStage],
) -> None:
    stage = ScriptedStage([[*[MOVING] * 2, Stalled("silent")]])
    stages.append(stage)
    busy = _Busy(stage)
    stage.engine.subscribe(busy)
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].problem_code == "stalled")
    assert not stage.of(MotionEnded)
    stopping = asyncio.create_task(stage.engine.stop("door"))
    for _ in range(10):
        await asyncio.sleep(0)
    busy.over.set()
    await stopping
    assert [event.event_id for event in stage.of(MotionEnded)] == [stage.of(MotionStarted)[0].event_id]


async def test_when_detection_fails_in_an_event_what_moves_goes_on_being_recorded(
    stages: list[ScriptedStage],
) -> None:
    failing = Failing(ZeroDivisionError("a defect of ours"))
    stage = ScriptedStage([[*[MOVING] * 6, failing, *[MOVING] * 10, *[QUIET] * 40]])
    stages.append(stage)
    await stage.engine.start(scripted(detection=replace(DETECTION, warmup_s=0.4)))
    await stage.until(lambda: len(stage.of(MotionEnded)) == 2)
    assert stage.connected == 1
    assert stage.built == 2
    (clip,) = stage.clips()
    assert clip[-1] - clip[0] == pytest.approx((len(clip) - 1) / 5.0), "no picture is missing"
    assert dict(stage.engine.states()["door"].dropped)["detect"] == 1


async def test_detection_that_fails_says_why_nothing_is_recorded(stages: list[ScriptedStage]) -> None:
    failing = Failing(ZeroDivisionError("a defect of ours"))
    stage = ScriptedStage([[QUIET, *[failing] * 5, *[QUIET] * 3]])
    stages.append(stage)
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].frames == 9)
    told = [event.state for event in stage.of(CameraChanged)]
    failed = [state for state in told if state.problem_code == "detection"]
    assert failed
    assert {state.no_recording_code for state in failed} == {"detection_failed"}
    assert stage.engine.states()["door"].problem is None, "and that it is over"
