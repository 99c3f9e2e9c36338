"""Where a camera's redirect may lead: Gcam's machine reaches what a board in the network does not, and is not
to knock there for it. Pure.
"""

from __future__ import annotations

import ipaddress

from gcam_addon.machine.addresses import address_in

_SUPERVISOR = ipaddress.ip_network("172.30.32.0/23")
"""Home Assistant's own network between its containers."""


def leads_inward(before: str, there: str) -> bool:
    """Whether a redirect from the address `before` leads to an address that is this machine's alone. One that
    is of the same kind already may go on there. What is no address (a name) is not judged.
    """
    kind = _kind(there)
    return kind is not None and kind != _kind(before)


def _kind(text: str) -> str | None:
    """Of what is nobody's but this machine's; None for addresses of the network, and what is none."""
    known = address_in(text)
    if known is None:
        return None
    if known.is_loopback or known.is_unspecified:
        return "loopback"
    if known.is_link_local:
        return "link-local"
    return "supervisor" if known.version == 4 and known in _SUPERVISOR else None
