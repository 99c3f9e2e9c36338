"""An RTSP camera of which is known what it sends and when: its pictures carry numbers, and it does as told.

RTP over TCP, H.264 or H.265 with AAC, no login. What it sends was encoded before: it costs next to nothing.
For what only real servers do: `rtsp_server.py`.
"""

from __future__ import annotations

import asyncio
import base64
import re
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from gcam_addon.bitstream.nal import kind_of
from gcam_addon.machine.loop import stop_listening
from gcam_addon.model import Codec, Sound, Tracks, Unit

_MARK = b"GCAMNUMBERED0000"
"""Whose data follow: 16 bytes, as the standard wants."""
_CLOCK = 90_000
_MOST_BYTES = 1400
_REPORT_EVERY_S = 1.0
_EPOCH_S = 2_208_988_800
"""From 1900, which NTP counts from, to 1970."""


def number_of(unit: bytes) -> int | None:
    """Which one it was that a camera sent."""
    at = unit.find(_MARK)
    return None if at < 0 else int(unit[at + len(_MARK) :][:16], 16)


@dataclass(slots=True)
class Orders:
    """What a camera is told to do; read with every unit."""

    jump_s: float = 0.0
    """Added to its times."""
    is_blind: bool = False
    """It sends no pictures."""
    is_mute: bool = False
    held_s: float = 0.0
    """So much of what comes first it sends in one go."""
    hangs: bool = False
    """It sends nothing at all, and does not hang up."""


@dataclass(slots=True)
class Sent:
    at_s: float
    """Monotonic."""
    connection: int
    """Counted from 1."""
    shown_s: float
    """When by the camera's clock, pictures and sound alike."""
    data: bytes = field(repr=False)
    """As a file is to hold it."""


