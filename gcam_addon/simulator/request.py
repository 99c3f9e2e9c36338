"""One HTTP request's head, as small servers read it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote_plus

_HEAD_MAX_BYTES = 1024 * 8


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    """Names in lower case."""

    def argument(self, name: str) -> str | None:
        """The value of `name=value` in the query."""
        for pair in self.query.split("&"):
            key, equals, value = pair.partition("=")
            if equals and key == name:
                return unquote_plus(value)
        return None


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; None when there is none any more, or it is not HTTP."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    if len(head) > _HEAD_MAX_BYTES:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3:
        return None
    path, _, query = words[1].partition("?")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    await _skip_body(reader, headers)
    return Request(words[0], path, query, headers)


async def _skip_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> None:
    length = headers.get("content-length", "0")
    if length.isdigit() and 0 < int(length) <= 65536:
        await reader.readexactly(int(length))
