"""What each route asks of whoever calls it: written at the handler, so that none can be forgotten.

    @needs(Permission.VIEW)
    async def snapshot(request): ...

`check_all_guarded` refuses an app with a handler that says nothing. Who calls is found out elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from gcam_addon.access.model import Session
from gcam_addon.access.principal import Permission, Principal
from gcam_addon.web.caller import Caller
from gcam_addon.web.services import SERVICES

H = TypeVar("H", bound=Callable[..., object])

PUBLIC = "public"
"""Needs nobody: sign-in, `/health`, the page's own files."""

SIGNED_IN = "signed in"
"""Needs somebody, whoever it is."""

Need = frozenset[Permission] | str
"""All of these permissions, or one of the words above."""

CALLER = web.RequestKey("caller", Caller)
PRINCIPAL = web.RequestKey("principal", Principal)
SESSION: web.RequestKey[Session | None] = web.RequestKey("session", Session)
"""Keys of the request, filled in by the middlewares."""


def principal_of(request: web.Request) -> Principal:
    """Who asks. Only on routes that are not `PUBLIC`."""
    return request[PRINCIPAL]


def caller_address(request: web.Request) -> str:
    return request[CALLER].address


def note(request: web.Request, action: str, subject: str = "") -> None:
    """Writes what who asks did into the audit log."""
    request.app[SERVICES].access.audit.note(principal_of(request), caller_address(request), action, subject)


def session_id_of(request: web.Request) -> str | None:
    """The session of who asks, None for a token."""
    session = request[SESSION]
    return None if session is None else session.id


def needs(*needed: Permission | str) -> Callable[[H], H]:
    """Marks a handler with what it needs: one or more `Permission`s, or `SIGNED_IN`, or `PUBLIC`."""
    permissions = frozenset(need for need in needed if isinstance(need, Permission))
    need: Need = permissions or str(needed[0])

    def mark(handler: H) -> H:
        setattr(handler, _MARK, need)
        return handler

    return mark


def need_of(handler: object) -> Need | None:
    """What `needs` said, None for a handler it was forgotten on."""
    return getattr(handler, _MARK, None)


def check_all_guarded(app: web.Application) -> None:
    """Raises `RuntimeError` naming the routes without a need: a programmer's mistake, caught at start."""
    forgotten = [
        f"{route.method} {route.resource}" for route in app.router.routes() if need_of(route.handler) is None
    ]
    if forgotten:
        raise RuntimeError(f"routes without @needs: {', '.join(forgotten)}")


_MARK = "gcam_needs"
