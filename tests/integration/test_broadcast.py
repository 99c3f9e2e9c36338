"""The life of a camera's encoder: who joins, lags, leaves or comes at the wrong moment, and what fails."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncGenerator, AsyncIterator

import av
import cv2
import numpy as np
import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.errors import LiveError, Stalled
from gcam_addon.live.broadcast import Broadcasts, Container
from gcam_addon.live.h264 import Piece
from gcam_addon.live.relay import Relay
from gcam_addon.live.units import UnitRelay
from gcam_addon.model import Codec, EncodedFrame, Size, Tracks, Unit, Video
from tests.support.waiting import PATIENCE_S, patience, until

SIZE = Size(160, 120)
GREY, BLACK = (
    cv2.imencode(".jpg", np.full((120, 160, 3), value, np.uint8))[1].tobytes() for value in (90, 0)
)


class Camera:
    """A relay, and its pictures: `show` the next one, a tenth of a second after the one before."""

    def __init__(self) -> None:
        self.relay: Relay[EncodedFrame] = Relay()
        self.units = UnitRelay()
        self.watched = 0
        self.may_leave = asyncio.Event()
        self.may_leave.set()
        self._number = 0

    async def frames(self, _camera_id: str, *, hd: bool) -> AsyncGenerator[EncodedFrame, None]:
        self.watched += 1
        try:
            async for frame in self.relay.watch():
                yield frame
        finally:
            await self.may_leave.wait()

    def show(self, size: Size = SIZE, *, after_s: float = 0.1, jpeg: bytes = GREY) -> None:
        self._number += round(after_s * 10)
        self.relay.publish(EncodedFrame(jpeg, self._number / 10, 1.7e9, size))

    async def film(self, pieces: AsyncGenerator[Piece, None], count: int) -> list[Piece]:
        """So many pieces, showing pictures until there are enough."""
        return [await self.next(pieces) for _ in range(count)]

    async def next(self, pieces: AsyncGenerator[Piece, None]) -> Piece:
        asked = asyncio.ensure_future(anext(pieces))
        async with patience():
            while not asked.done():
                self.show()
                await asyncio.wait([asked], timeout=0.05)
        return await asked


def times(pieces: list[Piece]) -> list[float]:
    with av.open(io.BytesIO(b"".join(piece.payload for piece in pieces))) as container:
        return [float(shown.time or 0.0) for shown in container.decode(video=0)]


@pytest.fixture
async def camera() -> Camera:
    return Camera()


@pytest.fixture
async def broadcasts(camera: Camera) -> AsyncIterator[Broadcasts]:
    broadcasts = Broadcasts(
        camera.frames,
        lambda _: camera.relay.epoch,
        lambda _, hd: camera.units,
        duties=Duties(ManualClock()),
        linger_s=0.05,
        away_s=1.0,
    )
    yield broadcasts
    camera.may_leave.set()
    await broadcasts.close()


@pytest.mark.parametrize("container", list(Container))
async def test_who_lags_too_far_behind_loses_pictures_and_goes_on_with_a_key_frame(
    camera: Camera, broadcasts: Broadcasts, container: Container
) -> None:
    slow, fast = broadcasts.watch("door", container), broadcasts.watch("door", container)
    first = await camera.next(slow)
    shown = await camera.film(fast, 120)
    rest = await camera.film(slow, 5)
    await slow.aclose()
    await fast.aclose()
    assert first.key
    assert rest[0].key
    assert [piece.payload for piece in rest[:1]] != [shown[0].payload]
    if container is Container.TS:
        assert len(times(shown)) == 120
        assert times(rest)[0] - times([first])[0] > 4.5  # more than the pieces that may wait


async def test_who_comes_while_the_encoder_is_on_its_way_out_gets_one_that_stays(
    camera: Camera, broadcasts: Broadcasts
) -> None:
    camera.may_leave.clear()  # its last breath takes long
    early = broadcasts.watch("door", Container.TS)
    await camera.next(early)
    await early.aclose()
    await asyncio.sleep(0.2)  # longer than an encoder lingers: it is ending now
    assert broadcasts.encoding == {"door"}
    late = broadcasts.watch("door", Container.TS)
    pieces = await camera.film(late, 3)
    camera.may_leave.set()
    pieces += await camera.film(late, 3)
    assert pieces[0].key
    assert len(times(pieces)) == 6
    assert camera.watched == 2
    await late.aclose()
    await until(lambda: not broadcasts.encoding)


async def test_who_comes_back_at_once_finds_the_same_encoder(camera: Camera, broadcasts: Broadcasts) -> None:
    first = broadcasts.watch("door", Container.TS)
    await camera.next(first)
    await first.aclose()
    again = broadcasts.watch("door", Container.TS)
    assert (await camera.next(again)).key
    await again.aclose()
    assert camera.watched == 1


async def test_a_key_frame_that_waits_for_its_length_is_not_shown_after_a_new_mask(
    camera: Camera, broadcasts: Broadcasts
) -> None:
    """The MP4 of a picture comes with the next one, and that one is masked."""
    watching, joining = broadcasts.watch("door", Container.MP4), broadcasts.watch("door", Container.TS)
    await camera.next(watching)
    joined = asyncio.ensure_future(anext(joining))
    await asyncio.sleep(0)
    camera.show()  # a key frame, for the one who joins
    await asyncio.wait_for(joined, PATIENCE_S)
    camera.relay.forget()
    dark: list[Piece] = []
    async with patience():
        while len(dark) < 4:
            asked = asyncio.ensure_future(anext(watching))
            while not asked.done():
                camera.show(jpeg=BLACK)
                await asyncio.wait([asked], timeout=0.05)
            dark.append(await asked)
    await watching.aclose()
    await joining.aclose()
    film = dark[0].header + b"".join(piece.payload for piece in dark)
    with av.open(io.BytesIO(film)) as container:
        brightness = [float(shown.to_ndarray(format="gray").mean()) for shown in container.decode(video=0)]
    assert len(brightness) == 4
    assert max(brightness) < 30


async def test_a_short_absence_of_the_camera_is_a_pause(camera: Camera, broadcasts: Broadcasts) -> None:
    pieces = broadcasts.watch("door", Container.TS)
    before = await camera.film(pieces, 3)
    await asyncio.sleep(0.5)
    camera.show(after_s=8.0)
    after = await camera.film(pieces, 3)
    await pieces.aclose()
    gaps = np.diff(times(before + after))
    assert max(gaps) == pytest.approx(8.0, abs=0.5)
    assert min(gaps) > 0


async def test_a_lost_camera_ends_what_was_begun_and_refuses_who_comes(
    camera: Camera, broadcasts: Broadcasts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    pieces = broadcasts.watch("door", Container.TS)
    await camera.next(pieces)
    async with patience():
        assert [piece async for piece in pieces if piece.key] == []
        with pytest.raises(Stalled):
            await anext(broadcasts.watch("door", Container.TS))
    await until(lambda: not broadcasts.encoding)
    assert not caplog.records, "its state says it already"


async def test_what_ffmpeg_can_not_encode_is_said_once_until_it_works_again(
    camera: Camera, broadcasts: Broadcasts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    too_large = Size(40_000, 40_000)
    for _ in range(3):
        refused = asyncio.ensure_future(anext(broadcasts.watch("door", Container.TS)))
        async with patience():
            while not refused.done():
                camera.show(too_large)
                await asyncio.sleep(0.02)
        with pytest.raises(LiveError, match="40000x40000"):
            await refused
    assert len(warnings(caplog)) == 1
    works = broadcasts.watch("door", Container.TS)
    await camera.next(works)
    camera.show(too_large)
    async with patience():
        assert [piece async for piece in works if piece.key] == []
    assert len(warnings(caplog)) == 2
    await until(lambda: not broadcasts.encoding)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_h265_in_hd_is_not_made_h264_for_who_can_not_play_it(camera: Camera) -> None:
    """They see the small one: what is large is passed on as it is, or not at all."""
    large, asked = UnitRelay(), []
    large.publish(Unit(b"key", 0.0, 1.7e9, Tracks(Video(Codec.H265, Size(3840, 2160)))))

    def frames(camera_id: str, *, hd: bool) -> AsyncGenerator[EncodedFrame, None]:
        asked.append(hd)
        return camera.frames(camera_id, hd=hd)

    broadcasts = Broadcasts(
        frames, lambda _: 0, lambda _, hd: large if hd else camera.units, duties=Duties(ManualClock())
    )
    try:
        pieces = broadcasts.watch("door", Container.MP4, h265=False, hd=True)
        assert (await camera.next(pieces)).size == SIZE
        await pieces.aclose()
        assert asked == [False]
    finally:
        await broadcasts.close()


async def test_who_watches_large_comes_again_when_something_else_is_large(camera: Camera) -> None:
    other = UnitRelay()
    shown = [camera.units]
    broadcasts = Broadcasts(
        camera.frames,
        lambda _: 0,
        lambda _, hd: shown[-1] if hd else camera.units,
        duties=Duties(ManualClock()),
    )
    try:
        pieces = broadcasts.watch("door", Container.MP4, hd=True)
        await camera.film(pieces, 3)
        shown.append(other)
        with pytest.raises(StopAsyncIteration):
            await camera.film(pieces, 2)
    finally:
        await broadcasts.close()
