"""What the watched cameras' boards told of themselves: each is visited when its pictures come, until it does.

How a board is asked is the caller's; nothing here is stored, a new start asks anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from gcam_addon.boards.board import Board, BoardFacts
from gcam_addon.boards.gcam_board import OtherProtocol
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties, Pauses
from gcam_addon.errors import GcamError, NotFound
from gcam_addon.interfaces import Cameras, Sink
from gcam_addon.model import CameraAdded, CameraChanged, CameraRemoved, Event, Status

Ask = Callable[[Camera], Awaitable[Board]]
"""Raises `GcamError` where there is no board, or it does not tell."""

_AT_ONCE = 2
_VISIT_S = 30.0
_PAUSES = Pauses(first_s=60.0, longest_s=3600.0)
_log = logging.getLogger(__name__)


class Acquaintances:
    """interfaces.Sink. Loop only. `sink` is told with a `CameraAdded` that a camera's board is known now. A
    board that does not answer is left in peace for a while, each time a longer one, and asked again.
    """

    def __init__(
        self, cameras: Cameras, ask: Ask, sink: Sink, *, duties: Duties, pauses: Pauses = _PAUSES
    ) -> None:
        self._cameras = cameras
        self._ask = ask
        self._sink = sink
        self._duties = duties
        self._pauses = pauses
        self._asked: dict[str, _Place] = {}
        """Camera id: where it was asked."""
        self._known: dict[str, Board] = {}
        self._visits: dict[str, asyncio.Task[None]] = {}
        self._seats = asyncio.Semaphore(_AT_ONCE)

    def of(self, camera_id: str) -> BoardFacts | None:
        board = self._known.get(camera_id)
        return None if board is None else board.facts

    def board(self, camera_id: str) -> Board | None:
        """To ask it more; None while it did not tell what it is."""
        return self._known.get(camera_id)

    def publish(self, event: Event) -> None:
        match event:
            case CameraChanged(state) if state.status is Status.CONNECTED:
                self._meet(state.camera_id)
            case CameraAdded(camera_id):
                self._forget_moved(camera_id)
            case CameraRemoved(camera_id):
                self._forget(camera_id)

    async def stop(self) -> None:
        visits = list(self._visits.values())
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    def _meet(self, camera_id: str) -> None:
        camera = self._find(camera_id)
        if camera is None or self._asked.get(camera_id) == _place(camera):
            return
        self._forget(camera_id)
        self._asked[camera_id] = _place(camera)
        self._visits[camera_id] = self._duties.task(_duty(camera_id), partial(self._visit, camera))

    def _forget_moved(self, camera_id: str) -> None:
        """Another address may be another board."""
        camera = self._find(camera_id)
        if camera is None or self._asked.get(camera_id, _place(camera)) != _place(camera):
            self._forget(camera_id)

    def _forget(self, camera_id: str) -> None:
        self._asked.pop(camera_id, None)
        self._known.pop(camera_id, None)
        if (visit := self._visits.pop(camera_id, None)) is not None:
            visit.cancel()
            self._duties.ended(_duty(camera_id))  # one that failed is no longer missed

    async def _visit(self, camera: Camera) -> None:
        """Until it tells."""
        pause_s, said = 0.0, set[str]()
        while (board := await self._ask_once(camera, said)) is None:
            pause_s = self._pauses.after(pause_s, 0.0)
            await asyncio.sleep(pause_s)
        self._visits.pop(camera.id, None)
        self._known[camera.id] = board
        self._sink.publish(CameraAdded(camera.id))

    async def _ask_once(self, camera: Camera, said: set[str]) -> Board | None:
        """`said`: what has to be mended, and was logged already."""
        try:
            async with self._seats, asyncio.timeout(_VISIT_S):
                return await self._ask(camera)
        except OtherProtocol as error:
            if str(error) not in said:
                _log.warning("%s", error, extra={"camera": camera.name})
            said.add(str(error))
            return None
        except (GcamError, TimeoutError) as error:
            _log.debug("the board does not say what it is: %s", error, extra={"camera": camera.name})
            return None

    def _find(self, camera_id: str) -> Camera | None:
        try:
            return self._cameras.get(camera_id)
        except NotFound:
            return None


_Place = tuple[str, bool]


def _place(camera: Camera) -> _Place:
    return camera.source.url, camera.source.verify_tls


def _duty(camera_id: str) -> str:
    return f"visit {camera_id}"
