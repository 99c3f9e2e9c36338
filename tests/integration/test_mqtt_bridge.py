"""The bridge at a real mosquitto: what a dashboard sees, through logins, outages, births and commands."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, MqttMode, MqttSettings
from gcam_addon.duties import Duties, Pauses
from gcam_addon.model import (
    Box,
    CameraAdded,
    CameraChanged,
    EncodedFrame,
    Event,
    Kind,
    MotionNamed,
    MqttChanged,
    MqttHealth,
    Named,
    Size,
    Status,
)
from gcam_addon.model.board_health import BoardHealth
from gcam_addon.mqtt.bridge import MqttBridge, SwitchLamp, no_lamps
from gcam_addon.mqtt.discovery import BOARD, PSRAM, SOME_HAVE
from gcam_addon.mqtt.topics import Topics
from tests.support.events import BEGAN_AT, JPEG, clip_ready, motion_ended, motion_started
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera, make_state
from tests.support.listener import Listener, listening
from tests.support.loop_time import LoopTime
from tests.support.mosquitto import Login, Mosquitto, missing, running_mosquitto
from tests.support.ports import connections_to
from tests.support.scripted_server import Peer, accepting
from tests.support.waiting import patience, until

pytestmark = [pytest.mark.mosquitto, pytest.mark.skipif(missing is not None, reason=missing or "")]

DOOR = make_camera("door")
LOGIN = Login("gcam", "s3cret/p:w@rd")
HEALTH = BoardHealth(1_700_000_000.0, 81, 12, "brownout", 96512, 45056, -61, None, 2041, 3977, 12)
PERSON = Named(Kind.PERSON, 91.0, Box(0.1, 0.2, 0.3, 0.4), pictured=True)
DISCOVERY = "homeassistant/device/gcam_door/config"


@dataclass(frozen=True, slots=True)
class Gcam:
    """A bridge over fakes."""

    engine: FakeEngine
    cameras: FakeCameras
    bridge: MqttBridge

    async def until(self, holds: Callable[[], bool]) -> None:
        await until(holds, lambda: f"problem: {self.bridge.problem}")

    def change(self, camera: Camera, **changes: object) -> None:
        """The camera's state changed, as the engine would say it."""
        state = make_state(camera, **changes)
        self.engine.camera_states[camera.id] = state
        self.engine.publish(CameraChanged(state))


@asynccontextmanager
async def gcam(
    settings: MqttSettings,
    *,
    cameras: Sequence[Camera] = (DOOR,),
    instance_id: str = "ab12cd34",
    settled: Callable[[], Awaitable[object]] | None = None,
    switch_lamp: SwitchLamp = no_lamps,
) -> AsyncIterator[Gcam]:
    engine = FakeEngine()
    roster = FakeCameras(engine, cameras)
    bridge = MqttBridge(
        settings,
        engine,
        roster,
        FakeClips(),
        SystemClock(),
        instance_id,
        engine,
        lambda _: None,
        duties=Duties(SystemClock(), pauses=Pauses(0.01, 0.01)),
        settle_s=0.0,
        settled=settled,
        switch_lamp=switch_lamp,
    )
    engine.subscribe(bridge)
    await bridge.start()
    try:
        yield Gcam(engine, roster, bridge)
    finally:
        await bridge.stop()


def at(broker: Mosquitto, **changes: object) -> MqttSettings:
    settings = MqttSettings(mode=MqttMode.BROKER, port=broker.port)
    if broker.login is not None:
        settings = replace(settings, username=broker.login.username, password=broker.login.password)
    if broker.certificate is not None:
        settings = replace(settings, tls=True, ca_file=broker.certificate)
    return replace(settings, **changes)  # type: ignore[arg-type]


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    async with running_mosquitto(tmp_path) as running:
        yield running


@pytest.fixture
async def dashboard(broker: Mosquitto) -> AsyncIterator[Listener]:
    async with listening(broker.client()) as listener:
        yield listener


