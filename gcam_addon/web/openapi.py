"""docs/ref/openapi.yaml, made of the routes: `python -m gcam_addon.web.openapi` writes it.

For developers: what it imports is not installed where Gcam runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from voluptuous_openapi import UNSUPPORTED, OpenApiVersion, convert

from gcam_addon.config.rules import Check, Rule
from gcam_addon.web import site
from gcam_addon.web.contract import PUBLIC, SIGNED_IN, Answer, Route
from gcam_addon.web.errors import ERROR
from gcam_addon.web.routes import ROUTES, TAGS
from gcam_addon.web.shape import OneOf, Shape
from gcam_addon.web.views import Json

PATH = Path(__file__).parents[2] / "docs" / "ref" / "openapi.yaml"

_INFO = {
    "title": "Gcam",
    "version": "1",
    "summary": "Cameras, their live pictures, recordings and events.",
    "description": """\
Everything Gcam's own page uses. All addresses are relative to where Gcam lives, which may be a sub-path.

**Times** are Unix seconds, **durations** seconds, **shares** percent of the picture (0 to 100), **places**
relative to the picture (0 to 1 from its top left).

**Errors** are JSON with a stable `code`, a `message` for people and, where one value is at fault, its
`field`: see `Error`. Every route may answer 500 (`internal`), and 405 to another method.

**Sentences** come in the language that `Accept-Language` likes best, English or French, and beside them what
they are made of (`reason` and `params` of an error, `…_said` elsewhere), for who has words of their own.

**Who may ask.** People by the cookie that signing in gives, programs by `Authorization: Bearer TOKEN`.
Without either a route answers 401 (`sign_in`, or `no_owner` while Gcam is new), except where `x-needs` is
`public`. It names what else the route needs: all of some permissions, or `signed in`; else 403.
What belongs to a camera one may not see does not exist: 404.

Changes and WebSockets are refused (403) when a browser says that another web site asked. While Gcam listens
on loopback only, it is spoken to by IP address, `localhost` or the name in `web.external_url`; any other is
refused (403).

**Requests** are checked whole before anything is done. Unknown keys and parameters are refused (400). Bodies
are JSON objects of at most 64 KiB, `Content-Type: application/json`.
""",
    "contact": {"name": "Gcam", "url": "https://github.com/gcam-project/gcam"},
    "license": {"name": "MIT", "identifier": "MIT"},
}

_REFUSALS = {
    400: ("BadRequest", "A value is wrong (`request`, `config`); `field` names it"),
    401: ("SignIn", "Nobody is signed in (`sign_in`), or nobody can be yet (`no_owner`)"),
    403: ("Denied", "Refused (`access_denied`), by a protected clip or because another site asked"),
    404: ("NotFound", "There is no such thing (`not_found`)"),
    408: ("TooSlow", "The body did not come whole in time (`request`)"),
    413: ("TooLarge", "The body is too large (`request`)"),
    426: ("NoWebSocket", "Asked without a WebSocket (`request`); the message says what to ask instead"),
    415: ("WrongType", "The body's Content-Type is another (`request`)"),
}
"""By status: the name and meaning of what follows from a route's parts."""


def document(routes: Iterable[Route], tags: Mapping[str, str]) -> Json:
    """The whole. `tags`: what each is about."""
    shapes = _Shapes()
    paths: dict[str, Json] = {}
    for route in routes:
        operations = paths.setdefault(route.shown_as or route.path, {})
        operations.setdefault(route.method.lower(), _operation(route, shapes))
    refusals = {name: _refused(says, shapes) for name, says in _REFUSALS.values() if _is_used(name, paths)}
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/", "description": "Wherever Gcam lives"}],
        "tags": [{"name": name, "description": says} for name, says in tags.items()],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": _SECURITY,
            "responses": refusals,
            "schemas": dict(sorted(shapes.told.items())),
        },
    }


_SECURITY: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": "A program's"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "gcam",
        "description": "A person's; the instance's id follows",
    },
    "password": {"type": "http", "scheme": "basic", "description": "Any name, and a token as the password"},
}


