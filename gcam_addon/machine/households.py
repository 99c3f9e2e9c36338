"""What counts as one where addresses are counted: who has an IPv6 address has the 2^64 of its network."""

from __future__ import annotations

import ipaddress

from gcam_addon.machine.addresses import address_in

_NETWORK_BITS = 64


def household_of(address: str) -> str:
    """The address itself, or the network of an IPv6 one; what is no address, as it is."""
    known = address_in(address)
    if known is None:
        return address
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, _NETWORK_BITS), strict=False))
