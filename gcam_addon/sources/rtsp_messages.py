"""RTSP's messages: read from a connection, and spelled so that whoever reads them next reads the same."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from gcam_addon.errors import ProtocolError, SourceError, Unreachable
from gcam_addon.wire.address import RtspAddress
from gcam_addon.words.reason import because

MOST_BYTES: Final = 64 * 1024
STATUS: Final = re.compile(r"RTSP/1\.\d +(\d{3})(?: |$)")
"""What an answer begins with."""
_REQUEST: Final = re.compile(r"[A-Z_]+ \S+ RTSP/1\.\d$")
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
        if not (STATUS.match(first) or _REQUEST.match(first)):
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
        if len(lengths) > 1 or not re.fullmatch(r"\d{1,5}", lengths[0], re.ASCII):
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


def _text(line: bytes) -> str:
    return line.translate(None, b"\r\n\0").decode("latin-1")


def values(headers: Headers, name: str) -> list[str]:
    return [value for other, value in headers if other.lower() == name]


def spelled(first: str, headers: Headers) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace")
