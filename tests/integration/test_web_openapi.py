"""docs/ref/openapi.yaml and the running app say the same."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from gcam_addon.model import (
    Box,
    CameraAdded,
    CameraChanged,
    CameraRemoved,
    Cause,
    ClipReady,
    ClipRemoved,
    Decision,
    DutyChanged,
    DutyState,
    DutyStatus,
    Event,
    HistoryChanged,
    Kind,
    Looked,
    Motion,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    MqttChanged,
    MqttHealth,
    Named,
    NetworkChanged,
    NetworkHealth,
    NetworkPhase,
    RecordingChanged,
    Region,
    Size,
    Storage,
    StorageChanged,
    Track,
)
from gcam_addon.model.guard import (
    ITSELF,
    Alarm,
    AlarmCause,
    AlarmKind,
    AlarmRecord,
    ArmingFailed,
    CodeRefused,
    GuardChanged,
    GuardMode,
    GuardPhase,
    GuardState,
    PlannedArming,
    Tamper,
    TamperChanged,
    Via,
    Watch,
)
from gcam_addon.web import openapi
from gcam_addon.web import site as site_routes
from gcam_addon.web.routes import ROUTES, TAGS
from gcam_addon.words.reason import because
from tests.support.fakes import make_camera, make_state
from tests.support.open_api import DOCUMENT, PATH
from tests.support.waiting import PATIENCE_S
from tests.support.web_fakes import Site, make_clip, make_frame, serve

DOOR = make_camera("door")
CAT = Named(Kind.ANIMAL, 81.5, Box(0.1, 0.5, 0.2, 0.1), pictured=True)
STATE = make_state(DOOR, size=Size(640, 480), dropped=(("detect", 3),), last_frame_at=1.5)
CLIP = make_clip("c1", DOOR, zones=("porch",), named=(CAT,))
STORAGE = Storage(
    total_bytes=2, free_bytes=1, clips_bytes=1, clips=1, problem="full", problem_code="storage_full"
)


def conforms(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator(whole).validate(value)


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """`part`, or what its `$ref` points to."""
    found: Any = part
    if "$ref" in part:
        found = DOCUMENT
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return cast("dict[str, Any]", found)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, clips=[CLIP, make_clip("c2", DOOR, thumbnail=None)]) as site:
        site.engine.camera_states["door"] = STATE
        await site.engine.stop("garden")
        yield site


def test_the_document_is_what_the_routes_make() -> None:
    made = openapi.text(openapi.document((*site_routes.routes(), *ROUTES), TAGS))
    assert PATH.read_text(encoding="utf-8") == made, "run scripts/openapi"


def test_the_schemas_are_schemas_and_each_is_used() -> None:
    text = PATH.read_text(encoding="utf-8")
    for kind in ("schemas", "responses"):
        for name, part in DOCUMENT["components"][kind].items():
            if kind == "schemas":
                Draft202012Validator.check_schema(part)
            assert f"#/components/{kind}/{name}'" in text, name


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_a_generated_client_gets_names_groups_and_words() -> None:
    """What Spectral's rules for OpenAPI ask for."""
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names) > 70
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9]+", name) for name in names)
    known = {tag["name"] for tag in DOCUMENT["tags"]}
    assert {tag for _, operation in operations() for tag in operation["tags"]} == known
    for where, operation in operations():
        assert operation["summary"], where
        assert operation["description"], where
        in_path = set(re.findall(r"\{(\w+)\}", where))
        assert in_path == {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}, where
        assert any(status[0] in "12" for status in operation["responses"]), where


