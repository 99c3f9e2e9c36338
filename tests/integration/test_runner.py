"""A camera's life through the engine, picture by picture: settings that change, streams that break off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gcam_addon.config.model import RecordingSettings, SourceSettings
from gcam_addon.errors import Stalled
from gcam_addon.model import CameraChanged, MotionEnded, MotionStarted, Status
from tests.support.scripted_camera import DETECTION, MOVING, QUIET, ScriptedStage, Step, scripted


@pytest.fixture
async def stages() -> AsyncIterator[list[ScriptedStage]]:
    """Those of the test, stopped after it."""
    stages: list[ScriptedStage] = []
    yield stages
    for stage in stages:
        await stage.stop()


class Played:
    """A stage with one camera that has played so many pictures."""

    def __init__(self, stage: ScriptedStage) -> None:
        self.stage = stage

    async def started(self, frames: int, **changes: object) -> None:
        await self.stage.engine.start(scripted(**changes))
        await self.frames(frames)

    async def frames(self, count: int) -> None:
        await self.stage.until(lambda: self.stage.engine.states()["door"].analysed == count)


async def test_sensitivity_changes_in_an_event_and_it_goes_on(stages: list[ScriptedStage]) -> None:
    hold = asyncio.Event()
    stage = ScriptedStage([[QUIET, *[MOVING] * 6, hold, *[MOVING] * 6, *[QUIET] * 20]])
    stages.append(stage)
    await Played(stage).started(7)
    await stage.engine.start(scripted(detection=replace(DETECTION, sensitivity=80)))
    assert stage.engine.states()["door"].sensitivity == 80
    hold.set()
    await stage.until(lambda: stage.of(MotionEnded))
    assert len(stage.of(MotionStarted)) == 1
    assert (stage.built, stage.connected) == (1, 1)
    assert len(stage.clips()) == 1


async def test_after_a_rename_clips_have_the_new_name_and_none_is_cut(stages: list[ScriptedStage]) -> None:
    hold = asyncio.Event()
    stage = ScriptedStage([[QUIET, *[MOVING] * 6, hold, *[MOVING] * 6]])
    stages.append(stage)
    await Played(stage).started(7)
    await stage.engine.start(scripted(name="Garden gate"))
    hold.set()
    await Played(stage).frames(13)
    (recorder,) = stage.recorders
    assert recorder.camera.name == "Garden gate"
    assert len(recorder.clips) == 1


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"recording": RecordingSettings(post_roll_s=9.0)}, 4), ({"rotation": 180}, 0)],
)
async def test_other_recording_settings_keep_the_pre_roll_another_look_does_not(
    stages: list[ScriptedStage], change: dict[str, object], kept: int
) -> None:
    hold = asyncio.Event()
    stage = ScriptedStage([[*[QUIET] * 4, hold]])
    stages.append(stage)
    await Played(stage).started(4)
    await stage.engine.start(scripted(**change))
    _, second = stage.recorders
    assert len(second.pre_roll) == kept


async def test_other_recording_settings_in_an_event_keep_it_the_event_s(stages: list[ScriptedStage]) -> None:
    hold = asyncio.Event()
    stage = ScriptedStage([[QUIET, *[MOVING] * 6, hold, *[MOVING] * 6]])
    stages.append(stage)
    await Played(stage).started(7)
    await stage.engine.start(scripted(recording=RecordingSettings(post_roll_s=9.0)))
    hold.set()
    await Played(stage).frames(13)
    (started,) = stage.of(MotionStarted)
    assert [recorder.noted for recorder in stage.recorders] == [[started], [started]]
    assert len(stage.clips()[1]) == 6


async def test_without_detection_or_a_stream_there_is_no_last_decision(stages: list[ScriptedStage]) -> None:
    stage = ScriptedStage([[*[MOVING] * 5]])
    stages.append(stage)
    await Played(stage).started(5)
    assert stage.engine.states()["door"].score == MOVING.score
    await stage.engine.start(scripted(detection=replace(DETECTION, enabled=False)))
    state = stage.engine.states()["door"]
    assert (state.score, state.cause, state.reason, state.motion) == (0.0, None, "", False)
    assert len(stage.of(MotionEnded)) == 1

    lost = ScriptedStage([[*[QUIET] * 5, Stalled("silent")]])
    stages.append(lost)
    await lost.engine.start(scripted())
    await lost.until(lambda: lost.engine.states()["door"].problem_code == "stalled")
    await lost.until(lambda: lost.engine.states()["door"].cause is None)


async def test_motion_before_a_longer_absence_is_recorded_on_after_it(stages: list[ScriptedStage]) -> None:
    gone: list[Step] = [Stalled("silent")]
    stage = ScriptedStage([[QUIET, *[MOVING] * 6, *gone], gone, gone, [QUIET] * 3])
    stages.append(stage)
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].frames == 10)
    assert [len(clip) for clip in stage.clips()] == [4, 3]


async def test_a_board_that_sends_one_picture_and_resets_is_one_outage(
    stages: list[ScriptedStage], caplog: pytest.LogCaptureFixture
) -> None:
    stage = ScriptedStage([[QUIET, Stalled("reset")] for _ in range(6)])
    stages.append(stage)
    with caplog.at_level(logging.INFO, "gcam_addon.pipeline"):
        await stage.engine.start(scripted())
        await stage.until(lambda: stage.engine.states()["door"].reconnects == 5)
    told = [event.state.status for event in stage.of(CameraChanged)]
    changes = [status for at, status in enumerate(told) if at == 0 or status is not told[at - 1]]
    flap = [Status.CONNECTED, Status.RECONNECTING]
    assert changes == [Status.CONNECTING, *flap, *flap]
    assert len({event.state.since for event in stage.of(CameraChanged) if event.state.status is flap[1]}) == 1
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == ["reset", "again and again: reset"]
    assert len(caplog.records) <= 4


@pytest.mark.parametrize("changed", [{"url": "http://other"}, {"url_hd": "http://larger"}])
async def test_a_change_of_one_address_while_all_ends_begins_nothing_anew(
    stages: list[ScriptedStage], changed: dict[str, str]
) -> None:
    stage = ScriptedStage()
    stages.append(stage)
    source = SourceSettings("http://small", url_hd="http://large")
    await stage.engine.start(scripted(source=source))
    await stage.until(lambda: stage.connected == 2)
    starting = asyncio.create_task(stage.engine.start(scripted(source=replace(source, **changed))))
    await asyncio.sleep(0)
    await stage.engine.close()
    await starting
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("gcam camera door")]
    assert stage.connected == 2


async def test_states_of_many_cameras_cost_what_is_asked_for(stages: list[ScriptedStage]) -> None:
    stage = ScriptedStage()
    stages.append(stage)
    for number in range(200):
        await stage.engine.start(scripted(f"camera{number}"))
    assert len(stage.engine.states()) == 200
    assert stage.engine.state("camera7") == stage.engine.states()["camera7"]
    assert stage.engine.state("nobody") is None
    before = stage.counted
    stage.engine.state("camera7")
    assert stage.counted == before + 1
