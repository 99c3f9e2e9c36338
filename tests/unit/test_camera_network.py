"""The camera network, as far as it is decided: settings, dnsmasq's file, leases, what may be served."""

from __future__ import annotations

import asyncio
import os
import struct
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

import pytest

from gcam_addon.config.model import AccessPoint, KnownBoard, NetworkSettings
from gcam_addon.config.schema import parse_options
from gcam_addon.errors import ConfigError, NetworkError
from gcam_addon.lan.access_point import NAME, AccessPoints
from gcam_addon.lan.asking import ask_around
from gcam_addon.lan.configuration import MOST_LEASES, configuration
from gcam_addon.lan.inquiry import Offer, discover, offer_in
from gcam_addon.lan.interfaces import nameservers
from gcam_addon.lan.judging import Interface, judge, require_link
from gcam_addon.lan.leases import MOST_BYTES, Lease, leases_in, newcomers
from gcam_addon.lan.passage import Passage
from gcam_addon.machine.rights import Right, missing
from gcam_addon.words.reason import Reason

NOW = 1_800_000_000.0
MAC, OTHER_MAC = "24:6f:28:aa:bb:cc", "24:6f:28:aa:bb:cd"
DOOR = KnownBoard(MAC, "front-door", IPv4Address("10.77.0.20"))


def network(**given: Any) -> NetworkSettings:
    return parse_options({"network": {"interface": "eth1", **given}}, data_dir=Path("/data")).network


# -- settings


def test_it_is_off_where_nothing_is_said() -> None:
    assert parse_options({}, data_dir=Path("/data")).network == NetworkSettings()
    assert NetworkSettings().interface is None
    assert (
        parse_options({"network": {"interface": None}}, data_dir=Path("/data")).network == NetworkSettings()
    )


