"""A text as the address that it means."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address


def address_in(text: str) -> IPv4Address | IPv6Address | None:
    """Without its zone, and an IPv4 address that is written as an IPv6 one as what it is; None for a name."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
