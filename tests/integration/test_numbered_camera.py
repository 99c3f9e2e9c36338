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
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_asyncio

from gcam_addon.model import Codec
from tests.support.films import film
from tests.support.program import Program
from tests.support.rtsp_camera import RtspCamera, Sent, number_of
from tests.support.waiting import patience

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
        pictures, sounds = _packets(video)
        own = [number_of(data) for data, _ in pictures]
        for number, (data, _) in zip(own, pictures, strict=True):
            assert number is not None
            assert data == camera.sent[number].data
        assert own == list(range(int(own[0] or 0), int(own[0] or 0) + len(own)))
        numbers += [number for number in own if number is not None]
        _is_in_step(camera, pictures, sounds)
    assert numbers == list(range(numbers[0], numbers[-1] + 1)), "clips follow each other without a gap"


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
        pictures, sounds = _packets(await gcam.get(f"/api/v1/clips/{clips[-1]['id']}/video.mp4"))
    numbers = [number_of(data) for data, _ in pictures]
    assert numbers[-1] is not None
    assert numbers == list(range(numbers[0] or 0, numbers[-1] + 1))
    assert killed_s - camera.sent[numbers[-1]].at_s < LOST_S
    _is_in_step(camera, pictures, sounds)


Timed = list[tuple[bytes, float]]


def _is_in_step(camera: RtspCamera, pictures: Timed, sounds: Timed) -> None:
    """Pictures and sound are as far apart as they were sent."""
    offsets = []
    for data, at_s in pictures:
        number = number_of(data)
        assert number is not None
        offsets.append(at_s - camera.sent[number].shown_s)
    began_s = sounds[0][1] - offsets[0]
    heard = _same(camera.heard, [data for data, _ in sounds], began_s)
    offsets += [at_s - one.shown_s for (_, at_s), one in zip(sounds, heard, strict=True)]
    assert len(offsets) > len(pictures)
    assert max(offsets) - min(offsets) < OUT_OF_STEP_S


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
    with av.open(io.BytesIO(video)) as container:
        for packet in container.demux():
            if packet.size and packet.pts is not None:
                place = pictures if packet.stream.type == "video" else sounds
                place.append((bytes(packet), float(packet.pts * packet.time_base)))
    return pictures, sounds


def _write_settings(folder: Path, camera: RtspCamera, **settings: Any) -> None:
    yard = {"id": "yard", "name": "Yard", "url": camera.url, **settings}
    (folder / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [yard]}))
