"""The rules a JSON value can obey, as voluptuous validators, and `checked`, which runs one.

A rule takes a JSON value and returns what the program uses, or raises `Wrong` with a sentence that
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
from gcam_addon.words.reason import Reason, because

T = TypeVar("T")
Check = Callable[[Any], Any]


class Wrong(vol.Invalid):
    """A value that does not obey; `reason` says so in any language."""

    def __init__(self, reason: Reason, path: list[Hashable] | None = None) -> None:
        super().__init__(str(reason), path)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """`check` runs it. `means`: what it takes, as JSON Schema says it, with a `title` where it is told of by
    name. `wanted`: the remedy where a value is missing.
    """

    check: Check
    means: Mapping[str, Any]
    wanted: Reason | None = None

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
        why = getattr(first, "reason", None) or first.error_message
        raise ConfigError(
            because("at_place", place=place, why=why) if place else why, field=place or None
        ) from None


def section(
    make: Callable[..., Any],
    rules: Mapping[str, Check],
    hints: Mapping[str, Reason] | None = None,
    required: Mapping[str, Reason] | None = None,
) -> Rule:
    """A JSON object whose known settings become the keyword arguments of `make`; missing ones are left to
    its defaults, but for those `required`, with what to give. `hints` answer settings that somebody may
    expect here.
    """
    schema = vol.Schema({vol.Optional(name): rule for name, rule in rules.items()})

    def check(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise Wrong(because("no_section", value=shown(value)))
        for name in value:
            if name not in rules:
                raise Wrong(unknown(str(name), rules, hints or {}), path=[name])
        for name, remedy in (required or {}).items():
            if name not in value:
                raise Wrong(because("it_is_missing", wanted=remedy), path=[name])
        return make(**schema(dict(value)))

    properties = {name: _means_of(rule) for name, rule in rules.items()}
    means = {"type": "object", "properties": properties, "additionalProperties": False}
    return Rule(check, means | ({"required": list(required)} if required else {}), because("give_object"))


def listing(rule: Check, most: int, least: int = 0, *, unique: bool = False) -> Rule:
    """A JSON list of `least` to `most` values, as a tuple; each once where they are to be `unique`."""
    schema = vol.Schema([rule])

    def check(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise Wrong(because("no_list", value=shown(value)))
        if len(value) > most:
            raise Wrong(because("many_entries", given=len(value), most=most))
        if len(value) < least:
            raise Wrong(because("few_entries", given=len(value), least=least))
        entries = tuple(schema(list(value)))
        if unique:
            _refuse_twins(entries)
        return entries

    bounds = {"minItems": least} if least else {}
    means = {"type": "array", **bounds, "maxItems": most, "items": _means_of(rule)}
    return Rule(check, means | ({"uniqueItems": True} if unique else {}), because("give_list"))


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(because("no_flag", value=shown(value)))
    return value


flag = Rule(_flag, {"type": "boolean"}, because("give_flag"))


def number(least: float, most: float, unit: str = "") -> Rule:
    """A finite number within the limits, as a float."""
    wanted = _of(because("give_number", least=_figure(least), most=_figure(most)), unit)

    def check(value: Any) -> float:
        return float(_within(value, least, most, wanted))

    return Rule(check, {"type": "number", "minimum": least, "maximum": most}, wanted)


def whole(least: int, most: int, unit: str = "") -> Rule:
    """A whole number within the limits; 5.0 counts as one."""
    wanted = _of(because("give_whole", least=least, most=most), unit)

    def check(value: Any) -> int:
        inside = _within(value, least, most, wanted)
        if inside != int(inside):
            raise Wrong(because("not_whole", value=shown(value), wanted=wanted))
        return int(inside)

    return Rule(check, {"type": "integer", "minimum": least, "maximum": most}, wanted)


def one_of(options: Sequence[int], unit: str = "") -> Rule:
    """One of some whole numbers; 90.0 counts as 90."""
    wanted = _of(because("choose_from", choices=tuple(options)), unit)

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in options:
            raise Wrong(because("none_of_them", value=shown(value), wanted=wanted))
        return int(value)

    return Rule(check, {"type": "integer", "enum": list(options)}, wanted)


def optional(rule: Check) -> Rule:
    """`rule`, or null for «none»."""
    own = rule.wanted if isinstance(rule, Rule) else None
    wanted = own and because("or_null", wanted=own)

    def check(value: Any) -> Any:
        return None if value is None else rule(value)

    return Rule(check, {"anyOf": [_means_of(rule), {"type": "null"}]}, wanted)


def choice(options: type[StrEnum] | Sequence[str]) -> Rule:
    """One of some words; the members themselves where `options` is an enum."""
    known = {str(option): option for option in options}
    wanted = because("choose_from", choices=tuple(known))

    def check(value: Any) -> Any:
        if isinstance(value, str) and value in known:
            return known[value]
        if meant := _meant(value, known):
            raise Wrong(because("unknown_did_you_mean", value=shown(value), meant=meant, wanted=wanted))
        raise Wrong(because("unknown_value", value=shown(value), wanted=wanted))

    return Rule(check, {"type": "string", "enum": list(known)}, wanted)


def text(most: int, pattern: str | None = None, wanted: Reason | None = None) -> Rule:
    """Printable text of 1 to `most` characters without blanks around it, that matches `pattern` in full."""
    remedy = wanted or because("give_characters", least=1, most=most)

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(because("no_text", value=shown(value), wanted=remedy))
        stripped = value.strip()
        if not stripped:
            raise Wrong(because("text_empty", wanted=remedy))
        if len(stripped) > most:
            raise Wrong(because("text_long", value=shown(stripped), given=len(stripped), wanted=remedy))
        if not stripped.isprintable():
            raise Wrong(because("text_controls", value=shown(stripped), wanted=remedy))
        if pattern is not None and not re.fullmatch(pattern, stripped):
            raise Wrong(because("text_unfit", value=shown(stripped), wanted=remedy))
        return stripped

    means = {"type": "string", "minLength": 1, "maxLength": most}
    return Rule(check, means if pattern is None else means | {"pattern": f"^(?:{pattern})$"}, remedy)


def anything(most: int, wanted: Reason | None = None, *, least: int = 1) -> Rule:
    """Any text of so many characters, as it came: to compare with what is known."""
    remedy = wanted or because("give_characters", least=least, most=most)

    def check(value: Any) -> str:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise Wrong(because("text_unusable", value=shown(value), wanted=remedy))
        return value

    return Rule(check, {"type": "string", "minLength": least, "maxLength": most}, remedy)


def secret(most: int) -> Rule:
    """Text that is never shown."""
    wanted = because("give_quoted", most=most)

    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= most or _UNUSABLE.search(value):
            raise Wrong(because("secret_unusable", wanted=wanted))
        return value

    means = {"type": "string", "minLength": 1, "maxLength": most, "pattern": r"^[^\u0000]*$"}
    return Rule(check, means, wanted)


def _polygon(value: Any) -> Polygon:
    points: tuple[Point, ...] = listing(_point, most=100)(value)
    if len(points) < 3:
        raise Wrong(because("few_points", given=len(points)))
    if abs(_area(points)) < _LEAST_AREA:
        raise Wrong(because("no_area"))
    return points


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_CORNER = {"type": "array", "minItems": 2, "maxItems": 2, "items": _SHARE}

polygon = Rule(
    _polygon,
    {"title": "Polygon", "type": "array", "minItems": 3, "maxItems": 100, "items": _CORNER},
    because("give_corners"),
)
"""Three or more points within the picture that enclose something."""


def unknown(name: str, known: Iterable[str], hints: Mapping[str, Reason]) -> Reason:
    """The sentence on a name that nobody asked for."""
    if hint := hints.get(name):
        return because("unknown_but", hint=hint)
    names = tuple(known)
    if meant := _meant(name, names):
        return because("unknown_meant", meant=meant, known=names)
    return because("unknown_setting", known=names) if names else because("unknown_anyway")


def shown(value: object) -> Reason | str:
    """`value` as a message may quote it: short, on one line, without credentials."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return because("a_section")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return because("a_list")
    if isinstance(value, bool | str):
        return _shortened(json.dumps(_hidden(value) if isinstance(value, str) else value, ensure_ascii=False))
    if isinstance(value, int) and abs(value) >= 10**30:
        return because("a_long_number")
    return _shortened(_hidden(str(value)))


