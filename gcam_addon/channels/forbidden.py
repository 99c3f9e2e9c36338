"""Addresses that nobody means, and that answer without being asked who asks. Pure."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

_METADATA = frozenset({"fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"})
"""Where clouds give a machine's own secrets to whoever asks from it; the others are link-local."""


def is_forbidden(address: str) -> bool:
    """What is on this machine and in the house is not: there are people's own services."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    nowhere = found.is_link_local or found.is_multicast or found.is_unspecified
    return nowhere or str(found) in _METADATA
