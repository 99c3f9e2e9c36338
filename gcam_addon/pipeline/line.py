"""One address of a camera: connect, turn and blacken what comes, hand it on, and come back after failures.

This is the only retry loop that a camera's failures have: `run` supervises, `_run_once` propagates. What
nobody foresaw ends `run`, told and with everything kept; whoever called it calls it again.
Everything here runs on the loop.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.duties import is_wanted
from gcam_addon.errors import Defect, GcamError, SourceError
from gcam_addon.interfaces import Paced, Prompt, Source
from gcam_addon.log.setup import camera_logger
from gcam_addon.model import Status, Unit
from gcam_addon.pipeline.backoff import Backoff
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.gauge import StreamGauge
from gcam_addon.pipeline.intake import Intake, PassOn
from gcam_addon.pipeline.link import Link
from gcam_addon.words.reason import because

OVERDUE_S: Final = 5.0
"""A first connection that shows nothing for so long is one to do without."""


@dataclass(frozen=True, slots=True)
class LineParts:
    """What lines are made of."""

    open_source: Callable[[Camera], Source]
    intake_for: Callable[[Camera, PassOn], Intake]
    clock: Clock
    gate: ConnectGate
    pause: Callable[[float], Awaitable[None]]
    """Before the next attempt: so many seconds, or until the camera comes by itself."""
    rng: random.Random


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose line it is."""

    take: Callable[[Unit], None]
    """Every unit, as it may be seen and heard."""
    began: Callable[[float], None]
    """A run has its first picture, at this `pts_s`."""
    moved: Callable[[], None]
    """Something may be told of the line."""
    over: Callable[[], Awaitable[None]]
    """A run is over: what depends on it ends. Called again where it is cancelled half-way."""


class Line:
    """`name` goes before what the log says of it."""

    def __init__(self, camera: Camera, owner: Owner, parts: LineParts, name: str = "") -> None:
        self._owner = owner
        self._parts = parts
        self._name = name
        self._backoff = Backoff(parts.rng)
        self._source: Source | None = None
        self._torn_before = 0
        self._is_over = True
        self.link = Link(parts.clock)
        self.gauge = StreamGauge()
        self.intake = parts.intake_for(camera, owner.take)
        self.know(camera)

    def know(self, camera: Camera) -> None:
        """Changed settings that don't concern the connection."""
        self._camera = camera
        self._log = camera_logger(__name__, camera.name)

    @property
    def torn(self) -> int:
        """Parts that were no usable picture."""
        return self._torn_before + (self._source.dropped if self._source else 0)

    @property
    def is_up(self) -> bool:
        """Whether a run goes on and has brought a picture."""
        return not self._is_over and self.link.is_up

    @property
    def lasted_s(self) -> float:
        """For how long the present run has brought pictures."""
        return self.link.lasted_s if self.is_up else 0.0

    @property
    def is_unseen(self) -> bool:
        """Whether none of its pictures may be seen: a defect of ours."""
        return self.intake.fails

    def is_away(self, now_s: float) -> bool:
        """Whether it is to be done without: nothing comes of it, or nothing that may be seen."""
        if self.is_up:
            return self.gauge.is_silent(now_s) or self.is_unseen
        return self.link.problem is not None or self.link.silent_s > OVERDUE_S

    @property
    def paced_fps(self) -> float | None:
        """How many pictures a second the camera was asked for and sends; None: all there are."""
        return self._source.paced_fps if isinstance(self._source, Paced) else None

    def pace(self, fps: float | None) -> None:
        """Ask the camera for so many, where it can be asked; None: for all."""
        if isinstance(self._source, Paced):
            self._source.pace(fps)

    def fps(self) -> float:
        if self.link.status is not Status.CONNECTED:
            return 0.0
        rate = self.gauge.rate(self._parts.clock.monotonic())
        return round(rate, 1 if rate >= 1.0 else 2)

    async def run(self) -> None:
        """Until cancelled, or something happens that nobody foresaw; then it may be called again."""
        try:
            while True:
                await self._parts.gate.enter()
                await self._attempt()
                seconds = self._backoff.next(self.link.silent_s, was_stable=self.link.is_stable)
                await self._parts.pause(seconds)
        except (Exception, asyncio.CancelledError) as error:
            if not is_wanted(error):
                self._failed(Defect(error))
            raise
        finally:
            await self._end_run()

    async def _attempt(self) -> None:
        try:
            await self._run_once()
        except GcamError as error:  # mostly SourceError; an address that can't be read is a ConfigError
            self._failed(error)
        else:  # a file came to its end
            self._failed(SourceError(because("pictures_ended")))
        finally:
            await self._end_run()

    async def _run_once(self) -> None:
        self._is_over = False
        self.link.attempt()
        source = self._source = self._parts.open_source(self._camera)
        if isinstance(source, Prompt):
            await source.hand_to(self._received)
            return
        async with aclosing(source.units()) as units:
            async for unit in units:
                self._received(unit)

    def _received(self, unit: Unit) -> None:
        link = self.link
        if not unit.is_sound:
            if not link.is_up:
                self._owner.began(unit.pts_s)
            away_since = link.since
            if link.picture(unit.pts_s):
                self._connected(unit, away_since)
        self.gauge.count(unit)
        self.intake.take(unit)

    def _connected(self, unit: Unit, away_since: float) -> None:
        if self.link.reconnects:
            self._log.info("%sback after %.0f s", self._name, unit.received_at - away_since)
        else:
            self._log.info("%sconnected, %dx%d", self._name, unit.size.width, unit.size.height)
        self._owner.moved()

    def _failed(self, error: GcamError) -> None:
        link = self.link
        level = logging.WARNING if link.failed(error) else logging.DEBUG
        again = "again and again: " if link.flaps else ""
        self._log.log(level, "%s%s%s", self._name, again, error)
        self._owner.moved()

    async def _end_run(self) -> None:
        """The stream is gone; the next run starts afresh. Where it is cancelled half-way it is called again,
        and goes on.
        """
        if self._is_over:
            return
        if self._source is not None:
            self._torn_before += self._source.dropped
            self._source = None
        await self.intake.finish()
        await self._owner.over()
        self._is_over = True
