"""What the add-on remembers about Home Assistant over restarts, in a small file of the data folder."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gcam_addon.config.json_file import parse_json, write_atomically
from gcam_addon.config.model import EntityMaker
from gcam_addon.errors import ConfigError

_log = logging.getLogger(__name__)
_NAME = "home_assistant.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Memory:
    """`token`: what Home Assistant signs in with. `entities`: who makes them, once that was settled."""

    token_id: str | None = None
    token: str | None = field(default=None, repr=False)
    entities: EntityMaker = EntityMaker.AUTO


def recall(data_dir: Path) -> Memory:
    """Blocking. What can't be read is begun anew: Home Assistant is then given another token."""
    try:
        content = (data_dir / _NAME).read_bytes()
        return _memory(parse_json(content, _NAME))
    except FileNotFoundError:
        return Memory()
    except (OSError, ConfigError, ValueError) as error:
        _log.warning("%s can't be read, it is begun anew: %s", _NAME, error)
        return Memory()


def remember(data_dir: Path, memory: Memory) -> None:
    """Blocking; readable by its owner only. A disk that refuses costs a new token at the next start."""
    content = json.dumps({"version": _VERSION, **asdict(memory)}, indent=2) + "\n"
    try:
        write_atomically(data_dir / _NAME, content.encode())
    except OSError as error:
        _log.warning("%s can't be written: %s", _NAME, error.strerror)


def _memory(data: Any) -> Memory:
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise ValueError("it is of another version of Gcam")
    token_id, token = data.get("token_id"), data.get("token")
    if not (isinstance(token_id, str) and isinstance(token, str)):
        token_id = token = None
    return Memory(token_id, token, EntityMaker(data.get("entities", EntityMaker.AUTO)))
