"""What the history has heard and not yet written: in order, and bounded in number and in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gcam_addon.history.chronicle import Change, Line

MOST_CHANGES = 2000
MOST_PICTURE_BYTES = 16 * 1024 * 1024
"""Pictures come as the camera sent them; they are made small when they are written."""


class Backlog:
    """One thread. Of a line only the newest version waits; where there is too much, the oldest pictures go
    first, then the oldest changes. `lost` counts those.
    """

    def __init__(self) -> None:
        self.lost = 0
        self._waiting: dict[object, Change] = {}
        self._picture_bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, change: Change) -> None:
        key = change.entry.key if isinstance(change, Line) else change
        former = self._waiting.get(key)
        if isinstance(change, Line) and isinstance(former, Line):
            self._picture_bytes -= len(former.jpeg)
            change = replace(change, jpeg=change.jpeg or former.jpeg, cells=change.cells or former.cells)
        self._waiting[key] = change
        self._picture_bytes += _picture_bytes(change)
        self._keep_within()

    def take(self) -> list[Change]:
        """All of it; what can't be written is to be put back."""
        changes = list(self._waiting.values())
        self._waiting.clear()
        self._picture_bytes = 0
        return changes

    def put_back(self, changes: Iterable[Change]) -> None:
        """Before what came since."""
        since = self.take()
        for change in (*changes, *since):
            self.add(change)

    def _keep_within(self) -> None:
        if len(self._waiting) > MOST_CHANGES:
            oldest = self._waiting.pop(next(iter(self._waiting)))
            self._picture_bytes -= _picture_bytes(oldest)
            self.lost += 1
        if self._picture_bytes > MOST_PICTURE_BYTES:
            for key, change in self._waiting.items():
                if isinstance(change, Line) and change.jpeg:
                    self._picture_bytes -= len(change.jpeg)
                    self._waiting[key] = replace(change, jpeg=b"")
                if self._picture_bytes <= MOST_PICTURE_BYTES:
                    break


def _picture_bytes(change: Change) -> int:
    return len(change.jpeg) if isinstance(change, Line) else 0
