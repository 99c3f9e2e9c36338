"""Which pictures are due, of those that come."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

LEAST_FPS: Final = 0.1
MOST_FPS: Final = 60.0
_EARLY: Final = 0.05
"""Of an interval: a picture that comes a little early is the one that is due."""


class Pace:
    """At most `fps` a second; None: all."""

    def __init__(self, fps: float | None = None) -> None:
        self.fps = fps
        self._due_s: float | None = None
        self._last_s = float("-inf")

    def ask(self, fps: float | None) -> None:
        """From the next picture on: who wants more wants them at once."""
        self.fps = fps
        self._due_s = None

    def is_due(self, at_s: float) -> bool:
        """`at_s` begins anew where a source does."""
        due_s = at_s if self._due_s is None or at_s < self._last_s else self._due_s
        self._last_s = at_s
        if self.fps is None:
            return True
        if at_s < due_s - _EARLY / self.fps:
            return False
        self._due_s = max(due_s + 1 / self.fps, at_s + 0.5 / self.fps)
        return True


def asked_in(form: bytes) -> float | None:
    """The pictures a second of a SET, None for all. Raises ValueError with a sentence for whoever sent it."""
    said = parse_qsl(form.decode(errors="replace"), keep_blank_values=True)
    others = [name for name, _ in said if name != "fps"]
    if others:
        raise ValueError(f"There is no control '{others[0][:40]}' in gcam push; only fps.")
    try:
        fps = float(dict(said)["fps"])
    except (KeyError, ValueError):
        fps = -1.0
    if fps == 0:
        return None
    if not LEAST_FPS <= fps <= MOST_FPS:
        raise ValueError(f"'fps' takes a number from {LEAST_FPS:g} to {MOST_FPS:g}, or 0 for all.")
    return fps
