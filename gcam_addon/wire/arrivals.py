"""Cameras that dial in: where somebody's connection and the run that reads it meet. Who accepts connections
proves whose they are first; here they are only handed over. Loop only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from gcam_addon.errors import SourceError, Stalled, Unreachable
from gcam_addon.model import Codec
from gcam_addon.wire.pushing import Head, Kind, Parting
from gcam_addon.wire.talk import Talk
from gcam_addon.words.reason import Reason, because

TAKEN_WITHIN_S: Final = 15.0
"""A camera's run that begins, or goes on, reads what came within this."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One picture as it was sent. H.264 is a whole access unit, Annex B. `sent_s`: when, by the camera's
    clock; None where it does not say.
    """

    data: bytes = field(repr=False)
    codec: Codec = Codec.MJPEG
    sent_s: float | None = None


_CODECS = {Kind.JPEG: Codec.MJPEG, Kind.H264: Codec.H264, Kind.H265: Codec.H265}


def sent_as(head: Head, payload: bytes) -> Sent:
    """Of a picture's message."""
    return Sent(payload, _CODECS[Kind(head.kind)], head.time_us / 1e6 if head.time_us else None)


class Arrival(Protocol):
    """One connection of a camera."""

    @property
    def who(self) -> str:
        """For people: address, and what the camera says of itself."""

    @property
    def dropped(self) -> int:
        """What came and could not be read, so far."""

    @property
    def talk(self) -> Talk | None:
        """What goes to and fro beside the pictures, where something can."""

    async def next(self) -> Sent:
        """The next picture; that the one before was taken is known with this call. Raises SourceError."""

    def close(self, why: Parting) -> None:
        """Ends it; `next` raises. Idempotent."""


class Replaced(Unreachable):
    """The same camera dialled in again; to others as `Unreachable`."""


def ended_by_gcam(why: Parting) -> SourceError:
    """What `next` of an arrival raises that was closed so."""
    return (
        Replaced(because("push_replaced")) if why is Parting.REPLACED else Unreachable(because("push_over"))
    )


@dataclass(slots=True, eq=False)
class _Guest:
    arrival: Arrival
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class _Door:
    """One camera's. The newest guest counts."""

    waiting: _Guest | None = None
    inside: _Guest | None = None
    knock: asyncio.Event = field(default_factory=asyncio.Event)

    def admit(self, guest: _Guest) -> None:
        for former in (self.waiting, self.inside):
            if former is not None:
                former.arrival.close(Parting.REPLACED)
                former.gone.set()
        self.waiting = guest
        self.knock.set()

    def enter(self) -> _Guest:
        guest = self.waiting
        assert guest is not None
        self.waiting, self.inside = None, guest
        self.knock.clear()
        guest.taken.set()
        return guest

    def leave(self, guest: _Guest) -> None:
        guest.gone.set()
        if self.inside is guest:
            self.inside = None
        if self.waiting is guest:
            self.waiting = None
            self.knock.clear()


class Arrivals:
    """Of one Gcam. `obstacle`: why nobody can dial in just now."""

    def __init__(self) -> None:
        self._doors: dict[str, _Door] = {}
        self.obstacle: Reason | None = None

    async def receive(self, camera_id: str, arrival: Arrival) -> None:
        """Returns when `arrival` was read to its end, or the camera dialled in again. Raises Stalled where
        nothing reads that camera.
        """
        door, guest = self._door(camera_id), _Guest(arrival)
        door.admit(guest)
        try:
            async with asyncio.timeout(TAKEN_WITHIN_S):
                await guest.taken.wait()
        except TimeoutError:
            raise Stalled(because("push_unread")) from None
        else:
            await guest.gone.wait()
        finally:
            door.leave(guest)

    def leave(self, camera_id: str, arrival: Arrival) -> None:
        """Left to be read, nobody waiting for that, until it is over or the camera dials in again."""
        self._door(camera_id).admit(_Guest(arrival))

    def present(self, camera_id: str) -> Arrival | None:
        """The newest that came and was not sent away."""
        door = self._door(camera_id)
        guest = door.waiting or door.inside
        return None if guest is None else guest.arrival

    @asynccontextmanager
    async def next(self, camera_id: str, wait_s: float, why: Reason) -> AsyncGenerator[Arrival, None]:
        """Who dialled in, for a run of the camera. Raises Unreachable, saying `why`, where nobody does for
        `wait_s`.
        """
        door = self._door(camera_id)
        try:
            async with asyncio.timeout(wait_s):
                await door.knock.wait()
        except TimeoutError:
            raise Unreachable(self.obstacle or why) from None
        guest = door.enter()
        try:
            yield guest.arrival
        finally:
            guest.arrival.close(Parting.GOING)
            door.leave(guest)

    async def pause(self, camera_id: str, seconds: float) -> None:
        """As long, or until the camera dials in."""
        try:
            async with asyncio.timeout(seconds):
                await self._door(camera_id).knock.wait()
        except TimeoutError:
            pass

    def is_read(self, camera_id: str) -> bool:
        """Whether a connection is being read."""
        return self._door(camera_id).inside is not None

    def forget(self, camera_id: str) -> None:
        """The camera is gone: whoever sends for it is sent away."""
        door = self._doors.pop(camera_id, None)
        for guest in (door.waiting, door.inside) if door else ():
            if guest is not None:
                guest.arrival.close(Parting.UNKNOWN)
                guest.gone.set()

    def _door(self, camera_id: str) -> _Door:
        return self._doors.setdefault(camera_id, _Door())
