"""What a route is: its address, what it asks of whoever calls it, what it is sent and what it answers.

    @route(
        "PATCH", "/api/v1/clips/{id}", rights=[Permission.CONTROL], tag="recordings",
        summary="Protect a recording", body=CLIP_CHANGE, answers=json(CLIP, "The recording"),
    )
    async def change_clip(request): ... body_of(request)["protected"] ...

A request is read and checked whole before the handler begins: none is applied by halves. The same routes make
docs/ref/openapi.yaml: see `openapi`.
"""

from __future__ import annotations

import json as json_text
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import Check, Rule, Wrong, checked, number, shown, unknown
from gcam_addon.errors import ConfigError
from gcam_addon.web.errors import Handler, RequestError
from gcam_addon.web.shape import Shape
from gcam_addon.words.reason import because

MAX_BODY_BYTES = 64 * 1024

PUBLIC = "public"
"""Needs nobody: sign-in, `/health`, the page's own files."""

SIGNED_IN = "signed in"
"""Needs somebody, whoever it is."""

Rights = frozenset[Permission] | str
"""All of these permissions, or one of the words above."""

QUERY: web.RequestKey[Mapping[str, Any]] = web.RequestKey("query", dict)
BODY: web.RequestKey[Mapping[str, Any]] = web.RequestKey("body", dict)
SENT: web.RequestKey[Mapping[str, Any]] = web.RequestKey("sent", dict)
UPLOADED = web.RequestKey("uploaded", bytes)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of the query's: `default` where it is missing; a tuple of all that came where `is_repeated`."""

    rule: Rule
    default: Any = None
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`shape` is None for what is no JSON. `messages`: of a WebSocket."""

    says: str
    media_type: str = ""
    shape: Check | None = None
    messages: Check | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """`query` is None where it is ignored: pictures, whose addresses are varied to get new ones.
    `upload`: the media type of a body that is no JSON, of at most `most_bytes`. `refuses`: statuses that do
    not follow from the rest. `takes_basic`: a token may be the password of HTTP's Basic login, for programs
    that take an address and nothing else; not elsewhere, since browsers keep such passwords and show them on
    their own.
    """

    method: str
    path: str
    handler: Handler
    rights: Rights
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    says: str = ""
    path_rules: Mapping[str, Rule] = field(default_factory=dict)
    query: Mapping[str, Parameter] | None = field(default_factory=dict)
    is_varied: bool = False
    """Whatever else stands in its query is ignored: a picture's address is varied to get a new one."""
    body: Shape | None = None
    upload: str = ""
    is_streamed: bool = False
    """The handler reads the body while it comes: it may have no end."""
    most_bytes: int = MAX_BODY_BYTES
    refuses: Mapping[int, str] = field(default_factory=dict)
    takes_basic: bool = False
    is_grave: bool = False
    """It hurts, so whoever signed in here has to have shown within minutes that it is they."""
    allows_head: bool = True
    shown_as: str = ""
    """The path in the document, for one of many that are alike."""

    @property
    def name(self) -> str:
        """Stable: what generated clients call it."""
        first, *others = self.handler.__name__.split("_")
        return first + "".join(word.capitalize() for word in others)

    @property
    def takes_body(self) -> bool:
        return self.body is not None or bool(self.upload)

    @property
    def is_of_camera(self) -> bool:
        """Whether `{id}` is a camera's, which who asks has to see."""
        return self.path.startswith("/api/v1/cameras/{id}")

    @property
    def definition(self) -> web.RouteDef:
        options = {"allow_head": self.allows_head} if self.method == "GET" else {}
        path = self.path
        for name, rule in self.path_rules.items():
            if rule.means.get("type") == "integer":  # else it would answer for other names beside it
                path = path.replace(f"{{{name}}}", f"{{{name}:[0-9]{{1,9}}}}")
        return web.RouteDef(self.method, path, self.answer, options)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Raises `RequestError` for what the contract does not allow."""
        for name, rule in self.path_rules.items():
            _obeyed(partial(_read, rule), request.match_info[name], name)
        if self.query is not None:
            request[QUERY] = _query_in(request, self.query, is_varied=self.is_varied)
        if self.body is not None:
            request[SENT] = await _json_in(request)
            request[BODY] = _obeyed(self.body, request[SENT])
        return await self.handler(request)


def route(
    method: str,
    path: str,
    *,
    rights: Sequence[Permission] | str,
    tag: str,
    summary: str,
    answers: Mapping[int, Answer],
    **more: Any,
) -> Callable[[Handler], Route]:
    """Makes a handler a `Route`: see there."""
    needed: Rights = rights if isinstance(rights, str) else frozenset(rights)

    def made(handler: Handler) -> Route:
        return Route(method, path, handler, needed, tag, summary, answers, **more)

    return made


def once(rule: Rule, default: Any = None) -> Parameter:
    return Parameter(rule, default)


def repeated(rule: Rule) -> Parameter:
    return Parameter(rule, (), is_repeated=True)


def json(shape: Check, says: str, status: int = 200) -> Mapping[int, Answer]:
    return {status: Answer(says, "application/json", shape)}


def media(media_type: str, says: str) -> Mapping[int, Answer]:
    return {200: Answer(says, media_type)}


def socket(messages: Check | None = None) -> Mapping[int, Answer]:
    return {101: Answer("Switching to WebSocket", messages=messages)}


def done(says: str = "Done") -> Mapping[int, Answer]:
    return {204: Answer(says)}


def file(media_type: str) -> Mapping[int, Answer]:
    """One of which parts may be asked for, and which is not sent again where it did not change."""
    return {
        200: Answer("All of it", media_type),
        206: Answer("The bytes asked for", media_type),
        304: Answer("Not changed"),
        416: Answer("The range is not within the file"),
    }


def _switched(value: Any) -> bool:
    if value not in {"0", "1"}:
        raise Wrong(because("no_switch", value=shown(value)))
    return bool(value == "1")


SWITCH = Rule(_switched, {"type": "string", "enum": ["0", "1"]}, because("give_switch"))
"""On or off, in an address."""

MOMENT = number(-2_208_988_800, 32_503_680_000, "seconds since 1970")
"""From the year 1900 to 3000: whoever has no clock yet asks for times before 1970."""


def query_of(request: web.Request) -> Mapping[str, Any]:
    """Every parameter that the route declares."""
    return request[QUERY]


def body_of(request: web.Request) -> Mapping[str, Any]:
    """What the JSON stands for."""
    return request[BODY]


def sent_in(request: web.Request) -> Mapping[str, Any]:
    """The JSON as it came, checked all the same: for what is merged with what is stored."""
    return request[SENT]


def uploaded_in(request: web.Request) -> bytes:
    """The body, where it is no JSON."""
    return request[UPLOADED]


def route_of(request: web.Request) -> Route | None:
    """None where there is no such route."""
    return _owner(request.match_info.handler)


def check_all_guarded(app: web.Application) -> None:
    """Raises `RuntimeError` naming what is served without a contract: caught at start."""
    unknown = [f"{one.method} {one.resource}" for one in app.router.routes() if _owner(one.handler) is None]
    if unknown:
        raise RuntimeError(f"served without a contract: {', '.join(unknown)}")


def _owner(handler: object) -> Route | None:
    owner = getattr(handler, "__self__", None)
    return owner if isinstance(owner, Route) else None


def _query_in(request: web.Request, known: Mapping[str, Parameter], *, is_varied: bool) -> Mapping[str, Any]:
    for name in request.query:
        if name not in known and not is_varied:
            raise RequestError(
                because("at_place", place=name[:100], why=unknown(name, known, {})), field=name
            )
    return {name: _given(request.query.getall(name, []), name, one) for name, one in known.items()}


def _given(texts: Sequence[str], name: str, parameter: Parameter) -> Any:
    if len(texts) > 1 and not parameter.is_repeated:
        raise RequestError(because("given_often", name=name, count=len(texts)), field=name)
    values = tuple(_obeyed(partial(_read, parameter.rule), text, name) for text in texts)
    if parameter.is_repeated:
        return values
    return values[0] if values else parameter.default


_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)


def _read(rule: Rule, text: str) -> Any:
    """What a text of an address stands for."""
    kind = rule.means.get("type")
    if kind in {"number", "integer"} and _NUMBER.fullmatch(text):
        return rule(int(text) if text.lstrip("-").isdigit() else float(text))
    return rule(text)


async def _json_in(request: web.Request) -> Any:
    """More than `MAX_BODY_BYTES` is refused by aiohttp."""
    if request.content_type != "application/json":
        raise RequestError(because("body_type"), status=415)
    try:
        return json_text.loads(await request.read(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RequestError(because("body_broken")) from error
    except web.RequestPayloadError as error:
        raise RequestError(because("body_strange")) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _obeyed(rule: Check, value: Any, path: str = "") -> Any:
    """The one form of refusal: place, value and remedy."""
    try:
        return checked(rule, value, path)
    except ConfigError as error:
        raise RequestError(error.said, field=error.field) from None
