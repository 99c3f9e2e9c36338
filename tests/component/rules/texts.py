"""Rules for the translations themselves: their shape, and that all languages say the same."""

import re
import string
from collections.abc import Iterator
from typing import Any

import voluptuous as vol

from .component import LANGUAGES, Component, leaves

_URL = re.compile(r"\b(?:(?:https?|ftps?|scp|mqtts?|wss?|socks5|socket)://|www\.)[a-z0-9]", re.IGNORECASE)
_HTML = re.compile(r"<[a-z/!]", re.IGNORECASE)
_QUOTED = re.compile(r"'\{\w+\}'")
_KEY = vol.Match(r"^[a-z0-9]+(?:[_-][a-z0-9]+)*$")

_NAMED = {vol.Required("name"): str}
_NAMES = {_KEY: str}
_STEP = {
    vol.Optional("title"): str,
    vol.Optional("description"): str,
    vol.Optional("data"): _NAMES,
    vol.Optional("data_description"): _NAMES,
    vol.Optional("menu_options"): _NAMES,
    vol.Optional("menu_option_descriptions"): _NAMES,
    vol.Optional("submit"): str,
    vol.Optional("sections"): {
        _KEY: {
            vol.Optional("name"): str,
            vol.Optional("description"): str,
            vol.Optional("data"): _NAMES,
            vol.Optional("data_description"): _NAMES,
        }
    },
}
_FLOW = {
    vol.Required("step"): {_KEY: _STEP},
    vol.Optional("flow_title"): str,
    vol.Optional("error"): _NAMES,
    vol.Optional("abort"): _NAMES,
    vol.Optional("progress"): _NAMES,
    vol.Optional("create_entry"): _NAMES,
    vol.Optional("initiate_flow"): {vol.Required("user"): str},
}
_ISSUE = vol.Any(
    {vol.Required("title"): str, vol.Required("description"): str},
    {vol.Required("title"): str, vol.Required("fix_flow"): _FLOW},
)
_ENTITY = {
    vol.Optional("name"): str,
    vol.Optional("state"): _NAMES,
    vol.Optional("state_attributes"): {
        _KEY: {vol.Optional("name"): str, vol.Optional("state"): _NAMES},
    },
    vol.Optional("unit_of_measurement"): str,
}
_FIELD = _NAMED | {vol.Required("description"): str}
_CALLABLE = _FIELD | {
    vol.Optional("fields"): {_KEY: _FIELD},
    vol.Optional("sections"): {_KEY: _NAMED | {vol.Optional("description"): str}},
}
_TEXTS = vol.Schema(
    {
        vol.Required("config"): _FLOW,
        vol.Optional("title"): str,
        vol.Optional("common"): _NAMES,
        vol.Optional("options"): _FLOW,
        vol.Optional("selector"): {_KEY: {vol.Optional("options"): _NAMES}},
        vol.Optional("entity"): {_KEY: {_KEY: _ENTITY}},
        vol.Optional("device"): {_KEY: _NAMED},
        vol.Optional("services"): {_KEY: _CALLABLE},
        vol.Optional("triggers"): {_KEY: _CALLABLE},
        vol.Optional("conditions"): {_KEY: _CALLABLE},
        vol.Optional("exceptions"): {_KEY: {vol.Required("message"): str}},
        vol.Optional("issues"): {_KEY: _ISSUE},
        vol.Optional("system_health"): {vol.Required("info"): _NAMES},
    }
)


def shape(component: Component) -> Iterator[str]:
    """As Home Assistant reads it; what it does not know would silently never be shown."""
    for language, texts in component.texts.items():
        try:
            _TEXTS(texts)
        except vol.MultipleInvalid as error:
            yield from (f"{language}: {each}" for each in error.errors)


def same_keys(component: Component) -> Iterator[str]:
    keys = {language: {path for path, _ in leaves(texts)} for language, texts in component.texts.items()}
    for language in LANGUAGES:
        for path in sorted(set().union(*keys.values()) - keys[language]):
            yield f"{language}: {'.'.join(path)} is missing"


def same_order(component: Component) -> Iterator[str]:
    """Ours: so that translators find their way."""
    orders = {language: [path for path, _ in leaves(texts)] for language, texts in component.texts.items()}
    if any(order != orders["en"] for order in orders.values()):
        yield "the languages' texts are not in the same order"


def same_placeholders(component: Component) -> Iterator[str]:
    english = {path: placeholders(text) for path, text in leaves(component.texts["en"])}
    for language, texts in component.texts.items():
        for path, text in leaves(texts):
            if path in english and placeholders(text) != english[path]:
                yield f"{language}: {'.'.join(path)} has other placeholders than in English"


def plain(component: Component) -> Iterator[str]:
    """No addresses (placeholders instead), no HTML, no references (they are resolved only for core)."""
    for language, texts in component.texts.items():
        for path, text in leaves(texts):
            for wrong in _faults(text):
                yield f"{language}: {'.'.join(path)} {wrong}"


def languages_differ(component: Component) -> Iterator[str]:
    """Ours: a sentence that is the same in both has not been translated."""
    french = dict(leaves(component.texts["fr"]))
    for path, text in leaves(component.texts["en"]):
        words = re.sub(r"\{\w+\}", "", text).split()
        if len(words) > 3 and french.get(path) == text:
            yield f"fr: {'.'.join(path)} is in English"


def french_typography(component: Component) -> Iterator[str]:
    """Ours: curly apostrophes, and the page's thin no-break spaces before the signs that want one."""
    for path, text in leaves(component.texts["fr"]):
        if "'" in text:
            yield f"fr: {'.'.join(path)} has a straight apostrophe"
        if re.search(r"[^\s][;!?»]|[^\s/\d]:(?!\d)|[ \u00a0](?:[;:!?»]|%(?![0-9A-F]{2}))|«[ \u00a0]", text):
            yield f"fr: {'.'.join(path)} lacks a no-break space"


def forms_are_described(component: Component) -> Iterator[str]:
    """The quality scale's `config-flow`: each field of each form has a description."""
    for language, texts in component.texts.items():
        for flow in ("config", "options"):
            for step, told in texts.get(flow, {}).get("step", {}).items():
                parts = {"": told} | told.get("sections", {})
                for part in parts.values():
                    for key in part.get("data", {}).keys() ^ part.get("data_description", {}).keys():
                        yield f"{language}: {flow}.step.{step}: {key} has no name or no description"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _faults(text: Any) -> Iterator[str]:
    if _URL.search(text):
        yield "holds an address"
    if _HTML.search(text):
        yield "holds HTML"
    if _QUOTED.search(text):
        yield "has a placeholder in straight quotes"
    if "[%" in text:
        yield "is a reference"
    if text != text.strip() or not text:
        yield "begins or ends with a space, or is empty"
    try:
        names = placeholders(text)
    except ValueError:
        yield "has braces that do not match"
    else:
        if not all(name.isidentifier() for name in names):
            yield "has a placeholder without a proper name"


RULES = (
    shape,
    same_keys,
    same_order,
    same_placeholders,
    plain,
    languages_differ,
    french_typography,
    forms_are_described,
)
