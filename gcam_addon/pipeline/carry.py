"""Recording goes on where something moved and detection can't see for a while. Pure.

That is so after a reconnect (another scene may be there, so detection settles first), and where detection has
to begin anew in the midst of an event.
"""

from __future__ import annotations

from typing import Final

_HOLDS_S: Final = 60.0
"""After a longer outage nothing is carried on: what moved then is no reason to record now. Nor is it for a
camera that flaps, once this has passed.
"""


class Carry:
    """One camera's. All times are the frames' `pts_s`."""

    def __init__(self) -> None:
        self._until_s = float("-inf")
        self._holds_until_s = float("-inf")
        self._blind_s = 0.0

    def lasts(self, pts_s: float) -> bool:
        """Whether the frame at `pts_s` is kept although nothing is known to move."""
        return pts_s < self._until_s

    def on(self, pts_s: float, blind_s: float) -> None:
        """Detection begins anew in an event: it sees nothing for `blind_s`."""
        self._until_s = pts_s + blind_s

    def broke(self, pts_s: float, blind_s: float, *, moving: bool) -> None:
        """The run is over with the frame at `pts_s`; the next one will be blind at first."""
        if moving:
            self._holds_until_s = pts_s + _HOLDS_S
        if moving or self.lasts(pts_s):
            self._blind_s = blind_s
        self._until_s = float("-inf")

    def began(self, pts_s: float) -> None:
        """The next run has its first frame."""
        if pts_s <= self._holds_until_s:
            self._until_s = pts_s + self._blind_s
        self._blind_s = 0.0
