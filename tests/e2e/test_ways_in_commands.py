"""`gcam detect` and `gcam check` of a webcam, of a Raspberry Pi's camera, and of one that dials in."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from tests.support.child import GcamChild
from tests.support.jpegs import jpeg
from tests.support.ports import kept_port
from tests.support.program import Program, write_options
from tests.support.raspberry_pi import RaspberryPi
from tests.support.waiting import until
from tests.support.webcam import PATH, Webcam, missing

PICTURES = [jpeg(index) for index in range(8)]
DETECT = ("--seconds", "1", "--json", "--frames-too")
needs_webcam = pytest.mark.skipif(missing() is not None, reason=str(missing()))


async def said(*arguments: str, status: int, environment: Mapping[str, str] | None = None) -> str:
    """By a command that ends by itself."""
    child = GcamChild(*arguments, environment=environment)
    try:
        await until(lambda: child.status is not None)
        assert child.status == status, child.said
        assert "Traceback" not in child.said
        return child.said
    finally:
        await child.end()


def looked_at(told: str) -> int:
    return sum(json.loads(line)["type"] == "frame" for line in told.splitlines() if line.startswith("{"))


@needs_webcam
async def test_a_webcam(tmp_path: Path) -> None:
    webcam = Webcam(tmp_path, PICTURES)
    told = await said("detect", PATH, *DETECT, status=0, environment=webcam.environment)
    assert looked_at(told) > 1
    for state, words in {"busy": "in use by another program", "pulled": "plug the camera in"}.items():
        webcam.be(state)
        told = await said("detect", PATH, *DETECT, status=2, environment=webcam.environment)
        assert words in told
        told = await said(*check(tmp_path, PATH), status=1, environment=webcam.environment)
        assert words in told
        assert "network" not in told


async def test_a_pi(tmp_path: Path) -> None:
    path = {"PATH": RaspberryPi(tmp_path, PICTURES).path}
    assert looked_at(await said("detect", "rpicam://0", *DETECT, status=0, environment=path)) > 1
    assert "160x120" in await said(*check(tmp_path, "rpicam://0"), status=0, environment=path)
    RaspberryPi(tmp_path, PICTURES, "print('*** no cameras available ***', file=sys.stderr); sys.exit(255)")
    for arguments, status in ((("detect", "rpicam://0"), 2), (check(tmp_path, "rpicam://0"), 1)):
        assert "ribbon cable" in await said(*arguments, status=status, environment=path)


def check(folder: Path, url: str) -> tuple[str, ...]:
    return ("check", "--data", str(folder / "data"), "--mqtt", "off", "--camera", f"Desk={url}")


SECRET = "not-to-be-shown"
KEYED = f"push://porch:{SECRET}@gcam"


async def test_one_that_dials_in_dials_the_analysis() -> None:
    detect = GcamChild("detect", KEYED, "--listen", "127.0.0.1:0", *DETECT)
    try:
        await detect.until(lambda: "Waiting for porch" in detect.said)
        port = detect.said.partition("gcam push HOST:")[2].split()[0]
        for secret, shows in {
            "another-one": lambda: "is sent away" in detect.said,
            SECRET: lambda: detect.status is not None,
        }.items():
            key = f"porch:{secret}"
            sender = GcamChild("push", f"127.0.0.1:{port}", "--key", key, "--scene", "room-empty")
            try:
                await until(shows, lambda: detect.said)
            finally:
                await sender.end()
        assert detect.status == 0, detect.said
        assert looked_at(detect.said) > 1
        assert SECRET not in detect.said
    finally:
        await detect.end()


async def test_one_that_dials_in_needs_its_key_and_a_free_port() -> None:
    assert "push://ID:SECRET@gcam" in await said("detect", "push://gcam", status=2)
    assert "push://ID:SECRET@gcam" in await said("detect", "push://porch@gcam", status=2)
    assert "--listen" in await said("detect", KEYED, "--listen", "127.0.0.1:70000", status=2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = await said("detect", KEYED, "--listen", f"127.0.0.1:{taken.getsockname()[1]}", status=2)
    assert "choose another place with --listen" in told
    assert "stream.mjpg" in told
    assert SECRET not in told


async def test_one_that_dials_in_is_looked_at_where_it_dials_to(tmp_path: Path) -> None:
    with kept_port() as port:
        options = write_options(tmp_path / "options.json", push={"listen": f"127.0.0.1:{port}"})
        async with Program(tmp_path / "data", "--mqtt", "off", "--options", options) as gcam:
            http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
            async with http:
                for path, body in {
                    "/api/v1/cameras": {"name": "Porch", "url": "push://gcam"},
                    "/api/v1/cameras/porch/push-key": None,
                    "/api/v1/tokens": {"name": "detect", "scopes": ["view"]},
                }.items():
                    async with http.post(path, json=body) as answer:
                        assert answer.ok, await answer.text()
                        made = await answer.json()
                    if "key" in made:
                        key = made["key"]
            sender = GcamChild("push", f"127.0.0.1:{port}", "--key", key, "--scene", "room-empty")
            try:
                await gcam.until_connected("Porch")
                live = f"http://gcam:{made['secret']}@127.0.0.1:{gcam.port}/api/v1/cameras/porch/stream.mjpg"
                assert looked_at(await said("detect", live, *DETECT, status=0)) > 1
            finally:
                await sender.end()


@needs_webcam
async def test_gcam_push_asks_a_webcam_for_what_is_wanted(tmp_path: Path) -> None:
    webcam = Webcam(tmp_path, PICTURES)
    wanted = ("--device", PATH, "--size", "320x240", "--fps", "5")
    sender = GcamChild("push", "127.0.0.1:1", "--key", "a:b", *wanted, environment=webcam.environment)
    try:
        await sender.until(lambda: {"320x240 MJPG", "5 a second"} <= set(webcam.asked))
    finally:
        await sender.end()
