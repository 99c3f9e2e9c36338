"""Names under which a browser may know Gcam. Whoever owns any other name can point it at any address, this
machine's too, and then have their page read what is there (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_this_machines(host: str) -> bool:
    """Whether what a `Host` header says leads from a browser to the very machine it runs on."""
    name = name_in(host)
    return name is not None and (is_loopback(name) or name.endswith(".localhost"))


def is_nobody_elses(host: str, own: frozenset[str]) -> bool:
    """Whether what a `Host` header says is an address, `localhost` or one of our `own` names."""
    name = name_in(host)
    if name is None:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost") or name in own
    return True


def name_in(host: str) -> str | None:
    """Without the port, in lower case; None where there is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
