"""Says again and again, where its owner wants, that Gcam is well: who waits for that hears its silence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from gcam_addon.alerts.pacing import pause_s
from gcam_addon.alerts.postman import TOLD_AFTER, Reached
from gcam_addon.clock import Clock
from gcam_addon.config.alert_model import HeartbeatSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ChannelError, ChannelRefused
from gcam_addon.words.reason import because

_LOOK_AGAIN_S = 15.0
"""While Gcam is not well."""
_log = logging.getLogger(__name__)


class Heartbeat:
    """One address's. `start` and `stop` once; `settings` never change."""

    def __init__(
        self,
        settings: HeartbeatSettings,
        beat: Callable[[str], Awaitable[None]],
        clock: Clock,
        *,
        unwell: Callable[[], str | None],
        tell: Callable[[str], None],
        duties: Duties,
        jitter: Callable[[], float],
    ) -> None:
        """`beat` calls an address, and raises `ChannelError`. `unwell`: what is wrong with Gcam, None:
        nothing. `tell`: that the address can't be called, and why; empty: it can again.
        """
        self.settings = settings
        self.reached = Reached()
        self._call = beat
        self._clock = clock
        self._unwell = unwell
        self._tell = tell
        self._duties = duties
        self._jitter = jitter
        self._is_told = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = self._duties.task("heartbeat", self._work)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            pause_s = await self._beat()
            await asyncio.sleep(pause_s)

    async def _beat(self) -> float:
        """How long until the next, in seconds."""
        why = self._unwell()
        if why is not None:
            self.reached = replace(self.reached, problem=because("heartbeat_withheld", why=why))
            return min(_LOOK_AGAIN_S, self.settings.every_s)
        try:
            await self._call(self.settings.url)
        except ChannelError as error:
            return self._failed(error)
        if self.reached.failures:
            _log.info("the heartbeat gets through again")
        if self._is_told:
            self._is_told = False
            self._tell("")
        self.reached = Reached(last_at=self._clock.wall())
        return self.settings.every_s

    def _failed(self, error: ChannelError) -> float:
        failures = self.reached.failures + 1
        if failures == 1:
            _log.warning("the heartbeat does not get through: %s", error)
        self.reached = Reached(self.reached.last_at, error.said, failures)
        if not self._is_told and (failures >= TOLD_AFTER or isinstance(error, ChannelRefused)):
            self._is_told = True
            self._tell(error.said)
        pause = pause_s(failures, refused=False, retry_after_s=error.retry_after_s, jitter=self._jitter())
        return min(pause, self.settings.every_s)
