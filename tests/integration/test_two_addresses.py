"""A camera with two addresses, at real servers: the small one is looked at, the large one is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import cv2
import numpy as np
import pytest

from gcam_addon.bitstream.inter import InterDecoder
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import (
    Camera,
    DetectionSettings,
    DetectorName,
    RecordingMode,
    RecordingSettings,
    SourceSettings,
)
from gcam_addon.duties import Duties
from gcam_addon.model import (
    CameraChanged,
    Clip,
    ClipKind,
    ClipReady,
    Codec,
    HdState,
    MotionStarted,
    SdReason,
    Size,
    Unit,
)
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.sources.rtsp import RtspSource
from tests.support.cut_cable import CutCable
from tests.support.engine_rig import Marked, Rig, camera_at
from tests.support.rtsp_server import RtspServer, missing
from tests.support.waiting import PATIENCE_S, patience

rtsp = pytest.mark.skipif(missing() is not None, reason=str(missing()))
SMALL, LARGE = Size(320, 240), Size(960, 720)
FPS = 15
_MOUNT = (
    "videotestsrc is-live=1 pattern=ball animation-mode=wall-time ! "
    "video/x-raw,format=I420,width={},height={},framerate=15/1 ! "
    "x264enc threads=1 tune=zerolatency speed-preset=ultrafast key-int-max=15 ! "
    "rtph264pay name=pay0 pt=96 config-interval=-1"
)
MOUNTS = {
    "/small": _MOUNT.format(SMALL.width, SMALL.height),
    "/large": _MOUNT.format(LARGE.width, LARGE.height),
}
"""Where the ball is depends on the wall clock alone: both show the same at the same moment."""
ALWAYS = RecordingSettings(mode=RecordingMode.CONTINUOUS, pre_roll_s=1.0)
PATIENT = SourceSettings("", connect_timeout_s=PATIENCE_S, stall_timeout_s=PATIENCE_S)


@pytest.fixture(scope="module")
def servers() -> Iterator[list[RtspServer]]:
    servers = [RtspServer(MOUNTS)]
    yield servers
    servers[-1].child.ended()


@pytest.fixture
def server(servers: list[RtspServer]) -> RtspServer:
    """Another one where it ended of itself, as GStreamer's may: that costs one test, not all."""
    if servers[-1].child.status is not None:
        servers.append(RtspServer(MOUNTS))
    return servers[-1]


class House(Rig):
    """With a camera whose large stream comes through a cable."""

    def __init__(self, folder: Path, server: RtspServer, cable: CutCable) -> None:
        super().__init__(folder)
        self.cable = cable
        self.small = server.url("/small")
        self.large = f"rtsp://127.0.0.1:{cable.port}/large"
        self.direct = server.url("/large")

    async def started(self, **changes: Any) -> None:
        settings: dict[str, Any] = {
            "source": SourceSettings(self.small, PATIENCE_S, PATIENCE_S, url_hd=self.large),
            "detection": DetectionSettings(detector=DetectorName.DIFFERENCE, warmup_s=2.5, min_motion_s=0.1),
            "recording": RecordingSettings(pre_roll_s=1.0, post_roll_s=0.5, max_clip_s=5.0),
            **changes,
        }
        await self.recordings.start(self.engine.publish)
        self.camera = Camera("door", "Door", **settings)
        await self.engine.start(self.camera)

    async def changed(self, **changes: Any) -> None:
        """Of its source."""
        self.camera = replace(self.camera, source=replace(self.camera.source, **changes))
        await self.engine.start(self.camera)

    @property
    def hd(self) -> HdState:
        state = self.engine.states()["door"].hd
        assert state is not None
        return state

    def clips(self) -> list[Clip]:
        return [event.clip for event in self.of(ClipReady)]

    def packets(self, clip: Clip) -> list[bytes]:
        with av.open(str(self.recordings.path_of(clip))) as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]


@pytest.fixture
async def house(tmp_path: Path, server: RtspServer) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        port = urlsplit(server.url("/large")).port
        assert port is not None
        cable = await stack.enter_async_context(CutCable(port))
        house = House(tmp_path, server, cable)
        stack.callback(house.pool.shutdown)
        stack.callback(house.mask_pool.shutdown)
        stack.push_async_callback(house.recordings.stop)
        stack.push_async_callback(house.engine.close)
        yield house


@rtsp
async def test_the_large_one_is_recorded_bit_for_bit_and_the_small_one_is_looked_at(house: House) -> None:
    await house.started()
    sent = await _seen_until(house, house.clips)
    clip = house.clips()[0]
    assert (clip.width, clip.height, clip.kind) == (LARGE.width, LARGE.height, ClipKind.MOTION)
    packets = house.packets(clip)
    at = next(index for index, unit in enumerate(sent) if unit.data == packets[0])
    assert packets == [unit.data for unit in sent[at : at + len(packets)]]
    state = house.engine.states()["door"]
    assert (state.size, state.codec) == (SMALL, Codec.H264)
    assert (house.hd.size, house.hd.recorded, house.hd.sd_reason) == (LARGE, True, None)
    (event,) = house.of(MotionStarted)
    assert clip.event_ids == (event.event_id,)
    assert clip.started_at <= event.started_at - 0.9, "the pre-roll is the large one's"


