"""Live pictures and events over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gcam_addon.model import ClipReady, EncodedFrame, MotionStarted, Status
from tests.support.fakes import make_camera, make_state
from tests.support.waiting import PATIENCE_S, patience, until
from tests.support.web_fakes import Site, make_clip, make_frame, serve

STREAM = "/api/v1/cameras/door/stream.mjpg"
FRAMES = "/api/v1/cameras/door/frames"
LARGE = b"x" * 100_000


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path) as site:
        yield site


async def viewers(site: Site, count: int) -> None:
    await until(lambda: site.engine.relay("door").viewers == count)


class Multipart:
    """Reads the parts of an MJPEG response as a careful client does."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._content = response.content
        self._boundary = b"--" + response.headers["Content-Type"].partition("boundary=")[2].encode()

    async def next(self) -> bytes:
        async with patience():
            line = await self._content.readline()
            while line.strip() != self._boundary:
                assert line in (b"\r\n", b"")
                assert not self._content.at_eof()
                line = await self._content.readline()
            headers = {}
            while (line := await self._content.readline()).strip():
                name, _, value = line.partition(b":")
                headers[name.lower()] = value.strip()
            assert headers[b"content-type"] == b"image/jpeg"
            return await self._content.readexactly(int(headers[b"content-length"]))


async def test_a_snapshot_is_the_newest_picture_as_it_came(site: Site) -> None:
    site.engine.show("door", make_frame(1))
    site.engine.show("door", make_frame(2))
    async with site.http.get("/api/v1/cameras/door/snapshot.jpg?at=1795961060297&t=5&hd=0") as response:
        assert response.status == 200, "as pages ask that want a newer one than their browser keeps"
    async with site.http.get("/api/v1/cameras/door/snapshot.jpg") as response:
        assert response.content_type == "image/jpeg"
        assert response.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:22 GMT"
        assert response.headers["Cache-Control"] == "no-store"
        assert await response.read() == make_frame(2).jpeg


@pytest.mark.parametrize("path", ["snapshot.jpg", "stream.mjpg", "frames"])
async def test_a_disabled_camera_has_no_pictures(site: Site, path: str) -> None:
    site.engine.camera_states["door"] = make_state(make_camera("door"), status=Status.DISABLED)
    async with site.http.get(f"/api/v1/cameras/door/{path}") as response:
        assert response.status == 503
        assert (await response.json())["error"]["code"] == "source"


async def test_before_the_first_picture_there_is_no_snapshot(site: Site) -> None:
    async with site.http.get("/api/v1/cameras/door/snapshot.jpg") as response:
        assert response.status == 503


async def test_a_stream_brings_every_picture_to_a_viewer_that_keeps_up(site: Site) -> None:
    async with site.http.get(STREAM) as response:
        parts = Multipart(response)
        await viewers(site, 1)
        for number in range(20):
            site.engine.show("door", make_frame(number))
            assert await parts.next() == make_frame(number).jpeg
    await viewers(site, 0)
    assert site.engine.relay("door").skipped == 0


async def test_a_viewer_that_reads_nothing_costs_others_nothing_and_then_gets_the_newest(site: Site) -> None:
    async with site.http.get(STREAM) as slow, site.http.get(STREAM) as fast:
        parts = Multipart(fast)
        await viewers(site, 2)
        for number in range(150):
            site.engine.show("door", make_frame(number, LARGE))
            assert await parts.next() == make_frame(number, LARGE).jpeg
        relay = site.engine.relay("door")
        assert relay.skipped > 75  # of 15 MB no more than the sockets' buffers went out
        late, seen = Multipart(slow), []
        while not seen or seen[-1] != make_frame(149, LARGE).jpeg:
            seen.append(await late.next())
        assert len(seen) == 150 - relay.skipped


async def test_a_stream_ends_when_the_camera_is_stopped(site: Site) -> None:
    async with site.http.get(STREAM) as response:
        await viewers(site, 1)
        await site.engine.stop("door")
        async with patience():
            assert await response.content.read() == b"--gcam-frame\r\n"


async def test_a_viewer_who_leaves_is_noticed_without_any_picture(site: Site) -> None:
    async with site.http.get(STREAM):
        await viewers(site, 1)
    await viewers(site, 0)
    async with site.http.ws_connect(FRAMES) as channel:
        await channel.send_str("next")
        await viewers(site, 1)
    await viewers(site, 0)


