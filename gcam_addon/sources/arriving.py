"""Pictures of a camera that dials in: by the push protocol, by HTTP or from a browser.

The connection was accepted elsewhere, and its sender has proved whose camera it is; see `wire.arrivals`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.errors import Stalled
from gcam_addon.log.setup import camera_logger
from gcam_addon.model import Codec, Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.sources.described import Described
from gcam_addon.sources.stream_pace import StreamPace
from gcam_addon.sources.timeline import Rising, TimeLine
from gcam_addon.wire.address import push_key_of
from gcam_addon.wire.arrivals import Arrival, Arrivals, Replaced, Sent
from gcam_addon.wire.talk import Talk
from gcam_addon.words.reason import Reason, because


class ArrivingSource:
    """Implements `interfaces.Source`, and `Paced`, for a camera that dials in. One that dials in anew while
    it is read goes on in the same run.
    """

    def __init__(
        self, camera: Camera, clock: Clock, arrivals: Arrivals, duties: Duties | None = None
    ) -> None:
        self._camera_id = camera.id
        self._settings = camera.source
        self._clock = clock
        self._arrivals = arrivals
        self._duties = duties or Duties(clock)
        self._log = camera_logger(__name__, camera.name)
        self._dropped_before = 0
        self._arrival: Arrival | None = None
        self._intake: _Intake | None = None
        self._pace: StreamPace | None = None

    @property
    def dropped(self) -> int:
        now = self._arrival.dropped if self._arrival else 0
        return self._dropped_before + now + (self._intake.dropped if self._intake else 0)

    @property
    def paced_fps(self) -> float | None:
        return None if self._pace is None else self._pace.fps

    def pace(self, fps: float | None) -> None:
        """Of a camera that told something: what it was asked for when it dialled in before may hold still."""
        talk = self._arrival.talk if self._arrival else None
        if self._pace is None and talk is not None and talk.newest is not None:
            self._pace = _pace_by(talk, self._camera_id, self._duties)
        if self._pace is not None:
            self._pace.ask(fps)

    async def units(self) -> AsyncGenerator[Unit, None]:
        times, wait_s = Rising(), self._settings.stall_timeout_s
        while True:
            async with self._arrivals.next(self._camera_id, wait_s, self._why_nobody) as arrival:
                self._log.info("%s sends", arrival.who)
                self._arrival, self._intake = arrival, _Intake(self._clock, times)
                try:
                    while True:
                        unit = self._intake.unit_of(await self._in_time(arrival))
                        if unit is not None:
                            yield unit
                except Replaced:
                    pass
                finally:
                    self._dropped_before = self.dropped
                    if self._pace is not None:
                        self._pace.close()
                    self._arrival = self._intake = self._pace = None

    @property
    def _why_nobody(self) -> Reason:
        if push_key_of(self._settings.url) is None:
            return because("push_keyless")
        return because("push_nobody", seconds=self._settings.stall_timeout_s)

    async def _in_time(self, arrival: Arrival) -> Sent:
        try:
            async with asyncio.timeout(self._settings.stall_timeout_s):
                return await arrival.next()
        except TimeoutError:
            seconds = self._settings.stall_timeout_s
            raise Stalled(because("push_silent", who=arrival.who, seconds=seconds)) from None


def _pace_by(talk: Talk, camera_id: str, duties: Duties) -> StreamPace:
    async def tell(fps: str) -> None:
        await talk.tell({"fps": fps})

    return StreamPace(camera_id, tell, duties, begins_with_all=False)


class _Intake:
    """One connection's pictures made units."""

    def __init__(self, clock: Clock, times: Rising) -> None:
        self._clock = clock
        self._line = TimeLine()
        self._described: Described | None = None
        self._codec = Codec.MJPEG
        self._times = times
        self._unreadable = 0

    @property
    def dropped(self) -> int:
        return self._unreadable + (self._described.dropped if self._described else 0)

    def unit_of(self, sent: Sent) -> Unit | None:
        now_s, now_at = self._clock.monotonic(), self._clock.wall()
        pts_s = self._times.next(self._line.at(sent.sent_s, now_s))
        return self._shaped(sent, pts_s, now_at + (pts_s - now_s))

    def _shaped(self, sent: Sent, pts_s: float, received_at: float) -> Unit | None:
        if sent.codec is Codec.MJPEG:
            size = jpeg.size_of(sent.data)
            if size is None:
                self._unreadable += 1
                return None
            return jpeg_unit(sent.data, pts_s, received_at, size)
        if self._described is None or sent.codec is not self._codec:
            self._described, self._codec = Described(sent.codec), sent.codec
        picture = self._described.picture(sent.data)
        if picture is None:
            return None
        return Unit(picture.data, pts_s, received_at, picture.tracks, picture.is_key)
