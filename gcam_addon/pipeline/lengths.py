"""How long a camera's JPEGs usually are. Who comes into view changes that, at no cost to see. Pure."""

from __future__ import annotations

from typing import Final

_REMEMBERED: Final = 32
"""So many pictures, about: what comes slowly is not taken for usual, dusk is."""
_USUAL: Final = 3.0
"""Mean deviations within which a length is: one picture of sixty is beyond, though nothing stirs."""


class Lengths:
    """One camera's."""

    def __init__(self) -> None:
        self._mean = 0.0
        self._deviation = 0.0
        self._seen = 0

    def is_usual(self, size_bytes: int) -> bool:
        """Whether one more picture is as long as those before it; the first ones never are."""
        off = abs(size_bytes - self._mean)
        usual = self._seen >= _REMEMBERED and off <= _USUAL * self._deviation
        self._seen = min(self._seen + 1, _REMEMBERED)
        self._mean += (size_bytes - self._mean) / self._seen
        if self._seen > 1:
            self._deviation += (off - self._deviation) / (self._seen - 1)
        return usual
