"""What is chosen for all of Gcam, through the API and by the real program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp

from gcam_addon.config.chosen import read_choices
from tests.support.program import Program
from tests.support.web_fakes import Site, serve


async def told(site: Site) -> dict[str, Any]:
    async with site.http.get("/api/v1/settings") as response:
        assert response.status == 200, await response.text()
        return dict(await response.json())


async def change(site: Site, changes: dict[str, object]) -> tuple[int, Any]:
    async with site.http.patch("/api/v1/settings", json=changes) as response:
        return response.status, await response.json()


async def test_what_is_chosen_is_told_and_written_down_without_secrets(tmp_path: Path) -> None:
    async with serve(tmp_path) as site:
        assert (await told(site))["keep_days"]["origin"] == "default"
        broker = {"mode": "broker", "host": "broker.lan", "username": "gcam", "password": "hunter2"}
        status, now = await change(site, {"keep_days": 12, "mqtt": broker})
        assert status == 200
        assert now == await told(site)
        assert (now["keep_days"]["value"], now["keep_days"]["waits"]) == (12, False)
        assert now["mqtt"]["value"] == {
            "mode": "broker",
            "host": "broker.lan",
            "port": 1883,
            "username": "gcam",
            "tls": False,
            "has_password": True,
        }
        assert now["waits"] is now["mqtt"]["waits"] is True
        assert site.services.choosing.settings.storage.retention.keep_days == 12
        deeds = str(await site.access.audit.read(before=None, who_id=None, limit=9))
        assert "keep_days: 12, mqtt: broker.lan" in deeds
        assert "hunter2" not in json.dumps(now) + deeds
        status, refused = await change(site, {"keep_days": 1, "log_level": "loud"})
        assert (status, refused["error"]["field"]) == (400, "log_level")
        assert (await told(site))["keep_days"]["value"] == 12


async def test_a_new_start_is_asked_for(tmp_path: Path) -> None:
    async with serve(tmp_path) as site, site.http.post("/api/v1/settings/start-anew") as response:
        assert response.status == 204
        assert site.services.choosing.again.is_set()


async def test_the_program_starts_anew_with_what_was_chosen(tmp_path: Path) -> None:
    """In the same process, and its recordings are kept by the new days at once."""
    async with Program(tmp_path, executed=True) as gcam:
        async with aiohttp.ClientSession(gcam.url, headers=gcam.headers) as http:
            wanted = {"keep_days": 12, "push_port": 8999, "log_level": "debug"}
            async with http.patch("/api/v1/settings", json=wanted) as response:
                assert (await response.json())["waits"] is True
            assert (await gcam.get("/api/v1/system"))["disk"]["keep_days"] == 12
            async with http.post("/api/v1/settings/start-anew") as response:
                assert response.status == 204
        await gcam.until(lambda: gcam.log.count("Ctrl-C") == 2)
        assert "Stopped, to start anew." in gcam.log
        gcam.look_again()
        now = await gcam.get("/api/v1/settings")
        assert (now["push_port"]["value"], now["log_level"]["value"], now["waits"]) == (8999, "debug", False)
    assert read_choices(tmp_path) == wanted
