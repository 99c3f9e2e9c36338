"""The guard as an alarm panel: of a real Gcam, armed and disarmed with codes, and what its events tell."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
)
from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.gcam.alarm_control_panel import panel_state
from custom_components.gcam.models import Guard, GuardPhase, Panel, parse_message

from .support.boards import watching
from .support.entry import set_up, until
from .support.gcam import RunningGcam

PANEL = "alarm_control_panel.gcam_guard"
EVENTS = "event.gcam_guard_events"
PASSWORD = "correct horse battery"
ROOM = [{"camera_id": "room"}]
MODES = [
    {"id": "away", "name": "Away", "watches": [{"camera_id": "garden", "entry_s": 300}], "exit_s": 0},
    {"id": "night", "name": "Night", "watches": ROOM, "exit_s": 300},
    {"id": "pool", "name": "Pool", "watches": ROOM, "exit_s": 0},
    {"id": "home", "name": "Home", "watches": []},
]
FEATURES = AlarmControlPanelEntityFeature


@pytest.fixture
def guarding(tmp_path: Path, socket_enabled: None) -> Iterator[RunningGcam]:
    """A Gcam of its own, whose guard a test may arm."""
    with watching(tmp_path) as gcam:
        gcam.ask("PUT", "guard/settings", {"modes": MODES, "windows": [], "place": None})
        yield gcam


def give_code(gcam: RunningGcam, code: str) -> None:
    """To Anna, who may disarm."""
    anna = gcam.ask("POST", "people", {"name": "Anna", "password": PASSWORD, "role": "member"})
    gcam.ask("PUT", f"guard/codes/{anna['id']}", {"code": code})


def panel(hass: HomeAssistant) -> State:
    state = hass.states.get(PANEL)
    assert state is not None
    return state


async def press(hass: HomeAssistant, action: str, context: Context | None = None, **data: Any) -> None:
    target = {"entity_id": PANEL, **data}
    await hass.services.async_call("alarm_control_panel", action, target, blocking=True, context=context)


async def until_state(hass: HomeAssistant, state: AlarmControlPanelState) -> None:
    await until(hass, lambda: panel(hass).state == state)


async def all_connected(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await until(hass, lambda: all(one.has_pictures for one in entry.runtime_data.data.cameras.values()))


async def test_it_is_armed_by_its_modes_and_raises_an_alarm_of_what_moves(
    hass: HomeAssistant, guarding: RunningGcam
) -> None:
    async with set_up(hass, guarding) as entry:
        await all_connected(hass, entry)
        assert panel(hass).state == AlarmControlPanelState.DISARMED
        wanted = FEATURES.ARM_AWAY | FEATURES.ARM_NIGHT | FEATURES.ARM_CUSTOM_BYPASS | FEATURES.TRIGGER
        assert panel(hass).attributes["supported_features"] == wanted
        assert panel(hass).attributes["code_format"] is None
        user = MockUser(name="Bea", is_owner=True).add_to_hass(hass)
        await press(hass, "alarm_arm_night", Context(user_id=user.id))
        await until_state(hass, AlarmControlPanelState.ARMING)
        assert panel(hass).attributes["changed_by"] == "Bea"
        assert panel(hass).attributes["until"] is not None
        assert guarding.ask("GET", "guard")["guard"]["doer"] == {"name": "Bea", "via": "home_assistant"}
        await press(hass, "alarm_disarm")
        await until_state(hass, AlarmControlPanelState.DISARMED)
        await press(hass, "alarm_arm_custom_bypass")
        await until_state(hass, AlarmControlPanelState.ARMED_CUSTOM_BYPASS)
        assert panel(hass).attributes["mode"] == "Pool"
        await press(hass, "alarm_disarm")
        await press(hass, "alarm_arm_away")
        await until_state(hass, AlarmControlPanelState.PENDING)
        assert panel(hass).attributes["entered"]["camera"] == "garden"
        await press(hass, "alarm_trigger")
        await until_state(hass, AlarmControlPanelState.TRIGGERED)
        assert panel(hass).attributes["sounds"]
        await until(hass, lambda: _told(hass) == "alarm")
        told = hass.states.get(EVENTS)
        assert told is not None
        assert told.attributes["is_new"]
        await press(hass, "alarm_disarm")
        await until_state(hass, AlarmControlPanelState.DISARMED)


async def test_codes_are_asked_for_where_somebody_has_one_and_judged_by_gcam(
    hass: HomeAssistant, guarding: RunningGcam
) -> None:
    async with set_up(hass, guarding) as entry:
        await all_connected(hass, entry)
        give_code(guarding, "2580")
        await until(hass, lambda: panel(hass).attributes["code_format"] == "number")
        assert not panel(hass).attributes["code_arm_required"]
        await press(hass, "alarm_arm_custom_bypass")
        await until_state(hass, AlarmControlPanelState.ARMED_CUSTOM_BYPASS)
        with pytest.raises(ServiceValidationError, match="this needs a code"):
            await press(hass, "alarm_disarm")
        with pytest.raises(ServiceValidationError, match="not a code of anybody"):
            await press(hass, "alarm_disarm", code="1111")
        assert panel(hass).state == AlarmControlPanelState.ARMED_CUSTOM_BYPASS
        await until(hass, lambda: _told(hass) == "code_refused")
        await press(hass, "alarm_disarm", code="2580")
        await until_state(hass, AlarmControlPanelState.DISARMED)
        assert panel(hass).attributes["changed_by"] == "Anna"
        needs = [mode | {"needs_code": True} for mode in MODES[:1]]
        guarding.ask("PUT", "guard/settings", {"modes": needs, "windows": [], "place": None})
        await until(hass, lambda: panel(hass).attributes["code_arm_required"])
        with pytest.raises(ServiceValidationError):
            await press(hass, "alarm_arm_away")


def _told(hass: HomeAssistant) -> Any:
    state = hass.states.get(EVENTS)
    return None if state is None else state.attributes.get(ATTR_EVENT_TYPE)


async def test_a_camera_that_is_away_is_said_before_it_is_armed(
    hass: HomeAssistant, guarding: RunningGcam
) -> None:
    async with set_up(hass, guarding) as entry:
        await all_connected(hass, entry)
        guarding.ask("PATCH", "cameras/room/switches", {"privacy": True})
        await until(hass, lambda: not entry.runtime_data.data.cameras["room"].has_pictures)  # it listens
        with pytest.raises(ServiceValidationError, match="Room"):
            await press(hass, "alarm_arm_custom_bypass")
        await until(hass, lambda: _told(hass) == "arming_failed")
        state = hass.states.get(EVENTS)
        assert state is not None
        assert state.attributes["troubles"] == {"room": "switched_off"}


async def test_a_gcam_that_does_not_answer_is_a_fault_and_no_refusal(
    hass: HomeAssistant, guarding: RunningGcam
) -> None:
    async with set_up(hass, guarding):
        entity = hass.data["entity_components"]["alarm_control_panel"].get_entity(PANEL)
        guarding.stop()
        await until(hass, lambda: panel(hass).state == "unavailable")
        with pytest.raises(HomeAssistantError) as raised:
            await entity.async_alarm_disarm()
        assert not isinstance(raised.value, ServiceValidationError)


@pytest.mark.parametrize(
    ("phase", "mode_id", "shown"),
    [
        (GuardPhase.DISARMED, None, AlarmControlPanelState.DISARMED),
        (GuardPhase.ARMING, "away", AlarmControlPanelState.ARMING),
        (GuardPhase.ARMED, "away", AlarmControlPanelState.ARMED_AWAY),
        (GuardPhase.ARMED, "shed", AlarmControlPanelState.ARMED_CUSTOM_BYPASS),
        (GuardPhase.ENTRY, "away", AlarmControlPanelState.PENDING),
        (GuardPhase.ALARM, None, AlarmControlPanelState.TRIGGERED),
        (None, None, None),
    ],
)
def test_every_phase_is_shown(
    phase: GuardPhase | None, mode_id: str | None, shown: AlarmControlPanelState | None
) -> None:
    guard = Guard.parse(guard_json())
    assert panel_state(replace(guard, phase=phase, mode_id=mode_id), Panel({"away": "away"})) is shown


def guard_json(**changes: Any) -> dict[str, Any]:
    cause = {"kind": "motion", "at": 1.0, "camera_id": "c", "event_id": "e", "what": None, "tamper": None}
    alarm = {"id": "a", "began_at": 1.0, "ended_at": None, "count": 1, "causes": [cause]}
    planned = {"at": 2.0, "mode": {"id": "away", "name": "Away"}, "doer": {"name": "Anna", "via": "page"}}
    return {
        "phase": "armed",
        "mode": {"id": "away", "name": "Away"},
        "since": 1.0,
        "until": None,
        "doer": {"name": "", "via": "schedule"},
        "entered": cause,
        "alarm": alarm,
        "sounds": False,
        "bypassed": ["c"],
        "planned": planned,
        **changes,
    }


def test_what_a_newer_gcam_may_say_and_who_nobody_was() -> None:
    guard = parse_message({"type": "guard_changed", "guard": guard_json(phase="asleep")})
    assert isinstance(guard, Guard)
    assert (guard.phase, guard.by) == (None, "schedule")
    assert guard.alarm is not None
    assert guard.alarm["cause"]["camera"] == "c"
    assert guard.planned is not None
    assert guard.planned["mode"] == "Away"
