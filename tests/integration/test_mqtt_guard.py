"""The guard at a real mosquitto: what a panel sees and may do, and what it may not."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.access.attempts import Attempts
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, MqttMode, MqttSettings
from gcam_addon.duties import Duties
from gcam_addon.guard.codes import Codes
from gcam_addon.guard.service import GuardService, House
from gcam_addon.guard.settings import GuardSettings, save_settings
from gcam_addon.model import Event, MotionStarted, Status
from gcam_addon.model.guard import GuardEvent, GuardMode, UnderDuress, Via, Watch
from gcam_addon.mqtt.bridge import MqttBridge
from tests.support.fakes import FakeCameras, FakeClips, FakeEngine, make_camera, make_state
from tests.support.listener import Listener, listening
from tests.support.mosquitto import Mosquitto, missing, running_mosquitto
from tests.support.waiting import until
from tests.support.web_fakes import QUICK

pytestmark = [pytest.mark.mosquitto, pytest.mark.skipif(missing is not None, reason=missing or "")]

DOOR = make_camera("door")
AWAY = GuardMode("away", "Away", (Watch("door", entry_s=300.0),), exit_s=0.0)
SHED = GuardMode("shed", "Shed", (Watch("door"),), exit_s=0.0)
MODES = (AWAY, SHED, GuardMode("night", "Night", ()))
SIREN = "gcam/guard/siren"
STATE, EVENTS, SET = "gcam/guard/state", "gcam/guard/event", "gcam/guard/set"
DISCOVERY = "homeassistant/device/gcam/config"


@dataclass
class Site:
    """A bridge and a guard over fakes."""

    engine: FakeEngine
    guard: GuardService
    told: list[GuardEvent] = field(default_factory=list)

    def publish(self, event: Event) -> None:
        if isinstance(event, GuardEvent):
            self.told.append(event)

    def move(self) -> None:
        self.engine.publish(MotionStarted("door", "door-1", 1.0, 2.0, 3.0, "moved"))


@asynccontextmanager
async def site(
    folder: Path, broker: Mosquitto, modes: Sequence[GuardMode] = MODES, cameras: Sequence[Camera] = (DOOR,)
) -> AsyncIterator[Site]:
    save_settings(folder / "guard.json", GuardSettings(tuple(modes)))
    clock = SystemClock()
    engine, duties = FakeEngine(), Duties(clock)
    roster = FakeCameras(engine, cameras)
    for camera in cameras:
        engine.camera_states[camera.id] = make_state(camera, status=Status.CONNECTED)
    house = House(
        roster, engine.state, engine.publish, lambda _: False, lambda: True, lambda person: person, UTC
    )
    disk = duties.pool("guard", 1)
    guard = GuardService(folder, clock, house, Codes(Attempts(QUICK, clock), bool), disk)
    await guard.load()
    settings = MqttSettings(mode=MqttMode.BROKER, port=broker.port)
    bridge = MqttBridge(
        settings, engine, roster, FakeClips(), clock, "ab12cd34", engine, lambda _: None,
        duties=duties, settle_s=0.0, guard=guard,
    )  # fmt: skip
    made = Site(engine, guard)
    for sink in (guard, bridge, made):
        engine.subscribe(sink)
    running = duties.task("guard", guard.run)
    await bridge.start()
    try:
        yield made
    finally:
        await bridge.stop()
        running.cancel()
        await asyncio.wait([running])
        disk.shutdown()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    async with running_mosquitto(tmp_path) as running:
        yield running


@pytest.fixture
async def panel(broker: Mosquitto) -> AsyncIterator[Listener]:
    async with listening(broker.client()) as listener:
        yield listener


async def until_state(panel: Listener, state: str) -> dict[str, Any]:
    await panel.until(lambda: STATE in panel.newest and panel.json(STATE)["state"] == state)
    return dict(panel.json(STATE))


async def until_event(panel: Listener, kind: str) -> dict[str, Any]:
    def told() -> list[dict[str, Any]]:
        return [one for one in map(json.loads, panel.said(EVENTS)) if one["event_type"] == kind]

    await panel.until(lambda: bool(told()))
    return told()[-1]


def action(name: str, code: str | None = None, **more: object) -> str:
    """As Home Assistant's panel says it, by our template."""
    return json.dumps({"action": name, "code": code, **more})


async def test_a_panel_arms_hears_of_the_alarm_and_disarms(
    tmp_path: Path, broker: Mosquitto, panel: Listener
) -> None:
    async with site(tmp_path, broker) as own:
        await until_state(panel, "disarmed")
        await panel.say(SET, action("ARM_AWAY"))
        armed = await until_state(panel, "armed_away")
        assert panel.newest[SIREN] == b"OFF"
        assert (armed["mode"], armed["via"]) == ("away", "mqtt")
        own.move()
        assert (await until_state(panel, "pending"))["entered"]["camera"] == "door"
        await panel.say(SET, "TRIGGER")
        assert (await until_state(panel, "triggered"))["sounds"]
        await panel.until(lambda: panel.newest[SIREN] == b"ON")
        assert (await until_event(panel, "alarm"))["kind"] == "hand"
        await panel.say(SET, "SILENCE")
        await panel.until(lambda: not panel.json(STATE)["sounds"])
        await panel.say(SET, "DISARM")
        assert (await until_state(panel, "disarmed"))["alarm"]["ended_at"]
        await panel.say(SET, action("ARM", mode="shed"))
        assert (await until_state(panel, "armed_custom_bypass"))["mode"] == "shed"
    assert all(not heard.retained for heard in panel.history if heard.topic == EVENTS)


