"""A camera that sends H.264 and AAC over RTSP, in a real Home Assistant: seen, heard, moving, recorded. Also
two that dial in, one with H.264 and one with JPEGs.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import av
import pytest
import pytest_asyncio

from gcam_addon.picture.jpeg import size_of
from gcam_addon.push.cli_push import KEY_VARIABLE
from tests.support import home_assistant, mosquitto, rtsp_server
from tests.support.browser import CHROMIUM, chromium
from tests.support.child import GcamChild
from tests.support.dashboard import Dashboard
from tests.support.home_assistant_api import HomeAssistantApi
from tests.support.house import House, kept_places
from tests.support.ports import kept_port
from tests.support.rtsp_server import MOUNTS, PASSWORD, RtspServer
from tests.support.waiting import answered, patience

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.mosquitto,
    pytest.mark.skipif(home_assistant.missing is not None, reason=str(home_assistant.missing)),
    pytest.mark.skipif(mosquitto.missing is not None, reason=str(mosquitto.missing)),
    pytest.mark.skipif(rtsp_server.missing() is not None, reason=str(rtsp_server.missing())),
]
RATE = 16_000
SECRET = "a-secret-of-many-letters"
PUSHED = {"gate": "h264", "porch": "mjpeg"}
"""Cameras that dial in, and what they send."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    server = RtspServer({"/aac": MOUNTS["/aac"]})
    yard = {
        "id": "yard",
        "name": "Yard",
        "url": server.url("/aac", "digest", login=f"gcam:{PASSWORD}"),
        "detection": {"warmup_s": 1.0},
        "recording": {"mode": "continuous", "max_clip_s": 5},
    }
    pushed = [
        {
            "id": name,
            "name": name.title(),
            "url": f"push://{name}:{SECRET}@gcam",
            "detection": {"warmup_s": 1.0},
        }
        for name in PUSHED
    ]
    async with AsyncExitStack() as stack:
        stack.callback(server.child.ended)
        ports, push_port = stack.enter_context(kept_places()), stack.enter_context(kept_port())
        folder = tmp_path_factory.mktemp("house")
        more = {"push": {"listen": f"127.0.0.1:{push_port}"}}
        house = await stack.enter_async_context(House(folder, ports, {}, others=[yard, *pushed], more=more))
        for name, what in PUSHED.items():
            key = {KEY_VARIABLE: f"{name}:{SECRET}"}
            url = server.url("/aac", "digest", login=f"gcam:{PASSWORD}")
            source = ("--url", url) if what == "h264" else ("--scene", "room-person")
            sender = GcamChild("push", f"127.0.0.1:{push_port}", *source, environment=key)
            stack.push_async_callback(sender.leave)
        await house.join()
        await house.home_assistant.api.until("camera.yard", lambda state: state == "recording")
        yield house


@pytest.fixture
def api(house: House) -> HomeAssistantApi:
    return house.home_assistant.api


def is_about_fifteen(state: str | None) -> bool:
    try:
        return float(state or "") == pytest.approx(15, abs=3)
    except ValueError:
        return False


async def test_its_state_says_what_it_sends(api: HomeAssistantApi) -> None:
    await api.until("sensor.yard_status", lambda state: state == "connected")
    told = (await api.ask("GET", "states/sensor.yard_status"))["attributes"]
    assert (told["codec"], told["sound"]) == ("h264", True)
    await api.until("sensor.yard_frame_rate", is_about_fifteen)  # at first it is not known yet
    rate = await api.ask("GET", "states/sensor.yard_frame_rate")
    assert rate["attributes"]["unit_of_measurement"] == "fps"


async def test_its_motion_is_told_with_a_picture(api: HomeAssistantApi) -> None:
    await api.until("binary_sensor.yard_motion", lambda state: state == "on")
    await api.until("event.yard_events", lambda state: state not in (None, "unknown"))
    await api.until("image.yard_last_event", lambda state: bool(state and state.startswith("2")))
    _, picture = await api.read("/api/image_proxy/image.yard_last_event")
    assert size_of(picture) is not None


async def test_its_still_and_its_mjpeg(api: HomeAssistantApi) -> None:
    kind, still = await api.read("/api/camera_proxy/camera.yard")
    size = size_of(still)
    assert kind == "image/jpeg"
    assert size is not None
    assert (size.width, size.height) == (320, 240)
    assert size_of(await api.first_of_mjpeg("camera.yard")) == size


async def test_home_assistants_stream_has_its_pictures_and_its_sound(api: HomeAssistantApi) -> None:
    """The segments as its players fetch them: the camera's own pictures, and what is heard beside them."""
    stream = await api.command("camera/stream", entity_id="camera.yard", format="hls")
    _has_both(await _hls(api, stream["url"]), pictures=15)


