"""Pictures and sound over RTSP: H.264, H.265 and MJPEG as the camera sends them, sound as AAC.

libav reads, on a thread per connection; here on the loop its units are taken over, and silence is noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, ProtocolError, SourceError, Stalled, Unreachable
from gcam_addon.model import Unit
from gcam_addon.sources.handover import Handover
from gcam_addon.sources.rtsp_passage import Passage, passage
from gcam_addon.sources.rtsp_problems import silent
from gcam_addon.sources.rtsp_session import RtspSession
from gcam_addon.wire.address import RtspAddress, parse
from gcam_addon.words.reason import because

_FIRST_KEY_S = 15.0
"""Cameras that save bits send a key every ten seconds or less often."""
_SLACK_S = 5.0
_MOST_PLACES = 5


class RtspSource:
    """Implements `interfaces.Source` for rtsp and rtsps addresses. Raises ConfigError for any other."""

    def __init__(self, settings: SourceSettings, clock: Clock, duties: Duties) -> None:
        address = parse(settings.url)
        if not isinstance(address, RtspAddress):
            raise ConfigError(because("no_rtsp", address=address), field="source.url")
        self._address = address
        self._settings = settings
        self._clock = clock
        self._duties = duties
        self._run: _Run | None = None
        self._dropped_before = 0

    @property
    def dropped(self) -> int:
        return self._dropped_before + (self._run.dropped if self._run else 0)

    async def units(self) -> AsyncGenerator[Unit, None]:
        place, led_from = self._address, None
        for _ in range(_MOST_PLACES):
            async with passage(place, self._settings, led_from) as way:
                try:
                    async with aclosing(self._units(place, way)) as units:
                        async for unit in units:
                            yield unit
                except SourceError as error:
                    if way.problem is not None:
                        raise way.problem from error
                    if way.location is None:
                        raise
                    place, led_from = _following(place, way.location), way.peer or led_from
        raise ProtocolError(because("redirects_in_circles", address=self._address))

    async def _units(self, place: RtspAddress, way: Passage) -> AsyncGenerator[Unit, None]:
        run = self._run = _Run(place, way.url, self._settings, self._clock)
        gone = asyncio.Event()
        loop = asyncio.get_running_loop()

        def read() -> None:
            run.read()
            if not loop.is_closed():
                loop.call_soon_threadsafe(gone.set)

        self._duties.thread(str(place).replace("://", " ", 1), read).start()
        try:
            while True:
                yield await run.next()
        finally:
            run.forget()
            run.session.close()
            way.close()
            self._dropped_before += run.dropped
            self._run = None
            await gone.wait()


def _following(place: RtspAddress, location: str) -> RtspAddress:
    try:
        return place.follow(location)
    except ConfigError as error:
        raise ProtocolError(because("leads_elsewhere", address=place, why=error)) from error


class _Run:
    """One connection: units from its thread, and a watch on silence. Loop, but for `read`."""

    def __init__(self, address: RtspAddress, url: str, settings: SourceSettings, clock: Clock) -> None:
        self._address = address
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self._handover = Handover()
        self._end: BaseException | None = None
        self._is_over = False
        self._has_shown = False
        self._until_s = self._loop.time() + settings.connect_timeout_s + _SLACK_S
        self._is_opening = True
        self._watch: asyncio.TimerHandle | None = None
        self.session = RtspSession(address, url, settings, clock, put=self._put, opened=self._wake)

    @property
    def dropped(self) -> int:
        return self.session.dropped + self._handover.dropped

    def read(self) -> None:
        """The thread's work. Never raises: what ends it is raised by `next`."""
        try:
            self.session.run()
        except SourceError as error:
            error.__context__ = None  # libav's
            self._end = error
        except BaseException as error:  # noqa: BLE001  (a defect is the camera's, whose run raises it)
            self._end = error
        self._is_over = True
        self._wake()

    async def next(self) -> Unit:
        """The next unit in order; raises what ended the connection behind the last one."""
        while True:
            is_over = self._is_over  # before it is looked whether something waits
            unit = self._handover.take()
            if unit is not None:
                break
            if is_over:
                raise self._end or Unreachable(because("connection_closed", address=self._address))
            if self._watch is None and self._loop.time() >= self._until_s:  # it has rung
                raise self._silence()
            await self._wait()
        if not unit.is_sound:
            self._has_shown = True
            self._until_s = self._loop.time() + self._settings.stall_timeout_s
        return unit

    def _put(self, unit: Unit) -> None:
        if self._handover.put(unit):
            self._wake()

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    async def _wait(self) -> None:
        """Until something comes, or has not for too long."""
        watch = self._watch
        if watch is None or watch.when() > self._until_s:
            self.forget()
            self._watch = self._loop.call_at(self._until_s, self._look)
        self._arrived.clear()
        await self._arrived.wait()
        if self._is_opening and self.session.is_open:
            self._is_opening = False
            self._until_s = self._loop.time() + self._first_s

    def _look(self) -> None:
        """One timer for all waits: nearly all end before it, and one for each would cost more than these."""
        self._watch = None
        self._arrived.set()

    def forget(self) -> None:
        """Nobody waits any more."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    @property
    def _first_s(self) -> float:
        return max(self._settings.stall_timeout_s, _FIRST_KEY_S)

    def _silence(self) -> SourceError:
        address, session = self._address, self.session
        if self._has_shown:
            seconds = self._settings.stall_timeout_s
            return Stalled(because("no_picture_though_open", address=address, seconds=seconds))
        if session.pictures:
            return Stalled(because("rtsp_no_key", address=address, seconds=self._first_s))
        if session.sounds:
            return ProtocolError(because("rtsp_sound_only", address=address))
        return silent(address, self._settings)
