"""`/api/v1/alerts`: who is told of what, and what became of it. Secrets are taken and never shown."""

from __future__ import annotations

from dataclasses import asdict

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.alerts.outbox import Kept
from gcam_addon.alerts.pacing import Part, State
from gcam_addon.alerts.store import shown_destination, shown_heartbeat, shown_rule
from gcam_addon.alerts.wording import title_of
from gcam_addon.config.alert_model import AlertSettings, ChannelKind, Destination
from gcam_addon.config.alerts import (
    ADDRESS,
    DESTINATION_RULES,
    HEARTBEAT_RULES,
    ID,
    MOST_SNOOZED_S,
    RULE_RULES,
)
from gcam_addon.config.rules import anything, choice, named, number, optional, said, whole
from gcam_addon.errors import GcamError, NotFound
from gcam_addon.model import Kind
from gcam_addon.model.alerts import Importance, Topic
from gcam_addon.web.answers import answered, language_of
from gcam_addon.web.contract import done, json, once, query_of, route, sent_in
from gcam_addon.web.guard import note
from gcam_addon.web.services import SERVICES, Services
from gcam_addon.web.shape import ANYTHING, BOOLEAN, INTEGER, NUMBER, STRING, nullable, shape, told
from gcam_addon.web.shapes.said import SAID
from gcam_addon.web.views import Json, with_said
from gcam_addon.words.reason import because

_MOST_LETTERS = 200
_DEEDS = {"destinations": "alert_destination", "rules": "alert_rule"}
_NEEDED = ("name", "kind", "settings")
_RULE_NEEDS = ("name", "topics", "to")

CHANNEL_KIND = named(choice(ChannelKind), "ChannelKind")
TOPIC = named(choice(Topic), "AlertTopic")
IMPORTANCE = named(choice(Importance), "AlertImportance")

SHOWN_DESTINATION = shape(
    "AlertDestination",
    {
        "id": STRING,
        "name": STRING,
        "kind": CHANNEL_KIND,
        "language": STRING,
        "enabled": BOOLEAN,
        "person": said(nullable(STRING), "The account whose it is; null: the household's"),
        "settings": said(ANYTHING, "Those that are no secrets"),
        told("has", "Secrets that are set"): [STRING],
        "waiting": said(INTEGER, "Alerts that are still to be sent there"),
        "last_at": said(nullable(NUMBER), "When one was taken there last, since Gcam runs"),
        "problem": said(nullable(STRING), "Why the newest attempt failed"),
        "problem_said": SAID,
    },
)

QUIET_HOURS = shape("AlertQuietHours", {"start": STRING, "end": STRING})

SHOWN_SNOOZE = shape(
    "AlertSnooze", {"until": NUMBER, "camera": said(nullable(STRING), "Null: of all cameras")}
)

SHOWN_RULE = shape(
    "AlertRule",
    {
        "id": STRING,
        "name": STRING,
        "enabled": BOOLEAN,
        told("topics", "Of what"): [TOPIC],
        told("to", "Ids of destinations"): [STRING],
        told("armed", "Only while the guard is armed"): BOOLEAN,
        told("modes", "Of the guard, ids; empty: whichever"): [STRING],
        told("quiet", "When it comes without a sound"): nullable(QUIET_HOURS),
        told("cameras", "Ids; empty: all, those of tomorrow too"): [STRING],
        told("kinds", "What moved; empty: whatever it is"): [choice(Kind)],
        told("zones", "Where; empty: anywhere"): [STRING],
        "picture": BOOLEAN,
        "clip": BOOLEAN,
        "importance": IMPORTANCE,
        "at_most_every_s": NUMBER,
        "lost_after_s": NUMBER,
    },
)

SHOWN_HEARTBEAT = shape(
    "AlertHeartbeat",
    {
        "host": said(STRING, "Of its address, which is a secret"),
        "every_s": NUMBER,
        "last_at": said(nullable(NUMBER), "When it was taken there last, since Gcam runs"),
        "problem": said(nullable(STRING), "Why it is not called, or was not taken"),
        "problem_said": SAID,
    },
)

ALERT_SETTINGS = shape(
    "Alerts",
    {
        told("destinations", "Where alerts go"): [SHOWN_DESTINATION],
        told("rules", "What goes there"): [SHOWN_RULE],
        "link": said(nullable(STRING), "Where people reach the page, for links in alerts"),
        told("snoozes", "Who wanted peace from what, until when"): [SHOWN_SNOOZE],
        told("heartbeat", "What is called while Gcam is well; null: nothing"): nullable(SHOWN_HEARTBEAT),
        "problem": said(nullable(STRING), "Why nothing can be written down now"),
        "now": NUMBER,
    },
)

NEW_DESTINATION = shape(
    "NewAlertDestination",
    {vol.Optional(name): rule for name, rule in DESTINATION_RULES.items() if name not in _NEEDED}
    | {name: DESTINATION_RULES[name] for name in _NEEDED},
)

