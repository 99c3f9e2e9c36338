"""What a person may choose on the page "Settings": how each is checked, and where else it may be said. Pure.

What the command line, the options file or the add-on's options say is theirs: the page shows it and leaves it
alone. So every setting stands in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gcam_addon.config.addresses import MQTT_TLS_PORT, page_address
from gcam_addon.config.model import MqttMode, MqttSettings, Origin, Settings
from gcam_addon.config.rules import (
    Rule,
    Wrong,
    checked,
    choice,
    flag,
    named,
    optional,
    secret,
    section,
    whole,
)
from gcam_addon.config.schema import (
    BROKER_HOST,
    DAYS,
    LANGUAGES,
    LIMIT_BYTES,
    LOG_LEVELS,
    ROOM_BYTES,
    TIMEZONE,
)
from gcam_addon.words.reason import because


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """`rule` takes JSON; `read` and `put` deal in what it makes of it. `said_in` is its place in the options
    file, `options` are the add-on's own. `at_once`: it needs no new start.
    """

    rule: Rule
    read: Callable[[Settings], Any]
    put: Callable[[Settings, Any], Settings]
    said_in: tuple[str, ...]
    options: tuple[str, ...] = ()
    at_once: bool = False


def _of_retention(rule: Rule, name: str, option: str) -> Choice:
    return Choice(
        rule,
        lambda settings: getattr(settings.storage.retention, name),
        lambda settings, value: _with_retention(settings, name, value),
        ("retention", name),
        (option,),
        at_once=True,
    )


def _with_retention(settings: Settings, name: str, value: Any) -> Settings:
    storage = settings.storage
    return replace(settings, storage=replace(storage, retention=replace(storage.retention, **{name: value})))


def _broker(**given: Any) -> Mapping[str, Any]:
    """Of one's own with its host, and nothing said in vain."""
    if given["mode"] is MqttMode.BROKER:
        if "host" not in given:
            raise Wrong(because("it_is_missing", wanted=because("give_broker")), path=["host"])
    elif vain := [name for name in given if name != "mode"]:
        raise Wrong(because("broker_in_vain"), path=[vain[0]])
    if given.get("password") and not given.get("username"):
        raise Wrong(because("user_too", name="username"), path=["username"])
    return given


PAGE = Rule(page_address, {"type": "string", "maxLength": 300}, because("give_page_address"))
_PORT = whole(1, 65535)

BROKER = named(
    section(
        _broker,
        {
            "mode": choice(MqttMode),
            "host": BROKER_HOST,
            "port": _PORT,
            "username": optional(secret(256)),
            "password": optional(secret(1024)),
            "tls": flag,
        },
        required={"mode": because("choose_from", choices=tuple(MqttMode))},
    ),
    "Broker",
    "`host` and what follows only with a broker of one's own. A password that is left out stays as it is, "
    "for the same host and user",
)


def _with_broker(settings: Settings, given: Mapping[str, Any]) -> Settings:
    """Topics and certificates stay as they are."""
    usual, tls = MqttSettings(), given.get("tls", False)
    return replace(
        settings,
        mqtt=replace(
            settings.mqtt,
            mode=given["mode"],
            host=given.get("host", usual.host),
            port=given.get("port", MQTT_TLS_PORT if tls else usual.port),
            username=given.get("username"),
            password=given.get("password"),
            tls=tls,
        ),
    )


def _broker_of(settings: Settings) -> Mapping[str, Any]:
    mqtt = settings.mqtt
    own = ("host", "port", "username", "password", "tls") if mqtt.mode is MqttMode.BROKER else ()
    return {"mode": mqtt.mode, **{name: getattr(mqtt, name) for name in own}}


def _with_language(settings: Settings, language: str | None) -> Settings:
    settings = replace(settings, web=replace(settings.web, language=language))
    if "mqtt" in settings.elsewhere:
        return settings
    return replace(settings, mqtt=replace(settings.mqtt, language=language or MqttSettings().language))


CHOICES: Mapping[str, Choice] = {
    "keep_days": _of_retention(DAYS, "keep_days", "keep_days"),
    "max_bytes": _of_retention(LIMIT_BYTES, "max_bytes", "max_size_gb"),
    "min_free_bytes": _of_retention(ROOM_BYTES, "min_free_bytes", "min_free_gb"),
    "language": Choice(
        optional(choice(LANGUAGES)),
        lambda settings: settings.web.language,
        _with_language,
        ("web", "language"),
        ("language",),
    ),
    "timezone": Choice(
        optional(TIMEZONE),
        lambda settings: settings.timezone,
        lambda settings, value: replace(settings, timezone=value),
        ("timezone",),
    ),
    "external_url": Choice(
        optional(PAGE),
        lambda settings: settings.web.external_url,
        lambda settings, value: replace(settings, web=replace(settings.web, external_url=value)),
        ("web", "external_url"),
        ("external_url",),
    ),
    "mqtt": Choice(
        BROKER,
        _broker_of,
        _with_broker,
        ("mqtt",),
        ("mqtt", "mqtt_host", "mqtt_port", "mqtt_username", "mqtt_password", "mqtt_tls", "mqtt_ca_file"),
    ),
    "push_port": Choice(
        _PORT,
        lambda settings: settings.push.port,
        lambda settings, value: replace(settings, push=replace(settings.push, port=value)),
        ("push", "listen"),
    ),
    "log_level": Choice(
        choice(LOG_LEVELS),
        lambda settings: settings.log.level,
        lambda settings, value: replace(settings, log=replace(settings.log, level=value)),
        ("log", "level"),
        ("log_level",),
        at_once=True,
    ),
}


def with_choices(settings: Settings, chosen: Mapping[str, Any]) -> Settings:
    """`settings` with what is chosen (JSON values) and not said elsewhere. What only a later version knows is
    passed over. Raises `ConfigError`.
    """
    for name, known in CHOICES.items():
        if name in chosen and name not in settings.elsewhere:
            settings = known.put(settings, checked(known.rule, chosen[name], name))
    return settings


def said_in_file(data: Mapping[str, Any]) -> Mapping[str, Origin]:
    """Which of them an options file says."""
    return {name: Origin.FILE for name, choice in CHOICES.items() if _is_said(data, choice.said_in)}


def said_by_addon(options: Mapping[str, Any]) -> Mapping[str, Origin]:
    """Which of them the add-on's options say. Its ports are the Supervisor's."""
    said = {name for name, choice in CHOICES.items() if any(option in options for option in choice.options)}
    return dict.fromkeys((*said, "push_port"), Origin.ADDON)


def _is_said(data: object, place: tuple[str, ...]) -> bool:
    for name in place:
        if not isinstance(data, Mapping) or name not in data:
            return False
        data = data[name]
    return True
