"""The way of a picture from the source to everybody else: turned, and blackened under privacy masks.

Nothing but this sees what a camera really sent. Cameras without masks pay nothing: turning is a note in the
JPEG. Masks cost a decode and an encode, done in the pool, one picture after another, so order is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

from gcam_addon.config.model import Camera
from gcam_addon.model import EncodedFrame
from gcam_addon.orientation import UPRIGHT, of_rotation, orientation_of, oriented, shown_size
from gcam_addon.pipeline.blanking import Blanking

_MOST_WAITING = 4
"""Pictures of one camera that may wait for their masks: what a busy machine can catch up on."""
_log = logging.getLogger(__name__)

PassOn = Callable[[EncodedFrame], None]


class Intake:
    """One camera's. Methods: loop. `pass_on` gets every picture as it may be seen, in order."""

    def __init__(self, camera: Camera, pool: Executor, pass_on: PassOn) -> None:
        self._orientation = of_rotation(camera.rotation)
        self._blanking = Blanking(camera.privacy_masks) if camera.privacy_masks else None
        self._pool = pool
        self._pass_on: PassOn | None = pass_on
        self._waiting: deque[EncodedFrame] = deque()
        self._running: asyncio.Future[EncodedFrame | None] | None = None
        self.dropped = 0
        """Pictures that could not be blackened: damaged, or the machine was too busy."""
        self.problem: str | None = None
        """Why masks can't be applied at the moment: a defect of ours, never a camera's."""

    def take(self, frame: EncodedFrame) -> None:
        """Never waits; a picture that can't be blackened in time is dropped, and never shown as it is."""
        if self._blanking is None:
            self._deliver(_shown(frame, self._orientation))
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(frame)
        self._next()

    async def finish(self) -> None:
        """End of a run: pass on what is still on its way."""
        while self._running is not None:
            await asyncio.wait([self._running])
            await asyncio.sleep(0)  # the done callback passes on first

    def discard(self) -> None:
        """Pass on nothing any more: other masks hold from now on."""
        self._waiting.clear()
        self._pass_on = None

    def _next(self) -> None:
        if self._running is None and self._waiting:
            loop = asyncio.get_running_loop()
            self._running = loop.run_in_executor(self._pool, self._blackened, self._waiting.popleft())
            self._running.add_done_callback(self._done)

    def _blackened(self, frame: EncodedFrame) -> EncodedFrame | None:
        """Worker."""
        assert self._blanking is not None
        turned = self._orientation if self._orientation != UPRIGHT else orientation_of(frame.jpeg)
        jpeg = self._blanking.apply(frame.jpeg, turned)
        return None if jpeg is None else replace(frame, jpeg=jpeg, size=shown_size(frame.size, turned))

    def _done(self, done: asyncio.Future[EncodedFrame | None]) -> None:
        self._running = None
        if done.cancelled():
            return
        if (error := done.exception()) is not None:
            self._failed(error)
        elif (frame := done.result()) is None:
            self.dropped += 1
        else:
            self.problem = None
            self._deliver(frame)
        self._next()

    def _deliver(self, frame: EncodedFrame) -> None:
        if self._pass_on is not None:
            self._pass_on(frame)

    def _failed(self, error: BaseException) -> None:
        self.dropped += 1
        if self.problem is None:
            _log.error("privacy masks could not be applied to a picture; it is not shown", exc_info=error)
        self.problem = f"privacy masks could not be applied: {type(error).__name__}: {error}"


def _shown(frame: EncodedFrame, orientation: int) -> EncodedFrame:
    """`frame` to be shown by `orientation`; the very same where nothing is to be done."""
    if orientation == UPRIGHT:
        own = orientation_of(frame.jpeg)
        return frame if own == UPRIGHT else replace(frame, size=shown_size(frame.size, own))
    jpeg = oriented(frame.jpeg, orientation)
    return replace(frame, jpeg=jpeg, size=shown_size(frame.size, orientation))
