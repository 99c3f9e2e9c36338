"""Who was refused, told to the log of deeds: a wrong password, code or token, too many attempts, a right that
is lacking, another web site. Not what is the ordinary way in: nobody signed in yet, a code wanted besides.
"""

from __future__ import annotations

from aiohttp import web

from gcam_addon.access.model import Refusal
from gcam_addon.access.principal import ANYBODY
from gcam_addon.errors import (
    AccessDenied,
    ProofNeeded,
    SecondFactorNeeded,
    SignInNeeded,
    Throttled,
    WrongLogin,
)
from gcam_addon.web.contract import BODY, route_of
from gcam_addon.web.errors import Handler
from gcam_addon.web.guard import CALLER, PRINCIPAL
from gcam_addon.web.services import SERVICES

_DOORS = {"signIn": Refusal.SIGN_IN, "setUp": Refusal.SET_UP}
"""Routes by which somebody comes in; elsewhere a password or a code is a proof of who is in already."""


@web.middleware
async def note_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises what the handler raises."""
    try:
        return await handler(request)
    except AccessDenied as error:
        if (told := _told(request, error)) is not None:
            action, subject = told
            caller = request.get(CALLER)
            address = (request.remote or "") if caller is None else caller.address
            request.app[SERVICES].access.audit.refuse(
                request.get(PRINCIPAL, ANYBODY), address, action, subject
            )
        raise


def _told(request: web.Request, error: AccessDenied) -> tuple[Refusal, str] | None:
    """What is written of it, without anything secret."""
    route = route_of(request)
    name = str(request.get(BODY, {}).get("name", ""))
    where = request.method if route is None else f"{route.method} {route.path}"
    match error:
        case SecondFactorNeeded() | ProofNeeded():
            return None
        case SignInNeeded():
            return (Refusal.TOKEN, where) if "Authorization" in request.headers else None
        case Throttled():
            return Refusal.THROTTLED, name or where
        case WrongLogin():
            action = _DOORS.get("" if route is None else route.name, Refusal.PROOF)
            return action, name
        case _:
            return Refusal.ACCESS, where
