"""Where things stir that get nowhere: leaves, water, a curtain. There it takes more to be believed.

A coarse map that forgets within minutes. Pure.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

FORGET_S: Final = 60.0
_CELLS: Final = 16
_MOST: Final = 3.0

Place = tuple[float, float]
"""(x, y), relative."""


class Fidgets:
    """Seconds of stirring for nothing, per cell."""

    def __init__(self) -> None:
        self._seconds = np.zeros((_CELLS, _CELLS), np.float32)

    def pass_by(self, elapsed_s: float) -> None:
        """Time goes by."""
        self._seconds *= np.float32(math.exp(-elapsed_s / FORGET_S))

    def add(self, places: set[Place], seconds: float) -> None:
        """So long something stirred at each of these places; each cell counts once."""
        for cell in {_cell(place) for place in places}:
            self._seconds[cell] += seconds

    def at(self, place: Place) -> float:
        """How much is to be doubted there, 0 to 3."""
        return min(_MOST, 0.5 * float(self._seconds[_cell(place)]))


def _cell(place: Place) -> tuple[int, int]:
    column, row = (min(_CELLS - 1, max(0, int(part * _CELLS))) for part in place)
    return row, column
