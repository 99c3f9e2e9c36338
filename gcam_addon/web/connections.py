"""How many connections there may be, and how long a request may be on its way: who is nobody must use up
neither what cameras and recorder need nor the room of those who may come in. Loop only.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from gcam_addon.machine.households import household_of
from gcam_addon.web.errors import Handler

_TOLD_EVERY_S = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """`most` connections in all, of which `most_each` from one household; a trusted proxy may have all."""

    most: int = 400
    most_each: int = 100
    head_s: float = 10.0
    idle_s: float = 60.0
    """How long one may stay on which nothing is asked any more."""
    body_s: float = 20.0
    upload_s: float = 180.0
    trusted: frozenset[str] = field(default_factory=frozenset)
    """Addresses."""


class Connections:
    """Those that are open, from before their TLS. `guarded` makes the protocol of each; `watched` goes around
    each request, `admit` says that it is somebody's. Where there is no room for one more, the oldest of
    nobody's gives way.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.refused = 0
        """Those that found no room, and those that had to make it."""
        self._open: Counter[str] = Counter()
        self._guards: dict[asyncio.BaseTransport, _Guard] = {}
        self._told_s = float("-inf")

    def __len__(self) -> int:
        return self._open.total()

    @property
    def awaited(self) -> int:
        """Connections on which a request's head is on its way, or has to come."""
        return sum(guard.is_awaited for guard in self._guards.values())

    def guarded(
        self, protocols: Callable[[], asyncio.Protocol], tls: ssl.SSLContext | None
    ) -> Callable[[], asyncio.Protocol]:
        """For a server that listens without TLS, which comes here: who does not finish its handshake is
        counted as everybody is.
        """
        return lambda: _Guard(protocols(), self, tls)

    @web.middleware
    async def watched(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Its head has come: from here on it may take as long as it takes."""
        guard = None if request.transport is None else self._guards.get(request.transport)
        if guard is None:
            return await handler(request)
        guard.begin()
        try:
            return await handler(request)
        finally:
            guard.end()

    def admit(self, request: web.Request) -> None:
        """Who asks is let in: their connection gives way to nobody until the next request on it."""
        guard = None if request.transport is None else self._guards.get(request.transport)
        if guard is not None:
            guard.is_admitted = True

    def enter(self, guard: _Guard, transport: asyncio.BaseTransport) -> bool:
        """Whether there is room for one more from there."""
        bounds, household = self.bounds, guard.household
        each = bounds.most if guard.address in bounds.trusted else bounds.most_each
        if self._open[household] >= each:
            has_room = self._make_room(lambda other: other.household == household)
        else:
            has_room = len(self) < bounds.most or self._make_room(lambda _: True)
        if has_room:
            self._open[household] += 1
            self._guards[transport] = guard
        return has_room

    def go_on_as(self, former: asyncio.BaseTransport, transport: asyncio.BaseTransport) -> None:
        """The same connection, seen from within TLS."""
        self._guards[transport] = self._guards.pop(former)

    def leave(self, transport: asyncio.BaseTransport) -> None:
        household = self._guards.pop(transport).household
        self._open[household] -= 1
        if not self._open[household]:
            del self._open[household]

    def _make_room(self, among: Callable[[_Guard], bool]) -> bool:
        """Whether the oldest connection of nobody's among these could be ended."""
        nobodys = (guard for guard in self._guards.values() if not guard.is_admitted and among(guard))
        guard = next(nobodys, None)
        self._tell_of(guard)
        if guard is not None:
            guard.give_way()
        return guard is not None

    def _tell_of(self, ended: _Guard | None) -> None:
        """Told once a minute: whoever does this does it often."""
        self.refused += 1
        now_s = asyncio.get_running_loop().time()
        if now_s - self._told_s >= _TOLD_EVERY_S:
            self._told_s = now_s
            whose = "the newest" if ended is None else f"one from {ended.address}"
            _log.warning(
                "too many connections: %s was refused; %d are open (%d refused so far)",
                whose, len(self), self.refused,
            )  # fmt: skip


CONNECTIONS = web.AppKey("connections", Connections)


class _Guard(asyncio.Protocol):
    """Stands before the web server's own protocol for one connection."""

    def __init__(self, inner: asyncio.Protocol, connections: Connections, tls: ssl.SSLContext | None) -> None:
        self._inner = inner
        self._connections = connections
        self._tls = tls
        self._transport: asyncio.Transport | None = None
        self._shaking: asyncio.Task[None] | None = None
        self._early: list[bytes] | None = []
        """What came before the inner one is there to hear it; None from then on."""
        self._head: asyncio.TimerHandle | None = None
        self._is_busy = False
        self.is_admitted = False
        """What was asked last on it is somebody's who may."""
        self.address = self.household = ""
        """Of who connected, known also when they are gone."""

    @property
    def is_awaited(self) -> bool:
        return self._head is not None

    def begin(self) -> None:
        self._is_busy, self.is_admitted = True, False
        self._wait_no_more()

    def end(self) -> None:
        self._is_busy = False

    def give_way(self) -> None:
        """To somebody else: it is over, now."""
        transport = self._transport
        self.connection_lost(None)
        if transport is not None:
            transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.household = household_of(self.address)
        if not self._connections.enter(self, transport):
            stream.abort()
            return
        self._transport = stream
        self._wait_for_head()
        if self._tls is None:
            self._begin(stream)
        else:
            stream.pause_reading()
            self._shaking = asyncio.ensure_future(self._shake_hands(stream, self._tls))

    async def _shake_hands(self, plain: asyncio.Transport, tls: ssl.SSLContext) -> None:
        try:
            secure = await asyncio.get_running_loop().start_tls(plain, self, tls, server_side=True)
        except OSError as error:  # also what TLS refuses: it is the client's
            _log.debug("no TLS with %s: %s", self.address, error)
            secure = None
        if secure is None or self._transport is None:
            plain.abort()
            self.connection_lost(None)
            return
        self._connections.go_on_as(plain, secure)
        self._begin(secure)

    def _begin(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        early, self._early = self._early or [], None
        self._inner.connection_made(transport)
        for data in early:
            self._inner.data_received(data)

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._early is not None:
            self._early.append(data)
            return
        if not self._is_busy and self._head is None:
            self._wait_for_head()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._is_heard else None

    def pause_writing(self) -> None:
        if self._is_heard:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._is_heard:
            self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        if self._transport is not None:
            self._connections.leave(self._transport)
            is_heard, self._transport = self._is_heard, None
            if is_heard:
                self._inner.connection_lost(exc)

    @property
    def _is_heard(self) -> bool:
        """By the inner one."""
        return self._transport is not None and self._early is None

    def _wait_for_head(self) -> None:
        head_s = self._connections.bounds.head_s
        self._head = asyncio.get_running_loop().call_later(head_s, self._give_up)

    def _wait_no_more(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _give_up(self) -> None:
        self._head = None
        if self._transport is not None and not self._is_busy:
            self._transport.abort()


def addresses_in(networks: Iterable[str]) -> frozenset[str]:
    """Of single addresses among `networks`, such as `172.30.32.2/32`."""
    return frozenset(text.partition("/")[0] for text in networks)
