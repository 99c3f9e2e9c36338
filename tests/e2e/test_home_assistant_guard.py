"""The guard in a real Home Assistant, by the component's own panel: armed, refused, alarmed, disarmed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.support import home_assistant, mosquitto
from tests.support.home_assistant_api import HomeAssistantApi
from tests.support.house import House, kept_places

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.mosquitto,
    pytest.mark.skipif(home_assistant.missing is not None, reason=str(home_assistant.missing)),
    pytest.mark.skipif(mosquitto.missing is not None, reason=str(mosquitto.missing)),
]
PANEL = "alarm_control_panel.gcam_guard"
EVENTS = "event.gcam_guard_events"
CODE = "2580"
WATCHES = [{"camera_id": "living_room"}]
MODES = [{"id": "away", "name": "Away", "watches": WATCHES, "exit_s": 0, "needs_code": True}]
ALARM = {
    "alias": "Alarm",
    "triggers": [
        {"trigger": "gcam.alarm", "target": {"entity_id": EVENTS}, "options": {"kind": "motion"}},
    ],
    "actions": [{"event": "burglars", "event_data": {"camera": "{{ trigger.to_state.attributes.camera }}"}}],
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Somebody walks through the living room every half a minute; all entities are the component's."""
    with kept_places() as ports:
        folder = tmp_path_factory.mktemp("house")
        more = {"mqtt": {"mode": "off"}}
        async with House(folder, ports, {"Living room": "room-person"}, more=more) as house:
            await house.join()
            await house.home_assistant.api.until("camera.living_room", lambda state: state is not None)
            yield house


@pytest.fixture
def api(house: House) -> HomeAssistantApi:
    return house.home_assistant.api


async def test_armed_with_a_code_it_raises_an_alarm_of_motion_and_is_disarmed(
    house: House, api: HomeAssistantApi
) -> None:
    await _configure(house)
    await api.ask("POST", "config/automation/config/alarm", ALARM)
    await api.until("automation.alarm", lambda state: state == "on")
    await api.until("sensor.living_room_status", lambda state: state == "connected")
    await api.until(PANEL, lambda state: state == "disarmed")
    assert (await api.command("config/entity_registry/get", entity_id=PANEL))["platform"] == "gcam"
    offered = (await api.ask("GET", f"states/{PANEL}"))["attributes"]
    assert (offered["code_format"], offered["code_arm_required"]) == ("number", True)
    with pytest.raises(AssertionError, match="400"):
        await api.act("alarm_control_panel.alarm_arm_away", entity_id=PANEL, code="1111")
    assert await api.state(PANEL) == "disarmed"
    async with api.events("burglars") as burglars:
        await api.act("alarm_control_panel.alarm_arm_away", entity_id=PANEL, code=CODE)
        assert (await house.gcam.get("/api/v1/guard"))["guard"]["phase"] != "disarmed"
        await api.until(PANEL, lambda state: state == "triggered")
        await burglars.until(lambda data: data["camera"] == "living_room")
    told = (await api.ask("GET", f"states/{PANEL}"))["attributes"]
    assert told["alarm"]["cause"]["camera"] == "living_room"
    assert told["sounds"]
    with pytest.raises(AssertionError, match="400"):
        await api.act("alarm_control_panel.alarm_disarm", entity_id=PANEL, code="1111")
    await api.act("alarm_control_panel.alarm_disarm", entity_id=PANEL, code=CODE)
    await api.until(PANEL, lambda state: state == "disarmed")
    now = (await house.gcam.get("/api/v1/guard"))["guard"]
    assert now["doer"] == {"name": "Anna", "via": "home_assistant"}


async def test_nothing_of_it_was_complained_about(house: House) -> None:
    lines = house.home_assistant.log.splitlines()
    complaints = [
        line for line in lines if "gcam" in line.lower() and (" WARNING " in line or " ERROR " in line)
    ]
    assert [line for line in complaints if "has not been tested by Home Assistant" not in line] == []
    assert "Traceback" not in house.gcam.log


async def _configure(house: House) -> None:
    """One mode, and Anna has a code."""
    async with aiohttp.ClientSession(house.gcam.url, headers=house.gcam.headers) as http:

        async def ask(method: str, path: str, body: Any) -> Any:
            async with http.request(method, f"/api/v1/{path}", json=body) as answer:
                assert answer.ok, await answer.text()
                return await answer.json() if answer.content_type == "application/json" else None

        await ask("PUT", "guard/settings", {"modes": MODES, "windows": [], "place": None})
        who = {"name": "Anna", "password": "correct horse battery", "role": "member"}
        anna = await ask("POST", "people", who)
        await ask("PUT", f"guard/codes/{anna['id']}", {"code": CODE})
