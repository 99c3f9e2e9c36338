"""A board with Gcam's firmware, whole: found, claimed, watched, recorded; lost and claimed again. The real
program and a real Chromium, before the simulated board and before the firmware itself, compiled for this
machine. Each takes minutes; `test_gcam_board` and the firmware's own tests prove the same in pieces.
"""

from __future__ import annotations

import io
import json
import os
import re
import socket
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import av
import cv2
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from gcam_addon.model import Size
from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.firmware.gcam import forget
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.wire.address import HttpAddress, parse
from tests.support.browser import new_context, one_browser
from tests.support.gcam_board import Asked
from tests.support.host_board import HostBoard
from tests.support.program import Program
from tests.support.waiting import answered
from tests.support.walker import Walker
from tests.support.web_browser import DESK

pytestmark = [*one_browser, pytest.mark.thorough]
OWNER = {"name": "Ada", "password": "correct horse battery staple"}
PROGRAM = os.environ.get("GCAM_HOST_BOARD")
needs_program = pytest.mark.skipif(
    not PROGRAM, reason="needs the firmware as a program of this machine: scripts/firmware test"
)
SIZE, FPS, IDLE_FPS = Size(320, 240), 15.0, 5.0
BITS, BIT_PX = 10, 24
MANY = 480
"""Pictures of the program's folder, which begins anew behind them."""
NO_NUMBERS = [[[0, 0], [1, 0], [1, 0.15], [0, 0.15]]]


