"""Interfaces of this machine as they are, and giving one its address. Linux; blocking, briefly."""

from __future__ import annotations

import fcntl
import socket
import struct
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Self

import ifaddr

from gcam_addon.errors import NetworkError
from gcam_addon.lan.judging import Interface
from gcam_addon.words.reason import because

_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_SET_ADDRESS, _SET_BROADCAST, _SET_NETMASK = 0x8916, 0x891A, 0x891C
_UP, _LOOPBACK, _RUNNING = 0x1, 0x8, 0x40
_PROC, _SYS = Path("/proc"), Path("/sys")
_NO_ROUTE = 0xFFFFFFFF
_RESOLVERS = (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf"))


def read_interfaces() -> Mapping[str, Interface]:
    """Raises `NetworkError` where this is no Linux."""
    try:
        names = [name for _, name in socket.if_nameindex()]
        addresses, ways_out = _addresses(), _ways_out()
        found = [_interface(name, addresses.get(name, ()), name in ways_out) for name in names]
    except (OSError, AttributeError) as error:
        raise NetworkError(because("lan_no_linux", why=error)) from error
    return {one.name: one for one in found if one is not None}


def give_address(name: str, address: IPv4Interface) -> None:
    """And switch it on. Raises `NetworkError`."""
    with _asking(name) as ask:
        ask(_SET_ADDRESS, _packed(address.ip))
        ask(_SET_NETMASK, _packed(address.netmask))
        ask(_SET_BROADCAST, _packed(address.network.broadcast_address))
        (flags,) = struct.unpack_from("H", ask(_GET_FLAGS, b""), 16)
        ask(_SET_FLAGS, struct.pack("H", flags | _UP))


def take_address(name: str) -> None:
    """The one that was given; an interface that is gone has none."""
    with suppress(NetworkError), _asking(name) as ask:
        ask(_SET_ADDRESS, _packed(IPv4Address(0)))


def nameservers(files: Iterable[Path] = _RESOLVERS) -> Sequence[IPv4Address]:
    """Those this machine asks, as far as others can ask them too."""
    for file in files:
        with suppress(OSError):
            found = [
                address
                for line in file.read_text(errors="replace").splitlines()
                if (words := line.split())[:1] == ["nameserver"]
                for address in _ipv4(words[1:2])
                if not address.is_loopback
            ]
            if found:
                return found[:3]
    return ()


class _asking:  # noqa: N801
    """`with _asking("eth1") as ask`: ioctl calls about it; what fails is a `NetworkError`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        return self

    def __call__(self, what: int, value: bytes) -> bytes:
        asked = struct.pack("16s24s", self._name.encode(), value)
        try:
            return fcntl.ioctl(self._socket, what, asked)
        except OSError as error:
            raise NetworkError(because("lan_no_address", interface=self._name, why=error)) from error

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def _packed(address: IPv4Address) -> bytes:
    """As a `sockaddr_in`."""
    return struct.pack("HH4s8x", socket.AF_INET, 0, address.packed)


def _interface(name: str, addresses: Sequence[IPv4Interface], is_way_out: bool) -> Interface | None:
    try:
        with _asking(name) as ask:
            (flags,) = struct.unpack_from("H", ask(_GET_FLAGS, b""), 16)
    except NetworkError:  # gone since it was listed
        return None
    place = _SYS / "class/net" / name
    master = place / "master"
    return Interface(
        name=name,
        addresses=tuple(addresses),
        is_loopback=bool(flags & _LOOPBACK),
        is_up=bool(flags & _UP),
        has_link=bool(flags & _RUNNING),
        is_wireless=(place / "wireless").exists() or (place / "phy80211").exists(),
        is_way_out=is_way_out,
        bridge=master.readlink().name if master.is_symlink() else None,
        rp_filter=max(_rp_filter(name), _rp_filter("all")),
    )


def _addresses() -> dict[str, tuple[IPv4Interface, ...]]:
    found: dict[str, tuple[IPv4Interface, ...]] = {}
    for adapter in ifaddr.get_adapters():
        for one in adapter.ips:
            if isinstance(one.ip, str):
                name = adapter.name.partition(":")[0]
                found[name] = (*found.get(name, ()), IPv4Interface(f"{one.ip}/{one.network_prefix}"))
    return found


def _ways_out() -> frozenset[str]:
    """Interfaces that a default route goes over."""
    found = set()
    for line in _lines(_PROC / "net/route")[1:]:
        name, destination, *rest = line.split()
        if destination == "00000000" and rest[5:6] == ["00000000"]:
            found.add(name)
    for line in _lines(_PROC / "net/ipv6_route"):
        fields = line.split()
        if fields[0] == "0" * 32 and fields[1] == "00" and int(fields[5], 16) != _NO_ROUTE:
            found.add(fields[-1])
    return frozenset(found)


def _rp_filter(name: str) -> int:
    text = "".join(_lines(_PROC / f"sys/net/ipv4/conf/{name}/rp_filter"))
    return int(text) if text.isdecimal() else 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _ipv4(words: Iterable[str]) -> list[IPv4Address]:
    with suppress(ValueError):
        return [IPv4Address(word) for word in words]
    return []
