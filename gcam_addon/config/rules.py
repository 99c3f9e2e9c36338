"""The rules a setting can obey, as voluptuous validators, and `checked`, which runs one.

A rule takes a JSON value and returns what the program uses, or raises `vol.Invalid` with a sentence that
names the value and what to give instead. Which setting obeys which rule is said in `schema.py`.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

import voluptuous as vol

from gcam_addon.errors import ConfigError
from gcam_addon.log.setup import MASK, redact
from gcam_addon.model import Point, Polygon

T = TypeVar("T")
Rule = Callable[[Any], Any]


def checked(rule: Callable[[Any], T], value: object, path: str) -> T:
    """`rule(value)`; what is wrong becomes a `ConfigError` that begins with `path` and the place below it."""
    try:
        return vol.Schema(rule)(value)  # type: ignore[no-any-return]  # voluptuous is untyped here
    except vol.Invalid as error:  # not chained: its path may quote what somebody pasted as a key
        first = error.errors[0] if isinstance(error, vol.MultipleInvalid) else error
        place = _one_line(_place(path, first.path))
        sentence = first.error_message
        raise ConfigError(f"{place}: {sentence}" if place else sentence, field=place or None) from None


def section(
    make: Callable[..., T], rules: Mapping[str, Rule], hints: Mapping[str, str] | None = None
) -> Callable[[Any], T]:
    """A JSON object whose known settings become the keyword arguments of `make`; missing ones are left to
    its defaults. `hints` answer settings that somebody may expect here.
    """
    schema = vol.Schema({vol.Optional(name): rule for name, rule in rules.items()})

    def rule(value: Any) -> T:
        if not isinstance(value, Mapping):
            raise vol.Invalid(f"{shown(value)} is no section; give an object such as {{…}}")
        for name in value:
            if name not in rules:
                raise vol.Invalid(_unknown(str(name), rules, hints or {}), path=[name])
        return make(**schema(dict(value)))

    return rule


def listing(rule: Rule, most: int) -> Rule:
    """A JSON list of at most `most` values, as a tuple."""
    schema = vol.Schema([rule])

    def listed(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise vol.Invalid(f"{shown(value)} is no list; give a list such as […]")
        if len(value) > most:
            raise vol.Invalid(f"{len(value)} entries are too many; give at most {most}")
        return tuple(schema(list(value)))

    return listed


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise vol.Invalid(f"{shown(value)} is neither true nor false; give one of them, without quotes")
    return value


def number(least: float, most: float, unit: str = "") -> Rule:
    """A finite number within the limits, as a float."""
    wanted = f"give a number from {least:g} to {most:g}{unit and ' ' + unit}"

    def rule(value: Any) -> float:
        return float(_within(value, least, most, wanted))

    return rule


def whole(least: int, most: int, unit: str = "") -> Rule:
    """A whole number within the limits; 5.0 counts as one."""
    wanted = f"give a whole number from {least} to {most}{unit and ' ' + unit}"

    def rule(value: Any) -> int:
        inside = _within(value, least, most, wanted)
        if inside != int(inside):
            raise vol.Invalid(f"{shown(value)} is not whole; {wanted}")
        return int(inside)

    return rule


def one_of(options: Sequence[int], unit: str = "") -> Rule:
    """One of some whole numbers; 90.0 counts as 90."""
    wanted = f"choose from {', '.join(map(str, options))}{unit and ' ' + unit}"

    def rule(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in options:
            raise vol.Invalid(f"{shown(value)} is none of them; {wanted}")
        return int(value)

    return rule


def optional(rule: Rule) -> Rule:
    """`rule`, or null for «none»."""
    return lambda value: None if value is None else rule(value)


def choice(options: type[StrEnum] | Sequence[str]) -> Rule:
    """One of some words; the members themselves where `options` is an enum."""
    known = {str(option): option for option in options}

    def rule(value: Any) -> Any:
        if isinstance(value, str) and value in known:
            return known[value]
        raise vol.Invalid(f"{shown(value)} is unknown; {_meant(value, known)}choose from {', '.join(known)}")

    return rule


def text(most: int, pattern: str | None = None, wanted: str = "") -> Rule:
    """Printable text of 1 to `most` characters without blanks around it, that matches `pattern` in full."""
    remedy = wanted or f"give 1 to {most} characters"

    def rule(value: Any) -> str:
        if not isinstance(value, str):
            raise vol.Invalid(f"{shown(value)} is no text; {remedy}")
        stripped = value.strip()
        if not stripped:
            raise vol.Invalid(f"the text is empty; {remedy}")
        if len(stripped) > most:
            raise vol.Invalid(f"{shown(stripped)} is too long ({len(stripped)} characters); {remedy}")
        if not stripped.isprintable():
            raise vol.Invalid(f"{shown(stripped)} holds control characters; {remedy}")
        if pattern is not None and not re.fullmatch(pattern, stripped):
            raise vol.Invalid(f"{shown(stripped)} does not fit; {remedy}")
        return stripped

    return rule


def secret(most: int) -> Rule:
    """Text that is never shown."""

    def rule(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= most or _UNUSABLE.search(value):
            raise vol.Invalid(f"it (not shown) is no usable text; give 1 to {most} characters in quotes")
        return value

    return rule


def polygon(value: Any) -> Polygon:
    """Three or more points within the picture that enclose something."""
    points: tuple[Point, ...] = listing(_point, most=100)(value)
    if len(points) < 3:
        raise vol.Invalid(f"{len(points)} points enclose nothing; give three or more")
    if abs(_area(points)) < _LEAST_AREA:
        raise vol.Invalid("the points enclose no area; give the corners in order, no line crossing another")
    return points


def shown(value: object) -> str:
    """`value` as a message may quote it: short, on one line, without credentials."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "a section"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    if isinstance(value, bool | str):
        return _shortened(json.dumps(_hidden(value) if isinstance(value, str) else value, ensure_ascii=False))
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    return _shortened(_hidden(str(value)))