@rtsp
async def test_what_both_show_at_a_moment_is_the_same(house: House) -> None:
    await house.started(detection=DetectionSettings(enabled=False))
    await house.until(lambda: house.hd.frames > 60)
    small, large = await asyncio.gather(*(_balls(house, is_large) for is_large in (False, True)))
    first, last = max(small[0][0], large[0][0]), min(small[-1][0], large[-1][0])
    assert last - first > 1.0
    offsets = [abs(_at(large, pts_s) - x) for pts_s, x in small if first <= pts_s <= last]
    speed = float(np.median([abs(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(small)]))
    assert np.median(offsets) / speed < 1 / FPS


@rtsp
async def test_without_the_large_one_the_small_one_is_recorded_until_it_is_back(house: House) -> None:
    await house.started(recording=ALWAYS)
    await house.until(lambda: house.hd.frames > 30)
    house.cable.cut()
    await house.until(lambda: house.hd.sd_code is SdReason.AWAY)
    assert not house.hd.recorded
    assert house.hd.sd_reason is not None
    assert "the SD stream is recorded" in house.hd.sd_reason
    assert house.engine.states()["door"].no_recording_reason is None
    until = house.engine.states()["door"].frames + 30
    await house.until(lambda: house.engine.states()["door"].frames > until)
    house.cable.mend()
    await house.until(lambda: house.hd.recorded)
    codes = [change.state.hd.sd_code for change in house.of(CameraChanged)]
    assert SdReason.RETURNING in codes
    until = house.hd.frames + 15
    await house.until(lambda: house.hd.frames > until)
    await house.engine.stop("door")
    await house.until(lambda: len(house.clips()) == 3)
    assert_no_gap(house.clips(), [LARGE, SMALL, LARGE])


@rtsp
async def test_another_large_one_leaves_the_small_one_alone_and_no_moment_out(house: House) -> None:
    await house.started(recording=ALWAYS)
    await house.until(lambda: house.hd.frames > 30)
    before = house.engine.states()["door"]
    await house.changed(url_hd=house.direct)
    now = house.engine.states()["door"]
    assert (now.since, now.frames >= before.frames, now.reconnects) == (before.since, True, 0)
    assert house.hd.frames == 0
    assert not house.hd.recorded
    await house.until(lambda: house.hd.recorded)
    until = house.hd.frames + 15
    await house.until(lambda: house.hd.frames > until)
    await house.engine.stop("door")
    await house.until(lambda: len(house.clips()) == 3)
    assert_no_gap(house.clips(), [LARGE, SMALL, LARGE])


@rtsp
async def test_without_a_second_address_the_first_is_recorded_at_once_and_with_one_again_that(
    house: House,
) -> None:
    await house.started(recording=ALWAYS)
    await house.until(lambda: house.hd.frames > 30)
    since = house.engine.states()["door"].since
    await house.changed(url_hd=None)
    state = house.engine.states()["door"]
    assert (state.hd, state.since, state.no_recording_reason) == (None, since, None)
    until = state.frames + 15
    await house.until(lambda: house.engine.states()["door"].frames > until)
    await house.changed(url_hd=house.large)
    await house.until(lambda: house.hd.recorded)
    assert house.engine.states()["door"].since == since
    await house.engine.stop("door")
    await house.until(lambda: len(house.clips()) >= 2)
    assert_no_gap(house.clips()[:2], [LARGE, SMALL])


@rtsp
async def test_another_small_one_leaves_the_large_one_and_its_clip_alone(house: House) -> None:
    await house.started(recording=ALWAYS)
    await house.until(lambda: house.hd.frames > 30)
    since, frames = house.hd.since, house.hd.frames
    await house.changed(url=house.small.replace("127.0.0.1", "localhost"))
    assert house.engine.states()["door"].frames == 0
    assert (house.hd.since, house.hd.frames >= frames, house.hd.recorded) == (since, True, True)
    await house.until(lambda: house.engine.states()["door"].frames > 30)
    assert (house.hd.since, house.hd.reconnects) == (since, 0)
    await house.engine.stop("door")
    await house.until(house.clips)
    (clip,) = house.clips()
    assert clip.ended_at - clip.started_at > 60 / FPS


@rtsp
async def test_what_means_nothing_to_an_address_leaves_it_alone(house: House) -> None:
    await house.started(recording=ALWAYS)
    await house.until(lambda: house.hd.frames > 30)
    before = house.engine.states()["door"]
    await house.changed(poll_fps=0.5, capture_fps=3.0)
    now = house.engine.states()["door"]
    assert (now.since, now.frames >= before.frames) == (before.since, True)
    assert before.hd is not None
    assert (house.hd.since, house.hd.frames >= before.hd.frames) == (before.hd.since, True)


@rtsp
async def test_a_large_one_that_is_connected_and_silent_is_done_without_too(house: House) -> None:
    await house.started(recording=ALWAYS)
    await house.until(lambda: house.hd.frames > 30)
    house.cable.clog()
    await house.until(lambda: house.hd.sd_code is SdReason.SILENT)
    assert house.hd.problem is None, "nothing has failed yet"
    house.cable.mend()
    await house.until(lambda: house.hd.recorded)
    await house.engine.stop("door")
    await house.until(lambda: len(house.clips()) == 3)
    large, small, again = sorted(house.clips(), key=lambda clip: clip.started_at)
    assert [clip.height for clip in (large, small, again)] == [LARGE.height, SMALL.height, LARGE.height]
    assert small.started_at <= large.ended_at + 2 / FPS, "what the small one sent meanwhile was kept"


@rtsp
async def test_masks_are_black_on_the_large_one_too(house: House) -> None:
    left = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    await house.started(privacy_masks=(left,))
    await house.until(house.clips)
    clip = house.clips()[0]
    assert (clip.width, clip.height) == (LARGE.width, LARGE.height)
    with av.open(str(house.recordings.path_of(clip))) as container:
        pictures = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert pictures
    assert max(int(picture[:, : LARGE.width // 2 - 8].max()) for picture in pictures) < 24
    assert max(int(picture[:, LARGE.width // 2 :].max()) for picture in pictures) > 200


async def test_of_two_boards_the_large_one_is_recorded_while_it_is_there(tmp_path: Path) -> None:
    rig, large = Rig(tmp_path), Size(640, 480)
    small_board = SimulatedCamera("camera-web-server", Pictures(Marked()), fps=10.0, size=SMALL)
    large_board = SimulatedCamera("camera-web-server", Pictures(Marked()), fps=5.0, size=large)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(small_board)
        await stack.enter_async_context(large_board)
        stack.callback(rig.pool.shutdown)
        stack.callback(rig.mask_pool.shutdown)
        await rig.recordings.start(rig.engine.publish)
        stack.push_async_callback(rig.recordings.stop)
        stack.push_async_callback(rig.engine.close)
        source = SourceSettings(small_board.url, url_hd=large_board.url)
        await rig.engine.start(camera_at(small_board, source=source))

        def newest() -> Size | None:
            clips = rig.of(ClipReady)
            return Size(clips[-1].clip.width, clips[-1].clip.height) if clips else None

        async def seen() -> Size:
            """In the large view."""
            async with patience(), aclosing(rig.engine.watch("door", hd=True)) as frames:
                return (await anext(frames)).size

        await rig.until(lambda: newest() == large)
        assert await seen() == large
        (event,), clip = rig.of(MotionStarted)[:1], rig.of(ClipReady)[0].clip
        assert clip.event_ids == (event.event_id,)
        await large_board.stop()
        await rig.until(lambda: newest() == SMALL)
        assert await seen() == SMALL
        await large_board.start()
        told = len(rig.of(ClipReady))
        await rig.until(lambda: len(rig.of(ClipReady)) > told and newest() == large)


def assert_no_gap(clips: Sequence[Clip], sizes: Sequence[Size]) -> None:
    clips = sorted(clips, key=lambda clip: clip.started_at)
    assert [Size(clip.width, clip.height) for clip in clips] == sizes
    for before, after in pairwise(clips):
        assert after.started_at - before.ended_at <= 2 / FPS, "there is a gap"
        assert before.ended_at - after.started_at <= 1.5, "more than a group is there twice"


async def _seen_until(house: House, holds: Any) -> Sequence[Unit]:
    """What the large mount sends to everybody, until then."""
    camera = RtspSource(
        SourceSettings(house.large, PATIENCE_S, PATIENCE_S), SystemClock(), Duties(SystemClock())
    )
    seen = []
    async with patience(), aclosing(camera.units()) as units:
        async for unit in units:
            seen.append(unit)
            if holds():
                return seen
    raise AssertionError("unreachable")


async def _balls(house: House, is_large: bool) -> list[tuple[float, float]]:
    """When the ball was where, as a share of the width."""
    decoder, found = InterDecoder(), []
    async with patience(), aclosing(house.engine.units("door", hd=is_large).watch()) as watched:
        async for units in watched:
            for unit in units:
                for picture in decoder.pictures(unit):
                    grey = cv2.cvtColor(picture.pixels(), cv2.COLOR_BGR2GRAY)
                    xs = np.nonzero(grey > 128)[1]
                    found.append((picture.pts_s, float(xs.mean()) / grey.shape[1]))
            if len(found) > 4 * FPS:
                return found
    raise AssertionError("unreachable")


def _at(balls: list[tuple[float, float]], pts_s: float) -> float:
    return float(np.interp(pts_s, *zip(*balls, strict=True)))
