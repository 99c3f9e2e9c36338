"""The camera network with the real dnsmasq, real clients and a real second server, in network namespaces."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import KnownBoard, NetworkSettings
from gcam_addon.duties import Duties, Pauses
from gcam_addon.errors import NetworkError
from gcam_addon.lan.asking import ask_around
from gcam_addon.lan.boards import FILE, NamedBoards
from gcam_addon.lan.configuration import configuration
from gcam_addon.lan.dnsmasq import Dnsmasq
from gcam_addon.lan.inquiry import Offer
from gcam_addon.lan.interfaces import read_interfaces
from gcam_addon.lan.judging import Interface
from gcam_addon.lan.service import CameraNetwork, Machine, Pace
from gcam_addon.lan.trial import require_servable
from gcam_addon.model import NetworkChanged, NetworkPhase
from gcam_addon.words.reason import Reason
from tests.support import camera_lan
from tests.support.camera_lan import CAMERAS, UPLINK, House
from tests.support.child import Child, GcamChild
from tests.support.waiting import PATIENCE_S, until

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(camera_lan.missing() is not None, reason=camera_lan.missing() or ""),
]
SETTINGS = NetworkSettings(
    CAMERAS, boards=(KnownBoard("24:6f:28:00:00:01", "front-door", IPv4Address("10.77.0.200")),)
)
NOBODY_ELSE = partial(ask_around, questions_s=(0.0,), listen_s=0.1)
"""For where no other server is plugged in: asking costs no time."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with camera_lan.house(tmp_path) as made:
        yield made


class Rig:
    """A network as a duty; what it told."""

    def __init__(self, folder: Path, settings: NetworkSettings, machine: Machine, look_s: float) -> None:
        clock = SystemClock()
        self.duties = Duties(clock, pauses=Pauses(first_s=0.1))
        self.told: list[NetworkChanged] = []
        pace = Pace(look_s=look_s, try_again_s=0.2)
        server = Dnsmasq(folder / "network", self.duties)
        boards = NamedBoards(settings, folder / "network" / FILE)
        boards.load()
        self.network = CameraNetwork(boards, server, clock, self.told.append, machine=machine, pace=pace)

    def serves(self) -> bool:
        return self.network.health.phase is NetworkPhase.SERVING

    def stopped_for(self, code: str) -> bool:
        problem = self.network.health.problem
        return isinstance(problem, Reason) and problem.code == code

    def pid(self, folder: Path) -> int | None:
        """None until dnsmasq, which serves, has written it."""
        file = folder / "network/pid"
        said = file.read_text() if file.exists() else ""
        return int(said) if said.strip() else None


@asynccontextmanager
async def served(
    folder: Path,
    settings: NetworkSettings = SETTINGS,
    machine: Machine | None = None,
    *,
    waits: bool = True,
) -> AsyncIterator[Rig]:
    rig = Rig(folder, settings, machine or Machine(ask=NOBODY_ELSE), look_s=0.1)
    task = rig.duties.task("camera network", rig.network.run)
    try:
        if waits:
            await until(rig.serves, lambda: str(rig.network.health))
        yield rig
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def ending(child: Child) -> AsyncIterator[Child]:
    try:
        yield child
    finally:
        await child.end()


def bound(child: Child) -> Callable[[], re.Match[str] | None]:
    return lambda: re.search(r"^bound (\S+) router=(\S+) dns=(\S+)", child.said, re.MULTILINE)


async def address_of(child: Child) -> tuple[str, ...]:
    await child.until(bound(child))
    found = bound(child)()
    assert found is not None
    return found.groups()


async def test_boards_get_addresses_names_and_no_way_out(house: House, tmp_path: Path) -> None:
    known, stranger = house.board(), house.board()
    async with (
        served(tmp_path) as rig,
        ending(known.ask_for_address("esp32-000001")) as first,
        ending(stranger.ask_for_address("esp32-000002")) as second,
    ):
        assert await address_of(first) == ("10.77.0.200", "none", "none")
        given, *way_out = await address_of(second)
        assert IPv4Address(given) in IPv4Interface("10.77.0.1/24").network
        assert way_out == ["none", "none"]
        await until(lambda: len(rig.network.leases) == 2)
        leases = {lease.mac: lease for lease in rig.network.leases}
        assert (leases[known.mac].name, leases[known.mac].is_fixed) == ("front-door", True)
        assert (leases[stranger.mac].name, leases[stranger.mac].is_fixed) == ("esp32-000002", False)
        await until(lambda: rig.network.health.leases == 2)
    assert house.ip("-o", "-4", "address", "show", CAMERAS) == ""


