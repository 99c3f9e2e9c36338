"""Nobody gets in where they don't belong: finds out who asks, and holds it against what the route needs.

Middleware, in front of every handler. Also ends streams and WebSockets of those whose rights were taken away.
"""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from aiohttp import hdrs, web

from gcam_addon.access.model import Session, Token
from gcam_addon.access.principal import Permission, Principal
from gcam_addon.access.sessions import SESSION_S
from gcam_addon.errors import AccessDenied, NoOwner, NotFound, ProofNeeded, SignInNeeded
from gcam_addon.web.bodies import take_body
from gcam_addon.web.connections import CONNECTIONS
from gcam_addon.web.contract import PUBLIC, Route, route_of
from gcam_addon.web.errors import Handler
from gcam_addon.web.guard import CALLER, PRINCIPAL, SESSION
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.sockets import ENDLESS
from gcam_addon.words.reason import Reason, because

COOKIE = "gcam"
"""The cookies' names begin so; cookies know no ports, so the instance's id follows."""


class CookieKind(StrEnum):
    SESSION = ""
    DEVICE = "_device"
    TRUST = "_trust"


LOOK_EVERY_S = 30.0
"""So long may a stream outlive the session or token it was opened with."""

RENEWS = web.RequestKey("renews", bool)
"""Whether the answer is to hold the session's cookie anew."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, and how they proved it."""

    principal: Principal
    proof: Session | Token | None = None


@web.middleware
async def keep_watch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises `SignInNeeded`, `AccessDenied`, `NotFound` for a camera one may not see, and `RequestError` for
    a body that does not come. Who sends one is looked at before it is read, and after: it may have taken its
    time, and rights that were taken away meanwhile count no more.
    """
    route = route_of(request)
    if route is None:
        return await handler(request)
    await _let_in(request, route)
    if route.takes_body:
        bounds = request.app[CONNECTIONS].bounds
        await take_body(request, route, bounds.upload_s if route.upload else bounds.body_s)
        await _let_in(request, route)
    return await handler(request)


async def _let_in(request: web.Request, route: Route) -> None:
    if route.rights == PUBLIC:
        return
    services = request.app[SERVICES]
    identity = await identify(request, services)
    if identity is None:
        raise _nobody(services, basic=route.takes_basic)
    request[PRINCIPAL] = identity.principal
    _check(identity.principal, route, request)
    if route.is_grave:
        _require_fresh(identity.proof, services)
    request[SESSION] = identity.proof if isinstance(identity.proof, Session) else None
    if identity.proof is not None:
        is_due = await services.access.seen(identity.proof)
        request[RENEWS] = is_due or request.get(RENEWS, False)
    request.app[CONNECTIONS].admit(request)


async def renew_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """An `on_response_prepare` signal: who comes every day stays signed in."""
    if not request.get(RENEWS, False):
        return
    name = cookie_name(request)
    if name not in response.cookies:
        set_cookie(request, response, request.cookies.get(name, ""), int(SESSION_S))
        # By now aiohttp has written the cookies into the headers.
        response.headers.add(hdrs.SET_COOKIE, response.cookies[name].OutputString())


async def identify(request: web.Request, services: Services) -> Known | None:
    """Who asks: by token, through ingress, or by cookie; None for nobody. A wrong token is nobody, even
    beside a good cookie. Whom Home Assistant signs in for the first time becomes a person here.
    """
    known, user = known_as(request, services), request[CALLER].ingress_user
    if known is not None or user is None or hdrs.AUTHORIZATION in request.headers:
        return known
    if not services.access.has_owner:
        return None
    return Known((await services.access.from_home_assistant(*user)).principal)


def known_as(request: web.Request, services: Services) -> Known | None:
    """The same, of those who are known."""
    authorization = request.headers.get(hdrs.AUTHORIZATION)
    if authorization is not None:
        return _by_token(_token_in(authorization, basic=_takes_basic(request)), services)
    caller = request[CALLER]
    if caller.ingress_user is not None:
        person = services.access.known_from_home_assistant(caller.ingress_user[0])
        return None if person is None else Known(person.principal)
    found = services.access.session_of(request.cookies.get(cookie_name(request), ""))
    return None if found is None else Known(found[1].principal, found[0])


def cookie_name(request: web.Request, kind: CookieKind = CookieKind.SESSION) -> str:
    """Under TLS browsers keep it from other hosts of the domain, and from whoever answers without TLS: by its
    beginning, which only a secure site can set.
    """
    caller, name = request[CALLER], f"{COOKIE}{kind}_{request.app[SERVICES].info.instance_id}"
    if not caller.secure:
        return name
    return f"__Secure-{name}" if caller.prefix else f"__Host-{name}"


def set_cookie(
    request: web.Request,
    response: web.StreamResponse,
    secret: str,
    max_age_s: int,
    kind: CookieKind = CookieKind.SESSION,
) -> None:
    """Only this Gcam's own pages get it sent, and no script reads it."""
    caller = request[CALLER]
    response.set_cookie(
        cookie_name(request, kind),
        secret,
        max_age=max_age_s,
        path=caller.prefix or "/",
        secure=caller.secure,
        httponly=True,
        samesite="Strict",
    )


