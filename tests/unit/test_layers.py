"""What the architecture page says of layers is what is enforced; and every room is on it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs/architecture.md").read_text()
ROOMS = {
    path.stem for path in (REPOSITORY / "gcam_addon").iterdir() if not path.name.startswith("__init__")
} - {
    "__pycache__",
    "py",
}


def _enforced() -> list[set[str]]:
    contract = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ][0]
    return [{name.removeprefix("gcam_addon.") for name in layer.split(" | ")} for layer in contract["layers"]]


def _described() -> list[set[str]]:
    drawing = PAGE.partition("## Layers")[2].partition("## ")[0].partition("\n\n")[2]
    return [set(re.findall(r"\w+", layer)) for layer in drawing.split("->")]


def test_the_page_says_what_is_enforced() -> None:
    assert _described() == _enforced()


def test_every_room_has_a_layer() -> None:
    assert set.union(*_enforced()) == ROOMS


def test_every_room_is_drawn() -> None:
    drawing = PAGE.partition("## The rooms")[2].partition("## ")[0]
    assert {room for room in ROOMS if room not in re.findall(r"\w+", drawing)} == set()