async def caught_up(dashboard: Listener, camera: str = "door") -> None:
    """Gcam has heard all that was said before, and everybody what it had to say to that."""
    for payload in ("OFF", "ON"):
        await dashboard.say(f"gcam/{camera}/detection/set", payload)
        await dashboard.until_said(f"gcam/{camera}/detection", payload)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_discovery_states_and_motion_reach_a_dashboard(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)) as own:
        await dashboard.until(lambda: {DISCOVERY, "gcam/door/state", "gcam/state"} <= set(dashboard.newest))
        await dashboard.until_said("gcam/door/availability", "online")
        own.engine.publish(motion_started())
        await dashboard.until_said("gcam/door/motion", "ON")
        await dashboard.until(lambda: dashboard.newest.get("gcam/door/snapshot") == JPEG)
        own.engine.publish(MotionNamed("door", "e1", 2.0, BEGAN_AT, (PERSON,), b"\xff\xd8 somebody"))
        await dashboard.until(lambda: dashboard.newest.get("gcam/door/snapshot") == b"\xff\xd8 somebody")
        own.change(DOOR, what=(Kind.PERSON,))
        await dashboard.until(lambda: json.loads(dashboard.newest["gcam/door/state"])["what"] == ["person"])
        own.engine.publish(motion_ended())
        own.engine.publish(clip_ready())
        await dashboard.until(lambda: len(dashboard.said("gcam/door/event")) == 4)
    assert dashboard.said("gcam/door/motion") == [b"OFF", b"ON", b"OFF"]
    kinds = [json.loads(payload)["event_type"] for payload in dashboard.said("gcam/door/event")]
    assert kinds == ["motion_started", "motion_named", "motion_ended", "clip_ready"]
    await dashboard.until_said("gcam/availability", "offline")


async def test_kinds_that_a_camera_wants_no_more_have_no_entity(
    broker: Mosquitto, dashboard: Listener
) -> None:
    def announced() -> set[str]:
        return {"person", "vehicle", "animal"} & json.loads(dashboard.newest[DISCOVERY])["components"].keys()

    async with gcam(at(broker)) as own:
        await dashboard.until(lambda: DISCOVERY in dashboard.newest)
        assert announced() == {"person", "vehicle", "animal"}
        await own.cameras.update("door", {"naming": {"kinds": ["person"]}})
        await dashboard.until(lambda: announced() == {"person"})
        farewell = json.loads(dashboard.said(DISCOVERY)[-2])["components"]
        assert farewell["vehicle"] == farewell["animal"] == {"platform": "binary_sensor"}
        await own.cameras.update("door", {"naming": {"enabled": False}})
        await dashboard.until(lambda: not announced())
        await own.cameras.update("door", {"naming": {"enabled": True, "kinds": ["vehicle", "unnamed"]}})
        await dashboard.until(lambda: announced() == {"vehicle"})


async def test_who_comes_later_finds_all_but_events_kept(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)) as own:
        own.engine.publish(motion_started())
        await dashboard.until(lambda: "gcam/door/snapshot" in dashboard.newest)
        async with listening(broker.client()) as late:
            await late.until(lambda: "gcam/door/snapshot" in late.newest)
            await late.until(lambda: {DISCOVERY, "gcam/door/state"} <= set(late.newest))
            assert all(heard.retained for heard in late.history)
            assert late.newest["gcam/door/motion"] == b"ON"
            assert late.newest["gcam/availability"] == b"online"
            assert "gcam/door/event" not in late.newest


async def test_motion_is_on_the_wire_at_once(broker: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(broker.client(), "gcam/door/motion") as listener, gcam(at(broker)) as own:
        await listener.until_said("gcam/door/motion", "OFF")
        LoopTime(monkeypatch)  # stands still: what comes now waited for no timer
        for number in range(20):
            payload, event = ("OFF", motion_ended()) if number % 2 else ("ON", motion_started())
            own.change(DOOR, fps=float(number), motion=not number % 2)
            own.engine.publish(event)
            await listener.until_said("gcam/door/motion", payload)
        monkeypatch.undo()


async def test_commands_are_obeyed_and_mirrored(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)) as own:
        await dashboard.until_said("gcam/door/detection", "ON")
        await dashboard.say("gcam/door/detection/set", "OFF")
        await dashboard.until_said("gcam/door/detection", "OFF")
        await dashboard.say("gcam/door/recording/set", "OFF")
        await dashboard.until_said("gcam/door/recording", "OFF")
        await dashboard.say("gcam/door/sensitivity/set", "77")
        await dashboard.until_said("gcam/door/sensitivity", "77")
        await dashboard.say("gcam/door/enabled/set", "OFF")
        await dashboard.until_said("gcam/door/enabled", "OFF")
        await dashboard.until_said("gcam/door/availability", "offline")
        door = own.cameras.get("door")
        assert (door.enabled, door.detection.enabled, door.recording.enabled) == (False, False, False)
        assert door.detection.sensitivity == 77
        await dashboard.say("gcam/door/enabled/set", "ON")
        await dashboard.until_said("gcam/door/availability", "online")


