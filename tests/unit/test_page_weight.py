"""What a phone has to fetch before a page shows: compressed bytes and requests, read from the built files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gcam_addon.web.site import FOLDER

ASSETS = FOLDER / "assets"
SHELL_KB, WHOLE_KB, REQUESTS = 30, 100, 22
"""Of the shell; of a page with it. Never raise them without need."""
PAGES = (
    "live",
    "guard",
    "playback",
    "cameras",
    "events",
    "alerts",
    "storage",
    "system",
    "people",
    "kiosk",
    "sign-in",
)

pytestmark = pytest.mark.skipif(not ASSETS.is_dir(), reason="needs the page built: scripts/setup")


def shell() -> set[Path]:
    """Script and style that the page itself names, and what these cannot run without."""
    named = re.findall(r'(?:src|href)="\./assets/([^"]+)"', (FOLDER / "index.html").read_text())
    return {needed for name in named for needed in needs(ASSETS / name)}


def page(name: str) -> set[Path]:
    (chunk,) = ASSETS.glob(f"{name}-page-*.js")
    return needs(chunk) - shell()


def needs(file: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = {file}
    while waiting:
        one = waiting.pop()
        found.add(one)
        imported = re.findall(r'(?:\bfrom|\bimport)\s*"\./([^"]+)"', one.read_text())
        waiting |= {ASSETS / name for name in imported} - found
    return found


def kilobytes(files: set[Path]) -> float:
    return sum(min(sent(file), file.stat().st_size) for file in files) / 1000


def sent(file: Path) -> int:
    packed = file.with_name(f"{file.name}.br")
    return packed.stat().st_size if packed.exists() else file.stat().st_size


def test_the_shell_is_light() -> None:
    assert 20 < kilobytes(shell()) <= SHELL_KB


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(name: str) -> None:
    whole = shell() | page(name)
    assert kilobytes(shell()) + 1 < kilobytes(whole) <= WHOLE_KB
    assert len(whole) <= REQUESTS
