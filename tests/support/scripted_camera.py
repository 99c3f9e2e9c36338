"""Cameras of an engine that do what a test says, picture by picture: fakes at `Source`, `Detector` and
`Recorder`, all between them real. A camera's next picture comes when the one before has been decided on.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import Camera, DetectionSettings
from gcam_addon.duties import Duties, Pauses
from gcam_addon.engines.local import LocalEngine
from gcam_addon.interfaces import Look, Luma
from gcam_addon.model import Cause, Event, Motion, MotionEnded, MotionStarted, Rest, Size, Unit, jpeg_unit
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.handoff import Broken, Deliver, Ended, Handoff, Threads
from gcam_addon.pipeline.intake import Intake, PassOn
from gcam_addon.pipeline.processor import Analysis, Processor
from gcam_addon.pipeline.runner import CameraRunner, Outlets, Parts
from gcam_addon.pipeline.tampering import Tampering
from gcam_addon.pipeline.tracker import Tracker
from tests.support.fakes import make_camera

from .waiting import until

SIZE = Size(160, 120)
DETECTION = DetectionSettings(warmup_s=0.0, min_motion_s=0.2, event_gap_s=3.0)
QUIET = Motion(moving=False, score=0.0, threshold=0.2, cause=Cause.QUIET, reason="nothing moves")
MOVING = Motion(moving=True, score=2.0, threshold=0.2, cause=Cause.MOTION, reason="2 % moved")
AT_ONCE = Pauses(first_s=0.001, longest_s=0.001)


@dataclass(frozen=True, slots=True)
class Failing:
    """A picture on which the detector fails."""

    error: Exception


Step = Motion | Failing | asyncio.Event | BaseException
"""A picture and what the detector says of it; an event is waited for; an error is what the source raises."""


def scripted(camera_id: str = "door", **changes: Any) -> Camera:
    return make_camera(camera_id, **({"detection": DETECTION} | changes))


class ScriptedStage:
    """An engine whose cameras play `runs`, one after another, each time they connect; when there is none
    left, or a run came to its end, a camera stays connected and sends nothing. `events`: all it told.
    """

    def __init__(self, runs: Iterable[Iterable[Step]] = (), fps: float = 5.0) -> None:
        self.clock = ManualClock(start_s=1000.0)
        self.duties = Duties(self.clock, pauses=AT_ONCE)
        self.pool = ThreadPoolExecutor(2)
        self.events: list[Event] = []
        self.recorders: list[ListRecorder] = []
        self.connected = 0
        self.built = 0
        self.counted = 0
        self.tampering: Tampering | None = None
        """How many states of single cameras were put together."""
        self._runs: Iterator[Iterable[Step]] = iter(runs)
        self._fps = fps
        self.engine = LocalEngine(self._build, self.clock, duties=self.duties)
        self.engine.subscribe(self)

    def publish(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def clips(self) -> list[list[float]]:
        return [clip for recorder in self.recorders for clip in recorder.clips]

    async def until(self, wanted: Callable[[], object]) -> None:
        await until(wanted, lambda: f"last: {self.events[-3:]}")

    async def stop(self) -> None:
        await self.engine.close()
        self.pool.shutdown()

    def _build(self, camera: Camera, outlets: Outlets) -> CameraRunner:
        detector = _Detector()
        decided = asyncio.Event()

        def build(current: Camera) -> Processor:
            self.built += 1
            tracker = Tracker(current.id, current.detection)
            return Processor(current.id, _Looker(), detector, tracker, self.tampering)

        def handoff_for(current: Camera, deliver: Deliver, broken: Broken) -> Handoff:
            def told(analysis: Analysis) -> None:
                deliver(analysis)
                decided.set()

            def gone(ended: Ended) -> None:
                broken(ended)
                decided.set()

            return Handoff(Threads(self.pool, self.pool), build, current, told, gone)

        def intake_for(current: Camera, pass_on: PassOn) -> Intake:
            return Intake(current, self.pool, pass_on)

        def recorder_for(current: Camera) -> ListRecorder:
            self.recorders.append(ListRecorder(self, current))
            return self.recorders[-1]

        parts = Parts(
            open_source=lambda _: _Source(self, detector, decided),
            open_hd=lambda _: _Source(self, detector, decided),
            intake_for=intake_for,
            handoff_for=handoff_for,
            namer_for=None,
            recorder_for=recorder_for,
            outlets=outlets,
            publish=self.engine.publish,
            clock=self.clock,
            pause=lambda _, seconds: asyncio.sleep(seconds),
            gate=ConnectGate(self.clock, 0.0),
            rng=random.Random(1),
        )
        return CameraRunner(camera, parts)

    async def play(self, detector: _Detector, decided: asyncio.Event) -> AsyncGenerator[Unit, None]:
        self.connected += 1
        for step in next(self._runs, ()):
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
                continue
            self.clock.advance(1.0 / self._fps)
            detector.says = step
            decided.clear()
            yield jpeg_unit(b"%.3f" % self.clock.monotonic(), self.clock.monotonic(), self.clock.wall(), SIZE)
            await decided.wait()
        await asyncio.Event().wait()


class ListRecorder:
    """interfaces.Recorder. Clips are lists of `pts_s`; a clip ends where a picture is not to be kept."""

    dropped = 0

    def __init__(self, stage: ScriptedStage, camera: Camera) -> None:
        self._stage = stage
        self.camera = camera
        self.clips: list[list[float]] = []
        self.noted: list[Event] = []
        self.pre_roll: list[Unit] = []
        self.is_open = False

    @property
    def queued(self) -> int:
        """A state asks once."""
        self._stage.counted += 1
        return 0

    def push(self, frame: Unit, active: bool) -> None:
        if active and not self.is_open:
            self.clips.append([])
        self.is_open = active
        if active:
            self.clips[-1].append(frame.pts_s)
        else:
            self.pre_roll.append(frame)

    def note(self, event: MotionStarted | MotionEnded | Event) -> None:
        self.noted.append(event)

    def rename(self, camera: Camera) -> None:
        self.camera = camera

    def close(self) -> None:
        self.is_open = False

    def hand_over(self) -> Rest:
        self.close()
        return Rest(tuple(self.pre_roll))

    def take_over(self, rest: Rest) -> None:
        self.pre_roll.extend(rest.pre_roll)


class _Source:
    """interfaces.Source."""

    dropped = 0

    def __init__(self, stage: ScriptedStage, detector: _Detector, decided: asyncio.Event) -> None:
        self.units = lambda: stage.play(detector, decided)


class _Looker:
    """interfaces.Looker."""

    def look(self, unit: Unit, is_due: bool) -> tuple[Look, ...]:
        luma = np.zeros((SIZE.height, SIZE.width), np.uint8)
        return (Look(luma, unit.pts_s, unit.received_at, unit.size, bytes),) if is_due else ()


class _Detector:
    """interfaces.Detector."""

    def __init__(self) -> None:
        self.says: Motion | Failing = QUIET

    def detect(self, luma: Luma, pts_s: float, detail: float = 1.0) -> Motion:
        if isinstance(self.says, Failing):
            raise self.says.error
        return self.says

    def is_calm(self, luma: Luma) -> bool:
        return False

    def retune(self, settings: DetectionSettings) -> None:
        pass

    def reset(self) -> None:
        pass
