"""From the loop to the detection threads and back: the only two crossings of Gcam's hot path.

Over: `offer` picks the pictures to analyse (rate by time, not by count) and keeps at most one waiting and
one in flight per camera, so order needs no lock and a slow machine analyses fewer pictures instead of old
ones. Back: `call_soon_threadsafe`. Nothing here decides about motion.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor

from gcam_addon.config.model import DetectionSettings
from gcam_addon.model import EncodedFrame, MotionEnded, MotionStarted
from gcam_addon.pipeline.processor import Analysis, Processor

_log = logging.getLogger(__name__)

Deliver = Callable[[EncodedFrame, Analysis], None]


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


class Handoff:
    """Feeds one camera's processor. Methods: loop. The processor runs in `pool`, one job at a time."""

    def __init__(
        self, pool: Executor, processor: Processor, settings: DetectionSettings, deliver: Deliver
    ) -> None:
        self._pool = pool
        self._processor = processor
        self._settings = settings
        self._deliver = deliver
        self._pace = Pace()
        self._active = False
        self._running: asyncio.Future[Analysis] | None = None
        self._finishing: asyncio.Future[tuple[MotionEnded, ...]] | None = None
        self._waiting: EncodedFrame | None = None
        self.dropped = 0
        """Frames that were due, but replaced by a newer one since the workers were busy."""
        self.failed = 0
        self.analysed = 0
        self.decode_s = 0.0
        self.detect_s = 0.0
        self.problem: str | None = None
        """Why detection does not work at the moment: a defect of ours, never a camera's."""

    def offer(self, frame: EncodedFrame) -> None:
        """Analyse the frame if it is due; never waits."""
        fps = self._settings.active_fps if self._active else self._settings.idle_fps
        if not self._pace.take(frame.pts_s, fps):
            return
        if self._running is None:
            self._submit(frame)
            return
        if self._waiting is not None:
            self.dropped += 1
        self._waiting = frame

    async def finish(self) -> tuple[MotionStarted | MotionEnded, ...]:
        """End of a run: wait for the work in flight, then let the processor end an open event. Where the
        caller is cancelled meanwhile, the next call has what this one would have returned.
        """
        self._waiting = None
        while self._running is not None:
            await asyncio.wait([self._running])
            await asyncio.sleep(0)  # the done callback delivers first
        self._active = False
        if self._finishing is None:
            loop = asyncio.get_running_loop()
            self._finishing = loop.run_in_executor(self._pool, self._processor.finish)
        await asyncio.wait([self._finishing])
        done, self._finishing = self._finishing, None
        return done.result()

    async def reset(self) -> None:
        """Before a run that may show another scene: forget the background."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._processor.reset)

    def _submit(self, frame: EncodedFrame) -> None:
        loop = asyncio.get_running_loop()
        self._running = loop.run_in_executor(self._pool, self._processor.process, frame)
        self._running.add_done_callback(lambda done: self._done(frame, done))

    def _done(self, frame: EncodedFrame, done: asyncio.Future[Analysis]) -> None:
        self._running = None
        if done.cancelled():
            return
        if (error := done.exception()) is not None:
            self._failed(error)
            return
        analysis = done.result()
        self.problem = None
        self.analysed += 1
        self.decode_s += analysis.decode_s
        self.detect_s += analysis.detect_s
        if analysis.active and not self._active:
            self._pace.hurry(frame.pts_s, self._settings.active_fps)
        self._active = analysis.active
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._submit(waiting)
        self._deliver(frame, analysis)

    def _failed(self, error: BaseException) -> None:
        self.failed += 1
        if self.problem is None:
            _log.error("detection failed on a picture, going on with the next", exc_info=error)
        self.problem = f"detection failed: {type(error).__name__}: {error}"
