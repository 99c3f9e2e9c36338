"""How many pictures a second a stream of Gcam's own firmware brings: told to the board while it runs."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Final

from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import Rejected, SourceError
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.sending import send_form
from gcam_addon.wire.stream import OpenStream

_AGAIN_S: Final = 2.0
_GONE: Final = 404
_NUMBER = re.compile("[0-9]{1,9}")
_log = logging.getLogger(__name__)


class StreamPace:
    """Of one open stream. Loop only. It begins with all there are."""

    def __init__(self, place: HttpAddress, settings: SourceSettings, duties: Duties) -> None:
        self._place = place
        self._settings = settings
        self._duties = duties
        self._wanted: float | None = None
        self._telling: asyncio.Task[None] | None = None
        self.fps: float | None = None
        """What the board obeys by now."""

    def ask(self, fps: float | None) -> None:
        self._wanted = fps
        if self._wanted != self.fps and (self._telling is None or self._telling.done()):
            self._telling = self._duties.task(f"pace {self._place.authority}", self._tell)

    def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()

    async def _tell(self) -> None:
        while (wanted := self._wanted) != self.fps:
            try:
                await send_form(self._place, {"fps": f"{wanted or 0:g}"}, self._settings)
            except SourceError as error:
                _log.debug("%s does not take another pace: %s", self._place, error)
                if isinstance(error, Rejected) and error.status == _GONE:
                    return  # so is the stream, and its source is about to notice
                await asyncio.sleep(_AGAIN_S)
            else:
                self.fps = wanted


def pace_of(opened: OpenStream, settings: SourceSettings, duties: Duties) -> StreamPace | None:
    """None where the stream is of another firmware."""
    number = opened.head.headers.get("x-gcam-stream", "")
    if _NUMBER.fullmatch(number) is None:
        return None
    return StreamPace(opened.request.address.at(f"/stream/{number}"), settings, duties)
