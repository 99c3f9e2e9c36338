"""Times of units in a file or a stream, where they are counted in ticks. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

TICKS: Final = 90_000
"""Of pictures, per second."""
_EARLY_S: Final = 1.0
"""Of this much later everything is said to be shown, where pictures are decoded in another order."""


class Order:
    """Of one viewer's pictures: units in the order of decoding tell only when they are shown."""

    def __init__(self, origin_s: float, *, reorders: bool) -> None:
        self._origin_s = origin_s
        self.early_s = _EARLY_S if reorders else 0.0
        self._decoded = -1

    def since(self, pts_s: float) -> float:
        """Seconds after the first picture."""
        return pts_s - self._origin_s

    def next(self, pts_s: float) -> tuple[int, int]:
        """When the next picture is decoded, and shown, which is never before."""
        at_s = self.since(pts_s)
        self._decoded = max(self._decoded + 1, round(at_s * TICKS))
        return self._decoded, max(self._decoded, round((at_s + self.early_s) * TICKS))


class Succession:
    """Pieces of sound, each as long as `step`, follow each other without a gap, unless one comes more than
    `tolerance` off its place: what tells when they came is coarser than they are.
    """

    def __init__(self, step: Fraction, tolerance: float) -> None:
        self._step = step
        self._tolerance = tolerance
        self._due: Fraction | None = None

    def place(self, at: int) -> int:
        """Where the next piece goes that came `at`."""
        due = self._due
        if due is None:
            due = Fraction(at)
        elif abs(at - due) > self._tolerance:
            due = max(Fraction(at), due)
        self._due = due + self._step
        return int(due)
