"""One HTTP connection to a camera: connect, ask, read the answer as it comes; ask again where both want that.

A plain protocol instead of an HTTP library: its cost per frame is what a camera costs while nothing moves
(docs/design/receiving.md). What the answer means is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import ssl
import sys
from collections.abc import Callable, Mapping

from gcam_addon.errors import ProtocolError, SourceError, Stalled, Unreachable, Untrusted
from gcam_addon.wire.address import HttpAddress, NetworkAddress
from gcam_addon.wire.certificate import unverified
from gcam_addon.wire.response import Head, ResponseReader
from gcam_addon.words.reason import Reason, because

Receive = Callable[[memoryview], None]
Ended = Callable[[SourceError], None]

_BUFFER_BYTES = 64 * 1024
_WORTH_AWAITING_BYTES = 2048
_MOST_AWAITED_BYTES = 32 * 1024
"""Whatever a camera promises: what comes instead is not held back for long."""
_KEEPALIVE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}  # seconds, seconds, probes
_REASONS = {
    errno.ECONNREFUSED: "camera_refuses",
    errno.EHOSTUNREACH: "camera_out_of_reach",
    errno.ENETUNREACH: "camera_without_route",
    errno.EHOSTDOWN: "camera_down",
    errno.ECONNRESET: "camera_broke_off",
    errno.ETIMEDOUT: "camera_times_out",
}


class HttpConnection(asyncio.BufferedProtocol):
    """Made by `connect`. Use: `send`, `head`, `start_body`, and so again while it `is_free`; `close` at any
    time, also more than once.
    """

    def __init__(self, address: HttpAddress) -> None:
        self._address = address
        self._reader = ResponseReader()
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._transport: asyncio.Transport | None = None
        self._head: asyncio.Future[Head] = asyncio.get_running_loop().create_future()
        self._early: list[bytes] = []  # body that came along with the head
        self._receive: Receive | None = None
        self._ended: Ended | None = None
        self._error: SourceError | None = None
        self._has_received = False
        self._stays_open = False
        self._socket: socket.socket | None = None
        """Where it can be told how many bytes to wait for: not under TLS, whose bytes are others."""
        self._awaited_bytes = 1

    @classmethod
    async def connect(cls, address: HttpAddress, timeout_s: float, verify_tls: bool) -> HttpConnection:
        """Raises Unreachable, saying why."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                make = ssl.create_default_context if verify_tls else unverified  # reads the system's
                context = await asyncio.to_thread(make) if address.scheme == "https" else None
                _, connection = await loop.create_connection(
                    lambda: cls(address),
                    address.host,
                    address.port,
                    ssl=context,
                    happy_eyeballs_delay=0.25,
                )
        except TimeoutError as error:
            is_tls = address.scheme == "https"
            raise Unreachable(
                because("no_answer_tls" if is_tls else "no_answer", address=address, seconds=timeout_s)
            ) from error
        except (OSError, UnicodeError) as error:
            kind = Untrusted if isinstance(error, ssl.SSLCertVerificationError) else Unreachable
            raise kind(reason_of(error, address)) from error
        return connection

    @property
    def peer(self) -> str:
        """The address that the host's name stood for; empty where it is gone already."""
        assert self._transport is not None
        peer = self._transport.get_extra_info("peername")
        return str(peer[0]) if peer else ""

    @property
    def is_whole(self) -> bool:
        """All of the answer has come, as far as it told how long it is."""
        return self._reader.finished

    @property
    def is_free(self) -> bool:
        """The answer has come whole and the camera leaves the connection open: it may be asked again."""
        return self._stays_open and self._reader.finished and self._error is None

    def send(
        self,
        authorization: str | None,
        conditions: Mapping[str, str] | None = None,
        *,
        form: Mapping[str, str] | None = None,
    ) -> None:
        """Ask for the address; short, as boards have room for 512 bytes of headers. `conditions` are headers;
        given, also empty, they say that more will be asked here. With a `form` it is sent there (POST).
        """
        assert self._transport is not None
        if self.is_free:
            self._reader = ResponseReader()
            self._head = asyncio.get_running_loop().create_future()
            self._receive = self._ended = None
            self._has_received = False
        self._stays_open = conditions is not None
        body = None if form is None else "&".join(f"{name}={value}" for name, value in form.items())
        lines = [
            f"{'GET' if body is None else 'POST'} {self._address.target} HTTP/1.1",
            f"Host: {self._address.host_header}",
            "User-Agent: Gcam",
            "Accept: */*",
            f"Connection: {'keep-alive' if self._stays_open else 'close'}",
            *(f"{name}: {value}" for name, value in (conditions or {}).items()),
        ]
        if authorization is not None:
            lines.append(f"Authorization: {authorization}")
        if body is not None:
            lines += ["X-Gcam: 1", f"Content-Length: {len(body)}"]  # no web page can send that header
        self._transport.write("\r\n".join([*lines, "", body or ""]).encode("utf-8"))

    async def head(self, timeout_s: float) -> Head:
        """The answer's head. Raises Stalled, Unreachable or ProtocolError; then reading pauses."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._head
        except TimeoutError as error:
            raise Stalled(
                because(
                    "header_unfinished" if self._has_received else "nothing_sent",
                    address=self._address,
                    seconds=timeout_s,
                )
            ) from error

    def start_body(self, receive: Receive, ended: Ended) -> None:
        """From now on `receive` gets the body's pieces as they come, valid during the call only.

        `ended` is called once, at the end, unless `close` was; also where the connection `is_free` then.
        """
        failed_before, self._error = self._error, None
        self._receive, self._ended = receive, ended
        early, self._early = self._early, []
        for piece in early:
            self._hand_on(memoryview(piece))
        if failed_before is not None:
            self._end(failed_before)
        elif self.is_free:
            self._over()
        self.resume()

    def expect(self, size_bytes: int) -> None:
        """So many bytes are missing at least before anything can be made of them: until then, or the end, the
        system need not wake anybody. 0: be told of the next byte.
        """
        awaited_bytes = min(size_bytes, _MOST_AWAITED_BYTES) if size_bytes >= _WORTH_AWAITING_BYTES else 1
        if self._socket is not None and awaited_bytes != self._awaited_bytes:
            try:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, awaited_bytes)
            except OSError:  # it is closed
                self._socket, self._awaited_bytes = None, 1
            else:
                self._awaited_bytes = awaited_bytes

    @property
    def holds_back(self) -> bool:
        """Whether bytes may have come that nobody was told of: `expect` was promised more."""
        return self._awaited_bytes > 1

    def pause(self) -> None:
        """Leave further bytes to the system's buffers: the camera waits."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        """Close the socket now; nothing is called afterwards."""
        self._receive = self._ended = None
        self._head.cancel()
        if self._transport is not None:
            self._transport.abort()

    # Called by the loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        if sys.platform == "linux" and transport.get_extra_info("ssl_object") is None:
            self._socket = sock

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self.is_free:
            if bytes(self._buffer[:nbytes]).strip():  # but for the line end behind the last chunk
                self._end(self._closed_by_camera(None))
            return
        self._has_received = True
        end: SourceError | None = None
        try:
            for piece in self._reader.feed(self._buffer[:nbytes]):
                self._hand_on(piece)
        except ProtocolError as error:
            end = ProtocolError(because("camera_protocol", address=self._address, why=error))
        head = self._reader.head
        if head is not None and not self._head.done():
            self.pause()  # until somebody has judged the head
            self._stays_open &= "close" not in head.headers.get("connection", "").lower()
            self._head.set_result(head)
        if self._reader.finished and not self._stays_open:
            end = self._closed_by_camera(None)
        if end is not None:
            self._end(end)
        elif self._reader.finished:
            self._over()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(self._closed_by_camera(exc))

    def _hand_on(self, piece: memoryview) -> None:
        if self._receive is None:
            self._early.append(bytes(piece))
        elif self._error is None:
            try:
                self._receive(piece)
            except ProtocolError as error:
                self._end(ProtocolError(because("camera_protocol", address=self._address, why=error)))

    def _end(self, error: SourceError) -> None:
        if self._error is not None:
            return
        self._error = error
        if self._transport is not None:
            self._transport.abort()
        if not self._head.done():
            self._head.set_exception(error)
            self._head.exception()  # whoever waited for it may be gone: then it is nobody's
        if self._ended is not None:
            self._ended(error)

    def _over(self) -> None:
        """The answer is; the connection is not."""
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self._closed_by_camera(None))

    def _closed_by_camera(self, exc: Exception | None) -> Unreachable:
        if isinstance(exc, OSError):
            return Unreachable(reason_of(exc, self._address))
        return Unreachable(because("connection_closed", address=self._address))


def reason_of(error: Exception, address: NetworkAddress) -> Reason:
    """Why no connection came about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message or because("not_trusted")
        return because("camera_certificate", address=address, why=why)
    if isinstance(error, ssl.SSLError):
        return because("rtsp_no_tls" if address.scheme == "rtsps" else "camera_no_tls", address=address)
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return because("camera_unknown", address=address, host=address.host)
    known = next((_REASONS[number] for number in _numbers(error) if number in _REASONS), None)
    if known is None:
        return because("camera_unreachable", address=address, why=str(error))
    return Reason(known, {"address": str(address), "port": address.port})


def was_refused(error: SourceError) -> bool:
    """The host is there, and nothing listens at that port."""
    return error.__cause__ is not None and errno.ECONNREFUSED in _numbers(error.__cause__)


def _numbers(error: BaseException) -> list[int]:
    """Those of the system; asyncio puts several errors, of several addresses, into the text of one."""
    if isinstance(error, OSError) and error.errno:
        return [error.errno]
    return [int(number) for number in re.findall(r"\[Errno (\d+)\]", str(error))]
