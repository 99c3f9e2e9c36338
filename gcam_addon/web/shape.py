"""The JSON that the API is sent and answers: objects told of by name, and the rules of what stands in them.

Those that several routes share are in `shapes/`, all others beside their route.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, overload

import voluptuous as vol

from gcam_addon.config.rules import Rule, Wrong, choice, flag, optional, shown, unknown
from gcam_addon.words.reason import because


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """An object with these keys and no others: a voluptuous validator, with sentences for people."""

    title: str
    schema: vol.Schema
    says: str = ""

    def __call__(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Wrong(because("no_object", value=shown(value)))
        keys = self.schema.schema
        names = {key.schema: key for key in keys if isinstance(key, vol.Marker)}
        if len(names) == len(keys):
            for name in value:
                if name not in names:
                    raise Wrong(unknown(str(name), names, {}), path=[name])
        for name, key in names.items():
            if isinstance(key, vol.Required) and name not in value:
                wanted = getattr(keys[key], "wanted", None)
                raise Wrong(
                    because("missing_key_wanted", wanted=wanted) if wanted else because("missing_key"),
                    path=[name],
                )
        checked: dict[str, Any] = self.schema(dict(value))
        return checked


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of several shapes, which their `type` tells apart."""

    title: str
    shapes: tuple[Shape, ...]

    def __call__(self, value: Any) -> Any:
        return vol.Any(*self.shapes)(value)


def shape(title: str, keys: Mapping[Any, Any], says: str = "") -> Shape:
    """Keys that are plain texts are required, also in objects within; `str` stands for all others."""
    return Shape(title, vol.Schema(_whole(keys)), says)


def extended(base: Shape, title: str, keys: Mapping[Any, Any], says: str = "") -> Shape:
    """`base` and more."""
    return shape(title, {**base.schema.schema, **keys}, says)


def told(key: str, says: str) -> vol.Marker:
    """A required key whose value, an object or a list, is about this."""
    return vol.Required(key, description=says)


@overload
def nullable(rule: Rule) -> Rule: ...
@overload
def nullable(rule: Any) -> Any: ...
def nullable(rule: Any) -> Any:
    """Or null."""
    return optional(rule) if isinstance(rule, Rule) else vol.Any(_whole(rule), None)


def object_of(title: str, says: str) -> Rule:
    """Whatever object somebody else's standard describes."""
    return Rule(_object, {"title": title, "type": "object", "description": says}, because("give_any_object"))


def only(value: str) -> Rule:
    """The very text."""
    return choice((value,))


def _whole(rule: Any) -> Any:
    match rule:
        case list():
            return [_whole(one) for one in rule]
        case Mapping():
            return {
                vol.Required(key) if isinstance(key, str) else key: _whole(one) for key, one in rule.items()
            }
        case _:
            return rule


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Wrong(because("only_no_object", value=shown(value)))
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong(because("only_no_text", value=shown(value)))
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(because("only_no_number", value=shown(value)))
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong(because("only_no_whole", value=shown(value)))
    return value


STRING = Rule(_string, {"type": "string"})
NUMBER = Rule(_number, {"type": "number"})
INTEGER = Rule(_integer, {"type": "integer"})
BOOLEAN = flag
ANYTHING = Rule(lambda value: value, {"type": "object", "additionalProperties": True})
"""An object of which only who reads it knows more."""
