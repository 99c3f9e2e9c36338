"""Rules between code and texts: every text and icon that is used exists, and none is superfluous."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from homeassistant.const import Platform

from .component import Component, at, leaves
from .texts import placeholders

_PLATFORMS = {platform.value for platform in Platform}
_BY_HOME_ASSISTANT = {
    "already_configured", "already_in_progress", "no_devices_found", "reauth_successful",
    "reconfigure_successful", "unique_id_mismatch",
}  # fmt: skip
"""Reasons that Home Assistant's own flows end with."""
_CATEGORIES = (
    ("config", "step"),
    ("config", "error"),
    ("config", "abort"),
    ("options", "step"),
    ("options", "error"),
    ("options", "abort"),
    ("exceptions",),
    ("issues",),
    ("system_health", "info"),
    ("triggers",),
    ("conditions",),
    ("services",),
    *(("entity", platform) for platform in sorted(_PLATFORMS)),
)
"""Places in the texts whose keys are said in the code."""
_NAMED_AT = {
    "async_register": 1,
    "async_register_admin_service": 2,
    "async_register_batched_platform_entity_service": 2,
    "async_register_entity_service": 0,
    "async_register_platform_entity_service": 2,
}
"""How an action is registered, and where among the arguments its name is."""
_GUIDE = "docs/guide/repairs.md"
_MDI = "frontend/node_modules/@mdi/js/mdi.js"


def texts_are_used(component: Component) -> Iterator[str]:
    """A key may also be composed of two strings, such as the kind of an issue and its cause."""
    for place in _CATEGORIES:
        for key in at(component.texts["en"], *place):
            if key not in _BY_HOME_ASSISTANT and not _is_said(key, component.strings):
                yield f"{'.'.join((*place, key))} is used nowhere"
    for platform in at(component.texts["en"], "entity"):
        if platform not in _PLATFORMS:
            yield f"entity.{platform} is no platform"


def used_texts_exist(component: Component) -> Iterator[str]:
    english = component.texts["en"]
    for module, tree in component.modules.items():
        for node in ast.walk(tree):
            for place, key in _asked_for(component, module, node):
                if key not in at(english, *place):
                    yield f"{module}.py says {'.'.join((*place, key))}, which has no text"


def placeholders_are_filled(component: Component) -> Iterator[str]:
    """Where an error or issue is raised with its placeholders beside it."""
    for module, tree in component.modules.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            key = component.string_of(given.get("translation_key"))
            text = at(component.texts["en"], "exceptions", key or "", "message")
            filled = given.get("translation_placeholders", ast.Dict([], []))
            if "translation_domain" in given and text and isinstance(filled, ast.Dict):
                names = {component.string_of(name) for name in filled.keys}
                for missing in sorted(placeholders(text) - names):
                    yield f"{module}.py raises {key} without {missing}"


def services_are_told_of(component: Component) -> Iterator[str]:
    """Every action and trigger, and each of their fields, has a name, a description and an icon."""
    for kind in ("services", "triggers", "conditions"):
        described = component.yaml(f"{kind}.yaml")
        offered = {key: what for key, what in described.items() if not key.startswith(".")}
        told = at(component.texts["en"], kind)
        for key in offered.keys() ^ told.keys():
            yield f"{kind}: {key} is only in {kind}.yaml, or only in the texts"
        for key, what in offered.items():
            if not at(component.icons, kind, key, kind.removesuffix("s")):
                yield f"{kind}: {key} has no icon"
            fields = (what or {}).get("fields", {})
            for field in fields.keys() ^ at(told, key, "fields").keys():
                yield f"{kind}: {key}.{field} is only in {kind}.yaml, or only in the texts"
            yield from _selectors(component, f"{kind}: {key}", fields)


def registered_services_are_described(component: Component) -> Iterator[str]:
    described = component.yaml("services.yaml")
    for node in component.nodes():
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args) if name in _NAMED_AT:
                key = component.string_of(args[_NAMED_AT[name]]) if len(args) > _NAMED_AT[name] else None
                if key is not None and key not in described:
                    yield f"{key} is registered as an action, but not in services.yaml"


def icons_are_used(component: Component) -> Iterator[str]:
    for platform, entities in at(component.icons, "entity").items():
        for key in entities.keys() - at(component.texts["en"], "entity", platform).keys():
            yield f"icons: entity.{platform}.{key} has no text, so there is no such entity"
        for key, icon in entities.items():
            states = at(component.texts["en"], "entity", platform, key, "state")
            for state in at(icon, "state").keys() - states.keys() - {"on", "off"}:
                yield f"icons: entity.{platform}.{key} has no state {state}"
    for kind in ("services", "triggers", "conditions"):
        for key in at(component.icons, kind).keys() - component.yaml(f"{kind}.yaml").keys():
            yield f"icons: there is no {key} among the {kind}"


