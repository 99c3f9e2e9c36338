"""Clips' files and the page's own: ranges, names, and nothing else of the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from gcam_addon.clock import SystemClock
from gcam_addon.duties import Duties
from gcam_addon.machine.loop import Loop
from gcam_addon.web.errors import errors_as_json
from gcam_addon.web.site import CONTENT_TYPES, FOLDER, routes
from tests.support.failing_disk import failing_disk
from tests.support.fakes import make_camera
from tests.support.web_fakes import LOOPBACK, Site, make_clip, serve

VIDEO = bytes(range(256)) * 40


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    camera = make_camera("door", name="Entrée")
    for folder, name, content in (("recordings", "c1.mp4", VIDEO), ("thumbnails", "c1.jpg", b"\xff\xd8")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(content)
    (tmp_path / "secret.txt").write_text("secret")
    clips = [make_clip("c1", camera), make_clip("gone", camera), make_clip("bare", camera, thumbnail=None)]
    async with serve(tmp_path, cameras=[camera], clips=clips) as site:
        yield site


async def test_a_video_comes_whole(site: Site) -> None:
    async with site.http.get("/api/v1/clips/c1/video.mp4") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "video/mp4"
        assert response.headers["Accept-Ranges"] == "bytes"
        assert "Content-Disposition" not in response.headers
        assert await response.read() == VIDEO


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-99", 0, 100), ("bytes=10000-", 10000, 10240), ("bytes=-40", 10200, 10240)],
)
async def test_parts_of_a_video(site: Site, asked: str, start: int, stop: int) -> None:
    async with site.http.get("/api/v1/clips/c1/video.mp4", headers={"Range": asked}) as response:
        assert response.status == 206
        assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(VIDEO)}"
        assert await response.read() == VIDEO[start:stop]


async def test_a_part_beyond_the_end_is_refused(site: Site) -> None:
    async with site.http.get("/api/v1/clips/c1/video.mp4", headers={"Range": "bytes=20000-"}) as response:
        assert response.status == 416


async def test_asking_again_costs_a_304(site: Site) -> None:
    async with site.http.get("/api/v1/clips/c1/thumbnail.jpg") as response:
        assert await response.read() == b"\xff\xd8"
        tag = response.headers["ETag"]
    async with site.http.get("/api/v1/clips/c1/thumbnail.jpg", headers={"If-None-Match": tag}) as response:
        assert response.status == 304


async def test_a_download_has_a_name(site: Site) -> None:
    async with site.http.get("/api/v1/clips/c1/video.mp4?download=1") as response:
        kind, _, names = response.headers["Content-Disposition"].partition("; ")
        assert kind == "attachment"
        assert unquote(names).partition("filename*=UTF-8''")[2].startswith("Entrée 2023-11-1")
        assert await response.read() == VIDEO


@pytest.mark.parametrize("path", ["gone/video.mp4", "gone/thumbnail.jpg", "bare/thumbnail.jpg"])
async def test_a_file_that_is_gone_is_a_json_404(site: Site, path: str) -> None:
    async with site.http.get(f"/api/v1/clips/{path}") as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "path",
    [
        "/..%2fsecret.txt",
        "/../../secret.txt",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/../../app.py",
        "/..\\app.py",
        "/api/v1/clips/..%2f..%2fsecret.txt/video.mp4",
        "/api/v1/clips/%2e%2e%2fsecret.txt/thumbnail.jpg",
        "/api/v1/clips/c1/..%2f..%2f..%2fsecret.txt",
        "/api/v1/clips/c1%00/video.mp4",
        "/app.py",
    ],
)
async def test_no_way_leads_out(site: Site, path: str) -> None:
    async with site.http.get(URL(site.url + path, encoded=True)) as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "not_found"


PAGE_FILES = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in CONTENT_TYPES
)


LARGEST_SCRIPT = max(
    (name for name in PAGE_FILES if name.endswith(".js")),
    key=lambda name: (FOLDER / name).stat().st_size,
    default="",
)


async def test_the_page_and_all_its_files_are_served(site: Site) -> None:
    assert {"index.html", "icon.svg", "manifest.webmanifest"} < set(PAGE_FILES), "run scripts/setup"
    for name in ("", *(name for name in PAGE_FILES if name != "index.html")):
        async with site.http.get(f"/{name}") as response:
            assert response.status == 200
            assert await response.read() == (FOLDER / (name or "index.html")).read_bytes()
            immutable = "immutable" in response.headers["Cache-Control"]
            assert immutable == name.startswith("assets/")
            assert response.headers["Content-Type"] == CONTENT_TYPES[Path(name or "index.html").suffix]


async def test_the_page_speaks_the_owner_s_language(tmp_path: Path) -> None:
    async with (
        serve(tmp_path, settings=replace(LOOPBACK, language="fr")) as site,
        site.http.get("/", headers={"Accept-Encoding": "gzip"}) as response,
    ):
        assert response.headers["Content-Type"] == CONTENT_TYPES[".html"]
        assert response.headers["Cache-Control"] == "no-cache"
        text = await response.text()
    assert '<html lang="fr" data-language="fr">' in text
    assert text.replace('lang="fr" data-language="fr"', 'lang="en"') == (FOLDER / "index.html").read_text()


async def test_the_page_travels_compressed(site: Site) -> None:
    async with site.http.get(f"/{LARGEST_SCRIPT}", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert int(response.headers["Content-Length"]) < (FOLDER / LARGEST_SCRIPT).stat().st_size / 3


async def test_the_page_is_sent_again_only_where_it_changed(site: Site) -> None:
    async with site.http.get("/") as response:
        tag, text = response.headers["ETag"], await response.text()
    for known, status in ((tag, 304), ('"another", ' + tag, 304), ('"another"', 200)):
        async with site.http.get("/", headers={"If-None-Match": known}) as response:
            assert (response.status, await response.text()) == (status, text if status == 200 else "")


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("br;q=0, gzip", "gzip"), ("gzip, br", "br"), ("identity", None), ("brotli", None)],
)
async def test_what_a_browser_can_t_read_is_not_sent(site: Site, accepted: str, sent: str | None) -> None:
    headers = {"Accept-Encoding": accepted}
    async with site.http.get(f"/{LARGEST_SCRIPT}", headers=headers, auto_decompress=False) as response:
        assert response.headers.get("Content-Encoding") == sent


async def test_a_page_that_was_not_built_says_so(tmp_path: Path) -> None:
    app = web.Application(middlewares=[errors_as_json])
    app.add_routes([route.definition for route in routes(tmp_path)])
    async with TestClient(TestServer(app)) as client, client.get("/") as response:
        assert response.status == 404
        assert "scripts/setup" in (await response.json())["error"]["message"]


def test_the_page_is_relative_and_has_no_inline_code() -> None:
    text = (FOLDER / "index.html").read_text()
    for forbidden in ('href="/', 'src="/', " style=", " onclick=", "http:", "https:"):
        assert forbidden not in text
    assert all(script.startswith(' type="module"') for script in text.split("<script")[1:])


def test_there_is_no_second_manifest_json() -> None:
    assert not list(FOLDER.rglob("manifest.json"))


def test_a_disk_that_hangs_holds_up_nobody_but_who_wants_its_files(tmp_path: Path) -> None:
    with asyncio.Runner(loop_factory=lambda: Loop(Duties(SystemClock()))) as runner:
        runner.run(_ask_a_disk_that_hangs(tmp_path))


async def _ask_a_disk_that_hangs(folder: Path) -> None:
    (folder / "recordings").symlink_to(folder / "media" / "disk" / "recordings")
    camera = make_camera("door")
    async with (
        serve(folder, cameras=[camera], clips=[make_clip("c1", camera)]) as site,
        failing_disk(folder / "media") as disk,
    ):
        (disk.folder / "recordings").mkdir()
        (disk.folder / "recordings" / "c1.mp4").write_bytes(VIDEO)
        disk.is_slow(5.0, "open", "read")
        asked = [asyncio.create_task(_status(site, "/api/v1/clips/c1/video.mp4")) for _ in range(40)]
        for _ in range(10):
            assert await _status(site, "/") == 200
            await asyncio.to_thread(int)
        assert not any(task.done() for task in asked)
        disk.works()
        assert set(await asyncio.gather(*asked)) == {200}


async def test_a_disk_that_fails_is_told_and_cuts_off_what_it_was_read_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    camera, size = make_camera("door"), 64 * 1024 * 1024
    async with (
        serve(tmp_path, cameras=[camera], clips=[make_clip("c1", camera, path="disk/c1.mp4")]) as site,
        failing_disk(tmp_path) as disk,
    ):
        with (disk.folder / "c1.mp4").open("wb") as file:
            file.truncate(size)
        async with site.http.get("/api/v1/clips/c1/video.mp4") as response:
            assert response.content_length == size
            await response.content.readexactly(1024)
            disk.fails("EIO", "read")
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()
        disk.fails("EIO", "getattr")
        async with site.http.get("/api/v1/clips/c1/video.mp4") as response:
            assert response.status == 503
            assert "can't read c1.mp4" in (await response.json())["error"]["message"]
    assert "c1.mp4 could not be sent to its end" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


async def _status(site: Site, path: str) -> int:
    async with site.http.get(path) as response:
        await response.read()
        return response.status
