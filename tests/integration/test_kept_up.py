"""What fails beside the cameras is told by its name, leaves everybody else alone, and comes back."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from gcam_addon.boards.acquaintances import Acquaintances
from gcam_addon.boards.board import Board
from gcam_addon.cameras.roster import Roster
from gcam_addon.clock import ManualClock, SystemClock
from gcam_addon.config.cameras import CameraStore
from gcam_addon.config.model import Camera, MqttMode, MqttSettings
from gcam_addon.duties import Duties, Pauses
from gcam_addon.live.broadcast import Broadcasts, Container
from gcam_addon.live.units import UnitRelay
from gcam_addon.model import CameraChanged, CameraRemoved, DutyStatus, EncodedFrame, MqttChanged, Size
from gcam_addon.mqtt.bridge import MqttBridge
from gcam_addon.mqtt.embedded import EmbeddedBroker
from gcam_addon.network.beacon import Beacon
from tests.support.boards import some_board
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera, make_state
from tests.support.jpegs import jpeg
from tests.support.listener import listening
from tests.support.waiting import until


@pytest.fixture
def duties() -> Duties:
    return Duties(ManualClock(), pauses=Pauses(0.01, 0.01))


def told(duties: Duties) -> dict[str, tuple[DutyStatus, int, str | None]]:
    return {
        state.name: (state.status, state.failures, state.problem)
        for state in duties.states()
        if state.failures
    }


@pytest.fixture
async def broker(duties: Duties) -> AsyncIterator[EmbeddedBroker]:
    embedded = EmbeddedBroker(port=0, duties=duties)
    await embedded.start()
    yield embedded
    await embedded.stop()


class _Stumbling:
    """mqtt.broker.Broker: fails once in a way that nobody foresaw."""

    def __init__(self, settings: MqttSettings) -> None:
        self._settings = settings
        self._asked = 0

    async def find(self) -> MqttSettings:
        self._asked += 1
        if self._asked == 1:
            raise ValueError("rubbish")
        return self._settings


class _Clumsy(FakeCameras):
    """Can't change the door."""

    async def update(self, camera_id: str, changes: Any) -> Camera:
        if camera_id == "door":
            raise ValueError("rubbish")
        return await super().update(camera_id, changes)


async def test_mqtt_says_so_and_comes_back(duties: Duties, broker: EmbeddedBroker) -> None:
    engine, said = FakeEngine(), list[str | None]()
    cameras = _Clumsy(engine, [make_camera("door"), make_camera("garden")])
    settings = MqttSettings(mode=MqttMode.BROKER, port=broker.port)

    class Sink:
        def publish(self, event: Any) -> None:
            if isinstance(event, MqttChanged):
                said.append(event.health.problem)

    bridge = MqttBridge(
        settings, engine, cameras, FakeClips(), SystemClock(), "ab12", Sink(), lambda _: None,
        duties=duties, broker=_Stumbling(settings), settle_s=0.0,
    )  # fmt: skip
    await bridge.start()
    try:
        await until(lambda: bridge.connected)
        defect = "something went wrong in Gcam itself (ValueError); it tries again, the log tells more"
        assert said == [defect, None]
        assert told(duties) == {"mqtt": (DutyStatus.RUNNING, 1, "ValueError: rubbish")}
        async with listening(aiomqtt.Client("127.0.0.1", broker.port)) as listener:
            await listener.say("gcam/door/sensitivity/set", "12")
            await listener.say("gcam/garden/sensitivity/set", "13")
            await until(lambda: cameras.get("garden").detection.sensitivity == 13)
        assert told(duties)["mqtt commands"] == (DutyStatus.RUNNING, 1, "ValueError: rubbish")
    finally:
        await bridge.stop()
    assert told(duties)["mqtt"][0] is DutyStatus.ENDED


async def test_live_video_ends_for_who_watches_and_begins_anew(duties: Duties) -> None:
    watched = 0

    async def frames(_: str, *, hd: bool) -> AsyncGenerator[EncodedFrame, None]:
        nonlocal watched
        watched += 1
        if watched == 1:
            raise ValueError("rubbish")
        for number in range(30):
            yield EncodedFrame(jpeg(number), number / 10, 1.7e9, Size(160, 120))

    broadcasts = Broadcasts(
        frames, lambda _: 0, lambda _, hd: UnitRelay(), duties=duties, linger_s=0.01, away_s=60.0
    )
    try:
        assert [piece async for piece in broadcasts.watch("door", Container.TS)] == []
        assert told(duties) == {"live door": (DutyStatus.FAILED, 1, "ValueError: rubbish")}
        async with aclosing(broadcasts.watch("door", Container.TS)) as pieces:
            assert (await anext(pieces)).key
    finally:
        await broadcasts.close()
    assert told(duties)["live door"][0] is DutyStatus.ENDED


async def test_edits_of_the_camera_file_are_followed_after_a_disk_failed(
    duties: Duties, tmp_path: Path
) -> None:
    class Store(CameraStore):
        failed = False

        def changed_on_disk(self) -> bool:
            if not self.failed:
                self.failed = True
                raise OSError(5, "Input/output error")
            return super().changed_on_disk()

    path, engine = tmp_path / "cameras.json", FakeEngine()
    roster = Roster(Store(path), engine, (), engine)
    await roster.load()
    watching = duties.task("camera file", roster.watch)
    await until(lambda: told(duties))
    cameras = [{"id": "door", "name": "Door", "url": "http://127.0.0.1:9"}]
    path.write_text(json.dumps({"version": 1, "cameras": cameras}))
    await until(roster.list)
    assert told(duties)["camera file"][:2] == (DutyStatus.RUNNING, 1)
    watching.cancel()


async def test_the_beacon_looks_again(duties: Duties) -> None:
    looks = 0

    def addresses() -> tuple[str, ...]:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise ValueError("rubbish")
        return ()

    beacon = Beacon("Gcam", "gcam-ab12", 8099, {}, addresses, duties=duties)
    await beacon.start()
    await until(lambda: looks == 2)
    assert told(duties) == {"beacon": (DutyStatus.RUNNING, 1, "ValueError: rubbish")}
    await beacon.stop()


async def test_a_visit_that_fails_is_told_until_its_camera_is_gone(duties: Duties) -> None:
    async def ask(camera: Camera) -> Board:
        if camera.id == "door":
            raise ValueError("rubbish")
        return some_board()

    engine = FakeEngine()
    cameras = FakeCameras(engine, [make_camera("door"), make_camera("garden")])
    people = Acquaintances(cameras, ask, engine, duties=duties)
    for camera in cameras.list():
        people.publish(CameraChanged(make_state(camera)))
    await until(lambda: people.of("garden") and told(duties))
    status, failures, why = told(duties)["visit door"]
    assert status in (DutyStatus.WAITING, DutyStatus.RUNNING), "it is asked again"
    assert failures >= 1
    assert (set(told(duties)), why) == ({"visit door"}, "ValueError: rubbish")
    people.publish(CameraRemoved("door"))
    assert told(duties)["visit door"][0] is DutyStatus.ENDED
    await people.stop()
