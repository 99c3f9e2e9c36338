"""Where a request really comes from, and under which address the caller sees Gcam: through proxies, through
Home Assistant's ingress. What a header says counts only where the connection itself is trusted.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from gcam_addon.config.model import IngressSettings, WebSettings
from gcam_addon.errors import AccessDenied
from gcam_addon.machine.addresses import address_in
from gcam_addon.web.hosts import is_loopback, is_this_machines
from gcam_addon.words.reason import because

_HOME_ASSISTANT = ("172.30.32.0/23",)
"""The Supervisor's own network: it names Home Assistant, through which all come to ingress, as a hop."""
_PROXY_MARKS = ("forwarded", "x-forwarded-", "x-real-ip", "via", "cf-", "x-client-ip", "true-client-ip")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Caller:
    """`address`: the client's, as far as it can be known. `prefix`: the sub-path it sees before `/`."""

    address: str
    secure: bool
    hosts: frozenset[str]
    """Names (with port) under which this very request may know us, lower case."""
    prefix: str
    is_relayed: bool = False
    """By a proxy that nobody declared: whom it asks for is not known."""
    ingress_user: tuple[str, str] | None = None
    """(id, name) of Home Assistant's user, only through ingress."""

    @property
    def is_local(self) -> bool:
        """From this very machine, not on behalf of somebody else, and by a name that nobody else can have
        pointed here: a page of theirs could speak by that.
        """
        return is_loopback(self.address) and not self.is_relayed and all(map(is_this_machines, self.hosts))


@dataclass(slots=True)
class Door:
    """Where Home Assistant's ingress comes in. Its port is known once it listens there, before all others."""

    port: int | None = None


DOOR = web.AppKey("DOOR", Door)


def caller_of(request: web.Request, settings: WebSettings) -> Caller:
    """Raises `AccessDenied` for somebody else than the Supervisor on the ingress port."""
    peer, port = _ends(request)
    headers = request.headers
    if settings.ingress is not None and request.config_dict[DOOR].port in (port, None):
        return _through_ingress(peer, headers, request.host, settings.ingress)
    host = frozenset({request.host.lower()})
    if not _within(peer, settings.trusted_proxies):
        return Caller(peer, request.secure, host, "", is_relayed=_is_relayed(headers))
    return Caller(
        address=_client(peer, headers.get("X-Forwarded-For", ""), settings.trusted_proxies),
        secure=headers.get("X-Forwarded-Proto", "").split(",")[0].strip().lower() == "https",
        hosts=host | _forwarded_host(headers),
        prefix=_prefix(headers.get("X-Forwarded-Prefix", "")),
    )


def _through_ingress(peer: str, headers: Mapping[str, str], host: str, settings: IngressSettings) -> Caller:
    if not _within(peer, settings.trusted):
        raise AccessDenied(because("supervisor_only"))
    user_id = headers.get("X-Remote-User-Id", "")
    name = headers.get("X-Remote-User-Display-Name") or headers.get("X-Remote-User-Name") or user_id
    return Caller(
        address=_client(peer, headers.get("X-Forwarded-For", ""), (*settings.trusted, *_HOME_ASSISTANT)),
        secure=headers.get("X-Forwarded-Proto", "").lower() == "https",
        hosts=frozenset({host.lower()}) | _forwarded_host(headers),
        prefix=_prefix(headers.get("X-Ingress-Path", "")),
        ingress_user=(user_id, name) if user_id else None,
    )


def _is_relayed(headers: Mapping[str, str]) -> bool:
    """Whether a proxy left its mark."""
    return any(name.lower().startswith(_PROXY_MARKS) for name in headers)


def _ends(request: web.Request) -> tuple[str, int]:
    """(peer's address, our port) of the connection."""
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("the client left")
    peer, own = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
    return (str(peer[0]), int(own[1])) if peer and own else ("", 0)


def _client(peer: str, forwarded: str, trusted: Iterable[str]) -> str:
    """The last address in the chain that no trusted proxy vouches for."""
    chain = [part.strip() for part in forwarded.split(",") if part.strip()]
    for address in reversed(chain):
        if not _is_address(address):
            return peer
        if not _within(address, trusted):
            return address
    return chain[0] if chain else peer


def _forwarded_host(headers: Mapping[str, str]) -> frozenset[str]:
    host = headers.get("X-Forwarded-Host", "").split(",")[0].strip().lower()
    return frozenset({host} if host else ())


def _prefix(text: str) -> str:
    text = text.rstrip("/")
    return text if len(text) < 200 and _PREFIX.fullmatch(text) else ""


def _within(address: str, networks: Iterable[str]) -> bool:
    known = address_in(address)
    return known is not None and any(known in ipaddress.ip_network(network) for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
