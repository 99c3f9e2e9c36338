"""Pictures of a camera that sends one at a time: it is asked for the next one when that is due.

One connection, kept open where the camera does; whatever is out of the ordinary (it was closed, a redirect, a
demand for credentials) is asked for anew, by the same rules as a stream.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Mapping

from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ProtocolError, SourceError, Stalled, Unreachable
from gcam_addon.model import Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.wire.connection import HttpConnection
from gcam_addon.wire.multipart import MAX_BARREN_BYTES
from gcam_addon.wire.response import Head
from gcam_addon.wire.stream import OpenStream, ask_again, open_stream
from gcam_addon.words.reason import because

REPEAT_S = 5.0
"""The same picture again is passed on so seldom: often enough for an event to end, and to be connected."""

_MOST_MB = MAX_BARREN_BYTES // 2**20
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,200}")  # boards have little room for a request's head
_log = logging.getLogger(__name__)


class Beat:
    """When the next picture is due: at even distances; those that one made late are left out. Pure."""

    def __init__(self, interval_s: float, now_s: float) -> None:
        self._interval_s = interval_s
        self._due_s = now_s

    def next(self, now_s: float) -> float:
        """Seconds from now on to the one behind the last."""
        intervals = max(1, math.ceil((now_s - self._due_s) / self._interval_s))
        self._due_s += intervals * self._interval_s
        return self._due_s - now_s


class Snapshots:
    """Implements `http.Intake`. `opened` holds the first picture, unread."""

    def __init__(self, opened: OpenStream, settings: SourceSettings, clock: Clock) -> None:
        self._opened = opened
        self._settings = settings
        self._clock = clock
        self._address = opened.place
        self._beat = Beat(1 / settings.poll_fps, clock.monotonic())
        self._repeat_s = max(REPEAT_S, 2 / settings.poll_fps)
        self._conditions: Mapping[str, str] = {}
        self._picture = b""  # the newest
        self._passed_on_s = self._alive_s = clock.monotonic()
        self._is_unread = True
        self.dropped = 0

    def start(self) -> None:
        fps = self._settings.poll_fps
        _log.info("%s sends one picture at a time and is asked for %g a second", self._address, fps)

    async def next(self) -> Unit:
        """The next picture that is another one, or is the same for long."""
        while True:
            if not self._is_unread:
                await asyncio.sleep(self._beat.next(self._clock.monotonic()))
            picture = await self._in_time()
            now_s = self._clock.monotonic()
            if not picture:
                self._check_alive(now_s)
                continue
            self._alive_s = now_s
            if picture != self._picture or now_s - self._passed_on_s >= self._repeat_s:
                self._picture, self._passed_on_s = picture, now_s
                size = jpeg.size_of(picture)
                assert size is not None
                return jpeg_unit(picture, now_s, self._clock.wall(), size)

    def close(self) -> None:
        self._opened.connection.close()

    async def _in_time(self) -> bytes:
        """The picture as it is now; nothing where what came is none. Raises SourceError."""
        seconds = self._settings.stall_timeout_s
        try:
            async with asyncio.timeout(seconds):
                if not self._is_unread:
                    self._opened = await self._ask()
                self._is_unread = False
                return await self._read(self._opened)
        except TimeoutError as error:
            raise Stalled(
                because("no_picture_though_open", address=self._address, seconds=seconds)
            ) from error

    async def _ask(self) -> OpenStream:
        seconds = self._settings.stall_timeout_s
        again = await ask_again(self._opened, seconds, self._conditions)
        if again is None:
            again = await open_stream(self._address, self._settings, seconds, self._conditions)
        if not again.is_picture:
            again.connection.close()
            raise ProtocolError(because("no_picture_any_more", address=self._address))
        return again

    async def _read(self, opened: OpenStream) -> bytes:
        data, error = await _body(opened.connection)
        if opened.is_unchanged:
            return self._picture
        if not data and isinstance(error, Unreachable) and not opened.connection.is_whole:
            raise Unreachable(because("before_a_picture", why=error))
        if data and not data.startswith(jpeg.SOI):
            kind = opened.head.content_type
            raise ProtocolError(because("picture_no_jpeg", address=self._address, kind=kind))
        is_whole = opened.connection.is_whole or jpeg.end_of_picture(data, len(data)) is not None
        if not is_whole or jpeg.size_of(data) is None:
            self.dropped += 1
            return b""
        self._conditions = _conditions_of(opened.head)
        return jpeg.mended(data)

    def _check_alive(self, now_s: float) -> None:
        """Raises Stalled where nothing usable came for long, several times."""
        seconds = max(self._settings.stall_timeout_s, 2 / self._settings.poll_fps)
        if now_s - self._alive_s >= seconds:
            raise Stalled(because("no_picture_though_open", address=self._address, seconds=seconds))


def _conditions_of(head: Head) -> dict[str, str]:
    """What to ask with next time, so that the same picture needs not be sent again."""
    offered = ((name, head.headers.get(mark, "")) for mark, name in _VALIDATORS.items())
    return {name: value for name, value in offered if _VALIDATOR.fullmatch(value)}


async def _body(connection: HttpConnection) -> tuple[bytes, SourceError]:
    """All of it, and what ended it. Raises ProtocolError where that is no HTTP, or never ends."""
    body = bytearray()
    over: asyncio.Future[SourceError] = asyncio.get_running_loop().create_future()

    def receive(piece: memoryview) -> None:
        body.extend(piece)
        if len(body) > MAX_BARREN_BYTES:
            raise ProtocolError(because("picture_endless", most=_MOST_MB))

    def ended(error: SourceError) -> None:
        if not over.done():
            over.set_result(error)

    connection.start_body(receive, ended)
    error = await over
    if isinstance(error, ProtocolError):
        raise error
    return bytes(body), error