async def test_a_way_out_is_told_where_the_owner_allows_it(house: House, tmp_path: Path) -> None:
    machine = Machine(ask=NOBODY_ELSE, resolvers=lambda: [IPv4Address("192.168.1.1")])
    settings = replace(SETTINGS, internet=True)
    async with (
        served(tmp_path, settings, machine),
        ending(house.board().ask_for_address("esp32-000001")) as asking,
    ):
        assert (await address_of(asking))[1:] == ("10.77.0.1", "192.168.1.1")


async def test_what_forwards_is_closed_for_the_cameras_alone(house: House, tmp_path: Path) -> None:
    """A board that takes this machine as its way out gets nowhere, though this machine forwards."""
    everything = Path("/proc/sys/net/ipv4/ip_forward")
    everything.write_text("1")
    before = house.others()
    async with served(tmp_path) as rig:
        switch = Path(f"/proc/sys/net/ipv4/conf/{CAMERAS}/forwarding")
        await until(lambda: switch.read_text().strip() == "0")
        assert Path(f"/proc/sys/net/ipv6/conf/{CAMERAS}/disable_ipv6").read_text().strip() == "1"
        assert rig.network.health.notice is None
        assert house.others() == before
        everything.write_text("0")
        everything.write_text("1")  # as Docker does when it starts: of all interfaces
        await until(lambda: switch.read_text().strip() == "0")
    assert house.others() == before


async def test_another_server_is_refused_by_its_address(house: House, tmp_path: Path) -> None:
    """Even one of another network, on an interface without an address; once it is gone, Gcam serves."""
    rival = house.board()
    async with (
        ending(rival.serve("192.168.77.10", "192.168.77.20", "192.168.77.1/24")) as other,
        served(tmp_path, machine=Machine(), waits=False) as rig,
    ):
        await until(lambda: rig.stopped_for("lan_other_server"), lambda: str(rig.network.health))
        assert "192.168.77.1" in str(rig.network.health.problem)
        assert not (tmp_path / "network/pid").exists()
        await other.end()
        await until(rig.serves, lambda: str(rig.network.health))


async def test_another_server_that_is_plugged_in_later_is_noticed(house: House, tmp_path: Path) -> None:
    board, answers, links = house.board(), list[Offer](), list[bool]()

    async def ask(interface: str, vendor_class: str) -> Offer | None:
        return answers.pop() if answers else await NOBODY_ELSE(interface, vendor_class)

    def look() -> Mapping[str, Interface]:
        found = read_interfaces()
        links.append(found[CAMERAS].has_link)
        return found

    async with served(tmp_path, machine=Machine(ask=ask, interfaces=look)) as rig:
        board.plug(is_in=False)
        await until(lambda: not links[-1])
        assert rig.serves()
        answers.append(Offer(IPv4Address("10.0.0.1"), IPv4Address("10.0.0.9")))
        board.plug(is_in=True)
        await until(lambda: any(_code(one) == "lan_other_server" for one in rig.told))


async def test_its_own_server_is_no_other_and_another_gcams_is(house: House, tmp_path: Path) -> None:
    board = house.board()
    asked: list[str] = []

    async def ask(interface: str, vendor_class: str) -> Offer | None:
        asked.append(vendor_class)
        return await NOBODY_ELSE(interface, vendor_class)

    async with (
        served(tmp_path, machine=Machine(ask=ask)) as rig,
        ending(board.ask_for_address("esp32-1")) as asking,
    ):
        await address_of(asking)
        other = await ask_around(CAMERAS, "gcam-another")
        assert other is not None
        assert other.server == IPv4Address("10.77.0.1")
        assert await ask_around(CAMERAS, asked[0], questions_s=(0.0,), listen_s=1.0) is None
        await require_servable(SETTINGS, rig.duties, Machine(ask=NOBODY_ELSE))


