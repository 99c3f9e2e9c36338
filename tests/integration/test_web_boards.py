"""Boards over HTTP: probing, setting, searching; credentials kept and never shown; footage that goes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import ssl
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from zeroconf import DNSOutgoing, DNSPointer, IPVersion
from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf
from zeroconf.const import _CLASS_IN, _FLAGS_AA, _FLAGS_QR_RESPONSE, _TYPE_PTR

from gcam_addon.access.principal import Permission
from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.network.announcements import ESPHOME, HTTP, Announcement, announcements
from gcam_addon.network.finder import Finder, FoundBoard, How, Seen, lead_of
from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.web.api import boards as boards_api
from gcam_addon.web.api import found as found_api
from tests.integration.test_web_openapi import conforms
from tests.support.certificates import self_made
from tests.support.fakes import make_camera
from tests.support.jpegs import jpeg, part
from tests.support.scripted_server import CHUNKED, Peer, accepting, serving
from tests.support.simulated import camera, decoded, size_of, streaming
from tests.support.waiting import until
from tests.support.web_fakes import Site, make_clip, serve

SECRET = "s3cret-Word"
HIDDEN = Camera("door", "Door", SourceSettings(f"http://owner:{SECRET}@192.0.2.7:81/stream?token=abcdef"))


def schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[HIDDEN], clips=[]) as site:
        yield site


async def asked(site: Site, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with site.http.request(method, path, json=body) as response:
        text = await response.text()
        return response.status, json.loads(text) if text else None


def test_all_of_it_needs_the_right_to_configure() -> None:
    for route in {*boards_api.ROUTES, *found_api.ROUTES} - {boards_api.switch_light}:
        assert route.rights == {Permission.CONFIGURE}


async def test_a_probe_tells_what_is_there_and_shows_it(site: Site) -> None:
    async with camera("tasmota", credentials=("admin", "pw")) as board:
        wanted = {"url": board.control_url}
        status, answer = await asked(site, "POST", "/api/v1/probe", wanted)
        assert (status, answer["error"]["field"]) == (400, "password")
        status, answer = await asked(
            site, "POST", "/api/v1/probe", {**wanted, "username": "admin", "password": "pw"}
        )
    assert status == 200
    conforms(answer, schema("Probe"))
    assert (answer["firmware"], answer["url"], answer["camera_id"]) == ("tasmota", board.url, None)
    assert size_of(base64.b64decode(answer["picture"]["jpeg"])).width == answer["picture"]["width"] == 320


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": ""}, "url"),
        ({"url": 7}, "url"),
        ({"url": "rtmp://192.0.2.1"}, "url"),
        ({"url": "/etc/passwd"}, "url"),
        ({"url": "http://192.0.2.1", "password": "x"}, "username"),
        ({"url": "http://192.0.2.1", "more": 1}, "more"),
    ],
)
async def test_a_wrong_question_names_its_field(site: Site, body: Any, field: str) -> None:
    status, answer = await asked(site, "POST", "/api/v1/probe", body)
    assert (status, answer["error"]["field"]) == (400, field)


async def test_what_a_server_says_is_never_repeated(site: Site) -> None:
    async def serve_secret(peer: Peer) -> None:
        await peer.reader.read(1024)
        await peer.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Key: internal-key\r\n\r\ninternal-page"
        )

    async with accepting(serve_secret) as other:
        status, answer = await asked(site, "POST", "/api/v1/probe", {"url": f"http://127.0.0.1:{other.port}"})
    assert (status, answer["error"]["code"]) == (503, "protocol")
    assert "internal" not in json.dumps(answer)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[tuple[Site, Any, Any]]:
    """A site with one camera, its board, and the stream that stands for Gcam's own connection."""
    async with camera() as board, streaming(board) as stream:
        await stream.head()
        async with serve(tmp_path, cameras=[Camera("door", "Door", SourceSettings(board.url))]) as site:
            yield site, board, stream


async def test_controls_are_set_while_the_stream_goes_on(watched: tuple[Site, Any, Any]) -> None:
    site, board, _ = watched
    status, before = await asked(site, "GET", "/api/v1/cameras/door/board")
    assert status == 200
    conforms(before, schema("Board"))
    body = {"frame_size": "640x480", "flip": True, "lamp": 255}
    conforms(body, schema("BoardValues"))
    status, after = await asked(site, "PATCH", "/api/v1/cameras/door/board", body)
    assert status == 200
    now = {control["name"]: control["value"] for control in after["controls"]}
    assert body.items() <= now.items()
    status, found = await asked(site, "POST", "/api/v1/probe", {"url": board.control_url})
    assert (status, found["camera_id"], found["picture"]["width"]) == (200, "door", 640)
    assert decoded(base64.b64decode(found["picture"]["jpeg"])).shape[:2] == (480, 640)
    sent = board.frames_sent
    await until(lambda: board.frames_sent > sent)
    assert (board.streams_opened, board.clients) == (1, 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"quality": 640}, "quality"), ({"nonsense": 1}, "nonsense"), ({"flip": True, "effect": "x"}, "effect")],
)
async def test_refused_values_are_named(watched: tuple[Site, Any, Any], body: Any, field: str) -> None:
    site, board, _ = watched
    status, answer = await asked(site, "PATCH", "/api/v1/cameras/door/board", body)
    assert (status, answer["error"]["field"]) == (400, field)
    assert not board.board.adjustments.vflip


