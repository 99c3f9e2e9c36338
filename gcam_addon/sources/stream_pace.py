"""How many pictures a second a board with Gcam's own firmware sends: told to it while it does."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Final

from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import Rejected, SourceError
from gcam_addon.wire.sending import send_form
from gcam_addon.wire.stream import OpenStream

_AGAIN_S: Final = 2.0
_GONE: Final = 404
_NUMBER = re.compile("[0-9]{1,9}")
_log = logging.getLogger(__name__)


class StreamPace:
    """Of one connection. Loop only."""

    def __init__(
        self,
        place: str,
        tell: Callable[[str], Awaitable[object]],
        duties: Duties,
        *,
        begins_with_all: bool = True,
    ) -> None:
        """`tell` the board a number, "0" for all; raises `SourceError` where it does not take it. One that
        may begin with another pace than all is told in any case.
        """
        self._place = place
        self._tell = tell
        self._duties = duties
        self._is_known = begins_with_all
        self._wanted: float | None = None
        self._telling: asyncio.Task[None] | None = None
        self.fps: float | None = None
        """What the board obeys by now."""

    def ask(self, fps: float | None) -> None:
        self._wanted = fps
        if not self._is_obeyed and (self._telling is None or self._telling.done()):
            self._telling = self._duties.task(f"pace {self._place}", self._tell_all)

    def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()

    @property
    def _is_obeyed(self) -> bool:
        return self._is_known and self._wanted == self.fps

    async def _tell_all(self) -> None:
        while not self._is_obeyed:
            wanted = self._wanted
            try:
                await self._tell(f"{wanted or 0:g}")
            except SourceError as error:
                _log.debug("%s does not take another pace: %s", self._place, error)
                if isinstance(error, Rejected) and error.status == _GONE:
                    return  # so is the stream, and its source is about to notice
                await asyncio.sleep(_AGAIN_S)
            else:
                self.fps, self._is_known = wanted, True


def pace_of(opened: OpenStream, settings: SourceSettings, duties: Duties) -> StreamPace | None:
    """None where the stream is of another firmware."""
    number = opened.head.headers.get("x-gcam-stream", "")
    if _NUMBER.fullmatch(number) is None:
        return None
    place = opened.request.address.at(f"/stream/{number}")

    async def tell(fps: str) -> None:
        await send_form(place, {"fps": fps}, settings)

    return StreamPace(place.authority, tell, duties)
