"""Reading what a client asks: bounded JSON bodies and query values, each checked or refused by name."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from aiohttp import web

from gcam_addon.access.principal import Principal
from gcam_addon.web.errors import RequestError

MAX_BODY_BYTES = 64 * 1024

E = TypeVar("E", bound=StrEnum)


async def json_object(request: web.Request) -> Mapping[str, Any]:
    """The body, a JSON object. Raises `RequestError`; more than `MAX_BODY_BYTES` is refused by aiohttp."""
    if request.content_type != "application/json":
        raise RequestError("Send the body as application/json.", status=415)
    try:
        body = json.loads(await request.read(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RequestError("The body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise RequestError("The body must be a JSON object.")
    return body


def only_keys(values: Mapping[str, Any], allowed: set[str]) -> None:
    """Raises `RequestError` naming the first key that is not allowed."""
    for key in values:
        if key not in allowed:
            raise RequestError(f"{key!r} is not known here; {_listed(allowed)}.", field=key)


def boolean(values: Mapping[str, Any], field: str) -> bool:
    """A required true or false."""
    value = values.get(field)
    if not isinstance(value, bool):
        raise RequestError(f"{field} must be true or false.", field=field)
    return value


def integer(values: Mapping[str, Any], field: str, *, least: int, most: int) -> int:
    """A required whole number within `least`..`most`."""
    value = values.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise RequestError(f"{field} must be a whole number from {least} to {most}.", field=field)
    return value


def query_number(request: web.Request, field: str) -> float | None:
    """A query parameter in Unix seconds; None where it is missing."""
    text = request.query.get(field)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RequestError(f"{field} must be a number of seconds since 1970, not {text!r}.", field=field)
    return value


def query_flag(request: web.Request, field: str) -> bool | None:
    """`1` or `0`; None where it is missing."""
    text = request.query.get(field)
    if text not in (None, "0", "1"):
        raise RequestError(f"{field} must be 0 or 1, not {text!r}.", field=field)
    return None if text is None else text == "1"


def query_choice(request: web.Request, field: str, known: type[E]) -> list[E]:
    """A query parameter that may be given several times."""
    texts = request.query.getall(field, [])
    try:
        return [known(text) for text in texts]
    except ValueError:
        allowed = ", ".join(choice.value for choice in known)
        raise RequestError(f"{field} must be one of {allowed}.", field=field) from None


def cameras_asked(request: web.Request, principal: Principal) -> frozenset[str] | None:
    """Those of the query's `camera` that `principal` sees, else all it sees; None: all there are."""
    asked = request.query.getall("camera", [])
    if not asked:
        return principal.cameras
    return frozenset(camera_id for camera_id in asked if principal.sees(camera_id))


def query_integer(request: web.Request, field: str, *, default: int, least: int, most: int) -> int:
    """A query parameter within `least`..`most`."""
    text = request.query.get(field)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise RequestError(
            f"{field} must be a whole number from {least} to {most}, not {text!r}.", field=field
        )
    return int(text)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _listed(names: set[str]) -> str:
    return "known is " + ", ".join(sorted(names)) if names else "nothing is"
