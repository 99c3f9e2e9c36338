"""JPEGs of a compressed camera: made only while somebody wants them, once for all who do.

For tiles, MJPEG clients and snapshots. A board's JPEGs pass by here as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import Executor
from contextlib import aclosing

from gcam_addon.bitstream.inter import BuiltPicture, InterDecoder
from gcam_addon.duties import Duties
from gcam_addon.live.relay import Relay
from gcam_addon.live.units import UnitRelay
from gcam_addon.model import EncodedFrame, Unit, picture_of

LINGER_S = 3.0
"""How long making them goes on when nobody watches: reloading a page must not begin anew."""
_QUALITY = 85
_FRESH_S = 1.0
"""A picture that is made anyhow, and no older than this, is a snapshot."""


class Stills:
    """One camera's. Methods: loop. `pictures` is what people watch; `units` what they are made of."""

    def __init__(
        self, name: str, pictures: Relay[EncodedFrame], units: UnitRelay, threads: Executor, duties: Duties
    ) -> None:
        self._name = name
        self._pictures = pictures
        self._units = units
        self._threads = threads
        self._duties = duties
        self._wanted = 0
        self._making: asyncio.Task[None] | None = None
        self._lingering: asyncio.TimerHandle | None = None
        self._snapshot: asyncio.Future[EncodedFrame | None] | None = None

    def publish(self, unit: Unit) -> None:
        """What the camera sent, to whoever watches."""
        if unit.tracks.video.codec.is_inter:
            self._units.publish(unit)
            self._make()
        elif not unit.is_sound:
            if self._units.tracks is not None:
                self._units.end()
            self._pictures.publish(picture_of(unit))

    async def watch(self) -> AsyncGenerator[EncodedFrame, None]:
        """See `Relay.watch`."""
        self._wanted += 1
        self._make()
        try:
            async with aclosing(self._pictures.watch()) as frames:
                async for frame in frames:
                    yield frame
        finally:
            self._wanted -= 1
            self._linger()

    async def newest(self) -> EncodedFrame | None:
        """The newest picture, made now where nobody makes them."""
        group = self._units.group
        if self._units.tracks is None:
            return self._pictures.latest
        if not group:
            return None
        made = self._pictures.latest
        if made is not None and group[-1].pts_s - made.pts_s <= _FRESH_S:
            return made
        epoch = self._pictures.epoch
        if self._snapshot is None or self._snapshot.done():
            loop = asyncio.get_running_loop()
            self._snapshot = loop.run_in_executor(self._threads, _last_of, InterDecoder(), list(group))
        frame = await asyncio.shield(self._snapshot)
        return frame if epoch == self._pictures.epoch else None

    def close(self) -> None:
        """The camera is stopped."""
        if self._lingering is not None:
            self._lingering.cancel()
        if self._making is not None:
            self._making.cancel()
        self._units.end()

    def _make(self) -> None:
        if self._wanted and self._making is None and self._units.tracks is not None:
            self._making = self._duties.once(f"stills {self._name}", self._make_all())
            self._making.add_done_callback(self._made)

    def _made(self, _: asyncio.Task[None]) -> None:
        self._making = None

    def _linger(self) -> None:
        if not self._wanted and self._lingering is None:
            self._lingering = asyncio.get_running_loop().call_later(LINGER_S, self._retire)

    def _retire(self) -> None:
        self._lingering = None
        if not self._wanted and self._making is not None:
            self._making.cancel()

    async def _make_all(self) -> None:
        """The newest of what came, as fast as it is made; a slow machine makes fewer."""
        loop, decoder = asyncio.get_running_loop(), InterDecoder()
        async with aclosing(self._units.watch()) as watched:
            async for units in watched:
                epoch = self._pictures.epoch
                frame = await loop.run_in_executor(self._threads, _last_of, decoder, units)
                if frame is not None and epoch == self._pictures.epoch:
                    self._pictures.publish(frame)


def _last_of(decoder: InterDecoder, units: Sequence[Unit]) -> EncodedFrame | None:
    """Worker. All are decoded, the last one becomes a JPEG."""
    last: tuple[BuiltPicture, Unit] | None = None
    for unit in units:
        if not unit.is_sound:
            for picture in decoder.pictures(unit):
                last = picture, unit
    if last is None:
        return None
    picture, unit = last
    jpeg = picture.jpeg(_QUALITY, unit.tracks.video.orientation)
    return EncodedFrame(jpeg, picture.pts_s, picture.received_at, unit.size)
