"""The embedded broker: retained messages, wills and QoS for real clients, quiet, and gone when stopped."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
import sys
from collections.abc import AsyncIterator

import aiomqtt
import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import MqttMode, MqttSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import BrokerError, ConfigError
from gcam_addon.mqtt.bridge import MqttBridge
from gcam_addon.mqtt.embedded import EmbeddedBroker
from tests.support.events import JPEG, motion_started
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera
from tests.support.listener import listening

_SUBSCRIBER = shutil.which("mosquitto_sub")


@pytest.fixture
async def broker(caplog: pytest.LogCaptureFixture) -> AsyncIterator[EmbeddedBroker]:
    caplog.set_level(logging.DEBUG)
    embedded = EmbeddedBroker(port=0, duties=Duties(SystemClock()))
    await embedded.start()
    yield embedded
    await embedded.stop()
    assert not [record for record in caplog.records if record.name.startswith(("amqtt", "transitions"))]


def client(broker: EmbeddedBroker, **options: object) -> aiomqtt.Client:
    return aiomqtt.Client("127.0.0.1", broker.port, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_messages_arrive_once_and_in_order(broker: EmbeddedBroker, qos: int) -> None:
    async with listening(client(broker), "a/+") as listener, client(broker) as sender:
        for number in range(50):
            await sender.publish("a/b", str(number), qos=qos)
        await listener.until(lambda: len(listener.history) == 50)
    assert [heard.payload for heard in listener.history] == [str(number).encode() for number in range(50)]


async def test_retained_messages_are_kept_replaced_and_removed(broker: EmbeddedBroker) -> None:
    async with client(broker) as sender:
        await sender.publish("kept", "old", qos=1, retain=True)
        await sender.publish("kept", "new", qos=1, retain=True)
        await sender.publish("gone", "x", qos=1, retain=True)
        await sender.publish("gone", b"", qos=1, retain=True)
        await sender.publish("passing", "x", qos=1)
        async with listening(client(broker)) as late:
            await late.until_said("kept", "new")
            await asyncio.sleep(0.2)
            assert [(heard.topic, heard.retained) for heard in late.history] == [("kept", True)]


async def test_nobody_gets_what_others_subscribed_to(broker: EmbeddedBroker) -> None:
    async with client(broker) as sender:
        await sender.publish("theirs", "x", qos=1, retain=True)
        await sender.publish("mine", "y", qos=1, retain=True)
        async with listening(client(broker), "theirs") as others:
            await others.until_said("theirs", "x")
            async with listening(client(broker), "mine") as listener:
                await listener.until_said("mine", "y")
                await asyncio.sleep(0.2)
                assert [heard.topic for heard in listener.history] == ["mine"]


async def test_a_killed_client_s_will_is_published_and_kept(broker: EmbeddedBroker) -> None:
    async with listening(client(broker), "gcam/availability") as listener:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.mqtt_process", str(broker.port)
        )
        try:
            await listener.until_said("gcam/availability", "online")
        finally:
            process.kill()
            await process.wait()
        await listener.until_said("gcam/availability", "offline")
        async with listening(client(broker), "gcam/availability") as late:
            await late.until_said("gcam/availability", "offline")


async def test_a_client_that_speaks_no_mqtt_harms_nobody(broker: EmbeddedBroker) -> None:
    async with listening(client(broker), "a") as listener, client(broker) as sender:
        for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\xff", b""):
            _, writer = await asyncio.open_connection("127.0.0.1", broker.port)
            writer.write(nonsense)
            writer.close()
            await writer.wait_closed()
        await sender.publish("a", "still here", qos=1)
        await listener.until_said("a", "still here")


async def test_a_gcam_at_it(broker: EmbeddedBroker) -> None:
    engine = FakeEngine()
    cameras = FakeCameras(engine, [make_camera("door")])
    settings = MqttSettings(mode=MqttMode.EMBEDDED, port=broker.port)
    clock = SystemClock()
    bridge = MqttBridge(
        settings,
        engine,
        cameras,
        FakeClips(),
        clock,
        "ab12",
        engine,
        lambda _: None,
        duties=Duties(clock),
        settle_s=0.0,
    )
    engine.subscribe(bridge)
    await bridge.start()
    async with listening(client(broker)) as listener:
        await listener.until_said("gcam/door/availability", "online")
        engine.publish(motion_started())
        await listener.until_said("gcam/door/motion", "ON")
        await listener.until(lambda: listener.newest.get("gcam/door/snapshot") == JPEG)
        await listener.say("gcam/door/sensitivity/set", "12")
        await listener.until_said("gcam/door/sensitivity", "12")
        assert bridge.problem is None
        await bridge.stop()
        await listener.until_said("gcam/availability", "offline")


@pytest.mark.skipif(_SUBSCRIBER is None, reason="no mosquitto_sub here: apt-get install mosquitto-clients")
async def test_mosquitto_sub_as_a_guest(broker: EmbeddedBroker) -> None:
    assert _SUBSCRIBER is not None
    async with client(broker) as sender:
        await sender.publish("gcam/availability", "online", qos=1, retain=True)
        await sender.publish("gcam/door/motion", "ON", qos=1, retain=True)
        process = await asyncio.create_subprocess_exec(
            *(_SUBSCRIBER, "-p", str(broker.port), "-t", "gcam/+/motion", "-v", "-C", "1", "-W", "10"),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
    assert output == b"gcam/door/motion ON\n"


async def test_it_can_be_started_again_on_the_same_port() -> None:
    broker = EmbeddedBroker(port=0, duties=Duties(SystemClock()))
    await broker.start()
    port = broker.port
    await broker.stop()
    await broker.start()
    assert broker.port == port
    async with client(broker):
        pass
    await broker.stop()


async def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BrokerError, match=f"can't listen on 127.0.0.1:{port}"):
            await EmbeddedBroker(port=port, duties=Duties(SystemClock())).start()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
async def test_without_a_login_it_serves_this_machine_only(host: str) -> None:
    with pytest.raises(ConfigError, match="serves this machine only"):
        await EmbeddedBroker(host, duties=Duties(SystemClock())).start()


async def test_without_amqtt_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amqtt.broker", None)
    with pytest.raises(ConfigError, match=r"gcam-addon\[broker\]"):
        await EmbeddedBroker(port=0, duties=Duties(SystemClock())).start()
