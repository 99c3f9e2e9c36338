"""What is told of the disk: how full it is, and whether it answers. All on the loop; what may hang is done by
threads, and waited for in vain no longer than a moment.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

from gcam_addon.errors import DiskError
from gcam_addon.model import Event, Storage, StorageChanged
from gcam_addon.recording.keeper import troubled
from gcam_addon.recording.silence import Silence
from gcam_addon.words.reason import because

_log = logging.getLogger(__name__)


class DiskWatch:
    """`measure` reads the disk, on `threads`. `hear` is told why recordings wait for it, and None when
    they do no longer; `publish` gets every change.
    """

    def __init__(
        self,
        silence: Silence,
        measure: Callable[[], Storage],
        threads: Executor,
        hear: Callable[[DiskError | None], None],
        publish: Callable[[Event], None],
        *,
        look_every_s: float = 1.0,
        answers_within_s: float = 3.0,
    ) -> None:
        self._silence = silence
        self._measure = measure
        self._threads = threads
        self._hear = hear
        self._publish = publish
        self._look_every_s = look_every_s
        self._answers_within_s = answers_within_s
        self._seen: Storage | None = None
        """What was measured last."""
        self._published: Storage | None = None
        self._problem: DiskError | None = None
        """Why recordings wait."""
        self._hangs: asyncio.Future[Storage] | None = None

    async def look_on(self) -> None:
        """For ever."""
        while True:
            self._heed(self._silence.is_on())
            await asyncio.sleep(self._look_every_s)

    def note(self, seen: Storage) -> None:
        """Somebody measured it."""
        self._seen = seen
        self._tell()

    async def storage(self) -> Storage:
        """As it is, or was when it last answered. RecordingError."""
        if self._hangs is None or self._hangs.done():
            await self._ask()
        return self._as_told(replace(self._known(), silent_s=self._silence.lasts_s()))

    async def _ask(self) -> None:
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._measure)
        while not asked.done():
            await asyncio.wait({asked}, timeout=self._answers_within_s)
            if not asked.done() and self._silence.lasts_s() >= self._answers_within_s:
                self._hangs = asked
                asked.add_done_callback(_came_too_late)
                return
        self._seen = asked.result()

    def _known(self) -> Storage:
        if self._seen is None:
            raise _waits()
        return self._seen

    def _as_told(self, storage: Storage) -> Storage:
        is_hanging = self._hangs is not None and not self._hangs.done()
        problem = self._problem or (_waits() if is_hanging else None)
        return storage if problem is None or storage.problem else troubled(storage, problem)

    def _heed(self, is_silent: bool) -> None:
        if is_silent == (self._problem is not None):
            return
        self._problem = _waits() if is_silent else None
        if self._problem is not None:
            _log.warning("%s", self._problem)
        else:
            _log.info("the disk of the recordings answers again")
        self._hear(self._problem)
        self._tell()

    def _tell(self) -> None:
        if self._seen is None:
            return
        storage = self._as_told(self._seen)
        if storage != self._published:
            self._published = storage
            self._publish(StorageChanged(storage))


def _waits() -> DiskError:
    return DiskError(because("disk_waits"))


def _came_too_late(asked: asyncio.Future[Storage]) -> None:
    """Who asked was answered long ago; an error of it concerns nobody."""
    if not asked.cancelled():
        asked.exception()