async def test_a_panel_is_offered_with_the_modes_there_are_and_codes_where_somebody_has_one(
    tmp_path: Path, broker: Mosquitto, panel: Listener
) -> None:
    def offered() -> dict[str, Any]:
        return dict(panel.json(DISCOVERY)["components"]["guard"])

    async with site(tmp_path, broker) as own:
        await until_state(panel, "disarmed")
        assert offered()["supported_features"] == ["arm_away", "arm_custom_bypass", "trigger"]
        assert "code" not in offered()
        await own.guard.set_code("anna", "4711", None)
        await panel.until(lambda: offered().get("code") == "REMOTE_CODE")
        assert (offered()["code_arm_required"], offered()["code_disarm_required"]) == (False, True)
        needs = replace(AWAY, id="night", needs_code=True)
        await own.guard.change(GuardSettings((needs,)))
        await panel.until(lambda: offered()["supported_features"] == ["arm_night", "trigger"])
        assert offered()["code_arm_required"]


async def test_codes_decide_and_nobody_at_the_broker_hears_them_or_of_duress(
    tmp_path: Path, broker: Mosquitto, panel: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    async with site(tmp_path, broker) as own:
        await until_state(panel, "disarmed")
        await own.guard.set_code("anna", "4711", "0815")
        await panel.say(SET, "ARM_AWAY")
        await until_state(panel, "armed_away")
        await panel.say(SET, action("DISARM"))
        await panel.say(SET, action("DISARM", "1234"))
        refused = await until_event(panel, "code_refused")
        assert (refused["via"], refused["count"]) == ("mqtt", 1)
        assert panel.json(STATE)["state"] == "armed_away"
        await panel.say(SET, action("DISARM", "0815"))
        disarmed = await until_state(panel, "disarmed")
        assert disarmed["armed_by"] == "anna"
        assert [event.doer.via for event in own.told if isinstance(event, UnderDuress)] == [Via.MQTT]
    said = b"".join(heard.payload for heard in panel.history if heard.topic != SET)
    assert b"duress" not in said
    written = caplog.text
    assert "this needs a code" in written
    assert not any(code in text for code in ("1234", "0815") for text in (said.decode(), written))


async def test_what_is_retained_is_not_obeyed_and_nonsense_is_answered_with_the_truth(
    tmp_path: Path, broker: Mosquitto, panel: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """Else the broker would disarm the house at every connection."""
    caplog.set_level(logging.WARNING)
    async with site(tmp_path, broker):
        await until_state(panel, "disarmed")
        await panel.say(SET, "ARM_AWAY")
        await until_state(panel, "armed_away")
    await panel.say(SET, "DISARM", retain=True)
    before = len(panel.said(STATE))
    async with site(tmp_path, broker):
        await panel.until(lambda: len(panel.said(STATE)) > before)
        await panel.say(SET, "open sesame")
        await until(lambda: "the guard takes DISARM" in caplog.text)
        assert panel.json(STATE)["state"] == "armed_away"
    assert "MQTT command for the guard refused: it was published with retain" in caplog.text


async def test_who_comes_later_finds_where_it_stands(
    tmp_path: Path, broker: Mosquitto, panel: Listener
) -> None:
    async with site(tmp_path, broker):
        await until_state(panel, "disarmed")
        await panel.say(SET, "ARM_AWAY")
        await until_state(panel, "armed_away")
        async with listening(broker.client(), STATE) as later:
            await until_state(later, "armed_away")


async def test_a_camera_called_guard_keeps_all_but_its_topics_and_is_said_so_once(
    tmp_path: Path, broker: Mosquitto, panel: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    await panel.say("gcam/guard/motion", "ON", retain=True)
    async with site(tmp_path, broker, cameras=(make_camera("guard", name="Guard"),)) as own:
        await panel.until_said("gcam/guard-camera/motion", "OFF")
        await panel.until_said("gcam/guard/motion", "")
        await until_state(panel, "disarmed")
        await panel.say("gcam/guard-camera/sensitivity/set", "70")
        await panel.until_said("gcam/guard-camera/sensitivity", "70")
        announced = panel.json("homeassistant/device/gcam_guard/config")
        assert announced["components"]["motion"]["unique_id"] == "gcam_ab12cd34_guard_motion"
        assert own.engine.state("guard") is not None
    assert caplog.text.count("its MQTT topics begin with gcam/guard-camera/") == 1
