"""Roster: the camera file, the engine and the command line in step; nobody touched who did not change."""

import json
from pathlib import Path

import pytest

from gcam_addon.cameras.roster import Roster
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.model import Camera
from gcam_addon.errors import ConfigError, NotFound
from gcam_addon.model import CameraAdded, CameraRemoved, Event
from tests.support.fakes import FakeEngine, make_camera


class _RecordingEngine(FakeEngine):
    """Remembers what it was asked to do, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []

    async def start(self, camera: Camera) -> None:
        self.asked.append(("start", camera.id))
        await super().start(camera)

    async def stop(self, camera_id: str) -> None:
        self.asked.append(("stop", camera_id))
        await super().stop(camera_id)


class _Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)


@pytest.fixture
def engine() -> _RecordingEngine:
    return _RecordingEngine()


@pytest.fixture
def sink() -> _Sink:
    return _Sink()


def _write(path: Path, *cameras: dict[str, object]) -> None:
    path.write_text(json.dumps({"version": 1, "cameras": list(cameras)}))


def _entry(camera_id: str, **more: object) -> dict[str, object]:
    return {"id": camera_id, "name": camera_id.title(), "url": f"http://192.0.2.1/{camera_id}", **more}


def _stored(path: Path) -> list[str]:
    return [camera["id"] for camera in json.loads(path.read_text())["cameras"]]


async def test_load_starts_what_the_file_says(tmp_path: Path, engine: _RecordingEngine, sink: _Sink) -> None:
    _write(tmp_path / "cameras.json", _entry("door"), _entry("yard", enabled=False))
    roster = Roster(CameraStore(tmp_path / "cameras.json"), engine, (), sink)
    await roster.load()
    assert engine.asked == [("start", "door"), ("start", "yard")]
    assert sink.events == [CameraAdded("door"), CameraAdded("yard")]


async def test_another_order_is_stored_and_touches_no_camera(
    tmp_path: Path, engine: _RecordingEngine, sink: _Sink
) -> None:
    path = tmp_path / "cameras.json"
    _write(path, _entry("door"), _entry("yard"), _entry("shed"))
    guest = make_camera("guest")
    roster = Roster(CameraStore(path), engine, (guest,), sink)
    await roster.load()
    engine.asked.clear()
    await roster.arrange(["shed", "door"])
    assert _stored(path) == ["shed", "yard", "door"]
    assert [camera.id for camera in roster.list()] == ["shed", "yard", "door", "guest"]
    with pytest.raises(NotFound):
        await roster.arrange(["door", "attic"])
    assert _stored(path) == ["shed", "yard", "door"]
    assert engine.asked == []


async def test_changes_touch_one_camera_and_are_stored(
    tmp_path: Path, engine: _RecordingEngine, sink: _Sink
) -> None:
    path = tmp_path / "cameras.json"
    _write(path, _entry("door"), _entry("yard"))
    roster = Roster(CameraStore(path), engine, (), sink)
    await roster.load()
    engine.asked.clear()
    sink.events.clear()

    await roster.update("door", {"detection": {"sensitivity": 70}})
    added = await roster.add({"name": "Entrée du garage", "url": "http://192.0.2.9"})
    await roster.remove("yard")

    assert added.id == "entree_du_garage"
    assert engine.asked == [("start", "door"), ("start", added.id), ("stop", "yard")]
    assert sink.events == [CameraAdded("door"), CameraAdded(added.id), CameraRemoved("yard")]
    assert _stored(path) == ["door", added.id]
    assert [camera.detection.sensitivity for camera in CameraStore(path).load()] == [70, 50]


async def test_a_wrong_change_changes_nothing(tmp_path: Path, engine: _RecordingEngine, sink: _Sink) -> None:
    path = tmp_path / "cameras.json"
    _write(path, _entry("door"))
    roster = Roster(CameraStore(path), engine, (), sink)
    await roster.load()
    before, engine.asked[:] = path.read_bytes(), []
    for changes in ({"detection": {"sensitivity": 0}}, {"id": "other"}, {"wrong": 1}):
        with pytest.raises(ConfigError):
            await roster.update("door", changes)
    with pytest.raises(ConfigError):
        await roster.add(_entry("door"))
    with pytest.raises(NotFound):
        await roster.remove("nobody")
    assert path.read_bytes() == before
    assert engine.asked == []


async def test_command_line_cameras_are_never_stored_and_hide_nothing(
    tmp_path: Path, engine: _RecordingEngine, sink: _Sink
) -> None:
    path = tmp_path / "cameras.json"
    _write(path, _entry("door"), _entry("yard"))
    roster = Roster(CameraStore(path), engine, (make_camera("door"), make_camera("guest")), sink)
    await roster.load()
    assert [camera.id for camera in roster.list()] == ["yard", "door", "guest"]
    assert roster.get("door").source.url != _entry("door")["url"]

    await roster.update("guest", {"detection": {"sensitivity": 10}})
    await roster.update("yard", {"detection": {"sensitivity": 20}})
    assert roster.get("guest").detection.sensitivity == 10
    assert sorted(_stored(path)) == ["door", "yard"]
    assert {c.id: c.source.url for c in CameraStore(path).load()}["door"] == _entry("door")["url"]


async def test_a_command_line_camera_that_is_removed_gives_the_stored_one_back(
    tmp_path: Path, engine: _RecordingEngine, sink: _Sink
) -> None:
    path = tmp_path / "cameras.json"
    _write(path, _entry("door"))
    roster = Roster(CameraStore(path), engine, (make_camera("door"),), sink)
    await roster.load()
    await roster.remove("door")
    assert _stored(path) == ["door"]


async def test_no_new_camera_is_called_as_the_guard_and_one_that_is_stays(
    tmp_path: Path, engine: _RecordingEngine, sink: _Sink
) -> None:
    path = tmp_path / "cameras.json"
    _write(path, _entry("guard"))
    roster = Roster(CameraStore(path), engine, (), sink)
    await roster.load()
    assert [camera.id for camera in roster.list()] == ["guard"]
    assert (await roster.update("guard", {"name": "Watchdog"})).id == "guard"
    await roster.remove("guard")
    with pytest.raises(ConfigError):
        await roster.add(_entry("guard"))
    named = await roster.add({"name": "Guard", "url": "http://192.0.2.1/"})
    assert named.id == "guard_2"
