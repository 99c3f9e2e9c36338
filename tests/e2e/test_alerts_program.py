"""Alerts of a real Gcam that is killed in between: none is lost, and a double is known as one."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.program import Program
from tests.support.waiting import patience, until
from tests.support.walked_room import walked_room

_ALARM = {"name": "Alarm", "topics": ["alarm"], "to": ["hook"]}


@pytest.fixture(scope="module")
def room() -> Callable[[], SimulatedCamera]:
    return walked_room(Size(320, 240), 8.0, 16.0)


@pytest.fixture
async def board(room: Callable[[], SimulatedCamera]) -> AsyncIterator[SimulatedCamera]:
    async with room() as board:
        yield board


@pytest.fixture
async def receiver() -> AsyncIterator[AlertReceiver]:
    async with alert_receiver() as receiver:
        yield receiver


async def _ask(gcam: Program, method: str, path: str, body: Any = None) -> Any:
    status, said = await gcam.ask(method, path, body)
    assert status < 300, said
    return said


async def _alerted(gcam: Program, receiver: AlertReceiver, rule: dict[str, Any]) -> None:
    hook = {"name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}}
    await _ask(gcam, "PUT", "alerts/destinations/hook", hook)
    await _ask(gcam, "PUT", "alerts/rules/r", rule)


async def _armed(gcam: Program) -> None:
    """A guard without cameras: what triggers it is somebody's hand."""
    mode = {"id": "away", "name": "Away", "exit_s": 0, "watches": []}
    await _ask(gcam, "PUT", "guard/settings", {"modes": [mode], "windows": [], "place": None})


async def _letters(gcam: Program) -> list[dict[str, Any]]:
    return list((await gcam.get("/api/v1/alerts/letters"))["letters"])


async def _until_state(gcam: Program, state: str) -> None:
    async with patience():
        while [letter["state"] for letter in await _letters(gcam)] != [state]:
            await asyncio.sleep(0.05)


async def _killed(gcam: Program, tmp_path: Path) -> Program:
    assert await gcam.end(signal.SIGKILL) == -signal.SIGKILL
    return Program(tmp_path, "--mqtt", "off")


async def test_motion_is_told_with_its_picture_and_then_its_clip(
    tmp_path: Path, board: SimulatedCamera, receiver: AlertReceiver
) -> None:
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _alerted(gcam, receiver, {"name": "Motion", "topics": ["motion"], "to": ["hook"]})
        await _ask(gcam, "POST", "cameras", {"id": "room", "name": "room", "url": board.url})
        await receiver.until_told(2)

    picture = next(letter for letter in receiver.letters if letter["follows"] is None)
    clip = next(letter for letter in receiver.letters if letter["follows"] == picture["id"])
    assert picture["content"].startswith(b"\xff\xd8")
    assert clip["content"][4:8] == b"ftyp"


async def test_what_nobody_took_before_it_was_killed_is_taken_afterwards(
    tmp_path: Path, receiver: AlertReceiver
) -> None:
    receiver.status = 503
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _alerted(gcam, receiver, _ALARM)
        await _armed(gcam)
        await _ask(gcam, "POST", "guard/trigger")
        await until(lambda: receiver.refused)
        again = await _killed(gcam, tmp_path)
    receiver.status = 200
    async with again:
        await receiver.until_told(1)
        await _until_state(again, "sent")
        last = await _killed(again, tmp_path)
    async with last:  # what was taken is not told again
        await _until_state(last, "sent")
        await _ask(last, "POST", "alerts/destinations/hook/try")

    assert [letter["topic"] for letter in receiver.letters] == ["alarm", "trial"]
    assert {letter["id"] for letter in receiver.refused} == {receiver.letters[0]["id"]}


async def test_killed_before_it_heard_that_it_was_taken_it_tells_again_by_the_same_id(
    tmp_path: Path, receiver: AlertReceiver
) -> None:
    receiver.silent.clear()
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _alerted(gcam, receiver, _ALARM)
        await _armed(gcam)
        await _ask(gcam, "POST", "guard/trigger")
        await receiver.until_told(1)
        await _until_state(gcam, "waiting")
        again = await _killed(gcam, tmp_path)
    receiver.silent.set()
    async with again:
        await receiver.until_told(2)
        await _until_state(again, "sent")

    assert len({letter["id"] for letter in receiver.letters}) == 1