NEW_RULE = shape(
    "NewAlertRule",
    {vol.Optional(name): rule for name, rule in RULE_RULES.items() if name not in _RULE_NEEDS}
    | {name: RULE_RULES[name] for name in _RULE_NEEDS},
)

LETTER = shape(
    "AlertLetter",
    {
        "id": INTEGER,
        "destination": STRING,
        "rule": STRING,
        "topic": TOPIC,
        "part": choice(Part),
        "camera_id": nullable(STRING),
        "title": STRING,
        "at": NUMBER,
        "state": choice(State),
        "attempts": INTEGER,
        "next_at": NUMBER,
        "sent_at": nullable(NUMBER),
        "took_s": nullable(NUMBER),
        "said": said(nullable(STRING), "The server's answer, or why it did not take it"),
    },
)

LETTERS = shape("AlertLetters", {told("letters", "Newest first"): [LETTER]})

LINK = shape(
    "AlertLink", {"link": said(optional(ADDRESS), "Such as `https://gcam.example`; null for no links")}
)

HEARTBEAT = shape(
    "SetAlertHeartbeat",
    {
        vol.Optional("url"): said(
            optional(HEARTBEAT_RULES["url"]), "Null: nothing is called; none: the same as before"
        ),
        vol.Optional("every_s"): said(HEARTBEAT_RULES["every_s"], "None: the same as before, else 300"),
    },
)

SNOOZE = shape(
    "SnoozeAlerts",
    {
        vol.Optional("camera"): said(optional(anything(48)), "Null, or none: of all cameras"),
        "seconds": said(number(0, MOST_SNOOZED_S, "seconds"), "From now on; 0: no longer"),
    },
)

TRIAL = shape("AlertTrial", {"said": said(STRING, "The server's answer, as it came"), "took_s": NUMBER})


