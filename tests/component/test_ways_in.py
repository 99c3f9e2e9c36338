"""Cameras that are no boards, in Home Assistant: a webcam, a Raspberry Pi's, one that dials in with JPEGs and
one with H.264. Each is seen, streamed, moves, goes away and comes back.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import av
import pytest
import pytest_socket
from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.support import rtsp_server, webcam
from tests.support.child import GcamChild
from tests.support.ports import kept_port
from tests.support.raspberry_pi import RaspberryPi
from tests.support.rtsp_server import MOUNTS, RtspServer
from tests.support.waiting import PATIENCE_S
from tests.support.webcam import Webcam

from .support.boards import FAST, SIZE, garden
from .support.entry import set_up, until
from .support.gcam import PYTHON, RunningGcam

pytestmark = [
    pytest.mark.skipif(webcam.missing() is not None, reason=str(webcam.missing())),
    pytest.mark.skipif(rtsp_server.missing() is not None, reason=str(rtsp_server.missing())),
]
SECRET = "a-secret-of-many-letters"
CAMERAS = ("desk", "hall", "porch", "gate")


@dataclass
class Outside:
    """What its pictures come from."""

    gcam: RunningGcam
    webcam: Webcam
    push: Callable[[], None]
    """The porch dials in."""
    hang_up: Callable[[], None]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("outside")
    frames = garden(folder)
    pictures = [place.read_bytes() for place in sorted(frames.iterdir())]
    (folder / "pi").mkdir()
    (folder / "data").mkdir()
    camera, pi = Webcam(folder, pictures), RaspberryPi(folder / "pi", pictures)
    with ExitStack() as stack:
        port = stack.enter_context(kept_port())
        server = RtspServer({"/sliced": MOUNTS["/sliced"]})
        stack.callback(server.child.ended)
        (folder / "data/cameras.json").write_text(json.dumps(settings()))
        (folder / "options.json").write_text(json.dumps({"push": {"listen": f"127.0.0.1:{port}"}}))
        gcam = RunningGcam(folder / "data", "--mqtt", "off", "--options", str(folder / "options.json"))
        gcam.environment = {**camera.environment, "PATH": pi.path}
        stack.enter_context(gcam)
        gate = _push(port, "gate", "--url", server.url("/sliced"))
        stack.callback(gate.ended)
        porch: list[GcamChild] = []

        def push() -> None:
            porch.append(_push(port, "porch", "--frames", str(frames), "--fps", "5"))

        def hang_up() -> None:
            porch.pop().ended()

        push()
        stack.callback(lambda: [child.ended() for child in porch])
        yield Outside(gcam, camera, push, hang_up)


def _push(port: int, camera: str, *what: str) -> GcamChild:
    key = f"{camera}:{SECRET}"
    return GcamChild("push", f"127.0.0.1:{port}", "--key", key, *what, python=PYTHON)


def settings() -> dict[str, Any]:
    urls = {
        "desk": webcam.PATH,
        "hall": "rpicam://0",
        "porch": f"push://porch:{SECRET}@gcam",
        "gate": f"push://gate:{SECRET}@gcam",
    }
    alike = {**FAST, "source": {"capture_fps": 5}}
    cameras = [{"id": name, "name": name.title(), "url": url, **alike} for name, url in urls.items()]
    return {"version": 1, "cameras": cameras}


@pytest.fixture
async def entry(
    hass: HomeAssistant, outside: Outside, socket_enabled: None
) -> AsyncIterator[MockConfigEntry]:
    async with set_up(hass, outside.gcam) as entry:
        for name in CAMERAS:
            await until(hass, lambda name=name: shown(hass, name) in ("streaming", "recording"))
        yield entry


def shown(hass: HomeAssistant, name: str) -> str | None:
    state = hass.states.get(f"camera.{name}")
    return None if state is None else state.state


def size_of(picture: bytes) -> tuple[int, int]:
    with av.open(BytesIO(picture), format="jpeg_pipe") as container:
        frame = next(container.decode(video=0))
        return frame.width, frame.height


@pytest.mark.parametrize("name", CAMERAS)
async def test_its_still_its_mjpeg_and_its_stream(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator, name: str
) -> None:
    assert size_of((await async_get_image(hass, f"camera.{name}")).content) == SIZE
    client = await hass_client()
    async with client.get(f"/api/camera_proxy_stream/camera.{name}") as response:
        assert response.content_type == "multipart/x-mixed-replace"
        head = await response.content.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        assert size_of(await response.content.readexactly(length)) == SIZE
    source = await async_get_stream_source(hass, f"camera.{name}")
    assert source is not None

    def play() -> tuple[str, int]:
        with av.open(source, timeout=PATIENCE_S) as container:
            frame = next(container.decode(video=0))
            return container.streams.video[0].codec_context.name, frame.width

    assert await hass.async_add_executor_job(play) == ("h264", SIZE[0])


async def test_the_motion_of_each_is_told(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    def told(entity_id: str) -> str:
        state = hass.states.get(entity_id)
        return "" if state is None else state.state

    moved: set[str] = set()

    def is_all_told() -> bool:
        moved.update(name for name in CAMERAS if told(f"binary_sensor.{name}_motion") == "on")
        return moved == set(CAMERAS) and all(told(f"event.{name}_events").startswith("2") for name in CAMERAS)

    await until(hass, is_all_told)


@pytest.mark.parametrize("name", CAMERAS)
async def test_its_device_and_entities_are_those_of_any_camera(
    hass: HomeAssistant, entry: MockConfigEntry, name: str
) -> None:
    entities = er.async_get(hass)
    camera = entities.async_get(f"camera.{name}")
    assert camera is not None
    assert camera.device_id is not None
    device = dr.async_get(hass).async_get(camera.device_id)
    assert device is not None
    assert (device.name, device.manufacturer, device.model) == (name.title(), "Gcam", "Camera")
    assert SECRET not in str(device.dict_repr)
    found = {
        one.unique_id.rpartition(f"_{name}_")[2] for one in er.async_entries_for_device(entities, device.id)
    }
    assert found >= {"camera", "motion", "status", "last_event", "sensitivity", "detection", "recording"}
    assert "light" not in found  # that is a board's


async def test_what_is_pulled_or_hangs_up_is_away_until_it_is_back(
    hass: HomeAssistant, entry: MockConfigEntry, outside: Outside
) -> None:
    outside.webcam.be("pulled")
    await hass.async_add_executor_job(outside.hang_up)
    for name, words in {"desk": "(pulled out|plug the camera in)", "porch": "(hung up|dial)"}.items():
        await until(hass, lambda name=name: shown(hass, name) == "unavailable")
        status = hass.states.get(f"sensor.{name}_status")
        assert status is not None
        assert re.search(words, str(status.attributes["problem"]))
    assert shown(hass, "hall") in ("streaming", "recording")
    outside.webcam.be("well")
    await hass.async_add_executor_job(outside.push)
    for name in ("desk", "porch"):
        await until(hass, lambda name=name: shown(hass, name) in ("streaming", "recording"))
