"""Known holes in what Gcam is made of, and the list of what that is: the scripts."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from weights import __main__ as weights

ROOT = Path(__file__).parents[2]
CLEAN: dict[str, Any] = {"dependencies": [{"name": "lit", "version": "1", "vulns": []}]}
HOLE: dict[str, Any] = {"dependencies": [{"name": "yarl", "version": "1", "vulns": [{"id": "CVE-1"}]}]}
UNKNOWN: dict[str, Any] = {"dependencies": [{"name": "yarl", "skip_reason": "not found"}]}
NO_PAGE_HOLES: dict[str, Any] = {"vulnerabilities": {}}
PAGE_HOLE: dict[str, Any] = {"vulnerabilities": {"vite": {"severity": "high"}}}


def audit(
    folder: Path, python: object, page: object, *arguments: str, firmware: object = CLEAN
) -> tuple[int, str]:
    """Its exit status and what it said, where `uv` and `npm` answer so; `uv` by the file it is given."""
    for name, answer in (("uv", python), ("npm", page), ("firmware", firmware)):
        said = answer if isinstance(answer, str) else json.dumps(answer)
        (folder / f"{name}.json").write_text(said)
    uv = (
        'case "$*" in export*) ;; *firmware/requirements.txt) cat firmware.json ;; *) cat uv.json ;; esac'
    ).replace("cat ", f"cat {folder}/")
    for name, does in (("uv", uv), ("npm", f"cat {folder}/npm.json")):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    done = subprocess.run(
        [str(ROOT / "scripts/audit"), *arguments],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("python", "page", "status", "said"),
    [
        (CLEAN, NO_PAGE_HOLES, 0, "No hole is known"),
        (HOLE, NO_PAGE_HOLES, 1, "yarl 1: CVE-1"),
        (CLEAN, PAGE_HOLE, 1, "vite: high"),
        (UNKNOWN, PAGE_HOLE, 1, "vite: high"),
        (UNKNOWN, NO_PAGE_HOLES, 75, "PyPI's list of holes could not be asked"),
        (UNKNOWN, PAGE_HOLE, 1, "PyPI's list of holes could not be asked"),
        (CLEAN, {"message": "405 Method Not Allowed"}, 75, "npm's list of holes could not be asked"),
        (CLEAN, "no JSON at all", 75, "npm's list of holes could not be asked"),
    ],
)
def test_a_hole_is_told_and_silence_is_no_all_clear(
    tmp_path: Path, python: object, page: object, status: int, said: str
) -> None:
    found, text = audit(tmp_path, python, page)
    assert found == status
    assert said in text
    assert audit(tmp_path, python, page, "--if-reachable")[0] == (0 if status == 75 else status)


@pytest.mark.parametrize(
    ("firmware", "status", "said"),
    [
        (HOLE, 1, "yarl 1: CVE-1 (firmware)"),
        (UNKNOWN, 75, "PyPI (for ESPHome)'s list of holes could not be asked"),
    ],
)
def test_esphomes_environment_is_looked_at_too(
    tmp_path: Path, firmware: object, status: int, said: str
) -> None:
    found, text = audit(tmp_path, CLEAN, NO_PAGE_HOLES, firmware=firmware)
    assert (found, said in text) == (status, True), text


def test_the_list_of_what_gcam_is_made_of_is_that_of_the_lock_files(tmp_path: Path) -> None:
    subprocess.run([str(ROOT / "scripts/sbom"), str(tmp_path)], check=True, capture_output=True)
    locked = {one["name"]: one["version"] for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    page = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    for file, name, version in (
        ("python.cdx.json", "aiohttp", locked["aiohttp"]),
        ("page.cdx.json", "lit", page["node_modules/lit"]["version"]),
    ):
        told = json.loads((tmp_path / file).read_text())
        assert told["bomFormat"] == "CycloneDX"
        assert (name, version) in {(one["name"], one["version"]) for one in told["components"]}
    assert "pytest" not in (tmp_path / "python.cdx.json").read_text()


def test_the_list_names_the_model_with_its_licence_and_what_it_is_made_of(tmp_path: Path) -> None:
    subprocess.run([str(ROOT / "scripts/sbom"), str(tmp_path)], check=True, capture_output=True)
    (model,) = json.loads((tmp_path / "model.cdx.json").read_text())["components"]
    (source,) = model["pedigree"]["ancestors"]
    assert model["licenses"] == source["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert model["hashes"] == [{"alg": "SHA-256", "content": weights.SHA256}]
    assert f"{source['name']}@{source['version']}" == weights._PACKAGE
    (archive,) = source["hashes"]
    told = base64.b64encode(bytes.fromhex(archive["content"])).decode()
    assert (archive["alg"], f"sha512-{told}") == ("SHA-512", weights._INTEGRITY)


def test_the_image_holds_the_list() -> None:
    image = (ROOT / "Dockerfile").read_text()
    assert "--from=weights /src/sbom /usr/share/gcam/sbom/" in image
    for file in ("python.cdx.json", "page.cdx.json"):
        assert f"/src/{file} /usr/share/gcam/sbom/" in image


def test_everything_that_is_fixed_is_kept_up() -> None:
    renewing = json.loads((ROOT / "renovate.json").read_text())
    assert {"helpers:pinGitHubActionDigests", "docker:pinDigests"} <= set(renewing["extends"])
    (pattern,) = renewing["pip-compile"]["managerFilePatterns"]
    locked = [file for file in _files() if re.search(pattern.strip("/"), file)]
    assert locked == ["firmware/requirements.txt"]
    (rule,) = renewing["packageRules"]  # else the lock is changed past its source
    assert (rule["matchManagers"], rule["matchFileNames"]) == (["pip_requirements"], ["firmware/**"])
    assert rule["enabled"] is False
    _, command = (ROOT / locked[0]).read_text().splitlines()[:2]
    assert command.startswith("#    uv pip compile ")  # Renovate takes it from there, and no other
    assert command.endswith(" --output-file=requirements.txt requirements.in")


def _files() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
