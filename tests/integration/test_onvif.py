"""ONVIF cameras: found, logged in to, asked for their streams; and those that answer otherwise."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.network.finder import Finder, FoundBoard, How
from tests.integration.test_web_openapi import conforms
from tests.support.certificates import self_made
from tests.support.fakes import make_camera
from tests.support.onvif_camera import (
    BEHIND,
    MATCH,
    PASSWORD,
    USER,
    OnvifCamera,
    answering_probes,
    fault,
    onvif_camera,
)  # fmt: skip
from tests.support.web_fakes import Site, serve

MEDIA_AT = "<Envelope><Body><Capabilities><Media><XAddr>{}</XAddr></Media></Capabilities></Body></Envelope>"
LOGIN = {"username": USER, "password": PASSWORD}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[], clips=[]) as site:
        yield site


async def asked(site: Site, camera: OnvifCamera, **more: Any) -> tuple[int, Any]:
    body = {"url": camera.url, **LOGIN, **more}
    async with site.http.post("/api/v1/onvif", json=body) as response:
        return response.status, await response.json()


def a_camera(takes: str = "token", **more: Any) -> OnvifCamera:
    return OnvifCamera(SystemClock(), takes, **more)


async def test_a_camera_of_tokens_behind_a_router_with_a_wrong_clock_tells_its_streams(
    site: Site,
) -> None:
    async with onvif_camera(a_camera(ahead=timedelta(hours=-1), told_host=BEHIND)) as camera:
        status, answer = await asked(site, camera)
    assert status == 200, answer
    conforms(answer, {"$ref": "#/components/schemas/OnvifCamera"})
    assert [(one["name"], one["width"], one["fps"], one["url"]) for one in answer.pop("streams")] == [
        ("main stream", 2560, 15, "rtsp://127.0.0.1:554/live?channel=1&profile=main"),
        ("sub stream", 640, 15, "rtsp://127.0.0.1:554/live?channel=1&profile=sub"),
        ("tiny stream", 320, 15, "rtsp://127.0.0.1:554/live?channel=1&profile=tiny"),
    ]
    assert answer == {
        "name": "Acme Eye 4", "maker": "Acme", "model": "Eye 4", "version": "1.2.3 build 45",
        "url": "rtsp://127.0.0.1:554/live?channel=1&profile=sub",
        "url_hd": "rtsp://127.0.0.1:554/live?channel=1&profile=main",
        "snapshot_url": f"http://127.0.0.1:{camera.port}/snap.jpg",
    }  # fmt: skip


@pytest.mark.parametrize("told_host", [BEHIND, "127.0.0.1"])
async def test_a_camera_of_digests_tells_h265_by_the_newer_service(site: Site, told_host: str) -> None:
    """At another port, where it asks for a login anew; behind a router only the port that was asked."""
    async with onvif_camera(a_camera("digest", told_host=told_host)) as camera:
        status, answer = await asked(site, camera)
    assert status == 200, answer
    assert [(one["codec"], one["width"], one["fps"]) for one in answer["streams"]] == [
        ("h265", 3840, 12), ("h264", 704, 12),
    ]  # fmt: skip
    assert answer["url"] == "rtsp://127.0.0.1:554/live?channel=1&profile=102"
    assert answer["snapshot_url"] is None


@pytest.mark.parametrize("takes", ["token", "digest"])
async def test_a_certificate_nobody_signed_is_refused_until_somebody_takes_it(
    site: Site, takes: str, tmp_path: Path
) -> None:
    """Its media service is at a port of its own, under the same certificate."""
    async with onvif_camera(a_camera(takes, tls=self_made(tmp_path))) as camera:
        status, answer = await asked(site, camera)
        assert camera.bodies == [], "nothing was told to somebody who may be anybody"
        taken, streams = await asked(site, camera, verify_tls=False)
    assert (status, answer["error"]["field"]) == (400, "verify_tls")
    assert "a certificate that nobody vouches for" in answer["error"]["message"]
    assert (taken, bool(streams["streams"])) == (200, True), streams


@pytest.mark.parametrize("takes", ["token", "digest"])
async def test_a_password_is_wanted_or_wrong_and_never_told(
    site: Site, takes: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with onvif_camera(a_camera(takes)) as camera:
        wanted = await asked(site, camera, username=None, password=None)
        refused = await asked(site, camera, password="s3cret-Word")
    for status, answer in (wanted, refused):
        assert (status, answer["error"]["field"]) == (400, "password")
    assert [answer["error"]["reason"] for _, answer in (wanted, refused)] == ["wants_login", "refuses_login"]
    assert not any("s3cret-Word" in text for text in (json.dumps(refused), caplog.text, *camera.bodies))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"GetDeviceInformation": b"<html><p>hello</html>"}, "onvif_no_xml"),
        ({"GetDeviceInformation": b"ok"}, "onvif_other"),
        ({"GetDeviceInformation": b"<html/>"}, "onvif_other"),
        ({"GetCapabilities": MEDIA_AT.format("http://[").encode()}, "onvif_other"),
        ({"GetCapabilities": MEDIA_AT.format("ftp://127.0.0.1").encode()}, "onvif_other"),
        ({"GetProfiles": b"<a>" + b"x" * 300_000 + b"</a>"}, "onvif_large"),
        ({"GetProfiles": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "onvif_no_xml"),
        ({"GetProfiles": b"<e><Envelope><Body/></Envelope></e>"}, "onvif_no_stream"),
        (
            {"GetStreamUri": f"<Envelope><Body>{fault('Busy', 'too many')}</Body></Envelope>".encode()},
            "onvif_fault",
        ),
    ],
)
async def test_what_else_answers_is_named(site: Site, answers: dict[str, bytes], reason: str) -> None:
    async with onvif_camera(a_camera(answers=answers)) as camera:
        status, answer = await asked(site, camera)
    assert (status, answer["error"]["code"], answer["error"]["reason"]) == (503, "protocol", reason)


async def test_nobody_there_and_no_address_are_told_apart(site: Site) -> None:
    async with onvif_camera(a_camera()) as gone:
        pass
    status, answer = await asked(site, gone)
    assert (status, answer["error"]["code"], answer["error"]["reason"]) == (
        503,
        "unreachable",
        "camera_refuses",
    )
    status, answer = await asked(site, gone, url="/etc/passwd")
    assert (status, answer["error"]["field"]) == (400, "url")


async def test_cameras_that_answer_are_found_once_and_printers_are_not() -> None:
    knocked_at = []

    async def nobody(url: str, thorough: bool) -> str | None:
        knocked_at.append(url)
        return None

    mine = MATCH.format(urls="http://10.9.8.7:8000/onvif/device_service").encode()
    other = MATCH.format(urls="http://127.0.0.1:81/onvif/device_service").encode()
    async with answering_probes(b"garbage", mine, mine, other, mine.replace(b"onvif", b"print")) as at:
        finder = Finder(nobody, ("127.0.0.1",), listen_s=0.3, onvif_at=at)
        found = [
            one
            async for one in finder.search(
                lambda hosts, port: "door" if (hosts, port) == ({"127.0.0.1"}, 81) else None, sweep=False
            )
            if one.how == How.ONVIF
        ]
    assert not any("onvif" in url for url in knocked_at)
    name, how, model = "Front door", How.ONVIF, "Eye-4"
    assert sorted(found, key=lambda one: one.url) == [
        FoundBoard(name, "http://127.0.0.1:8000/onvif/device_service", how, None, None, model),
        FoundBoard(name, "http://127.0.0.1:81/onvif/device_service", how, None, "door", model),
    ]


async def test_one_whose_rtsp_address_is_watched_already_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its host, and on this machine, where several may be, by its port: here the one beside."""
    rtsp = make_camera("yard", source=SourceSettings("rtsp://gcam:secret@127.0.0.1:8001/live"))
    mine, other = (
        MATCH.format(urls=f"http://127.0.0.1:{port}/onvif/device_service").encode() for port in (8000, 9000)
    )
    async with answering_probes(mine, other) as at, serve(tmp_path, cameras=[rtsp], clips=[]) as site:
        monkeypatch.setattr(site.services.finder, "_onvif_at", at)
        async with site.http.ws_connect("/api/v1/found") as channel:
            told = [json.loads(message.data) async for message in channel]
    marks = {one["url"]: one["camera_id"] for one in told if one.get("how") == "onvif"}
    assert marks == {
        "http://127.0.0.1:8000/onvif/device_service": "yard",
        "http://127.0.0.1:9000/onvif/device_service": None,
    }
