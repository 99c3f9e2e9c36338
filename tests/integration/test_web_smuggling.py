"""One request is one request: what two programs in a row could read differently gets no answer but a refusal.

Behind Home Assistant's ingress or a proxy, what one takes for a body and the other for the next request would
be a stranger's request in somebody else's name.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.support.waiting import patience
from tests.support.web_fakes import serve

HIDDEN = b"GET /api/v1/info HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
"""What is smuggled."""


def post(*fields: bytes, body: bytes = b"") -> bytes:
    head = (b"POST /api/v1/session HTTP/1.1", b"Host: 127.0.0.1", b"Content-Type: application/json", *fields)
    return b"\r\n".join(head) + b"\r\n\r\n" + body


AMBIGUOUS = {
    "length and chunks": post(
        b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + HIDDEN
    ),
    "chunks and length": post(
        b"Transfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n" + HIDDEN
    ),
    "two lengths": post(b"Content-Length: 2", b"Content-Length: 47", body=b"{}" + HIDDEN),
    "two lengths in one": post(b"Content-Length: 2, 47", body=b"{}" + HIDDEN),
    "a signed length": post(b"Content-Length: +2", body=b"{}" + HIDDEN),
    "a negative length": post(b"Content-Length: -1", body=b"{}" + HIDDEN),
    "a length of other digits": post("Content-Length: ٢".encode(), body=b"{}" + HIDDEN),
    "a length with a line in it": post(b"Content-Length: 2\r\n 0", body=b"{}" + HIDDEN),
    "a blank before the colon": post(b"Content-Length : 2", body=b"{}" + HIDDEN),
    "a name with a tab": post(b"Content-Length\t: 2", body=b"{}" + HIDDEN),
    "chunks by another name": post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + HIDDEN),
    "chunks twice": post(
        b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=b"0\r\n\r\n" + HIDDEN
    ),
    "chunks and something else": post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + HIDDEN),
    "a vertical tab": post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n" + HIDDEN),
    "a size that is signed": post(b"Transfer-Encoding: chunked", body=b"+0\r\n\r\n" + HIDDEN),
    "a size by prefix": post(b"Transfer-Encoding: chunked", body=b"0x0\r\n\r\n" + HIDDEN),
    "a chunk without its end": post(b"Transfer-Encoding: chunked", body=b"2\r\n{}XX0\r\n\r\n" + HIDDEN),
    "bare line ends in chunks": post(b"Transfer-Encoding: chunked", body=b"2\n{}\n0\n\n" + HIDDEN),
    "an extension with a line end": post(b"Transfer-Encoding: chunked", body=b"0;a=\n\r\n\r\n" + HIDDEN),
    "a bare return": post(b"X: a\rContent-Length: 2", body=b"{}" + HIDDEN),
    "a bare line end": b"POST /api/v1/session HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 2\n\n{}" + HIDDEN,
    "a NUL": post(b"X: a\0b", b"Content-Length: 2", body=b"{}" + HIDDEN),
    "two hosts": b"GET /api/v1/info HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "a version that is none": b"GET /api/v1/info HTTP/1.10\r\nHost: 127.0.0.1\r\n\r\n" + HIDDEN,
}


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_what_could_be_read_in_two_ways_is_refused_and_ends_the_connection(
    name: str, tmp_path: Path
) -> None:
    async with serve(tmp_path) as site:
        answers = await said(site.server.port, AMBIGUOUS[name])
    assert re.findall(rb"HTTP/1\.[01] (\d+)", answers) == [b"400"]


async def said(port: int, request: bytes) -> bytes:
    """All that comes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with patience():
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()
