"""A URL as a person wrote it: passwords hold what URLs end at, and nobody writes `%23` for `#`. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

_PLACE = re.compile(r"(?:\[[^\]]*\]|[^:@\[\]/?#]+)(?::\d*)?")
"""Host, and port where it is written down."""


def divided(rest: str) -> tuple[str | None, str, str]:
    """What stands behind `://`: credentials, None where there are none; host and port; path and query.

    Read as URLs are, unless that leaves no host: then all up to the last `@` is meant to be credentials.
    """
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    credentials, at, place = authority.rpartition("@")
    tail = rest[len(authority) :]
    if _PLACE.fullmatch(place) or "@" not in tail:
        return (credentials if at else None), place, tail
    credentials, _, behind = rest.rpartition("@")
    place = re.split(r"[/?#]", behind, maxsplit=1)[0]
    return credentials, place, behind[len(place) :]


def is_ambiguous(rest: str) -> bool:
    """Whether a password with `@` and `/` would read as well as a path with `@`, as in `u:p@ss/w@host`."""
    credentials, _, tail = divided(rest)
    path, at, behind = tail.rpartition("@")
    is_value = "=" in path.partition("?")[2]
    return credentials is not None and bool(at) and not is_value and not re.fullmatch(r"\d*", behind)


def hidden(rest: str) -> tuple[str, str]:
    """Host and port, and what follows, with nothing of credentials in it, whichever way it is read."""
    if is_ambiguous(rest):
        rest = rest.rpartition("@")[2]
    _, place, tail = divided(rest)
    return place, tail


def escaped(url: str) -> str:
    """The same, with credentials in which nothing can be taken for the end of them."""
    before, mark, rest = url.partition("://")
    credentials, place, tail = divided(rest)
    if not mark or credentials is None:
        return url
    name, colon, password = credentials.partition(":")
    return f"{before}://{_escaped(name)}{colon}{_escaped(password)}@{place}{tail}"


def _escaped(text: str) -> str:
    """What is escaped already stays so."""
    parts = re.split(r"(%[0-9A-Fa-f]{2})", text)
    return "".join(part if index % 2 else quote(part, safe="") for index, part in enumerate(parts))
