"""What the guides tell people to write into a terminal: tests write the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_GUIDES = Path(__file__).parents[2] / "docs" / "guide"


def recipes(page: str) -> Sequence[str]:
    """The lines of its blocks of `sh`, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (_GUIDES / page).read_text(), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]
