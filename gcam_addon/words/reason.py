"""A sentence as a code with parameters, and what it reads in each language.

`en.json` and `fr.json` beside this hold every sentence once. The page is built with these very files, and the
translations of Home Assistant's integration are made of them, so none can say something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from errno import errorcode
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "fr")

_NAME = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Reason:
    """`str()` is the English sentence: for logs and the command line. A parameter may be a reason itself."""

    code: str
    params: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.in_language("en")

    def in_language(self, language: str) -> str:
        """In English where `language` is none of ours; the bare code where it has no sentence."""
        sentence = catalogue(language if language in LANGUAGES else "en").get(self.code, self.code)
        return _NAME.sub(lambda name: _text(self.params.get(name[1], ""), language), sentence)

    def as_json(self) -> dict[str, Any]:
        """`code`, and `params` with the reasons among them in the same shape."""
        params = {name: _plain(value) for name, value in self.params.items()}
        return {"code": self.code, "params": params}


Value = str | int | float | Reason | tuple["Value", ...]


def because(code: str, /, **params: object) -> Reason:
    """`raise NotFound(because("no_camera", camera=camera_id))`; a test compares every call with the files.

    Of an error its own reason is taken where it has one, of what the system refuses what that means, and of
    everything that is no `Value` its text.
    """
    return Reason(code, {name: _value(param) for name, param in params.items()})


def _value(param: object) -> Value:
    match param:
        case str() | int() | float() | Reason():
            return param
        case tuple():
            return tuple(map(_value, param))
        case OSError(strerror=str(text)):
            code = f"os_{errorcode.get(param.errno or 0, '')}".lower()
            return Reason(code) if code in catalogue("en") else text
        case BaseException():
            reason = getattr(param, "reason", None)
            return reason if isinstance(reason, Reason) else str(param)
        case _:
            return "" if param is None else str(param)


@lru_cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every sentence by its code, `{{name}}` where a parameter stands."""
    sentences: dict[str, str] = json.loads((files(__package__) / f"{language}.json").read_text("utf-8"))
    return sentences


def names_in(sentence: str) -> frozenset[str]:
    """The parameters of a sentence of the catalogue."""
    return frozenset(_NAME.findall(sentence))


def _text(value: Value, language: str) -> str:
    match value:
        case Reason():
            return value.in_language(language)
        case tuple():
            return ", ".join(_text(one, language) for one in value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _plain(value: Value) -> Any:
    match value:
        case Reason():
            return value.as_json()
        case tuple():
            return [_plain(one) for one in value]
        case _:
            return value
