"""Follows a Gcam, and saves what happens there: again and again, whatever breaks off."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.errors import ConfigError, DiskError, GcamError
from gcam_addon.pipeline.backoff import Backoff
from gcam_addon.saving.folder import EventFolder
from gcam_addon.saving.gcam import Gcam, Hello, Place
from gcam_addon.saving.happened import Wish
from gcam_addon.saving.visit import Visit


class Saver:
    """`since`: from when on at first, None: now. `saved` is told each new file, `tell` how it goes, as lines
    for people.
    """

    def __init__(
        self,
        place: Place,
        wish: Wish,
        since: float | None,
        folder: EventFolder,
        clock: Clock,
        *,
        saved: Callable[[Path], None],
        tell: Callable[[str], None],
    ) -> None:
        self._place = place
        self._wish = wish
        self._since = since
        self._folder = folder
        self._clock = clock
        self._saved = saved
        self._tell = tell
        self._is_well = False
        self._was_there = False
        self._trouble = ""

    async def run(self) -> None:
        """Until cancelled. Raises ConfigError."""
        backoff, well_s = Backoff(random.Random()), self._clock.monotonic()
        while True:
            self._is_well = False
            try:
                await self._follow()
            except ConfigError:
                raise
            except GcamError as error:
                self._say(error)
            if self._is_well:
                well_s = self._clock.monotonic()
            outage_s = self._clock.monotonic() - well_s
            await asyncio.sleep(backoff.next(outage_s, was_stable=self._is_well))

    async def _follow(self) -> None:
        """One connection. Raises what ended it."""
        key = await asyncio.to_thread(self._place.key)
        async with Gcam.at(self._place, key) as gcam, aclosing(gcam.events()) as events:
            hello = await gcam.hello(events)
            self._greet(hello)
            visit = Visit(gcam, self._wish, self._folder, self._clock, saved=self._saved, say=self._say)
            await visit.begin(hello, self._since)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(visit.hear(events))
                    group.create_task(visit.work(self._well))
            except* GcamError as failures:
                ended_by = failures.exceptions
            finally:
                with suppress(DiskError):
                    await visit.keep()
        raise min(ended_by, key=lambda error: not isinstance(error, ConfigError))

    def _greet(self, hello: Hello) -> None:
        """Raises ConfigError for a camera that is none; one that goes later may come back."""
        if self._was_there:
            return
        unknown = sorted(self._wish.cameras - hello.cameras)
        if unknown:
            there = ", ".join(sorted(hello.cameras))
            known = f"it has {there}" if there else "it has none that may be seen so"
            raise ConfigError(
                f"--camera: Gcam at {self._place.url} has no camera “{unknown[0]}”; {known}", field="camera"
            )
        self._was_there = True
        self._tell(f"following Gcam at {self._place.url}")

    def _say(self, error: GcamError) -> None:
        if str(error) != self._trouble:
            self._trouble = str(error)
            self._tell(f"{error}; trying again, and what Gcam still has by then is saved")

    def _well(self) -> None:
        self._is_well = True
        if self._trouble:
            self._trouble = ""
            self._tell("all is well again")