def test_all_of_it_can_be_said() -> None:
    settings = network(
        address="192.168.9.1/26",
        range=["192.168.9.10", "192.168.9.40"],
        internet=True,
        boards=[{"mac": "24-6F-28-AA-BB-CC", "name": "Front-Door", "address": "192.168.9.50"}],
        access_point={"ssid": "Caméras", "password": "long enough"},
    )
    assert settings == NetworkSettings(
        "eth1",
        IPv4Interface("192.168.9.1/26"),
        (IPv4Address("192.168.9.10"), IPv4Address("192.168.9.40")),
        internet=True,
        boards=(KnownBoard(MAC, "front-door", IPv4Address("192.168.9.50")),),
        access_point=AccessPoint("Caméras", "long enough"),
    )
    assert "long enough" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"interface": "eth*"}, "interface"),
        ({"interface": "eth0\nuser=root"}, "interface"),
        ({"interface": "../eth0"}, "interface"),
        ({"interface": ".."}, "interface"),
        ({"interface": "sixteen-letters!"}, "interface"),
        ({"address": "10.77.0.1"}, "address"),
        ({"address": "10.77.0.0/24"}, "address"),
        ({"address": "10.77.0.255/24"}, "address"),
        ({"address": "8.8.8.8/24"}, "address"),
        ({"address": "10.0.0.1/8"}, "address"),
        ({"address": "10.0.0.1/30"}, "address"),
        ({"address": "127.0.0.1/24"}, "address"),
        ({"address": "169.254.0.1/24"}, "address"),
        ({"address": "fd00::1/64"}, "address"),
        ({"address": 7}, "address"),
        ({"range": ["10.77.0.50"]}, "range"),
        ({"range": ["10.77.0.50", "10.77.1.60"]}, "range[1]"),
        ({"range": ["10.77.0.60", "10.77.0.50"]}, "range"),
        ({"range": ["10.77.0.1", "10.77.0.50"]}, "range"),
        ({"internet": "no"}, "internet"),
        ({"boards": [{"name": "door"}]}, "boards[0].mac"),
        ({"boards": [{"mac": MAC}]}, "boards[0]"),
        ({"boards": [{"mac": "24:6f:28:aa:bb", "name": "door"}]}, "boards[0].mac"),
        ({"boards": [{"mac": "01:00:5e:00:00:01", "name": "door"}]}, "boards[0].mac"),
        ({"boards": [{"mac": "00:00:00:00:00:00", "name": "door"}]}, "boards[0].mac"),
        ({"boards": [{"mac": MAC, "address": "10.77.0.1"}]}, "boards[0].address"),
        ({"boards": [{"mac": MAC, "address": "10.78.0.9"}]}, "boards[0].address"),
        ({"boards": [{"mac": MAC, "name": "a"}, {"mac": MAC.upper(), "name": "b"}]}, "boards[1].mac"),
        ({"boards": [{"mac": MAC, "name": "a"}, {"mac": OTHER_MAC, "name": "A"}]}, "boards[1].name"),
        ({"access_point": {"ssid": "a"}}, "access_point.password"),
        ({"access_point": {"ssid": "é" * 17, "password": "12345678"}}, "access_point.ssid"),
        ({"access_point": {"ssid": "a\nb", "password": "12345678"}}, "access_point.ssid"),
        ({"access_point": {"ssid": "a", "password": "1234567"}}, "access_point.password"),
        ({"access_point": {"ssid": "a", "password": "12345678\n9"}}, "access_point.password"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_can_not_be_is_refused_in_its_place(given: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigError) as refused:
        network(**given)
    assert refused.value.field == f"network.{field}"
    assert isinstance(refused.value.reason, Reason)


@pytest.mark.parametrize(
    "name",
    [
        *("a\nb", "a\ndhcp-script=/bin/sh", "a,b", "a,ignore", "ignore", "IGNORE", "infinite", "5m", "12"),
        *("10.0.0.9", "a b", "a#b", "set:x", "tag:x", "-a", "a-", "é", "a.b", "", "x" * 64, "localhost"),
    ],
)
def test_a_name_that_means_something_else_to_dnsmasq_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        network(boards=[{"mac": MAC, "name": name}])
    assert refused.value.field == "network.boards[0].name"


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [
        ("10.77.0.1/24", "10.77.0.2", "10.77.0.254"),
        ("10.77.0.254/24", "10.77.0.1", "10.77.0.253"),
        ("10.77.0.200/24", "10.77.0.1", "10.77.0.199"),
        ("10.77.0.9/29", "10.77.0.10", "10.77.0.14"),
        ("10.77.0.1/16", "10.77.0.2", "10.77.255.254"),
    ],
)
def test_the_pool_lies_beside_its_own_address(address: str, first: str, last: str) -> None:
    assert network(address=address).pool == (IPv4Address(first), IPv4Address(last))


# -- what dnsmasq is told


def test_dnsmasq_is_told_of_addresses_and_of_no_way_out() -> None:
    lines = configuration(NetworkSettings("eth1", boards=(DOOR, KnownBoard(OTHER_MAC, "shed")))).splitlines()
    for line in (
        "port=0",
        "interface=eth1",
        "dhcp-range=10.77.0.2,10.77.0.254,255.255.255.0,12h",
        f"dhcp-lease-max={MOST_LEASES}",
        "dhcp-option=option:router",
        "dhcp-option=option:dns-server",
        f"dhcp-host={MAC},10.77.0.20,front-door",
        f"dhcp-host={OTHER_MAC},shed",
    ):
        assert line in lines


def test_who_asks_for_gcam_itself_is_not_answered() -> None:
    lines = configuration(NetworkSettings("eth1"), (), "gcam-0123").splitlines()
    assert "dhcp-vendorclass=set:gcam,gcam-0123" in lines
    assert "dhcp-ignore=tag:gcam" in lines
    assert b"\x3c\x09gcam-0123" in discover(1, b"\x02gcamX", "gcam-0123")


def test_dnsmasq_is_told_of_the_way_out_where_it_is_allowed() -> None:
    servers = [IPv4Address("192.168.1.1"), IPv4Address("9.9.9.9")]
    lines = configuration(NetworkSettings("eth1", internet=True), servers).splitlines()
    assert "dhcp-option=option:router,10.77.0.1" in lines
    assert "dhcp-option=option:dns-server,192.168.1.1,9.9.9.9" in lines
    assert "dhcp-option=option:dns-server" in configuration(NetworkSettings("eth1"), servers).splitlines()


