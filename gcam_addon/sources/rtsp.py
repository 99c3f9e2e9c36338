"""Pictures and sound over RTSP: H.264, H.265 and MJPEG as the camera sends them, sound as AAC.

libav reads, on a thread per connection; here on the loop its units are taken over, and silence is noticed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, ProtocolError, SourceError, Stalled, Unreachable
from gcam_addon.model import Unit
from gcam_addon.sources.rtsp_passage import Passage, passage
from gcam_addon.sources.rtsp_problems import silent
from gcam_addon.sources.rtsp_session import RtspSession
from gcam_addon.sources.threaded import ThreadedRun, Words
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
        self._duties.thread(str(place).replace("://", " ", 1), run.thread.read).start()
        try:
            while True:
                yield await run.next()
        finally:
            run.thread.forget()
            run.session.close()
            way.close()
            self._dropped_before += run.dropped
            self._run = None
            await run.thread.gone()


def _following(place: RtspAddress, location: str) -> RtspAddress:
    try:
        return place.follow(location)
    except ConfigError as error:
        raise ProtocolError(because("leads_elsewhere", address=place, why=error)) from error


class _Run:
    """One connection, and how long it may be silent."""

    def __init__(self, address: RtspAddress, url: str, settings: SourceSettings, clock: Clock) -> None:
        self._address = address
        self._settings = settings
        self._has_shown = False
        self.thread = thread = ThreadedRun(
            self._read,
            Words(lambda: Unreachable(because("connection_closed", address=address)), self._silence),
            settings.connect_timeout_s + _SLACK_S,
        )
        self.session = RtspSession(
            address, url, settings, clock, put=thread.put, opened=lambda: thread.lasts(self._first_s)
        )

    def _read(self) -> None:
        self.session.run()

    @property
    def dropped(self) -> int:
        return self.session.dropped + self.thread.dropped

    async def next(self) -> Unit:
        """The next unit in order; raises what ended the connection behind the last one."""
        unit = await self.thread.next()
        if not unit.is_sound:
            self._has_shown = True
            self.thread.wait(self._settings.stall_timeout_s)
        return unit

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
