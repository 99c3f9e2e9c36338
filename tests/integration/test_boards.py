"""Boards are recognised and set over real sockets, by the simulator's firmwares."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcam_addon.boards.board import Control, Firmware
from gcam_addon.boards.probe import Probe, probe
from gcam_addon.boards.recognise import identify, recognise
from gcam_addon.boards.visit import Visit
from gcam_addon.clock import SystemClock
from gcam_addon.errors import (
    ConfigError,
    GcamError,
    ProtocolError,
    Rejected,
    SourceError,
    Stalled,
    Unreachable,
)
from gcam_addon.model import Size
from gcam_addon.network.sweep import open_ports
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.faults import Fault, Schedule
from gcam_addon.wire.address import HttpAddress, parse
from tests.support.jpegs import jpeg, part
from tests.support.scripted_server import STREAM, Peer, accepting, serving
from tests.support.simulated import camera, decoded, request, size_of, streaming
from tests.support.waiting import until

FIRMWARES = {
    "camera-web-server": (Firmware.CAMERA_WEB_SERVER, "Arduino core 3.x", "/capture"),
    "camera-web-server-1.0": (Firmware.CAMERA_WEB_SERVER, "Arduino core 1.0.x", "/capture"),
    "esphome": (Firmware.ESPHOME, None, "/"),
    "tasmota": (Firmware.TASMOTA, "14.2.0(tasmota32-webcam)", "/wc.jpg"),
    "mjpeg2sd": (Firmware.MJPEG2SD, "10.9.3", "/control?still=1"),
}


async def look(url: str, credentials: tuple[str, str] | None = None) -> Probe:
    return await probe(url, SystemClock(), credentials=credentials)


def http(url: str) -> HttpAddress:
    address = parse(url)
    assert isinstance(address, HttpAddress)
    return address


async def values(board: SimulatedCamera) -> dict[str, Control]:
    found = await (await recognise(http(board.control_url), SystemClock())).controls()
    return {control.name: control for control in found}


@pytest.mark.parametrize("name", FIRMWARES)
@pytest.mark.parametrize("full", [False, True], ids=["host", "stream"])
async def test_every_firmware_is_known(name: str, full: bool) -> None:
    firmware, version, snapshot = FIRMWARES[name]
    async with camera(name) as board:
        found = await look(board.url if full else board.control_url)
        assert (found.facts.firmware, found.facts.version) == (firmware, version)
        assert found.url == (board.url if board.firmware.stream_path != "/" else f"{board.control_url}/")
        assert found.snapshot_url is not None
        assert found.snapshot_url.endswith(snapshot)
        assert found.picture is not None
        assert found.picture.size == Size(320, 240) == size_of(found.picture.jpeg)
        assert 0 < found.fps <= 30
        await until(lambda: board.clients == 0)


@pytest.mark.parametrize("name", ["tasmota", "mjpeg2sd"])
async def test_a_password_is_asked_for_and_used(name: str) -> None:
    async with camera(name, credentials=("admin", "s3cret/&")) as board:
        for wrong in (None, ("admin", "nonsense")):
            with pytest.raises(Rejected) as caught:
                await look(board.control_url, wrong)
            assert caught.value.status == 401
            assert "nonsense" not in str(caught.value)
        found = await look(board.control_url, ("admin", "s3cret/&"))
        assert found.picture is not None
        assert "s3cret" not in f"{found.url}{found.snapshot_url}{found!r}"


@pytest.mark.parametrize("name", ["camera-web-server", "esphome"])
async def test_a_stream_somebody_else_watches_is_told_and_not_disturbed(name: str) -> None:
    async with camera(name) as board, streaming(board) as viewer:
        await viewer.head()
        found = await look(board.control_url)
        assert found.facts.firmware is FIRMWARES[name][0]
        assert "busy" in {note.code for note in found.notes}
        assert found.picture is not None
        assert found.picture.size == Size(320, 240)
        assert board.clients == 1
        assert board.streams_opened == 1


@pytest.mark.parametrize("name", ["tasmota", "mjpeg2sd"])
async def test_where_the_newest_viewer_wins_a_watched_stream_is_left_alone(name: str) -> None:
    async with camera(name) as board, streaming(board) as viewer:
        await viewer.head()
        stream = http(board.url)
        found = await probe(board.control_url, SystemClock(), avoid=frozenset({(stream.port, stream.target)}))
        assert found.picture is not None
        assert board.streams_opened == 1
        assert board.clients == 1


async def test_nothing_there_says_so() -> None:
    async with camera() as board:
        url = board.control_url
    with pytest.raises(Unreachable):
        await look(url)


@asynccontextmanager
async def server(answer: bytes | None) -> AsyncIterator[str]:
    """Says the same to everybody, or nothing at all."""

    async def serve(peer: Peer) -> None:
        await peer.reader.read(1024)
        if answer is None:
            await peer.closed()
        else:
            await peer.send(answer)

    async with accepting(serve) as listening:
        yield f"http://127.0.0.1:{listening.port}"


PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\nIt works! <"
JSON = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{"framesize":"9"}'


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (PAGE, ProtocolError),
        (JSON, ProtocolError),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ProtocolError),
        (b"\x00\xff" * 5000, ProtocolError),
        (None, Stalled),
    ],
    ids=["page", "json", "ssh", "garbage", "hanging"],
)
async def test_what_is_no_camera_says_so(answer: bytes | None, error: type[SourceError]) -> None:
    async with server(answer) as url:
        with pytest.raises(error):
            await look(url)
        assert await identify(url, SystemClock(), thorough=True) is None


_NUMBERS = st.sampled_from([*("--5", "5-", "-", "", "1e9", "٣", "9" * 5000, "null"), -1, 2**70, 1.5, True])
_VALUES = _NUMBERS | st.none() | st.text(max_size=9) | st.just([]) | st.just({"a": "--5"})
_KEYS = [
    *("framesize", "quality", "hmirror", "lamp", "led_intensity", "cam_name", "code_ver", "brightness"),
    *("fw_version", "camModel", "lampLevel", "wb_mode", "Status", "StatusFWR", "WcResolution", "WcMirror"),
]
_STATUSES = st.dictionaries(st.sampled_from(_KEYS), _VALUES)


@pytest.mark.parametrize(
    "base",
    [
        {"framesize": 5, "quality": "--5", "hmirror": "5-", "brightness": "9" * 5000},
        {"fw_version": "10", "camModel": "OV2640", "framesize": "--5", "quality": "٣"},
        {"Status": {}, "WcResolution": 3, "StatusFWR": [], "StatusNET": "x", "WcMirror": "--5"},
        {
            "gcam": 1,
            "id": "a1b2c3d4e5f6",
            "claimed": True,
            "version": 7,
            "controls": {"quality": {"value": 1, "from": "6", "to": 9}, "lamp": 5, "flip": {"one_of": [[]]}},
        },
    ],
    ids=["camera-web-server", "mjpeg2sd", "tasmota", "gcam"],
)
@settings(max_examples=15, deadline=None)
@given(lies=_STATUSES)
def test_a_board_that_lies_raises_nothing_but_gcams_errors(
    base: dict[str, object], lies: dict[str, object]
) -> None:
    asyncio.run(_visit_liar(json.dumps({**base, **lies}).encode()))


async def _visit_liar(status: bytes) -> None:
    """Says the same whatever it is asked, but for pictures."""

    async def script(peer: Peer) -> None:
        is_picture = peer.target in ("/capture", "/wc.jpg", "/control?still=1")
        body = jpeg(1, 320, 240) if is_picture else status
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async with serving(script) as liar:
        url = f"http://127.0.0.1:{liar.port}"
        seen = await identify(url, SystemClock(), thorough=False)
        assert seen is None or seen.firmware in Firmware
        with suppress(GcamError):
            board = await recognise(http(url), SystemClock())
            for control in await board.controls():
                with suppress(GcamError):
                    await board.set(control.name, control.choices[0] if control.choices else 1)


@pytest.mark.parametrize(
    "head",
    [
        b"302 Found\r\nLocation: http://[::1",
        b"302 Found\r\nLocation: /" + b"pass" * 10_000,
        b"401 No\r\nWWW-Authenticate: Digest nonce=x, " + b"a" * 60_000,
        b"200 OK\r\nContent-Length: " + b"9" * 5000,
        b"200 OK\r\nContent-Encoding: gzip",
        b"200 OK\r\n" + b"X: y\r\n" * 11_000,
    ],
    ids=[*("no-address", "long", "challenge", "length", "gzip", "head")],
)
async def test_an_answer_that_lies_is_no_camera(head: bytes) -> None:
    async with server(b"HTTP/1.1 " + head + b"\r\n\r\n") as url:
        with pytest.raises(SourceError):
            await probe(url, SystemClock(), credentials=("admin", "secret"))
        assert await identify(url, SystemClock(), thorough=True) is None


async def test_a_look_at_a_stream_keeps_one_picture_however_many_come() -> None:
    small = part(jpeg(1, 16, 16))

    async def flood(peer: Peer) -> None:
        await peer.send(STREAM)
        while True:
            await peer.send(small * 100)

    async with serving(flood) as board:
        address = http(f"http://127.0.0.1:{board.port}/stream")
        tracemalloc.start()
        try:
            shown = await Visit(address, SystemClock()).watch(address)
            _, most_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert shown.picture.jpeg == jpeg(1, 16, 16)
    assert most_bytes < 5_000_000


async def test_a_single_picture_is_a_snapshot_camera() -> None:
    async with camera() as board:
        _, jpeg = await request(board, "/capture")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    async with server(head.encode() + jpeg) as url:
        found = await look(f"{url}/image.jpg")
    assert found.facts.firmware is Firmware.SNAPSHOT
    assert found.url == found.snapshot_url == f"{url}/image.jpg"
    assert found.picture is not None
    assert found.picture.jpeg == jpeg
    assert "snapshot_only" in {note.code for note in found.notes}


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    async with camera() as board:
        there = board.url.replace("127.0.0.1", "localhost")
        answer = f"HTTP/1.1 302 Found\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n"
        async with server(answer.encode()) as url:
            with pytest.raises(SourceError):
                await look(url)
        assert board.streams_opened == 0


@pytest.mark.parametrize("text", ["rtsp://192.0.2.1/x", "/etc/passwd", "file:///etc/passwd", "gopher://x"])
async def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        await look(text)


@pytest.mark.parametrize("name", ["camera-web-server", "camera-web-server-1.0", "tasmota", "mjpeg2sd"])
async def test_what_is_set_shows_in_the_pictures(name: str) -> None:
    async with camera(name) as board:
        controls = await values(board)
        assert controls["frame_size"].value == "320x240"
        here = await recognise(http(board.control_url), SystemClock())
        before = decoded((await look(board.control_url)).picture.jpeg)  # type: ignore[union-attr]
        await here.set("frame_size", "800x600")
        await here.set("flip", True)
        after = (await look(board.control_url)).picture
        assert after is not None
        assert after.size == Size(800, 600)
        now = await values(board)
        assert (now["frame_size"].value, now["flip"].value) == ("800x600", True)
        assert board.board.adjustments.vflip
        top, bottom = decoded(after.jpeg)[:200].mean(), decoded(after.jpeg)[-200:].mean()
        assert (before[:80].mean() > before[-80:].mean()) != (top > bottom)


async def test_the_lamp_and_the_quality() -> None:
    async with camera() as board:
        here = await recognise(http(board.control_url), SystemClock())
        await here.set("lamp", 200)
        await here.set("quality", 30)
        await here.set("effect", "sepia")
        look_now = board.board.adjustments
        assert (look_now.led_intensity, look_now.quality, look_now.special_effect) == (200, 30, 6)


@pytest.mark.parametrize(
    ("control", "value"),
    [
        ("quality", 99),
        ("quality", True),
        ("flip", 1),
        ("frame_size", "641x480"),
        ("effect", "pink"),
        ("x", 1),
    ],
)
async def test_refused_values_name_their_control(control: str, value: int | str) -> None:
    async with camera() as board:
        here = await recognise(http(board.control_url), SystemClock())
        with pytest.raises(ConfigError) as caught:
            await here.set(control, value)
        assert caught.value.field == control


async def test_setting_touches_no_stream() -> None:
    async with camera() as board, streaming(board) as viewer:
        await viewer.head()
        here = await recognise(http(board.url), SystemClock(), avoid=frozenset({(board.port + 1, "/stream")}))
        await here.set("mirror", True)
        sent = board.frames_sent
        await asyncio.sleep(0.4)
        assert board.frames_sent > sent
        assert (board.streams_opened, board.clients) == (1, 1)


async def test_a_board_that_fails_inside_is_no_crash() -> None:
    async with camera() as board:
        board.faults.schedule(Schedule(Fault.ERROR500))
        with pytest.raises(SourceError):
            await look(board.control_url)


@pytest.mark.parametrize("name", FIRMWARES)
async def test_a_sweep_finds_open_ports_and_a_quick_look_the_firmware(name: str) -> None:
    async with camera(name) as board:
        found = [one async for one in open_ports(["127.0.0.1", "127.0.0.2"], (board.port, 9))]
        assert found == [("127.0.0.1", (board.port,))]
        seen = await identify(board.control_url, SystemClock(), thorough=False)
        assert seen is not None
        assert seen.firmware == FIRMWARES[name][0]
