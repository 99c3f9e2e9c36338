"""What people decide of the guard: modes, schedule, place, codes; and `guard.json`, where that is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gcam_addon.config.json_file import parse_json, write_atomically
from gcam_addon.config.rules import (
    Rule,
    checked,
    choice,
    flag,
    listing,
    number,
    optional,
    section,
    text,
    whole,
)
from gcam_addon.config.slug import SLUG_MAX_LENGTH
from gcam_addon.errors import ConfigError
from gcam_addon.guard.schedule import MOMENT, Window, moment_of
from gcam_addon.guard.sun import GeoPlace
from gcam_addon.model import Kind
from gcam_addon.model.guard import GuardMode, Watch
from gcam_addon.words.reason import because

FILE = "guard.json"
VERSION = 1
MOST_MODES = 20
MOST_WATCHES = 200
MOST_WINDOWS = 50
MOST_CODES = 50
MOST_MINUTES = 24 * 60

USUAL_MODES = (
    GuardMode("away", "Away", ()),
    GuardMode("home", "Home", (), exit_s=0.0),
    GuardMode("night", "Night", (), exit_s=0.0),
)
"""Nobody knows what they are to watch until somebody says so: until then they can't be armed."""


@dataclass(frozen=True, slots=True)
class Code:
    """A person's own. `duress` disarms as well, and tells that somebody is made to."""

    person_id: str
    hash: str = field(repr=False)
    duress_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class GuardSettings:
    modes: tuple[GuardMode, ...] = USUAL_MODES
    windows: tuple[Window, ...] = ()
    place: GeoPlace | None = None
    codes: tuple[Code, ...] = ()

    def mode(self, mode_id: str) -> GuardMode | None:
        return next((mode for mode in self.modes if mode.id == mode_id), None)


def _moment(value: Any) -> Any:
    return moment_of(text(12, MOMENT, because("give_moment"))(value))


ID = text(SLUG_MAX_LENGTH, "[a-z0-9_]+", because("give_mode_id"))
WATCH = section(
    Watch,
    {
        "camera_id": text(SLUG_MAX_LENGTH, "[a-z0-9_]+", because("give_camera_id")),
        "zone": optional(text(80)),
        "entry_s": number(0, 600, "seconds"),
    },
    required={"camera_id": because("give_camera_id")},
)
MODE = section(
    GuardMode,
    {
        "id": ID,
        "name": text(80),
        "watches": listing(WATCH, most=MOST_WATCHES),
        "kinds": listing(choice(Kind), most=len(Kind), least=1, unique=True),
        "exit_s": number(0, 600, "seconds"),
        "alarm_s": optional(number(5, 86_400, "seconds")),
        "loss_s": number(0, 3600, "seconds"),
        "needs_code": flag,
        "lamps": flag,
    },
    required={
        "id": because("give_mode_id"),
        "name": because("give_characters", least=1, most=80),
        "watches": because("give_list"),
    },
)
MOMENT_RULE = Rule(_moment, {"type": "string", "pattern": f"^(?:{MOMENT})$"}, because("give_moment"))
WINDOW = section(
    Window,
    {
        "mode_id": ID,
        "days": listing(whole(0, 6), most=7, least=1, unique=True),
        "begin": MOMENT_RULE,
        "end": MOMENT_RULE,
    },
    required={
        "mode_id": because("give_mode_id"),
        "days": because("give_list"),
        "begin": because("give_moment"),
        "end": because("give_moment"),
    },
)
PLACE = section(
    GeoPlace,
    {"latitude": number(-90, 90), "longitude": number(-180, 180)},
    required={
        "latitude": because("give_number", least="-90", most="90"),
        "longitude": because("give_number", least="-180", most="180"),
    },
)
_CODE = section(
    Code,
    {"person_id": text(100), "hash": text(500), "duress_hash": optional(text(500))},
    required={"person_id": because("give_name"), "hash": because("give_name")},
)
MODES = listing(MODE, most=MOST_MODES, least=1)
WINDOWS = listing(WINDOW, most=MOST_WINDOWS)
_SETTINGS = section(
    GuardSettings,
    {
        "modes": MODES,
        "windows": WINDOWS,
        "place": optional(PLACE),
        "codes": listing(_CODE, most=MOST_CODES),
    },
)


def check_whole(settings: GuardSettings) -> None:
    """What no single value is wrong in. Raises `ConfigError`."""
    for name, often in Counter(mode.id for mode in settings.modes).items():
        if often > 1:
            raise ConfigError(because("guard_mode_twice", mode=name), field="modes")
    for index, window in enumerate(settings.windows):
        if settings.mode(window.mode_id) is None:
            raise ConfigError(
                because("guard_no_mode", mode=window.mode_id), field=f"windows[{index}].mode_id"
            )
        if settings.place is None and (window.begin.light or window.end.light):
            raise ConfigError(because("guard_no_place"), field="place")


def load_settings(path: Path) -> GuardSettings:
    """The usual ones where there is no file. Blocking. Raises `ConfigError`."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return GuardSettings()
    except OSError as error:
        raise ConfigError(because("file_unreadable", path=path, why=error)) from error
    return read_settings(content, path.name)


def read_settings(content: bytes, name: str = FILE) -> GuardSettings:
    """Of the file's content. Raises `ConfigError`."""
    value = parse_json(content, name)
    kept = dict(value) if isinstance(value, Mapping) else {}
    if kept.pop("version", VERSION) != VERSION:
        raise ConfigError(because("later_data", file=name), field="version")
    settings: GuardSettings = checked(_SETTINGS, kept, name)
    check_whole(settings)
    return settings


def save_settings(path: Path, settings: GuardSettings) -> None:
    """Blocking. Raises `ConfigError`."""
    check_whole(settings)
    try:
        write_atomically(path, json.dumps(settings_json(settings), ensure_ascii=False, indent=2).encode())
    except OSError as error:
        raise ConfigError(because("guard_unkept", why=error)) from error


def settings_json(settings: GuardSettings) -> dict[str, Any]:
    return {
        "version": VERSION,
        "modes": [asdict(mode) for mode in settings.modes],
        "windows": [window_json(window) for window in settings.windows],
        "place": None if settings.place is None else asdict(settings.place),
        "codes": [asdict(code) for code in settings.codes],
    }


def window_json(window: Window) -> dict[str, Any]:
    return {
        "mode_id": window.mode_id,
        "days": list(window.days),
        "begin": str(window.begin),
        "end": str(window.end),
    }
