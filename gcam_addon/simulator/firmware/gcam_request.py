"""Requests as Gcam's firmware reads them: one a connection, everything bounded (docs/ref/board.md)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

_MOST_HEAD, _MOST_BODY = 1024, 512
_WHOLE_S = 5.0
_FIRST = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.[01]")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")


class Refused(Exception):  # noqa: N818
    """What is wrong, told with this status."""

    def __init__(self, status: int, sentence: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers


@dataclass(frozen=True, slots=True)
class BoardRequest:
    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def only(self, *names: str) -> None:
        """Raises `Refused` for what nobody knows: a typing error is to be seen."""
        for name in (*self.query, *self.form):
            if name not in names:
                raise Refused(400, f"There is no parameter '{name}' here.")


async def read(reader: asyncio.StreamReader) -> BoardRequest | None:
    """None where nothing comes. Raises `Refused`."""
    data = bytearray()
    try:
        async with asyncio.timeout(_WHOLE_S):
            return await _whole(reader, data)
    except TimeoutError:
        raise Refused(408, "The request was not whole within 5 seconds; send it again.") from None
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def _whole(reader: asyncio.StreamReader, data: bytearray) -> BoardRequest:
    while (end := data.find(b"\r\n\r\n")) < 0:
        if len(data) > _MOST_HEAD:
            break
        piece = await reader.read(256)
        if not piece:
            raise asyncio.IncompleteReadError(bytes(data), None)
        data += piece
    if end < 0 or end + 4 > _MOST_HEAD:
        raise Refused(431, "The head is longer than 1024 bytes; send fewer headers.")
    first, *lines = data[:end].decode("latin-1").split("\r\n")
    match = _FIRST.fullmatch(first)
    if match is None:
        raise Refused(400, "This is no HTTP request.")
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise Refused(400, "A header can't be read.")
        headers[header[1].lower()] = header[2]
    if "%" in match[2]:
        raise Refused(400, "The address has a '%' in it; nothing here needs one.")
    body = await _body(reader, bytes(data[end + 4 :]), headers)
    query = _pairs(match[2].partition("?")[2])
    return BoardRequest(match[1], match[2], headers, query, _pairs(body))


async def _body(reader: asyncio.StreamReader, began: bytes, headers: dict[str, str]) -> str:
    length = headers.get("content-length", "0")
    if not re.fullmatch("[0-9]{1,9}", length) or "transfer-encoding" in headers:
        raise Refused(400, "The length of the body can't be read; send Content-Length.")
    if int(length) > _MOST_BODY:
        raise Refused(413, "The body is longer than 512 bytes; send fewer controls at once.")
    missing = int(length) - len(began)
    whole = began if missing <= 0 else began + await reader.readexactly(missing)
    return whole[: int(length)].decode("latin-1")


def _pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in filter(None, text.split("&")):
        name, equals, value = pair.partition("=")
        if not equals or not name or name in pairs:
            raise Refused(400, f"'{pair}' can't be read; write name=value, each name once.")
        pairs[name] = value
    return pairs