async def test_a_lamp_is_a_light_that_comes_is_switched_and_goes(
    broker: Mosquitto, dashboard: Listener
) -> None:
    wanted: asyncio.Queue[tuple[str, int | None]] = asyncio.Queue()

    async def switch(camera_id: str, level: int | None) -> int:
        wanted.put_nowait((camera_id, level))
        own.change(DOOR, lamp=level)
        return level or 0

    def components() -> dict[str, object]:
        announced = json.loads(dashboard.newest.get(DISCOVERY, b"{}"))
        return dict(announced.get("components", {}))

    async with gcam(at(broker), switch_lamp=switch) as own:
        await dashboard.until(lambda: "motion" in components())
        assert "light" not in components()
        own.change(DOOR, lamp=0)
        await dashboard.until_said("gcam/door/light", '{"state":"OFF"}')
        await dashboard.until(lambda: "light" in components())
        await dashboard.say("gcam/door/light/set", '{"state": "ON", "brightness": 40}')
        await dashboard.until_said(
            "gcam/door/light", '{"state":"ON","brightness":40,"color_mode":"brightness"}'
        )
        assert await wanted.get() == ("door", 40)
        own.change(DOOR, lamp=None)
        await dashboard.until(lambda: "light" not in components())
        await dashboard.until(lambda: dashboard.newest["gcam/door/light"] == b"")


async def test_how_a_board_fares_is_told_where_it_tells(broker: Mosquitto, dashboard: Listener) -> None:
    def components() -> set[str]:
        return set(json.loads(dashboard.newest.get(DISCOVERY, b"{}")).get("components", ()))

    def board() -> dict[str, object]:
        return dict(json.loads(dashboard.newest["gcam/door/state"])["board"] or {})

    async with gcam(at(broker)) as own:
        await dashboard.until(lambda: "motion" in components())
        assert not SOME_HAVE & components()
        own.change(DOOR, board_health=HEALTH)
        await dashboard.until(lambda: components() >= set(BOARD))
        assert PSRAM not in components()
        await dashboard.until(lambda: board().get("heap_free") == 96512)
        own.change(DOOR, board_health=replace(HEALTH, heap_free=90_000), status=Status.LOST)
        await dashboard.until_said("gcam/door/availability", "offline")
        await dashboard.until(lambda: board().get("heap_free") == 90_000)
        assert components() >= set(BOARD)
        own.change(DOOR)
        await dashboard.until(lambda: not SOME_HAVE & components())


async def test_snapshot_on_demand(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)) as own:
        await dashboard.until_said("gcam/availability", "online")
        own.engine.pictures["door"] = EncodedFrame(b"\xff\xd8now\xff\xd9", 1.0, 1.0, Size(640, 480))
        await dashboard.say("gcam/door/snapshot/take", "PRESS")
        await dashboard.until(lambda: dashboard.newest.get("gcam/door/snapshot") == b"\xff\xd8now\xff\xd9")


