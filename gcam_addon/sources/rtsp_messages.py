"""RTSP's messages: read from a connection, and spelled so that whoever reads them next reads the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gcam_addon.errors import ProtocolError, SourceError, Unreachable
from gcam_addon.wire.address import RtspAddress
from gcam_addon.words.reason import because

MOST_BYTES: Final = 64 * 1024
STATUS: Final = re.compile(r"RTSP/1\.\d +(\d{3})(?: |$)")
"""What an answer begins with."""
_REQUEST: Final = re.compile(r"[A-Z_]+ \S+ RTSP/1\.\d$")
_LENGTH: Final = re.compile(r"\d{1,5}", re.ASCII)
_BLANK: Final = (b"\r", b"\n")
_END: Final = re.compile(rb"\n\r?\n")
_MARK: Final = ord("$")
_HEAD_BYTES: Final = 4
"""Before each piece of a stream."""
_HEADER: Final = re.compile(r"([\w-]+)\s*:\s*(.*)")

Headers = list[tuple[str, str]]
"""As they are written: there are cameras to which that matters. All text is bytes as Latin-1."""


class Lines:
    """What comes from one side: messages of lines, and pieces of streams between them."""

    def __init__(self, address: RtspAddress, reader: asyncio.StreamReader) -> None:
        self._address = address
        self._reader = reader
        self._mark = b""
        """The first byte of a message, where it was looked at."""

    async def some(self) -> bytes:
        """Whatever there is; nothing at the end."""
        return await self._reader.read(MOST_BYTES)

    async def interleaved(self) -> bytes:
        """The piece of a stream that comes next; nothing where a message does."""
        try:
            mark = self._mark or await self._reader.readexactly(1)
            if mark != b"$":
                self._mark = mark
                return b""
            head = mark + await self._reader.readexactly(3)
            return head + await self._reader.readexactly(int.from_bytes(head[2:], "big"))
        except asyncio.IncompleteReadError as error:
            raise self._closed() from error

    async def head(self) -> tuple[str, Headers]:
        """Of an answer or a request. What libav would take for something else is left out."""
        headers: Headers = []
        first, count = "", 0
        while not first:
            first = _text(await self._line())
        if not is_message(first):
            raise self._no_camera()
        while text := _text(line := await self._line()):
            header = _HEADER.match(text)
            if header:
                headers.append((header[1], header[2]))
            count += len(line)
            if count > MOST_BYTES:
                raise self._no_camera()
        return first, headers

    async def body(self, headers: Headers) -> bytes:
        lengths = values(headers, "content-length") or ["0"]
        if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
            raise self._no_camera()
        try:
            return await self._reader.readexactly(int(lengths[0]))
        except asyncio.IncompleteReadError as error:
            raise self._closed() from error

    async def _line(self) -> bytes:
        mark, self._mark = self._mark, b""
        try:
            line = mark if mark == b"\n" else mark + await self._reader.readline()
        except ValueError as error:  # longer than any
            raise self._no_camera() from error
        if not line.endswith(b"\n"):
            raise self._closed()
        return line

    def _closed(self) -> SourceError:
        return Unreachable(because("connection_closed", address=self._address))

    def _no_camera(self) -> SourceError:
        return ProtocolError(because("rtsp_other", address=self._address, port=self._address.port))


class Mixture:
    """Of a camera that plays: pieces of streams, which pass as they come, and messages between them."""

    def __init__(self) -> None:
        self._held = b""
        self._left = 0
        """So many bytes of a piece are still to come."""
        self._is_clear = True

    def feed(self, data: bytes) -> Iterator[bytes | Message]:
        """What is whole. Where it can't be told apart all of it passes from then on."""
        data, self._held = self._held + data, b""
        begin = 0
        while self._is_clear:
            end = self._pieces(data, begin)
            if end > begin:
                yield data[begin:end]
            begin = end
            while data[begin : begin + 1] in _BLANK:
                begin += 1
            if len(data) - begin < _HEAD_BYTES:
                self._held = data[begin:]
                return
            if data[begin] == _MARK:
                continue
            message = self._message(data, begin)
            if message is not None:
                begin += len(message.data)
                yield message
            elif self._held:
                return
        yield data[begin:]

    def _pieces(self, data: bytes, at: int) -> int:
        """Where they end: at a message, or the head of a piece that is not whole."""
        size = len(data)
        at += self._left
        while at + _HEAD_BYTES <= size and data[at] == _MARK:
            at += _HEAD_BYTES + int.from_bytes(data[at + 2 : at + 4])
        self._left = max(0, at - size)
        return min(at, size)

    def _message(self, data: bytes, begin: int) -> Message | None:
        """None where it is not whole, and held, or is none."""
        end = _END.search(data, begin)
        if end is None and len(data) - begin <= MOST_BYTES:
            self._held = data[begin:]
            return None
        first, *lines = [_text(line) for line in data[begin : end and end.start()].split(b"\n")]
        headers = [(found[1], found[2]) for line in lines if (found := _HEADER.match(line))]
        lengths = values(headers, "content-length") or ["0"]
        if end is None or not is_message(first) or len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
            self._is_clear = False
            return None
        ends = end.end() + int(lengths[0])
        if ends > len(data):
            self._held = data[begin:]
            return None
        return Message(data[begin:ends], first, headers)


@dataclass(frozen=True, slots=True)
class Message:
    """As it came, and what it begins with."""

    data: bytes
    first: str
    headers: Headers


def is_message(first: str) -> bool:
    """By its first line."""
    return bool(STATUS.match(first) or _REQUEST.match(first))


def status_of(first: str) -> int:
    """0 of what is no answer."""
    status = STATUS.match(first)
    return int(status[1]) if status else 0


def _text(line: bytes) -> str:
    return line.translate(None, b"\r\n\0").decode("latin-1")


def values(headers: Headers, name: str) -> list[str]:
    return [value for other, value in headers if other.lower() == name]


def spelled(first: str, headers: Headers) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace")