def test_servers_of_names_are_those_that_others_can_ask(tmp_path: Path) -> None:
    stub, real = tmp_path / "stub", tmp_path / "real"
    stub.write_text("nameserver 127.0.0.53\noptions edns0\n")
    real.write_text("# x\nnameserver 192.168.1.1\nnameserver fe80::1\nnameserver\nnameserver 9.9.9.9\n")
    assert nameservers([stub, real]) == [IPv4Address("192.168.1.1"), IPv4Address("9.9.9.9")]
    assert list(nameservers([stub, tmp_path / "none"])) == []


# -- leases

SETTINGS = NetworkSettings("eth1", boards=(DOOR,))


def leases(text: str | bytes) -> tuple[Lease, ...]:
    return leases_in(text.encode() if isinstance(text, str) else text, SETTINGS, NOW)


def test_leases_are_read_by_address() -> None:
    until = int(NOW) + 60
    assert leases(
        f"{until} {OTHER_MAC} 10.77.0.100 esp32-1 01:{OTHER_MAC}\n"
        f"{until} {MAC} 10.77.0.20 * *\n0 {MAC[:-1]}f 10.77.0.9 * *\n"
    ) == (
        Lease(f"{MAC[:-1]}f", IPv4Address("10.77.0.9"), None, None),
        Lease(MAC, IPv4Address("10.77.0.20"), "front-door", until, is_fixed=True),
        Lease(OTHER_MAC, IPv4Address("10.77.0.100"), "esp32-1", until),
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "duid 00:01:00:01",
        f"{int(NOW) - 1} {MAC} 10.77.0.20 * *",
        f"9{NOW:.0f}999 {MAC} 10.77.0.20 * *",
        f"soon {MAC} 10.77.0.20 * *",
        f"٣ {MAC} 10.77.0.20 * *",
        f"0 {MAC} 10.78.0.20 * *",
        f"0 {MAC} 10.77.0.256 * *",
        f"0 06-{MAC} 10.77.0.20 * *",
        f"0 {MAC}:00 10.77.0.20 * *",
        f"0 {MAC}",
        "\0\0\0",
    ],
)
def test_what_is_no_lease_is_left_out(line: str) -> None:
    good = f"0 {OTHER_MAC} 10.77.0.100 * *"
    assert [lease.mac for lease in leases(f"{line}\n{good}\n{line}\n")] == [OTHER_MAC]


@pytest.mark.parametrize("name", ["front-door", "FRONT-DOOR", "Front-Door"])
def test_a_name_the_owner_gave_is_one_boards_alone(name: str) -> None:
    (liar,) = leases(f"0 {OTHER_MAC} 10.77.0.100 {name} *")
    assert (liar.name, liar.title) == (None, "10.77.0.100")


@pytest.mark.parametrize("name", ["<b>", "a/b", "a;b", "x" * 64, "é", "-", "*"])
def test_a_name_that_is_none_is_not_shown(name: str) -> None:
    (lease,) = leases(f"0 {OTHER_MAC} 10.77.0.100 {name} *")
    assert lease.name is None


def test_thousands_of_leases_are_read_as_far_as_there_can_be_any() -> None:
    large = replace(SETTINGS, address=IPv4Interface("10.77.0.1/16"))
    lines = [
        f"0 02:00:00:00:{n // 256:02x}:{n % 256:02x} 10.77.{n // 250 + 1}.{n % 250 + 1} b-{n} ff:{'0:' * 40}"
        for n in range(20_000)
    ]
    found = leases_in("\n".join(lines).encode(), large, NOW)
    assert MOST_LEASES < len(found) < MOST_BYTES / 100


