"""The history as a sink: hears everything, writes in batches, never holds anybody up."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from gcam_addon.clock import Clock
from gcam_addon.errors import RecordingError
from gcam_addon.history.chronicle import Change, Chronicle, Line
from gcam_addon.history.store import KEEP_S, Kept, Store, Wanted
from gcam_addon.model import Event

MOST_WAITING = 2000
WRITE_EVERY_S = 1.0
PICTURE_WIDTH_PX = 320
_QUALITY = 70
_log = logging.getLogger(__name__)


class History:
    """interfaces.Sink. `start` and `stop` once; what is published outside of that is lost."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._store = Store(data_dir / "events.db")
        self._clock = clock
        self._chronicle = Chronicle()
        self._waiting: deque[Change] = deque()
        self._lost = 0
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises `RecordingError` where the file can't be used."""
        await asyncio.to_thread(self._store.open)
        self._task = asyncio.create_task(self._keep_writing(), name="gcam-history")

    async def stop(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        await self.flush()
        await asyncio.to_thread(self._store.close)

    def publish(self, event: Event) -> None:
        for change in self._chronicle.take(event, self._clock.wall()):
            if len(self._waiting) >= MOST_WAITING:
                self._waiting.popleft()
                self._lost += 1
            self._waiting.append(change)

    async def flush(self) -> None:
        """Everything heard so far is on disk."""
        async with self._writing:
            changes = list(self._waiting)
            self._waiting.clear()
            if self._lost:
                _log.warning("the history is too slow: %d changes are not in it", self._lost)
                self._lost = 0
            if not changes:
                return
            try:
                await asyncio.to_thread(self._write, changes)
            except RecordingError as error:
                _log.warning("%s; %d changes are not in the history", error, len(changes))

    async def list(self, wanted: Wanted, limit: int) -> Sequence[Kept]:
        """Newest first."""
        await self.flush()
        return await asyncio.to_thread(self._store.list, wanted, limit)

    async def get(self, entry_id: int) -> Kept:
        return await asyncio.to_thread(self._store.get, entry_id)

    async def picture(self, key: str) -> bytes:
        return await asyncio.to_thread(self._store.picture, key)

    async def forget(self, camera_id: str) -> None:
        await self.flush()
        await asyncio.to_thread(self._store.forget, camera_id)

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.flush()

    def _write(self, changes: Sequence[Change]) -> None:
        self._store.write(map(_light, changes), forget_before=self._clock.wall() - KEEP_S)


def _light(change: Change) -> Change:
    return replace(change, jpeg=small(change.jpeg)) if isinstance(change, Line) else change


def small(jpeg: bytes) -> bytes:
    """As JPEG of at most `PICTURE_WIDTH_PX`, the right way up; empty where it can't be read. Blocking."""
    if not jpeg:
        return b""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_COLOR_2)
    if picture is None:
        return b""
    height, width = picture.shape[:2]
    if width > PICTURE_WIDTH_PX:
        size = (PICTURE_WIDTH_PX, max(1, round(height * PICTURE_WIDTH_PX / width)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return encoded.tobytes() if done else b""
