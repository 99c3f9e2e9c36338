"""`/api/v1/session`: who I am, signing in and out, my password; `/api/v1/setup`: the first visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from gcam_addon.access.devices import device_cookie
from gcam_addon.access.model import Kind, Person, Standing
from gcam_addon.access.principal import Principal
from gcam_addon.access.service import PersonChange
from gcam_addon.access.sessions import SESSION_S
from gcam_addon.errors import WrongLogin
from gcam_addon.web.caller import Caller
from gcam_addon.web.errors import RequestError
from gcam_addon.web.gatekeeper import cookie_name, device_cookie_name, set_cookie
from gcam_addon.web.guard import CALLER, PUBLIC, SIGNED_IN, needs, note, principal_of, session_id_of
from gcam_addon.web.requests import json_object, only_keys
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.views import Json, encode


@needs(SIGNED_IN)
async def who_am_i(request: web.Request) -> web.Response:
    only_keys(request.query, set())
    return web.json_response(_shown(request, principal_of(request)), dumps=encode)


@needs(PUBLIC)
async def set_up(request: web.Request) -> web.Response:
    """The first visit creates the owner and signs them in: from this machine, or from anywhere with the code
    that Gcam wrote into its log. Through Home Assistant its user becomes the owner by the code alone.
    """
    access, caller = request.app[SERVICES].access, _caller(request)
    body, wanted = await json_object(request), setup_fields(caller)
    only_keys(body, {*wanted, "code"})
    if "code" in {*wanted, *body}:
        await access.check_setup_code(_text(body, "code"), address=caller.address)
    if caller.ingress_user is not None:
        person = await access.set_up_from_home_assistant(*caller.ingress_user)
    else:
        person = await access.set_up(_text(body, "name"), _text(body, "password"))
    access.audit.note(person.principal, caller.address, "owner.create", person.name)
    if caller.ingress_user is not None:
        return web.json_response(_shown(request, person.principal), status=201, dumps=encode)
    return await _signed_in(request, person, status=201)


def setup_fields(caller: Caller) -> frozenset[str]:
    """What creating the owner takes from there."""
    if caller.ingress_user is not None:
        return frozenset({"code"})
    return frozenset({"name", "password"} if caller.is_local else {"code", "name", "password"})


@needs(PUBLIC)
async def sign_in(request: web.Request) -> web.Response:
    services, caller = request.app[SERVICES], _caller(request)
    name, password = _login(await json_object(request))
    agent = request.headers.get(hdrs.USER_AGENT, "")
    device = request.cookies.get(device_cookie_name(services), "")
    try:
        secret, person = await services.access.sign_in(
            name, password, address=caller.address, agent=agent, device=device
        )
    except WrongLogin:
        services.access.audit.note(_NOBODY, caller.address, "sign_in.refused", name[:80])
        raise
    services.access.audit.note(person.principal, caller.address, "sign_in")
    return _with_cookie(request, person, secret, status=200)


@needs(SIGNED_IN)
async def sign_out(request: web.Request) -> web.Response:
    services, session_id = request.app[SERVICES], session_id_of(request)
    if session_id is not None:
        await services.access.end_sessions([session_id])
        note(request, "sign_out")
    response = web.Response(status=204)
    response.del_cookie(cookie_name(services), path=_caller(request).prefix or "/")
    return response


@needs(SIGNED_IN)
async def change_password(request: web.Request) -> web.Response:
    """My own; the present one is asked for, and my other sessions end."""
    services, principal = request.app[SERVICES], principal_of(request)
    body = await json_object(request)
    only_keys(body, {"present", "password"})
    person = services.access.person(principal.id)
    await services.access.verify(person, _text(body, "present"))
    await services.access.set_password(
        person.id, _text(body, "password"), keep_session=session_id_of(request)
    )
    note(request, "password.change", person.name)
    return web.Response(status=204)


@needs(SIGNED_IN)
async def change_name(request: web.Request) -> web.Response:
    """My own, which I sign in with: the present password is asked for."""
    access, principal = request.app[SERVICES].access, principal_of(request)
    body = await json_object(request)
    only_keys(body, {"present", "name"})
    person, name = access.person(principal.id), _text(body, "name")
    if person.kind is not Kind.LOCAL:
        raise RequestError("Your name comes from Home Assistant: change it there.", field="name")
    await access.verify(person, _text(body, "present"))
    renamed = await access.change(person.id, PersonChange(name=name))
    note(request, "name.change", f"{person.name}: {renamed.name}")
    return web.json_response(_shown(request, renamed.principal), dumps=encode)


@needs(SIGNED_IN)
async def list_sessions(request: web.Request) -> web.Response:
    """Mine."""
    only_keys(request.query, set())
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
    return web.json_response({"sessions": sessions}, dumps=encode)


@needs(SIGNED_IN)
async def end_session(request: web.Request) -> web.Response:
    services, principal = request.app[SERVICES], principal_of(request)
    mine = {session.id for session in services.access.sessions(principal.id)}
    ended = [session_id for session_id in mine if session_id == request.match_info["id"]]
    await services.access.end_sessions(ended)
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/v1/session", who_am_i),
        web.post("/api/v1/session", sign_in),
        web.delete("/api/v1/session", sign_out),
        web.put("/api/v1/session/password", change_password),
        web.put("/api/v1/session/name", change_name),
        web.post("/api/v1/setup", set_up),
        web.get("/api/v1/sessions", list_sessions),
        web.delete("/api/v1/sessions/{id}", end_session),
    ]


_DEVICE_S = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""
_NOBODY = Principal("", "", frozenset(), frozenset())


def _caller(request: web.Request) -> Caller:
    return request[CALLER]


async def _signed_in(request: web.Request, person: Person, *, status: int) -> web.Response:
    services, agent = request.app[SERVICES], request.headers.get(hdrs.USER_AGENT, "")
    secret = await services.access.begin_session(person, address=_caller(request).address, agent=agent)
    return _with_cookie(request, person, secret, status=status)


def _with_cookie(request: web.Request, person: Person, secret: str, *, status: int) -> web.Response:
    body = _shown(request, person.principal)
    response = web.json_response(body, status=status, dumps=encode)
    set_cookie(request, response, secret, int(SESSION_S))
    device = device_cookie_name(request.app[SERVICES])
    set_cookie(request, response, device_cookie(person), _DEVICE_S, device)
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
    }


def _login(body: Mapping[str, Any]) -> tuple[str, str]:
    only_keys(body, {"name", "password"})
    return _text(body, "name"), _text(body, "password")


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value or len(value) > 1024:
        raise RequestError(f"{field} must be a text of 1 to 1024 characters.", field=field)
    return value