def test_who_had_no_address_before_is_new() -> None:
    before = leases(f"0 {MAC} 10.77.0.20 * *")
    now = leases(f"0 {MAC} 10.77.0.21 * *\n0 {OTHER_MAC} 10.77.0.100 * *")
    assert [lease.mac for lease in newcomers(before, now)] == [OTHER_MAC]


# -- is there another server


def answer(number: int, *options: bytes, kind: int = 2, cookie: bytes = b"\x63\x82\x53\x63") -> bytes:
    head = struct.pack("!BBBBIHH4s4s4s4s", kind, 1, 6, 0, number, 0, 0, bytes(4), bytes([10, 0, 0, 9]),
                       bytes([10, 0, 0, 2]), bytes(4))  # fmt: skip
    return head + bytes(208 - 8 + 8) + cookie + b"".join(options) + b"\xff"


OFFERS, SERVER = b"\x35\x01\x02", b"\x36\x04\x0a\x00\x00\x01"


def test_the_question_is_a_whole_message_that_takes_no_address() -> None:
    packet = discover(0x01020304, b"\x02gcamX", "gcam-1")
    assert packet[:8] == b"\x01\x01\x06\x00\x01\x02\x03\x04"
    assert packet[10:12] == b"\x80\x00"
    assert packet[28:34] == b"\x02gcamX"
    assert packet[236:243] == b"\x63\x82\x53\x63\x35\x01\x01"
    assert len(packet) >= 300


def test_who_answers_is_known_by_the_servers_option_or_by_the_head() -> None:
    assert offer_in(answer(7, OFFERS, SERVER), 7) == Offer(IPv4Address("10.0.0.1"), IPv4Address("10.0.0.9"))
    assert offer_in(answer(7, b"\0\0", OFFERS), 7) == Offer(IPv4Address("10.0.0.2"), IPv4Address("10.0.0.9"))


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x02" * 100,
        answer(8, OFFERS, SERVER),
        answer(7, OFFERS, SERVER, kind=1),
        answer(7, OFFERS, SERVER, cookie=b"none"),
        answer(7, b"\x35\x01\x05", SERVER),
        answer(7, SERVER),
        answer(7, b"\x35\x09\x02"),
        answer(7)[:-1] + b"\x35",
    ],
)
def test_what_answers_another_question_is_no_answer(packet: bytes) -> None:
    assert offer_in(packet, 7) is None


class FakeChannel:
    """Answers the question of that turn, after rubbish; never for None."""

    def __init__(self, answers_at: int | None) -> None:
        self.asked: list[bytes] = []
        self.is_closed = False
        self._answers_at = answers_at
        self._packets: asyncio.Queue[bytes] = asyncio.Queue()

    def send(self, packet: bytes) -> None:
        self.asked.append(packet)
        number = struct.unpack_from("!I", packet, 4)[0]
        self._packets.put_nowait(b"rubbish")
        self._packets.put_nowait(answer(number + 1 & 0xFFFFFFFF, OFFERS, SERVER))
        if len(self.asked) == self._answers_at:
            self._packets.put_nowait(answer(number, OFFERS, SERVER))

    async def receive(self) -> bytes:
        return await self._packets.get()

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("turn", [1, 2])
async def test_an_answer_to_either_question_counts(turn: int) -> None:
    channel = FakeChannel(turn)
    offer = await ask_around("eth1", "gcam-1", lambda _: channel, questions_s=(0.0, 0.0), listen_s=1000.0)
    assert offer is not None
    assert len(channel.asked) == turn
    assert channel.asked[0] == channel.asked[-1]
    assert channel.is_closed


async def test_nobody_is_known_once_the_time_is_over() -> None:
    channel = FakeChannel(None)
    assert await ask_around("eth1", "gcam-1", lambda _: channel, questions_s=(0.0, 0.0), listen_s=0.0) is None
    assert len(channel.asked) == 2
    assert channel.is_closed


async def test_where_it_can_not_be_asked_that_is_said() -> None:
    def refuse(_: str) -> FakeChannel:
        raise PermissionError(1, "Operation not permitted")

    with pytest.raises(NetworkError, match="can't be asked on eth1"):
        await ask_around("eth1", "gcam-1", refuse)


