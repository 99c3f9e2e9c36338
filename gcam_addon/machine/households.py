"""What counts as one where addresses are counted: who has an IPv6 address has the 2^64 of its network."""

from __future__ import annotations

import ipaddress

_NETWORK_BITS = 64


def household_of(address: str) -> str:
    """The address itself, or the network of an IPv6 one; what is no address, as it is."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, _NETWORK_BITS), strict=False))
