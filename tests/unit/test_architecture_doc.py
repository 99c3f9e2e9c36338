"""docs/architecture.md names modules of the component that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_module_of_the_component_that_is_named_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    section = page.split("## The Home Assistant integration\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("    ") and line[4] != " "]
    named = {name for line in table for name in re.findall(r"(\w+\.py)\b", line)}
    assert len(named) > 15
    there = {path.name for path in (ROOT / "custom_components" / "gcam").glob("*.py")}
    assert named <= there
