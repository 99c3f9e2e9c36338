"""The integration quality scale: all 54 rules, each done or exempt for a reason; some show in the code."""

import ast
from collections.abc import Iterator

from homeassistant.const import Platform

from .component import Component, at

_TIERS = """
action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
dependency-transparency docs-actions docs-conditions docs-high-level-description
docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup entity-unique-id
has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry

action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow
test-coverage

devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations
docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices
entity-category entity-device-class entity-disabled-by-default entity-translations exception-translations
icon-translations reconfiguration-flow repair-issues stale-devices

async-dependency inject-websession strict-typing
"""
"""Bronze, silver, gold, platinum."""
NAMES = frozenset(_TIERS.split())
_SEEN = {
    "BrowseError", "ConfigEntryAuthFailed", "ConfigEntryError", "ConfigEntryNotReady", "HomeAssistantError",
    "ServiceValidationError", "Unresolvable", "UpdateFailed",
}  # fmt: skip
"""Errors that people see."""
_DEFINED = (
    "async_step_user", "async_step_reauth_confirm", "async_step_reconfigure", "async_step_zeroconf",
    "async_step_hassio", "async_create_fix_flow", "async_get_config_entry_diagnostics",
    "async_get_device_diagnostics",
)  # fmt: skip
_PLATFORMS = {platform.value for platform in Platform}


def scale(component: Component) -> Iterator[str]:
    rules = component.yaml("quality_scale.yaml").get("rules", {})
    for name in sorted(NAMES ^ rules.keys()):
        yield f"quality_scale.yaml: {name} is missing, or no such rule"
    for name, told in rules.items():
        status = told.get("status") if isinstance(told, dict) else told
        if status not in ("done", "exempt"):
            yield f"quality_scale.yaml: {name} is {status}"
        if status == "exempt" and not told.get("comment"):
            yield f"quality_scale.yaml: {name} is exempt without a reason"


def platforms_limit_updates(component: Component) -> Iterator[str]:
    """`parallel-updates`."""
    for module in component.modules.keys() & _PLATFORMS:
        if not any(_assigns(node, "PARALLEL_UPDATES") for node in component.modules[module].body):
            yield f"{module}.py has no PARALLEL_UPDATES"


def errors_are_translated(component: Component) -> Iterator[str]:
    """`exception-translations`: whoever raises an error that people see gives it a key."""
    for module, tree in component.modules.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name), keywords=keywords) if name in _SEEN:
                    if not {"translation_domain", "translation_key"} <= {keyword.arg for keyword in keywords}:
                        yield f"{module}.py: a {name} without a translation"


def entities_are_named(component: Component) -> Iterator[str]:
    """`entity-translations`: no name of an entity in the code."""
    for module in component.modules.keys() & _PLATFORMS:
        for node in ast.walk(component.modules[module]):
            if _assigns(node, "_attr_name") and not _is_none(node):
                yield f"{module}.py names an entity in the code"


def flows_exist(component: Component) -> Iterator[str]:
    """`reauthentication-flow`, `reconfiguration-flow`, `discovery`, `repair-issues`, `diagnostics`."""
    steps = {node.name for node in component.nodes() if isinstance(node, ast.AsyncFunctionDef)}
    for step in _DEFINED:
        if step not in steps:
            yield f"nothing defines {step}"
    if not at(component.texts["en"], "issues"):
        yield "there are no issues to repair"


def _assigns(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=target)]) | ast.AnnAssign(target=ast.Name(id=target)):
            return target == name
        case _:
            return False


def _is_none(node: ast.AST) -> bool:
    match node:
        case ast.Assign(value=ast.Constant(value=None)) | ast.AnnAssign(value=ast.Constant(value=None)):
            return True
        case _:
            return False


RULES = (scale, platforms_limit_updates, errors_are_translated, entities_are_named, flows_exist)
