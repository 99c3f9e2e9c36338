"""A broker that sends rubbish: the bridge says so, survives, and is back once the broker behaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import MqttMode, MqttSettings
from gcam_addon.duties import Duties, Pauses
from gcam_addon.model import CameraChanged, Event, MqttChanged, MqttHealth
from gcam_addon.mqtt.bridge import MqttBridge
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera, make_state
from tests.support.listener import Listener, listening
from tests.support.mosquitto import Mosquitto, missing, running_mosquitto
from tests.support.rude_broker import breaking_off, broker_that, greeting, injecting, publish
from tests.support.waiting import PATIENCE_S

pytestmark = [pytest.mark.mosquitto, pytest.mark.skipif(missing is not None, reason=missing or "")]

DOOR = make_camera("door")


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    async with running_mosquitto(tmp_path) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Rig:
    bridge: MqttBridge
    engine: FakeEngine
    duties: Duties
    dashboard: Listener
    healths: list[MqttHealth]

    async def works(self) -> None:
        """States get through, one after the other: what was said before was heard."""
        for reason in ("first", "second"):
            state = make_state(DOOR, reason=reason)
            self.engine.camera_states[DOOR.id] = state
            self.engine.publish(CameraChanged(state))
            await until(lambda: reason.encode() in self.dashboard.newest.get("gcam/door/state", b""))  # noqa: B023
        await until(lambda: self.bridge.connected and self.bridge.problem is None)
        assert not any(state.failures for state in self.duties.states())
        assert not any("defect" in (health.problem or "") for health in self.healths)


class Healths:
    """interfaces.Sink."""

    def __init__(self) -> None:
        self.told: list[MqttHealth] = []

    def publish(self, event: Event) -> None:
        if isinstance(event, MqttChanged):
            self.told.append(event.health)


@asynccontextmanager
async def bridge_to(port: int, broker: Mosquitto) -> AsyncIterator[Rig]:
    engine, healths = FakeEngine(), Healths()
    duties = Duties(SystemClock(), pauses=Pauses(0.01, 0.01))
    bridge = MqttBridge(
        MqttSettings(mode=MqttMode.BROKER, port=port),
        engine,
        FakeCameras(engine, [DOOR]),
        FakeClips(),
        SystemClock(),
        "ab12cd34",
        healths,
        lambda _: None,
        duties=duties,
        settle_s=0.0,
    )
    engine.subscribe(bridge)
    async with listening(broker.client()) as dashboard:
        await bridge.start()
        try:
            yield Rig(bridge, engine, duties, dashboard, healths.told)
        finally:
            await bridge.stop()


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not met():
            await asyncio.sleep(0.01)


DISCOVERY = b"homeassistant/device/x/config"
RUBBISH = {
    "nothing-known": greeting(b"\xff" * 100),
    "web-server": greeting(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "empty-connack": greeting(b"\x20\x00"),
    "odd-connack": greeting(b"\x20\x02\x00\x63"),
    "long-connack": greeting(b"\x20\x05\x00\x00abc"),
    "endless-length": greeting(b"\x20\xff\xff\xff\xff\xff\xff"),
    "junk": injecting(b"\x00\xff" * 50),
    "topic-no-utf8": injecting(publish(b"gcam/\xff\xfe/enabled/set", b"ON")),
    "topic-empty": injecting(publish(b"", b"ON")),
    "topic-too-long": injecting(b"\x30\x04\xff\xffab"),
    "qos-3": injecting(publish(b"gcam/door/enabled/set", b"ON", flags=0x06)),
    "suback-of-nothing": injecting(b"\x90\x03\x7f\xff\x00"),
    "breaks-off": breaking_off,
}


@pytest.mark.parametrize("name", RUBBISH)
async def test_rubbish_is_told_and_survived(name: str, broker: Mosquitto) -> None:
    async with broker_that(RUBBISH[name], broker.port) as port, bridge_to(port, broker) as rig:
        if name != "suback-of-nothing":  # the library passes over it
            await until(lambda: any(health.problem for health in rig.healths))
        await rig.works()


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"origin": {"name": "Gcam"}, "availability": [{"topic": 5}], "device": []}',
        json.dumps({"origin": {"name": "Gcam"}, "pad": "x" * 5_000_000}).encode(),
        b"",
    ],
    ids=["nested", "no-utf8", "odd", "huge", "empty"],
)
@pytest.mark.parametrize("topic", [DISCOVERY, b"gcam/claim", b"gcam/door/sensitivity/set"])
async def test_payloads_that_nobody_expects_do_nothing(
    topic: bytes, payload: bytes, broker: Mosquitto
) -> None:
    said = injecting(publish(topic, payload, flags=0x01) + publish(topic, payload))
    async with broker_that(said, broker.port) as port, bridge_to(port, broker) as rig:
        await rig.works()
        assert rig.healths == [MqttHealth(connected=True)]
