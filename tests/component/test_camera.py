"""Live pictures through Home Assistant's own proxies, and the switches of a camera entity."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
import av
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from homeassistant.components.camera import (
    DOMAIN as CAMERA,
)
from homeassistant.components.camera import (
    CameraEntityFeature,
    async_get_image,
    async_get_stream_source,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.gcam.api import GcamClient
from custom_components.gcam.const import CONF_LIVE_VIEW, LIVE_MJPEG
from custom_components.gcam.live import MjpegRelay
from tests.support.waiting import PATIENCE_S, patience

from .support.boards import LARGE, SIZE, large_board
from .support.entry import until
from .support.gcam import RunningGcam

GARDEN = "camera.garden"


@pytest.fixture(autouse=True)
async def pictures_come(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await until(hass, lambda: shown(hass)[0] in ("streaming", "recording"))


def shown(hass: HomeAssistant) -> tuple[str, dict[str, Any]]:
    state = hass.states.get(GARDEN)
    assert state is not None
    return state.state, dict(state.attributes)


async def act(hass: HomeAssistant, action: str) -> None:
    await hass.services.async_call(CAMERA, action, {"entity_id": GARDEN}, blocking=True)


async def test_a_still_is_the_boards_own_picture(hass: HomeAssistant) -> None:
    image = await async_get_image(hass, GARDEN)
    assert image.content_type == "image/jpeg"
    with av.open(BytesIO(image.content), format="jpeg_pipe") as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == SIZE


async def test_what_it_says_of_itself(hass: HomeAssistant) -> None:
    _, attributes = shown(hass)
    assert attributes["brand"] == "Gcam"
    assert attributes["motion_detection"] is True
    assert attributes["supported_features"] == CameraEntityFeature.ON_OFF | CameraEntityFeature.STREAM


async def parts(client: TestClient[Any, Any], count: int) -> list[bytes]:
    """The first pictures of Home Assistant's MJPEG proxy."""
    async with client.get(f"/api/camera_proxy_stream/{GARDEN}") as response:
        assert response.status == HTTPStatus.OK
        assert response.content_type == "multipart/x-mixed-replace"
        boundary = response.headers["Content-Type"].partition("boundary=")[2]
        assert await response.content.readline() == f"--{boundary}\r\n".encode()
        pictures = []
        for _ in range(count):
            head = await response.content.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            pictures.append(await response.content.readexactly(length))
            assert await response.content.readexactly(len(boundary) + 6) == f"\r\n--{boundary}\r\n".encode()
        return pictures


class Streams:
    """The live streams Home Assistant has open to Gcam."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.most = 0
        self._answers: list[aiohttp.ClientResponse] = []
        mjpeg = GcamClient.mjpeg

        @asynccontextmanager
        async def counted(client: GcamClient, camera_id: str) -> AsyncIterator[aiohttp.ClientResponse]:
            async with mjpeg(client, camera_id) as answer:
                self._answers.append(answer)
                self.most = max(self.most, self.open)
                yield answer

        monkeypatch.setattr(GcamClient, "mjpeg", counted)

    @property
    def open(self) -> int:
        return sum(not answer.closed for answer in self._answers)


async def test_mjpeg_is_passed_on_over_one_connection(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten viewers of Home Assistant are one viewer of Gcam, and none when they have left."""
    streams = Streams(monkeypatch)
    client = await hass_client()
    seen = await asyncio.gather(*(parts(client, 6) for _ in range(10)))
    for pictures in seen:
        assert pictures[0] == pictures[1]  # Chromium shows the first one when a second comes
        assert len(set(pictures)) == 5
        assert all(picture[:2] == b"\xff\xd8" and picture[-2:] == b"\xff\xd9" for picture in pictures)
    await until(hass, lambda: not streams.open)
    async with AsyncExitStack() as stack:
        for _ in range(10):
            viewer = await stack.enter_async_context(client.get(f"/api/camera_proxy_stream/{GARDEN}"))
            await viewer.content.readexactly(1000)
        assert streams.open == 1
    await until(hass, lambda: not streams.open)
    assert streams.most == 1


async def test_who_comes_while_the_last_one_leaves_gets_a_stream_of_its_own() -> None:
    """Not the end of the one that is being left."""
    opened = 0
    left, gone = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def slow_to_end() -> AsyncIterator[aiohttp.ClientResponse]:
        nonlocal opened
        opened += 1
        content = asyncio.StreamReader()
        content.feed_data(b"--gcam\r\n" + b"Content-Length: 2\r\n\r\nok\r\n--gcam\r\n")
        try:
            yield Mock(content=content, headers={"Content-Type": "multipart/x-mixed-replace"})
        finally:
            left.set()
            await gone.wait()

    relay = MjpegRelay(slow_to_end)

    async def show(request: web.Request) -> web.StreamResponse:
        return await relay.serve(request)

    app = web.Application()
    app.router.add_get("/", show)
    async with TestClient(TestServer(app)) as client, patience():
        async with client.get("/") as first:
            await first.content.readexactly(20)
        await left.wait()
        async with client.get("/") as second:
            await second.content.readexactly(20)
            assert opened == 2
            gone.set()


