"""The rules a JSON value can obey, as voluptuous validators, and `checked`, which runs one.

A rule takes a JSON value and returns what the program uses, or raises `vol.Invalid` with a sentence that
names the value and what to give instead. Which setting obeys which rule is said in `schema.py`; what the API
is sent and answers, beside its routes.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

import voluptuous as vol

from gcam_addon.errors import ConfigError
from gcam_addon.log.setup import MASK, redact
from gcam_addon.model import Point, Polygon

T = TypeVar("T")
Check = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """`check` runs it. `means`: what it takes, as JSON Schema says it, with a `title` where it is told of by
    name. `wanted`: the remedy where a value is missing.
    """

    check: Check
    means: Mapping[str, Any]
    wanted: str = ""

    def __call__(self, value: Any) -> Any:
        return self.check(value)


def named(rule: Rule, title: str, says: str = "") -> Rule:
    """The same, told of by this name wherever it holds."""
    return replace(rule, means={"title": title, **({"description": says} if says else {}), **rule.means})


def said(rule: Rule, says: str) -> Rule:
    """The same, with what the value is about in this place."""
    means = {"allOf": [rule.means]} if "title" in rule.means else rule.means
    return replace(rule, means={**means, "description": says})


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
    make: Callable[..., Any],
    rules: Mapping[str, Check],
    hints: Mapping[str, str] | None = None,
    required: Mapping[str, str] | None = None,
) -> Rule:
    """A JSON object whose known settings become the keyword arguments of `make`; missing ones are left to
    its defaults, but for those `required`, with what to give. `hints` answer settings that somebody may
    expect here.
    """
    schema = vol.Schema({vol.Optional(name): rule for name, rule in rules.items()})

    def check(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise vol.Invalid(f"{shown(value)} is no section; {_OBJECT}")
        for name in value:
            if name not in rules:
                raise vol.Invalid(unknown(str(name), rules, hints or {}), path=[name])
        for name, remedy in (required or {}).items():
            if name not in value:
                raise vol.Invalid(f"it is missing; give {remedy}", path=[name])
        return make(**schema(dict(value)))

    properties = {name: _means_of(rule) for name, rule in rules.items()}
    means = {"type": "object", "properties": properties, "additionalProperties": False}
    return Rule(check, means | ({"required": list(required)} if required else {}), _OBJECT)


def listing(rule: Check, most: int, least: int = 0, *, unique: bool = False) -> Rule:
    """A JSON list of `least` to `most` values, as a tuple; each once where they are to be `unique`."""
    schema = vol.Schema([rule])

    def check(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise vol.Invalid(f"{shown(value)} is no list; give a list such as […]")
        if len(value) > most:
            raise vol.Invalid(f"{len(value)} entries are too many; give at most {most}")
        if len(value) < least:
            raise vol.Invalid(f"{len(value)} entries are too few; give at least {least}")
        entries = tuple(schema(list(value)))
        if unique:
            _refuse_twins(entries)
        return entries

    bounds = {"minItems": least} if least else {}
    means = {"type": "array", **bounds, "maxItems": most, "items": _means_of(rule)}
    return Rule(check, means | ({"uniqueItems": True} if unique else {}), "give a list such as […]")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise vol.Invalid(f"{shown(value)} is neither true nor false; give one of them, without quotes")
    return value


flag = Rule(_flag, {"type": "boolean"}, "give true or false")


def number(least: float, most: float, unit: str = "") -> Rule:
    """A finite number within the limits, as a float."""
    wanted = f"give a number from {_figure(least)} to {_figure(most)}{unit and ' ' + unit}"

    def check(value: Any) -> float:
        return float(_within(value, least, most, wanted))

    return Rule(check, {"type": "number", "minimum": least, "maximum": most}, wanted)


def whole(least: int, most: int, unit: str = "") -> Rule:
    """A whole number within the limits; 5.0 counts as one."""
    wanted = f"give a whole number from {least} to {most}{unit and ' ' + unit}"

    def check(value: Any) -> int:
        inside = _within(value, least, most, wanted)
        if inside != int(inside):
            raise vol.Invalid(f"{shown(value)} is not whole; {wanted}")
        return int(inside)

    return Rule(check, {"type": "integer", "minimum": least, "maximum": most}, wanted)


def one_of(options: Sequence[int], unit: str = "") -> Rule:
    """One of some whole numbers; 90.0 counts as 90."""
    wanted = f"choose from {', '.join(map(str, options))}{unit and ' ' + unit}"

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in options:
            raise vol.Invalid(f"{shown(value)} is none of them; {wanted}")
        return int(value)

    return Rule(check, {"type": "integer", "enum": list(options)}, wanted)


def optional(rule: Check) -> Rule:
    """`rule`, or null for «none»."""
    wanted = rule.wanted if isinstance(rule, Rule) else ""

    def check(value: Any) -> Any:
        return None if value is None else rule(value)

    return Rule(check, {"anyOf": [_means_of(rule), {"type": "null"}]}, wanted and f"{wanted}, or null")


def choice(options: type[StrEnum] | Sequence[str]) -> Rule:
    """One of some words; the members themselves where `options` is an enum."""
    known = {str(option): option for option in options}
    wanted = f"choose from {', '.join(known)}"

    def check(value: Any) -> Any:
        if isinstance(value, str) and value in known:
            return known[value]
        raise vol.Invalid(f"{shown(value)} is unknown; {_meant(value, known)}{wanted}")

    return Rule(check, {"type": "string", "enum": list(known)}, wanted)


def text(most: int, pattern: str | None = None, wanted: str = "") -> Rule:
    """Printable text of 1 to `most` characters without blanks around it, that matches `pattern` in full."""
    remedy = wanted or f"give 1 to {most} characters"

    def check(value: Any) -> str:
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

    means = {"type": "string", "minLength": 1, "maxLength": most}
    return Rule(check, means if pattern is None else means | {"pattern": f"^(?:{pattern})$"}, remedy)


def anything(most: int, wanted: str = "", *, least: int = 1) -> Rule:
    """Any text of so many characters, as it came: to compare with what is known."""
    remedy = wanted or f"give {least} to {most} characters"

    def check(value: Any) -> str:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise vol.Invalid(f"{shown(value)} is too long, empty or no text; {remedy}")
        return value

    return Rule(check, {"type": "string", "minLength": least, "maxLength": most}, remedy)


def secret(most: int) -> Rule:
    """Text that is never shown."""
    wanted = f"give 1 to {most} characters in quotes"

    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= most or _UNUSABLE.search(value):
            raise vol.Invalid(f"it (not shown) is no usable text; {wanted}")
        return value

    means = {"type": "string", "minLength": 1, "maxLength": most, "pattern": r"^[^\u0000]*$"}
    return Rule(check, means, wanted)


def _polygon(value: Any) -> Polygon:
    points: tuple[Point, ...] = listing(_point, most=100)(value)
    if len(points) < 3:
        raise vol.Invalid(f"{len(points)} points enclose nothing; give three or more")
    if abs(_area(points)) < _LEAST_AREA:
        raise vol.Invalid("the points enclose no area; give the corners in order, no line crossing another")
    return points


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_CORNER = {"type": "array", "minItems": 2, "maxItems": 2, "items": _SHARE}

polygon = Rule(
    _polygon,
    {"title": "Polygon", "type": "array", "minItems": 3, "maxItems": 100, "items": _CORNER},
    "give three or more corners",
)
"""Three or more points within the picture that enclose something."""


def unknown(name: str, known: Iterable[str], hints: Mapping[str, str]) -> str:
    """The sentence on a name that nobody asked for."""
    if hint := hints.get(name):
        return f"unknown setting; {hint}"
    names = list(known)
    return f"unknown setting; {_meant(name, names)}known here: {', '.join(names) or 'nothing'}"


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


_OBJECT = "give an object such as {…}"

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


def _means_of(rule: Check) -> Mapping[str, Any]:
    return rule.means if isinstance(rule, Rule) else {}


def _refuse_twins(entries: Sequence[Any]) -> None:
    for index, entry in enumerate(entries):
        if entry in entries[:index]:
            raise vol.Invalid(f"{shown(entry)} stands there twice; give each once", path=[index])


def _figure(number: float) -> str:
    """As people write it, also where it is long."""
    return f"{number:.0f}" if abs(number) >= 1e6 else f"{number:g}"


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
