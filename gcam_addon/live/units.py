"""A compressed camera's units to everybody who watches, from the newest key on: no copy, no decode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from gcam_addon.model import Tracks, Unit

_MOST_KEPT_BYTES = 32 * 1024 * 1024
"""Of the newest group: a camera that sends no key for so long is joined with its next one."""
_MOST_BEHIND = 400
"""Units that wait for one viewer, pictures and sound; who is further behind goes on with the next key."""


class UnitRelay:
    """The fan-out of one camera. All methods belong to the loop; none of them blocks."""

    def __init__(self) -> None:
        self._viewers: set[_Viewer] = set()
        self._group: list[Unit] = []
        self._group_bytes = 0
        self._newest_s = float("-inf")
        self.tracks: Tracks | None = None
        """What the camera sends; None while it is not compressed, or nothing is known."""
        self.reorders = False
        """Whether pictures were decoded in another order than shown."""
        self.skipped = 0
        """Pictures that some viewer was too slow for."""

    @property
    def group(self) -> Sequence[Unit]:
        """The newest key and what came since; empty before the first."""
        return self._group

    @property
    def viewers(self) -> int:
        """How many are watching now."""
        return len(self._viewers)

    def publish(self, unit: Unit) -> None:
        self.tracks = unit.tracks
        if unit.begins_group:
            self._group, self._group_bytes = [], 0
            self._newest_s = unit.pts_s
        elif not unit.is_sound:
            self.reorders |= unit.pts_s < self._newest_s
            self._newest_s = max(self._newest_s, unit.pts_s)
        self._keep(unit)
        for viewer in self._viewers:
            self.skipped += viewer.put(unit)

    def _keep(self, unit: Unit) -> None:
        if not self._group and not unit.begins_group:
            return
        self._group.append(unit)
        self._group_bytes += len(unit.data)
        if self._group_bytes > _MOST_KEPT_BYTES:
            self._group, self._group_bytes = [], 0

    def forget(self) -> None:
        """Nobody is to get what was published until now: another part of it is private."""
        self._group, self._group_bytes = [], 0
        for viewer in self._viewers:
            viewer.empty()

    def end(self) -> None:
        """The camera sends no such units any more, or is stopped: ends everybody's watching."""
        self.forget()
        self.tracks, self.reorders, self._newest_s = None, False, float("-inf")
        for viewer in self._viewers:
            viewer.end()

    async def watch(self) -> AsyncGenerator[Sequence[Unit], None]:
        """All that came since the last time, beginning with the newest key; after a loss with the next one.
        Until `end()`. Closing the iterator leaves.
        """
        viewer = _Viewer(self._group)
        self._viewers.add(viewer)
        try:
            while units := await viewer.take():
                yield units
        finally:
            self._viewers.discard(viewer)


class _Viewer:
    """One who watches: a bounded queue that begins with a key."""

    def __init__(self, group: Sequence[Unit]) -> None:
        self._units = list(group)
        self._follows = bool(group)
        self._is_ended = False
        self._filled = asyncio.Event()

    def put(self, unit: Unit) -> int:
        """How many pictures it has to do without."""
        lost = 0
        if len(self._units) >= _MOST_BEHIND:
            lost = sum(not each.is_sound for each in self._units)
            self.empty()
        self._follows = self._follows or unit.begins_group
        if not self._follows:
            return lost + (not unit.is_sound)
        self._units.append(unit)
        self._filled.set()
        return lost

    def empty(self) -> None:
        self._units = []
        self._follows = False

    def end(self) -> None:
        self._is_ended = True
        self._filled.set()

    async def take(self) -> Sequence[Unit]:
        """Empty at the end."""
        while not self._units and not self._is_ended:
            self._filled.clear()
            await self._filled.wait()
        taken, self._units = self._units, []
        return taken
