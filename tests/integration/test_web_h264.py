"""Live H.264 over real sockets, read back by PyAV: one encoder for all, key frames first, none unwatched."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import av
import cv2
import numpy as np
import pytest

from gcam_addon.live import broadcast
from gcam_addon.model import EncodedFrame, Size
from gcam_addon.picture.orientation import of_rotation, oriented
from gcam_addon.web.api import h264
from tests.support.fakes import make_camera
from tests.support.waiting import PATIENCE_S, patience, until
from tests.support.web_fakes import Site, serve

DOOR = make_camera("door")
WIDE = Size(320, 240)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[DOOR]) as site:
        yield site


def frame(number: int, size: Size = WIDE, rotation: int = 0) -> EncodedFrame:
    """A red left quarter on a grey that grows."""
    picture = np.full((size.height, size.width, 3), 40 + number % 150, np.uint8)
    picture[:, : size.width // 4] = (0, 0, 255)
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    if rotation:
        jpeg, size = oriented(jpeg, of_rotation(rotation)), Size(size.height, size.width)
    return EncodedFrame(jpeg, number / 20, 1.7e9 + number / 20, size)


@asynccontextmanager
async def filming(site: Site, size: Size = WIDE, rotation: int = 0) -> AsyncIterator[None]:
    """The camera sends 20 pictures a second."""

    async def send() -> None:
        number = 0
        while True:
            site.engine.show("door", frame(number, size, rotation))
            number += 1
            await asyncio.sleep(0.05)

    task = asyncio.create_task(send())
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def noise(site: Site) -> AsyncIterator[None]:
    """The camera sends pictures that make so large a video that no buffer on the way holds much of it."""
    pixels = np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8)
    jpegs = [cv2.imencode(".jpg", np.roll(pixels, shift, 1))[1].tobytes() for shift in range(8)]

    async def send() -> None:
        number = 0
        while True:
            site.engine.show("door", EncodedFrame(jpegs[number % 8], number / 20, 1.7e9, Size(640, 480)))
            number += 1
            await asyncio.sleep(0.03)

    task = asyncio.create_task(send())
    try:
        yield
    finally:
        task.cancel()


async def mp4(channel: aiohttp.ClientWebSocketResponse, fragments: int) -> tuple[dict[str, object], bytes]:
    async with patience():
        opening = json.loads(await channel.receive_str())
        film = b"".join([await channel.receive_bytes() for _ in range(1 + fragments)])
    return opening, film


def pictures(film: bytes) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(film)) as container:
        return list(container.decode(video=0))


def times(film: bytes) -> list[float]:
    return [float(shown.time or 0.0) for shown in pictures(film)]


async def encoding(site: Site) -> float:
    """What Prometheus is told."""
    async with site.http.get("/metrics") as response:
        text = await response.text()
    (line,) = (line for line in text.splitlines() if line.startswith('gcam_live_encoding{camera="door"}'))
    return float(line.rpartition(" ")[2])


async def test_mp4_fragments_play_from_the_first(site: Site) -> None:
    async with filming(site), site.http.ws_connect("/api/v1/cameras/door/live.mp4") as channel:
        opening, film = await mp4(channel, 10)
    assert (opening["width"], opening["height"]) == (320, 240)
    assert str(opening["codec"]).startswith("avc1.42")
    shown = pictures(film)
    assert len(shown) == 10
    assert shown[0].key_frame
    assert shown[9].time - shown[0].time == pytest.approx(0.45, abs=0.3)


async def test_mpeg_ts_begins_with_a_key_frame(site: Site) -> None:
    async with filming(site), site.http.get("/api/v1/cameras/door/live.ts") as response:
        assert response.headers["Content-Type"] == "video/mp2t"
        async with patience():
            film = await response.content.readexactly(188 * 60)
    assert film[0] == 0x47
    shown = pictures(film)
    assert len(shown) > 5
    assert shown[0].key_frame


async def test_all_viewers_share_one_encoder_and_later_ones_begin_with_a_key_frame(site: Site) -> None:
    async with filming(site), site.http.ws_connect("/api/v1/cameras/door/live.mp4") as first:
        await mp4(first, 5)
        assert site.services.broadcasts.encoding == {"door"}
        async with (
            site.http.ws_connect("/api/v1/cameras/door/live.mp4") as second,
            site.http.get("/api/v1/cameras/door/live.ts") as third,
        ):
            _, film = await mp4(second, 5)
            assert pictures(film)[0].key_frame
            assert len(pictures(film)) == 5
            assert (await third.content.readexactly(188))[0] == 0x47
            assert site.services.broadcasts.encoding == {"door"}


async def test_who_joins_mpeg_ts_late_gets_tables_and_a_key_frame_first(site: Site) -> None:
    async with filming(site), site.http.get("/api/v1/cameras/door/live.ts") as early, patience():
        first = await early.content.readexactly(188 * 300)
        async with site.http.get("/api/v1/cameras/door/live.ts") as late:
            film = await late.content.readexactly(188 * 100)
        assert site.services.broadcasts.encoding == {"door"}
    assert times(film)[0] > times(first)[0] + 0.5
    pids = [int.from_bytes(film[at + 1 : at + 3], "big") & 0x1FFF for at in range(0, len(film), 188)]
    video = max(set(pids), key=pids.count)
    tables = pids[: pids.index(video)]
    assert 0 in tables, "no PAT"
    assert len([pid for pid in tables if pid not in (0, 0x11)]) == 1, "no PMT"
    with av.open(io.BytesIO(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert packets[0].is_keyframe
        assert not any(packet.is_corrupt for packet in packets[:-1])
    assert len(pictures(film)) >= len(packets) - 1


async def test_without_a_websocket_it_says_what_to_ask_instead(site: Site) -> None:
    async with site.http.get("/api/v1/cameras/door/live.mp4") as response:
        assert (response.status, response.headers["Upgrade"]) == (426, "websocket")
        assert "live.ts" in (await response.json())["error"]["message"]


@pytest.mark.parametrize("path", ["live.mp4", "live.ts"])
async def test_nothing_is_encoded_once_the_last_viewer_has_left(site: Site, path: str) -> None:
    async with filming(site):
        if path == "live.mp4":
            async with site.http.ws_connect(f"/api/v1/cameras/door/{path}") as channel:
                await mp4(channel, 2)
        else:
            async with site.http.get(f"/api/v1/cameras/door/{path}") as response:
                await response.content.readexactly(188 * 10)
                assert await encoding(site) == 1.0
        await until(lambda: not site.services.broadcasts.encoding)
        assert await encoding(site) == 0.0


async def test_a_viewer_who_is_gone_without_a_word_keeps_no_encoder_busy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(h264, "TAKES_NOTHING_S", 0.5)
    async with noise(site):
        response = await site.http.get("/api/v1/cameras/door/live.ts")
        async with patience():
            while site.services.broadcasts.encoding:
                await asyncio.sleep(0.05)
        response.close()


async def test_another_size_begins_anew(site: Site) -> None:
    async with site.http.ws_connect("/api/v1/cameras/door/live.mp4") as channel:
        async with filming(site):
            await mp4(channel, 3)
        async with filming(site, Size(160, 120)), patience():
            while True:
                message = await channel.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    break
            assert json.loads(message.data)["width"] == 160
            film = b"".join([await channel.receive_bytes() for _ in range(4)])
    assert [(shown.width, shown.height) for shown in pictures(film)] == [(160, 120)] * 3


async def test_a_turned_camera_is_shown_turned(site: Site) -> None:
    """Turned clockwise by 90 degrees, the left is the top."""
    async with filming(site, rotation=90), site.http.ws_connect("/api/v1/cameras/door/live.mp4") as channel:
        opening, film = await mp4(channel, 3)
    assert (opening["width"], opening["height"]) == (240, 320)
    pixels = pictures(film)[0].to_ndarray(format="rgb24")
    assert pixels[20, 120, 0] > 180 > 100 > pixels[20, 120, 1]
    assert abs(int(pixels[300, 120, 0]) - int(pixels[300, 120, 1])) < 30


async def test_a_viewer_who_does_not_read_holds_nobody_up_and_loses_pictures(site: Site) -> None:
    """Its end of the line takes little, so that what it is given waits where Gcam decides."""
    async with site.http.post("/api/v1/tokens", json={"name": "Slow", "scopes": ["view"]}) as response:
        headers = {"Authorization": f"Bearer {(await response.json())['secret']}"}
    connector = aiohttp.TCPConnector(socket_factory=_narrow)
    async with noise(site), patience(), aiohttp.ClientSession(connector=connector, headers=headers) as slowly:
        slow = await slowly.get(f"{site.url}/api/v1/cameras/door/live.ts")
        async with site.http.ws_connect("/api/v1/cameras/door/live.mp4") as channel:
            _, film = await mp4(channel, 100)
        await site.engine.stop("door")
        late = pictures(await slow.read())
    assert len(pictures(film)) == 100
    assert 0 < len(late) < 100


def _narrow(address: tuple[Any, ...]) -> socket.socket:
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return made


async def test_a_camera_that_does_not_run_says_so(site: Site) -> None:
    await site.engine.stop("door")
    async with site.http.get("/api/v1/cameras/door/live.ts") as response:
        assert response.status == 503


async def test_a_camera_that_is_away_is_waited_for_and_then_said(site: Site) -> None:
    async with site.http.get("/api/v1/cameras/door/live.ts") as response:
        assert (response.status, (await response.json())["error"]["code"]) == (503, "stalled")
    async with site.http.ws_connect("/api/v1/cameras/door/live.mp4") as channel:
        message = await channel.receive(timeout=PATIENCE_S)
        assert message.type is aiohttp.WSMsgType.CLOSE
    assert not site.services.broadcasts.encoding


async def test_a_stream_ends_when_the_camera_is_lost_and_comes_again_with_it(site: Site) -> None:
    for _ in range(2):
        async with filming(site):
            response = await site.http.get("/api/v1/cameras/door/live.ts")
            await response.content.readexactly(188 * 10)
        async with patience():
            film = await response.read()
        assert film
        await until(lambda: not site.services.broadcasts.encoding)


async def test_another_size_ends_mpeg_ts_which_has_no_place_for_it(site: Site) -> None:
    async with filming(site):
        response = await site.http.get("/api/v1/cameras/door/live.ts")
        film = await response.content.readexactly(188 * 20)
    async with filming(site, Size(160, 120)), patience():
        film += await response.read()
        async with site.http.get("/api/v1/cameras/door/live.ts") as again:
            anew = await again.content.readexactly(188 * 20)
    assert {(shown.width, shown.height) for shown in pictures(film)} == {(320, 240)}
    assert {(shown.width, shown.height) for shown in pictures(anew)} == {(160, 120)}


@pytest.mark.parametrize("path", ["live.mp4", "live.ts"])
async def test_no_picture_from_before_a_new_mask_is_shown(site: Site, path: str) -> None:
    """Grey pictures, then the camera gets a mask and sends black ones: from then on only black is seen."""
    grey, black = (np.full((240, 320, 3), value, np.uint8) for value in (160, 0))

    def show(number: int, picture: np.ndarray) -> None:
        jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
        site.engine.show("door", EncodedFrame(jpeg, number / 20, 1.7e9, WIDE))

    container = broadcast.Container.MP4 if path.endswith("mp4") else broadcast.Container.TS
    pieces = site.services.broadcasts.watch("door", container)
    first = asyncio.ensure_future(anext(pieces))
    for number in range(20):
        show(number, grey)
        await asyncio.sleep(0.03)
    await first
    for number in range(20, 40):  # a viewer who lags behind has these waiting
        show(number, grey)
        await asyncio.sleep(0.03)
    site.engine.relay("door").forget()

    async def go_on() -> None:
        for number in count(40):
            show(number, black)
            await asyncio.sleep(0.03)

    going_on = asyncio.create_task(go_on())
    seen = [await anext(pieces) for _ in range(10)]
    going_on.cancel()
    await pieces.aclose()
    film = b"".join([seen[0].header, *(piece.payload for piece in seen)])
    assert seen[0].key
    assert max(float(shown.to_ndarray(format="gray").mean()) for shown in pictures(film)) < 30


async def test_ffmpeg_plays_an_address_with_a_token_in_it(site: Site) -> None:
    async with site.http.post("/api/v1/tokens", json={"name": "FFmpeg", "scopes": ["view"]}) as response:
        secret = (await response.json())["secret"]
    address = site.url.replace("http://", f"http://token:{secret}@") + "/api/v1/cameras/door/live.ts"

    def play() -> str:
        with av.open(address, timeout=PATIENCE_S) as container:
            frame = next(container.decode(video=0))
            return f"{container.streams.video[0].codec_context.name} {frame.width}x{frame.height}"

    async with filming(site):
        assert await asyncio.to_thread(play) == "h264 320x240"
