"""One time zone for everything that Gcam says in local time: the setting's, else the machine's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gcam_addon.machine.timezone import use_timezone
from gcam_addon.web.api.clips import download_name
from tests.support.fakes import make_camera
from tests.support.local_times import local_times
from tests.support.program import Program, write_options
from tests.support.web_fakes import make_clip, serve

FIRST, LAST = "Pacific/Kiritimati", "America/New_York"
"""Of any moment the one has nearly a day more than the other."""
NOON_AT = datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp()
DOOR = make_camera("door", name="Door")


@pytest.fixture
def first() -> Iterator[None]:
    with local_times():
        use_timezone(FIRST)
        yield


async def test_names_and_pages_and_days_are_of_the_one_zone(first: None, tmp_path: Path) -> None:
    clip = replace(make_clip("c1", DOOR), started_at=NOON_AT, ended_at=NOON_AT + 5)
    assert download_name(clip) == "Door 2026-01-16 02-00-00.mp4"
    async with serve(tmp_path, cameras=[DOOR], clips=[clip]) as site:
        async with site.http.get("/api/v1/session") as response:
            assert (await response.json())["timezone"] == FIRST
        async with site.http.post("/api/v1/clips/c1/shares", json={"hours": 1}) as response:
            link = (await response.json())["path"]
        async with site.http.get(f"/{link}") as response:
            assert "2026-01-16 02:00" in await response.text()
        async with site.http.get("/api/v1/days") as response:
            assert (await response.json())["timezone"] == FIRST


@pytest.mark.parametrize(
    ("environment", "timezone"),
    [
        ({"TZ": "UTC"}, "UTC"),
        ({"TZ": ""}, "UTC"),
        ({"TZ": "CET"}, "CET"),
        ({"TZ": f":{LAST}"}, LAST),
        ({"TZ": f"/usr/share/zoneinfo/{LAST}"}, LAST),
        ({"TZ": "<-04>4"}, None),
        ({"TZ": "nowhere/at/all"}, None),
    ],
)
def test_the_name_is_that_of_the_zone_the_machine_uses(
    environment: dict[str, str], timezone: str | None
) -> None:
    assert _said("print(json.dumps(timezone()))", environment) == timezone


@pytest.mark.parametrize("rules", ["/usr/share/zoneinfo", "/nowhere"])
def test_the_setting_comes_before_the_machine_whether_or_not_that_has_its_rules(rules: str) -> None:
    told = "time.strftime('%Y-%m-%d %H:%M', time.localtime(1768478400))"
    script = f"use_timezone('{FIRST}'); print(json.dumps([timezone(), {told}]))"
    environment = {"TZ": LAST, "PYTHONTZPATH": rules, "TZDIR": rules}
    assert _said(script, environment) == [FIRST, "2026-01-16 02:00"]


async def test_a_running_gcam_follows_its_setting(tmp_path: Path) -> None:
    options = write_options(tmp_path / "options.json", timezone=FIRST)
    gcam = Program(tmp_path / "data", "--options", options)
    gcam.environment = {"TZ": LAST}
    async with gcam:
        assert (await gcam.get("/api/v1/session"))["timezone"] == FIRST


async def test_a_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    gcam = Program(
        tmp_path / "data", "--options", write_options(tmp_path / "options.json", timezone="Nowhere")
    )
    with pytest.raises(AssertionError, match="it ended"):
        await gcam.__aenter__()
    assert "give a name such as Europe/Brussels" in gcam.log


def _said(script: str, environment: dict[str, str]) -> object:
    imports = "import json, time; from gcam_addon.machine.timezone import timezone, use_timezone; "
    run = [sys.executable, "-c", imports + script]
    answer = subprocess.run(run, env={**os.environ, **environment}, capture_output=True, check=True)
    return json.loads(answer.stdout)
