"""A visit to a board: one question at a time, each connection closed before the next, everything bounded.

A board serves few connections, often one stream only, so a visit never asks twice for the same page and stays
away from the streams it is told to leave alone. What answers mean is for the firmwares' modules.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from gcam_addon.clock import Clock
from gcam_addon.errors import ConfigError, ProtocolError, Rejected, SourceError, Stalled
from gcam_addon.model import Size
from gcam_addon.picture.jpeg import SOI, end_of_picture, size_of
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.challenges import CHALLENGES
from gcam_addon.wire.connection import HttpConnection
from gcam_addon.wire.multipart import MultipartParser, boundary_of
from gcam_addon.wire.response import Head
from gcam_addon.words.reason import because

_CONNECT_S = 4.0
_ANSWER_S = 3.0
_PICTURE_S = 6.0  # a board's first picture takes up to 4 s
_WATCH_S = 1.5
_MAX_BODY_BYTES = 2 * 1024 * 1024
_MOST_REQUESTS = 5  # a redirect, and whatever credentials need
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is empty for a multipart answer: that is a stream, and it was left at once."""

    head: Head
    body: bytes = field(repr=False)

    @property
    def is_stream(self) -> bool:
        return self.head.status == 200 and self.head.content_type.startswith("multipart/")

    @property
    def picture(self) -> Picture | None:
        """The whole JPEG that it is, if it is one."""
        if self.head.status != 200 or not self.body.startswith(SOI):
            return None
        end = end_of_picture(self.body, len(self.body))
        size = size_of(self.body)
        return None if end is None or size is None else Picture(self.body[:end], size)

    @property
    def json(self) -> Mapping[str, Any] | None:
        """The JSON object that it is, if it is one."""
        if self.head.status != 200:
            return None
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    @property
    def text(self) -> str:
        return self.body[:4096].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Picture:
    jpeg: bytes = field(repr=False)
    size: Size


@dataclass(frozen=True, slots=True)
class StreamLook:
    """What a stream showed within a moment; `fps` is None after too few pictures to tell."""

    picture: Picture
    fps: float | None


