"""Where the machine says it stands: the name of its time zone."""

from __future__ import annotations

import os
from pathlib import Path

_ZONEINFO = "zoneinfo/"


def timezone() -> str | None:
    """As IANA names it; None where the machine does not tell."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    return str(Path(os.path.realpath("/etc/localtime"))).partition(_ZONEINFO)[2] or None
