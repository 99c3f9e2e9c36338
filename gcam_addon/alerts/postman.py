"""Sees to it that what waits for one destination gets there: one letter after the other, tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gcam_addon.alerts.outbox import Due, Outbox
from gcam_addon.alerts.pacing import Part, pause_s
from gcam_addon.alerts.wording import Wording
from gcam_addon.clock import Clock
from gcam_addon.config.alert_model import ChannelSettings, Destination
from gcam_addon.duties import Duties
from gcam_addon.errors import ChannelError, ChannelRefused, RecordingError
from gcam_addon.interfaces import Channel
from gcam_addon.machine.loop import in_threads
from gcam_addon.model.alerts import Letter, Receipt
from gcam_addon.words.reason import because, said_in

_LONGEST_WAIT_S = 60.0
_DISK_PAUSE_S = 5.0
TOLD_AFTER = 3
"""Failures in a row after which others are told; of a refusal at once."""
_MOST_SAID = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reached:
    """How it fares with one destination."""

    last_at: float | None = None
    """When something was taken there last."""
    problem: str | None = None
    """Why the newest attempt failed, a `Reason`; None: it did not."""
    failures: int = 0
    """In a row."""


class Postman:
    """One destination's. `start` and `stop` once; `destination` never changes."""

    def __init__(
        self,
        destination: Destination,
        channel_for: Callable[[ChannelSettings], Channel],
        outbox: Outbox,
        threads: Executor,
        clock: Clock,
        *,
        sees: Callable[[str, str], bool],
        clip: Callable[[str], Awaitable[Path | None]],
        link: Callable[[], str | None],
        tell: Callable[[Destination, str], None],
        duties: Duties,
        jitter: Callable[[], float],
    ) -> None:
        self.destination = destination
        self.reached = Reached()
        self._channel_for = channel_for
        self._outbox = outbox
        self._threads = threads
        self._clock = clock
        self._sees = sees
        self._clip = clip
        self._link = link
        self._tell = tell
        self._duties = duties
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = self._duties.task(f"alerts of {self.destination.id}", self._work)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def look(self) -> None:
        """There is something new."""
        self._wake.set()

    async def try_out(self, picture: bytes) -> str:
        """Sends a letter that says it is a trial; what the server answered. Raises `ChannelError`."""
        language, now = self.destination.language, self._clock.wall()
        letter = Letter(
            key=f"trial:{now:.3f}/{self.destination.id}",
            at=now,
            title=because("alert_trial_title").in_language(language),
            text=because("alert_trial", name=self.destination.name).in_language(language),
            language=language,
            picture=picture,
            link=self._link(),
            facts={"topic": "trial"},
        )
        channel = await asyncio.to_thread(self._channel_for, self.destination.settings)
        try:
            receipt = await channel.send(letter)
        finally:
            await channel.close()
        return _said(receipt)

    async def _work(self) -> None:
        channel = await asyncio.to_thread(self._channel_for, self.destination.settings)
        try:
            while True:
                self._wake.clear()
                try:
                    wait_s = await self._next(channel)
                except RecordingError as error:  # its duty tells of it: see `Alerts`
                    _log.debug("alerts of %s wait: %s", self.destination.id, error)
                    wait_s = _DISK_PAUSE_S
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._wake.wait()
        finally:
            await channel.close()

    async def _next(self, channel: Channel) -> float:
        """Sends what is due; for how long there is nothing then. Raises `RecordingError`."""
        while True:
            now = self._clock.wall()
            due, wake_at = await in_threads(self._threads, self._outbox.next, self.destination.id, now)
            if due is None:
                wait_s = _LONGEST_WAIT_S if wake_at is None else wake_at - now
                return min(max(wait_s, 0.05), _LONGEST_WAIT_S)
            await self._deliver(channel, due)

    async def _deliver(self, channel: Channel, due: Due) -> None:
        draft, kept = due.kept.draft, due.kept
        person = self.destination.person
        if person is not None and draft.camera_id is not None and not self._sees(person, draft.camera_id):
            why = said_in("en", because("alert_unseen"))
            await in_threads(self._threads, self._outbox.refused, kept, why)
            return
        clip = None if draft.clip_id is None else await self._clip(draft.clip_id)
        if draft.part is Part.CLIP and clip is None:
            await in_threads(self._threads, self._outbox.refused, kept, str(because("alert_clip_gone")))
            return
        wording = Wording(self.destination.language, self._link(), self._clock.wall())
        began_s = self._clock.monotonic()
        try:
            receipt = await channel.send(wording.letter(due, draft.picture, clip))
        except ChannelError as error:
            await self._failed(due, error)
        except Exception as error:
            # It is told as a defect; the letters behind it do not wait for this one.
            await self._failed(due, ChannelError(because("alert_defect", error=type(error).__name__)))
            raise
        else:
            await self._sent(due, receipt, self._clock.monotonic() - began_s)

    async def _sent(self, due: Due, receipt: Receipt, took_s: float) -> None:
        now = self._clock.wall()
        said = _said(receipt)
        note = partial(self._outbox.sent, due.kept, now, remote=receipt.remote, said=said, took_s=took_s)
        await in_threads(self._threads, note)
        was_bad = self.reached.problem is not None
        self.reached = Reached(self.reached.last_at if due.kept.draft.is_secret else now)
        if was_bad:
            self._tell(self.destination, "")
            await in_threads(self._threads, self._outbox.hurry, self.destination.id, now)

    async def _failed(self, due: Due, error: ChannelError) -> None:
        is_refused = isinstance(error, ChannelRefused)
        attempts = due.kept.attempts + 1
        pause = pause_s(
            attempts, refused=is_refused, retry_after_s=error.retry_after_s, jitter=self._jitter()
        )
        next_at = self._clock.wall() + pause
        await in_threads(self._threads, self._outbox.failed, due.kept, next_at, str(error)[:_MOST_SAID])
        failures, known = self.reached.failures + 1, self.reached.problem
        self.reached = Reached(self.reached.last_at, error.said, failures)
        if str(known) != str(error):
            _log.warning("alerts do not reach %s: %s", self.destination.name, error)
        if is_refused or failures == TOLD_AFTER:
            self._tell(self.destination, error.said)


def _said(receipt: Receipt) -> str:
    return ", ".join((receipt.said, *(f"without {one}" for one in receipt.left_out)))[:_MOST_SAID]
