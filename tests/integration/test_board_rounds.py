"""Boards with Gcam's firmware are asked how they fare; it is kept for a day, over restarts, and shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.boards.board import Board, BoardFacts, Firmware
from gcam_addon.boards.camera_web_server import CameraWebServer
from gcam_addon.boards.gcam_board import GcamBoard
from gcam_addon.boards.recognise import recognise
from gcam_addon.boards.rounds import Rounds
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import RecordingError
from gcam_addon.history.service import History
from gcam_addon.model import CameraAdded, CameraChanged, CameraRemoved, CameraState, Status
from gcam_addon.model.board_health import BoardDay, BoardHealth, Trouble
from gcam_addon.web.metrics import exposition
from gcam_addon.wire.address import HttpAddress, parse, with_credentials
from gcam_addon.words.reason import because
from tests.integration.test_gcam_board import asked
from tests.support.fakes import FakeEngine
from tests.support.simulated import camera
from tests.support.waiting import until
from tests.support.web_fakes import Site, serve

TOKEN = "abcdefgh-ABCDEFGH_01234567890123"
NOW = 1_800_000_000.0
HEALTH = BoardHealth(NOW, 81, 12, "brownout", 96512, 45056, -81, None, 2041, 3977, 12)


def a_state(status: Status) -> CameraState:
    return CameraState(camera_id="porch", name="Porch", status=status, since=NOW)


async def test_a_board_whose_pictures_come_is_asked_and_no_other() -> None:
    diary, engine = Diary(), FakeEngine()
    async with camera("gcam", credentials=("gcam", TOKEN)) as running:
        address = parse(with_credentials(running.control_url, "gcam", TOKEN))
        assert isinstance(address, HttpAddress)
        board: Board = await recognise(address, SystemClock())
        looked_at: set[str] = set()

        def board_of(camera_id: str) -> Board:
            looked_at.add(camera_id)
            return board

        rounds = Rounds(board_of, diary, engine, SystemClock(), every_s=0.05)
        rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
        rounds.publish(CameraChanged(replace(a_state(Status.RECONNECTING), camera_id="away")))
        walking = asyncio.create_task(rounds.walk())
        await until(lambda: len(diary.kept) > 1 and bool(rounds.days))
        assert looked_at == {"porch"}
        assert rounds.newest["porch"].rssi_dbm == -61
        assert engine.boards == {"porch": rounds.newest["porch"]}
        rounds.publish(CameraChanged(a_state(Status.RECONNECTING)))
        assert rounds.newest == {}
        assert rounds.days["porch"].newest.rssi_dbm == -61
        rounds.publish(CameraRemoved("porch"))
        assert rounds.days == {}
        walking.cancel()
        with suppress(asyncio.CancelledError):
            await walking


async def test_a_board_is_asked_as_soon_as_it_is_known_and_not_again_before_it_is_time() -> None:
    """Its pictures come before Gcam knows what it is."""
    diary, engine, known = Diary(), FakeEngine(), dict[str, Board]()
    rounds = Rounds(known.get, diary, engine, SystemClock(), every_s=3600.0)
    walking = asyncio.create_task(rounds.walk())
    rounds.publish(CameraAdded("porch"))
    rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
    known["porch"] = Weak()
    rounds.publish(CameraAdded("porch"))
    await until(lambda: bool(engine.boards))
    for event in (
        CameraAdded("porch"),
        CameraChanged(a_state(Status.RECONNECTING)),
        CameraChanged(a_state(Status.CONNECTED)),
    ):
        rounds.publish(event)
    known["yard"] = Weak()
    rounds.publish(CameraChanged(replace(a_state(Status.CONNECTED), camera_id="yard")))
    await until(lambda: "yard" in engine.boards)
    assert len(diary.kept) == 2
    walking.cancel()
    with suppress(asyncio.CancelledError):
        await walking


async def test_a_board_with_another_firmware_tells_no_more() -> None:
    engine, known, asked_for = FakeEngine(), dict[str, Board]({"porch": Weak()}), list[Board | None]()

    def board_of(camera_id: str) -> Board | None:
        asked_for.append(known.get(camera_id))
        return asked_for[-1]

    rounds = Rounds(board_of, Diary(), engine, SystemClock(), every_s=0.0)
    rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
    walking = asyncio.create_task(rounds.walk())
    await until(lambda: bool(engine.boards.get("porch")))
    del known["porch"]  # for a moment nobody knows what it is
    await until(lambda: asked_for[-2:] == [None, None])
    assert engine.boards["porch"]
    known["porch"] = Other()
    await until(lambda: engine.boards["porch"] is None)
    assert rounds.days == {}
    walking.cancel()
    with suppress(asyncio.CancelledError):
        await walking


class Other(CameraWebServer):
    def __init__(self) -> None:
        pass


class Weak(GcamBoard):
    facts = BoardFacts(Firmware.GCAM)

    def __init__(self) -> None:
        self.signals = iter([-82, -83, -84, -60, -60, -60, -60, -60, -81])

    async def health(self, at: float) -> BoardHealth:
        return replace(HEALTH, at=at, reset="power_on", rssi_dbm=next(self.signals, -60))


async def test_what_there_is_to_mend_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    diary, board = Diary(), Weak()
    rounds = Rounds(lambda _: board, diary, FakeEngine(), SystemClock(), every_s=0.0)
    rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
    walking = asyncio.create_task(rounds.walk())
    await until(lambda: len(diary.kept) > 12)
    walking.cancel()
    with suppress(asyncio.CancelledError):
        await walking
    assert [
        (line.levelname, line.getMessage()) for line in caplog.records if "board" in line.getMessage()
    ] == [("WARNING", "the board: its Wi-Fi is weak (-82 dBm); move it or its router, or give it an antenna")]


async def test_another_board_and_another_name_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    said = [("a", "Porch"), ("a", "Shed"), ("b", "Shed"), ("b", "Yard"), ("a", "Porch"), ("b", "Yard")]
    diary, board = Diary(), Told(said)
    rounds = Rounds(lambda _: board, diary, FakeEngine(), SystemClock(), every_s=0.0)
    rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
    walking = asyncio.create_task(rounds.walk())
    await until(lambda: len(diary.kept) > len(said) + 2)
    walking.cancel()
    with suppress(asyncio.CancelledError):
        await walking
    assert [line.getMessage() for line in caplog.records if line.name == "gcam_addon.boards.rounds"] == [
        "the board calls itself Shed now, no longer Porch",
        "another board is there now: b, no longer a",
        "the board calls itself Yard now, no longer Shed",
        "the board: two boards dial in for this camera by turns, and each sends the other away; "
        "give each of them a camera and a key of its own",
    ]


class Told(GcamBoard):
    """That id and name at each look."""

    facts = BoardFacts(Firmware.GCAM)

    def __init__(self, said: Sequence[tuple[str, str]]) -> None:
        self._said = list(said)

    async def health(self, at: float) -> BoardHealth:
        board_id, name = self._said.pop(0) if len(self._said) > 1 else self._said[0]
        self.facts = BoardFacts(Firmware.GCAM, name=name, id=board_id)
        return replace(HEALTH, at=at, reset="power_on", rssi_dbm=None, id=board_id)


async def test_two_cameras_whose_boards_tell_one_id_are_told() -> None:
    class Same(GcamBoard):
        facts = BoardFacts(Firmware.GCAM)

        def __init__(self) -> None:
            pass

        async def health(self, at: float) -> BoardHealth:
            return replace(HEALTH, at=at, reset="power_on", rssi_dbm=None, id="a1b2c3d4e5f6")

    rounds = Rounds(lambda _: Same(), Diary(), FakeEngine(), SystemClock(), every_s=0.0)
    rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
    rounds.publish(CameraChanged(replace(a_state(Status.CONNECTED), camera_id="yard", name="Yard")))
    walking = asyncio.create_task(rounds.walk())
    await until(lambda: "porch" in rounds.days and bool(rounds.days["porch"].troubles))
    (trouble,) = rounds.days["porch"].troubles
    assert str(trouble.what) == "it has the same id as the board of Yard"
    walking.cancel()
    with suppress(asyncio.CancelledError):
        await walking


async def test_where_nothing_can_be_kept_the_newest_is_told() -> None:
    class Full(Diary):
        async def note_board(self, camera_id: str, health: BoardHealth) -> None:
            raise RecordingError("the disk is full")

    rounds = Rounds(lambda _: Weak(), Full(), FakeEngine(), SystemClock(), every_s=0.0)
    rounds.publish(CameraChanged(a_state(Status.CONNECTED)))
    walking = asyncio.create_task(rounds.walk())
    await until(lambda: bool(rounds.newest))
    assert rounds.days["porch"].newest.rssi_dbm == -82
    walking.cancel()
    with suppress(asyncio.CancelledError):
        await walking


class Diary:
    def __init__(self) -> None:
        self.kept: list[BoardHealth] = []

    async def note_board(self, camera_id: str, health: BoardHealth) -> None:
        self.kept.append(health)

    async def board(self, camera_id: str) -> list[BoardHealth]:
        return self.kept


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
    await history.note_board("other", replace(HEALTH, at=now, id="a1b2c3d4e5f6"))
    clock = SystemClock()
    again = History(tmp_path, clock, Duties(clock))
    await again.start()
    assert [round(now - one.at) for one in await again.board("porch")] == [72000, 3600]
    assert await again.board_ids() == {"other": "a1b2c3d4e5f6"}
    await again.note_board("old", replace(HEALTH, at=now - 3600 * 60, id="112233445566"))
    await again.note_board("other", replace(HEALTH, at=now + 1, id="ffeeddccbbaa"))
    assert await again.board_ids() == {"other": "ffeeddccbbaa", "old": "112233445566"}
    await again.forget("old")
    await again.forget("porch")
    assert await again.board("porch") == []
    assert len(await again.board("other")) == 2
    assert set(await again.board_ids()) == {"other"}
    await again.stop()


async def test_it_is_told_by_the_api(tmp_path: Path) -> None:
    porch = Camera("porch", "Porch", SourceSettings("http://192.0.2.7:81/stream"))
    async with serve(tmp_path, cameras=[porch], clips=[]) as site:
        assert (await _day(site))["newest"] is None
        now = SystemClock().wall()
        for minute in range(300):
            health = replace(HEALTH, at=now - 60 * (300 - minute), uptime_s=60 * minute)
            await site.services.history.note_board("porch", health)
        day = await _day(site)
        assert day["newest"]["rssi_dbm"] == -81
        assert len(day["samples"]) <= 144
        assert day["samples"][-1] == day["newest"]
        codes = [trouble["text_said"]["code"] for trouble in day["troubles"]]
        assert codes == ["board_weak", "board_brownout_last"]


async def test_two_boards_of_one_id_are_told_beside_the_cameras_settings_too(tmp_path: Path) -> None:
    porch = Camera("porch", "Porch", SourceSettings("http://192.0.2.7:81/stream"))
    twin = Trouble(because("board_twin", camera="Gate"), because("board_once"))
    days = {"porch": replace(BoardDay.of([HEALTH]), troubles=(twin,))}
    async with serve(tmp_path, cameras=[porch], clips=[], board_days=days) as site:
        (told,) = (await _day(site))["troubles"]
    assert told["text"] == "it has the same id as the board of Gate"


async def test_the_systems_page_is_told_a_line_of_each_that_may_be_seen(tmp_path: Path) -> None:
    porch = Camera("porch", "Porch", SourceSettings("http://192.0.2.7:81/stream"))
    day = BoardDay.of([HEALTH])
    async with serve(tmp_path, cameras=[porch], clips=[], board_days={"porch": day, "gone": day}) as site:
        status, system = await asked(site, "GET", "/api/v1/system")
    assert status == 200
    (line,) = system["boards"]
    assert (line["camera_id"], line["name"], line["newest"]["rssi_dbm"]) == ("porch", "Porch", -81)
    assert [trouble["remedy"] for trouble in line["troubles"]] == [
        "move it or its router, or give it an antenna",
        "give it 5 V and 2 A by a short cable",
    ]


def test_prometheus_is_told_what_there_is() -> None:
    text = exposition([], None, "1.2.3", boards={"porch": HEALTH}).decode()
    assert 'gcam_board_rssi_dbm{camera="porch"} -81.0' in text
    assert "gcam_board_psram_free_bytes{" not in text


async def _day(site: Site) -> Any:
    status, day = await asked(site, "GET", "/api/v1/cameras/porch/board/health")
    assert status == 200
    return day
