"""Who asks, as the handlers of the API see it. Found out by `gatekeeper`, before them."""

from __future__ import annotations

from aiohttp import web

from gcam_addon.access.model import Session
from gcam_addon.access.principal import Principal
from gcam_addon.errors import AccessDenied
from gcam_addon.web.caller import Caller
from gcam_addon.web.services import SERVICES
from gcam_addon.words.reason import because

CALLER = web.RequestKey("caller", Caller)
PRINCIPAL = web.RequestKey("principal", Principal)
SESSION: web.RequestKey[Session | None] = web.RequestKey("session", Session)
"""Keys of the request, filled in by the middlewares."""


def principal_of(request: web.Request) -> Principal:
    """Who asks. Only on routes that are not `PUBLIC`."""
    return request[PRINCIPAL]


def require_over(request: web.Request, other: Principal) -> None:
    """Nobody makes, changes or removes somebody who may more than they do. Raises `AccessDenied`."""
    if not principal_of(request).may_all_of(other):
        raise AccessDenied(because("mightier"))


def caller_address(request: web.Request) -> str:
    return request[CALLER].address


def note(request: web.Request, action: str, subject: str = "") -> None:
    """Writes what who asks did into the audit log."""
    request.app[SERVICES].access.audit.note(principal_of(request), caller_address(request), action, subject)


def session_id_of(request: web.Request) -> str | None:
    """The session of who asks, None for a token."""
    session = request[SESSION]
    return None if session is None else session.id
