"""Lamps while an alarm sounds: lit, lit again after a restart of the board, and dark at its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from gcam_addon.errors import ConfigError, GcamError, Stalled
from gcam_addon.guard.lamps import AlarmLamps
from gcam_addon.model import CameraChanged, Status
from gcam_addon.model.guard import Doer, GuardChanged, GuardMode, GuardPhase, GuardState, Via, Watch
from tests.support.fakes import make_camera, make_state
from tests.support.waiting import patience

MODE = GuardMode("away", "Away", (Watch("door"), Watch("shed")), lamps=True)
ALARM = GuardState(GuardPhase.ALARM, 1.0, Doer("", Via.GUARD), MODE)
OVER = replace(ALARM, phase=GuardPhase.ARMED)


class House:
    """`faults`: what switching a camera's lamp raises."""

    def __init__(self) -> None:
        self.levels: dict[str, int] = {}
        self.faults: dict[str, GcamError] = {}
        self.tried: list[tuple[str, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.lamps = AlarmLamps(self.switch)

    async def switch(self, camera_id: str, level: int) -> int:
        self.tried.append((camera_id, level))
        await self.gate.wait()
        if camera_id in self.faults:
            raise self.faults[camera_id]
        self.levels[camera_id] = level
        return level

    def tell(self, state: GuardState) -> None:
        self.lamps.publish(GuardChanged(state))

    def hear_of(self, camera_id: str, status: Status = Status.CONNECTED) -> None:
        self.lamps.publish(CameraChanged(make_state(make_camera(camera_id), status=status)))

    async def until(self, **levels: int) -> None:
        async with patience():
            while self.levels != levels:
                await asyncio.sleep(0)

    async def until_tried(self, times: int) -> None:
        async with patience():
            while len(self.tried) < times:
                await asyncio.sleep(0)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    running = asyncio.create_task(house.lamps.run())
    yield house
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_they_shine_while_it_sounds_and_no_longer(house: House) -> None:
    house.tell(ALARM)
    await house.until(door=100, shed=100)
    house.tell(replace(ALARM, silenced=True))
    await house.until(door=0, shed=0)
    house.tell(ALARM)
    await house.until(door=100, shed=100)
    house.tell(OVER)
    await house.until(door=0, shed=0)


@pytest.mark.parametrize(
    "state",
    [OVER, replace(ALARM, mode=None), replace(ALARM, mode=replace(MODE, lamps=False))],
)
async def test_nothing_shines_that_nobody_wanted(house: House, state: GuardState) -> None:
    house.tell(state)
    house.hear_of("door")
    house.tell(ALARM)
    await house.until(door=100, shed=100)
    assert len(house.tried) == 2


async def test_a_board_that_restarts_shines_again_and_one_that_is_away_when_it_is_back(house: House) -> None:
    house.faults["shed"] = Stalled("silent")
    house.tell(ALARM)
    await house.until(door=100)
    await house.until_tried(2)
    del house.faults["shed"]
    house.hear_of("shed")
    await house.until(door=100, shed=100)
    house.levels["door"] = 0
    house.hear_of("door", Status.RECONNECTING)
    house.hear_of("door")
    await house.until(door=100, shed=100)


async def test_what_can_not_be_switched_off_is_tried_until_it_is_dark(house: House) -> None:
    house.tell(ALARM)
    await house.until(door=100, shed=100)
    house.faults["door"] = Stalled("silent")
    house.tell(OVER)
    await house.until(door=100, shed=0)
    await house.until_tried(4)
    del house.faults["door"]
    house.hear_of("door")
    await house.until(door=0, shed=0)


async def test_one_that_did_not_answer_is_switched_off_all_the_same(house: House) -> None:
    """Nobody knows whether it heard."""
    house.faults["door"] = Stalled("silent")
    house.tell(ALARM)
    await house.until(shed=100)
    await house.until_tried(2)
    del house.faults["door"]
    house.tell(OVER)
    await house.until(door=0, shed=0)


async def test_a_camera_without_a_lamp_is_left_alone(house: House) -> None:
    house.faults["door"] = ConfigError("no lamp")
    house.tell(ALARM)
    await house.until(shed=100)
    house.tell(OVER)
    await house.until(shed=0)
    assert ("door", 0) not in house.tried


async def test_an_alarm_that_begins_while_they_are_switched_off_lights_them(house: House) -> None:
    house.tell(ALARM)
    await house.until(door=100, shed=100)
    house.gate.clear()
    house.tell(OVER)
    await house.until_tried(4)
    house.tell(ALARM)
    house.gate.set()
    await house.until_tried(6)
    await house.until(door=100, shed=100)


async def test_an_alarm_that_ends_while_a_board_is_asked_leaves_it_dark(house: House) -> None:
    house.gate.clear()
    house.tell(ALARM)
    await house.until_tried(2)
    house.tell(OVER)
    house.gate.set()
    await house.until(door=0, shed=0)