async def test_a_web_socket_viewer_gets_one_picture_for_each_it_asks_for(site: Site) -> None:
    async with site.http.ws_connect(FRAMES) as channel:
        await channel.send_str("next")
        await viewers(site, 1)
        site.engine.show("door", make_frame(1))
        assert await channel.receive_bytes(timeout=PATIENCE_S) == make_frame(1).jpeg
        for number in range(2, 12):
            site.engine.show("door", make_frame(number))
        await channel.send_str("next")
        assert await channel.receive_bytes(timeout=PATIENCE_S) == make_frame(11).jpeg
        assert site.engine.relay("door").skipped == 9
        with pytest.raises(TimeoutError):
            await channel.receive(timeout=0.1)


async def test_a_web_socket_viewer_can_not_ask_for_more_than_a_few(site: Site) -> None:
    async with site.http.ws_connect(FRAMES) as channel:
        for _ in range(50):
            await channel.send_str("next")
        await channel.send_str("something else")
        await viewers(site, 1)
        await asyncio.sleep(0.1)
        received = 0
        for number in range(12):
            site.engine.show("door", make_frame(number))
            try:
                await channel.receive_bytes(timeout=0.2)
            except TimeoutError:
                break
            received += 1
        assert 4 <= received <= 5  # the one being waited for, and those asked for in advance


async def test_a_web_socket_closes_when_the_camera_is_stopped(site: Site) -> None:
    async with site.http.ws_connect(FRAMES) as channel:
        await channel.send_str("next")
        await viewers(site, 1)
        await site.engine.stop("door")
        message = await channel.receive(timeout=PATIENCE_S)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)


async def test_a_huge_message_closes_only_its_own_socket(site: Site) -> None:
    async with site.http.ws_connect(FRAMES) as channel:
        await channel.send_str("n" * 100_000)
        message = await channel.receive(timeout=PATIENCE_S)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1009)
    async with site.http.get("/health") as response:
        assert response.status == 200


async def read(channel: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await channel.receive_str(timeout=PATIENCE_S))
    return message


async def test_events_are_pushed_to_every_listener(site: Site) -> None:
    clip = make_clip("c1", make_camera("door"))
    async with site.http.ws_connect("/api/v1/events") as one, site.http.ws_connect("/api/v1/events") as two:
        for channel in (one, two):
            hello = await read(channel)
            assert hello["type"] == "hello"
            assert {camera["id"] for camera in hello["cameras"]} == {"door", "garden"}
        site.engine.publish(MotionStarted("door", "e1", 1.0, 2.0, 3.0, "moved", jpeg=b"\xff\xd8"))
        site.engine.publish(ClipReady(clip))
        for channel in (one, two):
            assert (await read(channel))["type"] == "motion_started"
            assert (await read(channel))["clip"]["id"] == "c1"


async def test_stopping_ends_streams_and_sockets(tmp_path: Path) -> None:
    async with serve(tmp_path) as site:
        events = await site.http.ws_connect("/api/v1/events")
        await read(events)
        frames = await site.http.ws_connect(FRAMES)
        stream = await site.http.get(STREAM)
        await viewers(site, 1)
        closing = asyncio.gather(events.receive(timeout=PATIENCE_S), frames.receive(timeout=PATIENCE_S))
        await site.server.stop()
        assert [message.data for message in await closing] == [1001, 1001]
        stream.close()


async def test_a_stream_that_breaks_is_cut_off_without_a_second_answer(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(camera_id: str, *, hd: bool) -> AsyncGenerator[EncodedFrame, None]:
        yield make_frame(1)
        raise RuntimeError("a defect")

    site.engine.watch = broken  # type: ignore[method-assign]
    async with site.http.get(STREAM) as response:
        parts = Multipart(response)
        assert await parts.next() == make_frame(1).jpeg
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.content.read()
    assert "a defect" in caplog.text


async def test_who_leaves_before_the_answer_is_no_error(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async def left(camera_id: str, *, hd: bool) -> EncodedFrame:
        raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")

    site.engine.snapshot = left  # type: ignore[method-assign]
    async with site.http.get("/api/v1/cameras/door/snapshot.jpg"):
        pass
    assert "closing transport" not in caplog.text
