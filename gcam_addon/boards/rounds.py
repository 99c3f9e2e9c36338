"""Rounds: boards with Gcam's firmware are asked how they fare when Gcam meets them, and once a minute while
their pictures come; those that dial in tell it as often themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, Protocol

from gcam_addon.boards.board import Board
from gcam_addon.boards.gcam_board import GcamBoard
from gcam_addon.boards.pushing_board import PushingBoard
from gcam_addon.clock import Clock
from gcam_addon.errors import GcamError
from gcam_addon.model import CameraAdded, CameraChanged, CameraRemoved, Event, Status
from gcam_addon.model.board_health import BoardDay, BoardHealth, Trouble
from gcam_addon.words.reason import because

EVERY_S: Final = 60.0
_VISIT_S: Final = 10.0
_log = logging.getLogger(__name__)


class Diary(Protocol):
    async def note_board(self, camera_id: str, health: BoardHealth) -> None:
        """Raises `RecordingError`."""

    async def board(self, camera_id: str) -> Sequence[BoardHealth]:
        """Of the last day, oldest first."""


class Cameras(Protocol):
    """What runs them. See `interfaces.Engine`."""

    def note_board(self, camera_id: str, health: BoardHealth | None) -> None: ...


class Rounds:
    """interfaces.Sink. `walk` is a duty. A board that does not answer is asked again the next time: whether
    its pictures come is told elsewhere. What there is to mend is logged when it begins.
    """

    def __init__(
        self,
        board_of: Callable[[str], Board | None],
        diary: Diary,
        cameras: Cameras,
        clock: Clock,
        every_s: float = EVERY_S,
    ) -> None:
        self._board_of = board_of
        self._diary = diary
        self._cameras = cameras
        self._clock = clock
        self._every_s = every_s
        self._up: dict[str, str] = {}
        """Camera id: name."""
        self._days: dict[str, BoardDay] = {}
        self._names: dict[str, str] = {}
        """What boards call themselves."""
        self._met: asyncio.Queue[str] = asyncio.Queue()

    @property
    def days(self) -> Mapping[str, BoardDay]:
        """By camera, also of those that are away now."""
        return self._days

    @property
    def newest(self) -> Mapping[str, BoardHealth]:
        """By camera, of those whose pictures come."""
        return {camera_id: day.newest for camera_id, day in self._days.items() if camera_id in self._up}

    def publish(self, event: Event) -> None:
        match event:
            case CameraChanged(state) if state.status is Status.CONNECTED:
                is_back = state.camera_id not in self._up
                self._up[state.camera_id] = state.name
                if is_back:
                    self._meet(state.camera_id)
            case CameraAdded(camera_id):  # its board is known now
                self._meet(camera_id)
            case CameraChanged(state):
                self._up.pop(state.camera_id, None)
            case CameraRemoved(camera_id):
                self._up.pop(camera_id, None)
                self._days.pop(camera_id, None)
                self._names.pop(camera_id, None)

    async def walk(self) -> None:
        """Until cancelled."""
        while True:
            for camera_id in sorted(self._up):
                await self._look_at(camera_id)
            until_s = self._clock.monotonic() + self._every_s
            while (met := await self._met_until(until_s)) is not None:
                if met not in self._days:
                    await self._look_at(met)

    def _meet(self, camera_id: str) -> None:
        if camera_id in self._up and camera_id not in self._days:
            self._met.put_nowait(camera_id)

    async def _met_until(self, monotonic_s: float) -> str | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(monotonic_s - self._clock.monotonic()):
                return await self._met.get()
        return None

    async def _look_at(self, camera_id: str) -> None:
        board = self._board_of(camera_id)
        if camera_id not in self._up:
            return
        if isinstance(board, GcamBoard | PushingBoard):
            await self._visit(camera_id, board)
        elif board is not None and self._days.pop(camera_id, None) is not None:
            self._cameras.note_board(camera_id, None)  # it has another firmware now

    async def _visit(self, camera_id: str, board: GcamBoard | PushingBoard) -> None:
        try:
            async with asyncio.timeout(_VISIT_S):
                health = await board.health(self._clock.wall())
        except (GcamError, TimeoutError) as error:
            _log.debug("the board does not say how it fares: %s", error)
            return
        known = self._days.get(camera_id)
        if known is not None and known.newest.at == health.at:
            return  # it has told nothing since
        samples = await self._day_with(camera_id, health)
        if camera_id in self._up:
            self._log_who(camera_id, board.facts.name, samples)
            self._note(camera_id, BoardDay.of(samples))

    def _log_who(self, camera_id: str, name: str | None, samples: Sequence[BoardHealth]) -> None:
        """Another board, or another name of it, each told once: the camera stays what it is."""
        extra = {"camera": self._up[camera_id]}
        newest, before = samples[-1].id, [one.id for one in samples[:-1] if one.id is not None]
        is_other = bool(before) and newest is not None and newest not in before
        if is_other:
            _log.warning("another board is there now: %s, no longer %s", newest, before[-1], extra=extra)
        if name is None:
            return
        former = self._names.get(camera_id, name)
        self._names[camera_id] = name
        if former != name and newest in before[-1:]:
            _log.info("the board calls itself %s now, no longer %s", name, former, extra=extra)

    async def _day_with(self, camera_id: str, health: BoardHealth) -> Sequence[BoardHealth]:
        """The newest alone where nothing can be kept: the disk's troubles are told elsewhere."""
        try:
            await self._diary.note_board(camera_id, health)
            return await self._diary.board(camera_id) or [health]
        except GcamError as error:
            _log.debug("how the board fares is not kept: %s", error)
            return [health]

    def _twin(self, camera_id: str, board_id: str | None) -> Iterator[Trouble]:
        """Another camera whose board says that it is this one."""
        for other, health in self.newest.items():
            if other != camera_id and board_id is not None and health.id == board_id:
                yield Trouble(because("board_twin", camera=self._up[other]), because("board_once"))
                return

    def _note(self, camera_id: str, day: BoardDay) -> None:
        before = self._days.get(camera_id)
        known = {trouble.what.code for trouble in before.troubles} if before else set()
        day = replace(day, troubles=(*day.troubles, *self._twin(camera_id, day.newest.id)))
        self._days[camera_id] = day
        self._cameras.note_board(camera_id, day.newest)
        for trouble in day.troubles:
            if trouble.what.code not in known:
                extra = {"camera": self._up[camera_id]}
                _log.warning("the board: %s; %s", trouble.what, trouble.remedy, extra=extra)