_UNUSABLE = re.compile("[\0\ud800-\udfff]")
"""What no protocol carries: NUL, and surrogates, which are no characters."""

_LEAST_AREA = 1e-6
"""Of the picture; below it are rounding errors."""


def _point(value: Any) -> Point:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or len(value) != 2:
        raise vol.Invalid(f"{shown(value)} is no point; give [x, y], both from 0 to 1, from the top left")
    x, y = vol.Schema([number(0, 1)])(list(value))
    return x, y


def _area(points: Sequence[Point]) -> float:
    """Signed, by the shoelace formula."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise((*points, points[0]))) / 2


def _within(value: Any, least: float, most: float, wanted: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        quotes = " without quotes" if isinstance(value, str) else ""
        raise vol.Invalid(f"{shown(value)} is no number; {wanted}{quotes}")
    if isinstance(value, float) and not math.isfinite(value):
        raise vol.Invalid(f"{value} is no usable number; {wanted}")
    if value < least:
        raise vol.Invalid(f"{shown(value)} is too low; {wanted}")
    if value > most:
        raise vol.Invalid(f"{shown(value)} is too high; {wanted}")
    return value


def _unknown(name: str, known: Iterable[str], hints: Mapping[str, str]) -> str:
    if hint := hints.get(name):
        return f"unknown setting; {hint}"
    names = list(known)
    return f"unknown setting; {_meant(name, names)}known here: {', '.join(names)}"


def _meant(value: object, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(value.lower(), known, n=1) if isinstance(value, str) else []
    return f'did you mean "{close[0]}"? ' if close else ""


def _place(path: str, steps: Sequence[Hashable]) -> str:
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            name = _hidden(str(step))  # somebody may have pasted an address as a key
            path += f".{name}" if path else name
    return path


def _one_line(place: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in redact(place))[:200]


def _shortened(quoted: str) -> str:
    quoted = "".join(c if c.isprintable() else "?" for c in quoted)
    return quoted if len(quoted) <= 60 else f"{quoted[:57]}…{quoted[0] if quoted[0] == chr(34) else ''}"


def _hidden(text: str) -> str:
    """Without credentials, also those of an address that lacks its scheme."""
    return redact(re.sub(r".*@", f"{MASK}@", text, flags=re.DOTALL))
