"""`choices.json` in the data folder: what was chosen on the page "Settings". Blocking.

`choices.json.good` beside it is the same once more: what a bad card leaves of the first must not change how
long recordings are kept.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gcam_addon.config.choices import CHOICES
from gcam_addon.config.json_file import parse_json, write_atomically
from gcam_addon.config.rules import checked
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

FILE = "choices.json"
_VERSION = 1
_log = logging.getLogger(__name__)


def read_choices(folder: Path) -> Mapping[str, Any]:
    """JSON values by name, those of a later version included. Raises `ConfigError` where neither file can be
    used: rather no Gcam than one that keeps recordings for as long as nobody chose.
    """
    path = folder / FILE
    try:
        found = _read(path)
    except ConfigError as error:
        try:
            good = _read(_second(path))
        except ConfigError:
            good = None
        if good is None:
            raise
        _log.error("%s; the second copy of it is used", error)
        return good
    return _read(_second(path)) or {} if found is None else found


def parse_choices(content: bytes, name: str = FILE) -> Mapping[str, Any]:
    """Raises `ConfigError`."""
    data = parse_json(content, name)
    chosen = data.get("choices") if isinstance(data, dict) and data.get("version") == _VERSION else None
    if not isinstance(chosen, dict):
        raise ConfigError(because("choices_broken", file=name), field=name)
    for choice, value in chosen.items():
        if choice in CHOICES:
            checked(CHOICES[choice].rule, value, f"{name}: {choice}")
    return chosen


def written(chosen: Mapping[str, Any]) -> bytes:
    """The file's content."""
    return (
        json.dumps({"version": _VERSION, "choices": chosen}, indent=2, ensure_ascii=False) + "\n"
    ).encode()


def write_choices(folder: Path, chosen: Mapping[str, Any]) -> None:
    """Raises `ConfigError`; then what was chosen before still is."""
    path, content = folder / FILE, written(chosen)
    try:
        write_atomically(path, content)
    except OSError as error:
        raise ConfigError(because("choices_unwritable", file=path, why=error)) from error
    try:
        write_atomically(_second(path), content)
    except OSError as error:
        _log.warning("%s can't be written: %s", _second(path), error.strerror)


def _second(path: Path) -> Path:
    return path.with_name(f"{path.name}.good")


def _read(path: Path) -> Mapping[str, Any] | None:
    """None where there is no file, or no folder, which is told by who opens that. Raises `ConfigError`."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(because("file_unreadable", path=path, why=error)) from error
    return parse_choices(content, path.name)
