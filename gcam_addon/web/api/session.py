"""`/api/v1/session`: who I am, signing in and out, my password; `/api/v1/setup`: the first visit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import voluptuous as vol
from aiohttp import hdrs, web

from gcam_addon.access.devices import TRUST_S, device_cookie, trust_cookie
from gcam_addon.access.model import Kind, Person, Standing
from gcam_addon.access.principal import Principal
from gcam_addon.access.service import Login, PersonChange
from gcam_addon.access.sessions import SESSION_S
from gcam_addon.config.rules import said, secret
from gcam_addon.machine.timezone import timezone
from gcam_addon.web.answers import answered
from gcam_addon.web.caller import Caller
from gcam_addon.web.contract import PUBLIC, SIGNED_IN, body_of, done, json, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.gatekeeper import CookieKind, cookie_name, set_cookie
from gcam_addon.web.guard import CALLER, note, principal_of, session_id_of
from gcam_addon.web.passkey import place_of
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, NUMBER, STRING, shape
from gcam_addon.web.shapes.person import IDENTITY, NAME, PASSKEY_ANSWER, SECRET
from gcam_addon.web.views import Json
from gcam_addon.words.reason import because

LOGIN = shape(
    "Login",
    {
        vol.Optional("name"): secret(1024),
        vol.Optional("password"): SECRET,
        vol.Optional("code"): said(SECRET, "Of the app, or a recovery code; where a password is not enough"),
        vol.Optional("trust"): said(BOOLEAN, "Ask for no code on this device for 30 days"),
        vol.Optional("passkey"): PASSKEY_ANSWER,
    },
    "Name and password, or `passkey` alone",
)

SET_UP = shape(
    "SetUp",
    {
        vol.Optional("name"): secret(1024),
        vol.Optional("password"): SECRET,
        vol.Optional("code"): said(SECRET, "The set-up code from Gcam's log"),
    },
    "Which of them it takes from where the request comes, `/api/v1/info` tells",
)

NAME_CHANGE = shape("NameChange", {"present": SECRET, "name": NAME})

PASSWORD_CHANGE = shape("PasswordChange", {"present": SECRET, "password": SECRET})

SESSION = shape(
    "Session",
    {
        "id": STRING,
        "address": STRING,
        "agent": said(STRING, "What the browser says it is"),
        "created_at": NUMBER,
        "last_seen_at": NUMBER,
        "current": BOOLEAN,
    },
)

SESSION_LIST = shape(
    "SessionList",
    {
        "sessions": [SESSION],
    },
)

_WRONG_LOGIN = {
    401: "The password is wrong (`wrong_login`), or the code (`wrong_code`), or one is wanted "
    "(`second_factor`), or nobody is signed in (`sign_in`, `no_owner`)",
    429: "Too many attempts (`throttled`); `Retry-After` says when the next is looked at",
}


@route(
    "GET",
    "/api/v1/session",
    rights=SIGNED_IN,
    tag="session",
    summary="Who I am and what I may",
    answers=json(IDENTITY, "The person, or the token"),
)
async def get_session(request: web.Request) -> web.Response:
    return answered(request, _shown(request, principal_of(request)))


@route(
    "POST",
    "/api/v1/setup",
    rights=PUBLIC,
    tag="session",
    summary="The first visit creates the owner",
    says="Only while there is no owner. From this machine it takes a name and a password; from elsewhere "
    "also the code that Gcam wrote into its log; through Home Assistant the code alone. Signs in.",
    body=SET_UP,
    answers=json(IDENTITY, "Created and signed in", status=201),
    refuses=_WRONG_LOGIN,
)
async def set_up(request: web.Request) -> web.Response:
    """The first visit creates the owner and signs them in: from this machine, or from anywhere with the code
    that Gcam wrote into its log. Through Home Assistant its user becomes the owner by the code alone.
    """
    access, caller = request.app[SERVICES].access, _caller(request)
    body, wanted = body_of(request), setup_fields(caller)
    _require_exactly(body, wanted, {"code"})  # which may come from where it is not wanted, too
    if "code" in body:
        await access.check_setup_code(body["code"], address=caller.address)
    if caller.ingress_user is not None:
        person = await access.set_up_from_home_assistant(*caller.ingress_user)
    else:
        person = await access.set_up(body["name"], body["password"])
    access.audit.note(person.principal, caller.address, "owner.create", person.name)
    if caller.ingress_user is not None:
        return answered(request, _shown(request, person.principal), status=201)
    return await _signed_in(request, person, status=201)


def setup_fields(caller: Caller) -> frozenset[str]:
    """What creating the owner takes from there."""
    if caller.ingress_user is not None:
        return frozenset({"code"})
    return frozenset({"name", "password"} if caller.is_local else {"code", "name", "password"})


@route(
    "POST",
    "/api/v1/session",
    rights=PUBLIC,
    tag="session",
    summary="Sign in",
    says="Sets the cookie. Where the password is right and a code belongs to it, the answer is 401 "
    "`second_factor`: send all of it again with the code. Attempts that fail are answered ever more slowly, "
    "per name and per address.",
    body=LOGIN,
    answers=json(IDENTITY, "Signed in"),
    refuses=_WRONG_LOGIN,
)
async def sign_in(request: web.Request) -> web.Response:
    services, caller = request.app[SERVICES], _caller(request)
    body, agent = body_of(request), request.headers.get(hdrs.USER_AGENT, "")
    _require_exactly(
        body, frozenset({"passkey"} if "passkey" in body else {"name", "password"}), {"code", "trust"}
    )
    if "passkey" in body:
        secret, person = await services.access.sign_in_by_passkey(
            body["passkey"], place_of(request), address=caller.address, agent=agent
        )
    else:
        secret, person = await services.access.sign_in(
            _login(request, body), address=caller.address, agent=agent
        )
    device = request.cookies.get(cookie_name(request, CookieKind.DEVICE), "")
    place = await services.access.new_place(person, device, address=caller.address)
    services.access.audit.note(person.principal, caller.address, "sign_in")
    if place is not None:
        services.alerts.signed_in(place)
    response = _with_cookie(request, person, secret, status=200)
    if body.get("trust", False):
        factors, now = services.access.factors.ids_of(person.id), services.clock.wall()
        trusted = trust_cookie(person, factors, now)
        set_cookie(request, response, trusted, int(TRUST_S), CookieKind.TRUST)
    return response


@route(
    "DELETE",
    "/api/v1/session",
    rights=SIGNED_IN,
    tag="session",
    summary="Sign out",
    answers=done("Signed out"),
)
async def sign_out(request: web.Request) -> web.Response:
    services, session_id = request.app[SERVICES], session_id_of(request)
    if session_id is not None:
        await services.access.end_sessions([session_id])
        note(request, "sign_out")
    response = web.Response(status=204)
    set_cookie(request, response, "", 0)
    return response


@route(
    "PUT",
    "/api/v1/session/password",
    rights=SIGNED_IN,
    tag="session",
    summary="Change my password; my other sessions end",
    body=PASSWORD_CHANGE,
    answers=done("Changed"),
    refuses={**_WRONG_LOGIN, 404: "A token has no password (`not_found`)"},
)
async def change_password(request: web.Request) -> web.Response:
    """My own; the present one is asked for, and my other sessions end."""
    services, principal = request.app[SERVICES], principal_of(request)
    body = body_of(request)
    person = services.access.person(principal.id)
    await services.access.verify(person, body["present"])
    await services.access.set_password(
        person.id, body["password"], keep_session=session_id_of(request), shown=person
    )
    note(request, "password.change", person.name)
    return web.Response(status=204)


@route(
    "PUT",
    "/api/v1/session/name",
    rights=SIGNED_IN,
    tag="session",
    summary="Change my name, which I sign in with",
    body=NAME_CHANGE,
    answers=json(IDENTITY, "Who I am now"),
    refuses={**_WRONG_LOGIN, 404: "A token has no name to change (`not_found`)"},
)
async def change_name(request: web.Request) -> web.Response:
    """My own: the present password is asked for."""
    access, principal = request.app[SERVICES].access, principal_of(request)
    person, body = access.person(principal.id), body_of(request)
    if person.kind is not Kind.LOCAL:
        raise RequestError(because("own_name_elsewhere"), field="name")
    await access.verify(person, body["present"])
    renamed = await access.change(person.id, PersonChange(name=body["name"]))
    note(request, "name.change", f"{person.name}: {renamed.name}")
    return answered(request, _shown(request, renamed.principal))


@route(
    "GET",
    "/api/v1/sessions",
    rights=SIGNED_IN,
    tag="session",
    summary="Where I am signed in",
    answers=json(SESSION_LIST, "Newest first"),
)
async def list_sessions(request: web.Request) -> web.Response:
    """Mine."""
    services, own = request.app[SERVICES], session_id_of(request)
    sessions = [
        {
            "id": session.id,
            "address": session.address,
            "agent": session.agent,
            "created_at": session.created_at,
            "last_seen_at": session.last_seen_at,
            "current": session.id == own,
        }
        for session in services.access.sessions(principal_of(request).id)
    ]
    return answered(request, {"sessions": sessions})


@route(
    "DELETE",
    "/api/v1/sessions/{id}",
    rights=SIGNED_IN,
    tag="session",
    summary="End one of my sessions",
    answers=done("Ended, or none of mine"),
)
async def end_session(request: web.Request) -> web.Response:
    services, principal = request.app[SERVICES], principal_of(request)
    mine = {session.id for session in services.access.sessions(principal.id)}
    ended = [session_id for session_id in mine if session_id == request.match_info["id"]]
    await services.access.end_sessions(ended)
    return web.Response(status=204)


ROUTES = (get_session, sign_in, sign_out, change_password, change_name, set_up, list_sessions, end_session)


def _require_exactly(body: Mapping[str, Any], wanted: frozenset[str], welcome: Collection[str]) -> None:
    """All of `wanted`, and nothing else but what is `welcome`."""
    for name in sorted(wanted - body.keys()):
        raise RequestError(because("is_missing", name=name), field=name)
    for name in sorted(body.keys() - wanted - set(welcome)):
        raise RequestError(because("not_wanted_here", name=name), field=name)


def _login(request: web.Request, body: Mapping[str, Any]) -> Login:
    return Login(
        body["name"],
        body["password"],
        body.get("code", ""),
        device=request.cookies.get(cookie_name(request, CookieKind.DEVICE), ""),
        trusted=request.cookies.get(cookie_name(request, CookieKind.TRUST), ""),
    )


_DEVICE_S = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""


def _caller(request: web.Request) -> Caller:
    return request[CALLER]


async def _signed_in(request: web.Request, person: Person, *, status: int) -> web.Response:
    services, agent = request.app[SERVICES], request.headers.get(hdrs.USER_AGENT, "")
    secret = await services.access.begin_session(person, address=_caller(request).address, agent=agent)
    return _with_cookie(request, person, secret, status=status)


def _with_cookie(request: web.Request, person: Person, secret: str, *, status: int) -> web.Response:
    body = _shown(request, person.principal)
    response = answered(request, body, status=status)
    set_cookie(request, response, secret, int(SESSION_S))
    set_cookie(request, response, device_cookie(person), _DEVICE_S, CookieKind.DEVICE)
    return response


def _shown(request: web.Request, principal: Principal) -> Json:
    services: Services = request.app[SERVICES]
    people = {person.id: person for person in services.access.people()}
    person = people.get(principal.id)
    return {
        "id": principal.id,
        "name": principal.name,
        "kind": person.kind if person else "token",
        "role": person.role if person else None,
        "standing": person.standing if person else Standing.ACTIVE,
        "permissions": sorted(principal.permissions),
        "cameras": None if principal.cameras is None else sorted(principal.cameras),
        "ingress": _caller(request).ingress_user is not None,
        "timezone": timezone(),
    }
