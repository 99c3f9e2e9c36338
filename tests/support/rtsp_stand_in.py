"""An RTSP camera that answers as a test tells it to, where a real server can't be brought to: it sends
elsewhere, agrees and stays silent, sends no key, changes what it sends, breaks off.
"""

from __future__ import annotations

import asyncio
import ssl
import struct
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gcam_addon.model import Unit
from tests.support.scripted_server import Peer, accepting

Answer = str | Callable[["Asked"], str]
"""From the status on, up to the empty line and what comes behind it."""
_PACE_S = 1 / 30
"""What comes faster was held back, and its times are no camera's."""


@dataclass(slots=True)
class Asked:
    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class StandIn:
    """`answers` by method instead of the usual ones; `units` are played one after another, then
    nothing more comes, or it breaks off.
    """

    units: Sequence[Unit] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    breaks_off: bool = False
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/live"

    async def talk(self, peer: Peer) -> None:
        while asked := await _read(peer.reader):
            self.asked.append(asked)
            answer = self.answers.get(asked.method) or self.usual(asked)
            text = answer if isinstance(answer, str) else answer(asked)
            status, _, rest = text.partition("\r\n")
            await peer.send(f"RTSP/1.0 {status}\r\nCSeq: {asked.headers['cseq']}\r\n{rest}".encode())
            if asked.method == "PLAY" and text.startswith("200"):
                await self._play(peer)

    def usual(self, asked: Asked) -> str:
        match asked.method:
            case "DESCRIBE":
                told = description(self.units[0]) if self.units else description()
                return f"200 OK\r\nContent-Type: application/sdp\r\nContent-Length: {len(told)}\r\n\r\n{told}"
            case "SETUP":
                way = asked.headers["transport"]
                ports = ";server_port=40000-40001" if "client_port" in way else ""
                return f"200 OK\r\nSession: 1\r\nTransport: {way}{ports}\r\n\r\n"
            case "OPTIONS":
                return "200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n"
            case _:
                return "200 OK\r\nSession: 1\r\n\r\n"

    async def _play(self, peer: Peer) -> None:
        for packet in packets(self.units):
            await peer.send(packet)
            await asyncio.sleep(_PACE_S)
        if self.breaks_off:
            peer.reset()


@asynccontextmanager
async def standing_in(camera: StandIn, tls: ssl.SSLContext | None = None) -> AsyncIterator[StandIn]:
    async with accepting(camera.talk, tls=tls) as server:
        camera.port = server.port
        yield camera


def description(first: Unit | None = None) -> str:
    """As SDP, of H.264."""
    sets = ""
    if first is not None:
        sets = ";sprop-parameter-sets=" + ",".join(b64encode(one).decode() for one in _sets(first))
    lines = ["v=0", "o=- 0 0 IN IP4 0.0.0.0", "s=-", "t=0 0", "m=video 0 RTP/AVP 96"]
    lines += ["a=rtpmap:96 H264/90000", f"a=fmtp:96 packetization-mode=1{sets}", "a=control:track1"]
    return "\r\n".join([*lines, ""])


def packets(units: Sequence[Unit]) -> Iterator[bytes]:
    """Interleaved: a NAL unit in each, the parameter sets before each key."""
    number = 0
    for unit in units:
        nals = [*(_sets(unit) if unit.is_key else ()), *_nals(unit.data)]
        for index, nal in enumerate(nals):
            kind = 96 | (0x80 if index == len(nals) - 1 else 0)
            at = int(unit.pts_s * 90_000) & 0xFFFFFFFF
            head = struct.pack(">BBHII", 0x80, kind, number & 0xFFFF, at, 7)
            number += 1
            yield b"$\0" + struct.pack(">H", len(head) + len(nal)) + head + nal


def _sets(unit: Unit) -> list[bytes]:
    """Those in the description that MP4 keeps (avcC)."""
    setup, at, found = unit.tracks.video.setup, 5, []
    for mask in (31, 255):
        count, at = setup[at] & mask, at + 1
        for _ in range(count):
            length = int.from_bytes(setup[at : at + 2], "big")
            found.append(setup[at + 2 : at + 2 + length])
            at += 2 + length
    return found


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        text = (await reader.readuntil(b"\r\n\r\n")).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = text.strip().split("\r\n")
    method, url, _ = first.split(" ")
    headers = (line.partition(":") for line in lines)
    return Asked(method, url, {name.lower(): value.strip() for name, _, value in headers})


def _nals(data: bytes) -> Iterator[bytes]:
    """With their lengths before."""
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 4 + length]
        at += 4 + length
