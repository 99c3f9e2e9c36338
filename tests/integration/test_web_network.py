"""What the page is told of the camera network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import NoReturn, cast

import pytest

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import AccessPoint, Camera, KnownBoard, NetworkSettings, SourceSettings
from gcam_addon.errors import ConfigError
from gcam_addon.lan.boards import FILE, NamedBoards
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
    """An AddressServer that nobody starts, and who had an address of it."""

    def __init__(self, leases: Path) -> None:
        self.leases = leases

    async def prepare(self, text: str, unnamed: Collection[str] = ()) -> None:
        raise NotImplementedError

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RunningServer]:
        raise NotImplementedError
        yield self

    async def end(self) -> NoReturn:
        raise NotImplementedError


def network_of(
    settings: NetworkSettings, leases: Sequence[Lease], health: NetworkHealth, folder: Path = Path("/nowhere")
) -> CameraNetwork:
    """`folder`: where boards that are named are kept."""
    told: list[NetworkChanged] = []
    boards, server = NamedBoards(settings, folder / FILE), NoServer(folder / "leases")
    made = CameraNetwork(boards, server, ManualClock(), told.append)
    made.leases, made.health = tuple(leases), health
    if folder.exists():
        server.leases.write_text("".join(map(_as_dnsmasq_has_it, leases)))
    return made


def _as_dnsmasq_has_it(lease: Lease) -> str:
    return f"{int(lease.expires_at or 0)} {lease.mac} {lease.address} {lease.name or '*'} *\n"


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


MAC = "24:6f:28:00:00:02"
STANDS = "24:6f:28:00:00:09"
GIVEN = NetworkSettings("eth1", boards=(KnownBoard(STANDS, "shed", IPv4Address("10.77.0.9")),))


def named_on(folder: Path) -> CameraNetwork:
    """Not served: what is named is kept all the same."""
    return network_of(GIVEN, LEASES, NetworkHealth(NetworkPhase.STOPPED), folder)


async def test_a_board_is_named_and_given_an_address_changed_and_taken_back(tmp_path: Path) -> None:
    board = f"/api/v1/network/boards/{MAC}"

    async def boards(site: Site) -> list[tuple[str, str | None, str | None, bool]]:
        async with site.http.get("/api/v1/network") as response:
            told = (await response.json())["boards"]
        return [(one["mac"], one["name"], one["address"], one["is_given"]) for one in told]

    async with site_with(tmp_path, named_on(tmp_path)) as site:
        given = (STANDS, "shed", "10.77.0.9", True)
        assert await boards(site) == [given]
        for name, address in (("Gate", "10.77.0.100"), ("yard", None), (None, "10.77.0.21")):
            async with site.http.put(board, json={"name": name, "address": address}) as response:
                assert response.status == 204, await response.text()
            assert await boards(site) == [given, (MAC, name and name.lower(), address, False)]
        again = NamedBoards(GIVEN, tmp_path / FILE)
        again.load()
        assert [one.board for one in again.all][1] == KnownBoard(MAC, None, IPv4Address("10.77.0.21"))
        async with site.http.delete(board) as response:
            assert response.status == 204
        assert await boards(site) == [given]
        async with site.http.get("/api/v1/audit?limit=10") as response:
            deeds = [(one["action"], one["subject"]) for one in (await response.json())["deeds"]]
    assert ("network.board", f"{MAC}: gate, 10.77.0.100") in deeds
    assert ("network.board_forget", MAC) in deeds


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"name": None, "address": "10.77.0.1"}, "address", "Gcam's own address in the camera network: give"),
        ({"name": None, "address": "10.78.0.9"}, "address", "give one from 10.77.0.1 to 10.77.0.254"),
        ({"name": None, "address": "10.77.0.255"}, "address", "10.77.0.255 is no board's address"),
        ({"name": None, "address": "10.77.0"}, "address", '10.77.0" is unknown; give an IPv4 address'),
        ({"name": None, "address": "10.77.0.9"}, "address", "10.77.0.9 is given to two boards: give each"),
        ({"name": None, "address": "10.77.0.20"}, "address", "10.77.0.20 is front-door's now: give another"),
        ({"name": "shed", "address": None}, "name", "shed is given to two boards: give each its own"),
        ({"name": "front door", "address": None}, "name", "letters, digits and hyphens"),
        ({"name": "x" * 64, "address": None}, "name", "letters, digits and hyphens"),
        ({"name": "ignore", "address": None}, "name", 'ignore" is unknown; give a name of letters'),
        ({"name": "a\ndhcp-script=/bin/sh", "address": None}, "name", "letters, digits and hyphens"),
        ({"name": None, "address": None}, None, "give the board a name, an address, or both"),
        ({"name": "gate"}, "address", "missing"),
    ],
)
async def test_what_can_not_be_is_refused_with_its_field_and_the_remedy(
    tmp_path: Path, sent: dict[str, object], field: str | None, says: str
) -> None:
    address = f"/api/v1/network/boards/{MAC}"
    async with site_with(tmp_path, named_on(tmp_path)) as site, site.http.put(address, json=sent) as response:
        assert response.status == 400
        error = (await response.json())["error"]
    assert (error.get("field"), says in error["message"]) == (field, True), error
    assert not (tmp_path / FILE).exists()


async def test_boards_of_the_options_file_and_unknown_ones_are_left_alone(tmp_path: Path) -> None:
    naming = {"name": "gate", "address": None}
    async with site_with(tmp_path, named_on(tmp_path)) as site:
        for method in ("PUT", "DELETE"):
            address = f"/api/v1/network/boards/{STANDS.upper()}"
            async with site.http.request(
                method, address, json=naming if method == "PUT" else None
            ) as response:
                assert response.status == 400
                assert "named in the options file" in (await response.json())["error"]["message"]
        async with site.http.delete(f"/api/v1/network/boards/{MAC}") as response:
            assert response.status == 404
        async with site.http.put("/api/v1/network/boards/all", json=naming) as response:
            assert (response.status, (await response.json())["error"]["field"]) == (400, "mac")
    board = f"/api/v1/network/boards/{MAC}"
    async with site_with(tmp_path / "other", None) as site, site.http.put(board, json=naming) as response:
        assert response.status == 404
        assert "network.interface" in (await response.json())["error"]["message"]


async def test_what_no_longer_fits_does_not_count_and_says_why(tmp_path: Path) -> None:
    """The options file got another network, and the same name, since."""
    await named_on(tmp_path).name({"mac": MAC, "name": "gate", "address": "10.77.0.50"})
    for given, why in (
        (NetworkSettings("eth1", IPv4Interface("10.88.0.1/24")), "10.77.0.50 is no board's address"),
        (NetworkSettings("eth1", boards=(KnownBoard(STANDS, "gate"),)), "gate is given to two boards"),
    ):
        boards = NamedBoards(given, tmp_path / FILE)
        boards.load()
        assert boards.settings == given
        network = CameraNetwork(boards, NoServer(tmp_path / "leases"), ManualClock(), lambda told: None)
        folder = tmp_path / why.replace(" ", "")
        async with site_with(folder, network) as site, site.http.get("/api/v1/network") as response:
            (told,) = [one for one in (await response.json())["boards"] if not one["is_given"]]
        assert why in told["problem"]
        assert told["problem_said"]["code"]


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"version": 1, "boards": [{"mac": 7}]}', b"\xff"])
def test_a_broken_file_is_laid_aside_and_said(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(content)
    boards = NamedBoards(GIVEN, tmp_path / FILE)
    boards.load()
    assert boards.settings == GIVEN
    assert (tmp_path / f"{FILE}.broken").read_bytes() == content
    (line,) = caplog.messages
    assert "it is kept as boards.json.broken" in line


async def test_a_disk_that_takes_nothing_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    boards = NamedBoards(GIVEN, tmp_path / FILE)
    with pytest.raises(ConfigError, match=r"boards\.json can't be written"):
        await boards.name({"mac": MAC, "name": "gate"}, ())
    assert boards.settings == GIVEN


async def test_there_is_an_end_of_boards(tmp_path: Path) -> None:
    given = tuple(KnownBoard(f"24:6f:28:00:01:{n:02x}", f"b-{n}") for n in range(255))
    boards = NamedBoards(NetworkSettings("eth1", boards=given), tmp_path / FILE)
    await boards.name({"mac": MAC, "name": "gate"}, ())
    await boards.name({"mac": MAC, "name": "yard"}, ())
    with pytest.raises(ConfigError, match="256 boards have a name or an address already: take one back"):
        await boards.name({"mac": STANDS, "name": "shed"}, ())


async def test_where_there_is_none_that_is_told(tmp_path: Path) -> None:
    async with site_with(tmp_path, None) as site:
        async with site.http.get("/api/v1/network") as response:
            told = await response.json()
        assert (told["health"], told["interface"], told["leases"]) == (None, None, [])
        assert told["boards"] == []
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
