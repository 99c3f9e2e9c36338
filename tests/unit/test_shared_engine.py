"""One engine over several processes: cameras are shared out evenly, and each stays where it is."""

from __future__ import annotations

from typing import cast

import pytest

from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.engines.local import LocalEngine
from gcam_addon.errors import NotFound
from gcam_addon.machine.limits import Cost
from gcam_addon.nodes.cli_worker import STOPS_WITHIN_S
from gcam_addon.nodes.engine import SharedEngine
from gcam_addon.nodes.remote import ENDS_WITHIN_S, RemoteNode
from tests.support.fakes import make_camera

PUSHED = SourceSettings("push://")


class _Place:
    """As much of a node, and of the local engine, as is asked."""

    def __init__(self, cost: Cost | None = None) -> None:
        self.cameras: dict[str, Camera] = {}
        self.cost = cost or Cost()
        self.told: list[str] = []

    def __len__(self) -> int:
        return len(self.cameras)

    async def start(self, camera: Camera) -> None:
        self.cameras[camera.id] = camera

    async def stop(self, camera_id: str) -> None:
        del self.cameras[camera_id]

    def follow_clock(self) -> None:
        self.told.append("clock")

    def follow_settings(self) -> None:
        self.told.append("settings")

    def skipped(self, camera_id: str) -> int:
        return 7


def _engine(here: _Place, *nodes: _Place) -> SharedEngine:
    return SharedEngine(cast("LocalEngine", here), [cast("RemoteNode", node) for node in nodes])


async def test_cameras_are_shared_out_evenly_and_stay_where_they_are() -> None:
    here, one, other = _Place(), _Place(), _Place()
    engine = _engine(here, one, other)
    for camera_id in "abcd":
        await engine.start(make_camera(camera_id))
    assert [[*one.cameras], [*other.cameras]] == [["a", "c"], ["b", "d"]]
    await engine.stop("a")
    await engine.start(make_camera("d", name="Changed"))
    assert other.cameras["d"].name == "Changed"
    await engine.start(make_camera("e"))
    assert [[*one.cameras], [*other.cameras]] == [["c", "e"], ["b", "d"]]
    assert not here.cameras


async def test_what_dials_in_is_run_where_its_connection_comes_in() -> None:
    here, one, other = _Place(), _Place(), _Place()
    engine = _engine(here, one, other)
    await engine.start(make_camera("a"))
    await engine.start(make_camera("a", source=PUSHED))
    assert [*here.cameras] == ["a"]
    assert not one.cameras, "never in two at once"
    await engine.start(make_camera("a"))
    assert not here.cameras
    assert [*one.cameras] == ["a"]


async def test_who_is_not_started_is_nowhere() -> None:
    engine = _engine(_Place(), _Place(), _Place())
    await engine.start(make_camera("a"))
    assert engine.skipped("a") == 7
    await engine.stop("a")
    await engine.stop("a")
    assert engine.skipped("a") == 0
    assert engine.state("a") is None
    assert not engine.states()
    engine.note_lamp("a", 1)
    engine.note_board("a", None)
    engine.calm("a")
    with pytest.raises(NotFound):
        engine.record("a", 5.0)
    with pytest.raises(NotFound):
        await engine.snapshot("a")


def test_what_changes_for_all_is_told_to_all() -> None:
    one, other = _Place(), _Place()
    engine = _engine(_Place(), one, other)
    engine.follow_clock()
    engine.follow_settings()
    assert one.told == other.told == ["clock", "settings"]


def test_a_worker_that_can_not_stop_says_why_before_it_is_killed() -> None:
    assert STOPS_WITHIN_S < ENDS_WITHIN_S


def test_what_all_processes_cost_is_added_up() -> None:
    engine = _engine(_Place(), _Place(Cost(1.0, 2, 3)), _Place(Cost(4.0, 5, 6)))
    assert engine.cost() == Cost(5.0, 7, 9)
