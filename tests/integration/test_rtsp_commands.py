"""`gcam detect`, `gcam check` and `gcam probe` on RTSP cameras, `gcam check` of single pictures."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.jpegs import jpeg
from tests.support.rtsp_server import MOUNTS, PASSWORD, RtspServer, missing
from tests.support.scripted_server import Peer, serving

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))
WANTED = ("/aac", "/h265", "/mjpeg", "/sound")


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    server = RtspServer({path: MOUNTS[path] for path in WANTED})
    yield server
    server.child.ended()


async def gcam(*arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gcam_addon", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode is not None
    assert PASSWORD not in out.decode() + err.decode()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("path", ["/aac", "/h265", "/mjpeg"])
async def test_motion_is_found_in_what_a_camera_sends(server: RtspServer, path: str) -> None:
    url = server.url(path, "digest", f"gcam:{PASSWORD}")
    status, text, said = await gcam("detect", url, "--seconds", "10", "--json", "--sensitivity", "80")
    assert (status, said) == (0, "")
    events = [json.loads(line) for line in text.splitlines()]
    assert events
    assert all(event["type"] == "event" and event["start"] > 1.0 for event in events)


async def test_what_is_no_camera_is_one_line_without_the_password(server: RtspServer) -> None:
    for path, says in (("/nowhere", "answered 404"), ("/sound", "sends sound only")):
        status, text, said = await gcam("detect", server.url(path, "digest", f"gcam:{PASSWORD}"))
        assert (status, text) == (2, "")
        assert says in said
        assert said.count("\n") == 1


async def found(folder: Path, *cameras: str) -> dict[str, Any]:
    arguments = [part for camera in cameras for part in ("--camera", camera)]
    _, text, _ = await gcam("check", "--data", str(folder), "--listen", "127.0.0.1:0", "--json", *arguments)
    findings = json.loads(text)["findings"]
    return {one["message"].partition(":")[0]: one for one in findings if one["code"].startswith("camera")}


async def test_cameras_are_checked_by_what_they_are(server: RtspServer, tmp_path: Path) -> None:
    async def picture(peer: Peer) -> None:
        body = jpeg(len(shot.peers))
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n")
        await peer.send(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async with serving(picture) as shot:
        findings = await found(
            tmp_path,
            f"Sound={server.url('/aac')}",
            f"Wrong={server.url('/nowhere')}",
            f"Shot=http://127.0.0.1:{shot.port}/capture",
        )
    assert (findings["Sound"]["level"], findings["Sound"]["code"]) == ("ok", "camera")
    assert 13 <= float(findings["Sound"]["message"].split(" at ")[1].split()[0]) <= 17, "sound is no picture"
    assert (findings["Wrong"]["code"], findings["Wrong"]["remedy"]) == (
        "camera_rejected", "see what the message says",
    )  # fmt: skip
    assert findings["Shot"]["code"] in {"camera", "camera_small"}
    assert "single pictures, 1 per second" in findings["Shot"]["message"]


async def test_what_is_there_is_told(server: RtspServer, tmp_path: Path) -> None:
    picture = tmp_path / "yard.jpg"
    status, text, _ = await gcam("probe", server.url("/aac"), "--picture", str(picture))
    assert status == 0
    assert "H.264, with sound" in text
    assert picture.read_bytes().startswith(b"\xff\xd8")