# -- what may be served

OWN = NetworkSettings().address
ETH0 = Interface("eth0", (IPv4Interface("192.168.1.2/24"),), is_way_out=True)
ETH1 = Interface("eth1")


def judged(one: Interface, *others: Interface) -> bool:
    return judge(NetworkSettings("eth1"), {each.name: each for each in (one, *others)})


def test_an_interface_of_nobodys_may_be_served() -> None:
    assert judged(ETH1, ETH0) is True
    assert judged(replace(ETH1, addresses=(OWN,)), ETH0) is False
    assert judged(replace(ETH1, addresses=(OWN,), is_up=False), ETH0) is True


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (replace(ETH1, name="eth2"), "lan_no_interface"),
        (replace(ETH1, is_loopback=True), "lan_loopback"),
        (replace(ETH1, bridge="br0"), "lan_in_bridge"),
        (replace(ETH1, is_way_out=True), "lan_way_out"),
        (replace(ETH1, addresses=(OWN,), is_way_out=True), "lan_way_out"),
        (replace(ETH1, addresses=(IPv4Interface("10.77.0.1/16"),)), "lan_other_address"),
        (replace(ETH1, addresses=(IPv4Interface("169.254.7.8/16"),)), "lan_other_address"),
        (replace(ETH1, addresses=(OWN, IPv4Interface("10.1.0.1/24"))), "lan_more_addresses"),
        (replace(ETH1, rp_filter=1), "lan_rp_filter"),
    ],
)
def test_one_of_somebodys_may_not(one: Interface, code: str) -> None:
    with pytest.raises(NetworkError) as refused:
        judged(one, ETH0)
    assert refused.value.reason is not None
    assert refused.value.reason.code == code


def test_a_network_that_is_there_already_is_not_made_again() -> None:
    with pytest.raises(NetworkError, match="overlaps the network of eth0"):
        judged(ETH1, Interface("eth0", (IPv4Interface("10.77.0.7/16"),)))


def test_nothing_is_asked_where_nothing_is_plugged_in() -> None:
    with pytest.raises(NetworkError, match="nothing is connected to eth1"):
        require_link(replace(ETH1, has_link=False), "eth1")
    require_link(ETH1, "eth1")


# -- the way out


@pytest.fixture
def switches(tmp_path: Path) -> Path:
    for place, value in (
        ("ipv4/conf/eth1/forwarding", "1\n"),
        ("ipv6/conf/eth1/disable_ipv6", "0\n"),
        ("ipv6/conf/all/forwarding", "1\n"),
        ("ipv4/conf/eth0/forwarding", "1\n"),
    ):
        file = tmp_path / "net" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value)
    return tmp_path


def test_the_interface_alone_is_closed(switches: Path) -> None:
    passage = Passage("eth1", switches)
    assert passage.is_open
    assert passage.close()
    assert not passage.is_open
    assert (switches / "net/ipv4/conf/eth0/forwarding").read_text() == "1\n"
    assert (switches / "net/ipv6/conf/all/forwarding").read_text() == "1\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_what_may_not_be_closed_is_known(switches: Path) -> None:
    for file in (switches / "net").rglob("*"):
        file.chmod(0o555 if file.is_dir() else 0o444)
    assert not Passage("eth1", switches).close()


def test_where_nothing_is_known_nothing_is_open(tmp_path: Path) -> None:
    assert Passage("eth1", tmp_path).close()


# -- rights


@pytest.mark.parametrize(
    ("uid", "effective", "ambient", "lacking"),
    [
        ("0", "1ffffffffff", "0", ()),
        ("0", "0400", "0", (Right.NET_ADMIN,)),
        ("1000", "1400", "1400", ()),
        ("1000", "1400", "0", (Right.NET_ADMIN, Right.NET_BIND_SERVICE)),
        ("1000", "0", "0", (Right.NET_ADMIN, Right.NET_BIND_SERVICE)),
    ],
)
def test_rights_count_where_dnsmasq_has_them_too(
    tmp_path: Path, uid: str, effective: str, ambient: str, lacking: tuple[Right, ...]
) -> None:
    status = tmp_path / "status"
    status.write_text(f"Name:\tx\nUid:\t{uid}\t{uid}\nCapEff:\t{effective:0>16}\nCapAmb:\t{ambient:0>16}\n")
    assert missing((Right.NET_ADMIN, Right.NET_BIND_SERVICE), status) == lacking