@pytest.mark.parametrize(
    ("topic", "payload", "says"),
    [
        ("gcam/door/sensitivity/set", "900", "from 1 to 100"),
        ("gcam/door/detection/set", "perhaps", "takes ON or OFF"),
        ("gcam/attic/detection/set", "ON", "there is no camera attic"),
        ("gcam/door/snapshot/take", "PRESS", "no picture yet"),
        ("gcam/door/unknown/set", "ON", "there is no setting"),
        ("gcam/door/light/set", "ON", "no lamp"),
    ],
)
async def test_a_bad_command_gets_one_line_and_the_truth(
    broker: Mosquitto,
    dashboard: Listener,
    caplog: pytest.LogCaptureFixture,
    topic: str,
    payload: str,
    says: str,
) -> None:
    async with gcam(at(broker)) as own:
        await dashboard.until_said("gcam/availability", "online")
        await dashboard.until(lambda: "gcam/door/sensitivity" in dashboard.newest)
        await dashboard.say(topic, payload)
        await own.until(lambda: bool(warnings(caplog)))
        if topic.startswith("gcam/door"):
            await dashboard.until(lambda: len(dashboard.said("gcam/door/sensitivity")) == 2)
        assert own.cameras.get("door") == DOOR
    assert len(warnings(caplog)) == 1
    assert says in warnings(caplog)[0]
    assert not any("attic" in heard.topic and "set" not in heard.topic for heard in dashboard.history)


