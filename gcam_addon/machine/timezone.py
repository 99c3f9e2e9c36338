"""The time zone of everything that Gcam says in local time: days, names of files, the shared page, the log.

There is one for the whole process, the C library's: whatever makes a local time has it, and no two disagree.
"""

from __future__ import annotations

import os
import time
import zoneinfo
from importlib.resources import files
from pathlib import Path

_ZONEINFO = "zoneinfo/"
_LOCALTIME = Path("/etc/localtime")


def is_timezone(name: str) -> bool:
    """Whether there is one of that name, such as `Europe/Brussels`. Blocking."""
    try:
        zoneinfo.ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # what it raises depends on how the name is wrong
        return False
    return True


def use_timezone(name: str) -> None:
    """From now on, in the whole process. A machine without its rules has those of the package `tzdata`."""
    there = any((Path(folder) / name).is_file() for folder in zoneinfo.TZPATH)
    os.environ["TZ"] = f":{name if there else _packaged(name)}"
    time.tzset()


def timezone() -> str | None:
    """The one that is used, as IANA names it; None where the machine does not tell."""
    used = os.environ.get("TZ")
    if used is None:
        return _named_in(os.path.realpath(_LOCALTIME))
    given = used.removeprefix(":") or "UTC"
    name = _named_in(given) if given.startswith("/") else given
    return name if name is not None and is_timezone(name) else None


def _named_in(path: str) -> str | None:
    return path.partition(_ZONEINFO)[2] or None


def _packaged(name: str) -> Path:
    return Path(str(files("tzdata"))) / _ZONEINFO / name
