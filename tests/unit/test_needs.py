"""What scripts and tests call is installed by the project itself, so that a new machine can run them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import container

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "apparmor_parser": "apparmor",
    "buildah": "buildah",
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "busybox": "busybox",
    "cc": "gcc",
    "curl": "curl",
    "debootstrap": "debootstrap",
    "dnsmasq": "dnsmasq-base",
    "ffmpeg": "ffmpeg",
    "fusermount3": "fuse3",
    "g++": "g++",
    "git": "git",
    "ip": "iproute2",
    "mosquitto": "mosquitto",
    "mosquitto_sub": "mosquitto-clients",
    "nsenter": "util-linux",
    "openssl": "openssl",
    "runc": "runc",
    "setpriv": "util-linux",
    "strace": "strace",
}
"""Programs beyond those of every Debian, and the package that each is in."""
ALLOWED = {
    "motion": "a peer to compare with in benchmarks, if it happens to be there",
}


def asked_for() -> set[str]:
    """Names that tests and benchmarks look up before they call them."""
    looked_up = re.compile(r"""shutil\.which\(["'](\w[\w-]*)["']""")
    sources = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    return {name for path in sources for name in looked_up.findall(path.read_text())}


def needed(*groups: str) -> set[str]:
    command = [ROOT / "scripts/need", "--list", *groups]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(listed.stdout.split())


def test_whatever_is_looked_up_is_installed() -> None:
    names = asked_for() - set(ALLOWED)
    assert names, "the pattern finds nothing any more"
    assert names <= set(PACKAGES), "name the package of a new program here, and in scripts/need"
    assert {PACKAGES[name] for name in names} <= needed()


def test_the_known_packages_are_installed() -> None:
    assert set(PACKAGES.values()) <= needed()


def test_the_image_is_tested_with_what_its_group_installs_alone() -> None:
    """scripts/test-image asks for no other; the profile's abstractions are no program."""
    called = {PACKAGES[name] for name in (*container.PROGRAMS, "openssl", "strace", "debootstrap")}
    assert {*called, "apparmor"} <= needed("image")


def test_an_unknown_group_is_refused() -> None:
    refused = subprocess.run([ROOT / "scripts/need", "nonsense"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "nonsense" in refused.stderr


@pytest.mark.parametrize(
    "script", ["test", "test-image", "test-fresh", "home-assistant", "firmware", "build-image"]
)
def test_scripts_ask_for_what_they_need(script: str) -> None:
    assert re.search(
        r"scripts/need (test|home-assistant|firmware|image|fresh)", (ROOT / "scripts" / script).read_text()
    )
