"""The lamps of the watched cameras' boards: how brightly each shines, and switching them.

A board tells nothing by itself: its lamp is read when it becomes known and whenever its pictures come back
(it forgets its settings when it restarts), and after Gcam changed something on it. Which board a camera has
is for the acquaintances to know.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from gcam_addon.boards.board import Board
from gcam_addon.clock import Clock
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, GcamError, SourceError
from gcam_addon.model import CameraAdded, CameraChanged, CameraRemoved, Event, Status
from gcam_addon.words.reason import because

_APART_S: Final = 10.0
"""A camera that flaps is not asked more often than this."""
_BRIGHTEST: Final = 100
_VISIT_S: Final = 15.0
_log = logging.getLogger(__name__)


class Cameras(Protocol):
    """What runs them. See `interfaces.Engine`."""

    def note_lamp(self, camera_id: str, level: int | None) -> None: ...

    def calm(self, camera_id: str) -> None: ...


@dataclass(slots=True)
class _Lamp:
    board: Board
    level: int | None = None
    brightness: int = _BRIGHTEST
    """With which it shone last."""
    read_s: float = float("-inf")
    using: asyncio.Lock = field(default_factory=asyncio.Lock)


class Lamps:
    """interfaces.Sink. Loop only."""

    def __init__(
        self, board_of: Callable[[str], Board | None], cameras: Cameras, clock: Clock, *, duties: Duties
    ) -> None:
        self._board_of = board_of
        self._cameras = cameras
        self._clock = clock
        self._duties = duties
        self._lamps: dict[str, _Lamp] = {}
        self._up: set[str] = set()
        """Whose pictures come."""
        self._looks: dict[str, asyncio.Task[None]] = {}

    def publish(self, event: Event) -> None:
        match event:
            case CameraAdded(camera_id):
                self._take_board(camera_id)
            case CameraChanged(state):
                self._take_status(state.camera_id, state.status)
            case CameraRemoved(camera_id):
                self._up.discard(camera_id)
                self._forget(camera_id)

    async def stop(self) -> None:
        looks = list(self._looks.values())
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)

    async def switch(self, camera_id: str, level: int | None) -> int:
        """Percent, 0 is off; None: as brightly as it shone last. Returns how brightly it shines. Raises
        `ConfigError` where the camera has no lamp, `SourceError` where it is away or in privacy mode.
        """
        lamp = self._lamps.get(camera_id)
        if lamp is None or lamp.level is None:
            raise ConfigError(because("no_lamp"))
        if camera_id not in self._up:
            raise SourceError(because("lamp_away"))
        async with self.adjusting(camera_id):
            await lamp.board.light(lamp.brightness if level is None else level)
        return lamp.level or 0

    @asynccontextmanager
    async def adjusting(self, camera_id: str) -> AsyncIterator[None]:
        """While entered, and for a moment afterwards, what changes in the camera's picture is Gcam's doing:
        nothing begins to move. One at a time per camera. Leaving reads the lamp.
        """
        lamp = self._lamps.get(camera_id)
        if lamp is None:
            yield
            return
        async with lamp.using:
            self._cameras.calm(camera_id)
            try:
                yield
            except ConfigError:  # it keeps another value than was wanted
                await self._read(camera_id, lamp)
                raise
            else:
                await self._read(camera_id, lamp)
            finally:
                self._cameras.calm(camera_id)

    def _take_board(self, camera_id: str) -> None:
        board, lamp = self._board_of(camera_id), self._lamps.get(camera_id)
        if lamp is not None and lamp.board is board:
            return
        self._forget(camera_id)
        if board is not None:
            self._lamps[camera_id] = _Lamp(board)
            self._look(camera_id)

    def _take_status(self, camera_id: str, status: Status) -> None:
        if status is not Status.CONNECTED:
            self._up.discard(camera_id)
        elif camera_id not in self._up:
            self._up.add(camera_id)
            self._look(camera_id)

    def _forget(self, camera_id: str) -> None:
        lamp = self._lamps.pop(camera_id, None)
        if (look := self._looks.pop(camera_id, None)) is not None:
            look.cancel()
        if lamp is not None and lamp.level is not None:
            self._cameras.note_lamp(camera_id, None)

    def _look(self, camera_id: str) -> None:
        """Soon; one that waits already is enough."""
        lamp, look = self._lamps.get(camera_id), self._looks.get(camera_id)
        if lamp is not None and (look is None or look.done()):
            read = partial(self._read_once, camera_id, lamp)
            self._looks[camera_id] = self._duties.task(f"lamp {camera_id}", read)

    async def _read_once(self, camera_id: str, lamp: _Lamp) -> None:
        await asyncio.sleep(max(0.0, lamp.read_s + _APART_S - self._clock.monotonic()))
        async with lamp.using:
            await self._read(camera_id, lamp)

    async def _read(self, camera_id: str, lamp: _Lamp) -> None:
        """A board that does not answer: what was known stays true until its pictures come again."""
        lamp.read_s = self._clock.monotonic()
        try:
            async with asyncio.timeout(_VISIT_S):
                level = await lamp.board.lamp()
        except (GcamError, TimeoutError) as error:
            _log.debug("the board does not say whether its lamp is on: %s", error)
            return
        if self._lamps.get(camera_id) is lamp and level != lamp.level:
            lamp.level = level
            lamp.brightness = level or lamp.brightness
            self._cameras.note_lamp(camera_id, level)
