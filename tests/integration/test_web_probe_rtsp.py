"""RTSP cameras looked at before they are added: what is there, and what is wrong in one line each."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.picture.jpeg import size_of
from gcam_addon.probing import rtsp
from tests.integration.test_web_openapi import conforms
from tests.support.certificates import self_made
from tests.support.films import film
from tests.support.rtsp_server import PASSWORD, RtspServer, missing
from tests.support.rtsp_stand_in import StandIn, standing_in
from tests.support.waiting import PATIENCE_S
from tests.support.web_fakes import Site, serve

needs_server = pytest.mark.skipif(missing() is not None, reason=str(missing()))


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    server = RtspServer()
    yield server
    server.child.ended()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two programs have to be quick enough for what a person waits; here they may take longer."""
    monkeypatch.setattr(rtsp, "_CONNECT_S", PATIENCE_S)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=[], clips=[]) as site:
        yield site


async def probed(site: Site, url: str, **more: Any) -> tuple[int, Any]:
    async with site.http.post("/api/v1/probe", json={"url": url, **more}) as response:
        answer = await response.json()
    assert PASSWORD not in json.dumps(answer)
    return response.status, answer


@needs_server
@pytest.mark.parametrize(
    ("path", "codec", "sound"),
    [
        ("/aac", "h264", True),
        ("/h265", "hevc", False),
        ("/mjpeg", "mjpeg", False),
        ("/bframes", "h264", False),
    ],
)
async def test_it_tells_and_shows_what_is_there(
    site: Site, server: RtspServer, path: str, codec: str, sound: bool
) -> None:
    status, answer = await probed(site, server.url(path))
    assert status == 200, answer
    conforms(answer, {"$ref": "#/components/schemas/Probe"})
    assert (answer["codec"], answer["sound"], answer["rtsp_transport"]) == (codec, sound, "tcp")
    assert (answer["firmware"], answer["title"], answer["url"]) == ("rtsp", "RTSP camera", server.url(path))
    size = size_of(base64.b64decode(answer["picture"]["jpeg"]))
    assert size is not None
    assert (
        (size.width, size.height) == (answer["picture"]["width"], answer["picture"]["height"]) == (320, 240)
    )
    assert answer["fps"] == pytest.approx(15, abs=3)
    assert ("h265" in [note["code"] for note in answer["notes"]]) == (codec == "hevc")


@needs_server
async def test_a_password_is_asked_for_and_not_repeated(site: Site, server: RtspServer) -> None:
    url = server.url("/mjpeg", "digest")
    status, answer = await probed(site, url)
    assert (status, answer["error"]["field"]) == (400, "password")
    status, answer = await probed(site, url, username="gcam", password="wrong")
    assert (status, answer["error"]["field"]) == (400, "password")
    status, answer = await probed(site, url, username="gcam", password=PASSWORD)
    assert (status, answer["url"]) == (200, url)


@needs_server
@pytest.mark.parametrize(
    ("path", "code", "reason", "says"),
    [
        ("/nowhere", "rejected", "camera_answered", "take the path from the camera's manual"),
        ("/theora", "protocol", "camera_protocol", "theora"),
        ("/sound", "protocol", "rtsp_sound_only", "sends sound only"),
    ],
)
async def test_what_is_no_stream_for_us_is_one_line(
    site: Site, server: RtspServer, path: str, code: str, reason: str, says: str
) -> None:
    status, answer = await probed(site, server.url(path))
    error = answer["error"]
    assert (status, error["code"], error["reason"]) == (503, code, reason)
    assert says in error["message"]
    assert "\n" not in error["message"]


async def test_one_that_gcam_watches_is_left_alone(tmp_path: Path) -> None:
    async with standing_in(StandIn(film(n=75))) as camera:
        cameras = [Camera("yard", "Yard", SourceSettings(camera.url.replace("//", "//me:pw@")))]
        async with serve(tmp_path, cameras=cameras, clips=[]) as site:
            status, answer = await probed(site, camera.url)
            assert (status, answer["camera_id"], answer["picture"]) == (200, "yard", None)
            assert camera.asked == []
            status, answer = await probed(site, camera.url + "2")
            assert (status, answer["camera_id"]) == (200, None)
            assert camera.asked


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return self_made(tmp_path_factory.mktemp("certificate"))


async def test_a_certificate_of_its_own_is_shown_to_be_accepted(
    site: Site, certificate: ssl.SSLContext
) -> None:
    async with standing_in(StandIn(film(n=75)), certificate) as camera:
        url = camera.url.replace("rtsp://", "rtsps://")
        status, answer = await probed(site, url)
        assert (status, answer["error"]["field"]) == (400, "verify_tls")
        assert len(answer["error"]["params"]["fingerprint"].split(":")) == 32
        status, answer = await probed(site, url, verify_tls=False)
        assert (status, answer["codec"]) == (200, "h264")
