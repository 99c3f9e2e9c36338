"""The history as a sink: hears everything, writes in batches, never holds anybody up."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.duties import Duties
from gcam_addon.errors import LaterVersion, RecordingError
from gcam_addon.history.backlog import Backlog
from gcam_addon.history.chronicle import Change, Chronicle, Line
from gcam_addon.history.store import KEEP_S, HistoryStore, Kept, Wanted
from gcam_addon.machine.loop import in_threads
from gcam_addon.model import DutyStatus, Event, HistoryChanged
from gcam_addon.model.board_health import KEPT_S, BoardHealth
from gcam_addon.picture.pixels import shrunk

WRITE_EVERY_S = 1.0
TIDY_EVERY_S = 600.0
PICTURE_WIDTH_PX = 320
_QUALITY = 70
_THREADS = 3
"""Of its own: a disk that hangs is to hold up the history and nobody else."""
_DUTY = "history"
_log = logging.getLogger(__name__)


class History:
    """interfaces.Sink. `start` and `stop` once; what is published outside of that is lost.

    What can't be written waits in memory, within bounds, until it can; `problem` says why.
    """

    def __init__(
        self, data_dir: Path, clock: Clock, duties: Duties, tell: Callable[[Event], None] = lambda _: None
    ) -> None:
        self._store = HistoryStore(data_dir / "events.db")
        self._threads = duties.pool(_DUTY, _THREADS)
        self._clock = clock
        self._duties = duties
        self._tell = tell
        self._chronicle = Chronicle()
        self._backlog = Backlog()
        self._tidied_s = float("-inf")
        self._writing = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.problem: str | None = None

    @property
    def lost(self) -> int:
        """Changes that are not in it and never will be."""
        return self._backlog.lost

    async def start(self) -> None:
        """Raises `LaterVersion`. A file that can't be used now is tried again."""
        try:
            await in_threads(self._threads, self._store.open)
        except RecordingError as error:
            if isinstance(error, LaterVersion):
                raise
        self._task = self._duties.task(_DUTY, self._keep_writing)

    async def stop(self) -> None:
        if self._task is None:
            return
        self._stopping.set()
        await asyncio.wait([self._task])
        await self.flush()
        if self._backlog:
            _log.warning("%d changes are not in the history", len(self._backlog))
        await in_threads(self._threads, self._store.close)
        self._threads.shutdown(wait=False)

    def publish(self, event: Event) -> None:
        for change in self._chronicle.take(event, self._clock.wall()):
            self._backlog.add(change)

    async def flush(self) -> None:
        """Everything heard so far is on disk, or `problem` says why it is not."""
        async with self._writing:
            changes, cameras = self._backlog.take(), frozenset[str | None]()
            if not changes and self._store.is_open and self.problem is None:
                return
            try:
                changes = await in_threads(self._threads, _light, changes)
                cameras = await in_threads(self._threads, self._store.write, changes)
                await self._tidy()
            except BaseException as error:
                self._backlog.put_back(changes)  # writing what is written already changes nothing
                if not isinstance(error, RecordingError):
                    raise
                self._failed(error)
            else:
                self._works()
        self._told(cameras)

    async def list(self, wanted: Wanted, limit: int) -> Sequence[Kept]:
        """Newest first."""
        await self.flush()
        return await in_threads(self._threads, self._store.list, wanted, limit)

    async def unplaced_until(self, camera_id: str) -> float | None:
        """When the last motion began of which nobody knows where it was; None: it is known of all."""
        return await in_threads(self._threads, self._store.unplaced_until, camera_id)

    async def count(self, wanted: Wanted) -> int:
        await self.flush()
        return await in_threads(self._threads, self._store.count, wanted)

    async def days(self, wanted: Wanted, timezone: tzinfo | None = None) -> Mapping[str, int]:
        """How many there are on each day of `timezone` (None: this machine's), oldest first; `2026-11-21`."""
        await self.flush()
        return await in_threads(self._threads, lambda: _by_day(self._store.quarters(wanted), timezone))

    async def review(self, wanted: Wanted, by: str | None) -> int:
        """`by` has looked at them; None: nobody has. Returns of how many that is new."""
        await self.flush()
        at = None if by is None else self._clock.wall()
        cameras = await in_threads(self._threads, self._store.review, wanted, at, by)
        self._told(frozenset(cameras))
        return len(cameras)

    async def get(self, entry_id: int) -> Kept:
        return await in_threads(self._threads, self._store.get, entry_id)

    async def picture(self, key: str) -> bytes:
        return await in_threads(self._threads, self._store.picture, key)

    async def note_board(self, camera_id: str, health: BoardHealth) -> None:
        """Kept for a day. Raises `RecordingError`."""
        await in_threads(self._threads, self._store.note_board, camera_id, health)

    async def board(self, camera_id: str) -> Sequence[BoardHealth]:
        """Of the last day, oldest first."""
        return await in_threads(self._threads, self._store.board, camera_id, self._clock.wall() - KEPT_S)

    async def board_ids(self) -> Mapping[str, str]:
        """By camera: what its board said last that it is."""
        return await in_threads(self._threads, self._store.board_ids)

    async def cameras(self) -> frozenset[str]:
        """Of which there is something, also those that are gone."""
        await self.flush()
        return await in_threads(self._threads, self._store.cameras)

    async def forget(self, camera_id: str) -> None:
        await self.flush()
        await in_threads(self._threads, self._store.forget, camera_id)
        self._told(frozenset({camera_id}))

    async def _keep_writing(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(WRITE_EVERY_S):
                    await self._stopping.wait()
            await self.flush()

    def _told(self, cameras: frozenset[str | None]) -> None:
        for camera_id in cameras:
            self._tell(HistoryChanged(camera_id))

    async def _tidy(self) -> None:
        now_s = self._clock.monotonic()
        if now_s - self._tidied_s >= TIDY_EVERY_S:
            self._tidied_s = now_s
            await in_threads(self._threads, self._store.tidy, self._clock.wall() - KEEP_S)

    def _failed(self, error: RecordingError) -> None:
        if self.problem is None:
            self._duties.failed(
                _DUTY, error, DutyStatus.WAITING, "keeps in memory what it can until it is mended"
            )
        self.problem = str(error)

    def _works(self) -> None:
        if self.problem is not None:
            self.problem = None
            self._duties.started(_DUTY)
            _log.info("the history is written again; %d changes are not in it", self.lost)


def _by_day(quarters: Sequence[tuple[float, int]], timezone: tzinfo | None) -> Mapping[str, int]:
    days = Counter[str]()
    for at, count in quarters:
        days[datetime.fromtimestamp(at, timezone).date().isoformat()] += count
    return days


def _light(changes: Sequence[Change]) -> list[Change]:
    return [
        replace(change, jpeg=_small(change.jpeg)) if isinstance(change, Line) else change
        for change in changes
    ]


def _small(jpeg: bytes) -> bytes:
    """Empty where it can't be read. Blocking."""
    return shrunk(jpeg, PICTURE_WIDTH_PX, _QUALITY) or b""
