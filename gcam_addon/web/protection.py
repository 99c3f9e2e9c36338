"""What keeps other web sites out of Gcam: host, origin, and headers for browsers. Accounts: `gatekeeper`.

A browser lets any page send requests to Gcam, from inside the owner's network. Three rules stop that:
1. Listening on loopback only, Gcam answers to IP addresses, `localhost` and names it was told: else a
   page could point a name of its own at 127.0.0.1 and then read everything (DNS rebinding).
2. Changes and WebSockets are refused when another site asks (`Sec-Fetch-Site`, `Origin`).
3. Every answer tells the browser not to show it inside, nor hand it to, another site.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from gcam_addon.errors import AccessDenied
from gcam_addon.web.caller import Caller, caller_of
from gcam_addon.web.errors import Handler
from gcam_addon.web.guard import CALLER
from gcam_addon.web.hosts import is_loopback, is_nobody_elses
from gcam_addon.web.info import Info
from gcam_addon.web.services import SERVICES
from gcam_addon.words.reason import because

_HSTS_S = 365 * 24 * 3600

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
        "style-src-attr 'unsafe-inline'; "  # Lit's styleMap begins with a style attribute
        "img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self' data:; "  # the components read their own icons from data: addresses
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


@web.middleware
async def keep_others_out(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Rules 1 and 2; raises `AccessDenied`."""
    info = request.app[SERVICES].info
    request[CALLER] = caller = caller_of(request, info.listen)
    if _only_here(info, caller) and not is_nobody_elses(request.host, info.names):
        raise AccessDenied(because("wrong_host", host=repr(request.host)))
    if _matters(request) and not _is_same_site(request, caller):
        raise AccessDenied(because("other_site"))
    return await handler(request)


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Rule 3: an `on_response_prepare` signal."""
    response.headers.update(SECURITY_HEADERS)
    if _is_sites_own(request):
        response.headers["Strict-Transport-Security"] = f"max-age={_HSTS_S}"
    response.headers[hdrs.SERVER] = "Gcam"
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


def _is_sites_own(request: web.Request) -> bool:
    """Whether browsers may be told to come by TLS only. It holds for a whole name, every port of it: so only
    where Gcam has the usual one and no sub-path, or it would lock somebody out of http://that-name:8123.
    """
    caller = request.get(CALLER)
    return caller is not None and caller.secure and not caller.prefix and ":" not in request.host


def _only_here(info: Info, caller: Caller) -> bool:
    """Whether this request came straight to a Gcam that listens on loopback only."""
    return is_loopback(info.listen.host) and not info.listen.trusted_proxies and not caller.prefix


def _matters(request: web.Request) -> bool:
    upgrade = request.headers.get(hdrs.UPGRADE, "").lower()
    return request.method not in SAFE_METHODS or upgrade == "websocket"


def _is_same_site(request: web.Request, caller: Caller) -> bool:
    """What the browser itself says, else `Origin` against the addresses asked for; programs send neither."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() in caller.hosts
