"""The way of a picture from the source to everybody else: turned, and blackened under privacy masks.

Nothing but this sees what a camera really sent. Cameras without masks pay nothing: turning is a note in the
JPEG. Masks cost a decode and an encode, done in a pool of their own, so that neither detection nor anything
else comes before what is recorded; one picture after another, so order is kept.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

from gcam_addon.config.model import Camera
from gcam_addon.log.setup import camera_logger
from gcam_addon.model import EncodedFrame
from gcam_addon.picture.orientation import UPRIGHT, of_rotation, orientation_of, oriented, shown_size
from gcam_addon.pipeline.blanking import Blanking
from gcam_addon.words.reason import because

_MOST_WAITING = 16
"""Pictures of one camera that may wait for their masks: a second, which a busy machine can catch up on."""
_WELL_AGAIN_S = 10.0
"""When no picture has been lost for so long, all is well."""
_TOO_BUSY = because("masks_busy")

PassOn = Callable[[EncodedFrame], None]


class Intake:
    """One camera's. Methods: loop. `pass_on` gets every picture as it may be seen, in order."""

    def __init__(self, camera: Camera, pool: Executor, pass_on: PassOn) -> None:
        self._pool = pool
        self._pass_on = pass_on
        self._waiting: deque[EncodedFrame] = deque()
        self._running: asyncio.Future[EncodedFrame | None] | None = None
        self._late_s = float("-inf")
        self.dropped = 0
        """Pictures that could not be blackened: damaged, or the machine was too busy."""
        self.problem: str | None = None
        """Why masks can't be applied to every picture at the moment: never a camera's fault."""
        self.fails = False
        """Whether they can be applied to none: a defect of ours."""
        self.retune(camera)

    def take(self, frame: EncodedFrame) -> None:
        """Never waits; a picture that can't be blackened in time is dropped, and never shown as it is."""
        if self._blanking is None:
            self._pass_on(_shown(frame, self._orientation))
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.popleft()
            self._too_busy(frame.pts_s)
        self._waiting.append(frame)
        self._next()

    async def finish(self) -> None:
        """End of a run: pass on what is still on its way."""
        while self._running is not None:
            await asyncio.wait([self._running])
            await asyncio.sleep(0)  # the done callback passes on first

    def retune(self, camera: Camera) -> None:
        """Other masks, another rotation: nothing that is on its way is passed on any more."""
        self._log = camera_logger(__name__, camera.name)
        self._orientation = of_rotation(camera.rotation)
        self._blanking = Blanking(camera.privacy_masks) if camera.privacy_masks else None
        self._waiting.clear()
        self.problem, self.fails = None, False

    def _next(self) -> None:
        if self._running is not None or not self._waiting or (blanking := self._blanking) is None:
            return
        frame, orientation = self._waiting.popleft(), self._orientation
        loop = asyncio.get_running_loop()
        self._running = loop.run_in_executor(self._pool, _blackened, frame, blanking, orientation)
        self._running.add_done_callback(lambda done: self._done(blanking, done))

    def _done(self, blanking: Blanking, done: asyncio.Future[EncodedFrame | None]) -> None:
        self._running = None
        if done.cancelled():
            return
        error = done.exception()
        if blanking is self._blanking:
            if error is not None:
                self._failed(error)
            else:
                self._blackened(done.result())
        self._next()

    def _blackened(self, frame: EncodedFrame | None) -> None:
        if frame is None:
            self.dropped += 1
            return
        self.fails = False
        if frame.pts_s - self._late_s > _WELL_AGAIN_S:
            self.problem = None
        self._pass_on(frame)

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


def _blackened(frame: EncodedFrame, blanking: Blanking, orientation: int) -> EncodedFrame | None:
    """Worker."""
    turned = orientation if orientation != UPRIGHT else orientation_of(frame.jpeg)
    jpeg = blanking.apply(frame.jpeg, turned)
    return None if jpeg is None else replace(frame, jpeg=jpeg, size=shown_size(frame.size, turned))


def _shown(frame: EncodedFrame, orientation: int) -> EncodedFrame:
    """`frame` to be shown by `orientation`; the very same where nothing is to be done."""
    if orientation == UPRIGHT:
        own = orientation_of(frame.jpeg)
        return frame if own == UPRIGHT else replace(frame, size=shown_size(frame.size, own))
    jpeg = oriented(frame.jpeg, orientation)
    return replace(frame, jpeg=jpeg, size=shown_size(frame.size, orientation))
