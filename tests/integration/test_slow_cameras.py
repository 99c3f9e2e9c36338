"""Cameras that send, or are looked at, less than twice a second: through the engine, from picture to clip."""

from __future__ import annotations

import pytest

from gcam_addon.model import MotionEnded, MotionStarted
from tests.support.scripted_camera import MOVING, QUIET, ScriptedStage, scripted


@pytest.mark.parametrize("fps", [0.3, 0.5, 1.0, 2.0, 5.0])
async def test_what_moves_is_an_event_and_recorded_to_its_end(fps: float) -> None:
    stage = ScriptedStage([[*[QUIET] * 5, *[MOVING] * 6, *[QUIET] * 20]], fps)
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.of(MotionEnded))
    (started,), (ended,) = stage.of(MotionStarted), stage.of(MotionEnded)
    assert started.pts_s == pytest.approx(1000.0 + 6 / fps)
    assert ended.pts_s == pytest.approx(1000.0 + 11 / fps)
    (clip,) = stage.clips()
    assert clip[0] <= 1000.001 + 8 / fps, "as soon as two pictures told it"
    assert clip[-1] >= ended.pts_s
    await stage.stop()