async def test_a_camera_in_privacy_mode_is_not_asked(tmp_path: Path) -> None:
    async with camera() as board:
        private = make_camera("door", source=SourceSettings(board.url), privacy=True)
        async with serve(tmp_path, cameras=[private]) as site:
            for method, body in (("GET", None), ("PATCH", {"flip": True})):
                status, _ = await asked(site, method, "/api/v1/cameras/door/board", body)
                assert status == 503
        assert not board.board.adjustments.vflip


async def test_secrets_are_never_shown(site: Site) -> None:
    for path in ("/api/v1/cameras", "/api/v1/cameras/door", "/api/v1/cameras/door/connection"):
        _, answer = await asked(site, "GET", path)
        assert SECRET not in json.dumps(answer)
        assert "abcdef" not in json.dumps(answer)
    conforms(answer, schema("Connection"))
    assert answer == {
        "url": "http://192.0.2.7:81/stream?token=***", "username": "owner", "has_password": True,
        "url_hd": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({"name": "Gate"}, f"http://owner:{SECRET}@192.0.2.7:81/stream?token=abcdef"),
        (
            {"url": "http://192.0.2.7:81/stream?token=***"},
            f"http://owner:{SECRET}@192.0.2.7:81/stream?token=abcdef",
        ),
        ({"url": "https://192.0.2.7/stream"}, f"https://owner:{SECRET}@192.0.2.7/stream"),
        ({"url": "192.0.2.8", "password": "new"}, "http://owner:new@192.0.2.8"),
        ({"url": "192.0.2.8", "password": None}, "http://owner@192.0.2.8"),
        ({"url": "192.0.2.8", "username": None}, "http://192.0.2.8"),
        ({"password": "n/ew"}, "http://owner:n%2Few@192.0.2.7:81/stream?token=abcdef"),
        ({"username": "other"}, f"http://other:{SECRET}@192.0.2.7:81/stream?token=abcdef"),
        ({"username": None, "password": None}, "http://192.0.2.7:81/stream?token=abcdef"),
        ({"url": "http://a:b@192.0.2.9/"}, "http://a:b@192.0.2.9/"),
    ],
)
async def test_credentials_stay_unless_they_are_changed(site: Site, changes: Any, url: str) -> None:
    status, answer = await asked(site, "PATCH", "/api/v1/cameras/door", changes)
    assert status == 200
    assert SECRET not in json.dumps(answer)
    assert site.cameras.get("door").source.url == url


HD = "http://192.0.2.7:82/large"
OWN = "http://owner:" + SECRET + "@192.0.2.7:82/large"


@pytest.mark.parametrize(
    ("steps", "url_hd"),
    [
        ([{"url_hd": HD}], OWN),
        ([{"url_hd": HD}, {"url_hd": HD}], OWN),
        ([{"url_hd": HD}, {"name": "Gate"}], OWN),
        ([{"url_hd": HD}, {"password": "new"}], "http://owner:new@192.0.2.7:82/large"),
        ([{"url_hd": HD}, {"username": None}], HD),
        ([{"url_hd": HD}, {"url": "192.0.2.8", "username": None}], OWN),
        ([{"url_hd": HD}, {"url": "http://192.0.2.7/s", "username": None}], HD),
        ([{"url_hd": HD}, {"url": "192.0.2.8", "password": "new"}, {"password": "newer"}], OWN),
        ([{"url_hd": "http://a:b@192.0.2.7/x"}, {"password": "new"}], "http://a:b@192.0.2.7/x"),
        ([{"url_hd": "http://a:b@192.0.2.7/x"}, {"url_hd": HD}], "http://a:b@192.0.2.7:82/large"),
        ([{"url_hd": "rtsp://192.0.2.7/x"}], "rtsp://192.0.2.7/x"),
        ([{"url_hd": "http://192.0.2.7.attacker.example/"}], "http://192.0.2.7.attacker.example/"),
        ([{"url_hd": HD}, {"url_hd": "http://192.0.2.9/"}], "http://192.0.2.9/"),
        ([{"url_hd": HD}, {"url_hd": None}], None),
    ],
)
async def test_a_second_address_has_the_credentials_of_the_first_on_its_host(
    site: Site, steps: list[Any], url_hd: str | None
) -> None:
    for changes in steps:
        status, answer = await asked(site, "PATCH", "/api/v1/cameras/door", changes)
        assert status == 200
        assert SECRET not in json.dumps(answer)
    assert site.cameras.get("door").source.url_hd == url_hd
    _, connection = await asked(site, "GET", "/api/v1/cameras/door/connection")
    conforms(connection, schema("Connection"))
    assert "@" not in json.dumps(connection)
    assert (connection["url_hd"] is None) == (url_hd is None)


