"""Rounds: boards with Gcam's firmware are asked once a minute how they fare, while their pictures come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from gcam_addon.boards.board import Board
from gcam_addon.boards.gcam_board import GcamBoard
from gcam_addon.clock import Clock
from gcam_addon.errors import GcamError
from gcam_addon.model import CameraChanged, CameraRemoved, Event, Status
from gcam_addon.model.board_health import BoardHealth

EVERY_S: Final = 60.0
_VISIT_S: Final = 10.0
_log = logging.getLogger(__name__)


class Rounds:
    """interfaces.Sink. `walk` is a duty. A board that does not answer is asked again the next time: whether
    its pictures come is told elsewhere.
    """

    def __init__(
        self,
        board_of: Callable[[str], Board | None],
        keep: Callable[[str, BoardHealth], Awaitable[None]],
        clock: Clock,
        every_s: float = EVERY_S,
    ) -> None:
        self._board_of = board_of
        self._keep = keep
        self._clock = clock
        self._every_s = every_s
        self._up: set[str] = set()
        self._newest: dict[str, BoardHealth] = {}

    @property
    def newest(self) -> Mapping[str, BoardHealth]:
        """By camera, of those whose pictures come."""
        return self._newest

    def publish(self, event: Event) -> None:
        match event:
            case CameraChanged(state) if state.status is Status.CONNECTED:
                self._up.add(state.camera_id)
            case CameraChanged(state):
                self._leave(state.camera_id)
            case CameraRemoved(camera_id):
                self._leave(camera_id)

    async def walk(self) -> None:
        """Until cancelled."""
        while True:
            for camera_id in sorted(self._up):
                board = self._board_of(camera_id)
                if isinstance(board, GcamBoard) and camera_id in self._up:
                    await self._visit(camera_id, board)
            await asyncio.sleep(self._every_s)

    async def _visit(self, camera_id: str, board: GcamBoard) -> None:
        try:
            async with asyncio.timeout(_VISIT_S):
                health = await board.health(self._clock.wall())
                if camera_id in self._up:
                    self._newest[camera_id] = health
                await self._keep(camera_id, health)
        except (GcamError, TimeoutError) as error:
            _log.debug("the board does not say how it fares: %s", error)

    def _leave(self, camera_id: str) -> None:
        self._up.discard(camera_id)
        self._newest.pop(camera_id, None)
