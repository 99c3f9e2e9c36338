"""What an AppArmor profile allows, read from its text: which files, and how. Knows the rules that ours is
made of; `apparmor_parser` says whether the text is right.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SYSTEM = Path("/etc/apparmor.d")
"""Where Debian's package apparmor keeps what profiles include."""

_INCLUDE = re.compile(r"#?include\s+(?:if exists\s+)?<([^>]+)>")
_VARIABLE = re.compile(r"(@\{\w+\})\s*\+?=\s*(.+)")
_RULE = re.compile(r"(deny\s+)?(?:owner\s+)?(/\S*|@\{\S+|\"[^\"]+\")\s+([rwaklmixpPuUcC]+)(?:\s*->\s*\S+)?,")


@dataclass(frozen=True, slots=True)
class Rule:
    path: re.Pattern[str]
    modes: str
    denies: bool


class Profile:
    """`allows(path, mode)`: mode is `r`, `w`, `k` (lock), `l` (link), `m` (map to run) or `x` (run)."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules

    @classmethod
    def read(cls, file: Path) -> Self:
        lines = list(_lines(file))
        variables: dict[str, list[str]] = {}
        for line in lines:
            if (found := _VARIABLE.fullmatch(line)) is not None:
                variables.setdefault(found[1], []).extend(found[2].replace('"', "").split())
        return cls([rule for line in lines for rule in _rules(line, variables)])

    def allows(self, path: str, mode: str) -> bool:
        found = [rule for rule in self._rules if mode in rule.modes and rule.path.fullmatch(path)]
        return bool(found) and not any(rule.denies for rule in found)


def _lines(file: Path) -> Iterator[str]:
    """Of the file and of all that it includes; a folder counts as all files in it."""
    for raw in file.read_text().splitlines():
        line = raw.strip()
        if (include := _INCLUDE.match(line)) is not None:
            target = SYSTEM / include[1]
            files = sorted(target.iterdir()) if target.is_dir() else [target] if target.exists() else []
            yield from itertools.chain.from_iterable(map(_lines, files))
        else:
            yield re.sub(r"\s+#.*", "", line)


def _rules(line: str, variables: dict[str, list[str]]) -> Iterator[Rule]:
    if line.startswith("#") or (found := _RULE.fullmatch(line)) is None:
        return
    for path in _expanded(found[2].strip('"'), variables):
        yield Rule(_pattern(path), found[3].replace("w", "wa"), denies=found[1] is not None)


def _expanded(path: str, variables: dict[str, list[str]]) -> Iterator[str]:
    """Every value of every variable."""
    found = re.search(r"@\{\w+\}", path)
    if found is None:
        yield re.sub("/+", "/", path)
        return
    for value in variables.get(found[0], []):
        yield from _expanded(path[: found.start()] + value + path[found.end() :], variables)


_GLOB = re.compile(r"\*\*|\*|\?|\{|\}|,|\[[^]]*\]|\\.|.")


def _pattern(path: str) -> re.Pattern[str]:
    parts = _GLOB.findall(path)
    return re.compile("".join(map(_translated, parts, [*parts[1:], ""])))


def _translated(part: str, following: str) -> str:
    match part:
        case "**":
            return ".*" if following else ".+"  # /data/** is what is in it, not itself
        case "*":
            return "[^/]*" if following else "[^/]+"
        case "?":
            return "[^/]"
        case "{":
            return "(?:"
        case "}":
            return ")"
        case ",":
            return "|"
    return part if part[0] in "[\\" else re.escape(part)
