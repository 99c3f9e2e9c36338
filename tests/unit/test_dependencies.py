"""What Gcam is made of can be had on both architectures of the image without a compiler: by uv.lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).parents[2]
LOCK: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]

PYTHON = (3, 13)
"""Debian trixie's, which the image has."""
GLIBC_MINOR = 41
MACHINES = ("aarch64", "x86_64")

_SURROUNDINGS = {
    "python_full_version": "3.13.5",
    "python_version": "3.13",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "extra": "",
}


def packages_that_run() -> dict[str, dict[str, Any]]:
    """Gcam's dependencies and theirs, as they are locked for that Python on Linux, without extras."""
    (gcam,) = (package for package in LOCK if package["name"] == "gcam-addon")
    wanted, found = [gcam], dict[str, dict[str, Any]]()
    while wanted:
        package = wanted.pop()
        if package["name"] in found:
            continue
        found[package["name"]] = package
        wanted += [_locked(entry) for entry in package.get("dependencies", []) if _applies(entry)]
    del found["gcam-addon"]
    return found


def _locked(entry: dict[str, Any]) -> dict[str, Any]:
    assert "extra" not in entry, f"{entry['name']}: this does not follow extras"
    (package,) = (
        package
        for package in LOCK
        if package["name"] == entry["name"] and entry.get("version") in {None, package["version"]}
    )
    return package


def _applies(entry: dict[str, Any]) -> bool:
    return "marker" not in entry or Marker(entry["marker"]).evaluate(_SURROUNDINGS)


def tags(machine: str) -> set[Tag]:
    """What an installer takes there."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(17, GLIBC_MINOR + 1)]
    platforms += [f"manylinux2014_{machine}", f"linux_{machine}"]
    return {*cpython_tags(PYTHON, platforms=platforms), *compatible_tags(PYTHON, "cp313", platforms)}


PACKAGES = packages_that_run()


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_there_is_a_wheel(name: str, machine: str) -> None:
    wheels = [wheel["url"].rpartition("/")[2] for wheel in PACKAGES[name].get("wheels", [])]
    assert any(parse_wheel_filename(wheel)[3] & tags(machine) for wheel in wheels), wheels


def test_every_dependency_is_looked_at() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[^A-Za-z0-9-]", dependency)[0] for dependency in project["dependencies"]}
    assert named <= set(PACKAGES)
    assert not {"pytest", "amqtt", "matplotlib"} & set(PACKAGES)


@pytest.mark.parametrize(
    ("wheel", "fitting"),
    [
        ("a-1-cp313-cp313-manylinux_2_28_aarch64.whl", {"aarch64"}),
        ("a-1-cp39-abi3-manylinux2014_x86_64.whl", {"x86_64"}),
        ("a-1-py3-none-any.whl", {"aarch64", "x86_64"}),
        ("a-1-cp314-cp314-manylinux_2_28_aarch64.whl", set()),
        ("a-1-cp313-cp313-manylinux_2_99_aarch64.whl", set()),
        ("a-1-cp313-cp313-musllinux_1_2_aarch64.whl", set()),
    ],
)
def test_which_wheels_fit(wheel: str, fitting: set[str]) -> None:
    found = parse_wheel_filename(wheel)[3]
    assert {machine for machine in MACHINES if found & tags(machine)} == fitting
