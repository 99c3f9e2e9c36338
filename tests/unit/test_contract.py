"""A route's contract: what is sent is checked whole, refused in one form, and told of as JSON Schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import voluptuous as vol
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gcam_addon.config.rules import listing, named, said, whole
from gcam_addon.web.contract import (
    MOMENT,
    PUBLIC,
    SWITCH,
    Route,
    body_of,
    json,
    once,
    query_of,
    repeated,
    route,
)
from gcam_addon.web.errors import errors_as_json
from gcam_addon.web.openapi import document, statuses_of
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape

COLOURS = named(listing(whole(0, 255), least=3, most=3, unique=True), "Colours", "Red, green, blue")
BODY = shape("Body", {"name": STRING, vol.Optional("colours"): COLOURS, "within": {"deep": nullable(NUMBER)}})
GOOD: dict[str, Any] = {"name": "x", "within": {"deep": None}}


@route(
    "POST",
    "/things/{id}",
    rights=PUBLIC,
    tag="things",
    summary="Make a thing",
    path_rules={"id": whole(1, 99)},
    query={
        "at": once(said(MOMENT, "When")),
        "many": repeated(whole(1, 9)),
        "now": once(SWITCH, default=False),
    },
    body=BODY,
    answers=json(BODY, "The thing", status=201),
    refuses={409: "There is one"},
)
async def make_thing(request: web.Request) -> web.Response:
    applied.append((dict(query_of(request)), dict(body_of(request))))
    return web.json_response(GOOD, status=201)


applied: list[tuple[dict[str, Any], dict[str, Any]]] = []


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    applied.clear()
    app = web.Application(middlewares=[errors_as_json])
    app.add_routes([make_thing.definition])
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_handler_gets_what_the_request_stands_for(client: TestClient[Any, Any]) -> None:
    body = {**GOOD, "colours": [1, 2, 3.0]}
    async with client.post("/things/7?at=1.5e9&many=2&many=3", json=body) as response:
        assert response.status == 201
    assert applied == [({"at": 1.5e9, "many": (2, 3), "now": False}, {**GOOD, "colours": (1, 2, 3)})]


@pytest.mark.parametrize(
    ("address", "body", "field", "message"),
    [
        ("/things/0", GOOD, "id", "id: 0 is too low; give a whole number from 1 to 99"),
        (
            "/things/7?att=1",
            GOOD,
            "att",
            'att: unknown setting; did you mean "at"? known here: at, many, now',
        ),
        ("/things/7?at=1&at=2", GOOD, "at", "at: it is given 2 times; give it once"),
        ("/things/7?at=1_000", GOOD, "at", None),
        ("/things/7?at=%D9%A1", GOOD, "at", None),
        ("/things/7?at=nan", GOOD, "at", None),
        (
            "/things/7?at=1e12",
            GOOD,
            "at",
            "at: 1000000000000.0 is too high; give a number from -2208988800 to 32503680000",
        ),
        ("/things/7?many=1&many=10", GOOD, "many", None),
        ("/things/7?now=yes", GOOD, "now", 'now: "yes" is neither 0 nor 1; give one of them'),
        ("/things/7", {}, "name", "name: it is missing"),
        ("/things/7", [], None, "a list is no object; give one such as {…}"),
        ("/things/7", {**GOOD, "x": 1}, "x", None),
        (
            "/things/7",
            {**GOOD, "colours": [1, 2]},
            "colours",
            "colours: 2 entries are too few; give at least 3",
        ),
        (
            "/things/7",
            {**GOOD, "colours": [1, 2, 1]},
            "colours[2]",
            "colours[2]: 1 stands there twice; give each once",
        ),
        ("/things/7", {**GOOD, "within": {"deep": "x"}}, "within.deep", None),
        ("/things/7", {**GOOD, "within": {}}, "within.deep", None),
    ],
)
async def test_a_refusal_names_place_value_and_remedy_and_nothing_is_applied(
    client: TestClient[Any, Any], address: str, body: Any, field: str | None, message: str | None
) -> None:
    async with client.post(address, json=body) as response:
        error = (await response.json())["error"]
        assert (response.status, error["code"], error.get("field")) == (400, "request", field)
    if message is not None:
        assert error["message"].startswith(message)
    assert applied == []


async def test_where_a_number_stands_names_are_other_addresses(client: TestClient[Any, Any]) -> None:
    async with client.post("/things/x", json=GOOD) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [("{}", "text/plain", 415), ("{", "application/json", 400), ('{"name": NaN}', "application/json", 400)],
)
async def test_what_is_no_json_is_refused(
    client: TestClient[Any, Any], content: str, media_type: str, status: int
) -> None:
    async with client.post("/things/7", data=content, headers={"Content-Type": media_type}) as response:
        assert response.status == status
        assert (await response.json())["error"]["code"] == "request"


def test_the_document_says_the_same() -> None:
    made = document([make_thing], {"things": "Things"})
    operation = made["paths"]["/things/{id}"]["post"]
    assert (operation["operationId"], operation["tags"]) == ("makeThing", ["things"])
    assert {int(status) for status in operation["responses"]} == statuses_of(make_thing)
    assert statuses_of(make_thing) == {201, 400, 403, 404, 408, 409, 413, 415}
    assert operation["parameters"] == [
        {
            "name": "id",
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "maximum": 99},
        },
        {
            "name": "at",
            "in": "query",
            "description": "When",
            "schema": {"type": "number", "minimum": -2_208_988_800, "maximum": 32_503_680_000},
        },
        {
            "name": "many",
            "in": "query",
            "schema": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 9}},
        },
        {"name": "now", "in": "query", "schema": {"type": "string", "enum": ["0", "1"], "default": "0"}},
    ]
    schemas = made["components"]["schemas"]
    assert schemas["Colours"] == {
        "description": "Red, green, blue",
        "type": "array",
        "minItems": 3,
        "maxItems": 3,
        "items": {"type": "integer", "minimum": 0, "maximum": 255},
        "uniqueItems": True,
    }
    assert schemas["Body"] == {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "colours": {"$ref": "#/components/schemas/Colours"},
            "within": {
                "type": "object",
                "properties": {"deep": {"type": ["number", "null"]}},
                "required": ["deep"],
                "additionalProperties": False,
            },
        },
        "required": ["name", "within"],
        "additionalProperties": False,
    }


def test_two_shapes_of_one_name_are_refused() -> None:
    def answering(body: Any) -> Route:
        async def get_it(request: web.Request) -> web.Response:
            return web.Response()

        return route("GET", "/it", rights=PUBLIC, tag="t", summary="It", answers=json(body, "It"))(get_it)

    one, other = named(BOOLEAN, "Same"), named(INTEGER, "Same")
    with pytest.raises(ValueError, match="Same"):
        document([answering(shape("Both", {"one": one, "other": other}))], {"t": ""})
