"""What is stored of each camera, and the trash, over HTTP: who sees and may do what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.access.principal import Role
from gcam_addon.config.model import RecordingSettings
from tests.support.fakes import make_camera
from tests.support.web_fakes import STARTED_AT, Site, make_clip, serve

PASSWORD = "four other plain words"
DOOR = make_camera("door", recording=RecordingSettings(keep_days=9, max_bytes=5_000_000))
GARDEN, GONE = make_camera("garden"), make_camera("attic", name="Attic")
DAY_S = 86_400.0


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    days = [STARTED_AT - number * DAY_S for number in range(3)]
    clips = [make_clip(f"d{number}", DOOR, at, size_bytes=100) for number, at in enumerate(days)]
    clips += [make_clip("g", GARDEN, size_bytes=50), make_clip("a", GONE, STARTED_AT - 40 * DAY_S)]
    (tmp_path / "thumbnails").mkdir()
    (tmp_path / "thumbnails" / "d1.jpg").write_bytes(b"picture")
    async with serve(tmp_path, cameras=[DOOR, GARDEN], clips=clips) as site:
        yield site


async def asked(site: Site, path: str, method: str = "GET", status: int = 200) -> Any:
    async with site.http.request(method, f"/api/v1{path}") as response:
        assert response.status == status, await response.text()
        return await response.json() if response.content_type == "application/json" else await response.read()


async def become(site: Site, name: str, role: Role) -> None:
    await site.access.add(name, PASSWORD, role, frozenset({"door"}))
    async with site.http.post("/api/v1/session", json={"name": name, "password": PASSWORD}) as response:
        assert response.status == 200


async def test_how_much_there_is_of_each_camera_and_how_far_back(site: Site) -> None:
    attic, door, garden = (await asked(site, "/storage/cameras"))["cameras"]
    assert door == {
        "camera_id": "door",
        "camera_name": "Door",
        "clips": 3,
        "size_bytes": 300,
        "oldest_at": STARTED_AT - 2 * DAY_S,
        "configured": True,
        "keep_days": 9,
        "max_bytes": 5_000_000,
    }
    assert (attic["configured"], attic["clips"], attic["oldest_at"]) == (False, 1, STARTED_AT - 40 * DAY_S)
    usual = site.services.choosing.settings.storage.retention
    assert (garden["keep_days"], garden["max_bytes"]) == (usual.keep_days, None)
    await become(site, "guest", Role.VIEWER)
    assert [one["camera_id"] for one in (await asked(site, "/storage/cameras"))["cameras"]] == ["door"]


async def test_what_was_deleted_is_seen_had_back_and_deleted_for_good(site: Site) -> None:
    for clip_id in ("d1", "g"):
        await asked(site, f"/clips/{clip_id}", "DELETE", 204)
    trash = await asked(site, "/trash")
    assert [one["clip"]["id"] for one in trash["trash"]] == ["g", "d1"]
    assert (trash["clips"], trash["size_bytes"]) == (2, 150)
    assert all(one["discarded_at"] < one["until"] for one in trash["trash"])
    assert await asked(site, "/trash/d1/thumbnail.jpg") == b"picture"
    await asked(site, "/trash/d0/thumbnail.jpg", status=404)
    await asked(site, "/clips/d1/restore", "POST")
    await asked(site, "/trash/d1", "DELETE", 404)
    await asked(site, "/trash/g", "DELETE", 204)
    await asked(site, "/clips/g/restore", "POST", 404)
    await asked(site, "/clips/d1", "DELETE", 204)
    assert await asked(site, "/trash", "DELETE") == {"count": 1}
    assert (await asked(site, "/trash"))["clips"] == 0
    deeds = await site.access.audit.read(before=None, who_id=None, limit=10)
    assert ("trash.empty", "1") in {(deed.action, deed.subject) for deed in deeds}


async def test_who_may_not_delete_meets_no_trash(site: Site) -> None:
    await asked(site, "/clips/g", "DELETE", 204)
    await become(site, "member", Role.MEMBER)
    await asked(site, "/trash", status=403)
    await asked(site, "/trash", "DELETE", 403)