def entities_have_icons(component: Component) -> Iterator[str]:
    """The quality scale's `icon-translations`: in icons.json, or by the device class."""
    with_class = set(_with_device_class(component))
    for platform, entities in at(component.texts["en"], "entity").items():
        for key in entities:
            if platform in ("camera", "image") or (platform, key) in with_class:
                continue
            if not at(component.icons, "entity", platform, key, "default"):
                yield f"icons: entity.{platform}.{key} has neither an icon nor a device class"


def icons_exist(component: Component) -> Iterator[str]:
    known = icon_variables(component.root)
    for path, icon in leaves(component.icons):
        if not icon.startswith("mdi:"):
            yield f"icons: {'.'.join(path)} is {icon}, not one of Material Design Icons"
        elif known and "mdi" + "".join(map(str.capitalize, icon[4:].split("-"))) not in known:
            yield f"icons: {'.'.join(path)}: there is no {icon}"


def chapters_exist(component: Component) -> Iterator[str]:
    """What repairs link to with "learn more" is a heading of the guide."""
    guide = (component.root / _GUIDE).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", guide, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    linked = set()
    for module in ("repairing/issues", "repairing/outdated"):
        for node in ast.walk(component.modules[module]):
            match node:
                case ast.Assign(targets=[ast.Name(id="_CHAPTERS")], value=ast.Dict(values=values)):
                    linked |= {component.string_of(value) for value in values}
                case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(value))]):
                    linked |= {value.removeprefix("#")} if value.startswith("#") else set()
    for anchor in linked - anchors:
        yield f"{_GUIDE} has no chapter {anchor}"
    if not linked:
        yield "no repair links to its chapter"


def icon_variables(root: Path) -> frozenset[str]:
    """All Material Design Icons, as the page's package names them; none where that is not installed."""
    path = root / _MDI
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return frozenset(re.findall(r"\bvar (mdi\w+)", text))


def _selectors(component: Component, subject: str, fields: dict[str, dict[str, object]]) -> Iterator[str]:
    for field, told in fields.items():
        select = at(told, "selector", "select")
        key = select.get("translation_key")
        options = {str(option) for option in select.get("options", [])}
        if key and options != at(component.texts["en"], "selector", key, "options").keys():
            yield f"{subject}.{field}: its options are not those of selector.{key}"


def _is_said(key: str, strings: frozenset[str]) -> bool:
    if key in strings:
        return True
    cuts = (place for place, letter in enumerate(key) if letter == "_")
    return any(key[:cut] in strings and key[cut + 1 :] in strings for cut in cuts)


def _asked_for(component: Component, module: str, node: ast.AST) -> Iterator[tuple[tuple[str, ...], str]]:
    """Places and keys of texts, as far as they stand in the code."""
    match node:
        case ast.Call(func=func, keywords=keywords):
            given = {keyword.arg: component.string_of(keyword.value) for keyword in keywords}
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        case ast.Assign(targets=[ast.Name(id="_attr_translation_key")], value=ast.Constant(value=str(key))):
            yield ("entity", module), key
            return
        case _:
            return
    if key := given.get("translation_key"):
        if "translation_domain" in given:
            yield ("exceptions",), key
        elif name == "async_create_issue":
            yield ("issues",), key
        elif name == "SelectSelectorConfig":
            yield ("selector",), key
        elif module in _PLATFORMS:
            yield ("entity", module), key
    if module == "config_flow" and name == "async_abort" and (reason := given.get("reason")):
        yield ("config", "abort"), reason
    if module == "config_flow" and name == "async_show_form" and (step := given.get("step_id")):
        flow = "options" if step == "init" else "config"
        yield (flow, "step"), step


def _with_device_class(component: Component) -> Iterator[tuple[str, str]]:
    for module, tree in component.modules.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(keywords=keywords):
                    given = {keyword.arg: keyword.value for keyword in keywords}
                    key = component.string_of(given.get("translation_key"))
                    if key and "device_class" in given:
                        yield module, key
                case ast.ClassDef(body=body):
                    named = {
                        each.targets[0].id: each.value
                        for each in body
                        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
                    }
                    key = component.string_of(named.get("_attr_translation_key"))
                    if key and "_attr_device_class" in named:
                        yield module, key


RULES = (
    texts_are_used,
    used_texts_exist,
    placeholders_are_filled,
    services_are_told_of,
    registered_services_are_described,
    icons_are_used,
    entities_have_icons,
    icons_exist,
    chapters_exist,
)