class RtspCamera:
    """`async with` it. It shows its film again and again, in real time, to whoever connects. Where `film` is
    replaced, who connects from then on sees that.
    """

    def __init__(self, film: Sequence[Unit]) -> None:
        self.film = film
        self.orders = Orders()
        self.sent: dict[int, Sent] = {}
        """Pictures by number."""
        self.heard: list[Sent] = []
        """Sound, in order."""
        self.wall_offset_s = time.time() - time.monotonic() + _EPOCH_S
        self.connections = 0
        self.url = ""
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"rtsp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/film"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        await stop_listening(self._server)
        self.drop()
        await asyncio.gather(*self._clients)
        await asyncio.sleep(0)  # closing transports need a turn of the loop

    def drop(self) -> None:
        """Every connection, at once."""
        for writer in self._clients.values():
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients[task] = writer
        playing: asyncio.Task[None] | None = None
        session = _Session(self, writer, self.film)
        try:
            while (request := await _request(reader)) is not None:
                method, number, head = request
                writer.write(session.answer(method, number, head))
                if method == "PLAY" and playing is None:
                    self.connections += 1
                    playing = asyncio.create_task(session.play(self.connections))
                if method == "TEARDOWN":
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            if playing is not None:
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
            writer.close()
            del self._clients[task]


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, str] | None:
    """The next one, past what the client reports of what it got; None where it hung up."""
    while (first := await reader.read(1)) == b"$":
        _, length = struct.unpack(">BH", await reader.readexactly(3))
        await reader.readexactly(length)
    if not first:
        return None
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
    length = re.search(r"^content-length: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
    if length is not None:
        await reader.readexactly(int(length[1]))
    sequence = re.search(r"^cseq: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
    return head.partition(" ")[0], sequence[1] if sequence else "0", head


class _Session:
    """One connection."""

    def __init__(self, camera: RtspCamera, writer: asyncio.StreamWriter, film: Sequence[Unit]) -> None:
        self._camera = camera
        self._writer = writer
        self._film = film
        self._tracks = film[0].tracks
        self._parts = [_fragments(unit) for unit in film]
        self._sequences = [0, 0]
        self._counts = [0, 0]

    def answer(self, method: str, number: str, head: str) -> bytes:
        lines = [f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\nSession: 1;timeout=60\r\n"]
        body = ""
        if method == "OPTIONS":
            lines.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n")
        elif method == "DESCRIBE":
            body = description(self._tracks)
            lines.append(f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n")
        elif method == "SETUP":
            channels = re.search(r"interleaved=\S+", head)
            if channels is None:
                return f"RTSP/1.0 461 Unsupported Transport\r\nCSeq: {number}\r\n\r\n".encode()
            lines.append(f"Transport: RTP/AVP/TCP;unicast;{channels[0]};ssrc=00000001\r\n")
        elif method == "PLAY":
            lines.append("Range: npt=now-\r\n")
        return "".join([*lines, "\r\n", body]).encode()

    async def play(self, connection: int) -> None:
        """Its times are those of this machine's clock: a new connection goes on where the last one was."""
        film, orders = self._film, self._camera.orders
        lasts_s = _duration_s(film)
        begin_s, report_s, turn = time.monotonic() - orders.held_s, 0.0, 0
        while True:
            for unit, parts in zip(film, self._parts, strict=True):
                at_s = begin_s + turn * lasts_s + unit.pts_s - film[0].pts_s
                await asyncio.sleep(max(0.0, at_s - time.monotonic()))
                while orders.hangs:
                    await asyncio.sleep(0.05)
                if orders.is_mute if unit.is_sound else orders.is_blind:
                    continue
                if time.monotonic() >= report_s:
                    report_s = time.monotonic() + _REPORT_EVERY_S
                    self._report(at_s + orders.jump_s)
                self._send(unit, parts, at_s, connection)
                await self._writer.drain()
            turn += 1

    def _send(self, unit: Unit, parts: Sequence[bytes], at_s: float, connection: int) -> None:
        camera, shown_s = self._camera, at_s + self._camera.orders.jump_s
        if unit.is_sound:
            camera.heard.append(Sent(time.monotonic(), connection, shown_s, unit.data))
        else:
            number = len(camera.sent)
            note = _numbered(number, unit.tracks.video.codec)
            parts = [note, *parts]
            sets = _parameter_sets(unit.tracks) if unit.is_key else []
            data = b"".join(len(nal).to_bytes(4, "big") + nal for nal in (note, *sets)) + unit.data
            camera.sent[number] = Sent(time.monotonic(), connection, shown_s, data)
        self._writer.write(b"".join(self._packets(unit, parts, shown_s)))

    def _packets(self, unit: Unit, parts: Sequence[bytes], at_s: float) -> Iterator[bytes]:
        track = int(unit.is_sound)
        stamp = int(at_s * self._rate(track)) & 0xFFFF_FFFF
        for index, part in enumerate(parts):
            self._sequences[track] = self._sequences[track] + 1 & 0xFFFF
            marker = 0x80 if index == len(parts) - 1 else 0
            head = (0x24, 2 * track, 12 + len(part), 0x80, marker | 96 + track, self._sequences[track], stamp)
            yield struct.pack(">BBHBBHII", *head, track + 1)
            yield part
        self._counts[track] += len(parts)

    def _report(self, at_s: float) -> None:
        """Which time of each track is which of the wall."""
        wall_s = at_s + self._camera.wall_offset_s
        for track in range(1 if self._tracks.sound is None else 2):
            stamp = int(at_s * self._rate(track)) & 0xFFFF_FFFF
            told = (int(wall_s), int(wall_s % 1 * 2**32), stamp, self._counts[track], 0)
            self._writer.write(struct.pack(">BBHBBHI", 0x24, 2 * track + 1, 28, 0x80, 200, 6, track + 1))
            self._writer.write(struct.pack(">IIIII", *told))

    def _rate(self, track: int) -> int:
        return self._tracks.sound.rate if track and self._tracks.sound else _CLOCK


def _duration_s(film: Sequence[Unit]) -> float:
    """Up to where it begins again: one picture behind the last one."""
    shown = sorted(unit.pts_s for unit in film if not unit.is_sound)
    return shown[-1] - film[0].pts_s + (shown[-1] - shown[0]) / (len(shown) - 1)


def _numbered(number: int, codec: Codec) -> bytes:
    """A note beside the picture (SEI), which no decoder minds."""
    head = b"\x06" if codec is Codec.H264 else b"\x4e\x01"
    return head + b"\x05\x20" + _MARK + f"{number:016x}".encode() + b"\x80"


def _nals(unit: Unit) -> Iterator[bytes]:
    data, at = unit.data, 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 4 + length]
        at += 4 + length


def _fragments(unit: Unit) -> list[bytes]:
    """A unit's payloads: parameter sets before a key, large ones cut."""
    if unit.is_sound:
        return [struct.pack(">HH", 16, len(unit.data) << 3) + unit.data]
    video = unit.tracks.video
    sets = _parameter_sets(unit.tracks) if unit.is_key else []
    return [part for nal in (*sets, *_nals(unit)) for part in _cut(nal, video.codec)]


def _cut(nal: bytes, codec: Codec) -> Iterator[bytes]:
    if len(nal) <= _MOST_BYTES:
        yield nal
        return
    kind = kind_of(nal, codec)
    head_bytes = 1 if codec is Codec.H264 else 2
    head = bytes([nal[0] & 0xE0 | 28]) if codec is Codec.H264 else bytes([nal[0] & 0x81 | 49 << 1, nal[1]])
    for at in range(head_bytes, len(nal), _MOST_BYTES):
        flags = (0x80 if at == head_bytes else 0) | (0x40 if at + _MOST_BYTES >= len(nal) else 0)
        yield head + bytes([flags | kind]) + nal[at : at + _MOST_BYTES]


def _parameter_sets(tracks: Tracks) -> list[bytes]:
    """Out of avcC or hvcC."""
    setup = tracks.video.setup
    found: list[bytes] = []
    if tracks.video.codec is Codec.H264:
        at = 5
        for mask in (0x1F, 0xFF):
            count, at = setup[at] & mask, at + 1
            at = _collect(setup, at, count, found)
        return found
    at = 23
    for _ in range(setup[22]):
        count, at = int.from_bytes(setup[at + 1 : at + 3], "big"), at + 3
        at = _collect(setup, at, count, found)
    return [nal for nal in found if kind_of(nal, Codec.H265) in (32, 33, 34)]


def _collect(setup: bytes, at: int, count: int, found: list[bytes]) -> int:
    for _ in range(count):
        length = int.from_bytes(setup[at : at + 2], "big")
        found.append(setup[at + 2 : at + 2 + length])
        at += 2 + length
    return at


def description(tracks: Tracks) -> str:
    """As SDP."""
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=film", "t=0 0", "c=IN IP4 0.0.0.0"]
    lines += ["m=video 0 RTP/AVP 96", *_video_lines(tracks), "a=control:video"]
    if tracks.sound is not None:
        lines += ["m=audio 0 RTP/AVP 97", *_sound_lines(tracks.sound), "a=control:sound"]
    return "\r\n".join(lines) + "\r\n"


def _video_lines(tracks: Tracks) -> list[str]:
    sets = [base64.b64encode(one).decode() for one in _parameter_sets(tracks)]
    if tracks.video.codec is Codec.H264:
        told = f"packetization-mode=1; sprop-parameter-sets={','.join(sets)}"
        return ["a=rtpmap:96 H264/90000", f"a=fmtp:96 {told}"]
    named = zip(("vps", "sps", "pps"), sets, strict=True)
    told = "; ".join(f"sprop-{name}={one}" for name, one in named)
    return ["a=rtpmap:96 H265/90000", f"a=fmtp:96 {told}"]


def _sound_lines(sound: Sound) -> list[str]:
    told = f"mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; config={sound.setup.hex()}"
    return [
        f"a=rtpmap:97 MPEG4-GENERIC/{sound.rate}/{sound.channels}",
        f"a=fmtp:97 profile-level-id=1; streamtype=5; {told}",
    ]
