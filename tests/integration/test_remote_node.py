"""A node with its real process, as the desk has it: one that hangs is ended, what is changed while it is not
there holds when it is, and one of another version is not worked with.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, RetentionSettings, SourceSettings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.model import CameraChanged, CameraState, Event, Status
from gcam_addon.nodes import remote
from gcam_addon.nodes.remote import RemoteNode, Work
from gcam_addon.recording.service import Recordings
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.engine_rig import FAST, KEEPING
from tests.support.two_cameras import two_boards
from tests.support.waiting import until
from tests.support.workers import is_alive, workers_of


@pytest.fixture
async def boards() -> AsyncIterator[list[SimulatedCamera]]:
    async with two_boards() as boards:
        yield boards


class _Desk:
    """A node and what it told."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        self.duties = Duties(clock)
        storage = StorageSettings(folder, folder, retention=RetentionSettings(min_free_bytes=0))
        self.recordings = Recordings(storage, clock, duties=self.duties)
        self.events: list[Event] = []
        self.listener: Callable[[Event], None] = lambda _: None
        work = Work(clock, self._hear, lambda: self.recordings, self.duties, threads=1, floor_bytes=lambda: 0)
        self.node = RemoteNode(1, work)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self.listener(event)

    def state(self, camera_id: str) -> CameraState:
        state = self.node.state(camera_id)
        assert state is not None
        return state

    async def until(self, holds: Callable[[], object]) -> None:
        await until(holds, lambda: f"{self.node.states()}; the last events: {self.events[-3:]}")

    def when_cut_off(self, camera_id: str, call: Callable[[], None]) -> None:
        """At the moment in which its process is gone."""

        def hear(event: Event) -> None:
            if isinstance(event, CameraChanged) and _is_cut_off(event.state, camera_id):
                self.listener = lambda _: None
                call()

        self.listener = hear


def _is_cut_off(state: CameraState, camera_id: str) -> bool:
    return state.camera_id == camera_id and state.status is Status.RECONNECTING


@asynccontextmanager
async def _desk(folder: Path) -> AsyncIterator[_Desk]:
    desk = _Desk(folder)
    await desk.recordings.start(lambda _: None)
    try:
        yield desk
    finally:
        await desk.node.close()
        await desk.recordings.stop()


def _camera(camera_id: str, board: SimulatedCamera, **changes: Any) -> Camera:
    camera = Camera(camera_id, camera_id, SourceSettings(board.url), detection=FAST, recording=KEEPING)
    return replace(camera, **changes)


def _worker() -> int:
    (worker,) = workers_of(os.getpid())
    return worker


async def test_one_that_hangs_is_ended_and_another_one_takes_its_cameras(
    tmp_path: Path, boards: list[SimulatedCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _desk(tmp_path) as desk:
        await desk.node.start(_camera("door", boards[0]))
        await desk.until(lambda: desk.state("door").status is Status.CONNECTED)
        hanging = _worker()
        desk.when_cut_off("door", monkeypatch.undo)
        monkeypatch.setattr(remote, "_SILENT_S", 2)
        os.kill(hanging, signal.SIGSTOP)
        await desk.until(lambda: desk.state("door").status is Status.RECONNECTING)
        await until(lambda: not is_alive(hanging))
        await desk.until(lambda: desk.state("door").status is Status.CONNECTED)
        assert boards[0].streams_opened == 2


async def test_what_is_changed_while_it_is_not_there_holds_when_it_is(
    tmp_path: Path, boards: list[SimulatedCamera]
) -> None:
    async with _desk(tmp_path) as desk:
        door, yard = (_camera(name, board) for name, board in zip(("door", "yard"), boards, strict=True))
        for camera in (door, yard):
            await desk.node.start(camera)
        await desk.until(lambda: all(s.status is Status.CONNECTED for s in desk.node.states().values()))
        changing: list[asyncio.Task[None]] = []

        def change() -> None:
            changing.append(asyncio.create_task(desk.node.start(replace(door, privacy=True))))
            desk.node.record("yard", 3600.0)

        desk.when_cut_off("yard", change)  # told of after the door
        os.kill(_worker(), signal.SIGKILL)
        await desk.until(lambda: changing)
        await changing[0]
        assert desk.state("door").status is Status.PRIVACY
        told = [event.state for event in desk.events if isinstance(event, CameraChanged)]
        assert [state.status for state in told if state.camera_id == "door"][-1] is Status.PRIVACY
        await desk.until(lambda: desk.state("yard").recording)
        assert desk.state("door").status is Status.PRIVACY
        assert [board.streams_opened for board in boards] == [1, 2]


async def test_by_hand_it_is_not_recorded_any_more_once_it_was_stopped_while_nobody_was_there(
    tmp_path: Path, boards: list[SimulatedCamera]
) -> None:
    async with _desk(tmp_path) as desk:
        quiet = replace(FAST, enabled=False)
        await desk.node.start(_camera("door", boards[0], detection=quiet))
        desk.node.record("door", 3600.0)
        await desk.until(lambda: desk.state("door").recording)
        desk.when_cut_off("door", lambda: desk.node.record("door", None))
        os.kill(_worker(), signal.SIGKILL)
        await desk.until(lambda: desk.state("door").status is Status.RECONNECTING)
        await desk.until(lambda: desk.state("door").frames)
        assert desk.state("door").manual_until is None
        assert not desk.state("door").recording


async def test_one_of_another_version_is_not_worked_with(
    tmp_path: Path,
    boards: list[SimulatedCamera],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(remote, "__version__", "0.0.1")
    async with _desk(tmp_path) as desk:
        await desk.node.start(_camera("door", boards[0]))
        await desk.until(lambda: any(state.failures for state in desk.duties.states()))
        assert "0.0.1 runs: start it again" in capfd.readouterr().err
        assert boards[0].streams_opened == 0
    assert not workers_of(os.getpid())
