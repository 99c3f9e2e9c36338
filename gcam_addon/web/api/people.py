"""`/api/v1/people`: accounts, their roles and cameras; `/api/v1/audit`: who did what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from gcam_addon.access.model import Person, Standing
from gcam_addon.access.principal import Permission, Principal, Role
from gcam_addon.access.service import PersonChange
from gcam_addon.errors import AccessDenied
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import needs, note, principal_of
from gcam_addon.web.requests import json_object, only_keys, query_integer
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.views import Json, encode

MOST_CAMERAS = 500


@needs(Permission.ADMINISTER)
async def list_people(request: web.Request) -> web.Response:
    only_keys(request.query, set())
    services = request.app[SERVICES]
    people = [_shown(services, person) for person in services.access.people()]
    return web.json_response({"people": people}, dumps=encode)


@needs(Permission.ADMINISTER)
async def add_person(request: web.Request) -> web.Response:
    services, body = request.app[SERVICES], await json_object(request)
    only_keys(body, {"name", "password", "role", "cameras"})
    role, cameras = role_in(body), cameras_in(body)
    _require_over(request, Principal("", "", role.permissions, cameras))
    person = await services.access.add(_text(body, "name"), _text(body, "password"), role, cameras)
    note(request, "person.add", f"{person.name}: {person.role}")
    headers = {hdrs.LOCATION: f"people/{person.id}"}
    return web.json_response(_shown(services, person), status=201, headers=headers, dumps=encode)


@needs(Permission.ADMINISTER)
async def change_person(request: web.Request) -> web.Response:
    """What is left out stays. `password` sets a new one and ends their sessions."""
    services, person_id = request.app[SERVICES], request.match_info["id"]
    old, body = services.access.person(person_id), await json_object(request)
    only_keys(body, {"name", "password", "role", "cameras", "standing"})
    change = PersonChange(
        name=_text(body, "name") if "name" in body else None,
        role=role_in(body) if "role" in body else None,
        cameras=cameras_in(body) if "cameras" in body else ...,
        standing=_standing_in(body) if "standing" in body else None,
        password=_text(body, "password") if "password" in body else None,
    )
    if change.password is not None and person_id == principal_of(request).id:
        raise RequestError(
            "Your own password is changed where the present one is asked for.", field="password"
        )
    _require_over(request, old.principal)
    if change.role is not None:
        _require_over(request, Principal("", "", change.role.permissions, None))
    person = await services.access.change(person_id, change)
    note(request, "person.change", f"{person.name}: {', '.join(sorted(body))}")
    return web.json_response(_shown(services, person), dumps=encode)


@needs(Permission.ADMINISTER)
async def remove_person(request: web.Request) -> web.Response:
    services, person_id = request.app[SERVICES], request.match_info["id"]
    person = services.access.person(person_id)
    _require_over(request, person.principal)
    await services.access.remove(person_id)
    note(request, "person.remove", person.name)
    return web.Response(status=204)


@needs(Permission.ADMINISTER)
async def end_sessions(request: web.Request) -> web.Response:
    """Sign a person out everywhere."""
    services, person_id = request.app[SERVICES], request.match_info["id"]
    person = services.access.person(person_id)
    _require_over(request, person.principal)
    await services.access.end_sessions([session.id for session in services.access.sessions(person_id)])
    note(request, "person.sign_out", person.name)
    return web.Response(status=204)


@needs(Permission.ADMINISTER)
async def audit(request: web.Request) -> web.Response:
    """Newest first; go on with `before` set to the last one's `id`."""
    only_keys(request.query, {"before", "who", "limit"})
    most = 2**31
    before = query_integer(request, "before", default=most, least=1, most=999_999_999)
    deeds = await request.app[SERVICES].access.audit.read(
        before=None if before == most else before,
        who_id=request.query.get("who"),
        limit=query_integer(request, "limit", default=100, least=1, most=1000),
    )
    shown = [
        {
            "id": deed.id,
            "at": deed.at,
            "who_id": deed.who_id,
            "who": deed.who,
            "address": deed.address,
            "action": deed.action,
            "subject": deed.subject,
        }
        for deed in deeds
    ]
    return web.json_response({"deeds": shown}, dumps=encode)


@needs(Permission.ADMINISTER)
async def doers(request: web.Request) -> web.Response:
    """Who is in the log, also those who are no longer there."""
    only_keys(request.query, set())
    known = await request.app[SERVICES].access.audit.doers()
    shown = [{"id": who_id, "name": name} for who_id, name in known]
    return web.json_response({"people": shown}, dumps=encode)


def routes() -> list[web.RouteDef]:
    person = "/api/v1/people/{id}"
    return [
        web.get("/api/v1/people", list_people),
        web.post("/api/v1/people", add_person),
        web.patch(person, change_person),
        web.delete(person, remove_person),
        web.delete(f"{person}/sessions", end_sessions),
        web.get("/api/v1/audit", audit),
        web.get("/api/v1/audit/people", doers),
    ]


def cameras_in(body: Mapping[str, Any]) -> frozenset[str] | None:
    """Ids of cameras, or null for all."""
    value = body.get("cameras")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_CAMERAS:
        raise RequestError("cameras must be a list of camera ids, or null for all.", field="cameras")
    if not all(isinstance(item, str) and 0 < len(item) <= 48 for item in value):
        raise RequestError("cameras must be a list of camera ids, or null for all.", field="cameras")
    return frozenset(value)


def role_in(body: Mapping[str, Any]) -> Role:
    try:
        return Role(body.get("role", Role.VIEWER))
    except ValueError:
        raise RequestError("role must be owner, member or viewer.", field="role") from None


def _standing_in(body: Mapping[str, Any]) -> Standing:
    if body["standing"] not in (Standing.ACTIVE, Standing.BLOCKED):
        raise RequestError("standing must be active or blocked.", field="standing")
    return Standing(body["standing"])


def _require_over(request: web.Request, other: Principal) -> None:
    """Nobody makes, changes or removes somebody who may more than they do. Raises `AccessDenied`."""
    if not principal_of(request).may_all_of(other):
        raise AccessDenied("That would be somebody who may more than you do.")


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value or len(value) > 1024:
        raise RequestError(f"{field} must be a text of 1 to 1024 characters.", field=field)
    return value


def _shown(services: Services, person: Person) -> Json:
    sessions = services.access.sessions(person.id)
    return {
        "id": person.id,
        "name": person.name,
        "kind": person.kind,
        "role": person.role,
        "standing": person.standing,
        "cameras": None if person.cameras is None else sorted(person.cameras),
        "created_at": person.created_at,
        "last_seen_at": sessions[0].last_seen_at if sessions else None,
        "sessions": len(sessions),
    }