async def test_dnsmasq_that_is_killed_comes_back(house: House, tmp_path: Path) -> None:
    board = house.board()
    async with served(tmp_path) as rig:
        async with ending(board.ask_for_address("esp32-1")) as asking:
            before = await address_of(asking)
        await until(lambda: rig.pid(tmp_path))
        pid = rig.pid(tmp_path)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(lambda: [state.failures for state in rig.duties.states()] == [1])
        await until(
            lambda: rig.serves() and rig.pid(tmp_path) not in (None, pid), lambda: str(rig.network.health)
        )
        async with ending(board.ask_for_address("esp32-1")) as asking:
            assert await address_of(asking) == before


async def test_a_board_that_is_named_gets_it_and_no_other_loses_its_own(house: House, tmp_path: Path) -> None:
    named, other = house.board(), house.board()
    async with (
        served(tmp_path, NetworkSettings(CAMERAS)) as rig,
        ending(other.ask_for_address("esp32-2")) as bystander,
        ending(named.ask_for_address("esp32-1")) as asking,
    ):
        has, *_ = await address_of(bystander)
        await address_of(asking)
        await until(lambda: rig.network.health.leases == 2)
        told = len(rig.told)
        async with _begins_anew(rig, tmp_path):
            await rig.network.name({"mac": named.mac, "name": "gate", "address": "10.77.0.200"})
            assert _name_of(rig, named.mac) == "gate"
        async with ending(named.ask_for_address("esp32-1")) as again:
            assert (await address_of(again))[0] == "10.77.0.200"
        await until(lambda: {str(one.address) for one in rig.network.leases} == {has, "10.77.0.200"})
        async with _begins_anew(rig, tmp_path):
            await rig.network.name({"mac": named.mac, "name": None, "address": "10.77.0.201"})
            assert rig.network.settings.boards[0].name is None
        await until(lambda: _name_of(rig, named.mac) is None)
        async with _begins_anew(rig, tmp_path):
            await rig.network.forget(named.mac)
        async with ending(named.ask_for_address("esp32-1")) as once_more:
            await address_of(once_more)
            await until(lambda: _name_of(rig, named.mac) == "esp32-1")
        os.kill(bystander.pid, signal.SIGUSR1)  # it asks for more time
        await bystander.until(lambda: f"renew {has} " in bystander.said)
        assert {(one.health.phase, one.health.leases) for one in rig.told[told:]} <= {
            (NetworkPhase.SERVING, 2)
        }


async def test_names_of_the_page_are_known_to_the_next_start_and_to_the_command(
    house: House, tmp_path: Path
) -> None:
    board = house.board()
    async with served(tmp_path, NetworkSettings(CAMERAS)) as rig:
        await rig.network.name({"mac": board.mac, "name": "gate", "address": "10.77.0.200"})
    options = tmp_path / "options.json"
    options.write_text(json.dumps({"network": {"interface": CAMERAS}}))
    async with (
        served(tmp_path, NetworkSettings(CAMERAS)) as rig,
        ending(board.ask_for_address("esp32-1")) as asking,
    ):
        assert (await address_of(asking))[0] == "10.77.0.200"
        await until(lambda: _name_of(rig, board.mac) == "gate")
        arguments = ("plan", "--data", str(tmp_path), "--options", str(options))
        child = GcamChild("network", *arguments, executed=True)
        await until(lambda: child.status is not None)
        child.ended()
        assert f"dhcp-host={board.mac},10.77.0.200,gate" in child.said


def _name_of(rig: Rig, mac: str) -> str | None:
    """None also while its lease has not been read yet."""
    return next((one.name for one in rig.network.leases if one.mac == mac), None)


@asynccontextmanager
async def _begins_anew(rig: Rig, folder: Path) -> AsyncIterator[None]:
    """Dnsmasq, within."""
    await until(lambda: rig.pid(folder))
    before = rig.pid(folder)
    yield
    await until(lambda: rig.pid(folder) not in (None, before))


async def test_one_that_outlived_gcam_is_replaced(house: House, tmp_path: Path) -> None:
    duties = Duties(SystemClock())
    async with served(tmp_path) as rig:
        await until(lambda: rig.pid(tmp_path))
        left = rig.pid(tmp_path)
        assert left is not None
        async with Dnsmasq(tmp_path / "network", duties).running():
            await until(lambda: not Path(f"/proc/{left}/cmdline").exists() or _is_over(left))
            await until(lambda: rig.pid(tmp_path) not in (None, left))