async def test_a_viewer_that_comes_later_sees_whole_pictures(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    async with client.get(f"/api/camera_proxy_stream/{GARDEN}") as first:
        await first.content.readexactly(30_000)
        assert len(set(await parts(client, 3))) == 2


async def test_h264_comes_with_an_address_that_needs_nothing_else(hass: HomeAssistant) -> None:
    """As FFmpeg and go2rtc play it."""
    source = await async_get_stream_source(hass, GARDEN)
    assert source is not None

    def play() -> tuple[str, int]:
        with av.open(source, timeout=PATIENCE_S) as container:
            frame = next(container.decode(video=0))
            return container.streams.video[0].codec_context.name, frame.width

    assert await hass.async_add_executor_job(play) == ("h264", SIZE[0])


async def test_of_two_addresses_the_large_one_is_watched_and_the_small_one_gives_the_stills(
    hass: HomeAssistant, gcam: RunningGcam, tmp_path: Path
) -> None:
    def told() -> Any:
        state = hass.states.get("sensor.garden_status")
        return state and state.attributes.get("hd_status")

    def play(source: str) -> int:
        with av.open(source, timeout=PATIENCE_S) as container:
            return next(container.decode(video=0)).width

    with large_board(tmp_path) as url_hd:
        await change(hass, gcam, {"url_hd": url_hd})
        try:
            await until(hass, lambda: told() == "connected")
            source = await async_get_stream_source(hass, GARDEN)
            assert source is not None
            assert await hass.async_add_executor_job(play, source) == LARGE[0]
            image = await async_get_image(hass, GARDEN)
            with av.open(BytesIO(image.content), format="jpeg_pipe") as container:
                assert next(container.decode(video=0)).width == SIZE[0]
        finally:
            await change(hass, gcam, {"url_hd": None})
    await until(hass, lambda: told() is None)


async def change(hass: HomeAssistant, gcam: RunningGcam, changes: dict[str, Any]) -> None:
    await hass.async_add_executor_job(gcam.ask, "PATCH", "cameras/garden", changes)


async def test_without_h264_there_is_mjpeg_only(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, options={CONF_LIVE_VIEW: LIVE_MJPEG})
    await hass.config_entries.async_reload(entry.entry_id)
    assert shown(hass)[1]["supported_features"] == CameraEntityFeature.ON_OFF


async def test_off_and_on(
    hass: HomeAssistant, gcam: RunningGcam, hass_client: ClientSessionGenerator
) -> None:
    await act(hass, "turn_off")
    await until(hass, lambda: shown(hass)[0] == "idle")
    assert not gcam.ask("GET", "cameras/garden")["enabled"]
    client = await hass_client()
    async with client.get(f"/api/camera_proxy/{GARDEN}") as response:
        assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    await act(hass, "turn_on")
    await until(hass, lambda: shown(hass)[0] in ("streaming", "recording"))


async def test_out_of_privacy_mode(hass: HomeAssistant, gcam: RunningGcam) -> None:
    gcam.ask("PATCH", "cameras/garden/switches", {"privacy": True})
    await until(hass, lambda: shown(hass)[0] == "idle")
    await act(hass, "turn_on")
    await until(hass, lambda: shown(hass)[0] in ("streaming", "recording"))
    assert not gcam.ask("GET", "cameras/garden")["privacy"]


async def test_motion_detection_off_and_on(hass: HomeAssistant, gcam: RunningGcam) -> None:
    await act(hass, "disable_motion_detection")
    await until(hass, lambda: "motion_detection" not in shown(hass)[1])
    assert not gcam.ask("GET", "cameras/garden")["detection"]["enabled"]
    await act(hass, "enable_motion_detection")
    await until(hass, lambda: shown(hass)[1].get("motion_detection") is True)


async def test_it_records(hass: HomeAssistant, gcam: RunningGcam) -> None:
    gcam.ask("POST", "cameras/garden/record", {"seconds": 30})
    await until(hass, lambda: shown(hass)[0] == "recording")
    gcam.ask("POST", "cameras/garden/record", {"seconds": 0})


async def test_what_goes_wrong_is_a_sentence(hass: HomeAssistant, gcam: RunningGcam) -> None:
    gcam.ask("PATCH", "cameras/garden/switches", {"enabled": False})
    try:
        with pytest.raises(HomeAssistantError) as problem:
            await async_get_image(hass, GARDEN)
        assert problem.value.translation_key == "refused"
    finally:
        gcam.ask("PATCH", "cameras/garden/switches", {"enabled": True})
