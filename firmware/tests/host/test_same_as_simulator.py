"""Gcam's simulator answers as the firmware does, byte for byte: Gcam is tested against what a board says."""

from __future__ import annotations

import re

import pytest
from host_board import HostBoard

from tests.support.gcam_board import TOKEN, Asked, written
from tests.support.simulated import camera

_CLAIM = written("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})
_BEARER = {"Authorization": f"Bearer {TOKEN}"}

_OF_ANYBODY = [
    b"hello\r\n\r\n",
    b"GET /board HTTP/2\r\n\r\n",
    b"GET board HTTP/1.1\r\n\r\n",
    b"GET /board HTTP/1.1\r\nno header\r\n\r\n",
    b"POST /claim HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    b"POST /claim HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    written("GET", "/board", headers={"X-Long": "x" * 1024}),
    written("POST", "/claim", {"token": "x" * 600}, {"X-Gcam": "1"}),
    written("GET", "/bo%61rd"),
    written("GET", "/nothing"),
    written("GET", "/stream/"),
    written("GET", "/stream/7"),
    written("HEAD", "/board"),
    written("PUT", "/claim"),
    written("GET", "/board?verbose=1"),
    written("GET", "/board?verbose"),
    written("GET", "/board?a=1&a=2"),
    written("GET", "/board", headers={"Origin": "http://evil.example"}),
    written("GET", "/nothing", headers={"Origin": "http://evil.example"}),
    written("POST", "/claim", {"token": TOKEN}),
    written("POST", "/claim", {"token": "short"}, {"X-Gcam": "1"}),
    written("POST", "/claim", {}, {"X-Gcam": "1"}),
    written("POST", "/claim", {"token": TOKEN, "name": "x"}, {"X-Gcam": "1"}),
    written("GET", "/status"),
    written("POST", "/release"),
]
_OF_THE_OWNER = [
    _CLAIM,
    written("GET", "/status"),
    written("GET", "/status", headers={"Authorization": "Basic Z2NhbTp0b2tlbg=="}),
    written("GET", "/status", headers={"Authorization": "Bearer " + TOKEN[::-1]}),
    written("GET", "/status", headers={"Authorization": "Digest username="}),
    written("GET", "/stream?fps=fast", headers=_BEARER),
    written("GET", "/stream?fps=61", headers=_BEARER),
    written("GET", "/stream?fps=0.05", headers=_BEARER),
    written("GET", "/stream?fps=1.2345", headers=_BEARER),
    written("GET", "/stream?speed=5", headers=_BEARER),
    written("GET", "/capture?now=1", headers=_BEARER),
    written("POST", "/stream/7", headers=_BEARER),
    written("POST", "/stream/7", {"fps": "100"}, _BEARER),
    written("POST", "/stream/7", {"fps": 5}, _BEARER),
    written("POST", "/stream/7", {"fps": 5, "quality": 5}, _BEARER),
    written("POST", "/control", {"quality": 5}, _BEARER),
    written("POST", "/control", {"quality": "012"}, _BEARER),
    written("POST", "/control", {"brightness": "-0"}, _BEARER),
    written("POST", "/control", {"mirror": "yes"}, _BEARER),
    written("POST", "/control", {"effect": "rosy"}, _BEARER),
    written("POST", "/control", {"zoom": 2}, _BEARER),
    written("POST", "/token", {"token": "bad token"}, _BEARER),
    written("POST", "/release", {"really": "yes"}, _BEARER),
    written("POST", "/token", {"token": TOKEN[::-1]}, _BEARER),
    written("POST", "/release", headers={"Authorization": "Bearer " + TOKEN[::-1]}),
    written("GET", "/status"),
]
_NONCE = re.compile(rb'nonce="[0-9a-f]{32}"')


@pytest.mark.parametrize("requests", [_OF_ANYBODY, _OF_THE_OWNER], ids=["anybody", "owner"])
async def test_they_answer_alike(board: HostBoard, requests: list[bytes]) -> None:
    await board.start()
    async with camera("gcam") as simulated:
        for request in requests:
            said = [
                _NONCE.sub(b"nonce", await Asked(port).raw(request)) for port in (board.port, simulated.port)
            ]
            assert said[0] == said[1], request


async def test_they_tell_all_controls_alike(owner: Asked) -> None:
    """But the sizes of a larger sensor."""
    sets = {"quality": 20, "effect": "sepia", "exposure": "manual", "brightness": -2, "frame_size": "vga"}
    async with camera("gcam") as simulated:
        other = Asked(simulated.port, TOKEN)
        await other.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})
        said = [await asked.ask("POST", "/control", sets) for asked in (owner, other)]
    larger = b',"xga","hd","sxga","uxga"'
    assert larger in said[1].body
    assert said[0].body == said[1].body.replace(larger, b"")
