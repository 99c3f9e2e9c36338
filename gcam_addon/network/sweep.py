"""A gentle look at the local networks' web ports, when somebody asks for it: own private networks only."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator, Iterable, Sequence

import ifaddr

PORTS = (80, 81, 8081)
_AT_ONCE = 24
_CONNECT_S = 0.7
_SMALLEST_PREFIX = 24


def own_addresses() -> tuple[str, ...]:
    """Private, link-local and loopback IPv4 addresses of this machine. Blocking, briefly."""
    found = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    return tuple(dict.fromkeys(address for address in found if ipaddress.ip_address(address).is_private))


def reachable_at(
    listens_on: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> tuple[str, ...]:
    """The IPv4 addresses under which others find what listens there. Blocking, briefly."""
    if listens_on.is_unspecified:
        return tuple(address for address in own_addresses() if not ipaddress.ip_address(address).is_loopback)
    return (str(listens_on),) if listens_on.version == 4 else ()


def own_networks() -> tuple[ipaddress.IPv4Network, ...]:
    """The private networks this machine is in, loopback not. Blocking, briefly."""
    ips = (ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str))
    return networks_around([ipaddress.IPv4Interface(f"{ip.ip}/{ip.network_prefix}") for ip in ips])


def networks_around(interfaces: Iterable[ipaddress.IPv4Interface]) -> tuple[ipaddress.IPv4Network, ...]:
    """The private ones among them; of large ones the /24 around their own address."""
    networks = []
    for interface in interfaces:
        address = interface.ip
        if address.is_private and not address.is_loopback and not address.is_link_local:
            prefix = max(interface.network.prefixlen, _SMALLEST_PREFIX)
            networks.append(ipaddress.IPv4Network(f"{address}/{prefix}", strict=False))
    return tuple(dict.fromkeys(networks))


def hosts_of(networks: Iterable[ipaddress.IPv4Network], own: Sequence[str]) -> list[str]:
    """Every other address in them."""
    return [str(host) for network in networks for host in network.hosts() if str(host) not in own]


async def open_ports(
    hosts: Sequence[str], ports: Sequence[int] = PORTS
) -> AsyncGenerator[tuple[str, tuple[int, ...]], None]:
    """Hosts on which some of the ports answer, as they are found; one connection a host at a time, closed at
    once.
    """
    waiting = iter(hosts)
    found: asyncio.Queue[tuple[str, tuple[int, ...]] | None] = asyncio.Queue()

    async def walk() -> None:
        try:
            for host in waiting:
                answering = tuple([port for port in ports if await _answers(host, port)])
                if answering:
                    found.put_nowait((host, answering))
        finally:
            found.put_nowait(None)

    walkers = [asyncio.create_task(walk()) for _ in range(min(_AT_ONCE, len(hosts)))]
    try:
        left = len(walkers)
        while left:
            one = await found.get()
            if one is None:
                left -= 1
            else:
                yield one
    finally:
        for walker in walkers:
            walker.cancel()
        await asyncio.gather(*walkers, return_exceptions=True)


async def _answers(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.transport.abort()
    return True
