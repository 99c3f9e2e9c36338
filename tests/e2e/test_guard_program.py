"""The guard of a real Gcam that is killed wherever it stands: the same afterwards, or louder."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.program import Program
from tests.support.waiting import patience
from tests.support.walked_room import walked_room

_AT_ONCE = {"watches": [{"camera_id": "room"}]}
_ENTRANCE = {"watches": [{"camera_id": "room", "entry_s": 600}]}


@pytest.fixture(scope="module")
def room() -> Callable[[], SimulatedCamera]:
    return walked_room(Size(320, 240), 8.0, 16.0)


@pytest.fixture
async def board(room: Callable[[], SimulatedCamera]) -> AsyncIterator[SimulatedCamera]:
    async with room() as board:
        yield board


async def _decide(gcam: Program, **mode: Any) -> None:
    away = {"id": "away", "name": "Away", "exit_s": 0, **mode}
    status, said = await gcam.ask("PUT", "guard/settings", {"modes": [away], "windows": [], "place": None})
    assert status == 200, said


async def _arm(gcam: Program, **how: Any) -> None:
    status, said = await gcam.ask("POST", "guard/arm", {"mode_id": "away", **how})
    assert status == 200, said


async def _until(gcam: Program, phase: str) -> dict[str, Any]:
    async with patience():
        while (guard := (await gcam.get("/api/v1/guard"))["guard"])["phase"] != phase:
            await asyncio.sleep(0.1)
    return dict(guard)


async def _killed_and_back(gcam: Program, tmp_path: Path) -> Program:
    assert await gcam.end(signal.SIGKILL) == -signal.SIGKILL
    return Program(tmp_path, "--mqtt", "off")


async def _with_room(gcam: Program, board: SimulatedCamera) -> None:
    """Stored, so that it is there after the next start too."""
    status, said = await gcam.ask("POST", "cameras", {"id": "room", "name": "room", "url": board.url})
    assert status == 201, said
    await gcam.until_connected("room")


async def test_killed_while_arming_it_is_armed(tmp_path: Path, board: SimulatedCamera) -> None:
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _with_room(gcam, board)
        await _decide(gcam, exit_s=600, **_AT_ONCE)
        await _arm(gcam)
        assert (await gcam.get("/api/v1/guard"))["guard"]["phase"] == "arming"
        again = await _killed_and_back(gcam, tmp_path)
    async with again:
        guard = await _until(again, "armed")
        assert guard["mode"] == {"id": "away", "name": "Away"}


async def test_killed_while_armed_it_is_armed_and_hears_what_moves(
    tmp_path: Path, board: SimulatedCamera
) -> None:
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _with_room(gcam, board)
        await _decide(gcam, **_AT_ONCE)
        await _arm(gcam)
        again = await _killed_and_back(gcam, tmp_path)
    async with again:
        alarm = (await _until(again, "alarm"))["alarm"]
        assert [one["kind"] for one in alarm["causes"]] == ["motion"]
        assert alarm["causes"][0]["camera_id"] == "room"


async def test_killed_while_somebody_comes_in_it_is_an_alarm(tmp_path: Path, board: SimulatedCamera) -> None:
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _with_room(gcam, board)
        await _decide(gcam, **_ENTRANCE)
        await _arm(gcam)
        entered = (await _until(gcam, "entry"))["entered"]
        again = await _killed_and_back(gcam, tmp_path)
    async with again:
        guard = await _until(again, "alarm")
        assert guard["alarm"]["causes"][0]["event_id"] == entered["event_id"]
        assert guard["sounds"]


async def test_killed_in_an_alarm_it_sounds_again_until_somebody_disarms(
    tmp_path: Path, board: SimulatedCamera
) -> None:
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _with_room(gcam, board)
        await _decide(gcam, alarm_s=None, **_ENTRANCE)
        await _arm(gcam)
        assert (await gcam.ask("POST", "guard/trigger"))[0] == 200
        assert (await gcam.ask("POST", "guard/silence"))[1]["sounds"] is False
        again = await _killed_and_back(gcam, tmp_path)
    async with again:
        async with patience():
            while not (await _until(again, "alarm"))["sounds"]:  # the page is there a moment before
                await asyncio.sleep(0.1)
        assert (await again.ask("POST", "guard/disarm", {}))[1]["phase"] == "disarmed"
        last = await _killed_and_back(again, tmp_path)
    async with last:
        guard = await _until(last, "disarmed")
        assert guard["alarm"]["causes"][0]["kind"] == "hand"


async def test_killed_before_a_plan_is_due_it_is_carried_out(tmp_path: Path, board: SimulatedCamera) -> None:
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _with_room(gcam, board)
        await _decide(gcam, **_ENTRANCE)
        await _arm(gcam, in_s=2)
        again = await _killed_and_back(gcam, tmp_path)
    async with again, patience():
        while (await again.get("/api/v1/guard"))["guard"]["planned"] is not None:
            await asyncio.sleep(0.1)


async def test_nobody_switches_off_what_is_watched(tmp_path: Path, board: SimulatedCamera) -> None:
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        await _with_room(gcam, board)
        await _decide(gcam, **_ENTRANCE)
        await _arm(gcam)
        for change in ({"privacy": True}, {"enabled": False}, {"detection": {"sensitivity": 1}}):
            status, refusal = await gcam.ask("PATCH", "cameras/room", change)
            assert (status, refusal["error"]["reason"]) == (403, "guard_forbids")
        status, _ = await gcam.ask("PATCH", "cameras/room", {"name": "The room"})
        assert status == 200
        assert (await gcam.ask("DELETE", "cameras/room"))[0] == 403
        await gcam.ask("POST", "guard/disarm", {})
        assert (await gcam.ask("PATCH", "cameras/room", {"privacy": True}))[0] == 200
