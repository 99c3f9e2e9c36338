"""JSON files on disk: read with errors a person can act on, written so that a crash leaves the old file."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NoReturn

from gcam_addon.disk.files import sync_folder, write_whole
from gcam_addon.errors import ConfigError
from gcam_addon.words.reason import because

JSON_MAX_BYTES = 16 * 1024 * 1024


def parse_json(content: bytes, name: str) -> Any:
    """The value in `content`; `name` is how the errors call it. Raises `ConfigError`."""
    if len(content) > JSON_MAX_BYTES:
        raise ConfigError(because("json_too_large", file=name, size=len(content), most=JSON_MAX_BYTES))
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise ConfigError(
            because("json_broken", file=name, line=error.lineno, column=error.colno, why=error.msg)
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(because("json_no_utf8", file=name, byte=error.start)) from error
    except RecursionError as error:
        raise ConfigError(because("json_deep", file=name)) from error
    except ValueError as error:
        raise ConfigError(because("json_number", file=name)) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content`: after a crash there is the old file or the new one, whole. Blocking;
    one writer at a time.

    Readable by its owner only. A symbolic link is followed: what it points to is replaced. Raises `OSError`.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, content, mode=0o600)
    sync_folder(target.parent)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _refuse(digits)
