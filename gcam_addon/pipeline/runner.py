"""One camera's life: connect, hand every unit to who wants it, and come back after failures.

This is the only retry loop that a camera's failures have: `run` supervises, `_run_once` propagates. What
nobody foresaw ends `run`, told and with everything kept; whoever called it calls it again.
Everything here runs on the loop; detection itself runs in `handoff`'s threads, disk work in the recorder's.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, RecordingMode
from gcam_addon.duties import is_wanted
from gcam_addon.errors import Defect, GcamError, SourceError
from gcam_addon.interfaces import Recorder, Source
from gcam_addon.log.setup import camera_logger
from gcam_addon.model import (
    CameraState,
    Decision,
    Event,
    MotionEnded,
    MotionStarted,
    RecordingChanged,
    Rest,
    Unit,
)
from gcam_addon.pipeline.backoff import Backoff
from gcam_addon.pipeline.carry import Carry
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.gauge import StreamGauge
from gcam_addon.pipeline.handoff import Broken, Deliver, Handoff
from gcam_addon.pipeline.intake import Intake, PassOn
from gcam_addon.pipeline.link import Link
from gcam_addon.pipeline.processor import Analysis
from gcam_addon.pipeline.telling import Account, ByHand, Teller
from gcam_addon.words.reason import because


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where what happens this very moment goes, for whoever watches: must not wait."""

    show: Callable[[Unit], None]
    """Gets every unit."""
    decided: Callable[[Decision], None]
    """Gets what was decided on every picture that was analysed."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a runner is made of; `assembly` and the engine fill it in."""

    open_source: Callable[[Camera], Source]
    intake_for: Callable[[Camera, PassOn], Intake]
    handoff_for: Callable[[Camera, Deliver, Broken], Handoff]
    recorder_for: Callable[[Camera], Recorder]
    outlets: Outlets
    publish: Callable[[Event], None]
    clock: Clock
    gate: ConnectGate
    rng: random.Random


_CALM_S = 3.0
"""For so long a sensor takes to find its exposure after the light changed. Less than the pre-roll: whoever
walks in meanwhile is recorded all the same.
"""


