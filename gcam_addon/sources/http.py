"""Pictures from a board over HTTP: a stream, or one picture after another where it has none.

Which of the two an address gives is found out by asking it; reconnecting is the runner's business.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from gcam_addon.clock import Clock
from gcam_addon.config.model import SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError
from gcam_addon.model import Unit
from gcam_addon.sources.candidates import KnownStreams, find_stream
from gcam_addon.sources.mjpeg import MjpegIntake
from gcam_addon.sources.snapshots import Snapshots
from gcam_addon.sources.stream_pace import StreamPace, pace_of
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.wire.stream import OpenStream, open_stream
from gcam_addon.words.reason import because


class Intake(Protocol):
    """One open connection's pictures."""

    def start(self) -> None: ...

    async def next(self) -> Unit:
        """The next picture in order. Raises SourceError behind the last one."""

    def close(self) -> None: ...

    @property
    def dropped(self) -> int: ...


class HttpSource:
    """Implements `interfaces.Source`, `Paced`, `Prompt` for http and https addresses. Raises ConfigError for
    any other.

    `known` remembers, over sources, where the stream of a bare address was found.
    """

    def __init__(
        self,
        settings: SourceSettings,
        clock: Clock,
        known: KnownStreams | None = None,
        duties: Duties | None = None,
    ) -> None:
        address = parse(settings.url)
        if not isinstance(address, HttpAddress):
            raise ConfigError(because("no_http", address=address), field="source.url")
        self._address = address
        self._settings = settings
        self._clock = clock
        self._known: KnownStreams = {} if known is None else known
        self._dropped_before = 0
        self._intake: Intake | None = None
        self._duties = duties or Duties(clock)
        self._pace: StreamPace | None = None
        self.asked_fps: float | None = None
        """How many pictures a second the camera is asked for, once that is known; None for a stream."""

    @property
    def dropped(self) -> int:
        return self._dropped_before + (self._intake.dropped if self._intake else 0)

    @property
    def paced_fps(self) -> float | None:
        return None if self._pace is None else self._pace.fps

    def pace(self, fps: float | None) -> None:
        if self._pace is not None:
            self._pace.ask(fps)

    async def units(self) -> AsyncGenerator[Unit, None]:
        intake = await self._began()
        try:
            intake.start()
            while True:
                yield await intake.next()
        finally:
            self._over(intake)

    async def hand_to(self, take: Callable[[Unit], None]) -> None:
        intake = await self._began()
        try:
            if isinstance(intake, MjpegIntake):
                await intake.hand_to(take)
            intake.start()
            while True:
                take(await intake.next())
        finally:
            self._over(intake)

    async def _began(self) -> Intake:
        opened = await self._open()
        self._pace = pace_of(opened, self._settings, self._duties)
        self._intake = self._intake_of(opened)
        return self._intake

    def _over(self, intake: Intake) -> None:
        intake.close()
        if self._pace is not None:
            self._pace.close()
        self._dropped_before += intake.dropped
        self._intake = None

    def _intake_of(self, opened: OpenStream) -> Intake:
        if opened.is_picture:
            self.asked_fps = self._settings.poll_fps
            return Snapshots(opened, self._settings, self._clock)
        return MjpegIntake(opened, self._settings, self._clock, self._address)

    async def _open(self) -> OpenStream:
        if self._address.is_bare:
            return await find_stream(self._address, self._settings, self._known)
        return await open_stream(self._address, self._settings, self._settings.stall_timeout_s)
