"""Requests as nobody would write them, at the firmware under ASan and UBSan: no finding, and it answers on.

As many as GCAM_FUZZ says; the same ones each time.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest
from host_board import HostBoard

from tests.support.gcam_board import TOKEN, Asked, written
from tests.support.waiting import answered

_MANY = int(os.environ.get("GCAM_FUZZ", "20000"))
_AT_ONCE = 8
_LINES = [
    b"GET /board HTTP/1.1",
    b"GET /stream?fps=5 HTTP/1.1",
    b"GET /capture HTTP/1.1",
    b"GET /status HTTP/1.1",
    b"POST /claim HTTP/1.1",
    b"POST /control HTTP/1.1",
    b"POST /stream/1 HTTP/1.1",
    b"POST /token HTTP/1.1",
]
_HEADERS = [
    b"Host: board",
    b"X-Gcam: 1",
    b"Content-Length: 20",
    b"Content-Length: 512",
    b"Content-Length: 99999999999999999999",
    b"Transfer-Encoding: chunked",
    b"Origin: http://evil",
    b"Authorization: Bearer " + TOKEN.encode(),
    b'Authorization: Digest username="gcam", realm="gcam", nonce="00112233445566778899aabbccddeeff", '
    b'uri="/status", algorithm=SHA-256, response="x", qop=auth, nc=00000001, cnonce="c"',
    b'Authorization: Digest username="gcam", realm="',
    b'Authorization: Digest ,,,=,="",nc=,nonce=' + b"0" * 64,
]
_BODIES = [
    b"quality=20&mirror=true",
    b"frame_size=qqvga&frame_size=vga",
    b"fps=0.1",
    b"fps=99999999999999999",
    b"token=" + b"a" * 64,
    b"lamp=-0&&&=&brightness=-99999",
    b"x" * 512,
]


def _request(chance: random.Random) -> bytes:
    """Nearly right, cut, doubled, or noise."""
    lines = [chance.choice(_LINES), *chance.choices(_HEADERS, k=chance.randrange(4))]
    request = bytearray(b"\r\n".join([*lines, b"", chance.choice(_BODIES)]))
    for _ in range(chance.choice((0, 1, 1, 2, 8))):
        at = chance.randrange(len(request))
        match chance.randrange(5):
            case 0:
                request[at] = chance.randrange(256)
            case 1:
                del request[at : at + chance.randrange(1, 40)]
            case 2:
                request[at:at] = chance.randbytes(chance.randrange(1, 30))
            case 3:
                request[at:at] = request[at : at + 200]
            case _:
                request[at:at] = bytes((chance.randrange(33, 127),)) * chance.choice((2, 70, 600, 1100))
        if not request:
            request = bytearray(b"\0")
    return bytes(request)


async def _throw(port: int, request: bytes, chance: random.Random) -> None:
    """What it answers does not matter; every fourth is gone before it can."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return  # it is gone: what it said last is shown
    try:
        if chance.random() < 0.3:
            middle = chance.randrange(len(request) + 1)
            writer.write(request[:middle])
            await asyncio.sleep(0)
            writer.write(request[middle:])
        else:
            writer.write(request)
        if chance.random() < 0.75:
            await asyncio.wait_for(reader.read(64), 0.05)
    except (TimeoutError, OSError):
        pass
    finally:
        writer.transport.abort()


@pytest.mark.thorough
async def test_no_request_harms_it(hardened: HostBoard) -> None:
    child = hardened.child
    assert child is not None

    async def thrower(number: int) -> None:
        chance = random.Random(number)
        for _ in range(_MANY // _AT_ONCE):
            await _throw(hardened.port, _request(chance), chance)
            assert child.status is None, hardened.said

    await asyncio.gather(*(thrower(number) for number in range(_AT_ONCE)))
    owner = Asked(hardened.port, TOKEN)

    async def answers() -> bool:
        return (await owner.ask("GET", "/board")).status == 200

    assert await answered(answers)
    assert (await Asked(hardened.port).raw(written("GET", "/board"))).startswith(b"HTTP/1.1 200 ")
    await hardened.end()
    assert "AddressSanitizer" not in child.said
    assert "runtime error" not in child.said
