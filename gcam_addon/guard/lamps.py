"""The lamps of boards while an alarm is to be heard: on, so that all is seen and known to be; off after it.

A lamp that an alarm lit is off afterwards, also where it shone before: nobody could know whether it did where
Gcam was killed meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gcam_addon.errors import ConfigError, GcamError
from gcam_addon.model import CameraChanged, CameraRemoved, Event, Status
from gcam_addon.model.guard import GuardChanged, GuardState

_BRIGHTEST = 100
_log = logging.getLogger(__name__)


class AlarmLamps:
    """interfaces.Sink. All methods on the loop; `run` until cancelled. `switch` sets a camera's lamp to so
    many percent, 0 is off.
    """

    def __init__(self, switch: Callable[[str, int], Awaitable[object]]) -> None:
        self._switch = switch
        self._wanted: frozenset[str] = frozenset()
        self._lit: set[str] = set()
        """For sure."""
        self._touched: set[str] = set()
        """That may shine because of an alarm."""
        self._news = asyncio.Event()

    def publish(self, event: Event) -> None:
        """What could not be switched is tried anew when its camera is heard of, every few seconds."""
        match event:
            case GuardChanged(state):
                self._wanted = _lamps_of(state)
            case CameraChanged(state):
                if state.status is not Status.CONNECTED:
                    self._lit.discard(state.camera_id)  # a board that restarts is dark
            case CameraRemoved(camera_id):
                self._lit.discard(camera_id)
                self._touched.discard(camera_id)
            case _:
                return
        if self._wanted - self._lit or self._touched - self._wanted:
            self._news.set()

    async def run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            wanted = self._wanted
            async with asyncio.TaskGroup() as group:
                for camera_id in wanted - self._lit:
                    group.create_task(self._light(camera_id))
                for camera_id in self._touched - wanted:
                    group.create_task(self._darken(camera_id))
            if wanted != self._wanted:  # the alarm ended, or began again
                self._news.set()

    async def _light(self, camera_id: str) -> None:
        self._touched.add(camera_id)
        try:
            await self._switch(camera_id, _BRIGHTEST)
        except ConfigError:  # it has none
            self._touched.discard(camera_id)
        except GcamError as error:
            _log.warning("the lamp of %s is not lit for the alarm: %s", camera_id, error)
        else:
            self._lit.add(camera_id)

    async def _darken(self, camera_id: str) -> None:
        try:
            await self._switch(camera_id, 0)
        except ConfigError:  # no longer one
            pass
        except GcamError as error:
            _log.warning("the lamp of %s still shines after the alarm: %s", camera_id, error)
            return
        self._lit.discard(camera_id)
        self._touched.discard(camera_id)


def _lamps_of(state: GuardState) -> frozenset[str]:
    mode = state.mode
    return frozenset(mode.cameras) if state.sounds and mode is not None and mode.lamps else frozenset()
