"""From the loop to the detection threads and back: the only two crossings of Gcam's hot path.

Over: `offer` picks the pictures to analyse (rate by time, not by count), `Waiting` keeps what they need, and
at most one job is in flight per camera, so order needs no lock. Back: `call_soon_threadsafe`. Nothing here
decides about motion.

Where detection fails on a picture, that is a defect of ours: it is counted, told once, and detection begins
anew with the next picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, TypeVar

from gcam_addon.config.model import Camera
from gcam_addon.log.setup import camera_logger
from gcam_addon.model import Cause, MotionEnded, Unit
from gcam_addon.pipeline.lull import Lull
from gcam_addon.pipeline.processor import Analysis, Processor
from gcam_addon.pipeline.waiting import Due, Waiting
from gcam_addon.words.reason import because

_T = TypeVar("_T")

Ended = tuple[MotionEnded, ...]
Build = Callable[[Camera], Processor]
Deliver = Callable[[Analysis], None]
Broken = Callable[[Ended], None]


class Pace:
    """Which frames of a stream to analyse so that about `fps` a second are. Pure."""

    def __init__(self) -> None:
        self._due_s = float("-inf")

    def take(self, pts_s: float, fps: float) -> bool:
        """Whether the frame at `pts_s` is due; being a tenth of an interval early counts as in time."""
        interval_s = 1.0 / fps
        if pts_s < self._due_s - interval_s / 10:
            return False
        late_s = pts_s - self._due_s
        self._due_s = pts_s + interval_s - (late_s if 0 < late_s < interval_s else 0.0)
        return True

    def hurry(self, pts_s: float, fps: float) -> None:
        """The rate has risen: the next frame is due no later than one new interval after `pts_s`."""
        self._due_s = min(self._due_s, pts_s + 1.0 / fps)


@dataclass(frozen=True, slots=True)
class Threads:
    """Where processors work; all cameras share them."""

    pictures: Executor
    """Looking at pictures: each camera may wait there for all others'."""
    rest: Executor
    """What is quick, and what somebody waits for: the end of a run, other settings."""


@dataclass(frozen=True, slots=True)
class _Looking:
    """A job in flight."""

    job: Future[list[Analysis]]
    units: list[Due]


