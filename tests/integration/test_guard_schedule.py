"""The guard follows its schedule: once at each edge, late where Gcam was away, by a clock that is right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import pytest

from gcam_addon.access.attempts import Attempts
from gcam_addon.clock import ManualClock
from gcam_addon.duties import Duties
from gcam_addon.guard.codes import Codes
from gcam_addon.guard.schedule import Window, moment_of
from gcam_addon.guard.service import GuardService, House, Speaker
from gcam_addon.guard.settings import GuardSettings, save_settings
from gcam_addon.machine import synchronised
from gcam_addon.model import CameraChanged, Status
from gcam_addon.model.guard import Doer, GuardEvent, GuardMode, GuardPhase, Via, Watch
from tests.support.fakes import FakeCameras, FakeEngine, make_camera, make_state
from tests.support.waiting import patience
from tests.support.web_fakes import QUICK

DOOR = make_camera("door")
NIGHT = GuardMode("night", "Night", (Watch("door"),), exit_s=0)
AWAY = GuardMode("away", "Away", (Watch("door"),), exit_s=0)
WINDOW = Window("night", tuple(range(7)), moment_of("23:00"), moment_of("06:00"))
ANNA = Speaker(Doer("Anna", Via.PAGE, "a1"), "here")
TEN_PAST_TEN = 1_700_000_000.0
"""In the evening, and three minutes."""


@dataclass
class Home:
    folder: Path
    clock: ManualClock
    is_clock_right: bool = True
    told: list[GuardEvent] = field(default_factory=list)

    @asynccontextmanager
    async def guarded(self) -> AsyncIterator[GuardService]:
        engine, duties = FakeEngine(), Duties(self.clock)
        cameras = FakeCameras(engine, (DOOR,))
        engine.camera_states["door"] = make_state(DOOR, status=Status.CONNECTED)
        house = House(
            cameras, engine.state, self.told.append, lambda _: False, lambda: self.is_clock_right,
            lambda person: person, UTC,
        )  # fmt: skip
        disk = duties.pool("guard", 1)
        codes = Codes(Attempts(QUICK, self.clock), bool)
        guard = GuardService(self.folder, self.clock, house, codes, disk)
        await guard.load()
        running = duties.task("guard", guard.run)
        try:
            await self.look(guard)
            yield guard
        finally:
            running.cancel()
            await asyncio.wait([running])
            disk.shutdown()

    async def look(self, guard: GuardService, hours: float = 0.0) -> GuardPhase:
        """Where it stands when so much time has passed and it has looked at the clock."""
        self.clock.advance(hours * 3600)
        guard.publish(CameraChanged(make_state(DOOR, status=Status.CONNECTED)))
        async with patience():
            await guard.silence(ANNA)  # answered in its turn: what came before was heard …
            await guard.silence(ANNA)  # … and what followed from that, too
        return guard.state.phase


@pytest.fixture
def home(tmp_path: Path) -> Home:
    save_settings(tmp_path / "guard.json", GuardSettings((NIGHT, AWAY), (WINDOW,)))
    return Home(tmp_path, ManualClock(wall_offset_s=TEN_PAST_TEN))


async def test_it_is_armed_when_a_window_begins_and_disarmed_when_it_ends(home: Home) -> None:
    async with home.guarded() as guard:
        assert await home.look(guard) is GuardPhase.DISARMED
        assert await home.look(guard, 1) is GuardPhase.ARMED
        assert (guard.state.mode, guard.state.doer.via) == (NIGHT, Via.SCHEDULE)
        assert await home.look(guard, 8) is GuardPhase.DISARMED


async def test_what_a_person_does_holds_until_the_next_edge(home: Home) -> None:
    async with home.guarded() as guard:
        await home.look(guard, 1)
        await guard.disarm(ANNA)
        assert await home.look(guard, 1) is GuardPhase.DISARMED
        await home.look(guard, 8)
        assert await home.look(guard, 15) is GuardPhase.ARMED


async def test_what_a_person_armed_stays_armed(home: Home) -> None:
    async with home.guarded() as guard:
        await guard.arm("night", ANNA)
        await home.look(guard, 1)
        assert guard.state.doer == ANNA.doer
        assert await home.look(guard, 8) is GuardPhase.ARMED


async def test_another_mode_takes_over_without_a_gap(home: Home) -> None:
    async with home.guarded() as guard:
        await guard.arm("away", ANNA)
        assert await home.look(guard, 1) is GuardPhase.ARMED
        assert guard.state.mode == NIGHT


async def test_an_edge_that_passed_while_gcam_was_away_is_followed_when_it_is_back(home: Home) -> None:
    async with home.guarded() as guard:
        await guard.arm("away", ANNA)
        await guard.disarm(ANNA)  # so that it is written until when the schedule was followed
    home.clock.advance(3600)
    async with home.guarded() as guard:
        assert await home.look(guard) is GuardPhase.ARMED


async def test_a_schedule_waits_until_the_time_of_day_can_be_believed(home: Home) -> None:
    home.is_clock_right = False
    async with home.guarded() as guard:
        assert await home.look(guard, 2) is GuardPhase.DISARMED
        assert guard.next_at is None
        home.is_clock_right = True
        await home.look(guard)
        assert await home.look(guard, 7) is GuardPhase.DISARMED
        assert await home.look(guard, 16) is GuardPhase.ARMED


def test_a_clock_is_believed_that_ran_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synchronised.time, "monotonic", lambda: synchronised.SURE_AFTER_S)
    assert synchronised.is_clock_right()


def test_where_the_kernel_cant_be_asked_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synchronised.time, "monotonic", lambda: 1.0)
    monkeypatch.setattr(synchronised.ctypes, "CDLL", lambda _: object())
    assert not synchronised.is_clock_right()
