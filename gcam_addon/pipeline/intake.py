"""The way of a unit from the source to everybody else: turned, and blackened under privacy masks.

Nothing but this sees what a camera really sent. Cameras without masks pay nothing: turning is a note. Masks
cost a decode and an encode, done in a pool of their own, so that neither detection nor anything else comes
before what is recorded; one unit after another, so order is kept. What is blackened is a JPEG, whatever the
camera sent: behind the intake a camera with masks is like a board.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

from gcam_addon.config.model import Camera
from gcam_addon.log.setup import camera_logger
from gcam_addon.model import Unit
from gcam_addon.picture.orientation import of_rotation
from gcam_addon.pipeline.redrawing import Redrawing, Redrawn
from gcam_addon.pipeline.turning import Turning
from gcam_addon.words.reason import because

_MOST_WAITING = 16
"""Pictures of one camera that may wait for their masks: a second, which a busy machine can catch up on."""
_MOST_BUILDING = 60
"""The same of pictures that build on those before: all that came since the last key may be needed."""
_WELL_AGAIN_S = 10.0
"""When no picture has been lost for so long, all is well."""
_TOO_BUSY = because("masks_busy")

PassOn = Callable[[Unit], None]


class Intake:
    """One camera's. Methods: loop. `pass_on` gets every picture as it may be seen, in order."""

    def __init__(self, camera: Camera, pool: Executor, pass_on: PassOn) -> None:
        self._pool = pool
        self._pass_on = pass_on
        self._waiting: deque[Unit] = deque()
        self._needs_key = True
        self._running: asyncio.Future[Redrawn] | None = None
        self._late_s = float("-inf")
        self.dropped = 0
        """Pictures that could not be blackened: damaged, or the machine was too busy."""
        self.problem: str | None = None
        """Why masks can't be applied to every picture at the moment: never a camera's fault."""
        self.fails = False
        """Whether they can be applied to none: a defect of ours."""
        self.retune(camera)

    def take(self, unit: Unit) -> None:
        """Never waits; a picture that can't be blackened in time is dropped, and never shown as it is."""
        if self._redrawing is None:
            self._pass_on(self._turning.shown(unit))
        elif unit.is_sound:
            self._pass_on(self._redrawing.beside(unit))
        else:
            self._wait(unit)

    def _wait(self, unit: Unit) -> None:
        is_inter = unit.tracks.video.codec.is_inter
        if len(self._waiting) >= (_MOST_BUILDING if is_inter else _MOST_WAITING):
            self._too_busy(unit.pts_s)
            if is_inter:  # nothing builds on what is left out
                self.dropped += len(self._waiting) - 1
                self._waiting.clear()
                self._needs_key = True
            else:
                self._waiting.popleft()
        if self._needs_key and not unit.is_key:
            self.dropped += 1
            return
        self._needs_key = False
        self._waiting.append(unit)
        self._next()

    async def finish(self) -> None:
        """End of a run: pass on what is still on its way."""
        while self._running is not None:
            await asyncio.wait([self._running])
            await asyncio.sleep(0)  # the done callback passes on first

    def retune(self, camera: Camera) -> None:
        """Other masks, another rotation: nothing that is on its way is passed on any more."""
        self._log = camera_logger(__name__, camera.name)
        orientation = of_rotation(camera.rotation)
        self._turning = Turning(orientation)
        self._redrawing = Redrawing(camera.privacy_masks, orientation) if camera.privacy_masks else None
        self._waiting.clear()
        self._needs_key = True
        self.problem, self.fails = None, False

    def _next(self) -> None:
        if self._running is not None or not self._waiting or (redrawing := self._redrawing) is None:
            return
        running = asyncio.get_running_loop().run_in_executor(
            self._pool, redrawing.redrawn, self._waiting.popleft()
        )
        self._running = running
        running.add_done_callback(lambda done: self._done(redrawing, done))

    def _done(self, redrawing: Redrawing, done: asyncio.Future[Redrawn]) -> None:
        self._running = None
        if done.cancelled():
            return
        error = done.exception()
        if redrawing is self._redrawing:
            if error is not None:
                self._failed(error)
            else:
                self._blackened(done.result())
        self._next()

    def _blackened(self, redrawn: Redrawn) -> None:
        self.dropped += redrawn.damaged
        for unit in redrawn.units:
            self.fails = False
            if unit.pts_s - self._late_s > _WELL_AGAIN_S:
                self.problem = None
            self._pass_on(unit)

    def _too_busy(self, pts_s: float) -> None:
        self.dropped += 1
        self._late_s = pts_s
        if self.problem is None:
            self._log.warning("%s", _TOO_BUSY)
            self.problem = _TOO_BUSY

    def _failed(self, error: BaseException) -> None:
        self.dropped += 1
        if not self.fails:
            self._log.error("privacy masks could not be applied, nothing is shown", exc_info=error)
        self.problem, self.fails = because("masks_failed", error=type(error).__name__), True
