"""Boards with Gcam's firmware are asked how they fare; it is kept for a day, over restarts, and shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.boards.board import Board
from gcam_addon.boards.recognise import recognise
from gcam_addon.boards.rounds import Rounds
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.history.service import History
from gcam_addon.model import CameraChanged, CameraState, Status
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.web.metrics import exposition
from gcam_addon.wire.address import HttpAddress, parse, with_credentials
from tests.integration.test_gcam_board import asked
from tests.support.simulated import camera
from tests.support.waiting import until
from tests.support.web_fakes import Site, serve

TOKEN = "abcdefgh-ABCDEFGH_01234567890123"
NOW = 1_800_000_000.0
HEALTH = BoardHealth(NOW, 81, 12, "brownout", 96512, 45056, -81, None, 2041, 3977, 12)


def a_state(status: Status) -> CameraState:
    return CameraState(camera_id="porch", name="Porch", status=status, since=NOW)


async def test_a_board_whose_pictures_come_is_asked_and_no_other() -> None:
    kept: list[BoardHealth] = []

    async def keep(camera_id: str, health: BoardHealth) -> None:
        kept.append(health)

    async with camera("gcam", credentials=("gcam", TOKEN)) as running:
        address = parse(with_credentials(running.control_url, "gcam", TOKEN))
        assert isinstance(address, HttpAddress)
        board: Board = await recognise(address, SystemClock())
        looked_at: set[str] = set()

        def board_of(camera_id: str) -> Board:
            looked_at.add(camera_id)
            return board

        rounds = Rounds(board_of, keep, SystemClock(), every_s=0.05)
        rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
        rounds.publish(CameraChanged(replace(a_state(Status.RECONNECTING), camera_id="away")))
        walking = asyncio.create_task(rounds.walk())
        await until(lambda: len(kept) > 1)
        assert looked_at == {"porch"}
        assert rounds.newest["porch"].rssi_dbm == -61
        rounds.publish(CameraChanged(a_state(Status.RECONNECTING)))
        assert rounds.newest == {}
        walking.cancel()
        with suppress(asyncio.CancelledError):
            await walking


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    clock = SystemClock()
    history = History(tmp_path, clock, Duties(clock))
    await history.start()
    yield history
    await history.stop()


async def test_a_day_is_kept_over_restarts_and_no_more(history: History, tmp_path: Path) -> None:
    now = SystemClock().wall()
    for hours in (30, 20, 1):
        await history.note_board("porch", replace(HEALTH, at=now - 3600 * hours))
    await history.note_board("other", replace(HEALTH, at=now))
    clock = SystemClock()
    again = History(tmp_path, clock, Duties(clock))
    await again.start()
    assert [round(now - one.at) for one in await again.board("porch")] == [72000, 3600]
    await again.forget("porch")
    assert await again.board("porch") == []
    assert len(await again.board("other")) == 1
    await again.stop()


async def test_it_is_told_by_the_api(tmp_path: Path) -> None:
    porch = Camera("porch", "Porch", SourceSettings("http://192.0.2.7:81/stream"))
    async with serve(tmp_path, cameras=[porch], clips=[]) as site:
        assert (await _day(site))["newest"] is None
        now = SystemClock().wall()
        for minute in range(300):
            await site.services.history.note_board("porch", replace(HEALTH, at=now - 60 * (300 - minute)))
        day = await _day(site)
        assert day["newest"]["rssi_dbm"] == -81
        assert len(day["samples"]) <= 144
        assert day["samples"][-1] == day["newest"]
        codes = [trouble["said"]["code"] for trouble in day["troubles"]]
        assert codes == ["board_weak", "board_brownout_last"]


def test_prometheus_is_told_what_there_is() -> None:
    text = exposition([], None, "1.2.3", boards={"porch": HEALTH}).decode()
    assert 'gcam_board_rssi_dbm{camera="porch"} -81.0' in text
    assert "gcam_board_psram_free_bytes{" not in text


async def _day(site: Site) -> Any:
    status, day = await asked(site, "GET", "/api/v1/cameras/porch/board/health")
    assert status == 200
    return day
