"""The guard as JSON, in the words of docs/ref/openapi.yaml. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gcam_addon.model import GuardEvent
from gcam_addon.model.guard import (
    Alarm,
    ArmingFailed,
    CodeRefused,
    Doer,
    GuardChanged,
    GuardMode,
    GuardState,
    TamperChanged,
    UnderDuress,
)

GUARD_EVENT_TYPES: Mapping[type, str] = {
    GuardChanged: "guard_changed",
    Alarm: "alarm",
    TamperChanged: "tamper_changed",
    ArmingFailed: "arming_failed",
    CodeRefused: "code_refused",
    UnderDuress: "under_duress",
}


def guard_json(state: GuardState) -> dict[str, Any]:
    planned = state.planned
    return {
        "phase": state.phase,
        "mode": _mode_json(state.mode),
        "since": state.since,
        "until": state.until,
        "doer": doer_json(state.doer),
        "entered": None if state.entered is None else asdict(state.entered),
        "alarm": None if state.alarm is None else asdict(state.alarm),
        "sounds": state.sounds,
        "bypassed": state.bypassed,
        "planned": None
        if planned is None
        else {"at": planned.at, "mode": _mode_json(planned.mode), "doer": doer_json(planned.doer)},
    }


def doer_json(doer: Doer) -> dict[str, Any]:
    return {"name": doer.name, "via": doer.via}


def guard_event_json(event: GuardEvent) -> dict[str, Any]:
    match event:
        case GuardChanged(state):
            return {"guard": guard_json(state)}
        case ArmingFailed():
            troubles = [{"camera_id": camera, "tamper": tamper} for camera, tamper in event.troubles]
            doer = doer_json(event.doer)
            return {"mode_id": event.mode_id, "at": event.at, "doer": doer, "troubles": troubles}
        case Alarm() | TamperChanged() | CodeRefused():
            return asdict(event)
        case _:
            return {}  # `UnderDuress`: nobody who listens is told, see `EventHub`


def _mode_json(mode: GuardMode | None) -> dict[str, str] | None:
    return None if mode is None else {"id": mode.id, "name": mode.name}
