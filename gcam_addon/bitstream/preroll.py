"""What was seen and heard before the event: a ring of the camera's own bytes, bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gcam_addon.model import Unit

REORDERED_S: Final = 1.0
"""So far back a picture may lie that is decoded later, and sound that comes later."""
_FEWEST: Final = 4
"""JPEGs that are kept however old they are: a camera that sends a picture every few seconds is known to move
only some pictures after the first one that did.
"""
_MOST_OF_A_GROUP: Final = 32 * 1024 * 1024
"""A camera that sends no key for so long has no pre-roll until it does."""


@dataclass(slots=True)
class _Group:
    """A key and what builds on it; a JPEG is one of its own."""

    units: list[Unit] = field(default_factory=list)
    last_s: float = float("-inf")
    bytes: int = 0

    def add(self, unit: Unit) -> None:
        self.units.append(unit)
        self.last_s = max(self.last_s, unit.pts_s)
        self.bytes += len(unit.data)


class PreRoll:
    """Keeps the newest units: those within `max_s` of the newest one and what they build on, the last few
    pictures of a slow camera, and no more than `max_bytes` where that leaves one key. Begins with a key.
    """

    def __init__(self, max_s: float, max_bytes: int) -> None:
        self._max_s = max_s
        self._max_bytes = max_bytes
        self._groups: deque[_Group] = deque()
        self._newest: Unit | None = None
        self._bytes = 0

    def __len__(self) -> int:
        return sum(len(group.units) for group in self._groups)

    @property
    def size_bytes(self) -> int:
        return self._bytes

    @property
    def newest(self) -> Unit | None:
        """The newest picture."""
        return self._newest

    def push(self, unit: Unit) -> None:
        """Keep `unit`; a step back in pts (another run, a file played again) forgets what was before."""
        if self._newest is not None and is_step_back(unit, self._newest.pts_s):
            self.clear()
        self._add(unit)
        while self._groups and (self._is_over(unit) or self._is_outdated(unit)):
            self._bytes -= self._groups.popleft().bytes
        if not self._groups:
            self._newest = None

    def fill(self, units: Iterable[Unit]) -> None:
        """Keep all of these, which another one kept, until the next `push`."""
        for unit in units:
            self._add(unit)

    def _add(self, unit: Unit) -> None:
        if unit.begins_group:
            self._groups.append(_Group())
        if not self._groups:
            return
        self._groups[-1].add(unit)
        self._bytes += len(unit.data)
        if not unit.is_sound:
            self._newest = unit

    def _is_outdated(self, unit: Unit) -> bool:
        fewest = 0 if unit.tracks.video.codec.is_inter else _FEWEST
        return len(self._groups) > fewest and unit.pts_s - self._groups[0].last_s > self._max_s

    def _is_over(self, unit: Unit) -> bool:
        if self._bytes <= self._max_bytes:
            return False
        is_last = len(self._groups) == 1 and unit.tracks.video.codec.is_inter
        return not is_last or self._bytes > _MOST_OF_A_GROUP

    def take(self, since_s: float) -> list[Unit]:
        """The units from the key at or before `since_s` on, in order; the ring is empty afterwards."""
        while len(self._groups) > 1 and self._groups[1].units[0].pts_s <= since_s:
            self._groups.popleft()
        if self._groups and self._groups[0].last_s < since_s:
            self._groups.popleft()
        taken = [unit for group in self._groups for unit in group.units]
        self.clear()
        return taken

    def clear(self) -> None:
        self._groups.clear()
        self._bytes, self._newest = 0, None


def is_step_back(unit: Unit, newest_s: float) -> bool:
    """Whether `unit` belongs to another line of time than the picture at `newest_s`."""
    if unit.is_sound:
        return False
    may_lie_back = unit.tracks.video.codec.is_inter and not unit.is_key
    return unit.pts_s < newest_s - (REORDERED_S if may_lie_back else 0.0)
