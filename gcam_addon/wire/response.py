"""One HTTP response, sans I/O: its head, then its body with the chunks taken away.

As tolerant as boards are sloppy (HTTP/1.0, bare line feeds, no reason phrase), and bounded. The request, the
connection and what the body means do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gcam_addon.errors import ProtocolError
from gcam_addon.words.reason import because

MAX_HEAD_BYTES = 64 * 1024

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"(?:HTTP/1\.[01]|ICY) +([1-5]\d\d)(?: |$)")
_BODILESS = frozenset({204, 304})  # whatever they say of a length
_LENGTH = re.compile(r"[0-9]{1,15}")
_CHUNK = re.compile(rb"(?:\r?\n){0,2}([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")
_CHUNK_LINE_BYTES = 32  # longer ones, with extensions nobody needs, are read in several steps
_MAX_CHUNK_LINE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Head:
    """Names of `headers` are in lower case; a repeated one is joined with `, `."""

    status: int
    headers: Mapping[str, str]

    @property
    def content_type(self) -> str:
        """The bare media type in lower case, or nothing; it gets into messages, so it is short."""
        return self.headers.get("content-type", "")[:200].partition(";")[0].strip().lower()


class ResponseReader:
    """Bytes in, body pieces out. `head` is None until it is complete; `finished`: the body is.

    A body piece is a view of the data given to `feed` where that can be, so it must be used at once: before
    the next one is asked for.
    """

    def __init__(self) -> None:
        self.head: Head | None = None
        self.finished = False
        self._pending = bytearray()  # an incomplete head, or line of a chunk
        self._is_chunked = False
        self._left_bytes = 0  # of the current chunk
        self._left_of_body: int | None = None

    def feed(self, data: bytes | memoryview) -> Iterator[memoryview]:
        """The parts of the body in `data`. Raises ProtocolError where this is not HTTP, behind what was."""
        if self.head is None:
            seen = max(0, len(self._pending) - len(b"\r\n\r"))
            self._pending += data
            if not self._read_head(seen):
                return
            data, self._pending = bytes(self._pending), bytearray()
        view = memoryview(data)
        yield from self._unchunk(view) if self._is_chunked else self._limit(view)

    def _read_head(self, seen: int) -> bool:
        """No head ends before the offset `seen`."""
        while True:
            if self._pending and self._pending[0] not in b"HI":  # HTTP, ICY
                raise ProtocolError(because("no_http_spoken"))
            found = _HEAD_END.search(self._pending, seen)
            if (found.end() if found else len(self._pending)) > MAX_HEAD_BYTES:
                raise ProtocolError(because("header_large"))
            if found is None:
                return False
            head = _parse_head(self._pending[: found.start()].decode("latin-1"))
            del self._pending[: found.end()]
            seen = 0
            if head.status >= 200 or head.status == 101:  # others only announce the answer
                break
        self.head = head
        self._is_chunked = "chunked" in head.headers.get("transfer-encoding", "").lower()
        length = head.headers.get("content-length", "").strip()
        if _LENGTH.fullmatch(length) and not head.content_type.startswith("multipart/"):
            self._left_of_body = int(length)
        if head.status in _BODILESS:
            self._is_chunked, self._left_of_body = False, 0
        return True

    def _limit(self, view: memoryview) -> Iterator[memoryview]:
        if self._left_of_body is not None:
            view = view[: self._left_of_body]
            self._left_of_body -= len(view)
            self.finished = self._left_of_body == 0
        if view:
            yield view

    def _unchunk(self, view: memoryview) -> Iterator[memoryview]:
        at = 0
        while at < len(view) and not self.finished:
            if self._left_bytes:
                piece = view[at : at + self._left_bytes]
                self._left_bytes -= len(piece)
                at += len(piece)
                yield piece
            else:
                at = self._read_chunk_line(view, at)

    def _read_chunk_line(self, view: memoryview, at: int) -> int:
        """Read a chunk's size, the line end before it included; the offset behind what was read."""
        before = len(self._pending)
        text = bytes(self._pending) + view[at : at + _CHUNK_LINE_BYTES]
        line = _CHUNK.match(text)
        if line is None:
            if len(text) > _MAX_CHUNK_LINE_BYTES or b"\n" in text.lstrip(b"\r\n"):
                raise ProtocolError(because("chunks_damaged"))
            self._pending[:] = text
            return at + len(text) - before
        self._pending.clear()
        self._left_bytes = int(line[1], 16)
        self.finished = self._left_bytes == 0
        return at + line.end() - before


def _parse_head(text: str) -> Head:
    first, *lines = text.splitlines() or [""]
    status = _STATUS.match(first)
    if status is None:
        raise ProtocolError(because("no_http_spoken"))
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            name = name.strip().lower()
            headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return Head(int(status[1]), headers)
