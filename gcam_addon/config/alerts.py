"""The rules of `alerts.json`: destinations of each kind of channel, and rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import voluptuous as vol
from yarl import URL

from gcam_addon.config.alert_model import (
    AlertRule,
    AlertSettings,
    ChannelKind,
    ChannelSettings,
    Destination,
    DiscordSettings,
    HeartbeatSettings,
    MailSecurity,
    MailSettings,
    NtfySettings,
    QuietHours,
    Snooze,
    TelegramSettings,
    WebhookSettings,
)
from gcam_addon.config.rules import (
    Check,
    Rule,
    Wrong,
    anything,
    choice,
    flag,
    listing,
    number,
    optional,
    secret,
    section,
    shown,
    text,
    whole,
)
from gcam_addon.model import Kind
from gcam_addon.model.alerts import Importance, Topic
from gcam_addon.words.reason import LANGUAGES, Reason, because

MOST_DESTINATIONS = 50
MOST_RULES = 100
_MOST_CAMERAS = 500
_MOST_PEOPLE = 20

_MAIL_ADDRESS = text(
    254, r"[!#-'*+\-./0-9=?A-Z^-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", because("give_mail_address")
)
_HOST = text(253, r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?", because("give_mail_host"))
ID = text(48, r"[a-z0-9][a-z0-9_-]*", because("give_id"))
_NAME = text(80)


_HTTP = r"https?://(?:\[[0-9A-Fa-f:.]+\]|[^\s/@?#:\[\]]+)(?::[0-9]{0,5})?(?:[/?][^\s#]*)?"


def _address(wanted: Reason, *, exact: bool = False) -> Rule:
    """Of a server, by HTTP. It may hold a secret, so it is never quoted. `exact`: a `/` at its end stays,
    since it is called as it is.
    """

    def check(value: Any) -> str:
        is_one = isinstance(value, str) and len(value) <= 2000 and re.fullmatch(_HTTP, value.strip())
        if not is_one or not _leads_somewhere(value.strip()):
            raise Wrong(because("alert_address_unusable", wanted=wanted))
        address: str = value.strip()
        return address if exact else address.rstrip("/")

    means = {"type": "string", "maxLength": 2000, "pattern": rf"^\s*{_HTTP}\s*$"}
    return Rule(check, means, wanted)


def _leads_somewhere(address: str) -> bool:
    """Whether who calls it can make a host and a port of it."""
    try:
        return bool(URL(address).host)
    except ValueError:
        return False


ADDRESS = _address(because("give_server_address"))


def _mail(**given: Any) -> MailSettings:
    settings = MailSettings(**given)
    if (settings.user is None) != (settings.password is None):
        missing = "password" if settings.password is None else "user"
        raise Wrong(because("alert_login_half"), path=[missing])
    if settings.security is MailSecurity.NONE and settings.password is not None:
        raise Wrong(because("alert_password_in_clear"), path=["security"])
    return settings


CHANNELS: Mapping[ChannelKind, Rule] = {
    ChannelKind.MAIL: section(
        _mail,
        {
            "host": _HOST,
            "port": whole(1, 65535),
            "security": choice(MailSecurity),
            "user": optional(anything(254)),
            "password": optional(secret(1024)),
            "sender": _MAIL_ADDRESS,
            "to": listing(_MAIL_ADDRESS, most=_MOST_PEOPLE, least=1, unique=True),
        },
        required={
            "host": because("give_mail_host"),
            "sender": because("give_mail_address"),
            "to": because("give_mail_address"),
        },
    ),
    ChannelKind.NTFY: section(
        NtfySettings,
        {
            "server": ADDRESS,
            "topic": text(64, r"[A-Za-z0-9_-]+", because("give_ntfy_topic")),
            "token": optional(secret(1024)),
        },
        required={"topic": because("give_ntfy_topic")},
    ),
    ChannelKind.TELEGRAM: section(
        TelegramSettings,
        {
            "server": ADDRESS,
            "token": secret(256),
            "chat": text(64, r"-?[0-9]+|@[A-Za-z0-9_]+", because("give_telegram_chat")),
        },
        required={"token": because("give_telegram_token"), "chat": because("give_telegram_chat")},
    ),
    ChannelKind.DISCORD: section(
        DiscordSettings,
        {"url": _address(because("give_discord_url"))},
        required={"url": because("give_discord_url")},
    ),
    ChannelKind.WEBHOOK: section(
        WebhookSettings,
        {"url": _address(because("give_webhook_url")), "secret": optional(secret(1024))},
        required={"url": because("give_webhook_url")},
    ),
}

SECRETS = frozenset({"password", "token", "url", "secret", "topic"})
"""Settings of channels that are never shown again."""


def _destination(**given: Any) -> Destination:
    kind: ChannelKind = given["kind"]
    return Destination(**{**given, "settings": _within("settings", CHANNELS[kind], given["settings"])})


def _within(name: str, rule: Check, value: Any) -> ChannelSettings:
    try:
        settings: ChannelSettings = rule(value)
    except vol.Invalid as error:
        error.prepend([name])
        raise
    return settings


_ANY_SETTINGS = Rule(
    lambda value: value,
    {
        "type": "object",
        "additionalProperties": True,
        "description": "Which there are depends on the kind: docs/ref/alerts.md",
    },
    because("give_object"),
)

DESTINATION_RULES: Mapping[str, Rule] = {
    "name": _NAME,
    "kind": choice(ChannelKind),
    "settings": _ANY_SETTINGS,
    "language": choice(LANGUAGES),
    "enabled": flag,
    "person": optional(anything(64)),
}

DESTINATION = section(
    _destination,
    {"id": ID, **DESTINATION_RULES},
    required={
        "id": because("give_id"),
        "name": because("give_name"),
        "kind": because("choose_from", choices=tuple(ChannelKind)),
        "settings": because("give_object"),
    },
)


def _frozen(rule: Rule) -> Rule:
    return Rule(lambda value: frozenset(rule(value)), rule.means, rule.wanted)


_TIME_OF_DAY = text(5, r"([01][0-9]|2[0-3]):[0-5][0-9]", because("give_time_of_day"))
_CAMERA = anything(48, because("give_camera_id"))
MOST_SNOOZED_S = 7 * 86_400

QUIET = section(
    QuietHours,
    {"start": _TIME_OF_DAY, "end": _TIME_OF_DAY},
    required={"start": because("give_time_of_day"), "end": because("give_time_of_day")},
)

SNOOZE = section(
    Snooze,
    {"until": number(0, 1e11, "seconds"), "camera": optional(_CAMERA)},
    required={"until": because("give_number", least=0, most=100_000_000_000)},
)

HEARTBEAT_RULES: Mapping[str, Rule] = {
    "url": _address(because("give_heartbeat"), exact=True),
    "every_s": number(60, 86_400, "seconds"),
}

HEARTBEAT = section(HeartbeatSettings, HEARTBEAT_RULES, required={"url": because("give_heartbeat")})

RULE_RULES: Mapping[str, Rule] = {
    "name": _NAME,
    "topics": _frozen(listing(choice(Topic), most=len(Topic), least=1, unique=True)),
    "to": listing(ID, most=MOST_DESTINATIONS, least=1, unique=True),
    "armed": flag,
    "modes": _frozen(listing(anything(48), most=100)),
    "quiet": optional(QUIET),
    "enabled": flag,
    "cameras": _frozen(listing(_CAMERA, most=_MOST_CAMERAS)),
    "kinds": _frozen(listing(choice(Kind), most=len(Kind))),
    "zones": _frozen(listing(anything(80), most=100)),
    "picture": flag,
    "clip": flag,
    "importance": choice(Importance),
    "at_most_every_s": number(0, 86_400, "seconds"),
    "lost_after_s": number(10, 86_400, "seconds"),
}

RULE = section(
    AlertRule,
    {"id": ID, **RULE_RULES},
    required={
        "id": because("give_id"),
        "name": because("give_name"),
        "topics": because("choose_from", choices=tuple(Topic)),
        "to": because("give_destinations"),
    },
)


def _alerts(**given: Any) -> AlertSettings:
    settings = AlertSettings(**given)
    _refuse_twins("destinations", [one.id for one in settings.destinations])
    _refuse_twins("rules", [one.id for one in settings.rules])
    known = {one.id for one in settings.destinations}
    for index, rule in enumerate(settings.rules):
        for place, wanted in enumerate(rule.to):
            if wanted not in known:
                raise Wrong(
                    because("alert_no_destination", destination=shown(wanted)),
                    path=["rules", index, "to", place],
                )
    return settings


def _refuse_twins(name: str, ids: list[str]) -> None:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            raise Wrong(because("twice", value=shown(one)), path=[name, index, "id"])


ALERTS: Callable[[Any], AlertSettings] = section(
    _alerts,
    {
        "destinations": listing(DESTINATION, most=MOST_DESTINATIONS),
        "rules": listing(RULE, most=MOST_RULES),
        "link": optional(ADDRESS),
        "snoozes": listing(SNOOZE, most=_MOST_CAMERAS),
        "heartbeat": optional(HEARTBEAT),
    },
)
