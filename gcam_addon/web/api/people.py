"""`/api/v1/people`: accounts, their roles and cameras; `/api/v1/audit`: who did what."""

from __future__ import annotations

import voluptuous as vol
from aiohttp import hdrs, web

from gcam_addon.access.model import Kind, Person, Standing
from gcam_addon.access.principal import Permission, Principal, Role
from gcam_addon.access.service import PersonChange
from gcam_addon.config.rules import anything, choice, said, whole
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import body_of, done, json, once, query_of, route
from gcam_addon.web.errors import RequestError
from gcam_addon.web.guard import note, principal_of, require_over
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape
from gcam_addon.web.shapes.person import NAME, ROLE, SECRET, SEEN_CAMERAS, STANDING, cameras_in
from gcam_addon.web.views import Json
from gcam_addon.words.reason import because

PERSON = shape(
    "Person",
    {
        "id": STRING,
        "name": STRING,
        "kind": choice(Kind),
        "role": ROLE,
        "standing": STANDING,
        "cameras": SEEN_CAMERAS,
        "created_at": NUMBER,
        "last_seen_at": nullable(NUMBER),
        "sessions": INTEGER,
        "second_factor": said(BOOLEAN, "Whether their password alone is not enough"),
    },
)

PERSON_LIST = shape(
    "PersonList",
    {
        "people": [PERSON],
    },
)


NEW_PERSON = shape(
    "NewPerson",
    {
        "name": NAME,
        "password": SECRET,
        vol.Optional("role"): ROLE,
        vol.Optional("cameras"): SEEN_CAMERAS,
    },
)

PERSON_CHANGE = shape(
    "PersonChange",
    {
        vol.Optional("name"): NAME,
        vol.Optional("password"): SECRET,
        vol.Optional("role"): ROLE,
        vol.Optional("standing"): said(
            choice((Standing.ACTIVE, Standing.BLOCKED)), "Of somebody from Home Assistant"
        ),
        vol.Optional("cameras"): SEEN_CAMERAS,
    },
)

DEED = shape(
    "Deed",
    {
        "id": INTEGER,
        "at": NUMBER,
        "who_id": STRING,
        "who": STRING,
        "address": STRING,
        "action": said(STRING, "Stable, such as `sign_in`, `clip.view`, `camera.change`"),
        "subject": STRING,
    },
)

DEED_LIST = shape(
    "DeedList",
    {
        "deeds": [DEED],
    },
)


@route(
    "GET",
    "/api/v1/people",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Everybody with an account",
    answers=json(PERSON_LIST, "Oldest first"),
)
async def list_people(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    people = [_shown(services, person) for person in services.access.people()]
    return answered(request, {"people": people})


@route(
    "POST",
    "/api/v1/people",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Invite somebody",
    is_grave=True,
    body=NEW_PERSON,
    answers=json(PERSON, "The account", status=201),
)
async def add_person(request: web.Request) -> web.Response:
    services, body = request.app[SERVICES], body_of(request)
    role, cameras = body.get("role", Role.VIEWER), cameras_in(body)
    require_over(request, Principal("", "", role.permissions, cameras))
    person = await services.access.add(body["name"], body["password"], role, cameras)
    note(request, "person.add", f"{person.name}: {person.role}")
    headers = {hdrs.LOCATION: f"people/{person.id}"}
    return answered(request, _shown(services, person), status=201, headers=headers)


@route(
    "PATCH",
    "/api/v1/people/{id}",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Change somebody's name, role, cameras or password",
    is_grave=True,
    says="What is left out stays. A new password ends their sessions. There is always an owner.",
    body=PERSON_CHANGE,
    answers=json(PERSON, "The account as it is now"),
)
async def change_person(request: web.Request) -> web.Response:
    """What is left out stays. `password` sets a new one and ends their sessions."""
    services, person_id = request.app[SERVICES], request.match_info["id"]
    old, body = services.access.person(person_id), body_of(request)
    change = PersonChange(
        name=body.get("name"),
        role=body.get("role"),
        cameras=cameras_in(body) if "cameras" in body else ...,
        standing=body.get("standing"),
        password=body.get("password"),
    )
    if change.password is not None and person_id == principal_of(request).id:
        raise RequestError(because("own_password"), field="password")
    require_over(request, old.principal)
    if change.role is not None:
        require_over(request, Principal("", "", change.role.permissions, None))
    person = await services.access.change(person_id, change)
    note(request, "person.change", f"{person.name}: {', '.join(sorted(body))}")
    return answered(request, _shown(services, person))


@route(
    "DELETE",
    "/api/v1/people/{id}",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Remove an account, its sessions and the tokens it made",
    is_grave=True,
    says="Home Assistant would sign its users in again, so they stay, blocked; one who is blocked already "
    "is forgotten, and asks anew when they come.",
    answers=done("Removed"),
)
async def remove_person(request: web.Request) -> web.Response:
    services, person_id = request.app[SERVICES], request.match_info["id"]
    person = services.access.person(person_id)
    require_over(request, person.principal)
    await services.access.remove(person_id)
    note(request, "person.remove", person.name)
    return web.Response(status=204)


@route(
    "DELETE",
    "/api/v1/people/{id}/sessions",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Sign somebody out everywhere",
    answers=done(),
)
async def end_sessions(request: web.Request) -> web.Response:
    """Sign a person out everywhere."""
    services, person_id = request.app[SERVICES], request.match_info["id"]
    person = services.access.person(person_id)
    require_over(request, person.principal)
    await services.access.end_sessions([session.id for session in services.access.sessions(person_id)])
    note(request, "person.sign_out", person.name)
    return web.Response(status=204)


@route(
    "GET",
    "/api/v1/audit",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Who did what",
    query={
        "before": once(said(whole(1, 999_999_999), "Id of the last one already had")),
        "who": once(said(anything(64), "Id of a person")),
        "about": once(said(anything(32), "What actions begin with before their dot: `guard`")),
        "limit": once(whole(1, 1000), default=100),
    },
    answers=json(DEED_LIST, "Newest first"),
)
async def list_deeds(request: web.Request) -> web.Response:
    """Newest first; go on with `before` set to the last one's `id`."""
    query = query_of(request)
    deeds = await request.app[SERVICES].access.audit.read(
        before=query["before"], who_id=query["who"], about=query["about"], limit=query["limit"]
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
    return answered(request, {"deeds": shown})


DOER_LIST = shape("DoerList", {"people": [{"id": STRING, "name": STRING}]})


@route(
    "GET",
    "/api/v1/audit/people",
    rights=[Permission.ADMINISTER],
    tag="people",
    summary="Who is in that log, also those who are no longer there",
    answers=json(DOER_LIST, "By name"),
)
async def list_doers(request: web.Request) -> web.Response:
    known = await request.app[SERVICES].access.audit.doers()
    shown = [{"id": who_id, "name": name} for who_id, name in known]
    return answered(request, {"people": shown})


ROUTES = (list_people, add_person, change_person, remove_person, end_sessions, list_deeds, list_doers)


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
        "second_factor": bool(services.access.factors.of(person.id)),
    }
