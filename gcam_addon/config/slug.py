"""Ids out of names: `Entrée du garage` -> `entree_du_garage`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

SLUG_MAX_LENGTH = 48
RESERVED = frozenset({"guard"})
"""What no new camera is called: on MQTT the guard is there."""
SLUG_PATTERN = re.compile(rf"[a-z0-9_]{{1,{SLUG_MAX_LENGTH}}}")


def slug(name: str, taken: Collection[str] = ()) -> str:
    """An id that matches `SLUG_PATTERN` and is not in `taken`: `door`, then `door_2` and so on.

    A name without a single Latin letter or digit gives `camera`.
    """
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_WITHOUT_DECOMPOSITION))
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:SLUG_MAX_LENGTH].rstrip("_") or "camera"
    return stem if stem not in taken else _numbered(stem, taken)


_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def _numbered(stem: str, taken: Collection[str]) -> str:
    number = 2
    while True:
        suffix = f"_{number}"
        candidate = stem[: SLUG_MAX_LENGTH - len(suffix)] + suffix
        if candidate not in taken:
            return candidate
        number += 1
