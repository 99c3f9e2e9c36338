"""Pictures that a board streams over HTTP: multipart MJPEG, or JPEGs one after another.

One connection, read as fast as it delivers; opening it is `http`'s business.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import NoReturn

from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ProtocolError, SourceError, Stalled, Unreachable
from gcam_addon.model import Size, Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.sources.timeline import Rising
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.connection import HttpConnection
from gcam_addon.wire.multipart import MultipartParser, boundary_of
from gcam_addon.wire.stream import OpenStream
from gcam_addon.words.reason import because

_MAX_WAITING_FRAMES = 32
"""A reader that is this far behind makes the camera wait; nothing is thrown away here."""

_MOST_MPX = jpeg.MAX_PIXELS // 1_000_000
_log = logging.getLogger(__name__)


class MjpegIntake:
    """Implements `http.Intake`: from the body's bytes to waiting units, silence being watched. Loop only."""

    def __init__(
        self, stream: OpenStream, settings: SourceSettings, clock: Clock, address: HttpAddress
    ) -> None:
        self._connection: HttpConnection = stream.connection
        self._parser = MultipartParser(boundary_of(stream.head.headers.get("content-type", "")))
        self._stall_timeout_s = settings.stall_timeout_s
        self._clock = clock
        self._address = address
        self._waiting: deque[Unit] = deque()
        self._is_paused = False
        self._is_overdue = False
        self._reader: asyncio.Future[None] | None = None
        self._hand_on: Callable[[Unit], None] | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._end: SourceError | None = None
        self._unreadable = 0
        self._absurd: Size | None = None  # what a picture claimed that no camera can have made
        self._count = 0
        self._times = Rising()
        self._quiet_since_s = clock.monotonic()

    @property
    def dropped(self) -> int:
        return self._parser.dropped + self._unreadable

    def start(self) -> None:
        self._watch_silence()
        self._connection.start_body(self._receive, self._ended)

    async def next(self) -> Unit:
        """The next frame in order; raises what ended the stream behind the last one."""
        while not self._waiting:
            if self._end is not None:
                raise self._end
            self._resume()
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._waiting.popleft()

    async def hand_to(self, take: Callable[[Unit], None]) -> NoReturn:
        """In place of `start` and `next`: `take` gets the frames as they come, and must not wait. Raises what
        ended the stream, or what `take` raised.
        """
        self._hand_on, self._reader = take, asyncio.get_running_loop().create_future()
        self.start()
        await self._reader
        assert self._end is not None
        raise self._end

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._connection.close()

    def _receive(self, piece: memoryview) -> None:
        self._take(self._parser.feed(piece))
        self._connection.expect(0 if self._is_overdue else self._parser.missing_bytes)

    def _take(self, pictures: list[bytes]) -> None:
        if not pictures:
            return
        now_s, now_at = self._clock.monotonic(), self._clock.wall()
        for picture in pictures:
            size = jpeg.size_of(picture)
            if size is None:
                self._refuse(picture)
                continue
            pts_s = self._quiet_since_s = self._times.next(now_s)
            self._is_overdue = False
            self._count += 1
            self._pass_on(jpeg_unit(picture, pts_s, now_at + (pts_s - now_s), size))
        if self._hand_on is not None:
            return
        if len(self._waiting) > _MAX_WAITING_FRAMES:
            self._is_paused = True
            self._connection.pause()
        self._wake()

    def _pass_on(self, unit: Unit) -> None:
        if self._hand_on is None:
            self._waiting.append(unit)
            return
        try:
            self._hand_on(unit)
        except Exception as error:  # noqa: BLE001  (it is for who called `hand_to`, not for the loop)
            self._hand_on = _nobody
            if self._reader is not None and not self._reader.done():
                self._reader.set_exception(error)

    def _refuse(self, picture: bytes) -> None:
        self._unreadable += 1
        claimed = jpeg.claimed_size(picture)
        if claimed is not None and self._absurd is None:
            self._absurd = claimed
            _log.warning("%s sent a picture that %s: it is left out", self._address, _claim(claimed))

    def _ended(self, error: SourceError) -> None:
        self._take(self._parser.finish())
        if self._end is None:
            is_early = isinstance(error, Unreachable) and not self._count
            self._end = Unreachable(because("before_a_picture", why=error)) if is_early else error
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _resume(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._quiet_since_s = self._clock.monotonic()
            self._connection.resume()

    def _watch_silence(self) -> None:
        """One timer for many frames: it looks when the newest came, and comes back when it could be due."""
        left_s = self._quiet_since_s + self._stall_timeout_s - self._clock.monotonic()
        if left_s > 0 or self._is_paused or self._held_back():
            delay_s = max(left_s, self._stall_timeout_s / 100)
            self._watch = asyncio.get_running_loop().call_later(delay_s, self._watch_silence)
            return
        self._take(self._parser.finish())
        address, seconds = self._address, self._stall_timeout_s
        if self._absurd is not None and not self._count:
            width, height, most = self._absurd.width, self._absurd.height, _MOST_MPX
            self._end = ProtocolError(
                because(
                    "absurd_pictures", address=address, seconds=seconds, width=width, height=height, most=most
                )
            )
        else:
            self._end = Stalled(because("no_picture_though_open", address=address, seconds=seconds))
        self._wake()

    def _held_back(self) -> bool:
        """Bytes may have come that nobody was told of, and a picture among them. Until one has come every
        byte is told: what only trickles is silence.
        """
        self._is_overdue = True
        was_held_back = self._connection.holds_back
        self._connection.expect(0)
        return was_held_back


def _nobody(_: Unit) -> None:
    """Takes what comes when nobody does any more."""


def _claim(size: Size) -> str:
    return f"says it is {size.width} x {size.height} pixels (at most {_MOST_MPX} million can be right)"
