"""Recordings of an RTSP camera held against what it sent: nothing is changed, added or left out, and little
is lost where Gcam is killed.
"""

from __future__ import annotations

import asyncio
import io
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_asyncio

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.model import Codec, Size, Unit
from gcam_addon.sources.rtsp import RtspSource
from tests.support.films import film
from tests.support.program import Program, write_options
from tests.support.rtsp_camera import RtspCamera, Sent, number_of
from tests.support.small_disk import small_disk
from tests.support.waiting import PATIENCE_S, answered, patience

MB = 1024 * 1024
LOST_S = 1.0
"""What a kill may cost."""
OUT_OF_STEP_S = 0.04
ALWAYS = {"mode": "continuous", "max_clip_s": 5}


@pytest.fixture(params=[Codec.H264, Codec.H265])
def codec(request: pytest.FixtureRequest) -> Codec:
    return Codec(request.param)


@pytest_asyncio.fixture
async def camera(codec: Codec) -> AsyncIterator[RtspCamera]:
    async with RtspCamera(film(codec, sound=True)) as camera:
        yield camera


async def test_clips_hold_what_was_sent_bit_for_bit_and_sound_is_in_step(
    tmp_path: Path, camera: RtspCamera
) -> None:
    _write_settings(tmp_path, camera, recording=ALWAYS)
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        async with patience():
            while len(clips := await gcam.clips()) < 2:
                await asyncio.sleep(0.2)
        films = [await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4") for clip in reversed(clips)]
    numbers: list[int] = []
    for video in films:
        numbers += _is_as_sent(camera, video)
    assert numbers == list(range(numbers[0], numbers[-1] + 1)), "clips follow each other without a gap"


@pytest.mark.parametrize(("fps", "bframes"), [(60, 0), (15, 2), (60, 2)])
async def test_so_do_those_of_sixty_pictures_a_second_and_of_b_frames(
    tmp_path: Path, fps: int, bframes: int
) -> None:
    shown = film(n=3 * fps, fps=fps, gop=fps, bframes=bframes, sound=True)
    async with RtspCamera(shown) as camera:
        _write_settings(tmp_path, camera, recording=ALWAYS)
        async with Program(tmp_path, "--mqtt", "off") as gcam:
            async with patience():
                while not (clips := await gcam.clips()):
                    await asyncio.sleep(0.2)
            video = await gcam.get(f"/api/v1/clips/{clips[0]['id']}/video.mp4")
        assert len(_is_as_sent(camera, video)) > 2 * fps


async def test_of_open_groups_each_clip_can_be_decoded_whole_and_no_picture_is_left_out(
    tmp_path: Path, codec: Codec
) -> None:
    """What is shown before the key that a clip begins with ends the clip before, and that key is in both."""
    async with RtspCamera(film(codec, n=150, bframes=2, is_open=True, sound=True)) as camera:
        _write_settings(tmp_path, camera, recording=ALWAYS)
        async with Program(tmp_path, "--mqtt", "off") as gcam:
            async with patience():
                while len(clips := await gcam.clips()) < 2:
                    await asyncio.sleep(0.2)
            films = [await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4") for clip in reversed(clips)]
    numbers: list[int] = []
    for video in films[:2]:
        pictures, sounds = _packets(video)
        own = [number_of(data) or 0 for data, _ in pictures]
        assert [data for data, _ in pictures] == [camera.sent[number].data for number in own]
        with av.open(io.BytesIO(video), "r") as container:
            assert sum(not frame.is_corrupt for frame in container.decode(video=0)) == len(own)
        shown_s = [at_s for _, at_s in pictures]
        assert min(shown_s) == shown_s[0], "nothing leads to it"
        _is_in_step(camera, pictures, sounds)
        numbers += own
    assert sorted(set(numbers)) == list(range(numbers[0], numbers[-1] + 1))[: len(set(numbers))]
    assert len(numbers) - len(set(numbers)) == 1, "the key"


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_4k_is_recorded_as_anything_else(tmp_path: Path, codec: Codec) -> None:
    shown = film(codec, n=20, fps=10, gop=10, size=Size(3840, 2160), sound=True)
    async with RtspCamera(shown) as camera:
        _write_settings(tmp_path, camera, recording=ALWAYS)
        async with Program(tmp_path, "--mqtt", "off") as gcam:
            async with patience():
                while not (clips := await gcam.clips()):
                    await asyncio.sleep(0.2)
            video = await gcam.get(f"/api/v1/clips/{clips[0]['id']}/video.mp4")
            assert (clips[0]["width"], clips[0]["height"]) == (3840, 2160)
        assert len(_is_as_sent(camera, video)) >= 10


async def test_a_camera_that_goes_blind_and_then_mute_is_recorded_on(tmp_path: Path) -> None:
    """Of keys alone: nothing builds on what was not sent."""
    async with RtspCamera(film(gop=1, sound=True)) as camera:

        async def sent(pictures: int = 0, sounds: int = 0) -> None:
            wanted = len(camera.sent) + pictures, len(camera.heard) + sounds
            async with patience():
                while len(camera.sent) < wanted[0] or len(camera.heard) < wanted[1]:
                    await asyncio.sleep(0.05)

        _write_settings(tmp_path, camera, recording=ALWAYS)
        async with Program(tmp_path, "--mqtt", "off") as gcam:
            await answered(lambda: _is_recording(gcam))
            await sent(pictures=20)
            camera.orders.is_blind = True
            before = len(camera.sent)
            await sent(sounds=40)
            camera.orders.is_blind = False
            await sent(pictures=20)
            camera.orders.is_mute = True
            await sent(pictures=30)
            camera.orders.is_mute = False
            await sent(sounds=20)
            last, numbers = len(camera.sent), [0]
            async with patience():
                while numbers[-1] < last:
                    clips = await gcam.clips()
                    videos = [await gcam.get(f"/api/v1/clips/{one['id']}/video.mp4") for one in clips]
                    numbers = [0, *(n for video in reversed(videos) for n in _is_as_sent(camera, video))]
                    await asyncio.sleep(0.5)
            assert camera.connections == 1
    assert numbers[1] < before
    assert numbers[1:] == list(range(numbers[1], numbers[-1] + 1))


async def _is_recording(gcam: Program) -> bool:
    return bool((await gcam.state("yard"))["recording"])


async def test_a_kill_in_an_event_costs_less_than_a_second(tmp_path: Path, camera: RtspCamera) -> None:
    _write_settings(tmp_path, camera, detection={"warmup_s": 1.0}, recording={"max_clip_s": 60})
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await gcam.until(lambda: "motion:" in gcam.log)
        sent = len(camera.sent)
        async with patience():
            while len(camera.sent) < sent + 20:
                await asyncio.sleep(0.05)
        await gcam.end(signal.SIGKILL)
        killed_s = time.monotonic()
        camera.drop()
        camera.orders.is_blind = True
        await gcam.__aenter__()
        async with patience():
            while not (clips := await gcam.clips()):
                await asyncio.sleep(0.2)
        numbers = _is_as_sent(camera, await gcam.get(f"/api/v1/clips/{clips[-1]['id']}/video.mp4"))
    assert killed_s - camera.sent[numbers[-1]].at_s < LOST_S


@pytest.mark.parametrize("held_s", [0.0, 0.6])
async def test_it_is_heard_from_the_first_picture_on(camera: RtspCamera, held_s: float) -> None:
    """Also where what comes first comes in one go."""
    camera.orders.held_s = held_s
    clock = SystemClock()
    source = RtspSource(SourceSettings(camera.url, PATIENCE_S, PATIENCE_S), clock, Duties(clock))
    units: list[Unit] = []
    async with patience(), aclosing(source.units()) as coming:
        async for unit in coming:
            units.append(unit)
            if sum(unit.is_sound for unit in units) > 30:
                break
    first = camera.sent[number_of(units[0].data) or 0]
    sent = {one.data: one.shown_s for one in camera.heard[:40]}
    heard = [unit for unit in units if unit.is_sound and sent[unit.data] > first.shown_s + 0.001]
    expected = [data for data, shown_s in sent.items() if shown_s > first.shown_s + 0.001]
    assert [unit.data for unit in heard] == expected[: len(heard)]
    assert units[0].is_key
    offsets = [sent[unit.data] - unit.pts_s - (first.shown_s - units[0].pts_s) for unit in heard]
    assert max(map(abs, offsets)) < OUT_OF_STEP_S


@pytest.mark.root
async def test_a_disk_that_fills_in_mid_event_leaves_whole_clips_and_it_goes_on(
    tmp_path: Path, camera: RtspCamera
) -> None:
    _write_settings(tmp_path, camera, recording=ALWAYS)
    options = write_options(
        tmp_path / "options", retention={"min_free_bytes": MB}, media_dir=str(tmp_path / "media")
    )
    with small_disk(tmp_path / "media", 16 * MB) as media:
        async with Program(tmp_path, "--mqtt", "off", "--options", options) as gcam:

            async def records(code: str | None) -> bool:
                state = await gcam.state("yard")
                return state["no_recording_code"] == code and state["recording"] is (code is None)

            await answered(lambda: records(None))
            ballast = media / "ballast"
            ballast.write_bytes(bytes(15 * MB + MB // 2))
            await answered(lambda: records("storage_full"))
            ballast.unlink()
            await answered(lambda: records(None))
            later = len(camera.sent) + 30
            last = -1
            async with patience():
                while last < later:
                    clips = await gcam.clips()
                    videos = [await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4") for clip in clips]
                    last = max((_is_as_sent(camera, video)[-1] for video in videos), default=-1)
                    await asyncio.sleep(0.2)
            assert "Traceback" not in gcam.log


async def test_a_camera_that_comes_back_with_another_codec_in_mid_event_is_recorded_on(
    tmp_path: Path, camera: RtspCamera, codec: Codec
) -> None:
    _write_settings(tmp_path, camera, detection={"warmup_s": 1.0}, recording={"max_clip_s": 60})
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await gcam.until(lambda: "motion:" in gcam.log)
        before = len(camera.sent)
        other = next(one for one in (Codec.H264, Codec.H265) if one is not codec)
        camera.film = film(other, size=Size(320, 240))
        camera.drop()
        async with patience():
            while len(camera.sent) < before + 30:
                await asyncio.sleep(0.05)
        camera.orders.hangs = True
        async with patience():
            while len(clips := await gcam.clips()) < 2:
                await asyncio.sleep(0.2)
        videos = [await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4") for clip in reversed(clips)]
        first, second = (_is_as_sent(camera, video) for video in videos)
        assert "Traceback" not in gcam.log
    assert first[-1] >= before - 3, "what was on its way when it hung up"
    assert second[-1] >= len(camera.sent) - 3


async def test_times_that_jump_lose_nothing(tmp_path: Path, camera: RtspCamera) -> None:
    _write_settings(tmp_path, camera, recording={"mode": "continuous", "max_clip_s": 10})
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        for jump_s in (0.0, 100.0, -1000.0, 5.0):
            camera.orders.jump_s = jump_s
            wanted = len(camera.sent) + 40
            async with patience():
                while len(camera.sent) < wanted:
                    await asyncio.sleep(0.05)
        async with patience():
            while not (clips := await gcam.clips()):
                await asyncio.sleep(0.2)
        (clip, video) = clips[-1], await gcam.get(f"/api/v1/clips/{clips[-1]['id']}/video.mp4")
    pictures, _ = _packets(video)
    numbers = [number_of(data) or 0 for data, _ in pictures]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    took_s = camera.sent[numbers[-1]].at_s - camera.sent[numbers[0]].at_s
    assert clip["duration_s"] == pytest.approx(took_s, abs=1.0), "it plays as long as it took"


def _is_as_sent(camera: RtspCamera, video: bytes) -> list[int]:
    """Its pictures by number: one after the other, byte for byte, all to be decoded, and sound in step."""
    pictures, sounds = _packets(video)
    numbers = [number_of(data) for data, _ in pictures]
    for number, (data, _) in zip(numbers, pictures, strict=True):
        assert number is not None
        assert data == camera.sent[number].data
    first = numbers[0] or 0
    assert numbers == list(range(first, first + len(numbers)))
    with av.open(io.BytesIO(video), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) == len(numbers)
    _is_in_step(camera, pictures, sounds)
    return list(range(first, first + len(numbers)))


Timed = list[tuple[bytes, float]]


def _is_in_step(camera: RtspCamera, pictures: Timed, sounds: Timed) -> None:
    """Pictures and sound are as far apart as they were sent."""
    offsets = []
    for data, at_s in pictures:
        number = number_of(data)
        assert number is not None
        offsets.append(at_s - camera.sent[number].shown_s)
    if sounds:
        offsets += _sound_offsets(camera, sounds, offsets[0])
    assert max(offsets) - min(offsets) < OUT_OF_STEP_S


def _sound_offsets(camera: RtspCamera, sounds: Timed, offset_s: float) -> list[float]:
    began_s = sounds[0][1] - offset_s
    heard = _same(camera.heard, [data for data, _ in sounds], began_s)
    return [at_s - one.shown_s for (_, at_s), one in zip(sounds, heard, strict=True)]


def _same(sent: list[Sent], wanted: list[bytes], began_s: float) -> list[Sent]:
    """These in one piece, as they were sent: the film is shown again and again, so it is that of the time."""
    count = len(wanted)
    places = [at for at in range(len(sent)) if [one.data for one in sent[at : at + count]] == wanted]
    assert places
    first = min(places, key=lambda at: abs(sent[at].shown_s - began_s))
    return sent[first : first + count]


def _packets(video: bytes) -> tuple[Timed, Timed]:
    """Bytes and time of each, in the order of decoding."""
    pictures: Timed = []
    sounds: Timed = []
    with av.open(io.BytesIO(video), "r") as container:
        for packet in container.demux():
            if packet.size and packet.pts is not None:
                place = pictures if packet.stream.type == "video" else sounds
                place.append((bytes(packet), float(packet.pts * packet.time_base)))
    return pictures, sounds


def _write_settings(folder: Path, camera: RtspCamera, **settings: Any) -> None:
    yard = {"id": "yard", "name": "Yard", "url": camera.url, **settings}
    (folder / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [yard]}))
