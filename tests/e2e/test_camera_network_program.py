"""The program serves a camera network: a board gets an address, is found and added, its pictures arrive."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support import camera_lan
from tests.support.camera_lan import CAMERAS, House
from tests.support.child import GcamChild
from tests.support.program import Program, write_options
from tests.support.waiting import answered, patience, until

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(camera_lan.missing() is not None, reason=camera_lan.missing() or ""),
]
BOARD = "24:6f:28:00:00:01"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with camera_lan.house(tmp_path) as made:
        yield made


async def network(gcam: Program) -> Any:
    return await gcam.get("/api/v1/network")


async def found(gcam: Program) -> list[dict[str, Any]]:
    """All that the search finds among those with an address."""
    http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
    async with patience(), http, http.ws_connect("/api/v1/found") as channel:
        told = []
        while (one := await channel.receive_json())["type"] != "done":
            told.append(one)
    return [one for one in told if one["how"] == "lease"]


async def add(gcam: Program, name: str, url: str) -> None:
    http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
    async with http, http.post("/api/v1/cameras", json={"name": name, "url": url}) as response:
        assert response.status == 201, await response.text()


async def test_a_board_is_given_an_address_found_and_watched(house: House, tmp_path: Path) -> None:
    board, before = house.board(BOARD), house.others()
    options = write_options(
        tmp_path / "options.json",
        network={"interface": CAMERAS, "boards": [{"mac": BOARD, "name": "front-door"}]},
    )
    simulated = ["-m", "gcam_addon", "simulate", "--scene", "garden-empty", "--listen", "0.0.0.0:80"]
    camera = board.run(sys.executable, *simulated)
    asking = board.ask_for_address("esp32-000001")
    data = tmp_path / "data"
    try:
        async with Program(data, "--options", options, executed=True) as gcam:
            leases = await answered(lambda: _leases(gcam))
            assert [(one["name"], one["mac"]) for one in leases] == [("front-door", BOARD)]
            assert house.others() == before
            await camera.until(lambda: "stream" in camera.said)
            (one,) = await found(gcam)
            assert (one["name"], one["firmware"]) == ("front-door", "camera_web_server")
            await add(gcam, one["name"], one["url"])
            await answered(lambda: _pictures(gcam))
            assert (await network(gcam))["leases"][0]["camera_id"] == "front_door"
            await _survives(gcam, data)
            places = ("--options", options, "--data", data)
            check = GcamChild("check", *places, "--listen", f"127.0.0.1:{gcam.port}", executed=True)
            await until(lambda: check.status is not None)
            assert "boards with an address: 1" in check.said
            check.ended()
    finally:
        await asking.end()
        await camera.end()
    assert house.ip("-o", "-4", "address", "show", CAMERAS) == ""
    assert house.others() == before


def _pid(data: Path) -> int | None:
    """None until dnsmasq, which serves, has written it."""
    file = data / "network/pid"
    said = file.read_text() if file.exists() else ""
    return int(said) if said.strip() else None


async def _survives(gcam: Program, data: Path) -> None:
    """Dnsmasq that is killed is there again, and the camera is not touched by that."""
    reconnects = (await gcam.state("front_door"))["reconnects"]
    await gcam.until(lambda: _pid(data))
    pid = _pid(data)
    assert pid is not None
    owner = re.search(r"^Uid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert owner is not None
    assert owner[1] != "0"
    os.kill(pid, signal.SIGKILL)
    await gcam.until(lambda: "camera network failed and starts again" in gcam.log)
    await answered(lambda: _serves(gcam))
    await gcam.until(lambda: _pid(data) not in (None, pid))
    assert (await gcam.state("front_door"))["reconnects"] == reconnects


async def _leases(gcam: Program) -> Any:
    return (await network(gcam))["leases"]


async def _serves(gcam: Program) -> bool:
    return bool((await network(gcam))["health"]["phase"] == "serving")


async def _pictures(gcam: Program) -> bool:
    state = await gcam.state("front_door")
    return state["status"] == "connected" and state["frames"] > 5