class CameraRunner:
    """Supervises one enabled camera until `run` is cancelled."""

    def __init__(self, camera: Camera, parts: Parts) -> None:
        self._parts = parts
        self._clock = parts.clock
        self._log = camera_logger(__name__, camera.name)
        self._backoff = Backoff(parts.rng)
        self._now = Account(
            camera=camera,
            link=Link(parts.clock),
            gauge=StreamGauge(),
            intake=parts.intake_for(camera, self._pass_on),
            handoff=parts.handoff_for(camera, self._analysed, self._detection_broke),
            recorder=parts.recorder_for(camera),
            recording=RecordingChanged(camera.id, recording=False),
        )
        self._teller = Teller(self._now, parts.publish, parts.clock)
        self._carry = Carry()
        self._hides_pictures = False
        self._is_over = True

    async def run(self) -> None:
        """Until cancelled, or something happens that nobody foresaw; then it may be called again. A clip and
        an event in progress are kept whenever a run ends.
        """
        link = self._now.link
        try:
            while True:
                await self._parts.gate.enter()
                await self._attempt()
                await asyncio.sleep(self._backoff.next(link.silent_s, was_stable=link.is_stable))
        except (Exception, asyncio.CancelledError) as error:
            if not is_wanted(error):
                self._failed(Defect(error))
            raise
        finally:
            try:
                await self._end_run()
            finally:
                self._now.recorder.close()

    async def apply(self, camera: Camera) -> None:
        """Take over changed settings that don't concern the connection; the stream goes on."""
        now, before = self._now, self._now.camera
        now.camera = camera
        self._log = camera_logger(__name__, camera.name)
        looks_otherwise = _look(before) != _look(camera)
        recorder = now.recorder
        recorder.rename(camera)
        if looks_otherwise:
            now.intake.retune(camera)
        if looks_otherwise or before.recording != camera.recording:  # no clip holds both looks
            rest = recorder.hand_over()
            now.recorder = self._parts.recorder_for(camera)
            now.recorder.take_over(_unseen(rest) if looks_otherwise else rest)
            if now.event is not None:
                now.recorder.note(replace(now.event, jpeg=b"") if looks_otherwise else now.event)
        self._hides_pictures = looks_otherwise  # they may show what is private from now on
        switched = before.detection.enabled != camera.detection.enabled
        ended = await now.handoff.retune(camera, anew=looks_otherwise or switched)
        if recorder is not now.recorder:
            for event in ended:  # its clip is to know how they ended
                recorder.note(replace(event, jpeg=b""))
        if not camera.detection.enabled:
            now.motion = None
        self._detection_broke(ended)
        self._hides_pictures = False

    def record(self, seconds: float | None) -> None:
        """Record by hand for `seconds` from now; None or 0 stops."""
        lasts_s = seconds or 0.0
        self._now.by_hand = ByHand(self._clock.monotonic() + lasts_s, self._clock.wall() + lasts_s)
        self.tick()

    def note_recording(self, change: RecordingChanged) -> None:
        """The recorder began, stopped, or can't."""
        self._now.recording = change
        self.tick()

    def note_lamp(self, level: int | None) -> None:
        """What is known of the board's lamp."""
        self._now.lamp = level
        self.tick()

    def calm(self) -> None:
        """Gcam itself changes what the picture shows: for a moment nothing begins to move."""
        self._now.handoff.calm(self._clock.monotonic() + _CALM_S)

    def tick(self) -> None:
        """Publish the state where it changed in a way somebody wants to know, or counters are due."""
        self._teller.tick()

    def state(self) -> CameraState:
        return self._teller.state()

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
        now = self._now
        self._is_over = False
        now.link.attempt()
        now.source = self._parts.open_source(now.camera)
        async with aclosing(now.source.units()) as units:
            async for unit in units:
                self._received(unit)

    def _received(self, unit: Unit) -> None:
        now, link = self._now, self._now.link
        if not unit.is_sound:
            if not link.is_up:
                self._carry.began(unit.pts_s)
            away_since = link.since
            if link.picture(unit.pts_s):
                self._connected(unit, away_since)
        now.gauge.count(unit)
        now.intake.take(unit)

    def _pass_on(self, unit: Unit) -> None:
        """What may be seen and heard, to whoever wants it."""
        now = self._now
        if unit.tracks is not now.tracks and unit.tracks != now.tracks:
            now.tracks = unit.tracks
            self.tick()
        self._parts.outlets.show(unit)
        now.recorder.push(unit, self._keep(unit.pts_s))
        if now.camera.detection.enabled and not unit.is_sound:
            now.handoff.offer(unit)

    def _keep(self, pts_s: float) -> bool:
        by_hand, recording = self._now.by_hand, self._now.camera.recording
        if by_hand is not None and pts_s < by_hand.until_s:
            return True
        if not recording.enabled or recording.mode is RecordingMode.OFF:
            return False
        return self._now.event is not None or self._carry.lasts(pts_s)

    def _connected(self, unit: Unit, away_since: float) -> None:
        if self._now.link.reconnects:
            self._log.info("back after %.0f s", unit.received_at - away_since)
        else:
            self._log.info("connected, %dx%d", unit.size.width, unit.size.height)
        self.tick()

    def _failed(self, error: GcamError) -> None:
        link = self._now.link
        level = logging.WARNING if link.failed(error) else logging.DEBUG
        self._log.log(level, "%s%s", "again and again: " if link.flaps else "", error)
        self.tick()

    async def _end_run(self) -> None:
        """The stream is gone: what is in progress ends here and is kept; the next run starts afresh. Where it
        is cancelled half-way it is called again, and goes on.
        """
        if self._is_over:
            return
        now = self._now
        if now.source is not None:
            now.torn += now.source.dropped
            now.source = None
        await now.intake.finish()
        self._carry.broke(now.link.alive_s, self._blind_s, moving=now.event is not None)
        self._tell(await now.handoff.finish())
        now.recorder.close()
        await now.handoff.reset()
        now.motion = None
        self._is_over = True

    def _analysed(self, analysis: Analysis) -> None:
        now = self._now
        now.motion = analysis.motion if now.camera.detection.enabled else None
        self._tell(analysis.events)
        decision = Decision(analysis.look.received_at, analysis.motion, now.event is not None)
        self._parts.outlets.decided(decision)

    def _detection_broke(self, ended: tuple[MotionEnded, ...]) -> None:
        """Detection begins anew, and `ended` with that: what moved goes on being recorded meanwhile."""
        if ended and self._now.camera.detection.enabled:
            self._carry.on(self._clock.monotonic(), self._blind_s)
        self._tell(ended)
        self.tick()

    @property
    def _blind_s(self) -> float:
        return self._now.camera.detection.warmup_s + 1.0

    def _tell(self, events: tuple[MotionStarted | MotionEnded, ...]) -> None:
        now = self._now
        for happened in events:
            event = replace(happened, jpeg=b"") if self._hides_pictures else happened
            now.event = event if isinstance(event, MotionStarted) else None
            now.recorder.note(event)
            self._parts.publish(event)
        if events:
            self.tick()


def _look(camera: Camera) -> tuple[object, ...]:
    """All that decides what of the camera's picture is seen."""
    return camera.rotation, camera.privacy_masks


def _unseen(rest: Rest) -> Rest:
    """Without its pictures."""
    event = None if rest.event is None else replace(rest.event, jpeg=b"")
    return replace(rest, pre_roll=(), event=event)
