"""Who has which address: dnsmasq's file of leases, read. Pure.

A board says of itself what it likes: what is in there is taken only where it is what it should be, and a
name that the owner gave to a board is that board's alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from gcam_addon.config.model import KnownBoard, NetworkSettings

MOST_BYTES = 256 * 1024
"""Of the file: a thousand leases take 100 KB."""


@dataclass(frozen=True, slots=True)
class Lease:
    """`name` is what the owner calls the board, else what it calls itself; None: neither. `expires_at` None:
    never.
    """

    mac: str
    address: IPv4Address
    name: str | None
    expires_at: float | None
    is_fixed: bool = False
    """It always gets this address."""

    @property
    def title(self) -> str:
        """What to call it."""
        return self.name or str(self.address)


def leases_in(content: bytes, settings: NetworkSettings, now: float) -> tuple[Lease, ...]:
    """Those that hold, by address. Lines that are no lease are left out; of two that tell of one board or one
    address the later.
    """
    known = {board.mac: board for board in settings.boards}
    taken = {board.name: board.mac for board in settings.boards if board.name}
    by_address: dict[IPv4Address, Lease] = {}
    for line in content[:MOST_BYTES].decode("ascii", "replace").splitlines():
        lease = _lease(line.split(), known, taken, settings.address.network)
        if lease is not None and (lease.expires_at is None or lease.expires_at > now):
            by_address[lease.address] = lease
    by_mac = {lease.mac: lease for lease in by_address.values()}
    return tuple(sorted(by_mac.values(), key=lambda lease: lease.address))


def without_names(content: bytes, macs: Collection[str]) -> bytes:
    """The same without the names of these boards: dnsmasq keeps one that was taken back until the board asks
    again, and what it calls itself is not known before either.
    """
    lines = content.splitlines(keepends=True)
    return b"".join(_without_name(line) if _mac_in(line) in macs else line for line in lines)


def newcomers(before: Sequence[Lease], now: Sequence[Lease]) -> Iterator[Lease]:
    """Boards that had no address before."""
    macs = {lease.mac for lease in before}
    return (lease for lease in now if lease.mac not in macs)


_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")


def _lease(
    fields: Sequence[str], known: Mapping[str, KnownBoard], taken: Mapping[str, str], network: IPv4Network
) -> Lease | None:
    """`EXPIRY MAC ADDRESS NAME|* CLIENT`."""
    if len(fields) < 4 or not fields[0].isdecimal() or len(fields[0]) > 12:
        return None
    mac = fields[1].lower()
    try:
        address = IPv4Address(fields[2])
    except ValueError:
        return None
    if not _MAC.fullmatch(mac) or address not in network:
        return None
    board = known.get(mac)
    return Lease(
        mac=mac,
        address=address,
        name=(board and board.name) or _own_name(fields[3], mac, taken),
        expires_at=float(fields[0]) or None,
        is_fixed=board is not None and board.address == address,
    )


def _mac_in(line: bytes) -> str:
    fields = line.split(maxsplit=2)
    return fields[1].decode("ascii", "replace").lower() if len(fields) > 2 else ""


def _without_name(line: bytes) -> bytes:
    expiry, mac, address, _, *rest = (*line.split(maxsplit=4), b"")
    return b" ".join((expiry, mac, address, b"*", *rest)).rstrip() + b"\n"


def _own_name(said: str, mac: str, taken: Mapping[str, str]) -> str | None:
    """What it calls itself, unless that is another's."""
    if not _NAME.fullmatch(said) or taken.get(said.lower(), mac) != mac:
        return None
    return said