async def test_commands_that_come_to_nothing_do_not_fill_the_log(
    broker: Mosquitto, dashboard: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever may publish could push out of it what else there is to say."""
    async with gcam(at(broker)) as own:
        await dashboard.until_said("gcam/availability", "online")
        for number in range(300):
            await dashboard.say(f"gcam/x{number}/detection/set", "ON")
        await dashboard.say("gcam/door/detection/set", "OFF")
        await own.until(lambda: not own.cameras.get("door").detection.enabled)
    assert 1 < len(warnings(caplog)) <= 21
    assert _mentions(caplog, "more MQTT commands come to nothing") == 1


async def test_a_retained_command_is_not_obeyed_at_every_reconnect(
    broker: Mosquitto, dashboard: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    await dashboard.say("gcam/door/detection/set", "OFF", retain=True)
    async with gcam(at(broker)) as own:
        await own.until(lambda: bool(warnings(caplog)))
        assert own.cameras.get("door").detection.enabled
    assert "published with retain" in warnings(caplog)[0]


async def test_a_birth_is_answered(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)):
        await dashboard.until(lambda: {DISCOVERY, "gcam/door/state"} <= set(dashboard.newest))
        await dashboard.say("homeassistant/status", "online")
        await dashboard.until(
            lambda: all(
                len(dashboard.said(topic)) >= 2
                for topic in (DISCOVERY, "gcam/door/state", "gcam/door/motion", "gcam/availability")
            )
        )


async def test_a_will_or_a_retained_birth_is_not(
    broker: Mosquitto, dashboard: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcam_addon.mqtt.session._GREET_AFTER_S", (0.0, 0.0))
    await dashboard.say("homeassistant/status", "online", retain=True)
    async with gcam(at(broker)):
        await dashboard.until(lambda: DISCOVERY in dashboard.newest)
        await dashboard.say("homeassistant/status", "offline")
        await caught_up(dashboard)
        assert len(dashboard.said(DISCOVERY)) == 1


async def test_a_broker_restarted_in_the_middle(broker: Mosquitto, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with gcam(at(broker)) as own:
        await own.until(lambda: own.bridge.connected)
        await broker.stop()
        await own.until(lambda: not own.bridge.connected)
        own.engine.publish(motion_started())
        own.engine.publish(motion_ended())
        own.engine.publish(motion_started(event_id="e2"))
        await own.until(lambda: own.bridge.problem is not None)
        await broker.start()
        async with listening(broker.client()) as listener:
            await listener.until(
                lambda: {DISCOVERY, "gcam/door/state", "gcam/door/snapshot"} <= set(listener.newest),
            )
            await listener.until_said("gcam/door/motion", "ON")
            assert own.bridge.problem is None
            assert listener.said("gcam/door/motion") == [b"ON"]
            await listener.say("gcam/door/detection/set", "OFF")
            await listener.until_said("gcam/door/detection", "OFF")
    lines = [record for record in caplog.records if record.name.startswith("gcam_addon.mqtt")]
    assert sum("connected to the MQTT broker" in record.getMessage() for record in lines) == 2
    assert 1 <= len(warnings(caplog)) <= 2


async def test_discovery_switched_off_withdraws_what_was_announced_and_goes_on_talking(
    broker: Mosquitto,
) -> None:
    async with gcam(at(broker)) as own:
        own.engine.publish(motion_started())
        async with listening(broker.client()) as before:
            await before.until(lambda: {DISCOVERY, "gcam/door/snapshot"} <= set(before.newest))
    async with gcam(at(broker, discovery=False)) as own, listening(broker.client()) as listener:
        own.engine.publish(motion_started())
        await listener.until(lambda: listener.said(DISCOVERY)[-1:] == [b""])
        await listener.until(lambda: listener.said("homeassistant/device/gcam/config")[-1:] == [b""])
        await listener.until_said("gcam/door/motion", "ON")
        await listener.say("gcam/door/detection/set", "OFF")
        await listener.until_said("gcam/door/detection", "OFF")
    async with listening(broker.client()) as after:
        await after.until(lambda: {"gcam/door/snapshot", "gcam/door/state"} <= set(after.newest))
        assert not [topic for topic in after.newest if topic.startswith("homeassistant/")]


async def test_how_the_broker_fares_is_an_event_once_per_change(broker: Mosquitto) -> None:
    async with gcam(at(broker)) as own:
        heard = Heard()
        own.engine.subscribe(heard)
        await own.until(lambda: own.bridge.connected)
        await broker.stop()
        await own.until(lambda: len(heard.told) >= 2)
        await broker.start()
        await own.until(lambda: own.bridge.connected)
    assert heard.told[0] == MqttHealth(connected=True)
    assert heard.told[-1] == MqttHealth(connected=True)
    away = heard.told[1:-1]
    assert away
    assert all(not health.connected and "MQTT broker" in (health.problem or "") for health in away)
    assert all(before != after for before, after in pairwise(heard.told))


class Heard:
    """interfaces.Sink: what was told of the broker."""

    def __init__(self) -> None:
        self.told: list[MqttHealth] = []

    def publish(self, event: Event) -> None:
        if isinstance(event, MqttChanged):
            self.told.append(event.health)


async def test_events_of_a_short_outage_are_told_afterwards(broker: Mosquitto) -> None:
    async with gcam(at(broker)) as own:
        await own.until(lambda: own.bridge.connected)
        await broker.stop()
        await own.until(lambda: not own.bridge.connected)
        own.engine.publish(motion_started())
        own.engine.publish(motion_ended())
        await broker.start()
        async with listening(broker.client(), "gcam/door/event") as listener:
            await listener.until(lambda: len(listener.history) == 2)
            kinds = [json.loads(heard.payload)["event_type"] for heard in listener.history]
            assert kinds == ["motion_started", "motion_ended"]


async def test_an_event_on_its_way_when_the_broker_dies_is_told_again(broker: Mosquitto) -> None:
    async with gcam(at(broker)) as own:
        async with listening(broker.client()) as listener:
            await listener.until(lambda: {DISCOVERY, "gcam/door/state"} <= set(listener.newest))
        broker.freeze()
        own.engine.publish(clip_ready())  # first in line: sent, and never acknowledged
        own.engine.publish(motion_started())
        await own.until(lambda: broker.unread > 0)
        await broker.stop()
        await broker.start()
        async with listening(broker.client(), "gcam/door/event") as events:
            await events.until(lambda: len(events.history) == 2)
            kinds = [json.loads(heard.payload)["event_type"] for heard in events.history]
            assert kinds == ["clip_ready", "motion_started"]


async def test_a_broker_that_is_away_warns_once_and_stops_nobody(
    broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    await broker.stop()
    caplog.set_level(logging.DEBUG)
    async with gcam(at(broker)) as own:
        await own.until(lambda: _mentions(caplog, "nothing listens") >= 2)
        assert own.bridge.problem is not None
        assert not own.bridge.connected
        assert len(warnings(caplog)) == 1
        await broker.start()
        await own.until(lambda: own.bridge.connected)
        assert own.bridge.problem is None


async def test_with_a_login(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(running_mosquitto(tmp_path, login=LOGIN))
        listener = await stack.enter_async_context(listening(broker.client()))
        await stack.enter_async_context(gcam(at(broker)))
        await listener.until_said("gcam/door/availability", "online")
    assert LOGIN.password not in caplog.text


@pytest.mark.parametrize(
    ("username", "password", "says"),
    [
        ("gcam", "wr0ng-p4ss", "refused the user 'gcam': check mqtt.username and mqtt.password"),
        ("nobody", "wr0ng-p4ss", "refused the user 'nobody'"),
        (None, None, "wants a login: set mqtt.username and mqtt.password"),
    ],
)
async def test_a_refused_login_is_one_clear_line(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    username: str | None,
    password: str | None,
    says: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(running_mosquitto(tmp_path, login=LOGIN))
        settings = at(broker, username=username, password=password)
        own = await stack.enter_async_context(gcam(settings))
        await own.until(lambda: own.bridge.problem is not None)
        assert says in (own.bridge.problem or "")
        assert not own.bridge.connected
    assert len(warnings(caplog)) == 1
    assert "wr0ng-p4ss" not in caplog.text


async def test_over_tls(tmp_path: Path) -> None:
    async with running_mosquitto(tmp_path, tls=True, login=LOGIN) as broker:
        async with listening(broker.client()) as listener, gcam(at(broker)):
            await listener.until_said("gcam/door/availability", "online")
        async with gcam(at(broker, ca_file=None, verify_tls=False)) as own:
            await own.until(lambda: own.bridge.connected)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ca_file": None}, "is not trusted"),
        ({"host": "localhost"}, "is not trusted"),
        ({"ca_file": Path("no/such.pem")}, "no readable certificate"),
        ({"ca_file": Path(__file__)}, "no readable certificate"),
        ({"tls": False, "ca_file": None}, "if the port expects TLS, use mqtts://"),
    ],
    ids=["unknown authority", "other name", "no file", "no certificate", "plain to a TLS port"],
)
async def test_tls_that_fails_says_why(tmp_path: Path, changes: dict[str, object], says: str) -> None:
    async with running_mosquitto(tmp_path, tls=True) as broker, gcam(at(broker, **changes)) as own:
        await own.until(lambda: own.bridge.problem is not None)
        assert says in (own.bridge.problem or "")


async def test_tls_to_a_plain_port(broker: Mosquitto) -> None:
    async with gcam(at(broker, tls=True)) as own:
        await own.until(lambda: own.bridge.problem is not None)
        assert "is this its TLS port" in (own.bridge.problem or "")


async def test_an_access_list_that_swallows_everything_is_noticed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    acl = "user gcam\ntopic read gcam/#\n"
    async with running_mosquitto(tmp_path, login=LOGIN, acl=acl) as broker, gcam(at(broker)) as own:
        await own.until(lambda: own.bridge.problem is not None)
        assert "access list" in (own.bridge.problem or "")
    assert len(warnings(caplog)) == 1


async def test_a_name_that_does_not_resolve(broker: Mosquitto) -> None:
    async with gcam(at(broker, host="broker.invalid")) as own:
        await own.until(lambda: own.bridge.problem is not None)
        assert "broker.invalid" in (own.bridge.problem or "")


async def test_stop_while_connecting_to_something_silent_hangs_up() -> None:
    accepted = asyncio.Event()

    async def mute(peer: Peer) -> None:
        accepted.set()
        await peer.closed()

    async with accepting(mute) as server:
        settings = MqttSettings(mode=MqttMode.BROKER, port=server.port)
        async with gcam(settings), patience():
            await accepted.wait()
        assert connections_to(server.port) == 0
        await until(lambda: server.now_open == 0)


async def test_a_silent_port_is_given_up_and_its_connection_closed() -> None:
    hung_up = asyncio.Event()

    async def mute(peer: Peer) -> None:
        await peer.closed()
        hung_up.set()

    async with accepting(mute) as server:
        settings = MqttSettings(mode=MqttMode.BROKER, port=server.port)
        async with gcam(settings) as own:
            await own.until(lambda: own.bridge.problem is not None)
            assert "does not answer as an MQTT broker" in (own.bridge.problem or "")
            await own.until(hung_up.is_set)


async def test_the_last_will_speaks_after_a_kill(broker: Mosquitto, dashboard: Listener) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.mqtt_process", str(broker.port)
    )
    try:
        await dashboard.until_said("gcam/availability", "online")
        await dashboard.until_said("gcam/door/motion", "OFF")
    finally:
        process.kill()
        await process.wait()
    await dashboard.until_said("gcam/availability", "offline")
    async with listening(broker.client(), "gcam/availability") as late:
        await late.until_said("gcam/availability", "offline")
        assert late.history[0].retained


async def test_somebody_else_s_offline_is_corrected(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)):
        await dashboard.until_said("gcam/availability", "online")
        await dashboard.say("gcam/availability", "offline", retain=True)
        await dashboard.until_said("gcam/availability", "online")


async def test_two_gcams_with_their_own_bases(
    broker: Mosquitto, dashboard: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(gcam(at(broker), instance_id="aaaa1111"))
        second = await stack.enter_async_context(
            gcam(at(broker, base_topic="cellar"), instance_id="bbbb2222")
        )
        other = "homeassistant/device/cellar_door/config"
        await dashboard.until(lambda: {DISCOVERY, other} <= set(dashboard.newest))
        first.engine.publish(motion_started())
        await dashboard.until_said("gcam/door/motion", "ON")
        await dashboard.until_said("cellar/door/motion", "OFF")
        await dashboard.say("cellar/door/detection/set", "OFF")
        await dashboard.until_said("cellar/door/detection", "OFF")
        assert first.cameras.get("door").detection.enabled
        assert (first.bridge.problem, second.bridge.problem) == (None, None)
        ids = [set(dashboard.json(topic)["device"]["identifiers"]) for topic in (DISCOVERY, other)]
        assert ids[0].isdisjoint(ids[1])
    assert warnings(caplog) == []


async def test_two_gcams_with_the_same_base_say_so_once_each(
    broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    async with gcam(at(broker), instance_id="aaaa1111") as first:
        await first.until(lambda: first.bridge.connected)
        async with gcam(at(broker), cameras=[make_camera("garage")], instance_id="bbbb2222") as second:
            await first.until(lambda: bool(first.bridge.problem and second.bridge.problem))
            assert "bbbb2222" in (first.bridge.problem or "")
            assert "aaaa1111" in (second.bridge.problem or "")
            async with listening(broker.client()) as dashboard:
                for camera in ("door", "garage"):
                    await caught_up(dashboard, camera)
            assert _mentions(caplog, "another Gcam") == 2
    async with gcam(at(broker), instance_id="cccc3333") as third:  # what the others left is no clash
        await third.until(lambda: third.bridge.connected)
        async with listening(broker.client()) as dashboard:
            await caught_up(dashboard)
        assert third.bridge.problem is None


async def test_cameras_come_and_go(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)) as own:
        await dashboard.until(lambda: DISCOVERY in dashboard.newest)
        await own.cameras.add({"name": "Back yard"})
        await dashboard.until_said("gcam/back_yard/availability", "online")
        own.engine.publish(motion_started("back_yard"))
        await dashboard.until(lambda: "gcam/back_yard/snapshot" in dashboard.newest)
        await own.cameras.remove("back_yard")
        gone = ("homeassistant/device/gcam_back_yard/config", *Topics().camera("back_yard").retained)
        await dashboard.until(lambda: not any(dashboard.newest.get(topic) for topic in gone))
        async with listening(broker.client()) as late:
            await late.say("test/asked", "all that is kept comes before this")
            await late.until(lambda: "test/asked" in late.newest)
            assert not [topic for topic in late.newest if "back_yard" in topic]
            assert "gcam/door/motion" in late.newest


async def test_what_was_removed_while_gcam_was_away_goes_at_the_next_start(broker: Mosquitto) -> None:
    yard = make_camera("yard")
    stranger = "homeassistant/device/zigbee_1/config"
    async with listening(broker.client()) as dashboard:
        await dashboard.say(stranger, '{"origin":{"name":"Zigbee2MQTT"}}', retain=True)
        async with gcam(at(broker), cameras=[DOOR, yard]):
            await dashboard.until(lambda: "gcam/yard/state" in dashboard.newest)
        async with gcam(at(broker), cameras=[DOOR]):
            gone = ("homeassistant/device/gcam_yard/config", *Topics().camera("yard").retained)
            await dashboard.until(lambda: not any(dashboard.newest.get(topic) for topic in gone))
        assert b"" not in dashboard.said(DISCOVERY)
    async with listening(broker.client()) as late:
        await late.until(lambda: {DISCOVERY, stranger, "gcam/door/state"} <= set(late.newest))
        assert not [topic for topic in late.newest if "yard" in topic]


@pytest.mark.parametrize("discovery", [False, True])
async def test_states_of_a_camera_removed_while_gcam_was_away_go_without_discovery_too(
    discovery: bool, broker: Mosquitto
) -> None:
    settings = at(broker, discovery=discovery)
    foreign = ("gcam/lamp/state", "gcam/sensor/state", "gcam/deep/yard/state")
    async with gcam(settings, cameras=[DOOR, make_camera("yard")]), listening(broker.client()) as before:
        await before.until(lambda: {"gcam/door/state", "gcam/yard/state"} <= set(before.newest))
        for topic, payload in zip(
            foreign, ("ON", '{"name": "x"}', before.newest["gcam/yard/state"]), strict=True
        ):
            await before.say(topic, payload, retain=True)
    async with gcam(settings), listening(broker.client()) as dashboard:
        await dashboard.until(lambda: dashboard.said("gcam/yard/state")[-1:] == [b""])
    async with listening(broker.client()) as late:
        await late.until(lambda: {"gcam/door/state", *foreign} <= set(late.newest))
        assert not [topic for topic in late.newest if topic.startswith("gcam/yard/")]


async def test_states_of_another_gcam_that_shares_the_base_stay(broker: Mosquitto) -> None:
    settings = at(broker, discovery=False)
    other = gcam(settings, cameras=[make_camera("yard")], instance_id="ef56ef56")
    async with other, listening(broker.client()) as before:
        await before.until(lambda: {"gcam/yard/state", "gcam/claim"} <= set(before.newest))
    settled = asyncio.Event()

    async def settle() -> None:
        settled.set()

    async with gcam(settings, settled=settle) as own, listening(broker.client()) as dashboard:
        await dashboard.until(lambda: "gcam/door/state" in dashboard.newest)
        await own.until(settled.is_set)
        await caught_up(dashboard)
        assert b"" not in dashboard.said("gcam/yard/state")


async def test_cameras_configured_a_moment_after_the_start_are_not_swept_away(broker: Mosquitto) -> None:
    """A camera that is configured no more goes, and shows when what is left is swept."""
    yards, asked, settled = "homeassistant/device/gcam_yard/config", asyncio.Event(), asyncio.Event()

    async def settle() -> None:
        asked.set()
        await settled.wait()

    async with listening(broker.client()) as dashboard:
        async with gcam(at(broker), cameras=[DOOR, make_camera("yard")]):
            await dashboard.until(lambda: {DISCOVERY, yards} <= set(dashboard.newest))
        async with gcam(at(broker), cameras=[], settled=settle) as own:
            await own.until(asked.is_set)
            await own.cameras.add({"name": "Door"})
            settled.set()
            await dashboard.until(lambda: dashboard.newest[yards] == b"")
            await own.cameras.remove("door")
            await dashboard.until(lambda: dashboard.newest[DISCOVERY] == b"")
        assert dashboard.said(DISCOVERY).count(b"") == 1


async def test_a_lost_camera_is_offline_and_says_why(broker: Mosquitto, dashboard: Listener) -> None:
    async with gcam(at(broker)) as own:
        await dashboard.until_said("gcam/door/availability", "online")
        own.change(DOOR, status=Status.LOST, no_recording_reason="no pictures: it does not answer")
        own.engine.publish(CameraAdded("door"))
        await dashboard.until_said("gcam/door/availability", "offline")
        await dashboard.until(lambda: dashboard.json("gcam/door/state")["status"] == "lost")
        assert dashboard.json("gcam/door/state")["no_recording_reason"] == "no pictures: it does not answer"


def _mentions(caplog: pytest.LogCaptureFixture, text: str) -> int:
    return sum(text in record.getMessage() for record in caplog.records)
