"""Our frozen values as bytes, and back by what they are declared to be: what comes in becomes nothing else.

Pure. A value travels as JSON without the names of its fields (both ends are the same version), behind it the
bytes that it holds, as they are.
"""

from __future__ import annotations

import json
import struct
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from gcam_addon.words.reason import Reason, read_again

_HEAD = struct.Struct(">I")
_Bytes = list[bytes]


class Garbled(ValueError):  # noqa: N818
    """What came can't be what it is declared to be."""


@dataclass(frozen=True, slots=True)
class _Form:
    """`tell` makes JSON's values of one, bytes go to the list; `read` is the way back."""

    tell: Callable[[Any, _Bytes], Any]
    read: Callable[[Any, Sequence[bytes]], Any]
    plain: frozenset[type] | None = None
    """Where both do nothing: what JSON makes of it."""


def packed(value: object, declared: Any) -> bytes:
    """`declared`: a type of what the model is made of, or a union of dataclasses."""
    beside: _Bytes = []
    plain = _form(declared).tell(value, beside)
    head = json.dumps([plain, [len(one) for one in beside]], separators=(",", ":")).encode()
    return b"".join((_HEAD.pack(len(head)), head, *beside))


def unpacked(data: bytes, declared: Any) -> Any:
    """Raises `Garbled`."""
    try:
        (length,) = _HEAD.unpack_from(data)
        at = _HEAD.size + length
        plain, lengths = json.loads(data[_HEAD.size : at])
        beside = []
        for length in lengths:
            beside.append(data[at : at + length])
            at += length
        if at != len(data) or any(length < 0 for length in lengths):
            raise Garbled("what lies beside is not as long as it is said to be")
        return _form(declared).read(plain, beside)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Garbled(f"{type(error).__name__}: {error}") from error
    except struct.error as error:
        raise Garbled(str(error)) from error


@cache
def _form(declared: Any) -> _Form:
    if declared in _PLAIN:
        return _plain(_PLAIN[declared])
    return _SIMPLE.get(declared) or _made_form(declared)


def _made_form(declared: Any) -> _Form:
    if get_origin(declared) in (Union, types.UnionType):
        return _union(get_args(declared))
    if get_origin(declared) is tuple:
        return _tuple(get_args(declared))
    if is_dataclass(declared) and isinstance(declared, type):
        return _fields(declared)
    if isinstance(declared, type) and issubclass(declared, Enum):
        return _Form(lambda value, _: value.value, lambda plain, _: declared(plain))
    raise TypeError(f"{declared} does not travel")


_PLAIN: dict[Any, frozenset[type]] = {
    bool: frozenset({bool}),
    int: frozenset({int}),
    float: frozenset({float, int}),
    type(None): frozenset({type(None)}),
}


def _plain(kinds: frozenset[type]) -> _Form:
    def read(plain: Any, _: Sequence[bytes]) -> Any:
        if type(plain) not in kinds:
            raise Garbled(f"no {type(plain).__name__}")
        return plain

    return _Form(lambda value, _: value, read, kinds)


def _read_text(plain: Any, _: Sequence[bytes]) -> str:
    if type(plain) is str:
        return plain
    reason = read_again(plain)
    if reason is None:
        raise Garbled("no text")
    return reason


def _tell_bytes(value: bytes, beside: _Bytes) -> int:
    beside.append(value)
    return len(beside) - 1


_TEXT = _Form(lambda value, _: value.as_json() if isinstance(value, Reason) else value, _read_text)
_BYTES = _Form(_tell_bytes, lambda plain, beside: beside[plain])
_PATH = _Form(lambda value, _: str(value), lambda plain, _: Path(plain))
_SIMPLE: dict[Any, _Form] = {str: _TEXT, bytes: _BYTES, Path: _PATH}


def _union(kinds: tuple[Any, ...]) -> _Form:
    """Of None and one thing, or of dataclasses, which travel with their name."""
    others = tuple(kind for kind in kinds if kind is not type(None))
    inner = _form(others[0]) if len(others) == 1 else _one_of(others)
    if len(others) == len(kinds):
        return inner
    if inner.plain is not None:
        return _plain(inner.plain | {type(None)})
    return _Form(
        lambda value, beside: None if value is None else inner.tell(value, beside),
        lambda plain, beside: None if plain is None else inner.read(plain, beside),
    )


def _one_of(kinds: tuple[Any, ...]) -> _Form:
    forms = {kind.__name__: _form(kind) for kind in kinds}

    def tell(value: Any, beside: _Bytes) -> Any:
        name = type(value).__name__
        return [name, forms[name].tell(value, beside)]

    def read(plain: Any, beside: Sequence[bytes]) -> Any:
        name, inner = plain
        return forms[name].read(inner, beside)

    return _Form(tell, read)


def _tuple(kinds: tuple[Any, ...]) -> _Form:
    if len(kinds) == 2 and kinds[1] is ...:
        each = _form(kinds[0])
        return _Form(
            lambda value, beside: [each.tell(one, beside) for one in value],
            lambda plain, beside: tuple([each.read(one, beside) for one in plain]),
        )
    forms = [_form(kind) for kind in kinds]
    return _Form(
        lambda value, beside: [form.tell(one, beside) for form, one in zip(forms, value, strict=True)],
        lambda plain, beside: tuple([form.read(one, beside) for form, one in zip(forms, plain, strict=True)]),
    )


def _fields(declared: Any) -> _Form:
    """Most fields are JSON's own values: those are only looked at."""
    hints = get_type_hints(declared)
    names = [field.name for field in fields(declared)]
    forms = [_form(hints[name]) for name in names]
    plain_kinds = [(at, form.plain) for at, form in enumerate(forms) if form.plain is not None]
    others = [(at, form) for at, form in enumerate(forms) if form.plain is None]
    get = attrgetter(*names) if len(names) > 1 else None

    def tell(value: Any, beside: _Bytes) -> Any:
        told = list(get(value)) if get is not None else [getattr(value, name) for name in names]
        for at, form in others:
            told[at] = form.tell(told[at], beside)
        return told

    def read(plain: Any, beside: Sequence[bytes]) -> Any:
        if len(plain) != len(names):
            raise Garbled(f"{declared.__name__} has {len(names)} fields")
        for at, kinds in plain_kinds:
            if type(plain[at]) not in kinds:
                raise Garbled(f"{declared.__name__}.{names[at]} can't be {type(plain[at]).__name__}")
        for at, form in others:
            plain[at] = form.read(plain[at], beside)
        return declared(*plain)

    return _Form(tell, read)
