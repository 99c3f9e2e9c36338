"""Which picture is the last event's, in cases that a real Gcam comes to only by chance."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from homeassistant.components.image import async_get_image
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.gcam.const import DOMAIN

from .discovery import ask_discovery
from .support.entry import until
from .support.stand_in import Answer, StandIn

IMAGE = "image.garden_last_event"
BEGAN_AT = 1_700_000_100.0


@pytest.fixture(scope="module", name="camera")
def camera_as_told() -> dict[str, Any]:
    return ask_discovery().states[0].api


def hello(camera: dict[str, Any]) -> str:
    return json.dumps(
        {
            "type": "hello",
            "instance_id": "instance",
            "version": "1.0.0",
            "entities": "component",
            "permissions": ["view", "playback", "control"],
            "mqtt": None,
            "storage": None,
            "cameras": [camera],
        }
    )


def motion() -> str:
    told = {
        "camera_id": "garden",
        "event_id": "e2",
        "started_at": BEGAN_AT,
        "score": 2.0,
        "reason": "it moved",
    }
    return json.dumps({"type": "motion_started", "zones": [], **told})


def clip(clip_id: str, kind: str, ended_at: float) -> dict[str, Any]:
    times = {"started_at": ended_at - 9.0, "ended_at": ended_at, "duration_s": 9.0}
    picture = {"thumbnail": True, "width": 640, "height": 480, "peak": 2.0, "reason": "", "zones": []}
    whose = {"camera_id": "garden", "camera_name": "Garden", "event_ids": ["e1"], "protected": False}
    return {"id": clip_id, "kind": kind, "size_bytes": 1, **times, **picture, **whose}


def ready(clip_id: str, kind: str, ended_at: float) -> str:
    return json.dumps({"type": "clip_ready", "clip": clip(clip_id, kind, ended_at)})


@asynccontextmanager
async def listening(
    hass: HomeAssistant, events: list[str], clips: list[dict[str, Any]]
) -> AsyncIterator[list[bytes]]:
    """Set up with a Gcam that tells all `events`, hangs up, and so on; what the image shows."""
    info = {"product": "gcam", "instance_id": "instance", "api_level": 1, "name": "Gcam"}
    answers: dict[str, Answer] = {
        "/api/v1/info": (200, "application/json", info),
        "/api/v1/events": events,
        "/api/v1/cameras/garden/snapshot.jpg": (200, "image/jpeg", "what began it"),
        "/api/v1/clips": (200, "application/json", {"clips": clips}),
    }
    for clip_id in ("known", "older", "daily"):
        answers[f"/api/v1/clips/{clip_id}/thumbnail.jpg"] = (200, "image/jpeg", clip_id)
    shown: list[bytes] = []

    async def look(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            shown.append((await async_get_image(hass, IMAGE)).content)

    async_track_state_change_event(hass, IMAGE, look)
    async with StandIn(answers) as there:
        data = {CONF_URL: there.url, CONF_TOKEN: "any", CONF_VERIFY_SSL: True}
        entry = MockConfigEntry(domain=DOMAIN, unique_id="instance", data=data, title="Gcam")
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        yield shown
        await hass.config_entries.async_unload(entry.entry_id)


async def test_what_a_newer_event_has_outdone_and_what_is_gone_is_not_shown(
    hass: HomeAssistant,
    socket_enabled: None,
    camera: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.gcam")
    events = [
        hello(camera),
        motion(),
        ready("older", "motion", BEGAN_AT - 20),
        ready("daily", "continuous", BEGAN_AT + 30),
        ready("gone", "motion", BEGAN_AT + 20),
    ]
    async with listening(hass, events, []) as shown:
        await until(hass, lambda: "no picture of garden's last event" in caplog.text)
        await until(hass, lambda: bool(shown))
        assert set(shown) == {b"what began it"}


async def test_what_is_recognised_is_shown(
    hass: HomeAssistant, socket_enabled: None, camera: dict[str, Any]
) -> None:
    """The picture of that moment, in the place of the one that began it."""
    states: set[str] = set()

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            states.add(state.state)

    async_track_state_change_event(hass, IMAGE, note)
    named = {"type": "motion_named", "camera_id": "garden", "event_id": "e2", "started_at": BEGAN_AT}
    began = datetime.fromtimestamp(BEGAN_AT, UTC).isoformat()
    async with listening(hass, [hello(camera), motion(), json.dumps({**named, "what": ["person"]})], []):
        await until(hass, lambda: any(state > began for state in states))


async def test_a_recording_that_was_missed_is_shown(
    hass: HomeAssistant, socket_enabled: None, camera: dict[str, Any]
) -> None:
    states: set[str] = set()

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            states.add(state.state)

    async_track_state_change_event(hass, IMAGE, note)
    async with listening(hass, [hello(camera)], [clip("known", "motion", BEGAN_AT)]) as shown:
        await until(hass, lambda: bool(shown))
        assert set(shown) == {b"known"}
        assert states == {datetime.fromtimestamp(BEGAN_AT, UTC).isoformat()}


async def test_a_recording_that_was_shown_is_not_shown_again(
    hass: HomeAssistant, socket_enabled: None, camera: dict[str, Any]
) -> None:
    events = [hello(camera), motion()]
    async with listening(hass, events, [clip("known", "motion", BEGAN_AT - 50)]) as shown:
        await until(hass, lambda: shown.count(b"what began it") > 2)  # it hung up in between
        assert set(shown[shown.index(b"what began it") :]) == {b"what began it"}


async def test_without_any_event_there_is_no_picture(
    hass: HomeAssistant, socket_enabled: None, camera: dict[str, Any]
) -> None:
    async with listening(hass, [hello(camera)], []) as shown:
        await until(hass, lambda: hass.states.get(IMAGE) is not None)
        with pytest.raises(HomeAssistantError):
            await async_get_image(hass, IMAGE)
        assert not shown
