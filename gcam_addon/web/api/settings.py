"""`/api/v1/settings`: what else is chosen once, for all of Gcam. Which there are: `config.choices`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from aiohttp import web

from gcam_addon.access.principal import Permission
from gcam_addon.config.choices import CHOICES
from gcam_addon.config.choosing import Chosen
from gcam_addon.config.model import MqttMode, Origin
from gcam_addon.config.rules import choice, optional, said
from gcam_addon.web.answers import answered
from gcam_addon.web.contract import done, json, route, sent_in
from gcam_addon.web.guard import note
from gcam_addon.web.services import SERVICES
from gcam_addon.web.shape import BOOLEAN, INTEGER, NUMBER, STRING, Shape, nullable, shape, told
from gcam_addon.web.views import Json

BROKER_CHOSEN = shape(
    "BrokerChosen",
    {
        "mode": choice(MqttMode),
        vol.Optional("host"): STRING,
        vol.Optional("port"): INTEGER,
        vol.Optional("username"): nullable(STRING),
        vol.Optional("tls"): BOOLEAN,
        vol.Optional("has_password"): BOOLEAN,
    },
)


def _setting(name: str, value: Any) -> Shape:
    return shape(
        f"Setting{name}",
        {
            "value": value,
            "default": value,
            told("origin", "Who says it; what the page does not say, it can't change"): choice((*Origin,)),
            told("option", "What the add-on's options call it; null: it is none of them"): nullable(STRING),
            told("at_once", "It counts as soon as it is chosen"): BOOLEAN,
            told("waits", "It counts after the next start"): BOOLEAN,
        },
    )


_OF_TEXT, _OF_NUMBER = _setting("Text", nullable(STRING)), _setting("Number", nullable(NUMBER))
_VALUES: Mapping[str, Shape] = {
    "keep_days": _OF_NUMBER,
    "max_bytes": _OF_NUMBER,
    "min_free_bytes": _OF_NUMBER,
    "language": _OF_TEXT,
    "timezone": _OF_TEXT,
    "external_url": _OF_TEXT,
    "mqtt": _setting("Broker", BROKER_CHOSEN),
    "push_port": _OF_NUMBER,
    "log_level": _OF_TEXT,
}

SETTINGS = shape(
    "Settings",
    {
        **_VALUES,
        told("waits", "Something counts after the next start only"): BOOLEAN,
    },
)

SETTINGS_CHANGE = shape(
    "SettingsChange",
    {
        vol.Optional(name): said(optional(chosen.rule), "Null: as if nobody had chosen")
        for name, chosen in CHOICES.items()
    },
    "Those that are to be changed",
)


@route(
    "GET",
    "/api/v1/settings",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="What is chosen for all of Gcam, and who says it",
    answers=json(SETTINGS, "As it is now"),
)
async def get_settings(request: web.Request) -> web.Response:
    return answered(request, _settings(request))


@route(
    "PATCH",
    "/api/v1/settings",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="Choose some of it",
    body=SETTINGS_CHANGE,
    answers=json(SETTINGS, "All of it, as it is then"),
    refuses={400: "It is said elsewhere, or can't be here"},
    is_grave=True,
)
async def change_settings(request: web.Request) -> web.Response:
    changes = sent_in(request)
    await request.app[SERVICES].choosing.choose(changes)
    note(request, "settings.change", ", ".join(map(_told, changes.items())))
    return answered(request, _settings(request))


@route(
    "POST",
    "/api/v1/settings/start-anew",
    rights=[Permission.ADMINISTER],
    tag="system",
    summary="Start Gcam anew, as after a change that waits for it",
    answers=done("It stops in order now, and is back within seconds"),
    is_grave=True,
)
async def start_anew(request: web.Request) -> web.Response:
    note(request, "settings.start_anew")
    request.app[SERVICES].choosing.again.set()
    return web.Response(status=204)


ROUTES = (get_settings, change_settings, start_anew)


def _settings(request: web.Request) -> Json:
    choosing = request.app[SERVICES].choosing
    chosen = {name: _setting_json(one) for name, one in choosing.all().items()}
    return {**chosen, "waits": choosing.waits}


def _setting_json(one: Chosen) -> Json:
    return {
        "value": _shown(one.value),
        "default": _shown(one.default),
        "origin": one.origin,
        "option": one.option,
        "at_once": one.at_once,
        "waits": one.waits,
    }


def _shown(value: Any) -> Any:
    """A broker without its password."""
    if not isinstance(value, Mapping):
        return value
    rest = {name: part for name, part in value.items() if name != "password"}
    return {**rest, "has_password": value["password"] is not None} if "password" in value else rest


def _told(change: tuple[str, Any]) -> str:
    """For the audit log, where no secret stands."""
    name, value = change
    if isinstance(value, Mapping):
        value = value.get("host", value["mode"])
    return f"{name}: {value}"