@pytest.mark.parametrize("url_hd", ["/etc", "http://192.0.2.7:81/stream?token=abcdef", "nothing at all", 7])
async def test_a_second_address_that_is_none_is_refused(site: Site, url_hd: Any) -> None:
    status, answer = await asked(site, "PATCH", "/api/v1/cameras/door", {"url_hd": url_hd})
    assert (status, answer["error"]["field"]) == (400, "url_hd")
    assert site.cameras.get("door").source.url_hd is None


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "192.0.2.8"},
        {"url": "http://192.0.2.7.attacker.example/"},
        {"url": "192.0.2.8", "username": "me"},
    ],
)
async def test_a_stored_password_goes_to_no_other_host(site: Site, changes: Any) -> None:
    before = site.cameras.get("door")
    status, answer = await asked(site, "PATCH", "/api/v1/cameras/door", changes)
    assert (status, answer["error"]["field"]) == (400, "password")
    assert answer["error"]["reason"] == "camera_password_elsewhere"
    assert site.cameras.get("door") == before


async def test_a_certificate_of_its_own_is_shown_and_taken_when_a_person_says_so(
    site: Site, tmp_path: Path
) -> None:
    tls = self_made(tmp_path)
    known = ssl.PEM_cert_to_DER_cert((tmp_path / "certificate.pem").read_text())

    async def stream(peer: Peer) -> None:
        await peer.send(CHUNKED)
        for number in range(20):
            await peer.chunks(part(jpeg(number)))
        await peer.closed()

    async with serving(stream, tls=tls) as camera:
        wanted = {"url": f"https://127.0.0.1:{camera.port}/mine.mjpg"}
        status, answer = await asked(site, "POST", "/api/v1/probe", wanted)
        assert (status, answer["error"]["field"]) == (400, "verify_tls")
        fingerprint = answer["error"]["params"]["fingerprint"]
        assert fingerprint == hashlib.sha256(known).digest().hex(":").upper()
        status, answer = await asked(site, "POST", "/api/v1/probe", wanted | {"verify_tls": False})
        assert (status, answer["url"]) == (200, wanted["url"])


async def test_a_new_camera_takes_credentials_beside_its_address(site: Site) -> None:
    body = {"name": "Shed", "url": "http://192.0.2.9/stream", "username": "me", "password": "p@ss"}
    conforms(body, schema("CameraSettings"))
    status, _ = await asked(site, "POST", "/api/v1/cameras", body)
    assert status == 201
    assert site.cameras.get("shed").source.url == "http://me:p%40ss@192.0.2.9/stream"


async def test_a_camera_leaves_with_its_footage_only_when_asked(tmp_path: Path) -> None:
    door, shed = make_camera("door"), make_camera("shed")
    clips = [make_clip("c1", door, protected=True), make_clip("c2", door), make_clip("c3", shed)]
    async with serve(tmp_path, cameras=[door, shed], clips=clips) as site:
        assert (await asked(site, "DELETE", "/api/v1/cameras/door?footage=maybe"))[0] == 400
        assert (await asked(site, "DELETE", "/api/v1/cameras/shed"))[0] == 204
        assert {clip.id for clip in await site.clips.list()} == {"c1", "c2", "c3"}
        assert (await asked(site, "DELETE", "/api/v1/cameras/door?footage=delete"))[0] == 204
        assert {clip.id for clip in await site.clips.list()} == {"c3"}


async def test_the_search_tells_over_a_websocket_and_ends(site: Site) -> None:
    async with site.http.ws_connect("/api/v1/found") as channel:
        said = [json.loads(message.data) async for message in channel]
    for one in said:
        conforms(one, schema("Found"))
    assert said[-1] == {"type": "done"}
    assert (await asked(site, "GET", "/api/v1/found?sweep=2"))[0] == 400


