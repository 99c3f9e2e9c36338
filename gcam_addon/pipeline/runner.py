"""One camera's life: connect, hand every frame to who wants it, and come back after failures.

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
from gcam_addon.log import camera_logger
from gcam_addon.model import (
    CameraChanged,
    CameraState,
    Decision,
    EncodedFrame,
    Event,
    Motion,
    MotionEnded,
    MotionStarted,
    NoRecording,
    RecordingChanged,
    Size,
    Status,
)
from gcam_addon.pipeline.backoff import Backoff
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.gauge import StreamGauge
from gcam_addon.pipeline.handoff import Deliver, Handoff
from gcam_addon.pipeline.intake import Intake, PassOn
from gcam_addon.pipeline.processor import Analysis

_LOST_AFTER_S = 60.0
_COUNTERS_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where what happens this very moment goes, for whoever watches: must not wait."""

    show: Callable[[EncodedFrame], None]
    """Gets every picture."""
    decided: Callable[[Decision], None]
    """Gets what was decided on every picture that was analysed."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a runner is made of; `assembly` and the engine fill it in."""

    open_source: Callable[[Camera], Source]
    intake_for: Callable[[Camera, PassOn], Intake]
    handoff_for: Callable[[Camera, Deliver], Handoff]
    recorder_for: Callable[[Camera], Recorder]
    outlets: Outlets
    publish: Callable[[Event], None]
    clock: Clock
    gate: ConnectGate
    rng: random.Random