async def test_a_clip_and_its_sound_are_in_the_media_browser(house: House, api: HomeAssistantApi) -> None:
    await answered(house.gcam.clips)
    found = await api.command("media_source/browse_media", media_content_id="media-source://gcam")
    while found["can_expand"]:
        first = found["children"][0]
        if not first["can_expand"]:
            found = first
            break
        found = await api.command("media_source/browse_media", media_content_id=first["media_content_id"])
    kind, thumbnail = await api.read(found["thumbnail"])
    assert kind == "image/jpeg"
    assert size_of(thumbnail) is not None
    media = await api.command("media_source/resolve_media", media_content_id=found["media_content_id"])
    _has_both((await api.read(media["url"]))[1], pictures=45)


async def test_home_assistant_records_it_with_sound(house: House, api: HomeAssistantApi) -> None:
    file = house.home_assistant.records / "yard.mp4"
    await api.act("camera.record", entity_id="camera.yard", filename=str(file), duration=5)
    async with patience():
        while not file.exists():
            await asyncio.sleep(0.2)
    _has_both(await asyncio.to_thread(file.read_bytes), pictures=30)


@pytest.mark.parametrize(("name", "codec"), PUSHED.items())
async def test_one_that_dials_in_is_a_camera_like_any(
    api: HomeAssistantApi, house: House, name: str, codec: str
) -> None:
    """Its still and MJPEG, its stream, and over MQTT its state, motion and what it sends."""
    await api.until(f"camera.{name}", lambda state: state in ("streaming", "recording"))
    still = size_of((await api.read(f"/api/camera_proxy/camera.{name}"))[1])
    assert still is not None
    assert size_of(await api.first_of_mjpeg(f"camera.{name}")) == still
    stream = await api.command("camera/stream", entity_id=f"camera.{name}", format="hls")
    with av.open(io.BytesIO(await _hls(api, stream["url"]))) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == (still.width, still.height)
    await api.until(f"binary_sensor.{name}_motion", lambda state: state == "on")
    await api.until(f"event.{name}_events", lambda state: state not in (None, "unknown"))
    told = await api.ask("GET", f"states/sensor.{name}_status")
    assert (told["state"], told["attributes"].get("codec")) == ("connected", codec)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
async def test_a_person_sees_it_move_and_can_hear_it(house: House) -> None:
    dashboard = Dashboard(house.home_assistant)
    await dashboard.make(("camera.yard",), "binary_sensor.yard_motion")
    async with chromium() as browser:
        page = await dashboard.sign_in(browser)
        await dashboard.open_live(page)
        await dashboard.until_moving(page)
        await dashboard.until_heard(page)
        await dashboard.keep(page, "live-compressed")


async def test_nothing_was_complained_about(house: House) -> None:
    complaints = [
        line
        for line in house.home_assistant.log.splitlines()
        if re.search(r" (WARNING|ERROR|CRITICAL) ", line)
        and re.search(r"gcam|yard|porch|gate|stream", line, re.IGNORECASE)
        and "has not been tested by Home Assistant" not in line
    ]
    assert complaints == []
    for log in (house.home_assistant.log, house.gcam.log):
        assert PASSWORD not in log
        assert SECRET not in log
    assert "Traceback" not in house.gcam.log


async def _hls(api: HomeAssistantApi, master: str) -> bytes:
    """What came up to a complete segment, as one MP4."""
    playlist = f"{master.rpartition('/')[0]}/{_lines(await _text(api, master))[-1]}"
    folder = playlist.rpartition("/")[0]
    async with patience():
        while not (segments := [one for one in _lines(await _text(api, playlist)) if "segment" in one]):
            await asyncio.sleep(0.2)
    parts = ["init.mp4", *(one.removeprefix("./") for one in segments)]
    return b"".join([(await api.read(f"{folder}/{part}"))[1] for part in parts])


async def _text(api: HomeAssistantApi, path: str) -> str:
    return (await api.read(path))[1].decode()


def _lines(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def _has_both(video: bytes, *, pictures: int) -> None:
    with av.open(io.BytesIO(video)) as container:
        (shown,), (heard,) = container.streams.video, container.streams.audio
        assert (shown.codec_context.name, heard.codec_context.name) == ("h264", "aac")
        assert heard.codec_context.sample_rate == RATE
        frames: dict[str, list[Any]] = {"video": [], "audio": []}
        for packet in container.demux(shown, heard):
            frames[packet.stream.type] += packet.decode()
    assert len(frames["video"]) >= pictures
    assert {(frame.width, frame.height) for frame in frames["video"]} == {(320, 240)}
    lasts_s = len(frames["video"]) / 15
    assert sum(frame.samples for frame in frames["audio"]) / RATE == pytest.approx(lasts_s, abs=0.6)
