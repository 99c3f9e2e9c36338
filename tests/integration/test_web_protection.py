"""Other web sites are kept out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from gcam_addon.config.model import WebSettings
from gcam_addon.errors import ConfigError
from tests.support.web_fakes import Site, make_frame, serve

EVERYWHERE = WebSettings(host="0.0.0.0", port=0)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    settings = WebSettings(port=0, external_url="https://Gcam.test/cameras")
    async with serve(tmp_path, settings=settings) as site:
        yield site


async def status_of(site: Site, method: str, path: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"seconds": 1} if method == "POST" else None
    async with site.http.request(method, path, headers=named, json=body) as response:
        if response.status == 403:
            assert (await response.json())["error"]["code"] == "access_denied"
        return response.status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8099", 200),
        ("127.0.0.1", 200),
        ("[::1]:8099", 200),
        ("192.168.1.20:8099", 200),
        ("gcam.localhost", 200),
        ("gcam.test", 200),
        ("LOCALHOST", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:8099", 403),
        ("notlocalhost", 403),
        ("[broken", 403),
    ],
)
async def test_on_loopback_only_known_names_are_answered(site: Site, host: str, status: int) -> None:
    for path in ("/", "/api/v1/cameras", "/health"):
        assert await status_of(site, "GET", path, Host=host) == status


async def test_elsewhere_any_name_is_answered(tmp_path: Path) -> None:
    async with serve(tmp_path, settings=EVERYWHERE) as site:
        assert await status_of(site, "GET", "/api/v1/cameras", Host="nas.example") == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:8099"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:9000"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "http://localhost:8099"}, 200),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://ha.example", "X_Forwarded_Host": "ha.example"}, 403),
        ({"Origin": "https://evil.example", "X_Forwarded_Host": "ha.example"}, 403),
    ],
)
async def test_changes_asked_for_by_other_sites_are_refused(
    site: Site, headers: dict[str, str], status: int
) -> None:
    path = "/api/v1/cameras/door/record"
    assert await status_of(site, "POST", path, Host="localhost:8099", **headers) == status
    assert len(site.engine.recordings) == (status == 200)


async def test_reading_needs_no_origin(site: Site) -> None:
    assert await status_of(site, "GET", "/api/v1/cameras", Origin="http://evil.example") == 200


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/cameras/door/frames"])
async def test_web_sockets_of_other_sites_are_refused(site: Site, path: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.http.ws_connect(path, origin="http://evil.example")
    assert refused.value.status == 403
    async with site.http.ws_connect(path, origin=site.url) as channel:
        assert not channel.closed


async def test_every_answer_carries_the_headers_that_protect(site: Site) -> None:
    site.engine.show("door", make_frame())
    paths = (
        "/",
        "/health",
        "/api/v1/cameras",
        "/api/v1/cameras/door/snapshot.jpg",
        "/unheard-of",
        "/icon.svg",
    )
    for path in (*paths, "/api/v1/cameras/door/stream.mjpg"):
        async with site.http.get(path) as response:
            headers = response.headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'self'"
        assert policy["style-src"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"].replace(
            "style-src-attr 'unsafe-inline'", ""
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Server"] == "Gcam"
        assert "Access-Control-Allow-Origin" not in headers


async def test_an_address_in_use_is_said_plainly(site: Site, tmp_path: Path) -> None:
    taken = WebSettings(port=site.server.port)
    with pytest.raises(ConfigError, match=rf"can't listen on 127\.0\.0\.1:{taken.port}"):
        async with serve(tmp_path / "other", settings=taken):
            pass
