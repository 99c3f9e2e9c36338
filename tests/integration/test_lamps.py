"""A board's lamp: read from its own status, switched in percent, known to whoever looks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import aiohttp
import pytest

from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board
from gcam_addon.boards.lamps import Lamps
from gcam_addon.boards.recognise import recognise
from gcam_addon.clock import ManualClock, SystemClock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, SourceError, Stalled
from gcam_addon.model import CameraChanged, CameraRemoved, Status
from gcam_addon.wire.address import HttpAddress, parse
from tests.support.fakes import FakeCameras, FakeEngine, make_camera, make_state
from tests.support.program import Program
from tests.support.scripted_server import Peer, serving
from tests.support.simulated import camera
from tests.support.waiting import until

EASYTARGET = {"framesize": 8, "quality": 10, "cam_name": "Porch", "code_ver": "4.1", "lamp": 0}
MJPEG2SD = {"fw_version": "10.9.3", "camModel": "OV2640", "framesize": "8", "lampLevel": "6"}


async def at(url: str) -> Board:
    address = parse(url)
    assert isinstance(address, HttpAddress)
    return await recognise(address, SystemClock())


@asynccontextmanager
async def board_saying(status: dict[str, object]) -> AsyncIterator[Board]:
    """It keeps what it is told by `/control?var=&val=`."""

    async def script(peer: Peer) -> None:
        path, _, query = peer.target.partition("?")
        if path == "/control":
            wanted = parse_qs(query)
            status[wanted["var"][0]] = int(wanted["val"][0])
        body = json.dumps(status).encode()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async with serving(script) as server:
        yield await at(f"http://127.0.0.1:{server.port}")


@pytest.mark.parametrize(
    ("firmware", "level", "number", "shines"),
    [
        ("camera-web-server", 50, 128, 50),
        ("camera-web-server", 1, 3, 1),
        ("camera-web-server", 100, 255, 100),
        ("mjpeg2sd", 50, 136, 53),
        ("mjpeg2sd", 1, 17, 7),
    ],
)
async def test_a_lamp_shines_as_its_board_can(firmware: str, level: int, number: int, shines: int) -> None:
    async with camera(firmware) as board:
        here = await at(board.control_url)
        assert await here.lamp() == 0
        await here.light(level)
        assert (board.board.adjustments.led_intensity, await here.lamp()) == (number, shines)
        await here.light(0)
        assert (board.board.adjustments.led_intensity, await here.lamp()) == (0, 0)
        assert board.streams_opened == 0


async def test_easytarget_counts_in_percent() -> None:
    status: dict[str, object] = dict(EASYTARGET)
    async with board_saying(status) as here:
        assert await here.lamp() == 0
        await here.light(37)
        assert (status["lamp"], await here.lamp()) == (37, 37)


@pytest.mark.parametrize("firmware", ["camera-web-server-1.0", "tasmota", "esphome"])
async def test_a_firmware_without_a_lamp_is_never_tried(firmware: str) -> None:
    async with camera(firmware) as board:
        here = await at(board.control_url)
        assert await here.lamp() is None
        with pytest.raises(ConfigError):
            await here.light(50)


@pytest.mark.parametrize(
    "status",
    [
        {"framesize": 8, "xclk": 20, "led_intensity": -1},
        {**EASYTARGET, "lamp": -1},
        {**EASYTARGET, "lamp": "bright"},
        {**MJPEG2SD, "lampPin": ""},
        {**MJPEG2SD, "lampPin": "4", "lampUse": "0"},
        {**MJPEG2SD, "lampPin": "4", "lampType": "1"},
    ],
    ids=["no LED", "no lamp", "rubbish", "no pin", "not used", "lit by the board itself"],
)
async def test_a_board_that_says_it_has_no_lamp_is_believed(status: dict[str, object]) -> None:
    async with board_saying(status) as here:
        assert await here.lamp() is None
        with pytest.raises(ConfigError):
            await here.light(50)


class Bulb:
    """What is asked of a board here: `asked` counts, `level` is what it says."""

    def __init__(self, board: Board) -> None:
        self.facts, self.streams, self.snapshot, self.notes = (
            board.facts,
            board.streams,
            board.snapshot,
            board.notes,
        )
        self.controls, self.set = board.controls, board.set
        self.level: int | None = 0
        self.asked = 0
        self.error: SourceError | None = None

    async def lamp(self) -> int | None:
        self.asked += 1
        return self.level

    async def light(self, level: int) -> None:
        if self.error is not None:
            raise self.error
        self.level = level


class Desk:
    """Lamps over fakes; the engine notes what it is told."""

    def __init__(self, bulb: Bulb, clock: ManualClock) -> None:
        self.bulb, self.clock, self.engine = bulb, clock, FakeEngine()
        duties = Duties(clock)
        self.cameras = FakeCameras(self.engine, [make_camera("door")])

        async def ask(_: Camera) -> Board:
            return bulb

        self.people = Acquaintances(self.cameras, ask, self.engine, duties=duties)
        self.lamps = Lamps(self.people.board, self.engine, clock, duties=duties)
        self.engine.subscribe(self.people)
        self.engine.subscribe(self.lamps)

    def tell(self, status: Status) -> None:
        self.engine.publish(CameraChanged(make_state(self.cameras.get("door"), status=status)))

    async def meet(self) -> None:
        self.tell(Status.CONNECTED)
        await until(lambda: "door" in self.engine.lamps)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with board_saying({**EASYTARGET}) as board:
        desk = Desk(Bulb(board), ManualClock(1000.0))
        yield desk
        await desk.people.stop()
        await desk.lamps.stop()


async def test_a_lamp_is_read_once_its_board_is_known_and_when_its_pictures_come_back(desk: Desk) -> None:
    await desk.meet()
    assert desk.engine.lamps == {"door": 0}
    desk.bulb.level = 40
    desk.tell(Status.CONNECTED)
    await asyncio.sleep(0)
    assert desk.bulb.asked == 1, "its pictures were there all the time"
    desk.clock.advance(11.0)
    desk.tell(Status.RECONNECTING)
    desk.tell(Status.CONNECTED)
    await until(lambda: desk.engine.lamps == {"door": 40})
    assert desk.bulb.asked == 2


async def test_a_camera_that_flaps_is_asked_no_more_often_than_every_ten_seconds(desk: Desk) -> None:
    await desk.meet()
    for _ in range(20):
        desk.tell(Status.RECONNECTING)
        desk.tell(Status.CONNECTED)
        await asyncio.sleep(0)
    assert desk.bulb.asked == 1


async def test_switching_says_so_before_and_after_and_remembers_how_bright(desk: Desk) -> None:
    await desk.meet()
    assert await desk.lamps.switch("door", 30) == 30
    assert desk.engine.calmed == ["door", "door"], "nothing moves from before it is switched until after"
    assert desk.engine.lamps == {"door": 30}
    assert await desk.lamps.switch("door", 0) == 0
    assert await desk.lamps.switch("door", None) == 30


async def test_a_board_that_does_not_answer_changes_nothing_that_is_known(desk: Desk) -> None:
    await desk.meet()
    desk.bulb.error = Stalled("silent")
    with pytest.raises(Stalled):
        await desk.lamps.switch("door", 30)
    assert desk.engine.lamps == {"door": 0}


async def test_a_camera_without_a_lamp_that_is_private_or_gone_refuses(desk: Desk) -> None:
    with pytest.raises(ConfigError):
        await desk.lamps.switch("door", 30)
    await desk.meet()
    desk.tell(Status.PRIVACY)
    with pytest.raises(SourceError):
        await desk.lamps.switch("door", 30)
    desk.engine.publish(CameraRemoved("door"))
    assert desk.engine.lamps == {"door": None}
    with pytest.raises(ConfigError):
        await desk.lamps.switch("door", 30)


async def test_the_program_switches_a_lamp_and_tells_no_motion(tmp_path: Path) -> None:
    async with (
        camera() as board,
        Program(tmp_path, "--mqtt", "off", "--camera", f"door={board.url}") as gcam,
        aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http,
    ):

        async def lamp() -> object:
            return (await gcam.state("door"))["lamp"]

        async def light(**wanted: object) -> tuple[int, dict[str, object]]:
            async with http.put("/api/v1/cameras/door/light", json=wanted) as answer:
                return answer.status, await answer.json()

        await come_to(lamp, 0)
        assert await light(on=True, level=50) == (200, {"camera_id": "door", "level": 50})
        assert (board.board.adjustments.led_intensity, await lamp()) == (128, 50)
        async with http.patch("/api/v1/cameras/door/board", json={"lamp": 255}) as answer:
            assert answer.status == 200
        await come_to(lamp, 100)
        assert (await light(on=False))[1]["level"] == 0
        assert (await light(on=True))[1]["level"] == 100
        assert (await light())[0] == 400
        assert (await light(level=101))[0] == 400
        async with http.patch("/api/v1/cameras/door", json={"source": {"stall_timeout_s": 9}}) as answer:
            assert answer.status == 200
        await come_to(lamp, 100)
        await until(lambda: board.streams_opened == 2)  # the lamp is known all along
        state = await gcam.state("door")
        assert (state["motion"], board.streams_opened) == (False, 2)
        assert not (await gcam.get("/api/v1/history?kind=motion"))["entries"]


async def test_an_alarm_of_the_program_lights_the_board_and_leaves_it_dark(tmp_path: Path) -> None:
    away = {"id": "away", "name": "Away", "watches": [{"camera_id": "door"}], "exit_s": 0, "lamps": True}
    async with (
        camera() as board,
        Program(tmp_path, "--mqtt", "off", "--camera", f"door={board.url}") as gcam,
        aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http,
    ):

        async def lamp() -> object:
            return (await gcam.state("door"))["lamp"]

        async def ask(method: str, path: str, **body: object) -> None:
            async with http.request(method, f"/api/v1/guard/{path}", json=body) as answer:
                assert answer.status == 200, await answer.text()

        await ask("PUT", "settings", modes=[away], windows=[], place=None)
        await come_to(lamp, 0)
        await ask("POST", "arm", mode_id="away")
        await ask("POST", "trigger")
        await come_to(lamp, 100)
        assert board.board.adjustments.led_intensity == 255
        await ask("POST", "disarm")
        await come_to(lamp, 0)
        assert board.board.adjustments.led_intensity == 0


async def come_to(ask: object, wanted: object) -> None:
    seen: list[object] = []
    while not seen or seen[-1] != wanted:
        assert len(seen) < 1000, seen[-5:]
        seen.append(await ask())  # type: ignore[operator]
        await asyncio.sleep(0.05)
