"""A board's lamp: between the numbers of its firmware and percent. Pure.

Whether there is one is read from the board's own status, never found out by trying.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gcam_addon.boards.sensor_controls import unknown_control, whole_number

NAME = "lamp"


@dataclass(frozen=True, slots=True)
class Dial:
    """`key` is the firmware's name of it, `most` its brightest."""

    key: str
    most: int

    def level(self, status: Mapping[str, Any]) -> int | None:
        """Percent; None where the board tells of no lamp: a board without one says -1, or nothing."""
        number = whole_number(status, self.key)
        if number is None or number < 0:
            return None
        level = round(100 * min(number, self.most) / self.most)
        return max(1, level) if number else 0

    def number(self, level: int) -> int:
        """As the board wants it: what is not off shines."""
        return max(1, round(self.most * level / 100)) if level else 0


class NoLamp:
    """What boards share whose firmware knows no lamp."""

    async def lamp(self) -> int | None:
        return None

    async def light(self, level: int) -> None:
        raise unknown_control(NAME)