class Visit:
    """`address`: the board's own pages (its port 80); `avoid`: streams that somebody is watching."""

    def __init__(
        self,
        address: HttpAddress,
        clock: Clock,
        *,
        avoid: frozenset[tuple[int, str]] = frozenset(),
        verify_tls: bool = True,
    ) -> None:
        self.address = address
        self._clock = clock
        self._avoid = avoid
        self._verify_tls = verify_tls
        self._answers: dict[tuple[int, str], Answer] = {}

    def elsewhere(self, port: int) -> Visit:
        """To the same host's pages at another port."""
        return Visit(self.address.at("/", port), self._clock, avoid=self._avoid, verify_tls=self._verify_tls)

    async def page(self, target: str, port: int | None = None) -> Answer:
        """`ask`, but only the first time."""
        key = (port or self.address.port, target)
        if key not in self._answers:
            self._answers[key] = await self.ask(target, port)
        return self._answers[key]

    async def ask(
        self, target: str, port: int | None = None, *, form: Mapping[str, str] | None = None
    ) -> Answer:
        """GET it, or send the `form` there. Any status is an answer but 401, which is `Rejected`. Raises
        `SourceError`.
        """
        connection, head = await self._open(self.address.at(target, port), _ANSWER_S, form)
        try:
            if head.content_type.startswith("multipart/"):
                return Answer(head, b"")
            return Answer(head, await _body(connection, self.address))
        finally:
            connection.close()

    async def watch(self, stream: HttpAddress) -> StreamLook:
        """Look at a stream for a moment. Raises `SourceError` where there is no picture."""
        connection, head = await self._open(stream, _PICTURE_S)
        try:
            if not head.content_type.startswith("multipart/"):
                raise ProtocolError(because("no_stream", stream=stream, status=head.status))
            return await self._look(connection, head, stream)
        finally:
            connection.close()

    async def _open(
        self, address: HttpAddress, answer_s: float, form: Mapping[str, str] | None = None
    ) -> tuple[HttpConnection, Head]:
        """Follows redirects on the same host, and a demand for credentials."""
        method = "GET" if form is None else "POST"
        if (address.port, address.target) in self._avoid:
            raise Stalled(because("watched_already", address=address))
        for _ in range(_MOST_REQUESTS):
            connection = await HttpConnection.connect(address, _CONNECT_S, self._verify_tls)
            try:
                connection.send(CHALLENGES.answer(address, method), form=form)
                head = await connection.head(answer_s)
            except BaseException:
                connection.close()
                raise
            elsewhere = _redirected(address, head)
            if elsewhere is not None:
                address = elsewhere
            elif head.status != 401:
                CHALLENGES.opened(address)
                return connection, head
            elif not CHALLENGES.refused(address, head):
                connection.close()
                raise _wants_password(address)
            connection.close()
        raise (
            _wants_password(address)
            if head.status == 401
            else ProtocolError(because("redirects_in_circles", address=address))
        )

    async def _look(self, connection: HttpConnection, head: Head, stream: HttpAddress) -> StreamLook:
        parser = MultipartParser(boundary_of(head.headers.get("content-type", "")))
        shown = _Shown()
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def receive(piece: memoryview) -> None:
            for jpeg in parser.feed(piece):
                shown.take(jpeg, self._clock.monotonic())
            if shown.span_s > _WATCH_S:
                _resolve(over)

        def ended(error: SourceError) -> None:
            shown.end = error
            _resolve(over)

        connection.start_body(receive, ended)
        with suppress(TimeoutError):
            async with asyncio.timeout(_PICTURE_S):
                await over
        if shown.newest is None:
            raise shown.end or Stalled(because("stream_empty", stream=stream, seconds=_PICTURE_S))
        return StreamLook(shown.newest, shown.fps)


class _Shown:
    """What came of a stream so far; only the newest picture is kept, however many a board sends."""

    def __init__(self) -> None:
        self.newest: Picture | None = None
        self.end: SourceError | None = None
        self._count = 0
        self._first_s = self._last_s = 0.0

    @property
    def span_s(self) -> float:
        return self._last_s - self._first_s

    @property
    def fps(self) -> float | None:
        return (self._count - 1) / self.span_s if self.span_s > 0.5 else None

    def take(self, jpeg: bytes, now_s: float) -> None:
        size = size_of(jpeg)
        if size is None:
            return
        self.newest = Picture(jpeg, size)
        self._first_s = self._first_s if self._count else now_s
        self._last_s = now_s
        self._count += 1


async def _body(connection: HttpConnection, address: HttpAddress) -> bytes:
    body = bytearray()
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def receive(piece: memoryview) -> None:
        body.extend(piece[: _MAX_BODY_BYTES - len(body)])
        if len(body) >= _MAX_BODY_BYTES:
            _resolve(over)

    connection.start_body(receive, lambda _error: _resolve(over))
    try:
        async with asyncio.timeout(_PICTURE_S):
            await over
    except TimeoutError as error:
        raise Stalled(because("answer_unfinished", address=address, seconds=_PICTURE_S)) from error
    return bytes(body)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _redirected(address: HttpAddress, head: Head) -> HttpAddress | None:
    """On the same host only: a board that sends visitors elsewhere is no guide to other machines."""
    location = head.headers.get("location")
    if head.status not in _REDIRECTS or not location:
        return None
    try:
        there = address.follow(location)
    except ConfigError:
        return None
    return there if there.host == address.host else None


def _wants_password(address: HttpAddress) -> Rejected:
    if address.username is None:
        return Rejected(because("wants_login", address=address), status=401)
    return Rejected(because("refuses_login", address=address), status=401)