class Handoff:
    """Feeds one camera's processor. Methods: loop. The processor works in `threads`, one job at a time.

    `deliver` gets what each picture meant; `broken` what ended with it when detection failed and began anew.
    """

    def __init__(
        self, threads: Threads, build: Build, camera: Camera, deliver: Deliver, broken: Broken
    ) -> None:
        self._threads = threads
        self._build = build
        self._camera = camera
        self._processor = build(camera)
        self._deliver = deliver
        self._broken = broken
        self._pace = Pace()
        self._lull = Lull()
        self._active = False
        self._keys_suffice = False
        self._changing = asyncio.Lock()
        self._is_held = False
        self._calm_until_s = float("-inf")
        self._running: asyncio.Future[Any] | None = None
        self._looking: _Looking | None = None
        self._hurries = False
        """The worker is to look at no more pictures of its job."""
        self._finishing: asyncio.Future[Ended] | None = None
        self._waiting = Waiting()
        self._failed = 0
        self.analysed = 0
        self.decode_s = 0.0
        self.detect_s = 0.0
        self.paced_fps: float | None = None
        """The camera sends so many a second, as it was asked to: none of these few is to be left out."""
        self.is_followed = False
        """Somebody watches what is decided: no picture is put aside."""
        self.problem: str | None = None
        """Why detection does not work at the moment: a defect of ours, never a camera's."""

    @property
    def dropped(self) -> int:
        """Frames that were due and not analysed: replaced by a newer one since the workers were busy, or
        detection failed on them.
        """
        return self._waiting.skipped + self._failed

    def offer(self, unit: Unit) -> None:
        """Analyse its picture if it is due; never waits."""
        settings = self._camera.detection
        fps = settings.active_fps if self._active else settings.idle_fps
        is_due = self._pace.take(unit.pts_s, fps)
        is_paced = self.paced_fps is not None and self.paced_fps <= fps
        may_wait = not self.is_followed and self._lull.is_long(unit.pts_s)
        self._waiting.put(unit, is_due=is_due or is_paced, keys_suffice=self._keys_suffice, may_wait=may_wait)
        self._next()

    def calm(self, until_s: float) -> None:
        """No event begins with a picture from before `until_s`."""
        self._calm_until_s = until_s

    async def retune(self, camera: Camera, *, anew: bool) -> Ended:
        """Take changed settings over. What was learned stays where it is still true; otherwise, and where
        `anew` says that other pictures come from now on, detection begins anew, and what ended is returned.
        """
        before, self._camera = self._camera, camera
        self._is_held = True
        try:
            if not anew and _kind(before) == _kind(camera):
                await self._alone(lambda: self._processor.retune(camera.detection))
                return ()
            ended = await self.finish()
            await self._alone(self._begin_anew)
            return ended
        finally:
            self._is_held = False
            self._next()

    async def finish(self) -> Ended:
        """End of a run: what has not been looked at is left out, and the processor ends an open event. Waits
        for the picture that is just being looked at, and for no other camera's. Where the caller is cancelled
        meanwhile, the next call has what this one would have returned.
        """
        async with self._changing:
            self._hurries = True
            try:
                await self._idle()
            finally:
                self._hurries = False
            self._waiting.clear()
            self._active = self._keys_suffice = False
            self._lull.forget()
            if self._finishing is None:
                self._finishing = self._start(self._end)
            await asyncio.wait([self._finishing])
            done, self._finishing = self._finishing, None
            return done.result()

    async def reset(self) -> None:
        """Before a run that may show another scene: forget the background. `finish()` first."""
        await self._alone(self._forget)

    def _next(self) -> None:
        if not self._waiting or self._running is not None or self._is_held:
            return
        units, calm_until_s = self._waiting.take(), self._calm_until_s
        job = self._threads.pictures.submit(lambda: self._process(units, calm_until_s))
        self._looking = _Looking(job, units)
        self._runs(asyncio.wrap_future(job)).add_done_callback(self._done)

    def _process(self, units: list[Due], calm_until_s: float) -> list[Analysis]:
        """Worker."""
        process, analyses = self._processor.process, list[Analysis]()
        for unit, is_due, after_gap, aside in units:
            if self._hurries:
                break
            first = aside[0] if aside else unit
            may_begin = first.pts_s >= calm_until_s
            analyses += process(unit, is_due=is_due, may_begin=may_begin, after_gap=after_gap, aside=aside)
        return analyses

    def _done(self, done: asyncio.Future[list[Analysis]]) -> None:
        self._looking = None
        if done.cancelled():
            return
        if (error := done.exception()) is not None:
            self._fail(error)
            return
        analyses = done.result()
        self._lull.see(analyses)
        for analysis in analyses:
            self._learn(analysis)
        if not self._keys_suffice:
            self._waiting.catch_up()
        self._next()
        for analysis in analyses:
            self._deliver(analysis)

    def _learn(self, analysis: Analysis) -> None:
        if analysis.motion.cause not in _UNDECIDED:
            self.problem = None
        self.analysed += 1
        self.decode_s += analysis.decode_s
        self.detect_s += analysis.detect_s
        if analysis.active and not self._active:
            self._pace.hurry(analysis.look.pts_s, self._camera.detection.active_fps)
        self._active = analysis.active
        self._keys_suffice = analysis.keys_suffice and analysis.motion.cause not in _UNDECIDED

    def _fail(self, error: BaseException) -> None:
        self._failed += 1
        self._waiting.lose_track()
        self._say(error, "detection failed on a picture and begins anew")
        job = self._start(self._restart)
        job.add_done_callback(self._begun)

    def _begun(self, done: asyncio.Future[Ended]) -> None:
        if done.cancelled():
            return
        if (error := done.exception()) is not None:
            self._say(error, "detection could not begin anew, going on with the next picture")
        self._next()
        self._broken(() if error is not None else done.result())

    def _say(self, error: BaseException, what: str) -> None:
        if self.problem is None:
            camera_logger(__name__, self._camera.name).error("%s", what, exc_info=error)
        self.problem = because("detection_failed", error=type(error).__name__)

    def _end(self) -> Ended:
        """Worker. What an open event ends with; of a processor that can't tell nothing."""
        try:
            return self._processor.finish()
        except Exception as error:  # noqa: BLE001  (the run ends all the same)
            self._say(error, "an event in progress could not be ended")
            return ()

    def _restart(self) -> Ended:
        """Worker."""
        ended = self._end()
        self._begin_anew()
        return ended

    def _forget(self) -> None:
        """Worker."""
        try:
            self._processor.broke()
        except Exception as error:  # noqa: BLE001  (a new one has nothing to forget)
            self._say(error, "detection could not forget what was there, and begins anew")
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Worker."""
        self._processor = self._build(self._camera)

    async def _alone(self, job: Callable[[], _T]) -> _T:
        async with self._changing:
            await self._idle()
            running = self._start(job)
            await asyncio.wait([running])
            return running.result()

    async def _idle(self) -> None:
        """Nothing is at work on the processor. A job that no thread has begun waits again."""
        while self._running is not None:
            if self._looking is not None and self._looking.job.cancel():
                self._waiting.put_back(self._looking.units)
                self._looking = None
            await asyncio.wait([self._running])
            await asyncio.sleep(0)  # the done callbacks come first

    def _start(self, job: Callable[[], _T]) -> asyncio.Future[_T]:
        """Something else than looking, while nothing is; its caller may be cancelled, it is not."""
        return self._runs(asyncio.wrap_future(self._threads.rest.submit(job)))

    def _runs(self, running: asyncio.Future[_T]) -> asyncio.Future[_T]:
        self._running = running
        running.add_done_callback(self._over)
        return running

    def _over(self, _: asyncio.Future[_T]) -> None:
        self._running = None


_UNDECIDED = frozenset({Cause.SETTLING, Cause.UNDECODABLE})


def _kind(camera: Camera) -> tuple[object, ...]:
    """What makes another detector."""
    return camera.detection.detector, camera.detection.scale