def _operation(route: Route, shapes: _Shapes) -> Json:
    operation: Json = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": route.summary,
        "description": route.says or f"{route.summary}.",
        "x-needs": route.rights if isinstance(route.rights, str) else sorted(map(str, route.rights)),
    }
    if route.is_grave:
        operation["x-proof"] = True
    if route.rights == PUBLIC:
        operation["security"] = []
    elif route.takes_basic:
        operation["security"] = [{"token": []}, {"password": []}, {"session": []}]
    if parameters := [*_path_parameters(route, shapes), *_query_parameters(route, shapes)]:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {"application/json": {"schema": shapes.of(route.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    elif route.upload or route.is_streamed:
        content = {route.upload or "*/*": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    answers = {status: _answered(answer, shapes) for status, answer in route.answers.items()}
    refusals: dict[int, Json] = {
        status: {"$ref": f"#/components/responses/{_REFUSALS[status][0]}"} for status in _follow(route)
    }
    own = {status: _refused(says, shapes) for status, says in route.refuses.items()}
    operation["responses"] = {
        str(status): said for status, said in sorted((refusals | answers | own).items())
    }
    for answer in route.answers.values():
        if answer.messages is not None:
            operation["x-messages"] = shapes.of(answer.messages)
    return operation


def statuses_of(route: Route) -> set[int]:
    """All that it may answer."""
    return _follow(route) | set(route.answers) | set(route.refuses)


def _follow(route: Route) -> set[int]:
    """The refusals that a route's parts bring with them."""
    found: set[int] = set()
    if route.query is not None or route.body is not None or route.path_rules:
        found |= {400}
    if route.rights != PUBLIC:
        found |= {401}
    is_change = route.method != "GET"
    if route.rights not in (PUBLIC, SIGNED_IN) or is_change or 101 in route.answers:
        found |= {403}
    if "{" in (route.shown_as or route.path):
        found |= {404}
    if route.takes_body:
        found |= {408, 413, 415}
    if 101 in route.answers:
        found |= {426}
    return found


def _path_parameters(route: Route, shapes: _Shapes) -> list[Json]:
    names = [part[1:-1] for part in (route.shown_as or route.path).split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": shapes.of(route.path_rules[name]) if name in route.path_rules else {"type": "string"},
        }
        for name in names
    ]


def _query_parameters(route: Route, shapes: _Shapes) -> list[Json]:
    told = []
    for name, parameter in (route.query or {}).items():
        schema = dict(shapes.of(parameter.rule))
        says = schema.pop("description", "")
        if parameter.default is not None and not parameter.is_repeated:
            is_switch = isinstance(parameter.default, bool)
            schema["default"] = str(int(parameter.default)) if is_switch else parameter.default
        if parameter.is_repeated:
            schema = {"type": "array", "items": schema}
        told.append(
            {"name": name, "in": "query", **({"description": says} if says else {}), "schema": schema}
        )
    return told


def _answered(answer: Answer, shapes: _Shapes) -> Json:
    if not answer.media_type:
        return {"description": answer.says}
    schema = {} if answer.shape is None else {"schema": shapes.of(answer.shape)}
    return {"description": answer.says, "content": {answer.media_type: schema}}


def _refused(says: str, shapes: _Shapes) -> Json:
    return {"description": says, "content": {"application/json": {"schema": shapes.of(ERROR)}}}


def _is_used(name: str, paths: Mapping[str, Json]) -> bool:
    ref = {"$ref": f"#/components/responses/{name}"}
    return any(
        ref in operation["responses"].values() for path in paths.values() for operation in path.values()
    )


class _Shapes:
    """Turns rules into JSON Schema; what has a title is told once, among the components."""

    def __init__(self) -> None:
        self.told: dict[str, Json] = {}

    def of(self, rule: Check) -> Json:
        converted: Json = convert(
            rule, custom_serializer=self._serialized, openapi_version=OpenApiVersion.V3_1
        )
        tidy: Json = _tidied(converted)
        return tidy

    def _serialized(self, value: Any) -> Any:
        match value:
            case Shape():
                return self._shape(value)
            case OneOf():
                self._tell(value.title, {"oneOf": [self.of(one) for one in value.shapes]})
                return _reference(value.title)
            case Rule():
                return self._hoisted(value.means)
            case _:
                return UNSUPPORTED

    def _shape(self, shape: Shape) -> Json:
        if shape.title not in self.told:
            self.told[shape.title] = {}  # its place, above those it consists of
            says = {"description": shape.says} if shape.says else {}
            self.told[shape.title] = says | self.of(shape.schema)
        return _reference(shape.title)

    def _hoisted(self, means: Any) -> Any:
        """Every part of `means` that has a title becomes a reference."""
        if isinstance(means, list):
            return [self._hoisted(one) for one in means]
        if not isinstance(means, Mapping):
            return means
        parts = {
            key: self._hoisted(one)
            for key, one in means.items()
            if key != "title" or not isinstance(one, str)
        }
        if not isinstance(means.get("title"), str):
            return parts
        self._tell(means["title"], _tidied(parts))
        return _reference(means["title"])

    def _tell(self, title: str, schema: Json) -> None:
        if self.told.setdefault(title, schema) != schema:
            raise ValueError(f"two different shapes are named {title}")


def _reference(title: str) -> Json:
    return {"$ref": f"#/components/schemas/{title}"}


def _tidied(value: Any) -> Any:
    """Shorter, and closed: what an object does not name it may not have."""
    if isinstance(value, list):
        return [_tidied(one) for one in value]
    if not isinstance(value, dict):
        return value
    schema: Json = {key: _tidied(one) for key, one in value.items()}
    match schema:
        case {"$ref": _, "type": _}:
            del schema["type"]
        case {"allOf": [{"$ref": _} as reference]}:
            del schema["allOf"]
            schema = {**reference, **schema}
        case {"anyOf": [{"type": str(kind)} as one, {"type": "null"}]}:
            del schema["anyOf"]
            schema = {**one, **schema, "type": [kind, "null"]}
            if "enum" in one:
                schema["enum"] = [*one["enum"], None]
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
        if not schema.get("required"):
            schema.pop("required", None)
    return schema


def text(whole: Json) -> str:
    """As YAML that people read: short parts on one line."""
    head = "# Made of the routes by scripts/openapi: change them, not this file.\n"
    return head + yaml.dump(
        whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
    )


class _Dumper(yaml.SafeDumper):
    """Short objects on one line, texts of several lines as such, nothing by anchor."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        is_short = len(str(mapping)) < 90 and "\n" not in str(mapping)
        return super().represent_mapping(tag, mapping, flow_style=is_short or flow_style)


def _as_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _as_text)


if __name__ == "__main__":
    PATH.write_text(text(document((*site.routes(), *ROUTES), TAGS)), encoding="utf-8")
