"""The add-on's manifest against what Home Assistant's Supervisor and the add-on linter accept, from their
schemas; no second file that the Supervisor would take for a manifest; and that what it says is true of Gcam.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gcam_addon import __version__
from gcam_addon.cli import build_parser
from gcam_addon.cli_run import RESCUE_S
from gcam_addon.config.model import IngressSettings, PushSettings, WebSettings
from gcam_addon.supervisor.options import OPTIONS, Container

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "fr")
REQUIRED = {"name", "version", "slug", "description", "arch"}
DEFAULTS: dict[str, Any] = {
    "startup": "application",
    "boot": "auto",
    "init": True,
    "stage": "stable",
    "ingress": False,
    "ingress_port": 8099,
    "ingress_entry": "/",
    "ingress_stream": False,
    "panel_icon": "mdi:puzzle",
    "panel_admin": True,
    "host_network": False,
    "host_pid": False,
    "host_ipc": False,
    "host_uts": False,
    "host_dbus": False,
    "udev": False,
    "tmpfs": False,
    "map": [],
    "apparmor": True,
    "full_access": False,
    "audio": False,
    "video": False,
    "gpio": False,
    "usb": False,
    "uart": False,
    "devicetree": False,
    "kernel_modules": False,
    "realtime": False,
    "hassio_api": False,
    "hassio_role": "default",
    "homeassistant_api": False,
    "stdin": False,
    "legacy": False,
    "docker_api": False,
    "auth_api": False,
    "backup": "hot",
    "options": {},
    "schema": {},
    "ulimits": {},
    "timeout": 10,
    "journald": False,
}
TYPES: dict[str, type] = {
    **dict.fromkeys(REQUIRED - {"arch"}, str),
    **{key: type(value) for key, value in DEFAULTS.items()},
    **dict.fromkeys(("url", "panel_title", "homeassistant", "image", "backup_pre", "backup_post"), str),
    **dict.fromkeys(("ports", "ports_description", "environment"), dict),
    **dict.fromkeys(("arch", "machine", "devices", "privileged", "services", "discovery"), list),
    **dict.fromkeys(("backup_exclude", "breaking_versions"), list),
}
REFUSED_BY_LINTER = {"advanced", "auto_uart", "codenotary", "watchdog", "webui"}
"""Obsolete, or (webui) not beside ingress."""
MAP = re.compile(r"(data|ssl|share|media|backup|homeassistant_config)(:(rw|ro))?")
"""Without the types that either the linter or the Supervisor finds fault with."""
ELEMENT = re.compile(
    r"(?:bool|email|url|port|device(?:\(subsystem=[a-z]+\))?"
    r"|str(?:\(\d*,\d*\))?|password(?:\(\d*,\d*\))?|int(?:\((-?\d+)?,(-?\d+)?\))?"
    r"|float(?:\((-?\d*\.?\d+)?,(-?\d*\.?\d+)?\))?|match\(.*\)|list\(.+\))\??"
)
COSTS_A_POINT = {
    *("BPF", "CHECKPOINT_RESTORE", "DAC_READ_SEARCH", "NET_ADMIN", "NET_RAW", "PERFMON"),
    *("SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO"),
}


def read_yaml(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


MANIFEST: dict[str, Any] = read_yaml("config.yaml")


def test_every_key_is_known_and_of_its_type() -> None:
    unknown = set(MANIFEST) - set(TYPES)
    assert not unknown, "the Supervisor drops unknown keys without a word, the linter refuses them"
    assert set(MANIFEST) >= REQUIRED
    wrong = {key for key, value in MANIFEST.items() if type(value) is not TYPES[key]}
    assert not wrong


def test_nothing_repeats_a_default() -> None:
    repeated = {key for key, value in MANIFEST.items() if key in DEFAULTS and DEFAULTS[key] == value}
    assert not repeated, "the linter fails on these"


def test_linter_s_other_rules() -> None:
    assert not REFUSED_BY_LINTER & set(MANIFEST)
    assert MANIFEST["ingress_port"] != 0, "dynamic ports are for the host's network"
    assert re.fullmatch(r"[-_.A-Za-z0-9]+", MANIFEST["slug"])
    assert set(MANIFEST["arch"]) == {"aarch64", "amd64"}
    assert "backup" not in MANIFEST, "cold backups know no hooks"


def test_maps_and_services_are_ones_that_exist() -> None:
    assert all(MAP.fullmatch(entry) for entry in MANIFEST["map"])
    assert all(re.fullmatch(r"(mqtt|mysql):(provide|want|need)", one) for one in MANIFEST["services"])
    assert all(re.fullmatch(r"\d+/(tcp|udp)", port) for port in MANIFEST["ports"])


def test_a_stop_is_given_the_time_to_copy_what_lies_in_memory() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert MANIFEST["timeout"] > RESCUE_S
    assert compose["services"]["gcam"]["stop_grace_period"] == f"{MANIFEST['timeout']}s"


def test_schema_s_elements_are_in_its_grammar() -> None:
    assert list(_wrong_elements(MANIFEST["schema"])) == []


@pytest.mark.parametrize("wrong", ["string", "int(1)", "list()", "str(a,b)", "bool??"])
def test_grammar_refuses_what_the_supervisor_refuses(wrong: str) -> None:
    assert list(_wrong_elements({"option": wrong})) == [wrong]


def test_every_option_may_be_left_out() -> None:
    """So a fresh install starts at once, and whoever chose nothing gets a later version's better default."""
    required = [name for name, element in MANIFEST["schema"].items() if not _is_optional(element)]
    assert required == []
    assert "options" not in MANIFEST