def watch_rights(app: web.Application, look_every_s: float) -> None:
    """Whenever somebody's rights change, and now and then, since sessions and tokens end by themselves, every
    open stream and WebSocket is looked at again.
    """
    pending: set[asyncio.Task[None]] = set()

    def look() -> None:
        task = app[SERVICES].duties.task("rights", partial(_end_the_unentitled, app))
        pending.add(task)
        task.add_done_callback(pending.discard)

    async def look_again(app: web.Application) -> None:
        while True:
            await asyncio.sleep(look_every_s)
            await _end_the_unentitled(app)

    async def while_it_runs(app: web.Application) -> AsyncIterator[None]:
        task = app[SERVICES].duties.task("rights that end", partial(look_again, app))
        yield
        task.cancel()
        await asyncio.wait([task])

    app[SERVICES].access.on_change(look)
    app.cleanup_ctx.append(while_it_runs)


async def _end_the_unentitled(app: web.Application) -> None:
    """Whoever is no longer exactly who they were when they came has to come again."""
    for task, request in list(app[ENDLESS].items()):
        identity = known_as(request, app[SERVICES])
        if identity is None or identity.principal != request.get(PRINCIPAL):
            task.cancel()


def _takes_basic(request: web.Request) -> bool:
    route = route_of(request)
    return route is not None and route.takes_basic


def _token_in(authorization: str, *, basic: bool) -> str:
    """Empty where there is none."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if not basic or scheme.lower() != "basic":
        return ""
    try:
        return b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _by_token(secret: str, services: Services) -> Known | None:
    if services.access.is_local_secret(secret):
        return Known(LOCAL)
    token = services.access.token_of(secret)
    return None if token is None else Known(token.principal, token)


LOCAL = Principal("local", "this machine", frozenset(Permission))
"""A program on this machine that can read the data folder, such as `gcam check`."""


def _nobody(services: Services, *, basic: bool) -> SignInNeeded:
    scheme = "Basic" if basic else "Bearer"
    if services.access.has_owner:
        return SignInNeeded(because("sign_in", scheme=scheme), scheme)
    return NoOwner(because("no_owner"), scheme)


def _require_fresh(proof: Session | Token | None, services: Services) -> None:
    """Of those who sign in here. Tokens are a proof by themselves, and Home Assistant signs its users in."""
    if isinstance(proof, Session) and not services.access.is_fresh(proof):
        raise ProofNeeded(because("proof"))


def _check(principal: Principal, route: Route, request: web.Request) -> None:
    needed = route.rights
    lacking = [] if isinstance(needed, str) else sorted(right for right in needed if not principal.may(right))
    if lacking:
        if not principal.permissions:
            raise AccessDenied(because("not_let_in", name=principal.name))
        rights = tuple(Reason(f"right_{right}") for right in lacking)
        raise AccessDenied(because("right_lacking", name=principal.name, rights=rights))
    if route.is_of_camera and not principal.sees(camera_id := request.match_info["id"]):
        raise NotFound(because("no_camera", camera=camera_id))