async def test_boards_that_announce_themselves_are_found_once_and_marked() -> None:
    identified: list[str] = []

    async def identify(url: str, thorough: bool) -> Seen | None:
        identified.append(url)
        return Seen("mjpeg2sd")

    async with (
        camera("mjpeg2sd") as new,
        camera("mjpeg2sd") as old,
        Advertisement(new, "127.0.0.1") as voice,
        Advertisement(old, "127.0.0.1"),
    ):
        finder = Finder(identify, ("127.0.0.1",), listen_s=4.0)

        def known(hosts: frozenset[str], port: int) -> str | None:
            return "old" if port == old.port and "127.0.0.1" in hosts else None

        ours = {new.control_url, old.control_url}
        found = [one async for one in finder.search(known, sweep=False) if one.url in ours]
    assert sorted(found, key=lambda one: one.camera_id or "") == [
        FoundBoard(voice.name, new.control_url, How.MDNS, "mjpeg2sd", None),
        FoundBoard(
            found[1].name if found[1].camera_id else found[0].name, old.control_url, How.MDNS, None, "old"
        ),
    ]
    assert old.control_url not in identified


async def test_names_with_nobody_behind_them_hide_no_board() -> None:
    """Whoever announces a hundred of them would otherwise be asked about each, one after the other."""
    zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    ghosts: set[str] = set()
    names: list[str] = []

    async def lie() -> None:
        while True:
            told = DNSOutgoing(_FLAGS_QR_RESPONSE | _FLAGS_AA)
            for number in range(20):
                name = f"cam-{number}.{HTTP}"
                told.add_answer_at_time(DNSPointer(HTTP, _TYPE_PTR, _CLASS_IN, 120, name), 0)
            zeroconf.zeroconf.async_send(told)
            await asyncio.sleep(0.05)

    async def hear() -> None:
        async with aclosing(announcements(["127.0.0.1"], 15.0)) as heard:
            async for one in heard:
                names.append(one.name)  # noqa: PERF401  (what was heard so far counts)

    def noted(name: str, **_: object) -> None:
        ghosts.add(name)

    hearing = asyncio.create_task(hear())
    browser = AsyncServiceBrowser(zeroconf.zeroconf, [HTTP], handlers=[noted])
    lying = asyncio.create_task(lie())
    try:
        await until(lambda: len(ghosts) >= 20)
        async with camera("mjpeg2sd") as board, Advertisement(board, "127.0.0.1") as voice:
            await until(lambda: voice.name in names or hearing.done())
            assert voice.name in names
    finally:
        for task in (lying, hearing):
            task.cancel()
        await asyncio.gather(lying, hearing, return_exceptions=True)
        await browser.async_cancel()
        await zeroconf.async_close()


async def test_however_many_cameras_somebody_tells_of_a_search_ends() -> None:
    """Eight of one host, 256 of all; each would be visited."""
    visited: list[str] = []

    async def identify(url: str, thorough: bool) -> Seen | None:
        visited.append(url)
        return Seen("esp32")

    async def told(*_: object) -> AsyncGenerator[Announcement, None]:
        for host in range(1, 101):
            for port in range(1, 51):
                yield Announcement(HTTP, "esp32-cam", "cam.local", (f"192.0.2.{host}",), port)

    async def networks() -> Sequence[IPv4Network]:
        return HERE

    search = Finder(identify, ("127.0.0.1",), listen_s=0.1, networks=networks, announced=told)
    async with aclosing(search.search(lambda *_: None, sweep=False)) as found:
        boards = [one async for one in found]
    assert len(boards) == len(visited) == 256
    assert Counter(urlsplit(one.url).hostname for one in boards).most_common(1)[0][1] == 8


HERE = [IPv4Network("192.0.2.0/24")]


@pytest.mark.parametrize(
    ("kind", "name", "port", "facts", "url"),
    [
        (HTTP, "Office printer", 80, {}, None),
        (HTTP, "esp32-cam", 80, {}, "http://192.0.2.5"),
        (HTTP, "ESP-CAM_MJPEG_AABB", 8000, {}, "http://192.0.2.5:8000"),
        (ESPHOME, "porch", 6053, {"board": "esp32cam"}, "http://192.0.2.5"),
        (ESPHOME, "lamp", 6053, {"board": "esp01_1m"}, "http://192.0.2.5"),
    ],
)
def test_what_may_be_a_camera(
    kind: str, name: str, port: int, facts: dict[str, str], url: str | None
) -> None:
    lead = lead_of(Announcement(kind, name, f"{name}.local", ("192.0.2.5",), port, facts), HERE)
    assert (lead.url if lead else None) == url
    if lead is not None:
        assert lead.is_likely == (name != "lamp")


def test_what_announces_an_address_elsewhere_is_not_knocked_at() -> None:
    def at(*addresses: str) -> str | None:
        lead = lead_of(Announcement(HTTP, "esp32-cam", "cam.local", addresses, 80), HERE)
        return lead.url if lead else None

    assert at("198.51.100.7") is None
    assert at("8.8.8.8", "192.0.2.5") == "http://192.0.2.5"
    assert at("127.0.0.1") is None