async def test_a_foreign_process_under_its_number_is_left_alone(house: House, tmp_path: Path) -> None:
    server = Dnsmasq(tmp_path / "network", Duties(SystemClock()))
    await server.prepare(configuration(SETTINGS))
    async with ending(Child("sleep", "1000")) as sleeping:
        (tmp_path / "network/pid").write_text(str(sleeping.pid))
        house.ip("address", "add", "10.77.0.1/24", "dev", CAMERAS)
        async with server.running():
            assert sleeping.runs()


async def test_an_interface_that_vanishes_is_told_and_taken_up_again(house: House, tmp_path: Path) -> None:
    house.board()
    async with served(tmp_path) as rig:
        house.ip("link", "delete", CAMERAS)
        await until(lambda: rig.stopped_for("lan_no_interface"), lambda: str(rig.network.health))
        assert UPLINK in str(rig.network.health.problem)
        house.make_bridge()
        house.board()
        await until(rig.serves, lambda: str(rig.network.health))


async def test_an_address_that_is_taken_away_is_given_again(house: House, tmp_path: Path) -> None:
    house.board()
    async with served(tmp_path) as rig:
        house.ip("address", "flush", "dev", CAMERAS)
        await until(lambda: any(_code(one) == "lan_address_lost" for one in rig.told))
        await until(rig.serves, lambda: str(rig.network.health))
        assert "10.77.0.1/24" in house.ip("-o", "address", "show", CAMERAS)


async def test_nothing_else_of_the_machine_changes(house: House, tmp_path: Path) -> None:
    house.board()
    before = house.others()
    async with served(tmp_path):
        assert house.others() == before
    assert house.others() == before


async def test_the_way_out_is_never_served(house: House, tmp_path: Path) -> None:
    before = house.others()
    async with served(tmp_path, NetworkSettings(UPLINK), waits=False) as rig:
        await until(lambda: rig.stopped_for("lan_way_out"), lambda: str(rig.network.health))
    assert house.others() == before


async def test_nothing_is_served_without_a_link(house: House, tmp_path: Path) -> None:
    board = house.board()
    board.plug(is_in=False)
    await until(lambda: not read_interfaces()[CAMERAS].has_link)
    async with served(tmp_path, waits=False) as rig:
        await until(lambda: rig.stopped_for("lan_no_link"), lambda: str(rig.network.health))
        board.plug(is_in=True)
        await until(rig.serves, lambda: str(rig.network.health))


@pytest.mark.parametrize("name", ["front-door", "FRONT-door", "a\nb", "x,y", "*", "é" * 20, "-" * 60])
async def test_a_board_has_the_name_of_no_other(house: House, tmp_path: Path, name: str) -> None:
    """Whatever it calls itself: it is not taken for the board that the owner gave this name."""
    known, liar = house.board(), house.board()
    async with (
        served(tmp_path) as rig,
        ending(liar.ask_for_address(name)) as lying,
        ending(known.ask_for_address("esp32-1")) as honest,
    ):
        await address_of(lying)
        assert (await address_of(honest))[0] == "10.77.0.200"
        await until(lambda: len(rig.network.leases) == 2)
        names = {lease.mac: lease.name for lease in rig.network.leases}
        assert names[known.mac] == "front-door"
        assert (names[liar.mac] or "").lower() != "front-door"


async def test_rubbish_in_the_file_of_leases_hurts_nobody(house: House, tmp_path: Path) -> None:
    board = house.board()
    (tmp_path / "network").mkdir()
    (tmp_path / "network/leases").write_bytes(b"nonsense\n\0\xff\n1 2 3 4 5\n" + b"x" * 100_000 + b"\n")
    async with served(tmp_path) as rig, ending(board.ask_for_address("esp32-1")) as asking:
        await address_of(asking)
        await until(lambda: [lease.mac for lease in rig.network.leases] == [board.mac])


