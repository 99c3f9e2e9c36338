"""What builds and starts the image agrees with the program and with itself. Nothing is run here."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yaml"))
SERVICE = ROOT / "rootfs/etc/s6-overlay/s6-rc.d/gcam"


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text()))


def test_there_is_one_base_with_a_fixed_release() -> None:
    """Home Assistant's registry names releases year.month.number; `trixie` alone would change under us."""
    (base,) = re.findall(r"^ARG BASE=(\S+)$", DOCKERFILE, re.MULTILINE)
    first, *others = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert first == "${BASE}"
    assert not [image for image in others if re.search(r"[/:$]", image)]
    image, _, digest = base.partition("@")
    assert re.fullmatch(r"ghcr\.io/home-assistant/base-debian:trixie-\d{4}\.\d{2}\.\d", image)
    assert re.fullmatch(r"(sha256:[0-9a-f]{64})?", digest)
    assert "BUILD_FROM" not in DOCKERFILE


def test_what_is_copied_is_in_the_context() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    sources = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(source == kept or source.startswith(f"{kept}/") for kept in _kept(ignored)), source


def _kept(ignored: list[str]) -> list[str]:
    return [line.removeprefix("!") for line in ignored if line.startswith("!")]


def test_the_image_says_which_tools_built_it_exactly() -> None:
    tools = re.findall(r"pip install --no-cache-dir (\S+)", DOCKERFILE)
    assert tools
    assert all("==" in tool for tool in tools)


def test_packages_of_the_page_run_nothing_when_they_are_installed() -> None:
    copied, installed = DOCKERFILE.index("frontend/.npmrc"), DOCKERFILE.index("RUN npm ci")
    assert copied < installed
    for folder in ("frontend", "firmware/installer"):
        assert "ignore-scripts=true" in (ROOT / folder / ".npmrc").read_text().splitlines()
        locked = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
        assert [name for name, package in locked.items() if package.get("hasInstallScript")] == []
        assert [name for name, package in locked.items() if name and "integrity" not in package] == []


@pytest.mark.parametrize("script", ["run", "finish"])
def test_the_service_can_be_run(script: str) -> None:
    assert os.access(SERVICE / script, os.X_OK)
    assert (SERVICE / "type").read_text() == "longrun\n"
    assert (SERVICE / "dependencies.d/base").exists()
    assert (SERVICE.parent / "user/contents.d/gcam").exists()


@pytest.mark.parametrize(
    "script", sorted((ROOT / "rootfs/usr/local/bin").iterdir()), ids=lambda path: path.name
)
def test_commands_can_be_run(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/bin/sh\n")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_use_fixed_versions_and_what_there_is(workflow: Path) -> None:
    text = workflow.read_text()
    jobs = read(workflow)["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    used = {step["uses"] for step in steps if "uses" in step}
    assert all(re.search(r"@[0-9a-f]{40}$", action) for action in used), used
    named = re.findall(r"uses: (\S+) # (v?\d[\d.]*|master)$", text, re.MULTILINE)
    assert {action for action, _ in named} == used, "the release beside the commit, for Renovate and people"
    for script in re.findall(r"^\s*run: ((?:scripts|\.ci)/\S+)$", text, re.MULTILINE):
        assert os.access(ROOT / script, os.X_OK), script
    assert "write" not in read(workflow)["permissions"].values()


def test_both_architectures_of_the_manifest_are_made() -> None:
    wanted = set(read(ROOT / "config.yaml")["arch"])
    publish = read(ROOT / ".github/workflows/publish.yaml")
    assert set(yaml.safe_load(publish["env"]["ARCHITECTURES"])) == wanted
    built = read(ROOT / ".github/workflows/ci.yaml")["jobs"]["image"]["strategy"]["matrix"]["include"]
    assert {entry["arch"] for entry in built} == wanted


def test_compose_agrees_with_the_image() -> None:
    compose = read(ROOT / "compose.yaml")
    gcam = compose["services"]["gcam"]
    exposed = set(re.findall(r"^EXPOSE (\d+)", DOCKERFILE, re.MULTILINE))
    assert {port.rpartition(":")[2] for port in gcam["ports"]} == exposed
    start = (ROOT / "rootfs/usr/local/bin/gcam-start").read_text()
    own = {name for name in gcam["environment"] if name.startswith("GCAM_")}
    assert own == {name for name in own if f'"${name}"' in start}
    assert set(gcam["depends_on"]) < set(compose["services"])
