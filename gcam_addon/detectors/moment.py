"""Remembers how something was a moment ago, at any frame rate."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

_T = TypeVar("_T")

SHORTEST_S: Final = 0.15
LONGEST_S: Final = 0.5
"""What is older says nothing about how things move."""


class Moment(Generic[_T]):
    """Keeps two values: one at least `SHORTEST_S` old, once there is one, and one on its way to be that."""

    def __init__(self) -> None:
        self._kept: list[tuple[float, _T]] = []

    def swap(self, value: _T, pts_s: float) -> _T | None:
        """What was there `SHORTEST_S` to `LONGEST_S` before `pts_s`, or None; keeps `value` for later."""
        earlier = [item for item in self._kept if SHORTEST_S - 1e-6 <= pts_s - item[0] <= LONGEST_S]
        if not self._kept or pts_s - self._kept[-1][0] >= SHORTEST_S - 1e-6:
            self._kept = [*self._kept[-1:], (pts_s, value)]
        return earlier[-1][1] if earlier else None

    def forget(self) -> None:
        self._kept = []
