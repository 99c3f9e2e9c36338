"""`/api/v1/guard`: arming and disarming, and what each mode watches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.rules import anything, choice, flag, number, optional, said, text
from gcam_addon.errors import AccessDenied
from gcam_addon.guard.codes import MOST_DIGITS
from gcam_addon.guard.panel import Panel, on_panel
from gcam_addon.guard.service import GuardService, Speaker
from gcam_addon.guard.settings import ID, MODES, PLACE, WINDOWS, GuardSettings
from gcam_addon.guard.settings import settings_json as all_settings_json
from gcam_addon.model.guard import Doer, GuardMode, Via
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import Route, body_of, done, json, route
from gcam_addon.web.errors import Handler
from gcam_addon.web.guard import SESSION, caller_address, note, principal_of
from gcam_addon.web.guard_views import guard_json
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.guard import GUARD, KINDS, TROUBLE
from gcam_addon.web.views import Json
from gcam_addon.words.reason import because

_OF_ALL = "Refused to who sees only some of the cameras."
_CODE = anything(MOST_DIGITS)
_NOTHING: Mapping[str, Any] = {}
_DAY_S = 24 * 3600.0
_REFUSED = {
    400: "It can't be now: an alarm is on, a camera does not see, nothing is watched",
    403: "A code is missing or wrong",
    429: "Too many wrong codes",
}

WATCHED = shape(
    "GuardWatched",
    {
        "camera_id": STRING,
        "zone": said(nullable(STRING), "Null: all that it sees"),
        "entry_s": said(
            NUMBER, "How long there is to disarm after somebody came in here; 0: an alarm at once"
        ),
    },
)

MODE = shape(
    "GuardModeNow",
    {
        "id": STRING,
        "name": STRING,
        told("cameras", "Ids of those it watches; none: it can't be armed yet"): [STRING],
        told("watches", "The same in full"): [WATCHED],
        "kinds": KINDS,
        "is_named": said(
            BOOLEAN, "Whether somebody says what moves there; else everything counts that moves"
        ),
        "exit_s": said(NUMBER, "How long people have to leave"),
        "needs_code": said(BOOLEAN, "To arm"),
        "button": said(
            nullable(choice(Panel)), "Which one of Home Assistant's panels arms it; null: it has none"
        ),
        told("troubles", "Why it can't be armed now but by `force`, without these cameras"): [TROUBLE],
    },
)

GUARD_NOW = shape(
    "GuardNow",
    {
        "now": NUMBER,
        "guard": GUARD,
        "modes": [MODE],
        "asks_code": said(BOOLEAN, "Whether disarming needs a code: somebody has one"),
        "next_at": said(
            nullable(NUMBER),
            "When the schedule does something next; null: never, or it is not sure yet what time it is",
        ),
    },
)

_BY = {
    vol.Optional("by"): said(
        optional(text(80)), "Of Home Assistant, which asks by a token: the name of the user who wants it"
    )
}

GIVEN_CODE = shape("GuardCodeGiven", {vol.Optional("code"): said(optional(_CODE), "One's own"), **_BY})

ARMING = shape(
    "Arming",
    {
        "mode_id": ID,
        vol.Optional("code"): said(optional(_CODE), "Needed where the mode wants one, and while armed"),
        vol.Optional("in_s", default=0.0): said(
            number(0, _DAY_S, "seconds"), "Arm in a while; then without a delay, and by force"
        ),
        vol.Optional("skip_delay", default=False): said(flag, "Nobody has to leave"),
        vol.Optional("force", default=False): said(
            flag, "Although cameras are away: they are watched when they are back"
        ),
        **_BY,
    },
)

GUARD_CODE = shape(
    "GuardCode",
    {
        "person_id": STRING,
        "has_duress": said(BOOLEAN, "Also a code that disarms and tells in secret that they are made to"),
    },
)

DECIDED = {
    "modes": MODES,
    "windows": WINDOWS,
    vol.Required("place", description="For sunrise and sunset; degrees north and east"): optional(PLACE),
}

GUARD_DECIDED = shape("GuardDecided", DECIDED)

GUARD_SETTINGS = shape(
    "GuardSettings",
    {
        **DECIDED,
        told("codes", "Who has one"): [GUARD_CODE],
    },
)

NEW_CODE = shape(
    "NewGuardCode",
    {
        "code": said(anything(MOST_DIGITS), "4 to 12 digits"),
        vol.Optional("duress"): said(
            optional(anything(MOST_DIGITS)), "Disarms as well, and tells in secret that they are made to"
        ),
    },
)


@route(
    "GET",
    "/api/v1/guard",
    rights=[Permission.VIEW],
    tag="guard",
    summary="Where the guard stands, and what each mode would watch",
    says=_OF_ALL,
    answers=json(GUARD_NOW, "As it is now"),
)
async def get_guard(request: web.Request) -> web.Response:
    guard = _guard(request)
    buttons = on_panel(guard.settings.modes)
    body = {
        "now": request.app[SERVICES].clock.wall(),
        "guard": guard_json(guard.state),
        "modes": [_mode_json(guard, mode, buttons.get(mode.id)) for mode in guard.settings.modes],
        "asks_code": guard.asks_codes,
        "next_at": guard.next_at,
    }
    return answered(request, body)


def _wish(
    path: str, summary: str, *, says: str = _OF_ALL, answers: str = "As it is now", **more: Any
) -> Callable[[Handler], Route]:
    """A route by which somebody wants something of the guard."""
    return route(
        "POST",
        f"/api/v1/guard/{path}",
        rights=[Permission.CONTROL],
        tag="guard",
        summary=summary,
        says=says,
        answers=json(GUARD, answers),
        **more,
    )


@_wish(
    "arm",
    "Arm, now or in a while",
    body=ARMING,
    answers="It is armed, is being armed, or will be",
    refuses=_REFUSED | {404: "There is no such mode"},
)
async def arm_guard(request: web.Request) -> web.Response:
    guard, body = _guard(request), body_of(request)
    arming = guard.arm(
        body["mode_id"],
        _speaker(request, body),
        in_s=body["in_s"],
        skip_delay=body["skip_delay"],
        force=body["force"],
    )
    return await _done(request, arming, "guard.arm", body["mode_id"])


@_wish(
    "disarm",
    "Disarm; also what is planned is not to be",
    body=GIVEN_CODE,
    answers="It is disarmed",
    refuses=_REFUSED,
)
async def disarm_guard(request: web.Request) -> web.Response:
    guard, speaker = _guard(request), _speaker(request, body_of(request))
    try:
        doer = await guard.disarm(speaker)
    except AccessDenied:
        note(request, "guard.code_refused")
        raise
    if doer.id == speaker.doer.id:
        note(request, "guard.disarm")
    else:
        note(request, "guard.disarm_by_code", doer.name)
    return answered(request, guard_json(guard.state))


@_wish("skip-delay", "While it is being armed: nobody is left who has to leave")
async def skip_guard_delay(request: web.Request) -> web.Response:
    return await _done(request, _guard(request).skip_delay(_speaker(request)), "guard.skip_delay")


@_wish("trigger", "An alarm by hand, armed or not", answers="An alarm")
async def trigger_guard(request: web.Request) -> web.Response:
    return await _done(request, _guard(request).trigger(_speaker(request)), "guard.trigger")


@_wish("silence", "Quiet sirens, until something else happens")
async def silence_guard(request: web.Request) -> web.Response:
    return await _done(request, _guard(request).silence(_speaker(request)), "guard.silence")


@_wish("acknowledge", "One knows of the alarm that is over", says=_OF_ALL + " One that goes on stays.")
async def acknowledge_alarm(request: web.Request) -> web.Response:
    return await _done(request, _guard(request).acknowledge(_speaker(request)), "guard.acknowledge")


@route(
    "GET",
    "/api/v1/guard/settings",
    rights=[Permission.CONFIGURE],
    tag="guard",
    summary="Modes, schedule, place, and who has a code",
    says=_OF_ALL,
    answers=json(GUARD_SETTINGS, "As they are now"),
)
async def get_guard_settings(request: web.Request) -> web.Response:
    return answered(request, _settings_json(_guard(request).settings))


@route(
    "PUT",
    "/api/v1/guard/settings",
    rights=[Permission.CONFIGURE],
    tag="guard",
    summary="Change modes, schedule and place",
    says=_OF_ALL + " All of them are replaced. Codes stay. Refused unless the guard is disarmed.",
    body=GUARD_DECIDED,
    answers=json(GUARD_SETTINGS, "As they are now"),
    refuses={400: "It is armed, or a window names a mode that is not there"},
)
async def change_guard_settings(request: web.Request) -> web.Response:
    guard, body = _guard(request), body_of(request)
    await guard.change(GuardSettings(body["modes"], body["windows"], body["place"]))
    note(request, "guard.settings")
    return answered(request, _settings_json(guard.settings))


@route(
    "PUT",
    "/api/v1/guard/codes/{id}",
    rights=[Permission.ADMINISTER],
    tag="guard",
    summary="Give a person a code, in place of the one they had",
    is_grave=True,
    body=NEW_CODE,
    answers=done("It counts from now on"),
    refuses={400: "The code is too simple, or somebody has it", 404: "There is no such person"},
)
async def set_guard_code(request: web.Request) -> web.Response:
    services, body = request.app[SERVICES], body_of(request)
    person = services.access.person(request.match_info["id"])
    await _guard(request).set_code(person.id, body["code"], body.get("duress"))
    note(request, "guard.code", person.name)
    return web.Response(status=204)


@route(
    "DELETE",
    "/api/v1/guard/codes/{id}",
    rights=[Permission.ADMINISTER],
    tag="guard",
    summary="Take a person's code away",
    is_grave=True,
    answers=done("They have none any more"),
    refuses={404: "They have none"},
)
async def remove_guard_code(request: web.Request) -> web.Response:
    await _guard(request).remove_code(request.match_info["id"])
    note(request, "guard.code_remove", request.match_info["id"])
    return web.Response(status=204)


ROUTES = (
    get_guard,
    arm_guard,
    disarm_guard,
    skip_guard_delay,
    trigger_guard,
    silence_guard,
    acknowledge_alarm,
    get_guard_settings,
    change_guard_settings,
    set_guard_code,
    remove_guard_code,
)


def _guard(request: web.Request) -> GuardService:
    if principal_of(request).cameras is not None:
        raise AccessDenied(because("guard_of_all"))
    return request.app[SERVICES].guard


def _speaker(request: web.Request, body: Mapping[str, Any] = _NOTHING) -> Speaker:
    principal, by = principal_of(request), body.get("by")
    doer = Doer(principal.name, Via.API, principal.id)
    if request[SESSION] is not None:
        doer = replace(doer, via=Via.PAGE)
    elif by is not None:
        doer = replace(doer, name=by, via=Via.HOME_ASSISTANT)
    return Speaker(doer, caller_address(request), body.get("code"))


async def _done(request: web.Request, wish: Awaitable[None], deed: str, subject: str = "") -> web.Response:
    """Where the guard stands once it is as somebody wanted."""
    await wish
    note(request, deed, subject)
    return answered(request, guard_json(_guard(request).state))


def _mode_json(guard: GuardService, mode: GuardMode, button: Panel | None) -> Json:
    troubles = guard.troubles(mode).items()
    return {
        "id": mode.id,
        "name": mode.name,
        "cameras": mode.cameras,
        "watches": [asdict(watch) for watch in mode.watches],
        "kinds": mode.kinds,
        "is_named": guard.names(mode),
        "exit_s": mode.exit_s,
        "needs_code": mode.needs_code,
        "button": button,
        "troubles": [{"camera_id": camera, "tamper": tamper} for camera, tamper in troubles],
    }


def _settings_json(settings: GuardSettings) -> dict[str, Any]:
    """Without the codes themselves."""
    shown = all_settings_json(settings)
    codes = [
        {"person_id": code.person_id, "has_duress": code.duress_hash is not None} for code in settings.codes
    ]
    return {name: shown[name] for name in ("modes", "windows", "place")} | {"codes": codes}
