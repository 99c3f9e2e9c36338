"""What the system page asks: health, load, forecast and log."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from jsonschema import Draft202012Validator

from gcam_addon.access.principal import Role
from gcam_addon.classifiers import ssd
from gcam_addon.log.ring import LogRing
from gcam_addon.model import DutyStatus, HdState, MqttHealth, Status
from tests.support.fakes import make_camera, make_state
from tests.support.open_api import DOCUMENT
from tests.support.web_fakes import STARTED_AT, FakeBackups, FakeSurroundings, Site, make_clip, serve

DOOR, GARDEN = make_camera("door"), make_camera("garden")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clips = [make_clip("c1", DOOR, STARTED_AT - 86400.0, size_bytes=4_000_000_000)]
    async with serve(tmp_path, cameras=[DOOR, GARDEN], clips=clips) as site:
        yield site


async def ask(site: Site, path: str = "/api/v1/system", status: int = 200) -> Any:
    """The answer, which must be as openapi.yaml says."""
    async with site.http.get(path) as response:
        assert response.status == status, await response.text()
        answer = await response.json()
    part = DOCUMENT["paths"][path.partition("?")[0]]["get"]["responses"][str(status)]
    if "$ref" in part:
        part = DOCUMENT["components"]["responses"][part["$ref"].rpartition("/")[2]]
    schema = {**part["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(answer)
    return answer


async def part_of(site: Site, name: str) -> tuple[str, str]:
    parts = {part["part"]: part for part in (await ask(site))["parts"]}
    return parts[name]["state"], parts[name]["code"]


def surroundings(site: Site) -> FakeSurroundings:
    return cast("FakeSurroundings", site.services.surroundings)


async def test_all_is_well(site: Site) -> None:
    answer = await ask(site)
    assert {part["part"]: part["state"] for part in answer["parts"]} == dict.fromkeys(
        ("cameras", "recorder", "index", "disk", "mqtt", "clock", "duties"), "ok"
    )
    assert [camera["name"] for camera in answer["cameras"]] == ["Door", "Garden"]
    assert answer["versions"]["gcam"] == "1.2.3"
    assert answer["versions"]["python"].startswith("3.")


async def test_what_is_wrong_is_named(site: Site) -> None:
    site.engine.camera_states["door"] = make_state(DOOR, status=Status.LOST)
    site.engine.camera_states["garden"] = make_state(GARDEN, no_recording_code="storage_full")
    surroundings(site).broker = MqttHealth(False, "the broker is away")
    surroundings(site).step_s = -3600.0
    parts = {part["part"]: part for part in (await ask(site))["parts"]}
    assert (parts["cameras"]["code"], parts["cameras"]["names"]) == ("lost", ["Door"])
    assert (parts["recorder"]["code"], parts["recorder"]["names"]) == ("stuck", ["Garden"])
    assert (parts["mqtt"]["state"], parts["mqtt"]["message"]) == ("problem", "the broker is away")
    assert (parts["clock"]["code"], parts["clock"]["count"]) == ("stepped", 3600)


async def test_who_is_recorded_in_sd_for_want_of_hd_is_named(site: Site) -> None:
    away = HdState(Status.LOST, 0.0, recorded=False)
    site.engine.camera_states["door"] = make_state(DOOR, hd=away)
    site.engine.camera_states["garden"] = make_state(GARDEN, hd=replace(away, recorded=True))
    parts = {part["part"]: part for part in (await ask(site))["parts"]}
    cameras = parts["cameras"]
    assert (cameras["state"], cameras["code"], cameras["names"]) == ("warning", "sd", ["Door"])


async def test_what_somebody_chose_is_no_problem(site: Site) -> None:
    for camera in (DOOR, GARDEN):
        state = make_state(camera, status=Status.PRIVACY, no_recording_code="privacy")
        site.engine.camera_states[camera.id] = state
    assert await part_of(site, "cameras") == ("ok", "off")
    assert await part_of(site, "recorder") == ("ok", "ok")


async def test_mqtt_has_its_stages(site: Site) -> None:
    for health, expected in (
        (MqttHealth(False, None), ("warning", "connecting")),
        (MqttHealth(True, None), ("ok", "connected")),
        (MqttHealth(True, "somebody else uses these topics"), ("warning", "limited")),
    ):
        surroundings(site).broker = health
        assert await part_of(site, "mqtt") == expected


async def test_no_broker_yet_is_not_mqtt_switched_off(site: Site) -> None:
    assert await part_of(site, "mqtt") == ("ok", "off")
    surroundings(site).wants_mqtt = True
    assert await part_of(site, "mqtt") == ("ok", "none")


async def test_only_an_add_on_tells_of_home_assistant(site: Site) -> None:
    assert "home_assistant" not in {part["part"] for part in (await ask(site))["parts"]}
    for signed_in, code in ((False, "waiting"), (True, "signed_in")):
        surroundings(site).home_assistant = signed_in
        assert await part_of(site, "home_assistant") == ("ok", code)


async def test_what_failed_is_named_while_it_is_down_and_for_a_day(site: Site) -> None:
    duties = site.services.duties
    duties.failed("mqtt", ValueError("rubbish"), DutyStatus.WAITING, "starts again")
    parts = {part["part"]: part for part in (await ask(site))["parts"]}
    assert (parts["duties"]["state"], parts["duties"]["code"]) == ("problem", "down")
    assert parts["duties"]["names"] == ["mqtt"]
    assert "mqtt (ValueError: rubbish)" in parts["duties"]["message"]
    duties.started("mqtt")
    assert await part_of(site, "duties") == ("warning", "failed_lately")
    site.clock.advance(24 * 3600.0)
    assert await part_of(site, "duties") == ("ok", "ok")


async def test_what_can_not_begin_again_stays_down(site: Site) -> None:
    site.services.duties.failed("visit door", ValueError("rubbish"), DutyStatus.FAILED, "is over")
    site.clock.advance(24 * 3600.0)
    assert await part_of(site, "duties") == ("problem", "down")


async def test_rates_come_with_the_second_look(site: Site) -> None:
    site.engine.camera_states["door"] = make_state(DOOR, bytes_in=1000, decode_s=1.0)
    first = (await ask(site))["cameras"][0]
    site.clock.advance(4.0)
    site.engine.camera_states["door"] = make_state(DOOR, bytes_in=9000, decode_s=1.2)
    second = await ask(site)
    assert (first["bytes_per_s"], first["decode_share"]) == (None, None)
    assert second["cameras"][0]["bytes_per_s"] == pytest.approx(2000.0)
    assert second["cameras"][0]["decode_share"] == pytest.approx(5.0)
    assert second["process"]["cpu_share"] >= 0.0
    assert second["uptime_s"] == pytest.approx(4.0)


async def test_the_disk_is_foretold(site: Site) -> None:
    disk = (await ask(site))["disk"]
    found = disk["forecast"]
    assert disk["free_bytes"] == 40_000_000_000
    assert found["oldest_at"] == STARTED_AT - 86400.0
    assert found["bytes_per_day"] == pytest.approx(4e9)
    assert found["limited_by"] == "space"
    assert found["days_kept"] == pytest.approx((44e9 - 2**30) / 4e9)


async def test_the_log_is_filtered_and_followed(site: Site) -> None:
    ring = cast("LogRing", site.services.log_book)
    for level, message in ((logging.INFO, "one"), (logging.WARNING, "two"), (logging.CRITICAL, "three")):
        ring.handle(logging.makeLogRecord({"levelno": level, "msg": message, "name": "gcam"}))
    answer = await ask(site, "/api/v1/logs?level=warning")
    assert [(record["level"], record["message"]) for record in answer["records"]] == [
        ("warning", "two"),
        ("error", "three"),
    ]
    assert answer["newest"] == 3
    found = await ask(site, "/api/v1/logs?text=TW")
    assert [record["message"] for record in found["records"]] == ["two"]
    assert [record["number"] for record in (await ask(site, "/api/v1/logs?limit=1"))["records"]] == [3]
    assert (await ask(site, "/api/v1/logs?after=3"))["records"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/system?x=1",
        "/api/v1/logs?level=loud",
        "/api/v1/logs?limit=0",
        "/api/v1/logs?limit=2001",
        "/api/v1/logs?after=-1",
        "/api/v1/logs?since=1",
        f"/api/v1/logs?text={'x' * 201}",
    ],
)
async def test_wrong_questions_are_refused(site: Site, path: str) -> None:
    answer = await ask(site, path, 400)
    assert answer["error"]["field"] == path.partition("?")[2].partition("=")[0]


async def test_only_who_administers_sees_it(site: Site) -> None:
    await site.access.add("member", "four other plain words", Role.MEMBER, None)
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        login = {"name": "member", "password": "four other plain words"}
        async with http.post("/api/v1/session", json=login) as response:
            assert response.status == 200
        for path in ("/api/v1/system", "/api/v1/logs"):
            async with http.get(path) as response:
                assert response.status == 403


async def test_only_who_administers_may_check_and_restore(site: Site) -> None:
    await site.access.add("member", "four other plain words", Role.MEMBER, None)
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        login = {"name": "member", "password": "four other plain words"}
        async with http.post("/api/v1/session", json=login) as response:
            assert response.status == 200
        for method, path in (
            ("GET", "/api/v1/check"),
            ("GET", "/api/v1/backup"),
            ("POST", "/api/v1/restore"),
        ):
            async with http.request(method, path) as response:
                assert response.status == 403


async def test_a_check_tells_what_it_found_one_at_a_time(site: Site) -> None:
    assert await ask(site, "/api/v1/check") == {"findings": [], "complete": True}
    async with site.services.checking:
        answer = await ask(site, "/api/v1/check", 409)
    assert answer["error"]["message"] == "A check is under way."
    await ask(site, "/api/v1/check?deep=1", 400)


async def test_a_backup_is_downloaded_and_restored(site: Site) -> None:
    async with site.http.get("/api/v1/backup") as response:
        content = await response.read()
        assert response.content_type == "application/zip"
        assert 'filename="gcam-backup-' in response.headers["Content-Disposition"]
    headers = {"Content-Type": "application/zip"}
    async with site.http.post("/api/v1/restore?accounts=1", data=content, headers=headers) as response:
        assert (response.status, await response.json()) == (200, {"cameras": 2, "people": 1})
    backups = cast("FakeBackups", site.services.backups)
    assert backups.restored == [(content, True)]
    audit = [deed.action for deed in await site.access.audit.read(before=None, who_id=None, limit=9)]
    assert {"backup.make", "backup.restore"} <= set(audit)


@pytest.mark.parametrize(
    ("query", "kind", "body", "status", "field"),
    [
        ("", "application/json", b"PK", 415, None),
        ("", "application/zip", b"x" * (5 * 1024 * 1024 + 1), 413, None),
        ("", "application/zip", b"x", 400, "cameras[0].url"),
        ("?accounts=yes", "application/zip", b"PK", 400, "accounts"),
        ("?all=1", "application/zip", b"PK", 400, "all"),
    ],
)
async def test_a_wrong_restore_is_refused(
    site: Site, query: str, kind: str, body: bytes, status: int, field: str | None
) -> None:
    headers = {"Content-Type": kind}
    async with site.http.post(f"/api/v1/restore{query}", data=io.BytesIO(body), headers=headers) as response:
        assert response.status == status
        assert (await response.json())["error"].get("field") == field
    assert cast("FakeBackups", site.services.backups).restored == []


async def test_whose_work_it_contains_is_told(site: Site) -> None:
    notices = await ask(site, "/api/v1/notices")
    assert notices["version"] == site.services.info.version
    assert notices["licence"].startswith("MIT License")
    packages = {one["name"]: one for one in notices["packages"]}
    assert packages["aiohttp"]["version"] == version("aiohttp")
    assert packages["frozenlist"]["licence"] == "Apache-2.0", "what is needed by what is needed"
    assert "pytest" not in packages
    told = notices["naming"]
    assert told["is_there"] is ssd.is_there()
    assert ("Apache License, Version 2.0" in told["notice"]) is told["is_there"]
    assert ("TERMS AND CONDITIONS" in told["licence"]) is told["is_there"]
