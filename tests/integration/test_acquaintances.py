"""Gcam learns what its cameras' boards are: each is asked once, and no stream is disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.assembly import board_of
from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board, Firmware
from gcam_addon.clock import ManualClock, SystemClock
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.duties import Duties, Pauses
from gcam_addon.errors import Unreachable
from gcam_addon.model import CameraAdded, CameraChanged, DutyStatus, Event, Status
from gcam_addon.wire.arrivals import Arrivals
from tests.support.boards import some_board
from tests.support.fakes import FakeCameras, FakeEngine, make_camera, make_state
from tests.support.program import Program
from tests.support.simulated import camera
from tests.support.waiting import patience, until


@dataclass
class Desk:
    """Acquaintances over fakes: `asked` tells who was visited, `known` of whom it was told that they are."""

    engine: FakeEngine
    cameras: FakeCameras
    people: Acquaintances
    asked: list[str]
    duties: Duties
    known: list[str] = field(default_factory=list)

    def publish(self, event: Event) -> None:
        """interfaces.Sink."""
        if isinstance(event, CameraAdded) and self.people.of(event.camera_id):
            self.known.append(event.camera_id)

    def connect(self, camera_id: str, status: Status = Status.CONNECTED) -> None:
        state = make_state(self.cameras.get(camera_id), status=status)
        self.engine.publish(CameraChanged(state))

    async def until(self, holds: Callable[[], bool]) -> None:
        await until(holds)


Ask = Callable[[Camera], Any]


class Desks:
    """Makes desks and clears them away."""

    def __init__(self) -> None:
        self._made: list[Desk] = []

    def make(self, ask: Ask, *cameras: Camera, **pauses: Pauses) -> Desk:
        engine, asked = FakeEngine(), list[str]()

        async def noted(one: Camera) -> Board:
            asked.append(one.id)
            board: Board = await ask(one)
            return board

        roster = FakeCameras(engine, cameras)
        duties = Duties(ManualClock(), **pauses)
        desk = Desk(
            engine, roster, Acquaintances(roster, noted, engine, duties=duties, **pauses), asked, duties
        )
        engine.subscribe(desk.people)
        engine.subscribe(desk)
        self._made.append(desk)
        return desk

    async def clear(self) -> None:
        for desk in self._made:
            await desk.people.stop()


@pytest.fixture
async def desks() -> AsyncIterator[Desks]:
    desks = Desks()
    yield desks
    await desks.clear()


async def ask_really(one: Camera) -> Board:
    return await board_of(one, SystemClock(), Arrivals())


async def tell(_: Camera) -> Board:
    return some_board()


@pytest.mark.parametrize(
    ("firmware", "expected"),
    [
        ("camera-web-server", Firmware.CAMERA_WEB_SERVER),
        ("tasmota", Firmware.TASMOTA),
        ("esphome", Firmware.ESPHOME),
        ("mjpeg2sd", Firmware.MJPEG2SD),
    ],
)
async def test_every_firmware_is_known_once_its_pictures_come(
    desks: Desks, firmware: str, expected: Firmware
) -> None:
    async with camera(firmware) as board:
        desk = desks.make(ask_really, make_camera("door", source=SourceSettings(board.url)))
        desk.connect("door", Status.CONNECTING)
        await asyncio.sleep(0)
        assert (desk.asked, desk.people.of("door")) == ([], None)
        desk.connect("door")
        await desk.until(lambda: desk.known == ["door"])
    identity = desk.people.of("door")
    assert identity is not None
    assert identity.firmware is expected
    if firmware == "tasmota":
        assert identity.mac
        assert identity.version


async def test_a_board_is_asked_once_however_often_its_state_changes(desks: Desks) -> None:
    desk = desks.make(tell, make_camera("door"))
    for _ in range(5):
        desk.connect("door")
    await desk.until(lambda: desk.known == ["door"])
    desk.connect("door", Status.LOST)
    desk.connect("door")
    await desk.cameras.update("door", {"name": "Back door"})
    desk.connect("door")
    await asyncio.sleep(0.05)
    assert desk.asked == ["door"]


async def test_a_board_that_does_not_answer_is_left_in_peace(desks: Desks) -> None:
    async def silent(one: Camera) -> Board:
        raise Unreachable(f"{one.name} is gone")

    desk = desks.make(silent, make_camera("door"))
    for _ in range(5):
        desk.connect("door")
        await asyncio.sleep(0.01)
    assert (desk.asked, desk.known) == (["door"], [])


@pytest.mark.parametrize("error", [Unreachable("gone"), TimeoutError(), ValueError("nobody foresaw this")])
async def test_a_board_that_did_not_answer_is_asked_again(desks: Desks, error: Exception) -> None:
    answers = iter([error, error])

    async def late(one: Camera) -> Board:
        if (problem := next(answers, None)) is not None:
            raise problem
        return await tell(one)

    desk = desks.make(late, make_camera("door"), pauses=Pauses(0.0, 0.0))
    desk.connect("door")
    await desk.until(lambda: desk.known == ["door"])
    assert desk.asked == ["door"] * 3
    assert not any(duty.status is DutyStatus.FAILED for duty in desk.duties.states())


async def test_another_address_is_another_board(desks: Desks) -> None:
    desk = desks.make(tell, make_camera("door"))
    desk.connect("door")
    await desk.until(lambda: desk.known == ["door"])
    await desk.cameras.update("door", {"url": "http://192.0.2.9"})
    assert desk.people.of("door") is None
    desk.connect("door")
    await desk.until(lambda: desk.people.of("door") is not None)
    assert desk.asked == ["door", "door"]
    await desk.cameras.remove("door")
    assert desk.people.of("door") is None


async def test_few_boards_are_visited_at_a_time_and_leaving_waits_for_none(desks: Desks) -> None:
    inside, most, let_go = 0, 0, asyncio.Event()

    async def slow(one: Camera) -> Board:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await let_go.wait()
        inside -= 1
        return await tell(one)

    names = [f"c{number}" for number in range(6)]
    desk = desks.make(slow, *(make_camera(name) for name in names))
    for name in names:
        desk.connect(name)
    await desk.until(lambda: inside == 2)
    await desk.cameras.remove("c5")  # while it waits for its turn
    let_go.set()
    await desk.until(lambda: len(desk.known) == 5)
    assert (most, sorted(desk.known)) == (2, names[:5])


async def test_the_program_tells_of_a_board_without_taking_its_stream(tmp_path: Path) -> None:
    async with (
        camera("tasmota") as board,
        Program(tmp_path, "--mqtt", "off", "--camera", f"door={board.url}") as gcam,
    ):
        async with patience():
            while (shown := await gcam.get("/api/v1/cameras/door"))["board"] is None:
                await asyncio.sleep(0.1)
        assert shown["board"]["firmware"] == "tasmota"
        assert shown["board"]["mac"]
        state = await gcam.state("door")
        assert (state["status"], state["reconnects"]) == ("connected", 0)


async def test_a_board_of_another_protocol_is_told_in_the_log_once(
    desks: Desks, caplog: pytest.LogCaptureFixture
) -> None:
    async with camera("gcam") as board:
        board.board.kept["protocol"] = 2
        one = make_camera("door", source=SourceSettings(board.url))
        desk = desks.make(ask_really, one, pauses=Pauses(first_s=0.01, longest_s=0.01))
        desk.connect("door")
        await desk.until(lambda: len(desk.asked) > 3)
    said = [line.getMessage() for line in caplog.records if "protocol" in line.getMessage()]
    assert len(said) == 1
    assert said[0].endswith("speaks a newer protocol (2) than this Gcam (1): update Gcam")
