"""The way between libav and an RTSP camera: libav speaks to a port of this machine, and Gcam carries it on.

By itself libav goes wherever a camera sends it, tells little of what goes wrong, puts the password into what
it tells, and can't be interrupted. Here a redirect is seen before libav sees it, the password is Gcam's to
tell, a certificate is checked with words for what is wrong with it, and who closes the passage ends libav's
reading. The camera is asked for its own address, as if libav spoke to it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ProtocolError, SourceError, Unreachable, Untrusted
from gcam_addon.machine.loop import stop_listening
from gcam_addon.sources.rtsp_messages import (
    MOST_BYTES,
    STATUS,
    Headers,
    Lines,
    Mixture,
    spelled,
    status_of,
    values,
)
from gcam_addon.sources.rtsp_problems import rejected
from gcam_addon.wire import credentials
from gcam_addon.wire.address import RtspAddress
from gcam_addon.wire.certificate import unverified
from gcam_addon.wire.connection import reason_of
from gcam_addon.wire.redirect import leads_inward
from gcam_addon.words.reason import because

_HERE: Final = "127.0.0.1"
_NO = 400
_UNAUTHORIZED = 401
_REFUSED_WAY = 461
"""To be sent by TCP, or by UDP; libav then asks no further."""


@asynccontextmanager
async def passage(
    address: RtspAddress, settings: SourceSettings, led_from: str | None
) -> AsyncGenerator[Passage, None]:
    """`led_from`: the address of the camera that sent us there. Raises `SourceError`."""
    _check(address, led_from, address.host)
    reader, writer = await _connected(address, settings)
    opened = Passage(address, reader, writer)
    try:
        _check(address, led_from, opened.peer)  # a name may stand for any address
        await opened.listen()
        yield opened
    finally:
        await opened.end()


def _check(address: RtspAddress, led_from: str | None, there: str) -> None:
    if led_from is not None and leads_inward(led_from, there):
        raise ProtocolError(because("leads_inward", address=address))


async def _connected(
    address: RtspAddress, settings: SourceSettings
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises `Unreachable`, saying why."""
    is_tls, seconds = address.scheme == "rtsps", settings.connect_timeout_s
    try:
        async with asyncio.timeout(seconds):
            make = ssl.create_default_context if settings.verify_tls else unverified  # reads the system's
            context = await asyncio.to_thread(make) if is_tls else None
            return await asyncio.open_connection(
                address.host, address.port, ssl=context, limit=MOST_BYTES, happy_eyeballs_delay=0.25
            )
    except TimeoutError as error:
        raise Unreachable(
            because("no_answer_tls" if is_tls else "no_answer", address=address, seconds=seconds)
        ) from error
    except (OSError, UnicodeError) as error:
        kind = Untrusted if isinstance(error, ssl.SSLCertVerificationError) else Unreachable
        raise kind(reason_of(error, address)) from error


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: Headers