@pytest.mark.parametrize(
    ("method", "path", "url", "body", "status"),
    [
        ("get", "/health", "/health", None, 200),
        ("get", "/api/v1/info", "/api/v1/info", None, 200),
        ("get", "/api/v1/info", "/api/v1/info?x=1", None, 400),
        ("get", "/api/v1/cameras", "/api/v1/cameras", None, 200),
        ("get", "/api/v1/cameras", "/api/v1/cameras?x=1", None, 400),
        ("post", "/api/v1/cameras", "/api/v1/cameras", {"name": "New"}, 201),
        ("get", "/api/v1/cameras/{id}", "/api/v1/cameras/door", None, 200),
        ("get", "/api/v1/cameras/{id}", "/api/v1/cameras/garden", None, 200),
        ("get", "/api/v1/cameras/{id}", "/api/v1/cameras/nobody", None, 404),
        ("patch", "/api/v1/cameras/{id}", "/api/v1/cameras/door", {"detection": {"sensitivity": 7}}, 200),
        ("patch", "/api/v1/cameras/{id}", "/api/v1/cameras/door", {"detection": {"sensitivity": 0}}, 400),
        ("patch", "/api/v1/cameras/{id}/switches", "/api/v1/cameras/door/switches", {"privacy": True}, 200),
        (
            "patch",
            "/api/v1/cameras/{id}/switches",
            "/api/v1/cameras/door/switches",
            {"detection": False, "enabled": False, "sensitivity": 60},
            200,
        ),
        ("patch", "/api/v1/cameras/{id}/switches", "/api/v1/cameras/door/switches", {"sensitivity": 0}, 400),
        ("patch", "/api/v1/cameras/{id}/switches", "/api/v1/cameras/door/switches", {"recording": "on"}, 400),
        ("patch", "/api/v1/cameras/{id}/switches", "/api/v1/cameras/door/switches", {"url": "http://h"}, 400),
        ("patch", "/api/v1/cameras/{id}/switches", "/api/v1/cameras/nobody/switches", {}, 404),
        ("delete", "/api/v1/cameras/{id}", "/api/v1/cameras/door?footage=x", None, 400),
        ("get", "/api/v1/cameras/{id}/connection", "/api/v1/cameras/door/connection", None, 200),
        ("get", "/api/v1/cameras/{id}/board", "/api/v1/cameras/garden/board", None, 503),
        ("post", "/api/v1/probe", "/api/v1/probe", {"url": "rtmp://192.0.2.1"}, 400),
        ("get", "/api/v1/found", "/api/v1/found?sweep=2", None, 400),
        ("get", "/api/v1/cameras/{id}/snapshot.jpg", "/api/v1/cameras/door/snapshot.jpg", None, 503),
        ("post", "/api/v1/cameras/{id}/record", "/api/v1/cameras/door/record", {"seconds": 5}, 200),
        ("post", "/api/v1/cameras/{id}/record", "/api/v1/cameras/door/record", {"seconds": "5"}, 400),
        ("get", "/api/v1/clips", "/api/v1/clips", None, 200),
        ("get", "/api/v1/clips", "/api/v1/clips?limit=x", None, 400),
        ("get", "/api/v1/days", "/api/v1/days?timezone=Asia/Tokyo", None, 200),
        ("get", "/api/v1/days", "/api/v1/days?timezone=Nowhere", None, 400),
        ("get", "/api/v1/clips/{id}", "/api/v1/clips/c2", None, 200),
        ("patch", "/api/v1/clips/{id}", "/api/v1/clips/c1", {"protected": True}, 200),
        ("get", "/api/v1/clips/{id}/video.mp4", "/api/v1/clips/c1/video.mp4", None, 404),
        ("get", "/api/v1/storage", "/api/v1/storage", None, 200),
        ("get", "/api/v1/audit/people", "/api/v1/audit/people", None, 200),
        ("get", "/api/v1/storage/cameras", "/api/v1/storage/cameras", None, 200),
        ("get", "/api/v1/trash", "/api/v1/trash?limit=5", None, 200),
        ("get", "/api/v1/trash", "/api/v1/trash?limit=0", None, 400),
        ("delete", "/api/v1/trash", "/api/v1/trash", None, 200),
        ("delete", "/api/v1/trash/{id}", "/api/v1/trash/nothing", None, 404),
        ("get", "/api/v1/history/days", "/api/v1/history/days?timezone=Europe/Brussels", None, 200),
        ("get", "/api/v1/history/unreviewed", "/api/v1/history/unreviewed", None, 200),
        ("post", "/api/v1/history/review", "/api/v1/history/review?camera=door", {"up_to": 5}, 200),
        ("post", "/api/v1/history/review", "/api/v1/history/review", {"up_to": 5, "clip_id": "c"}, 400),
        ("patch", "/api/v1/history/{id}", "/api/v1/history/7", {"reviewed": True}, 404),
    ],
)
async def test_answers_are_as_described(
    site: Site, method: str, path: str, url: str, body: Any, status: int
) -> None:
    operation = DOCUMENT["paths"][path][method]
    async with site.http.request(method, url, json=body) as response:
        assert response.status == status
        answer = await response.json()
    described = resolved(operation["responses"][str(status)])
    conforms(answer, described["content"]["application/json"]["schema"])
    if body is not None and status < 300:
        conforms(body, operation["requestBody"]["content"]["application/json"]["schema"])


