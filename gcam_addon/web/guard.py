"""What each route asks of whoever calls it: written at the handler, so that none can be forgotten.

    @needs(Permission.VIEW)
    async def snapshot(request): ...

`check_all_guarded` refuses an app with a handler that says nothing. Who calls is found out elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from gcam_addon.access.principal import Permission

H = TypeVar("H", bound=Callable[..., object])

PUBLIC = "public"
"""Needs nobody: sign-in, `/health`, the page's own files."""

SIGNED_IN = "signed in"
"""Needs somebody, whoever it is."""

Need = Permission | str


def needs(need: Need) -> Callable[[H], H]:
    """Marks a handler with what it needs: a `Permission`, `SIGNED_IN` or `PUBLIC`."""

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