# -- the access point

POINT = AccessPoint("gcam", "long enough")
_NMCLI = """#!/bin/sh
echo "$@" >> "$FOLDER/asked"
case "$1 $2" in
    "connection up") cat "$5" >> "$FOLDER/asked" ;;
esac
test -e "$FOLDER/$2" && cat "$FOLDER/$2" && exit "$(cat "$FOLDER/status")"
test "$*" = "--terse --fields NAME connection show --active" && cat "$FOLDER/active"
exit 0
"""


@pytest.fixture
def nmcli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder: what was asked is in `asked`; `add` and `up` there make it fail, with `status`."""
    program = tmp_path / "bin/nmcli"
    program.parent.mkdir()
    program.write_text(_NMCLI)
    program.chmod(0o755)
    (tmp_path / "active").write_text(f"eth0\n{NAME}\n")
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("FOLDER", str(tmp_path))
    return tmp_path


async def test_an_access_point_is_made_once_and_ended(nmcli: Path) -> None:
    points = AccessPoints()
    await points.begin("wlan0", OWN, POINT)
    deleted, added, up, password = (nmcli / "asked").read_text().splitlines()
    assert deleted == f"connection delete {NAME}"
    assert added.startswith(
        f"connection add type wifi ifname wlan0 con-name {NAME} autoconnect no ssid gcam "
    )
    assert "802-11-wireless.mode ap 802-11-wireless.band bg" in added
    assert "ipv4.method manual ipv4.addresses 10.77.0.1/24" in added
    assert "long enough" not in added + up
    assert up.startswith(f"connection up {NAME} passwd-file ")
    assert password == "802-11-wireless-security.psk:long enough"
    assert not Path(up.rpartition(" ")[2]).exists()
    await points.begin("wlan0", OWN, POINT)
    assert (nmcli / "asked").read_text().splitlines()[4:] == [
        "--terse --fields NAME connection show --active"
    ]
    await points.end()
    await points.end()
    assert (nmcli / "asked").read_text().splitlines()[5:] == [deleted]


async def test_one_that_is_gone_is_made_again(nmcli: Path) -> None:
    points = AccessPoints()
    await points.begin("wlan0", OWN, POINT)
    (nmcli / "active").write_text("eth0\n")
    await points.begin("wlan0", OWN, POINT)
    assert (nmcli / "asked").read_text().count("connection up") == 2


@pytest.mark.parametrize(
    ("step", "status", "says", "code"),
    [
        ("add", 8, "Error: NetworkManager is not running.", "lan_no_network_manager"),
        ("up", 10, "Error: unknown device 'wlan0'.", "lan_no_radio"),
        (
            "up",
            4,
            "Error: Connection activation failed: No suitable device found",
            "lan_no_radio",
        ),
        ("add", 1, "Error: Failed to add: Insufficient privileges", "lan_nmcli_right"),
        ("up", 4, "Error: Connection activation failed: (7) Secrets were required", "lan_nmcli"),
        ("up", 1, "", "lan_nmcli"),
    ],
)
async def test_what_network_manager_refuses_is_said(
    nmcli: Path, step: str, status: int, says: str, code: str
) -> None:
    (nmcli / step).write_text(says)
    (nmcli / "status").write_text(str(status))
    with pytest.raises(NetworkError) as refused:
        await AccessPoints().begin("wlan0", OWN, POINT)
    assert refused.value.reason is not None
    assert refused.value.reason.code == code
    assert "long enough" not in str(refused.value)


async def test_without_network_manager_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NetworkError, match="nmcli"):
        await AccessPoints().begin("wlan0", OWN, POINT)
