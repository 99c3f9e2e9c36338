"""What dnsmasq is told. Pure: settings in, the text of its file out.

Everything in it has passed `config.network`; paths are given as arguments, where nothing can be read as
something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from gcam_addon.config.model import KnownBoard, NetworkSettings

LEASE_H = 12
MOST_LEASES = 1000
_HEAD = "# Written by Gcam at every start, from its setting `network`: changes are lost."


def configuration(
    settings: NetworkSettings, nameservers: Sequence[IPv4Address] = (), vendor_class: str = "gcam"
) -> str:
    """Addresses on one interface and nothing else: no names are answered, and where boards are to have no way
    out, none is told. `nameservers`: where they are to have one. `vendor_class`: of who is not answered.
    """
    return "\n".join([_HEAD, *_lines(settings, nameservers, vendor_class)]) + "\n"


def _lines(settings: NetworkSettings, nameservers: Sequence[IPv4Address], vendor_class: str) -> Iterator[str]:
    first, last = settings.pool
    yield from (
        "port=0",
        f"interface={settings.interface}",
        "bind-dynamic",
        "except-interface=lo",
        "no-resolv",
        "no-hosts",
        "no-ping",
        "quiet-dhcp",
        "log-facility=-",
        # Whoever comes with an address of another network is told at once that it counts no more.
        "dhcp-authoritative",
        # What Gcam itself asks, to hear whether there is another server, is not for this one.
        f"dhcp-vendorclass=set:gcam,{vendor_class}",
        "dhcp-ignore=tag:gcam",
        f"dhcp-range={first},{last},{settings.address.netmask},{LEASE_H}h",
        f"dhcp-lease-max={MOST_LEASES}",
    )
    way_out = [settings.address.ip] if settings.internet else []
    yield _option("router", way_out)
    yield _option("dns-server", nameservers if settings.internet else ())
    yield from map(_host, settings.boards)


def _option(name: str, addresses: Sequence[IPv4Address]) -> str:
    """Without an address the option is not sent; dnsmasq would send its own."""
    return ",".join([f"dhcp-option=option:{name}", *map(str, addresses)])


def _host(board: KnownBoard) -> str:
    told = (board.mac, board.address, board.name)
    return "dhcp-host=" + ",".join(str(part) for part in told if part is not None)