_ORDINARY = """
import asyncio, json, os, sys
from pathlib import Path
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import NetworkSettings
from gcam_addon.duties import Duties
from gcam_addon.lan import service
from gcam_addon.lan.boards import FILE, NamedBoards
from gcam_addon.lan.dnsmasq import Dnsmasq
from gcam_addon.machine.step_down import Needs, step_down
from gcam_addon.model import NetworkPhase
from gcam_addon.words.reason import because

folder = Path(sys.argv[1])

async def main():
    duties, clock = Duties(SystemClock()), SystemClock()
    done = asyncio.get_running_loop().create_future()
    def tell(told):
        if told.health.phase is not NetworkPhase.LOOKING and not done.done():
            done.set_result(told.health)
    boards = NamedBoards(NetworkSettings("cam0"), folder / "network" / FILE)
    network = service.CameraNetwork(boards, Dnsmasq(folder / "network", duties), clock, tell)
    task = duties.task("camera network", network.run)
    health = await done
    print(json.dumps([os.getuid(), health.phase, health.problem]), flush=True)
    task.cancel()
    await asyncio.wait([task])

because("lan_loopback", interface="lo")  # the sentences, while they may be read
keep = service.RIGHTS if sys.argv[2] == "keep" else ()
assert step_down("nobody", Needs([folder]), keep) is None
asyncio.run(main())
"""


@pytest.mark.parametrize("keep", ["keep", "nothing"])
def test_an_ordinary_user_with_two_rights_of_roots_serves_it(house: House, keep: str) -> None:
    house.board()
    before = house.others()
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are for nobody else to enter
        leases = Path(folder) / "network/leases"
        leases.parent.mkdir()
        leases.write_text("of a Gcam that was root, whose dnsmasq was somebody else\n")
        os.chown(leases, 12345, 12345)
        leases.chmod(0o600)
        command = [sys.executable, "-c", _ORDINARY, folder, keep]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    uid, phase, problem = json.loads(done.stdout)
    assert uid != 0
    assert phase == ("serving" if keep == "keep" else "stopped"), problem
    if keep != "keep":
        assert "CAP_NET_ADMIN" in problem
    assert house.others() == before
    assert house.ip("-o", "-4", "address", "show", CAMERAS) == ""


async def test_the_command_tells_what_there_is_and_what_would_be(house: House, tmp_path: Path) -> None:
    board = house.board()
    options = tmp_path / "options.json"
    options.write_text(json.dumps({"network": {"interface": CAMERAS}}))
    arguments = ("--data", str(tmp_path), "--options", str(options))
    (tmp_path / "network").mkdir()
    (tmp_path / "network/leases").write_text(f"0 {board.mac} 10.77.0.9 shed *\n")

    async def said(*wanted: str) -> str:
        child = GcamChild("network", *wanted, *arguments, executed=True)
        await until(lambda: child.status is not None)
        child.ended()
        return f"{child.status}\n{child.said}"

    listed = await said("interfaces")
    assert re.search(rf"^{CAMERAS} .* yes, and chosen$", listed, re.MULTILINE), listed
    assert re.search(rf"^{UPLINK} +192.168.1.2/24 .* no: .* way to other networks", listed, re.MULTILINE), (
        listed
    )
    assert re.search(r"^lo .* no: ", listed, re.MULTILINE), listed
    assert "dhcp-range=10.77.0.2,10.77.0.254" in await said("plan")
    assert "can be served on cam0 as 10.77.0.1/24" in await said("check")
    assert f"10.77.0.9        {board.mac}  always            shed" in await said("leases")
    options.write_text(json.dumps({"network": {"interface": UPLINK}}))
    refused = await said("check")
    assert refused.startswith("1\n")
    assert "way to other networks" in refused
    options.write_text("{}")
    assert "no camera network is set" in await said("plan")


async def test_without_dnsmasq_that_is_said(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    server = Dnsmasq(tmp_path / "network", Duties(SystemClock()), beyond_path=str(tmp_path))
    with pytest.raises(NetworkError, match="apt install dnsmasq-base"):
        await server.prepare(configuration(SETTINGS))


async def test_a_wrong_line_is_found_before_it_is_served(tmp_path: Path) -> None:
    server = Dnsmasq(tmp_path / "network", Duties(SystemClock()))
    with pytest.raises(NetworkError, match="line 2"):
        await server.prepare("port=0\nno-such-thing=1\n")


def _code(told: NetworkChanged) -> str | None:
    return told.health.problem.code if isinstance(told.health.problem, Reason) else None


def _is_over(pid: int) -> bool:
    """A child that nobody has waited for yet has no command line."""
    return not Path(f"/proc/{pid}/cmdline").read_bytes()
