"""Whether a camera network may be made of an interface. Pure: what the machine has comes in, a reason goes
out.

The one rule behind all others: nobody who has an address now loses it, or gets another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface

from gcam_addon.config.model import NetworkSettings
from gcam_addon.errors import NetworkError
from gcam_addon.words.reason import because

_STRICT = 1


@dataclass(frozen=True, slots=True)
class Interface:
    """What the machine says of one."""

    name: str
    addresses: tuple[IPv4Interface, ...] = ()
    is_loopback: bool = False
    is_up: bool = True
    has_link: bool = True
    """Something is plugged in, or joined."""
    is_wireless: bool = False
    is_way_out: bool = False
    """A default route goes over it."""
    bridge: str | None = None
    """It is a part of."""
    rp_filter: int = 0
    """Of what comes from elsewhere: 1 drops it unseen."""


def judge(settings: NetworkSettings, interfaces: Mapping[str, Interface]) -> bool:
    """Whether it has to be given its address first. Raises `NetworkError` where it may not be served."""
    name = settings.interface or ""
    one = interfaces.get(name)
    if one is None:
        others = tuple(sorted(each.name for each in interfaces.values() if not each.is_loopback))
        raise NetworkError(because("lan_no_interface", interface=name, others=others))
    if one.is_loopback:
        raise NetworkError(because("lan_loopback", interface=name))
    if one.bridge is not None:
        raise NetworkError(because("lan_in_bridge", interface=name, bridge=one.bridge))
    if one.is_way_out:
        raise NetworkError(because("lan_way_out", interface=name))
    _refuse_overlap(settings, interfaces)
    if one.addresses and settings.address not in one.addresses:
        told = tuple(map(str, one.addresses))
        raise NetworkError(because("lan_other_address", interface=name, has=told, wanted=settings.address))
    if len(one.addresses) > 1:
        told = tuple(str(address) for address in one.addresses if address != settings.address)
        raise NetworkError(because("lan_more_addresses", interface=name, has=told))
    if one.rp_filter == _STRICT:
        raise NetworkError(because("lan_rp_filter", interface=name))
    return not (one.addresses and one.is_up)


def require_link(one: Interface | None, name: str) -> None:
    """Raises `NetworkError` where nobody could answer yet."""
    if one is None or not one.has_link:
        raise NetworkError(because("lan_no_link", interface=name))


def _refuse_overlap(settings: NetworkSettings, interfaces: Mapping[str, Interface]) -> None:
    wanted = settings.address.network
    for other in interfaces.values():
        for address in other.addresses if other.name != settings.interface else ():
            if address.network.overlaps(wanted):
                raise NetworkError(because("lan_overlap", network=wanted, interface=other.name, has=address))
