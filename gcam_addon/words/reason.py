"""A sentence as a code with parameters, and what it reads in each language.

`en.json` and `fr.json` beside this hold every sentence once. The page is built with these very files, so that
it can say nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from errno import errorcode
from functools import lru_cache
from importlib.resources import files
from typing import Any, Self

LANGUAGES = ("en", "fr")

_NAME = re.compile(r"\{\{(\w+)\}\}")
_WEIGHT = re.compile(r"(?:q=([01](?:\.\d{0,3})?))?")
_BEFORE_SIGNS = re.compile(r"[ \u00a0](?=[:;?!»]|%(?![0-9A-F]{2}))|(?<=«)[ \u00a0]")
_NARROW = "\u202f"
_POINT = {"fr": ","}
"""Before the decimals, where it is none."""


class Reason(str):
    """The English sentence, for logs and the command line, which knows what it is made of, so that it can be
    said in other languages. A parameter may be a reason itself.
    """

    __slots__ = ("code", "params")

    code: str
    params: Mapping[str, Value]

    def __new__(cls, code: str, params: Mapping[str, Value] | None = None) -> Self:
        given = params or {}
        self = super().__new__(cls, _sentence(code, given, "en"))
        self.code, self.params = code, given
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def in_language(self, language: str) -> str:
        """In English where `language` is none of ours; the bare code where it has no sentence."""
        return _sentence(self.code, self.params, language if language in LANGUAGES else "en")

    def as_json(self) -> dict[str, Any]:
        """`code`, and `params` with the reasons among them in the same shape."""
        params = {name: _plain(value) for name, value in self.params.items()}
        return {"code": self.code, "params": params}


Value = str | int | float | tuple["Value", ...]


def because(code: str, /, **params: object) -> Reason:
    """`raise NotFound(because("no_camera", camera=camera_id))`; a test compares every call with the files.

    Of an error its own reason is taken where it has one, of what the system refuses what that means, and of
    everything that is no `Value` its text.
    """
    return Reason(code, {name: _value(param) for name, param in params.items()})


def read_again(told: Any) -> Reason | None:
    """The reason of which `as_json` told; None where it told of none, or of one that there is no more."""
    match told:
        case {"code": str(code), "params": Mapping() as params} if code in catalogue("en"):
            return Reason(code, {str(name): _read(param) for name, param in params.items()})
        case _:
            return None


def made_of(text: str | None) -> dict[str, Any] | None:
    """What is told and stored beside a text, as `as_json` tells it; None where it is plain text or none."""
    return text.as_json() if isinstance(text, Reason) else None


def made_again(text: str, told: Any) -> str:
    """The reason of which `made_of` told; `text` where it told of none, or of one that there is no more."""
    return read_again(told) or text


def said_in(language: str, text: str) -> str:
    """`text` in that language where it is a reason; what it is where it is not."""
    return text.in_language(language) if isinstance(text, Reason) else text


def spoken(accepted: str, otherwise: str = "en") -> str:
    """Of our languages the one that an `Accept-Language` header likes best."""
    liked = {language: _liking(accepted.lower(), language) for language in LANGUAGES}
    best = max(LANGUAGES, key=lambda language: (liked[language], language == otherwise))
    return best if liked[best] > 0 else otherwise


def _liking(accepted: str, language: str) -> float:
    """The weight of `language`, in any country's form."""
    return max((weight for name, weight in _liked(accepted) if name == language), default=0.0)


def _liked(accepted: str) -> Iterator[tuple[str, float]]:
    """Split, not searched: a stranger's header of blanks costs what its length does, not its square."""
    for one in accepted.split(","):
        name, _, weight = one.partition(";")
        found = _WEIGHT.fullmatch(weight.strip())
        if found:
            yield name.strip().partition("-")[0], float(found[1] or 1)


def _sentence(code: str, params: Mapping[str, Value], language: str) -> str:
    text = catalogue(language).get(code, code)
    return _NAME.sub(lambda name: _text(params.get(name[1], ""), language), text)


def _read(param: Any) -> Value:
    match param:
        case list():
            return tuple(map(_read, param))
        case Mapping():
            return read_again(param) or ""
        case _:
            return _value(param)


def _value(param: object) -> Value:
    match param:
        case str() | int() | float():
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
    return {code: spaced(sentence, language) for code, sentence in sentences.items()}


def spaced(sentence: str, language: str) -> str:
    """As it is set: French signs are not left alone on a new line. The page does the same (`catalogue.ts`);
    the files, which people type, have plain spaces.
    """
    return _BEFORE_SIGNS.sub(_NARROW, sentence) if language == "fr" else sentence


def names_in(sentence: str) -> frozenset[str]:
    """The parameters of a sentence of the catalogue."""
    return frozenset(_NAME.findall(sentence))


def _text(value: Value, language: str) -> str:
    match value:
        case str():
            return said_in(language, value)
        case tuple():
            return ", ".join(_text(one, language) for one in value)
        case float():
            return _number(value).replace(".", _POINT.get(language, "."))
        case _:
            return str(value)


def _number(value: float) -> str:
    """With as many digits as tell something, and never as a power of ten."""
    return f"{value:.0f}" if abs(value) >= 1e6 else f"{value:g}"


def _plain(value: Value) -> Any:
    match value:
        case Reason():
            return value.as_json()
        case tuple():
            return [_plain(one) for one in value]
        case _:
            return value