class CameraRunner:
    """Supervises one enabled camera until `run` is cancelled."""

    def __init__(self, camera: Camera, parts: Parts) -> None:
        self.camera = camera
        self._parts = parts
        self._log = camera_logger(__name__, camera.name)
        self._clock = parts.clock
        self._backoff = Backoff(parts.rng)
        self._gauge = StreamGauge()
        self._intake = parts.intake_for(camera, self._pass_on)
        self._size: Size | None = None
        self._handoff = parts.handoff_for(camera, self._analysed)
        self._recorder = parts.recorder_for(camera)
        self._source: Source | None = None
        self._dropped_before = 0
        self._dropped_before_masks = 0
        self._hides_pictures = False
        self._ended = True
        self._status = Status.CONNECTING
        self._since = self._clock.wall()
        self._alive_s = self._clock.monotonic()  # last frame, or the start
        self._problem: GcamError | None = None
        self._reconnects = 0
        self._event: MotionStarted | None = None
        self._motion: Motion | None = None
        self._manual_until_s = float("-inf")
        self._carry_s = 0.0
        self._carry_until_s = float("-inf")
        self._recording = RecordingChanged(camera.id, recording=False)
        self._published: CameraState | None = None
        self._published_s = float("-inf")

    async def run(self) -> None:
        """Until cancelled, or something happens that nobody foresaw; then it may be called again. A clip and
        an event in progress are kept whenever a run ends.
        """
        try:
            while True:
                await self._parts.gate.enter()
                await self._attempt()
                await asyncio.sleep(self._backoff.next(self._clock.monotonic() - self._alive_s))
        except (Exception, asyncio.CancelledError) as error:
            if not is_wanted(error):
                self._failed(Defect(error))
            raise
        finally:
            try:
                await self._end_run()
            finally:
                self._recorder.close()

    async def apply(self, camera: Camera) -> None:
        """Take over changed settings that don't concern the connection; the stream goes on."""
        before, self.camera = self.camera, camera
        looks_otherwise = _look(before) != _look(camera)
        recorder = self._recorder
        if looks_otherwise:
            self._dropped_before_masks += self._intake.dropped
            self._intake.discard()
            self._intake = self._parts.intake_for(camera, self._pass_on)
        if looks_otherwise or before.recording != camera.recording:  # no clip holds both looks
            recorder.close()
            self._recorder = self._parts.recorder_for(camera)
        if looks_otherwise or before.detection != camera.detection:
            self._hides_pictures = looks_otherwise  # they may show what is private from now on
            old, self._handoff = self._handoff, self._parts.handoff_for(camera, self._analysed)
            events = await old.finish()
            if recorder is not self._recorder:
                for event in events:  # its clip is to know how they ended
                    recorder.note(replace(event, jpeg=b""))
            self._tell(events)
            self._hides_pictures = False
        self.tick()

    def record(self, seconds: float | None) -> None:
        """Record by hand for `seconds` from now; None or 0 stops."""
        self._manual_until_s = self._clock.monotonic() + (seconds or 0.0)

    def note_recording(self, change: RecordingChanged) -> None:
        """The recorder began, stopped, or can't."""
        self._recording = change
        self.tick()

    def tick(self) -> None:
        """Publish the state where it changed in a way somebody wants to know, or counters are due."""
        state, now_s = self.state(), self._clock.monotonic()
        due = now_s - self._published_s >= _COUNTERS_EVERY_S
        if due or self._published is None or _essence(state) != _essence(self._published):
            self._published, self._published_s = state, now_s
            self._parts.publish(CameraChanged(state))

    def state(self) -> CameraState:
        camera, motion, gauge = self.camera, self._motion, self._gauge
        connected = self._status is Status.CONNECTED
        problem, code = self._trouble()
        why_not, why_not_code = self._why_not()
        return CameraState(
            camera_id=camera.id,
            name=camera.name,
            status=self._status,
            since=self._since,
            problem=problem,
            problem_code=code,
            enabled=True,
            detection=camera.detection.enabled,
            recording_enabled=_records(camera),
            sensitivity=camera.detection.sensitivity,
            motion=self._event is not None,
            recording=self._recording.recording,
            no_recording_reason=why_not,
            no_recording_code=why_not_code,
            score=motion.score if motion else 0.0,
            threshold=motion.threshold if motion else 0.0,
            cause=motion.cause if motion else None,
            reason=motion.reason if motion else "",
            fps=round(gauge.rate(self._clock.monotonic()), 1) if connected else 0.0,
            size=self._size,
            bytes_per_frame=gauge.bytes_per_frame(),
            frames=gauge.frames,
            bytes_in=gauge.bytes_in,
            analysed=self._handoff.analysed,
            decode_s=self._handoff.decode_s,
            detect_s=self._handoff.detect_s,
            queued=self._recorder.queued,
            dropped=self._dropped(),
            reconnects=self._reconnects,
            last_frame_at=gauge.last_frame_at,
        )

    async def _attempt(self) -> None:
        try:
            await self._run_once()
        except GcamError as error:  # mostly SourceError; an address that can't be read is a ConfigError
            self._failed(error)
        else:  # a file came to its end
            self._failed(SourceError("the pictures came to their end; starting again"))
        finally:
            await self._end_run()

    async def _run_once(self) -> None:
        self._ended = False
        self._source = self._parts.open_source(self.camera)
        async with aclosing(self._source.frames()) as frames:
            async for frame in frames:
                if self._status is not Status.CONNECTED:
                    self._connected(frame)
                self._alive_s = frame.pts_s
                self._gauge.count(frame)
                self._intake.take(frame)

    def _pass_on(self, frame: EncodedFrame) -> None:
        """A picture as it may be seen, to whoever wants it."""
        if frame.size != self._size:
            self._size = frame.size
            self.tick()
        self._parts.outlets.show(frame)
        self._recorder.push(frame, self._keep(frame.pts_s))
        if self.camera.detection.enabled:
            self._handoff.offer(frame)

    def _keep(self, pts_s: float) -> bool:
        if pts_s < self._manual_until_s:
            return True
        return _records(self.camera) and (self._event is not None or pts_s < self._carry_until_s)

    def _connected(self, frame: EncodedFrame) -> None:
        if self._problem is not None:
            self._reconnects += 1
            self._log.info("back after %.0f s", frame.pts_s - self._alive_s)
        else:
            self._log.info("connected, %dx%d", frame.size.width, frame.size.height)
        self._problem = None
        self._backoff.reset()
        self._carry_until_s = frame.pts_s + self._carry_s
        self._carry_s = 0.0
        self._move(Status.CONNECTED)

    def _failed(self, error: GcamError) -> None:
        level = logging.WARNING if self._problem is None else logging.DEBUG
        self._log.log(level, "%s", error)
        self._problem = error
        outage_s = self._clock.monotonic() - self._alive_s
        self._move(Status.LOST if outage_s >= _LOST_AFTER_S else Status.RECONNECTING)

    def _move(self, status: Status) -> None:
        if status is not self._status:
            self._status, self._since = status, self._clock.wall()
        self.tick()

    async def _end_run(self) -> None:
        """The stream is gone: what is in progress ends here and is kept; the next run starts afresh. Where it
        is cancelled half-way it is called again, and goes on.
        """
        if self._ended:
            return
        if self._source is not None:
            self._dropped_before += self._source.dropped
            self._source = None
        await self._intake.finish()
        if self._event is not None or self._alive_s < self._carry_until_s:
            # Something moved when the stream broke: after the reconnect the detector has to settle first, so
            # the recorder keeps everything until it can see again.
            self._carry_s = self.camera.detection.warmup_s + 1.0
        self._tell(await self._handoff.finish())
        self._recorder.close()
        await self._handoff.reset()
        self._ended = True

    def _analysed(self, frame: EncodedFrame, analysis: Analysis) -> None:
        self._motion = analysis.motion
        self._tell(analysis.events)
        event = self._event is not None
        self._parts.outlets.decided(Decision(frame.received_at, analysis.motion, event))

    def _tell(self, events: tuple[MotionStarted | MotionEnded, ...]) -> None:
        for happened in events:
            event = replace(happened, jpeg=b"") if self._hides_pictures else happened
            self._event = event if isinstance(event, MotionStarted) else None
            self._recorder.note(event)
            self._parts.publish(event)
        if events:
            self.tick()

    def _dropped(self) -> tuple[tuple[str, int], ...]:
        parse = self._dropped_before + (self._source.dropped if self._source else 0)
        masks = self._dropped_before_masks + self._intake.dropped
        stages = {
            "parse": parse,
            "mask": masks,
            "detect": self._handoff.dropped,
            "record": self._recorder.dropped,
        }
        return tuple(stages.items())

    def _trouble(self) -> tuple[str | None, str | None]:
        """What is wrong with the camera itself, and its stable code."""
        if self._problem is not None:
            return str(self._problem), self._problem.code
        if self._intake.problem is not None:
            return self._intake.problem, "masks"
        if self._handoff.problem is not None:
            return self._handoff.problem, "detection"
        return None, None

    def _why_not(self) -> tuple[str | None, str | None]:
        """Why motion would leave no clip, and its stable code; None while all is well."""
        camera = self.camera
        if self._recording.problem:
            return self._recording.problem, self._recording.problem_code
        if not camera.recording.enabled or camera.recording.mode is RecordingMode.OFF:
            return "recording is switched off for this camera", NoRecording.RECORDING_OFF
        if self._status is not Status.CONNECTED:
            return f"no pictures: {self._problem or 'connecting'}", NoRecording.NO_PICTURES
        if camera.recording.mode is RecordingMode.MOTION and not camera.detection.enabled:
            return "detection is switched off, so nothing starts a recording", NoRecording.DETECTION_OFF
        return None, None


def _records(camera: Camera) -> bool:
    return camera.recording.enabled and camera.recording.mode is not RecordingMode.OFF


def _look(camera: Camera) -> tuple[object, ...]:
    """All that decides what of the camera's picture is seen."""
    return camera.rotation, camera.privacy_masks


def _essence(state: CameraState) -> CameraState:
    """The state without what changes all the time."""
    return replace(
        state, score=0.0, threshold=0.0, cause=None, reason="", fps=0.0, bytes_per_frame=0, frames=0,
        bytes_in=0, analysed=0, decode_s=0.0, detect_s=0.0, queued=0, dropped=(), last_frame_at=None,
    )  # fmt: skip