class Passage:
    """One connection's. Loop."""

    def __init__(
        self, address: RtspAddress, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._address = address
        self._reader, self._writer = Lines(address, reader), writer
        self._place = address.place.encode("utf-8").decode("latin-1")
        self._libav: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None
        self._asked: _Request | None = None
        self._is_playing = self._is_over = False
        self._challenge = ""
        self._number = 0
        peer = writer.get_extra_info("peername")
        self.peer = str(peer[0]) if peer else ""
        """The address that the camera's name stood for."""
        self.url = ""
        """What libav is to open."""
        self.location: str | None = None
        """Where the camera sends us instead."""
        self.problem: SourceError | None = None
        """What the camera did wrong, or refused, that libav has no words for."""

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, _HERE, 0, backlog=1, limit=MOST_BYTES)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"rtsp://{_HERE}:{port}{self._address.target}"

    def close(self) -> None:
        """At once, both ways."""
        self._is_over = True
        for writer in (self._writer, self._libav):
            if writer is not None:
                writer.transport.abort()

    async def end(self) -> None:
        """Closed, and nobody can come any more."""
        self.close()
        if self._server is not None:
            await stop_listening(self._server)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_over or self._libav is not None:  # too late, or somebody else on this machine
            writer.transport.abort()
            return
        self._libav = writer
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._ask(Lines(self._address, reader)))
                both.create_task(self._answer(writer))
        except* (OSError, SourceError, asyncio.CancelledError):
            pass  # nobody waits for this task, and asyncio calls a cancelled one an error
        finally:
            self.close()

    async def _ask(self, libav: Lines) -> None:
        """Raises `SourceError` at its end."""
        while True:
            report = await libav.interleaved()
            if report:
                self._writer.write(report)
            else:
                self._pass_on(*await libav.head())
            await self._writer.drain()

    def _pass_on(self, first: str, headers: Headers) -> None:
        if STATUS.match(first):  # to something that the camera asked
            self._writer.write(spelled(first, headers))
            return
        method, url, _ = first.split(" ")
        self._is_playing |= method == "PLAY"
        self._asked = _Request(method, self._there(url), headers)
        self._send(self._asked)

    def _there(self, url: str) -> str:
        """The camera's own address, of that of the passage."""
        if not url.startswith(self.url):
            return url
        return self._place + url.removeprefix(self.url)

    def _send(self, request: _Request) -> None:
        self._number += 1
        others = [(name, value) for name, value in request.headers if name.lower() != "cseq"]
        headers = [("CSeq", str(self._number)), *others]
        authorization = self._authorization(request)
        if authorization is not None:
            headers.append(("Authorization", authorization.encode("utf-8").decode("latin-1")))
        self._writer.write(spelled(f"{request.method} {request.url} RTSP/1.0", headers))

    def _authorization(self, request: _Request) -> str | None:
        username, password = self._address.username, self._address.password or ""
        if username is None or not self._challenge:
            return None
        challenge, count = self._challenge, self._number
        digest = credentials.digest(
            challenge, username, password, request.url, count=count, method=request.method
        )
        return digest or credentials.basic(username, password)

    async def _answer(self, libav: asyncio.StreamWriter) -> None:
        """Until it plays each answer is read here; then all passes as it is, but for wanting a password anew:
        libav goes nowhere else then.
        """
        try:
            is_playing = False
            while not is_playing:
                answer = await self._message()
                is_playing = self._is_playing and answer is not None
                libav.write(answer or b"")
        except SourceError as error:
            self.problem = error
            raise
        mixture = Mixture()
        while data := await self._reader.some():
            for part in mixture.feed(data):
                if isinstance(part, bytes):
                    libav.write(part)
                elif status_of(part.first) != _UNAUTHORIZED:
                    libav.write(part.data)
                else:  # where it is asked once more, and also where not: libav would ask again and again
                    self._may_answer(part.headers)
            await libav.drain()
        raise ConnectionAbortedError

    async def _message(self) -> bytes | None:
        """The next answer, spelled anew, so that libav reads in it what was read here; None where the camera
        is asked again, now with a password. Raises `SourceError`.
        """
        while await self._reader.interleaved():  # pictures that were not asked for yet: libav leaves them out
            pass
        first, headers = await self._reader.head()
        body = await self._reader.body(headers)
        number = status_of(first)
        if number == _UNAUTHORIZED and self._may_answer(headers):
            return None
        if 300 <= number < _NO:
            self.location = "".join(values(headers, "location"))
            raise ConnectionAbortedError
        if number >= _NO and number != _REFUSED_WAY:
            raise rejected(self._address, number)
        told = [(name, self._told(name, value)) for name, value in headers]
        return spelled(first, told) + body

    def _may_answer(self, headers: Headers) -> bool:
        """Once for each time it is asked; a second challenge to the same says that the password is wrong."""
        request, challenges = self._asked, values(headers, "www-authenticate")
        if self._address.username is None or not challenges or request is None:
            return False
        self._challenge, self._asked = ", ".join(challenges), None
        self._send(request)
        return True

    def _told(self, name: str, value: str) -> str:
        """Whence the pictures come is where the camera is, whatever it says: libav sends something there,
        too. Of several ways libav takes the first.
        """
        if name.lower() != "transport":
            return value
        parts = value.partition(",")[0].split(";")
        told = [part for part in parts if part.partition("=")[0].strip("/ \t").lower() != "source"]
        return ";".join([*told, f"source={self.peer}"])
