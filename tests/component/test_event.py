"""The event entity: what happens to a camera, with its reason, its score, its clip."""

import json
from typing import Any

from aiohttp import ClientSession
from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .support.entry import set_up, until
from .support.gcam import RunningGcam
from .support.stand_in import Answer, StandIn

EVENTS = "event.garden_events"


def listen(hass: HomeAssistant) -> list[dict[str, Any]]:
    """What the entity shows from now on, oldest first."""
    seen: list[dict[str, Any]] = []

    @callback
    def take(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.attributes.get(ATTR_EVENT_TYPE):
            seen.append(dict(state.attributes))

    async_track_state_change_event(hass, EVENTS, take)
    return seen


def types(seen: list[dict[str, Any]]) -> list[str]:
    return [one[ATTR_EVENT_TYPE] for one in seen]


async def test_motion_from_its_beginning_to_its_clip(
    hass: HomeAssistant, gcam: RunningGcam, entry: MockConfigEntry
) -> None:
    seen = listen(hass)
    await until(hass, lambda: "clip_ready" in types(seen))
    of_clip = seen[types(seen).index("clip_ready")]
    assert of_clip["kind"] in ("motion", "manual")
    assert gcam.ask("GET", f"clips/{of_clip['clip_id']}")["camera_id"] == "garden"
    assert of_clip["duration"] > 0
    await until(hass, lambda: {"motion_started", "motion_ended"} <= set(types(seen)))
    started = next(one for one in seen if one[ATTR_EVENT_TYPE] == "motion_started")
    assert started["score"] > 0
    assert started["reason"]
    ended = next(one for one in seen if one[ATTR_EVENT_TYPE] == "motion_ended")
    assert ended["duration"] >= 0


async def test_a_camera_is_lost_once_and_comes_back(hass: HomeAssistant, gcam: RunningGcam) -> None:
    """A real one is given up only after a minute; what Gcam says then is said here at once."""
    hello = await hello_of(gcam)
    state = next(camera["state"] for camera in hello["cameras"] if camera["id"] == "garden")
    away = {"problem": "no answer", "problem_code": "unreachable"}
    said = [
        hello,
        changed(state, status="reconnecting", **away),
        changed(state, status="lost", **away),
        changed(state, status="lost", reconnects=7, **away),
        changed(state, status="connecting"),
        changed(state, status="lost", **away),
        changed(state, status="connected"),
    ]
    info = {"product": "gcam", "api_level": 1, "instance_id": gcam.instance_id, "name": "Gcam"}
    answers: dict[str, Answer] = {
        "/api/v1/info": (200, "application/json", info),
        "/api/v1/events": [json.dumps(one) for one in said],
        "/api/v1/guard": (200, "application/json", {"asks_code": False, "modes": []}),
    }
    seen = listen(hass)
    async with StandIn(answers) as there, set_up(hass, gcam, url=there.url):
        await until(hass, lambda: "camera_back" in types(seen))
    assert types(seen)[:3] == ["camera_lost", "camera_lost", "camera_back"]
    assert (seen[0]["reason"], seen[0]["code"]) == ("no answer", "unreachable")


def changed(state: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": "camera_changed", "state": state | changes}


async def hello_of(gcam: RunningGcam) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {gcam.token}"}
    async with (
        ClientSession() as http,
        http.ws_connect(f"{gcam.url}/api/v1/events", headers=headers) as socket,
    ):
        return dict(await socket.receive_json())
