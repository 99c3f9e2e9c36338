"""Where the guard stood, on the disk: `guard_state.json`. What is told was written here before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from gcam_addon.config.json_file import parse_json, write_atomically
from gcam_addon.errors import ConfigError
from gcam_addon.model import Kind
from gcam_addon.model.guard import (
    AlarmCause,
    AlarmKind,
    AlarmRecord,
    Doer,
    GuardMode,
    GuardPhase,
    GuardState,
    PlannedArming,
    Tamper,
    Via,
    Watch,
)
from gcam_addon.words.reason import because

VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """`scheduled_at`: until when the schedule was followed; None: never yet."""

    state: GuardState
    scheduled_at: float | None = None


def save_kept(path: Path, kept: Kept) -> None:
    """Blocking; returns when a power cut can't take it any more. OSError."""
    write_atomically(path, json.dumps({"version": VERSION} | asdict(kept)).encode())


def load_kept(path: Path) -> Kept | None:
    """None where there was never one. Blocking. Raises `ConfigError`: who can't read whether it was armed
    must not go on as if it was not.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(because("file_unreadable", path=path, why=error)) from error
    value = parse_json(content, path.name)
    if isinstance(value, Mapping) and value.get("version") != VERSION:
        raise ConfigError(because("later_data", file=path))
    try:
        return Kept(_state(value["state"]), value["scheduled_at"])
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(because("guard_state_broken", file=path)) from error


def _state(told: Mapping[str, Any]) -> GuardState:
    known = {field.name: told[field.name] for field in fields(GuardState)}
    return GuardState(
        **known
        | {
            "phase": GuardPhase(told["phase"]),
            "doer": _doer(told["doer"]),
            "mode": None if told["mode"] is None else _mode(told["mode"]),
            "entered": None if told["entered"] is None else _cause(told["entered"]),
            "alarm": None if told["alarm"] is None else _record(told["alarm"]),
            "bypassed": tuple(told["bypassed"]),
            "planned": None if told["planned"] is None else _planned(told["planned"]),
        }
    )


def _doer(told: Mapping[str, Any]) -> Doer:
    return Doer(**{**told, "via": Via(told["via"])})


def _mode(told: Mapping[str, Any]) -> GuardMode:
    watches = tuple(Watch(**watch) for watch in told["watches"])
    return GuardMode(**{**told, "watches": watches, "kinds": tuple(map(Kind, told["kinds"]))})


def _cause(told: Mapping[str, Any]) -> AlarmCause:
    what = None if told["what"] is None else tuple(map(Kind, told["what"]))
    tamper = None if told["tamper"] is None else Tamper(told["tamper"])
    return AlarmCause(**{**told, "kind": AlarmKind(told["kind"]), "what": what, "tamper": tamper})


def _record(told: Mapping[str, Any]) -> AlarmRecord:
    return AlarmRecord(**{**told, "causes": tuple(map(_cause, told["causes"]))})


def _planned(told: Mapping[str, Any]) -> PlannedArming:
    return PlannedArming(**{**told, "mode": _mode(told["mode"]), "doer": _doer(told["doer"])})