def test_every_option_reaches_the_program() -> None:
    assert set(MANIFEST["schema"]) == set(OPTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_are_complete_and_speak_of_nothing_else(language: str) -> None:
    texts = read_yaml(f"translations/{language}.yaml")
    assert set(texts) == {"configuration", "network"}
    assert set(texts["configuration"]) == set(MANIFEST["schema"])
    assert set(texts["network"]) == set(MANIFEST["ports"])
    for option in texts["configuration"].values():
        assert set(option) == {"name", "description"}
        assert all(isinstance(text, str) and text.strip() for text in option.values())


def test_languages_differ() -> None:
    english, french = (read_yaml(f"translations/{language}.yaml") for language in LANGUAGES)
    same = [
        name
        for name, option in english["configuration"].items()
        if option["description"] == french["configuration"][name]["description"]
    ]
    assert same == []


def test_security_rating_is_the_best_there_is() -> None:
    assert rating(MANIFEST, has_apparmor=(ROOT / "apparmor.txt").is_file()) == 8


@pytest.mark.parametrize(
    ("worse", "points"),
    [
        ({"host_network": True}, 7),
        ({"privileged": ["NET_ADMIN"]}, 7),
        ({"hassio_role": "admin"}, 6),
        ({"apparmor": False}, 6),
        ({"full_access": True}, 1),
        ({"ingress": False}, 6),
    ],
)
def test_what_a_privilege_would_cost(worse: dict[str, Any], points: int) -> None:
    assert rating({**MANIFEST, **worse}, has_apparmor=True) == points


def test_apparmor_names_one_profile() -> None:
    """The Supervisor replaces its name, and looks for it at the beginning of a line."""
    profiles = re.findall(r"^profile ", (ROOT / "apparmor.txt").read_text(), re.MULTILINE)
    assert len(profiles) == 1


def test_ports_are_those_that_gcam_listens_on() -> None:
    assert MANIFEST["ingress_port"] == IngressSettings().port
    assert set(MANIFEST["ports"]) == {f"{WebSettings().port}/tcp", f"{PushSettings().port}/tcp"}


def test_version_is_the_program_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert MANIFEST["version"] == __version__ == project["version"]


def test_what_is_to_be_in_memory_is() -> None:
    """The Supervisor mounts /tmp there."""
    assert MANIFEST["tmpfs"] is True
    assert Container().memory.is_relative_to("/tmp")


def test_repository_names_itself() -> None:
    repository = read_yaml("repository.yaml")
    assert set(repository) == {"name", "url", "maintainer"}
    assert repository["url"] == MANIFEST["url"]


@pytest.mark.parametrize("name", ["config", "build", "repository"])
def test_no_other_file_is_taken_for_a_manifest(name: str) -> None:
    """The Supervisor looks for these in every folder, hidden ones (for `build`) too."""
    found = [path for path in _kept_files() if re.fullmatch(rf"{name}\.(ya?ml|json)", Path(path).name)]
    assert found == ([] if name == "build" else [f"{name}.yaml"])


def test_no_folder_hides_a_manifest_s_name() -> None:
    """A folder called `config.yaml` would be found all the same."""
    folders = {parent.name for path in _kept_files() for parent in Path(path).parents}
    assert not [name for name in folders if re.fullmatch(r"(config|build|repository)\..+", name)]


def test_backup_leaves_out_what_belongs_to_a_run_and_nothing_else() -> None:
    """The lock above all: without it Gcam knows that its folder came out of a backup."""
    assert set(MANIFEST["backup_exclude"]) == {".local_secret", ".lock", "outbox.db*"}


def test_backup_hooks_are_commands_that_exist() -> None:
    for hook in ("backup_pre", "backup_post"):
        program, *arguments = MANIFEST[hook].split()
        assert program == "gcam"
        assert build_parser(arguments).parse_args(arguments).data == Container().data


def rating(manifest: dict[str, Any], *, has_apparmor: bool) -> int:
    """As the Supervisor counts it: from 5, at least 1 and at most 8."""
    points = 5
    if manifest.get("apparmor") is False:
        points -= 1
    elif has_apparmor:
        points += 1
    if manifest.get("ingress"):
        points += 2
    elif manifest.get("auth_api"):
        points += 1
    if COSTS_A_POINT & set(manifest.get("privileged", ())) or manifest.get("kernel_modules"):
        points -= 1
    points -= {"manager": 1, "admin": 2}.get(manifest.get("hassio_role", ""), 0)
    points -= 1 if manifest.get("host_network") else 0
    points -= 2 if manifest.get("host_pid") else 0
    points -= 1 if manifest.get("host_uts") and "SYS_ADMIN" in manifest.get("privileged", ()) else 0
    if manifest.get("docker_api") or manifest.get("full_access"):
        points = 1
    return max(min(points, 8), 1)


def _wrong_elements(schema: Any) -> Iterator[Any]:
    match schema:
        case dict():
            for element in schema.values():
                yield from _wrong_elements(element)
        case [str() | dict() as element]:
            yield from _wrong_elements(element)
        case str() if ELEMENT.fullmatch(schema):
            return
        case _:
            yield schema


def _is_optional(element: Any) -> bool:
    """A list's element says it for the list; a group never is."""
    first = element[0] if isinstance(element, list) else element
    return isinstance(first, str) and first.endswith("?")


def _kept_files() -> list[str]:
    """What a clone of the repository holds, and what is about to."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.splitlines()