_UNUSABLE = re.compile("[\0\ud800-\udfff]")
"""What no protocol carries: NUL, and surrogates, which are no characters."""

_LEAST_AREA = 1e-6
"""Of the picture; below it are rounding errors."""


def _point(value: Any) -> Point:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or len(value) != 2:
        raise Wrong(because("no_point", value=shown(value)))
    x, y = vol.Schema([number(0, 1)])(list(value))
    return x, y


def _area(points: Sequence[Point]) -> float:
    """Signed, by the shoelace formula."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise((*points, points[0]))) / 2


def _within(value: Any, least: float, most: float, wanted: Reason) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        if isinstance(value, str):
            raise Wrong(because("number_quoted", value=shown(value), wanted=wanted))
        raise Wrong(because("no_number", value=shown(value), wanted=wanted))
    if isinstance(value, float) and not math.isfinite(value):
        raise Wrong(because("number_unusable", value=str(value), wanted=wanted))
    if value < least:
        raise Wrong(because("too_low", value=shown(value), wanted=wanted))
    if value > most:
        raise Wrong(because("too_high", value=shown(value), wanted=wanted))
    return value


def _means_of(rule: Check) -> Mapping[str, Any]:
    return rule.means if isinstance(rule, Rule) else {}


def _refuse_twins(entries: Sequence[Any]) -> None:
    for index, entry in enumerate(entries):
        if entry in entries[:index]:
            raise Wrong(because("twice", value=shown(entry)), path=[index])


def _figure(number: float) -> str:
    """As people write it, also where it is long."""
    return f"{number:.0f}" if abs(number) >= 1e6 else f"{number:g}"


def _of(wanted: Reason, unit: str) -> Reason:
    if not unit:
        return wanted
    code = "unit_" + re.sub(r"\W+", "_", unit)
    return because("of_unit", wanted=wanted, unit=Reason(code))


def _meant(value: object, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(value.lower(), known, n=1) if isinstance(value, str) else []
    return close[0] if close else ""


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
