"""That a camera does not see its place, from its pictures to its state and the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gcam_addon.config.model import DetectionSettings
from gcam_addon.interfaces import Luma
from gcam_addon.model import CameraChanged
from gcam_addon.model.guard import Tamper
from gcam_addon.pipeline.tampering import Tampering
from tests.support.scripted_camera import DETECTION, QUIET, ScriptedStage, scripted

COURSE = [None, None, Tamper.COVERED, Tamper.COVERED, None, Tamper.TURNED]


class Told(Tampering):
    """Tells of each picture what a test says; of later ones the last."""

    def __init__(self) -> None:
        super().__init__(DETECTION)
        self._course = list(COURSE)

    def see(self, luma: Luma | None, pts_s: float) -> Tamper | None:
        return self._course.pop(0) if len(self._course) > 1 else self._course[0]


@pytest.fixture
async def stage() -> AsyncIterator[ScriptedStage]:
    stage = ScriptedStage([[QUIET] * 8])
    stage.tampering = Told()
    yield stage
    await stage.stop()


async def test_a_camera_s_state_tells_at_once_what_keeps_it_from_seeing(stage: ScriptedStage) -> None:
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].analysed == 8)
    told = [event.state for event in stage.of(CameraChanged)]
    changes = [one.tamper for one, before in zip(told[1:], told, strict=False) if one.tamper != before.tamper]
    assert changes == [Tamper.COVERED, None, Tamper.TURNED]
    covered = next(state for state in told if state.tamper is Tamper.COVERED)
    assert (covered.problem_code, covered.problem) == ("covered", "something is before its lens")


@pytest.mark.parametrize("off", [replace(DETECTION, tamper=False), replace(DETECTION, enabled=False)])
async def test_who_no_longer_wants_to_know_is_told_nothing(
    stage: ScriptedStage, off: DetectionSettings
) -> None:
    await stage.engine.start(scripted())
    await stage.until(lambda: stage.engine.states()["door"].tamper is Tamper.TURNED)
    await stage.engine.start(scripted(detection=off))
    assert stage.engine.states()["door"].tamper is None
    assert stage.engine.states()["door"].problem is None