@route(
    "GET",
    "/api/v1/alerts",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="Who is told of what",
    answers=json(ALERT_SETTINGS, "As it is now"),
    refuses={503: "The outbox can't be read (`recording`)"},
)
async def get_alerts(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    settings, waiting = services.alerts.settings, await services.alerts.waiting()
    body = {
        "destinations": [
            _destination_json(services, one, waiting.get(one.id, 0)) for one in settings.destinations
        ],
        "rules": [shown_rule(rule) for rule in settings.rules],
        "link": settings.link,
        "snoozes": [asdict(one) for one in settings.snoozes if one.until > services.clock.wall()],
        "heartbeat": _heartbeat_json(services),
        "problem": services.alerts.problem,
        "now": services.clock.wall(),
    }
    return answered(request, body)


@route(
    "PUT",
    "/api/v1/alerts/destinations/{id}",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="Where alerts go: a new destination, or another of that id",
    says="Secrets that are not sent stay as they are, while it is of the same kind and goes to the same "
    "server.",
    path_rules={"id": ID},
    body=NEW_DESTINATION,
    answers=done("Kept, and used from now on"),
)
async def put_destination(request: web.Request) -> web.Response:
    return await _put(request, "destinations")


@route(
    "DELETE",
    "/api/v1/alerts/destinations/{id}",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="Tell nobody there any more",
    says="What waits for it is gone, and so are rules that told nobody else.",
    path_rules={"id": ID},
    answers=done(),
    refuses={404: "There is none of that id"},
)
async def remove_destination(request: web.Request) -> web.Response:
    return await _remove(request, "destinations")


@route(
    "POST",
    "/api/v1/alerts/destinations/{id}/try",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="Send a trial there now, with the newest picture of a camera",
    path_rules={"id": ID},
    answers=json(TRIAL, "It was taken"),
    refuses={
        404: "There is none of that id",
        503: "It was not taken (`channel`, `channel_refused`); `message` says what happened",
    },
)
async def try_destination(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    destination = services.alerts.settings.destination(request.match_info["id"])
    if destination is None:
        raise NotFound(because("alert_no_entry", entry=request.match_info["id"]))
    began_s = services.clock.monotonic()
    answer = await services.alerts.try_out(destination, await _some_picture(services))
    note(request, "alert_try", destination.name)
    return answered(request, {"said": answer, "took_s": services.clock.monotonic() - began_s})


@route(
    "PUT",
    "/api/v1/alerts/rules/{id}",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="What is told to whom: a new rule, or another of that id",
    path_rules={"id": ID},
    body=NEW_RULE,
    answers=done("Kept, and obeyed from now on"),
)
async def put_rule(request: web.Request) -> web.Response:
    return await _put(request, "rules")


@route(
    "DELETE",
    "/api/v1/alerts/rules/{id}",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="Tell no longer of that",
    path_rules={"id": ID},
    answers=done(),
    refuses={404: "There is none of that id"},
)
async def remove_rule(request: web.Request) -> web.Response:
    return await _remove(request, "rules")


@route(
    "PUT",
    "/api/v1/alerts/link",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="Where people reach the page, for links in alerts",
    body=LINK,
    answers=done("Used from now on"),
)
async def put_alert_link(request: web.Request) -> web.Response:
    await request.app[SERVICES].alerts.set_link(sent_in(request)["link"])
    note(request, "alert_link")
    return web.Response(status=204)


@route(
    "PUT",
    "/api/v1/alerts/heartbeat",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="What is called while Gcam is well, so that somebody hears when it is gone",
    says="By GET, at once and then every so often; not while a part of Gcam has failed for good, or the disk "
    "of the recordings needs somebody.",
    body=HEARTBEAT,
    answers=done("Called from now on, or no longer"),
)
async def put_heartbeat(request: web.Request) -> web.Response:
    alerts = request.app[SERVICES].alerts
    await alerts.set_heartbeat(sent_in(request))
    note(request, "alert_heartbeat" if alerts.settings.heartbeat else "alert_heartbeat_off")
    return web.Response(status=204)


@route(
    "PUT",
    "/api/v1/alerts/snooze",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="Tell nobody of motion or losses of a camera for a while; alarms are told all the same",
    body=SNOOZE,
    answers=done("Obeyed from now on"),
)
async def put_snooze(request: web.Request) -> web.Response:
    services, wanted = request.app[SERVICES], sent_in(request)
    camera = wanted.get("camera")
    until = services.clock.wall() + wanted["seconds"] if wanted["seconds"] else 0.0
    await services.alerts.snooze(camera, until)
    note(request, "alert_snooze", camera or "")
    return web.Response(status=204)


@route(
    "GET",
    "/api/v1/alerts/letters",
    rights=[Permission.ADMINISTER],
    tag="alerts",
    summary="What was told lately, and what waits to be",
    query={"limit": once(whole(1, _MOST_LETTERS), 50)},
    answers=json(LETTERS, "As they are now"),
    refuses={503: "The outbox can't be read (`recording`)"},
)
async def list_letters(request: web.Request) -> web.Response:
    letters = await request.app[SERVICES].alerts.newest(query_of(request)["limit"])
    language = language_of(request)
    return answered(request, {"letters": [_letter_json(letter, language) for letter in letters]})


ROUTES = (
    get_alerts,
    put_destination,
    remove_destination,
    try_destination,
    put_rule,
    remove_rule,
    put_alert_link,
    put_heartbeat,
    put_snooze,
    list_letters,
)


async def _put(request: web.Request, section: str) -> web.Response:
    entry_id = request.match_info["id"]
    alerts = request.app[SERVICES].alerts
    await alerts.put(section, {**sent_in(request), "id": entry_id})
    note(request, _DEEDS[section], _name_of(alerts.settings, section, entry_id))
    return web.Response(status=204)


async def _remove(request: web.Request, section: str) -> web.Response:
    entry_id = request.match_info["id"]
    alerts = request.app[SERVICES].alerts
    name = _name_of(alerts.settings, section, entry_id)
    await alerts.remove(section, entry_id)
    note(request, f"{_DEEDS[section]}_remove", name)
    return web.Response(status=204)


def _name_of(settings: AlertSettings, section: str, entry_id: str) -> str:
    """As people call it; the log is read when it may be there no more."""
    entries = settings.destinations if section == "destinations" else settings.rules
    return next((one.name for one in entries if one.id == entry_id), entry_id)


async def _some_picture(services: Services) -> bytes:
    """Of the first camera that has one; empty where none has."""
    for camera in services.cameras.list():
        try:
            frame = await services.engine.snapshot(camera.id)
        except GcamError:
            continue
        if frame is not None:
            return frame.jpeg
    return b""


def _destination_json(services: Services, destination: Destination, waiting: int) -> Json:
    reached = services.alerts.reached(destination.id)
    told = shown_destination(destination) | {
        "waiting": waiting,
        "last_at": reached.last_at,
        "problem": reached.problem,
    }
    return with_said(told, "problem")


def _heartbeat_json(services: Services) -> Json | None:
    heartbeat, reached = services.alerts.settings.heartbeat, services.alerts.heartbeat
    if heartbeat is None:
        return None
    told = shown_heartbeat(heartbeat) | {"last_at": reached.last_at, "problem": reached.problem}
    return with_said(told, "problem")


def _letter_json(letter: Kept, language: str) -> Json:
    draft = letter.draft
    return {
        "id": letter.id,
        "destination": draft.destination,
        "rule": draft.rule,
        "topic": draft.topic,
        "part": draft.part,
        "camera_id": draft.camera_id,
        "title": title_of(draft).in_language(language),
        "at": draft.at,
        "state": letter.state,
        "attempts": letter.attempts,
        "next_at": letter.next_at,
        "sent_at": letter.sent_at,
        "took_s": letter.took_s,
        "said": letter.said,
    }
