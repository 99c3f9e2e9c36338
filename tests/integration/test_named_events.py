"""From a board's pictures to events, states and clips that say what moved: real engine, real recordings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gcam_addon.assembly import Naming
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import NamingSettings
from gcam_addon.duties import Duties
from gcam_addon.interfaces import Bgr
from gcam_addon.model import (
    Box,
    CameraChanged,
    ClipFilter,
    ClipReady,
    Kind,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
)
from gcam_addon.picture.pixels import decoded
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.engine_rig import SIZE, Marked, Rig, camera_at


class SeesCats:
    """interfaces.Classifier. An animal in each crop."""

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        return [Named(Kind.ANIMAL, 90.0, crop) for crop in crops]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig, looking = Rig(tmp_path), Duties(SystemClock()).pool("naming", 1)
    rig.naming = Naming(SeesCats(), looking)
    async with AsyncExitStack() as stack:
        for pool in (rig.pool, rig.mask_pool, looking):
            stack.callback(pool.shutdown)
        await rig.recordings.start(rig.engine.publish)
        stack.push_async_callback(rig.recordings.stop)
        stack.push_async_callback(rig.engine.close)
        yield rig


async def watched(rig: Rig, scene: Marked, naming: NamingSettings) -> MotionEnded:
    """One event of the camera, to its end."""
    board = SimulatedCamera("camera-web-server", Pictures(scene), fps=15.0, size=SIZE)
    async with board:
        await rig.engine.start(camera_at(board, naming=naming))
        await rig.until(lambda: rig.of(MotionStarted))
        await rig.until(lambda: rig.of(MotionEnded))
        scene.calm = True
        await rig.engine.stop("door")
    ended = rig.of(MotionEnded)[0]
    assert isinstance(ended, MotionEnded)
    return ended


async def test_an_event_its_camera_and_its_clip_say_what_moved(rig: Rig) -> None:
    ended = await watched(rig, Marked(), NamingSettings())
    named = rig.of(MotionNamed)[0]
    assert (named.event_id, named.what) == (ended.event_id, (Kind.ANIMAL,))
    assert ended.what == (Kind.ANIMAL,)
    assert not ended.unwanted
    assert decoded(ended.jpeg) is not None
    told = [event.state.what for event in rig.of(CameraChanged)]
    assert (Kind.ANIMAL,) in told
    assert told[-1] is None
    await rig.until(lambda: rig.of(ClipReady))
    (ready,) = rig.of(ClipReady)
    assert ready.clip.what == (Kind.ANIMAL,)
    assert ready.clip.named[0].pictured
    found = await rig.recordings.clips.list(ClipFilter(what=frozenset({Kind.ANIMAL})))
    assert [clip.id for clip in found] == [ready.clip.id]


async def test_what_is_not_wanted_goes_to_the_trash_and_may_be_had_back(rig: Rig) -> None:
    ended = await watched(rig, Marked(), NamingSettings(kinds=(Kind.PERSON,)))
    assert (ended.what, ended.unwanted) == ((Kind.ANIMAL,), True)
    clips = rig.recordings.clips

    async def thrown() -> int:
        return (await clips.trash(None, 10)).clips

    while not await thrown():
        await rig.until(lambda: True)
    assert await clips.list() == []
    assert rig.of(ClipReady) == []
    (discarded,) = (await clips.trash(None, 10)).newest
    assert discarded.clip.event_ids == (ended.event_id,)
    restored = await clips.restore(discarded.clip.id)
    assert restored.what == (Kind.ANIMAL,)
    assert [clip.id for clip in await clips.list()] == [restored.id]


async def test_what_was_recorded_by_hand_meanwhile_stays(rig: Rig) -> None:
    scene = Marked()
    board = SimulatedCamera("camera-web-server", Pictures(scene), fps=15.0, size=SIZE)
    async with board:
        await rig.engine.start(camera_at(board, naming=NamingSettings(kinds=(Kind.PERSON,))))
        await rig.until(lambda: rig.of(MotionStarted))
        rig.engine.record("door", 1.0)
        await rig.until(lambda: rig.of(MotionEnded))
        await rig.engine.stop("door")
    assert not rig.of(MotionEnded)[0].unwanted
    await rig.until(lambda: rig.of(ClipReady))
