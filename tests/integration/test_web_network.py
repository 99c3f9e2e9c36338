"""What the page is told of the camera network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import NoReturn, cast

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import AccessPoint, Camera, NetworkSettings, SourceSettings
from gcam_addon.lan.leases import Lease
from gcam_addon.lan.service import CameraNetwork, RunningServer
from gcam_addon.model import NetworkChanged, NetworkHealth, NetworkPhase
from gcam_addon.network.announcements import HTTP, Announcement
from gcam_addon.network.finder import Finder, FoundBoard, How, Seen
from gcam_addon.words.reason import because
from tests.support.fakes import make_camera
from tests.support.web_fakes import FakeSurroundings, Site, serve

DOOR = replace(make_camera("door"), source=SourceSettings("http://10.77.0.20/stream"))
LEASES = (
    Lease("24:6f:28:00:00:01", IPv4Address("10.77.0.20"), "front-door", 1_700_000_900.0, is_fixed=True),
    Lease("24:6f:28:00:00:02", IPv4Address("10.77.0.100"), None, None),
)
STOPPED = NetworkHealth(
    NetworkPhase.STOPPED, because("lan_other_server", server="10.0.0.1", interface="eth1", offers="10.0.0.9")
)


class NoServer:
    """An AddressServer that nobody starts."""

    leases = Path("/nowhere")

    async def prepare(self, text: str) -> None:
        raise NotImplementedError

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RunningServer]:
        raise NotImplementedError
        yield self

    async def end(self) -> NoReturn:
        raise NotImplementedError


def network_of(settings: NetworkSettings, leases: Sequence[Lease], health: NetworkHealth) -> CameraNetwork:
    told: list[NetworkChanged] = []
    made = CameraNetwork(settings, NoServer(), ManualClock(), told.append)
    made.leases, made.health = tuple(leases), health
    return made


@asynccontextmanager
async def site_with(
    folder: Path, network: CameraNetwork | None, cameras: Sequence[Camera] = (DOOR,)
) -> AsyncIterator[Site]:
    async with serve(folder, cameras=cameras, network=network) as site:
        surroundings = cast("FakeSurroundings", site.services.surroundings)
        surroundings.camera_network = network and network.health
        yield site


async def test_the_network_and_its_boards_are_told(tmp_path: Path) -> None:
    settings = NetworkSettings("eth1", access_point=AccessPoint("gcam", "secret secret"))
    network = network_of(settings, LEASES, NetworkHealth(NetworkPhase.SERVING, leases=2))
    async with site_with(tmp_path, network) as site, site.http.get("/api/v1/network") as response:
        assert response.status == 200
        assert "secret" not in await response.text()
        told = await response.json()
    assert (told["interface"], told["address"], told["ssid"]) == ("eth1", "10.77.0.1/24", "gcam")
    assert (told["first"], told["last"], told["internet"]) == ("10.77.0.2", "10.77.0.254", False)
    assert [(one["name"], one["address"], one["camera_id"]) for one in told["leases"]] == [
        ("front-door", "10.77.0.20", "door"), (None, "10.77.0.100", None),
    ]  # fmt: skip
    assert told["health"]["phase"] == "serving"


async def test_where_there_is_none_that_is_told(tmp_path: Path) -> None:
    async with site_with(tmp_path, None) as site:
        async with site.http.get("/api/v1/network") as response:
            told = await response.json()
        assert (told["health"], told["interface"], told["leases"]) == (None, None, [])
        async with site.http.get("/api/v1/system") as response:
            assert "network" not in {part["part"] for part in (await response.json())["parts"]}
        async with site.http.get("/metrics") as response:
            assert "camera_network" not in await response.text()


@pytest.mark.parametrize(
    ("health", "state", "code", "serving"),
    [
        (NetworkHealth(NetworkPhase.SERVING, leases=2), "ok", "serving", 1),
        (
            NetworkHealth(NetworkPhase.SERVING, notice=because("lan_open", interface="eth1"), leases=2),
            "warning",
            "open",
            1,
        ),
        (NetworkHealth(NetworkPhase.LOOKING), "warning", "looking", 0),
        (STOPPED, "problem", "stopped", 0),
    ],
)
async def test_how_it_fares_is_told_where_everything_is(
    tmp_path: Path, health: NetworkHealth, state: str, code: str, serving: int
) -> None:
    async with site_with(tmp_path, network_of(NetworkSettings("eth1"), LEASES, health)) as site:
        async with site.http.get("/api/v1/system") as response:
            parts = {part["part"]: part for part in (await response.json())["parts"]}
        assert (parts["network"]["state"], parts["network"]["code"]) == (state, code)
        async with site.http.get("/metrics") as response:
            metrics = await response.text()
    assert f"gcam_camera_network_serving {serving}.0" in metrics
    assert f"gcam_camera_network_leases {health.leases}.0" in metrics


async def test_boards_with_an_address_are_found_as_cameras() -> None:
    boards = {
        "http://10.77.0.100": Seen("tasmota", "Tasmota"),
        "http://10.77.0.102": Seen("gcam", "Attic"),
    }
    leased = [("front-door", "10.77.0.20"), ("shed", "10.77.0.100"), ("lamp", "10.77.0.101")]
    leased.append(("10.77.0.102", "10.77.0.102"))  # one without a name

    async def identify(url: str, thorough: bool) -> Seen | None:
        assert thorough
        return boards.get(url)

    finder = Finder(identify, ("127.0.0.1",), listen_s=0.0, leased=lambda: leased)

    def known(hosts: frozenset[str], port: int) -> str | None:
        return "door" if "10.77.0.20" in hosts else None

    found = {one.name: one async for one in finder.search(known, sweep=False) if one.how is How.LEASE}
    assert found == {
        "front-door": FoundBoard("front-door", "http://10.77.0.20", How.LEASE, None, "door"),
        "shed": FoundBoard("shed", "http://10.77.0.100", How.LEASE, "tasmota", None),
        "lamp": FoundBoard("lamp", "http://10.77.0.101", How.LEASE, None, None),
        "Attic": FoundBoard("Attic", "http://10.77.0.102", How.LEASE, "gcam", None),
    }


async def test_made_up_neighbours_leave_room_for_who_announces_itself() -> None:
    async def told(interfaces: Sequence[str], for_s: float) -> AsyncGenerator[Announcement, None]:
        yield Announcement(HTTP, "esp32-cam", "esp32-cam.local", ("127.0.0.1",), 8123)

    async def nobody(url: str, thorough: bool) -> Seen | None:
        return None

    leased = [(f"b-{n}", f"10.77.{n // 250}.{n % 250 + 1}") for n in range(1000)]
    finder = Finder(nobody, ("127.0.0.1",), 0.0, leased=lambda: leased, announced=told)
    hows = [one.how async for one in finder.search(lambda *_: None, sweep=False)]
    assert How.MDNS in hows
    assert 0 < hows.count(How.LEASE) < 256
