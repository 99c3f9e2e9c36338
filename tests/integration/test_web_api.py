"""The JSON routes over real HTTP."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gcam_addon.errors import NotFound, RecordingError
from gcam_addon.model import Clip, Status, Storage
from gcam_addon.words.reason import because
from tests.support.fakes import make_camera
from tests.support.waiting import PATIENCE_S, until
from tests.support.web_fakes import STARTED_AT, Site, make_clip, serve

DOOR, GARDEN = make_camera("door"), make_camera("garden")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clips = [make_clip(f"c{i}", GARDEN if i % 2 else DOOR, STARTED_AT + 60 * i) for i in range(4)]
    async with serve(tmp_path, cameras=(DOOR, GARDEN), clips=clips) as site:
        yield site


async def ask(site: Site, method: str, path: str, status: int = 200, **options: Any) -> Any:
    async with site.http.request(method, path, **options) as response:
        text = await response.text()
        assert response.status == status, text
        return await response.json() if text else None


async def refused(site: Site, method: str, path: str, status: int, **options: Any) -> dict[str, str]:
    error: dict[str, str] = (await ask(site, method, path, status, **options))["error"]
    assert set(error) - {"field"} == {"code", "message", "reason", "params"}
    return error


async def test_health_needs_nothing_and_tells_strangers_nothing_else(site: Site) -> None:
    assert await ask(site, "GET", "/health") == {"status": "ok"}


async def test_cameras_are_listed_added_changed_and_removed(site: Site) -> None:
    listed = await ask(site, "GET", "/api/v1/cameras")
    assert [camera["id"] for camera in listed["cameras"]] == ["door", "garden"]
    settings = {"name": "Back yard", "url": "http://u:hunter2@192.0.2.9/"}
    added = await ask(site, "POST", "/api/v1/cameras", 201, json=settings)
    assert (added["id"], added["state"]["status"]) == ("back_yard", "connected")
    changed = await ask(site, "PATCH", "/api/v1/cameras/back_yard", json={"detection": {"sensitivity": 60}})
    assert changed["detection"]["sensitivity"] == 60
    assert site.cameras.get("back_yard").detection.sensitivity == 60
    await ask(site, "DELETE", "/api/v1/cameras/back_yard", 204)
    assert (await refused(site, "GET", "/api/v1/cameras/back_yard", 404))["code"] == "not_found"


async def test_a_camera_that_is_not_run_has_no_state(site: Site) -> None:
    await site.engine.stop("door")
    assert (await ask(site, "GET", "/api/v1/cameras/door"))["state"] is None


async def test_a_wrong_setting_is_named_and_changes_nothing(site: Site) -> None:
    error = await refused(
        site, "PATCH", "/api/v1/cameras/door", 400, json={"detection": {"sensitivity": 900}}
    )
    assert (error["code"], error["field"]) == ("request", "detection.sensitivity")
    assert site.cameras.get("door").detection.sensitivity == 50


@pytest.mark.parametrize(
    ("path", "message"),
    [("cameras/shed", "la caméra shed n’existe pas"), ("odd", "Il n’y a rien à /api/v1/odd.")],
)
async def test_errors_are_told_in_the_readers_language(site: Site, path: str, message: str) -> None:
    headers = {"Accept-Language": "fr-CH, fr;q=0.9"}
    async with site.http.get(f"/api/v1/{path}", headers=headers) as response:
        assert (response.status, (await response.json())["error"]["message"]) == (404, message)


@pytest.mark.parametrize("wrong", [["door"], {"door": 1}, 7, None, True])
async def test_a_camera_id_that_is_no_text_is_refused(site: Site, wrong: Any) -> None:
    body = {"id": wrong, "name": "Door", "url": "http://192.0.2.1"}
    error = await refused(site, "POST", "/api/v1/cameras", 400, json=body)
    assert (error["code"], error["field"]) == ("request", "id")


@pytest.mark.parametrize("seconds", [30, 0.5, 0, None, 86400])
async def test_recording_by_hand(site: Site, seconds: float | None) -> None:
    answer = await ask(site, "POST", "/api/v1/cameras/door/record", json={"seconds": seconds})
    assert answer == {"camera_id": "door", "seconds": seconds}
    assert site.engine.recordings == [("door", seconds)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"seconds": -1}, "seconds"),
        ({"seconds": 86401}, "seconds"),
        ({"seconds": "30"}, "seconds"),
        ({"seconds": True}, "seconds"),
        ({"seconds": 10**400}, "seconds"),
        ({}, "seconds"),
        ({"seconds": 3, "forever": True}, "forever"),
    ],
)
async def test_wrong_recording_times_are_refused(site: Site, body: dict[str, Any], field: str) -> None:
    error = await refused(site, "POST", "/api/v1/cameras/door/record", 400, json=body)
    assert error["field"] == field
    assert site.engine.recordings == []


async def test_a_disabled_camera_can_not_record(site: Site) -> None:
    site.engine.camera_states["door"] = _with(site, "door", status=Status.DISABLED)
    error = await refused(site, "POST", "/api/v1/cameras/door/record", 503, json={"seconds": 3})
    assert error["code"] == "source"


async def test_clips_are_filtered_and_paged(site: Site) -> None:
    async def ids(**query: str) -> list[str]:
        return [clip["id"] for clip in (await ask(site, "GET", "/api/v1/clips", params=query))["clips"]]

    assert await ids() == ["c3", "c2", "c1", "c0"]
    assert await ids(camera="door") == ["c2", "c0"]
    assert await ids(after=str(STARTED_AT + 60)) == ["c3", "c2", "c1"]
    assert await ids(before=str(STARTED_AT + 60)) == ["c0"]
    assert await ids(limit="1", before=str(STARTED_AT + 180)) == ["c2"]
    assert await ids(camera="nobody") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("after=yesterday", "after"),
        ("before=nan", "before"),
        ("before=inf", "before"),
        ("min_score=x", "min_score"),
        ("sort=asc", "sort"),
    ],
)
async def test_wrong_filters_are_refused_by_name(site: Site, query: str, field: str) -> None:
    error = await refused(site, "GET", f"/api/v1/clips?{query}", 400)
    assert (error["code"], error["field"]) == ("request", field)
    assert ("seconds" in error["message"]) == (field in {"after", "before"})


async def test_a_protected_clip_is_not_deleted(site: Site) -> None:
    path = "/api/v1/clips/c1"
    assert (await ask(site, "PATCH", path, json={"protected": True}))["protected"] is True
    assert (await refused(site, "DELETE", path, 403))["code"] == "access_denied"
    assert (await ask(site, "PATCH", path, json={"protected": False}))["protected"] is False
    await ask(site, "DELETE", path, 204)
    await refused(site, "GET", path, 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"protected": "yes"}, "protected"), ({}, "protected"), ({"protected": True, "name": "x"}, "name")],
)
async def test_wrong_clip_changes_are_refused(site: Site, body: dict[str, Any], field: str) -> None:
    assert (await refused(site, "PATCH", "/api/v1/clips/c1", 400, json=body))["field"] == field


async def test_storage_is_told(site: Site) -> None:
    storage = await ask(site, "GET", "/api/v1/storage")
    assert (storage["clips"], storage["clips_bytes"], storage["problem"]) == (4, 4000, None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/cameras/nobody"),
        ("PATCH", "/api/v1/cameras/nobody"),
        ("DELETE", "/api/v1/cameras/nobody"),
        ("POST", "/api/v1/cameras/nobody/record"),
        ("GET", "/api/v1/cameras/nobody/snapshot.jpg"),
        ("GET", "/api/v1/cameras/nobody/stream.mjpg"),
        ("GET", "/api/v1/cameras/nobody/frames"),
        ("GET", "/api/v1/clips/nothing"),
        ("PATCH", "/api/v1/clips/nothing"),
        ("DELETE", "/api/v1/clips/nothing"),
        ("GET", "/api/v1/clips/nothing/video.mp4"),
        ("GET", "/api/v1/clips/nothing/thumbnail.jpg"),
        ("GET", "/api/v1/unheard-of"),
        ("GET", "/api"),
        ("GET", "/unheard-of"),
    ],
)
async def test_what_is_not_there_is_a_json_404(site: Site, method: str, path: str) -> None:
    changes = {"/record": {"seconds": 1}, "/clips/nothing": {"protected": True}}
    body = next((body for end, body in changes.items() if path.endswith(end)), {})
    said = {"json": body} if method in ("PATCH", "POST") else {}
    assert (await refused(site, method, path, 404, **said))["code"] == "not_found"


async def test_a_wrong_method_tells_the_right_ones(site: Site) -> None:
    async with site.http.put("/api/v1/cameras") as response:
        assert response.status == 405
        assert response.headers["Allow"] == "GET, HEAD, POST"
        assert (await response.json())["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"seconds": NaN}', "application/json", 400),
        (b"\xff\xfe{", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"seconds": 3}', "text/plain", 415),
        (b" " * 70_000, "application/json", 413),
    ],
)
async def test_bad_bodies_are_refused(site: Site, body: bytes, content_type: str, status: int) -> None:
    headers = {"Content-Type": content_type}
    await refused(site, "POST", "/api/v1/cameras/door/record", status, data=body, headers=headers)
    assert site.engine.recordings == []


async def test_a_defect_is_logged_and_not_shown(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(clip_id: str) -> Clip:
        raise RuntimeError("secret detail")

    site.clips.get = broken  # type: ignore[method-assign]
    error = await refused(site, "GET", "/api/v1/clips/c1", 500)
    assert error["code"] == "internal"
    assert "secret" not in error["message"]
    assert "secret detail" in caplog.text


async def test_metrics_live_through_an_unreadable_index(site: Site) -> None:
    async def unreadable() -> Storage:
        raise RecordingError("the index can't be read")

    async with site.http.get("/metrics") as response:
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "gcam_clips 4.0" in await response.text()
    site.clips.storage = unreadable  # type: ignore[method-assign]
    async with site.http.get("/metrics") as response:
        text = await response.text()
    assert 'gcam_motion{camera="door"} 0.0' in text
    assert "gcam_clips" not in text


async def test_a_change_is_finished_even_if_who_asked_left(site: Site) -> None:
    """Stored but not applied would be worst, so a request cut off in the middle still runs to its end."""
    reached, go, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(camera_id: str) -> None:
        reached.set()
        await go.wait()
        done.set()

    site.cameras.remove = slow  # type: ignore[method-assign]
    request = asyncio.create_task(ask(site, "DELETE", "/api/v1/cameras/door", 204))
    await reached.wait()
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    await asyncio.sleep(0.1)  # the server sees the connection close
    go.set()
    await asyncio.wait_for(done.wait(), PATIENCE_S)


@pytest.mark.parametrize("error", [ValueError("a defect"), NotFound("there is no camera door")])
async def test_a_change_that_fails_when_who_asked_left_is_told_where_it_is_a_defect(
    site: Site, error: Exception
) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    async def slow(camera_id: str) -> None:
        reached.set()
        await go.wait()
        raise error

    site.cameras.remove = slow  # type: ignore[method-assign]
    with site.services.duties.strays():
        request = asyncio.create_task(ask(site, "DELETE", "/api/v1/cameras/door", 204))
        await reached.wait()
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        await site.http.close()
        await until(lambda: not _tasks("RequestHandler.start"))  # the server saw it leave
        go.set()
        await until(lambda: not _tasks("_awaited"))
        gc.collect()
    told = [(state.name, state.problem) for state in site.services.duties.states() if state.failures]
    assert told == ([("change", "ValueError: a defect")] if isinstance(error, ValueError) else [])


async def test_errors_of_the_engine_keep_their_code(site: Site) -> None:
    def gone(camera_id: str, seconds: float | None) -> None:
        raise NotFound(because("no_camera", camera="door"))

    site.engine.record = gone  # type: ignore[method-assign]
    await refused(site, "POST", "/api/v1/cameras/door/record", 404, json={"seconds": 1})


def _tasks(of: str) -> list[asyncio.Task[Any]]:
    return [task for task in asyncio.all_tasks() if getattr(task.get_coro(), "__qualname__", "") == of]


def _with(site: Site, camera_id: str, **changes: Any) -> Any:
    return replace(site.engine.camera_states[camera_id], **changes)


async def test_who_knows_the_address_learns_that_this_is_a_gcam_and_no_more(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as stranger, stranger.get("/api/v1/info") as response:
        assert response.status == 200
        assert await response.json() == {
            "product": "gcam",
            "api_level": 1,
            "instance_id": site.services.info.instance_id,
            "name": "Gcam",
            "setup": None,
        }


async def test_switches_take_all_that_home_assistant_sets(site: Site) -> None:
    wanted = {"enabled": False, "sensitivity": 61, "recording": False}
    async with site.http.patch("/api/v1/cameras/door/switches", json=wanted) as response:
        assert response.status == 200
        shown = await response.json()
    assert (shown["enabled"], shown["privacy"]) == (False, False)
    assert (shown["detection"]["enabled"], shown["detection"]["sensitivity"]) == (True, 61)
    assert (shown["recording"]["enabled"], shown["state"]["status"]) == (False, "disabled")
    await refused(
        site, "PATCH", "/api/v1/cameras/door/switches", 400, json={"enabled": True, "sensitivity": True}
    )
    assert not site.cameras.get("door").enabled


async def test_switches_change_what_they_say_and_nothing_else(site: Site) -> None:
    async with site.http.patch(
        "/api/v1/cameras/door/switches", json={"privacy": True, "detection": False}
    ) as response:
        assert response.status == 200
        shown = await response.json()
    assert (shown["privacy"], shown["detection"]["enabled"], shown["recording"]["enabled"]) == (
        True,
        False,
        True,
    )
    assert shown["state"]["status"] == "privacy"
    for path in ("snapshot.jpg", "stream.mjpg"):
        async with site.http.get(f"/api/v1/cameras/door/{path}") as response:
            assert response.status == 503, path
            assert "privacy mode" in (await response.json())["error"]["message"]
