"""How many pictures a second a camera is asked for that can be: few while nothing happens, else all. Pure."""

from __future__ import annotations

from typing import Final

_CALM_S: Final = 10.0


class Tempo:
    """All of them from the first sign that something may move, or somebody watches, until it has been calm
    for a while: also until a clip has its post-roll.
    """

    def __init__(self) -> None:
        self._calm_since_s = float("-inf")

    def stir(self, now_s: float) -> None:
        """Something happens, or somebody watches."""
        self._calm_since_s = max(self._calm_since_s, now_s)

    def fps(self, now_s: float, idle_fps: float | None, post_roll_s: float) -> float | None:
        """None: all."""
        is_calm = now_s - self._calm_since_s >= max(_CALM_S, post_roll_s)
        return idle_fps or None if is_calm else None
