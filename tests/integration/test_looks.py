"""Rotation and privacy masks, by pixels, in everything that leaves Gcam: live, recorded, kept and told."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from gcam_addon.config.model import Camera
from gcam_addon.model import (
    ClipReady,
    EncodedFrame,
    MotionEnded,
    MotionStarted,
    Polygon,
    Region,
    Size,
    Status,
)
from gcam_addon.picture.cells import touched
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.engine_rig import SIZE, Marked, Rig, camera_at
from tests.support.waiting import patience

TOP_RIGHT: Polygon = ((0.5, 0), (1, 0), (1, 0.5), (0.5, 0.5))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    await rig.recordings.start(rig.engine.publish)
    yield rig
    await rig.engine.close()
    await rig.recordings.stop()
    rig.pool.shutdown()
    rig.mask_pool.shutdown()


@pytest.fixture
async def board() -> AsyncIterator[SimulatedCamera]:
    async with SimulatedCamera("camera-web-server", Pictures(Marked()), fps=10.0, size=SIZE) as board:
        yield board


def shown(jpeg: bytes) -> np.ndarray:
    """As a browser shows it: by its orientation."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


async def limited(frames: AsyncIterator[EncodedFrame], count: int) -> AsyncIterator[EncodedFrame]:
    for _ in range(count):
        yield await anext(frames)


