"""The guard at the broker: what is said of it as JSON, and what it is told as commands. Pure.

No code and no duress is ever said here; see docs/design/guard.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import voluptuous as vol

from gcam_addon.guard.panel import Panel, on_panel, panel_state
from gcam_addon.guard.settings import MOST_MINUTES
from gcam_addon.model import GuardEvent
from gcam_addon.model.guard import (
    Alarm,
    AlarmCause,
    ArmingFailed,
    CodeRefused,
    GuardMode,
    GuardState,
    TamperChanged,
)
from gcam_addon.mqtt.payloads import iso_time
from gcam_addon.words.reason import Reason, because


class GuardAction(StrEnum):
    ARM = "ARM"
    DISARM = "DISARM"
    TRIGGER = "TRIGGER"
    SKIP_DELAY = "SKIP_DELAY"
    SILENCE = "SILENCE"
    ACKNOWLEDGE = "ACKNOWLEDGE"


@dataclass(frozen=True, slots=True)
class GuardCommand:
    """`button`: armed by that of the panel; `mode_id`: by the mode's own name."""

    action: GuardAction
    button: Panel | None = None
    mode_id: str | None = None
    code: str | None = field(default=None, repr=False)
    in_s: float = 0.0
    skip_delay: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class GuardRefused:
    """No valid command."""

    why: Reason


ARM_BUTTONS: Final[Mapping[str, Panel]] = {f"ARM_{button.upper()}": button for button in Panel}
"""As Home Assistant's panels say them."""


def parse_guard_command(payload: bytes) -> GuardCommand | GuardRefused:
    """`DISARM`, `ARM_AWAY` …, or JSON with `action` and what belongs to it."""
    text = payload.decode(errors="replace").strip()
    try:
        told = json.loads(text) if text.startswith("{") else {"action": text}
    except (ValueError, RecursionError):
        return _NOT_UNDERSTOOD
    try:
        given = _GIVEN(told)
    except vol.Invalid:
        return _NOT_UNDERSTOOD
    action = given["action"].upper()
    button = ARM_BUTTONS.get(action)
    is_named = action == GuardAction.ARM and given["mode"] is not None
    if button is None and not is_named and action not in _WITHOUT_MODE:
        return _NOT_UNDERSTOOD
    return GuardCommand(
        GuardAction.ARM if button is not None else GuardAction(action),
        button,
        given["mode"] if is_named else None,
        given["code"] or None,
        given["in_s"],
        given["skip_delay"],
        given["force"],
    )


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise vol.Invalid("neither true nor false")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise vol.Invalid("no number")
    return float(value)


_GIVEN: Final = vol.Schema(
    {
        vol.Required("action"): str,
        vol.Optional("mode", default=None): vol.Any(None, str),
        vol.Optional("code", default=None): vol.Any(None, str),
        vol.Optional("in_s", default=0.0): vol.All(_seconds, vol.Range(0, MOST_MINUTES * 60)),
        vol.Optional("skip_delay", default=False): _flag,
        vol.Optional("force", default=False): _flag,
    },
    extra=vol.REMOVE_EXTRA,
)
_WITHOUT_MODE: Final = frozenset(GuardAction) - {GuardAction.ARM}
_NOT_UNDERSTOOD: Final = GuardRefused(because("mqtt_guard"))


def guard_state(state: GuardState, modes: Sequence[GuardMode]) -> dict[str, Any]:
    """`<base>/guard/state`."""
    mode, planned, alarm = state.mode, state.planned, state.alarm
    buttons = on_panel(modes)
    return {
        "state": panel_state(state, modes),
        "phase": state.phase.value,
        "mode": None if mode is None else mode.id,
        "mode_name": None if mode is None else mode.name,
        "since": iso_time(state.since),
        "until": _time(state.until),
        "armed_by": state.doer.name or None,
        "via": state.doer.via.value,
        "entered": None if state.entered is None else _cause(state.entered),
        "alarm": None
        if alarm is None
        else {
            "id": alarm.id,
            "began_at": iso_time(alarm.began_at),
            "ended_at": _time(alarm.ended_at),
            "count": alarm.count,
            "cause": _cause(alarm.causes[0]),
        },
        "sounds": state.sounds,
        "bypassed": list(state.bypassed),
        "planned": None if planned is None else {"at": iso_time(planned.at), "mode": planned.mode.id},
        "modes": [
            {"id": one.id, "name": one.name, "button": buttons.get(one.id)} for one in modes if one.watches
        ],
    }


def guard_event(event: GuardEvent) -> dict[str, Any] | None:
    """`<base>/guard/event`; None: nothing that is told there."""
    match event:
        case Alarm():
            told = {"alarm_id": event.alarm_id, "is_new": event.is_new, "again": event.again}
            return {"event_type": "alarm", **told, **_cause(event.cause)}
        case TamperChanged():
            return {
                "event_type": "tamper_changed",
                "at": iso_time(event.at),
                "camera": event.camera_id,
                "tamper": None if event.tamper is None else event.tamper.value,
            }
        case ArmingFailed():
            return {
                "event_type": "arming_failed",
                "at": iso_time(event.at),
                "mode": event.mode_id,
                "via": event.doer.via.value,
                "troubles": {camera: tamper.value for camera, tamper in event.troubles},
            }
        case CodeRefused():
            at, via = iso_time(event.at), event.via.value
            return {"event_type": "code_refused", "at": at, "via": via, "count": event.count}
        case _:
            return None


def _cause(cause: AlarmCause) -> dict[str, Any]:
    return {
        "kind": cause.kind.value,
        "at": iso_time(cause.at),
        "camera": cause.camera_id,
        "event_id": cause.event_id,
        "what": None if cause.what is None else [kind.value for kind in cause.what],
        "tamper": None if cause.tamper is None else cause.tamper.value,
    }


def _time(at: float | None) -> str | None:
    return None if at is None else iso_time(at)