def picture(number: int, *, moves: bool) -> Any:
    """Its number in black and white along the top; where it `moves`, a dark block walks along the bottom."""
    rng = np.random.default_rng(5)
    texture = rng.integers(150, 210, (SIZE.height // 8, SIZE.width // 8), np.uint8)
    shown = cv2.resize(texture, (SIZE.width, SIZE.height), interpolation=cv2.INTER_CUBIC)
    shown = cv2.cvtColor(shown, cv2.COLOR_GRAY2BGR)
    for bit in range(BITS):
        shown[:BIT_PX, bit * BIT_PX : (bit + 1) * BIT_PX] = 255 * (number >> bit & 1)
    if moves:
        x = 20 + number % 30 * 8
        shown[-80:-10, x : x + 40] = (30, 30, 30)
    return shown


def number_of(grey: np.ndarray) -> int:
    middle = BIT_PX // 2
    return sum(int(grey[middle, middle + bit * BIT_PX] > 127) << bit for bit in range(BITS))


class Scene:
    size, duration_s = SIZE, float("inf")
    moves = False

    def picture(self, t_s: float, size: Size) -> Any:
        return picture(round(t_s * FPS), moves=self.moves)

    def original(self, t_s: float) -> bytes | None:
        return None


class Board(Protocol):
    port: int

    def stir(self) -> None:
        """Something moves from now on."""

    def calm(self) -> None: ...

    async def restart(self) -> None: ...

    async def lose_token(self, owner: Asked) -> None: ...


class Simulated:
    def __init__(self, camera: SimulatedCamera, scene: Scene) -> None:
        self._camera = camera
        self._scene = scene
        self.port = camera.port

    def stir(self) -> None:
        self._scene.moves = True

    def calm(self) -> None:
        self._scene.moves = False

    async def restart(self) -> None:
        await self._camera.reboot(1.0)

    async def lose_token(self, owner: Asked) -> None:
        """By its button."""
        forget(self._camera.board)


class Real:
    def __init__(self, board: HostBoard, moves: Path) -> None:
        self._board = board
        self._moves = moves
        self.port = board.port

    def stir(self) -> None:
        self._moves.touch()

    def calm(self) -> None:
        self._moves.unlink()

    async def restart(self) -> None:
        await self._board.restart()

    async def lose_token(self, owner: Asked) -> None:
        """Its button does the same."""
        assert (await owner.ask("POST", "/release", {})).status == 204


@pytest_asyncio.fixture(loop_scope="module", params=["simulated", pytest.param("real", marks=needs_program)])
async def board(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Board]:
    async with AsyncExitStack() as stack:
        made = _simulated if request.param == "simulated" else _real
        yield await made(stack, tmp_path)


async def _simulated(stack: AsyncExitStack, folder: Path) -> Board:
    scene = Scene()
    camera = SimulatedCamera("gcam", Pictures(scene), fps=FPS, size=SIZE)
    await stack.enter_async_context(camera)
    await stack.enter_async_context(Advertisement(camera, "127.0.0.1"))
    return Simulated(camera, scene)


async def _real(stack: AsyncExitStack, folder: Path) -> Board:
    pictures, keeps, moves = folder / "pictures", folder / "keeps", folder / "moves"
    keeps.mkdir()
    _draw(pictures, moves=False)
    _draw(pictures / "moves", moves=True)
    assert PROGRAM is not None
    environment = {"GCAM_HOST_FPS": str(FPS), "GCAM_HOST_MOVES": str(moves)}
    board = HostBoard(Path(PROGRAM), keeps, pictures, environment)
    await board.start()

    async def leave() -> None:
        if board.child is not None:
            await board.child.leave()

    stack.push_async_callback(leave)
    told = (await Asked(board.port).ask("GET", "/board")).json
    await _announce(stack, board.port, {"protocol": "1", **{name: told[name] for name in ("id", "name")}})
    return Real(board, moves)


def _draw(folder: Path, *, moves: bool) -> None:
    folder.mkdir()
    for number in range(MANY):
        cv2.imwrite(str(folder / f"{number:03}.jpg"), picture(number, moves=moves))


async def _announce(stack: AsyncExitStack, port: int, texts: dict[str, str]) -> None:
    """As its chip does at port 81; ESPHome has no mDNS for programs of a PC."""
    kind = "_gcam-board._tcp.local."
    voice = AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    stack.push_async_callback(voice.async_close)
    await voice.async_register_service(
        ServiceInfo(
            kind,
            f"gcam-{port}.{kind}",
            port=port,
            properties=texts,
            addresses=[socket.inet_aton("127.0.0.1")],
            server=f"gcam-{port}.local.",
        )
    )
    stack.push_async_callback(voice.async_unregister_all_services)


async def test_it_is_found_claimed_watched_recorded_lost_and_claimed_again(
    board: Board, tmp_path: Path, browser: Browser, request: pytest.FixtureRequest
) -> None:
    async with Program(tmp_path / "data", "--mqtt", "off") as gcam:
        context = await new_context(browser, **DESK)
        assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).ok
        page = await context.new_page()
        await page.goto(gcam.url)
        ada = Walker(page, "en", f"board-{request.node.callspec.id}")
        await it_is_found_and_is_hers_by_a_click(ada, board)
        owner = Asked(board.port, await its_token(gcam))
        await numbers_are_no_motion(gcam)
        await its_picture_moves(ada, board)
        await it_rests_while_nobody_looks(ada, gcam, owner)
        await what_moves_is_recorded_at_the_full_rate(gcam, board, owner)
        await it_restarts_in_an_event_and_nothing_is_lost(gcam, board)
        await its_token_is_lost_and_it_is_claimed_again(ada, gcam, board, owner)
        assert "Traceback" not in gcam.log
        assert owner.token is not None
        assert owner.token not in gcam.log


async def it_is_found_and_is_hers_by_a_click(ada: Walker, board: Board) -> None:
    await ada.press("live.add_camera")
    found = ada.page.get_by_role("button", name=f"127.0.0.1:{board.port}")
    await ada.look("found")
    await found.click()
    await ada.reads("cameras.unclaimed")
    await ada.look("unclaimed")
    await ada.type("cameras.name", "Porch")
    await ada.type("cameras.post_roll_s", "1")
    await ada.press("cameras.save_new")
    await ada.reads("cameras.added", name="Porch")
    assert (await Asked(board.port).ask("GET", "/board")).json["claimed"]
    row = ada.page.get_by_role("listitem").filter(has_text="Porch")
    await expect(row).to_contain_text(ada.says("cameras.status.connected"))
    await ada.look("added")


async def its_token(gcam: Program) -> str:
    """Gcam's alone: no page shows it."""
    (camera,) = json.loads((gcam.data_dir / "cameras.json").read_text())["cameras"]
    address = parse(camera["url"])
    assert isinstance(address, HttpAddress)
    assert (await Asked(address.port, address.password).ask("GET", "/status")).status == 200
    return address.password or ""


async def numbers_are_no_motion(gcam: Program) -> None:
    changes = {"detection": {"masks": NO_NUMBERS, "warmup_s": 1.0}}
    http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
    async with http, http.patch("/api/v1/cameras/porch", json=changes) as answer:
        assert answer.status == 200, await answer.text()


async def its_picture_moves(ada: Walker, board: Board) -> None:
    await ada.go("live")
    shown = ada.page.get_by_role("img", name=ada.says("live.picture_of", name="Porch"))
    await expect(shown).to_be_visible()
    board.stir()
    numbers = set[int]()

    async def is_another() -> bool:
        numbers.add(hash(await shown.screenshot()))
        return len(numbers) > 3

    assert await answered(is_another)
    await expect(tile(ada)).to_contain_text(ada.says("live.motion"))
    await ada.look("moves")
    board.calm()


def tile(ada: Walker) -> Locator:
    return ada.page.get_by_role("link").filter(has_text="Porch")


async def it_rests_while_nobody_looks(ada: Walker, gcam: Program, owner: Asked) -> None:
    """For longer than what is recorded from before an event."""
    await ada.go("system")
    assert await answered(lambda: its_rate_is(owner, at_most=IDLE_FPS + 0.5))
    rested = (await gcam.state("porch"))["frames"] + 6 * IDLE_FPS

    async def long_enough() -> bool:
        return bool((await gcam.state("porch"))["frames"] > rested)

    assert await answered(long_enough)


async def its_rate_is(owner: Asked, *, at_least: float = 0.1, at_most: float = FPS) -> bool:
    fps = float((await owner.ask("GET", "/status")).json["fps"])
    return at_least <= fps <= at_most


async def what_moves_is_recorded_at_the_full_rate(gcam: Program, board: Board, owner: Asked) -> None:
    board.stir()
    assert await answered(lambda: its_rate_is(owner, at_least=2 * IDLE_FPS))
    assert await answered(lambda: is_event(gcam))
    seen_at = time.time()
    board.calm()

    async def its_clips() -> list[str]:
        return [clip["id"] for clip in await gcam.clips() if clip["started_at"] < seen_at < clip["ended_at"]]

    times, _ = await film(gcam, (await answered(its_clips))[0])
    steps = np.diff(times)
    pre_roll = steps[times[1:] <= 2.0]  # of five seconds
    last = steps[len(steps) // 2 :]
    assert statistics.median(pre_roll) > 1.5 * statistics.median(last), steps


async def is_event(gcam: Program) -> bool:
    state = await gcam.state("porch")
    return bool(state["motion"] and state["recording"])


async def film(gcam: Program, clip: str) -> tuple[np.ndarray, list[int]]:
    """When each of its pictures is shown, and its number."""
    video = await gcam.get(f"/api/v1/clips/{clip}/video.mp4")
    with av.open(io.BytesIO(video)) as container:
        frames = [
            (frame.time or 0.0, frame.to_ndarray(format="gray8")) for frame in container.decode(video=0)
        ]
    times = np.array([time_s for time_s, _ in frames])
    return times - times[0], [number_of(grey) for _, grey in frames]


async def it_restarts_in_an_event_and_nothing_is_lost(gcam: Program, board: Board) -> None:
    before = {clip["id"] for clip in await gcam.clips()}
    board.stir()
    assert await answered(lambda: is_event(gcam))
    came = [await newest(gcam) for _ in range(5)]
    reconnects = (await gcam.state("porch"))["reconnects"]
    await board.restart()

    async def is_back() -> bool:
        state = await gcam.state("porch")
        return bool(state["status"] == "connected" and state["reconnects"] > reconnects)

    assert await answered(is_back)
    after = [await newest(gcam) for _ in range(5)]
    board.calm()

    async def are_filmed() -> bool:
        """In one clip or two."""
        clips = [clip["id"] for clip in await gcam.clips() if clip["id"] not in before]
        numbers = {number for clip in clips for number in (await film(gcam, clip))[1]}
        return {*came, *after} <= numbers

    assert await answered(are_filmed)
    dropped = (await gcam.state("porch"))["dropped"]
    del dropped["detect"]  # a busy machine's: looked at less often, lost nowhere
    assert dropped
    assert set(dropped.values()) == {0}


async def newest(gcam: Program) -> int:
    """The number of the picture that came last."""
    jpeg = await gcam.get("/api/v1/cameras/porch/snapshot.jpg")
    grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    return number_of(grey)


async def its_token_is_lost_and_it_is_claimed_again(
    ada: Walker, gcam: Program, board: Board, owner: Asked
) -> None:
    await board.lose_token(owner)
    await ada.go("cameras")
    cameras = ada.page.locator("gcam-cameras-page")  # the page before may be seen for a moment
    row = cameras.get_by_role("listitem").filter(has_text=re.compile(r"^\s*Porch"))
    await expect(row).to_contain_text(ada.says("cameras.status.lost"))
    await ada.look("lost")
    await ada.page.goto(f"{gcam.url}/#/cameras/porch")
    await ada.reads("cameras.unowned")
    await ada.look("unowned")
    await ada.press("cameras.claim")
    await ada.go("live")
    await expect(tile(ada)).to_contain_text(ada.says("live.status.connected"))
    assert (await owner.ask("GET", "/status")).status == 200
    await ada.look("claimed-again")