def film(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


def original(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [shown(bytes(packet)) for packet in container.demux(video=0) if packet.size]


async def everything(rig: Rig, camera: Camera) -> dict[str, list[np.ndarray]]:
    """All pictures that leave Gcam while the camera watches one event."""
    live: list[np.ndarray] = []

    async def look() -> None:
        async for frame in rig.engine.watch(camera.id):
            picture = shown(frame.jpeg)
            assert frame.size == Size(picture.shape[1], picture.shape[0])
            live.append(picture)

    await rig.engine.start(camera)
    looking = asyncio.create_task(look())
    await rig.until(lambda: rig.of(ClipReady))
    looking.cancel()
    newest = await rig.engine.snapshot(camera.id)
    assert newest is not None
    clip = rig.of(ClipReady)[0].clip
    video = rig.recordings.path_of(clip)
    thumbnail = rig.recordings.thumbnail_of(clip)
    assert thumbnail is not None
    assert (clip.width, clip.height) == (live[0].shape[1], live[0].shape[0])
    return {
        "live": live,
        "snapshot": [shown(newest.jpeg)],
        "event": [shown(event.jpeg) for event in (*rig.of(MotionStarted), *rig.of(MotionEnded))],
        "recording": film(video),
        "original": original(video.with_suffix(".mkv")),
        "thumbnail": [shown(thumbnail.read_bytes())],
    }


def quarter(picture: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
    """The middle of the corner's eighth: (0, 0) top left, (0, 1) top right."""
    height, width = picture.shape[:2]
    y, x = (int((0.02 + 0.86 * corner[0]) * height), int((0.02 + 0.86 * corner[1]) * width))
    return picture[y : y + height // 10, x : x + width // 10].reshape(-1, 3).mean(axis=0)


def is_red(colour: np.ndarray) -> bool:
    blue, green, red = colour
    return bool(red > 150 and blue < 110 and green < 110)


@pytest.mark.parametrize(("degrees", "corner"), [(90, (0, 1)), (180, (1, 1)), (270, (1, 0))])
async def test_everything_is_turned(
    rig: Rig, board: SimulatedCamera, degrees: int, corner: tuple[int, int]
) -> None:
    for kind, pictures in (await everything(rig, camera_at(board, rotation=degrees))).items():
        assert pictures, kind
        for picture in pictures:
            assert (picture.shape[0] > picture.shape[1]) == (degrees != 180), kind
            assert is_red(quarter(picture, corner)), kind
            assert not is_red(quarter(picture, (1 - corner[0], 1 - corner[1]))), kind


@pytest.mark.parametrize("degrees", [0, 90, 180])
async def test_where_it_moved_is_kept_of_the_picture_as_the_camera_sends_it(
    rig: Rig, board: SimulatedCamera, degrees: int
) -> None:
    """Along its bottom, however it is shown."""
    await rig.engine.start(camera_at(board, rotation=degrees))
    await rig.until(lambda: rig.of(MotionEnded))
    cells = rig.of(MotionEnded)[0].cells
    assert cells & ~touched([Region(0.0, 0.6, 1.0, 0.4, 40.0)], 0) == 0
    assert cells & touched([Region(0.0, 0.6, 0.4, 0.4, 16.0)], 0), "its left"
    assert cells & touched([Region(0.5, 0.6, 0.2, 0.4, 8.0)], 0), "and on"


async def test_nothing_is_kept_of_where_it_moved_under_a_privacy_mask(
    rig: Rig, board: SimulatedCamera
) -> None:
    left: Polygon = ((0, 0), (0.5, 0), (0.5, 1), (0, 1))
    await rig.engine.start(camera_at(board, privacy_masks=(left,)))
    await rig.until(lambda: rig.of(MotionEnded))
    cells = rig.of(MotionEnded)[0].cells
    assert cells
    assert cells & touched([Region(0.0, 0.0, 0.45, 1.0, 45.0)], 0) == 0


@pytest.mark.parametrize("degrees", [0, 90])
async def test_what_lies_under_a_privacy_mask_never_leaves(
    rig: Rig, board: SimulatedCamera, degrees: int
) -> None:
    """The mask lies over the top right of the picture as shown: turned by 90, that is where the red is."""
    camera = camera_at(board, rotation=degrees, privacy_masks=(TOP_RIGHT,))
    for kind, pictures in (await everything(rig, camera)).items():
        assert pictures, kind
        for picture in pictures:
            height, width = picture.shape[:2]
            hidden = picture[: height // 2, width // 2 :]
            assert hidden.mean() < 4, kind
            assert hidden.max() < 48, kind
            assert quarter(picture, (1, 0)).mean() > 100, f"{kind}: the rest is seen"
            assert is_red(quarter(picture, (0, 0))) == (degrees == 0), kind


async def test_a_mask_holds_from_the_moment_it_is_set_on(rig: Rig, board: SimulatedCamera) -> None:
    camera = camera_at(board)
    await rig.engine.start(camera)
    await rig.until(lambda: rig.engine.states()["door"].size)
    seen: list[EncodedFrame] = []

    async def look() -> None:
        seen.extend([frame async for frame in limited(rig.engine.watch("door"), 16)])

    await rig.engine.start(replace(camera, privacy_masks=(TOP_RIGHT,)))
    looking = asyncio.create_task(look())
    await looking
    for frame in seen:
        assert shown(frame.jpeg)[:120, 160:].mean() < 4
    assert board.streams_opened == 1, "and the connection stays"
    await rig.until(lambda: rig.of(ClipReady))
    clips = [film(rig.recordings.path_of(event.clip)) for event in rig.of(ClipReady)]
    hidden = [picture[:120, 160:].mean() < 4 for pictures in clips for picture in pictures]
    assert any(hidden)
    newest = film(rig.recordings.path_of(rig.of(ClipReady)[-1].clip))
    assert all(picture[:120, 160:].mean() < 4 for picture in newest), "no pre-roll from before the mask"


async def test_an_event_in_progress_when_a_mask_is_set_ends_without_a_picture(
    rig: Rig, board: SimulatedCamera
) -> None:
    camera = camera_at(board)
    await rig.engine.start(camera)
    await rig.until(lambda: rig.of(MotionStarted))
    await rig.engine.start(replace(camera, privacy_masks=(TOP_RIGHT,)))
    ended = rig.of(MotionEnded)[0]
    assert ended.event_id == rig.of(MotionStarted)[0].event_id
    assert ended.jpeg == b""
    await rig.until(lambda: rig.of(ClipReady))
    clip = rig.of(ClipReady)[0].clip
    assert clip.event_ids == (ended.event_id,)
    assert clip.peak == ended.peak, "what was recorded until then knows how its event ended"


async def test_a_busy_detection_costs_no_recorded_picture(rig: Rig, board: SimulatedCamera) -> None:
    over = threading.Event()
    for _ in range(2):
        rig.pool.submit(over.wait, 60.0)
    await rig.engine.start(camera_at(board, privacy_masks=(TOP_RIGHT,)))
    watching = rig.engine.watch("door")
    await anext(watching)
    rig.engine.record("door", 60.0)
    async for _ in limited(watching, 10):
        pass
    rig.engine.record("door", None)
    state = rig.engine.states()["door"]
    over.set()
    assert state.analysed == 0
    assert dict(state.dropped)["mask"] == 0
    await rig.until(lambda: rig.of(ClipReady))
    assert rig.of(ClipReady)[0].clip.frames >= 10


async def test_switching_off_waits_for_no_detection_thread(rig: Rig, board: SimulatedCamera) -> None:
    """In the middle of an event, which is ended and kept."""
    await rig.engine.start(camera_at(board))
    await rig.until(lambda: rig.of(MotionStarted))
    go_on = threading.Event()
    try:
        await rig.until(lambda: rig.engine.states()["door"].motion)
        for _ in range(2):
            rig.pool.submit(go_on.wait)
        sent = rig.engine.states()["door"].frames + 10
        await rig.until(lambda: rig.engine.states()["door"].frames > sent)
        async with patience():
            await rig.engine.start(camera_at(board, enabled=False))
        assert rig.engine.states()["door"].status is Status.DISABLED
    finally:
        go_on.set()
    events = rig.of(MotionStarted)
    assert len(rig.of(MotionEnded)) == len(events) > 0
    await rig.until(lambda: rig.of(ClipReady))
