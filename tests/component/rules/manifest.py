"""Rules for manifest.json, hacs.json and what lies where in the repository."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import homeassistant.components
import voluptuous as vol
from awesomeversion import AwesomeVersion, AwesomeVersionException, AwesomeVersionStrategy
from homeassistant.const import Platform

from .component import Component

_VERSIONS = [
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.PEP440,
]
_CORE = Path(homeassistant.components.__path__[0])
_WITHOUT_DEPENDENCY = {platform.value for platform in Platform} | {
    "alert", "automation", "conversation", "default_config", "device_automation", "frontend", "group",
    "homeassistant", "input_boolean", "input_button", "input_datetime", "input_number", "input_select",
    "input_text", "media_source", "mjpeg", "onboarding", "panel_custom", "persistent_notification", "person",
    "script", "shopping_list", "stream", "sun", "system_health", "system_log", "timer", "webhook",
    "websocket_api", "zone",
}  # fmt: skip
"""What hassfest lets everybody import."""
_DISCOVERY = {"bluetooth", "dhcp", "homekit", "mqtt", "ssdp", "usb", "zeroconf"}


def _web_address(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"https://[\w.-]+/\S+", value):
        raise vol.Invalid("is no https address")
    if value.startswith("https://www.home-assistant.io/integrations"):
        raise vol.Invalid("is the place of core integrations")
    return value


def _version(value: object) -> str:
    try:
        AwesomeVersion(str(value), ensure_strategy=_VERSIONS)
    except AwesomeVersionException as error:
        raise vol.Invalid("is no version") from error
    return str(value)


_MANIFEST = vol.Schema(
    {
        vol.Required("domain"): vol.Match(r"^[a-z0-9_]+$"),
        vol.Required("name"): str,
        vol.Required("codeowners"): vol.All([vol.Match(r"^@[\w-]+(/[\w-]+)?$")], vol.Length(min=1)),
        vol.Required("config_flow"): True,
        vol.Required("documentation"): _web_address,
        vol.Required("integration_type"): vol.In(["device", "hub", "service"]),
        vol.Required("iot_class"): vol.In(["local_polling", "local_push"]),
        vol.Required("issue_tracker"): _web_address,
        vol.Required("version"): _version,
        vol.Optional("after_dependencies"): [str],
        vol.Optional("dependencies"): [str],
        vol.Optional("disabled"): str,
        vol.Optional("import_executor"): bool,
        vol.Optional("loggers"): [str],
        vol.Optional("mqtt"): [str],
        vol.Optional("quality_scale"): vol.In(["bronze", "silver", "gold", "platinum"]),
        vol.Optional("requirements"): [str],
        vol.Optional("single_config_entry"): True,
        vol.Optional("zeroconf"): [vol.Any(str, {vol.Required("type"): str})],
    }
)
_HACS = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Required("homeassistant"): _version,
        vol.Optional("content_in_root"): False,
        vol.Optional("country"): [str],
        vol.Optional("filename"): str,
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("persistent_directory"): str,
        vol.Optional("render_readme"): bool,
        vol.Optional("zip_release"): bool,
    }
)


def manifest_schema(component: Component) -> Iterator[str]:
    """Also: no key that hassfest does not know."""
    try:
        _MANIFEST(component.manifest)
    except vol.MultipleInvalid as error:
        yield from (f"manifest: {each}" for each in error.errors)


def manifest_order(component: Component) -> Iterator[str]:
    keys = list(component.manifest)
    if keys != ["domain", "name", *sorted(set(keys) - {"domain", "name"})]:
        yield f"manifest: domain, name, then by alphabet, not {keys}"


def manifest_domain(component: Component) -> Iterator[str]:
    domain = component.manifest["domain"]
    if domain != component.folder.name:
        yield f"manifest: the domain {domain} is not the folder's name"
    if (_CORE / domain).exists():
        yield f"manifest: {domain} is an integration of Home Assistant"


def no_requirements(component: Component) -> Iterator[str]:
    """Ours: nothing has to be installed."""
    if component.manifest.get("requirements"):
        yield "manifest: has requirements"


def version_is_the_add_on_s(component: Component) -> Iterator[str]:
    """Ours: the component and Gcam are released together."""
    project = (component.root / "pyproject.toml").read_text(encoding="utf-8")
    version = component.manifest["version"]
    if f'version = "{version}"' not in project:
        yield f"manifest: version {version} is not pyproject.toml's"


def flow_is_there(component: Component) -> Iterator[str]:
    if component.manifest.get("config_flow") and "config_flow" not in component.modules:
        yield "config_flow.py is missing"
        return
    flow = ast.dump(component.modules["config_flow"])
    for way in _DISCOVERY & component.manifest.keys():
        if f"async_step_{way}" not in flow:
            yield f"config_flow.py has no async_step_{way}"
    if "async_set_unique_id" not in flow:
        yield "config_flow.py sets no unique id"


def dependencies_exist(component: Component) -> Iterator[str]:
    dependencies = component.manifest.get("dependencies", [])
    after = component.manifest.get("after_dependencies", [])
    for name in (*dependencies, *after):
        if not (_CORE / name).is_dir():
            yield f"manifest: there is no integration {name}"
    for name in set(dependencies) & set(after):
        yield f"manifest: {name} is in both lists of dependencies"


def imports_are_dependencies(component: Component) -> Iterator[str]:
    manifest = component.manifest
    allowed = {
        *_WITHOUT_DEPENDENCY,
        *manifest.get("dependencies", []),
        *manifest.get("after_dependencies", []),
        *(_DISCOVERY & manifest.keys()),
        *component.modules,  # a platform of that integration
    }
    for module, tree in component.modules.items():
        for name in sorted(_imported(tree) - allowed):
            yield f"{module}.py imports {name}, which is no dependency"


def never_the_add_on(component: Component) -> Iterator[str]:
    """Ours: the component reaches the add-on only through its API."""
    for module, tree in component.modules.items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.partition(".")[0] == "gcam_addon" for name in names):
                yield f"{module}.py imports gcam_addon"


def one_integration(component: Component) -> Iterator[str]:
    """Marketplace and HACS want exactly one; hassfest once took every manifest.json for one."""
    folders = [path.name for path in component.folder.parent.iterdir() if path.is_dir()]
    if (ours := [name for name in folders if not name.startswith(("__", "."))]) != ["gcam"]:
        yield f"custom_components holds {ours}"
    skipped = {"custom_components", "node_modules", "static"}
    for path in component.root.rglob("manifest.json"):
        parts = path.relative_to(component.root).parts
        if not any(part.startswith(".") or part in skipped for part in parts):
            yield f"{'/'.join(parts)} may be taken for an integration's: name it manifest.webmanifest"


def hacs(component: Component) -> Iterator[str]:
    try:
        _HACS(json.loads((component.root / "hacs.json").read_text(encoding="utf-8")))
    except OSError as error:
        yield f"hacs.json: {error.strerror}"
    except vol.MultipleInvalid as error:
        yield from (f"hacs.json: {each}" for each in error.errors)


def repository_files(component: Component) -> Iterator[str]:
    """A README to show, and a licence that the Open Source Initiative approves of."""
    readme, licence = component.root / "README.md", component.root / "LICENSE"
    if not readme.exists() or "Home Assistant" not in readme.read_text(encoding="utf-8"):
        yield "README.md tells nothing of Home Assistant"
    if not licence.exists() or not licence.read_text(encoding="utf-8").startswith("MIT License"):
        yield "LICENSE is not MIT's"


def _imported(tree: ast.Module) -> set[str]:
    """Integrations of Home Assistant."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="homeassistant.components", names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom("homeassistant.components.http.auth", [ast.alias("async_sign_path")]):
                pass  # hassfest lets everybody sign a path
            case ast.ImportFrom(module=str(module)) if module.startswith("homeassistant.components."):
                found.add(module.split(".")[2])
            case ast.Import(names=names):
                inside = (alias.name.partition("homeassistant.components.")[2] for alias in names)
                found |= {name.partition(".")[0] for name in inside if name}
    return found


RULES = (
    manifest_schema,
    manifest_order,
    manifest_domain,
    no_requirements,
    version_is_the_add_on_s,
    flow_is_there,
    dependencies_exist,
    imports_are_dependencies,
    never_the_add_on,
    one_integration,
    hacs,
    repository_files,
)