AWAY = GuardMode("away", "Away", (Watch("door"),))
SEEN = AlarmCause(AlarmKind.MOTION, 5.0, "door", "e1", (Kind.PERSON,))
UNPLUGGED = AlarmCause(AlarmKind.TAMPER, 6.0, "door", tamper=Tamper.LOST)
EVENTS: tuple[Event, ...] = (
    MotionStarted("door", "e1", 1.0, 2.0, 3.0, "moved", ("porch",), (Region(0, 0, 1, 1, 100),), b"\xff\xd8"),
    MotionNamed("door", "e1", 1.0, 2.0, (CAT,), b"\xff\xd8"),
    MotionEnded("door", "e1", 1.0, 2.0, 4.0, 7.0, "moved", ("porch",), b"\xff\xd8"),
    MotionEnded("door", "e1", 1.0, 2.0, 4.0, 7.0, "moved", named=(CAT,), unwanted=True),
    ClipReady(CLIP),
    ClipRemoved("c1", "door", "older than 30 days"),
    RecordingChanged("door", recording=False, problem="disk full", problem_code="storage_full"),
    CameraChanged(STATE),
    CameraAdded("door"),
    CameraAdded("gone_again"),
    CameraRemoved("garden"),
    StorageChanged(STORAGE),
    NetworkChanged(NetworkHealth(NetworkPhase.SERVING, notice=because("lan_open", interface="eth1"))),
    MqttChanged(MqttHealth(connected=False, problem="nothing listens there")),
    DutyChanged(DutyState("history", DutyStatus.WAITING, 2, 5.0, "ValueError: no")),
    HistoryChanged("door"),
    HistoryChanged(None),
    GuardChanged(GuardState(GuardPhase.DISARMED, 5.0, ITSELF)),
    GuardChanged(
        GuardState(
            GuardPhase.ALARM,
            5.0,
            ITSELF,
            AWAY,
            9.0,
            None,
            AlarmRecord("a", 5.0, (SEEN, UNPLUGGED), 2),
            bypassed=("garden",),
            planned=PlannedArming(9.0, 5.0, AWAY, ITSELF),
        )
    ),
    Alarm("a", SEEN, is_new=True),
    Alarm("a", UNPLUGGED, is_new=False),
    TamperChanged("door", Tamper.COVERED, 5.0),
    TamperChanged("door", None, 5.0),
    ArmingFailed("away", 5.0, ITSELF, (("door", Tamper.LOST),)),
    CodeRefused(5.0, Via.MQTT, 2),
)


async def test_every_event_is_as_described(site: Site) -> None:
    schema = {"$ref": "#/components/schemas/Event"}
    types = {
        resolved(kind)["properties"]["type"]["enum"][0]
        for kind in DOCUMENT["components"]["schemas"]["Event"]["oneOf"]
    }
    async with site.http.ws_connect("/api/v1/events") as channel:
        seen = []
        for event in (None, *EVENTS):
            if event is not None:
                site.engine.publish(event)
            message = json.loads(await channel.receive_str(timeout=PATIENCE_S))
            conforms(message, schema)
            seen.append(message["type"])
    assert set(seen) == types


DECISIONS = (
    Decision(
        5.0, Motion(False, 0.1, 0.2, Cause.TOO_SMALL, "0.1 %", (Region(0, 0, 0.1, 0.1, 0.1),)), event=False
    ),
    Decision(5.2, Motion(True, 3.0, 0.2, Cause.MOTION, "3 %", zones=("porch",)), event=True),
    Decision(
        5.4,
        Motion(
            True,
            3.0,
            0.2,
            Cause.MOTION,
            "3 %",
            tracks=(Track(7, Region(0, 0, 0.1, 0.1, 0.1), since_s=4.0, sure=True),),
        ),
        event=True,
        looked=(Looked(5.3, Box(0, 0, 0.4, 0.4), (Named(Kind.PERSON, 81.0, Box(0, 0, 0.1, 0.2)),)),),
    ),
)


async def test_every_decision_is_as_described(site: Site) -> None:
    site.engine.decided.extend(DECISIONS)
    async with site.http.ws_connect("/api/v1/cameras/door/motion") as channel:
        said = [json.loads(await channel.receive_str(timeout=PATIENCE_S)) for _ in DECISIONS]
    for one in said:
        conforms(one, {"$ref": "#/components/schemas/Decision"})
    assert [(one["cause"], one["event"], one["zones"]) for one in said] == [
        ("too_small", False, []), ("motion", True, ["porch"]), ("motion", True, []),
    ]  # fmt: skip
    ((track,), (look,)) = said[-1]["tracks"], said[-1]["looked"]
    assert (track["id"], track["sure"]) == (7, True)
    assert [(one["kind"], one["score"]) for one in look["seen"]] == [("person", 81.0)]
    async with site.http.get("/api/v1/cameras/nobody/motion") as response:
        assert response.status == 404


async def test_pictures_are_no_json(site: Site) -> None:
    site.engine.show("door", make_frame())
    operation = DOCUMENT["paths"]["/api/v1/cameras/{id}/snapshot.jpg"]["get"]
    async with site.http.get("/api/v1/cameras/door/snapshot.jpg") as response:
        assert response.content_type in operation["responses"]["200"]["content"]
