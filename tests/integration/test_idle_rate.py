"""Boards with Gcam's firmware are asked for few pictures while nothing happens: real engine, real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, PushSettings, SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.model import ClipReady, MotionEnded, MotionStarted
from gcam_addon.pipeline import tempo
from gcam_addon.push.listener import PushListener
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.firmware.gcam import start_of
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.wire.address import with_credentials, with_push_key
from tests.support.dialling_board import SECRET, dialling
from tests.support.engine_rig import FAST, KEEPING, SIZE, Marked, Rig, camera_at
from tests.support.waiting import patience, until

TOKEN = "abcdefgh-ABCDEFGH_01234567890123"
FULL_FPS = 15.0


@pytest.fixture(autouse=True)
def soon_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempo, "_CALM_S", 1.5)


def board_showing(scene: Marked) -> SimulatedCamera:
    return SimulatedCamera("gcam", Pictures(scene), fps=FULL_FPS, size=SIZE, credentials=("gcam", TOKEN))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    async with AsyncExitStack() as stack:
        stack.callback(rig.pool.shutdown)
        stack.callback(rig.mask_pool.shutdown)
        await rig.recordings.start(rig.engine.publish)
        stack.push_async_callback(rig.recordings.stop)
        stack.push_async_callback(rig.engine.close)
        yield rig


async def watched(rig: Rig, board: SimulatedCamera) -> Camera:
    camera = camera_at(board, source=SourceSettings(with_credentials(board.url, "gcam", TOKEN)))
    await rig.engine.start(camera)
    return camera


def fps(rig: Rig) -> float:
    state = rig.engine.state("door")
    assert state is not None
    return state.fps


def asked(board: SimulatedCamera) -> list[float]:
    """The pace of each of its streams; 0: all."""
    return [stream.fps for stream in start_of(board.board).streams.values()]


async def test_the_rate_falls_motion_raises_it_and_the_clip_has_it(rig: Rig) -> None:
    scene = Marked()
    scene.calm = True
    async with board_showing(scene) as board:
        await watched(rig, board)
        await rig.until(lambda: asked(board) == [5.0])
        await rig.until(lambda: 3.5 < fps(rig) < 6.5)
        assert not bool(rig.of(MotionStarted))
        scene.calm = False
        await rig.until(lambda: asked(board) == [0.0])
        await rig.until(lambda: bool(rig.of(MotionStarted)))
        await rig.until(lambda: fps(rig) > 10.0)
        scene.calm = True
        await rig.until(lambda: bool(rig.of(MotionEnded)))
        await rig.until(lambda: asked(board) == [5.0])
        await rig.until(lambda: bool(rig.of(ClipReady)))
        clip = max((event.clip for event in rig.of(ClipReady)), key=lambda one: one.duration_s)
        assert clip.frames / clip.duration_s > 8.0
        assert board.streams_opened == 1


async def test_who_watches_sees_all_of_it(rig: Rig) -> None:
    scene = Marked()
    scene.calm = True
    async with board_showing(scene) as board:
        camera = await watched(rig, board)
        await rig.until(lambda: asked(board) == [5.0])
        async with aclosing(rig.engine.watch(camera.id)) as frames, patience():
            await anext(frames)
            while asked(board) != [0.0]:
                await anext(frames)
        await rig.until(lambda: asked(board) == [5.0])
        await rig.engine.start(replace(camera, idle_fps=None))
        await rig.until(lambda: asked(board) == [0.0])
        assert board.streams_opened == 1


async def test_a_board_that_does_not_take_it_is_asked_again_and_goes_on(rig: Rig) -> None:
    scene = Marked()
    scene.calm = True
    async with board_showing(scene) as board:
        await watched(rig, board)
        await rig.until(lambda: asked(board) == [5.0])
        numbers = start_of(board.board).streams
        (number, stream) = next(iter(numbers.items()))
        del numbers[number]  # it does not know the stream any more, which goes on
        scene.calm = False
        await rig.until(lambda: bool(rig.of(MotionStarted)))
        numbers[number] = stream
        await rig.until(lambda: asked(board) == [0.0])
        assert board.streams_opened == 1


async def test_a_board_that_dials_in_is_told_the_same(rig: Rig) -> None:
    scene = Marked()
    scene.calm = True
    clock = SystemClock()
    camera = Camera(
        "door", "Door", SourceSettings(with_push_key("door", SECRET)), detection=FAST, recording=KEEPING
    )
    listener = PushListener(
        PushSettings(host="127.0.0.1", port=0), lambda: [camera], rig.arrivals, clock, duties=Duties(clock)
    )
    listening = asyncio.create_task(listener.run())
    await until(lambda: listener.port is not None)
    await rig.engine.start(camera)

    def show() -> bytes:
        return cv2.imencode(".jpg", scene.picture(clock.monotonic(), SIZE))[1].tobytes()

    async with dialling(listener.port or 0, show, FULL_FPS) as board:
        await rig.until(lambda: board.pace == 5.0)
        await rig.until(lambda: 3.5 < fps(rig) < 6.5)
        assert not bool(rig.of(MotionStarted))
        scene.calm = False
        await rig.until(lambda: bool(rig.of(MotionStarted)))
        await rig.until(lambda: board.pace == 0.0)
        await rig.until(lambda: fps(rig) > 10.0)
    listening.cancel()
    await asyncio.wait([listening])
