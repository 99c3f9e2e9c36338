"""A compressed camera for viewers: its own bytes, from a key on, with sound; and JPEGs while wanted."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import av
import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.errors import Stalled
from gcam_addon.live.copied import as_mp4, as_ts
from gcam_addon.live.h264 import Piece
from gcam_addon.live.relay import Relay
from gcam_addon.live.stills import Stills
from gcam_addon.live.units import UnitRelay
from gcam_addon.model import Codec, EncodedFrame, Size, Unit, jpeg_unit
from gcam_addon.picture.jpeg import size_of
from tests.support.films import film
from tests.support.frames import jpeg_frames
from tests.support.waiting import PATIENCE_S, until

AWAY_S = 60.0


async def collected(pieces: AsyncGenerator[Piece, None]) -> list[Piece]:
    async with aclosing(pieces) as each:
        return [piece async for piece in each]


async def shown(kind, units: list[Unit], before: int = 0) -> list[Piece]:  # type: ignore[no-untyped-def]
    """What a viewer gets who comes after `before` units."""
    relay = UnitRelay()
    for unit in units[:before]:
        relay.publish(unit)
    watching = asyncio.create_task(collected(kind(relay, AWAY_S)))
    await asyncio.sleep(0)
    for unit in units[before:]:
        relay.publish(unit)
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    relay.end()
    return await watching


def played(data: bytes, kind: str) -> list[tuple[bytes, float]]:
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0] if kind == "video" else container.streams.audio[0]
        return [
            (bytes(packet), float(packet.pts * packet.time_base))
            for packet in container.demux(stream)
            if packet.size and packet.pts is not None
        ]


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.parametrize("bframes", [0, 2])
async def test_a_browser_gets_the_cameras_own_units(codec: Codec, bframes: int) -> None:
    units = film(codec, 45, bframes=bframes, sound=True)
    pieces = await shown(as_mp4, units, before=len(units) - 3)
    start = max(index for index, unit in enumerate(units) if unit.is_key and not unit.is_sound)
    sent = units[start:]
    assert pieces[0].key
    assert pieces[0].codec.startswith("avc1." if codec is Codec.H264 else "hvc1.")
    assert pieces[0].codec.endswith(",mp4a.40.2")
    data = pieces[0].header + b"".join(piece.payload for piece in pieces)
    found = played(data, "video")
    pictures = [unit for unit in sent if not unit.is_sound]
    assert [each for each, _ in found] == [unit.data for unit in pictures]
    first_s = found[0][1]
    assert [at_s - first_s for _, at_s in found] == pytest.approx(
        [unit.pts_s - pictures[0].pts_s for unit in pictures], abs=0.001
    )
    heard = played(data, "audio")
    voices = [unit for unit in sent if unit.is_sound and unit.pts_s >= pictures[0].pts_s]
    assert [each for each, _ in heard] == [unit.data for unit in voices]
    assert heard[0][1] - first_s == pytest.approx(voices[0].pts_s - pictures[0].pts_s, abs=0.04)
    with av.open(io.BytesIO(data)) as container:
        assert len(list(container.decode(video=0))) == len(pictures)


async def test_a_fragment_comes_with_its_unit_not_with_the_next() -> None:
    relay, units = UnitRelay(), film(n=5)
    async with aclosing(as_mp4(relay, AWAY_S)) as pieces:
        for unit in units:
            coming = asyncio.ensure_future(anext(pieces))
            await asyncio.sleep(0)
            relay.publish(unit)
            piece = await asyncio.wait_for(coming, PATIENCE_S)
            assert unit.data in piece.payload


async def test_another_size_is_a_stream_of_its_own() -> None:
    units = [*film(n=5), *film(n=5, size=Size(320, 240), start_s=101.0)]
    pieces = await shown(as_mp4, units)
    assert [piece.size.width for piece in pieces] == [160] * 5 + [320] * 5
    assert pieces[4].header != pieces[5].header


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_programs_get_mpeg_ts_with_sound(codec: Codec) -> None:
    units = film(codec, 45, sound=True)
    pieces = await shown(as_ts, units, before=5)
    data = b"".join(piece.payload for piece in pieces)
    with av.open(io.BytesIO(data), format="mpegts") as container:
        assert container.streams.video[0].codec_context.name == codec.value
        assert container.streams.audio[0].codec_context.name == "aac"
        assert len(list(container.decode(video=0))) >= 44
    assert len(played(data, "audio")) >= sum(unit.is_sound for unit in units) - 4


async def test_programs_come_again_for_another_size() -> None:
    pieces = await shown(as_ts, [*film(n=5), *film(n=5, size=Size(320, 240), start_s=101.0)])
    assert {piece.size.width for piece in pieces} == {160}


async def test_who_is_too_slow_goes_on_with_a_key() -> None:
    relay, units = UnitRelay(), film(n=60, gop=15)
    watching = relay.watch()
    coming = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)
    for turn in range(10):
        for unit in units:
            relay.publish(replace(unit, pts_s=unit.pts_s + 4 * turn))
    got = list(await coming)
    assert got[0].is_key
    assert len(got) <= 400
    assert relay.skipped > 0
    times = [unit.pts_s for unit in got]
    assert times == sorted(times)
    await watching.aclose()


async def test_where_nothing_comes_the_viewer_is_told() -> None:
    with pytest.raises(Stalled):
        await collected(as_mp4(UnitRelay(), 0.05))


class Stage:
    def __init__(self) -> None:
        self.duties = Duties(ManualClock())
        self.threads = self.duties.pool("stills", 1)
        self.pictures: Relay[EncodedFrame] = Relay()
        self.units = UnitRelay()
        self.stills = Stills("door", self.pictures, self.units, self.threads, self.duties)
        self.seen: list[EncodedFrame] = []

    async def look(self) -> None:
        async with aclosing(self.stills.watch()) as frames:
            async for frame in frames:
                self.seen.append(frame)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    stage.stills.close()
    stage.threads.shutdown()


async def test_a_snapshot_is_the_newest_picture_and_made_when_asked_for(stage: Stage) -> None:
    assert await stage.stills.newest() is None
    units = film(n=20)
    for unit in units:
        stage.stills.publish(unit)
    assert stage.pictures.latest is None, "nobody wanted any"
    newest = await stage.stills.newest()
    assert newest is not None
    assert newest.pts_s == pytest.approx(units[-1].pts_s)
    assert size_of(newest.jpeg) == Size(160, 120)


async def test_jpegs_are_made_while_somebody_watches_once_for_all(stage: Stage) -> None:
    looking = [asyncio.create_task(stage.look()) for _ in range(3)]
    await asyncio.sleep(0)
    units = film(n=30)
    for index, unit in enumerate(units):
        stage.stills.publish(unit)
        await until(lambda index=index: len(stage.seen) >= 3 * (index + 1))
    assert len({id(frame.jpeg) for frame in stage.seen}) == 30
    assert [frame.pts_s for frame in stage.seen[::3]] == [unit.pts_s for unit in units]
    for task in looking:
        task.cancel()


async def test_what_became_private_is_shown_to_nobody(stage: Stage) -> None:
    units = film(n=10)
    for unit in units:
        stage.stills.publish(unit)
    making = asyncio.ensure_future(stage.stills.newest())
    await asyncio.sleep(0)
    stage.pictures.forget()
    stage.units.forget()
    assert await making is None
    assert await stage.stills.newest() is None


async def test_a_boards_jpegs_pass_as_they_are_and_end_a_stream_that_was(stage: Stage) -> None:
    looking = asyncio.create_task(collected(as_mp4(stage.units, AWAY_S)))
    for unit in film(n=3):
        stage.stills.publish(unit)
        await asyncio.sleep(0)
    (jpeg,) = jpeg_frames(1)
    stage.stills.publish(jpeg_unit(jpeg.data, 200.0, 1.0, Size(160, 120)))
    assert (await looking)[0].key
    newest = await stage.stills.newest()
    assert newest is not None
    assert newest.jpeg is jpeg.data
