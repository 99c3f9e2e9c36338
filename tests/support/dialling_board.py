"""A board that dials in as docs/ref/board.md has it ("Dialling in"), in bytes of that contract."""

from __future__ import annotations

import asyncio
import hmac
import json
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from tests.support.jpegs import jpeg
from tests.support.waiting import patience, until

SECRET = "a-secret-of-many-letters"
STATUS: dict[str, Any] = {
    "uptime_s": 81,
    "boots": 12,
    "reset": "brownout",
    "rssi_dbm": -61,
    "heap_free": 96512,
    "heap_largest": 45056,
    "psram_free": 2031616,
    "clients": 0,
    "frames": {"taken": 2041, "sent": 3977, "skipped": 12},
    "fps": 15.0,
    "size": "160x120",
    "sensor": "OV2640",
    "who": {
        "gcam": 1,
        "id": "a1b2c3d4e5f6",
        "name": "Porch",
        "board": "gcam.test",
        "version": "2026.12.0",
    },
    "controls": {
        "frame_size": {"value": "qqvga", "one_of": ["qqvga", "vga"]},
        "quality": {"value": 12, "from": 6, "to": 63},
        "mirror": {"value": False},
        "lamp": {"value": 0, "from": 0, "to": 100},
    },
}
_HELLO, _WELCOME, _JPEG, _BYE, _SET, _STATUS = 1, 2, 3, 7, 9, 10


class DiallingBoard:
    """`key` as Gcam shows it; `show` gives its pictures; `obeys` decides on a SET: a sentence is a refusal,
    None obedience.
    """

    def __init__(
        self,
        port: int,
        show: Callable[[], bytes] = lambda: jpeg(1),
        fps: float = 50.0,
        key: str = f"door:{SECRET}",
    ) -> None:
        self._port = port
        self._id, _, self._secret = key.partition(":")
        self._show = show
        self._fps = fps
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.controls: dict[str, Any] = json.loads(json.dumps(STATUS["controls"]))
        self.obeys: Callable[[dict[str, str]], str | None] = lambda _: None
        self.sets: list[str] = []
        """What it was told, as it came."""
        self.kinds: list[int] = []
        self.answers = True
        self.is_over = False

    @property
    def pace(self) -> float:
        paces = [form["fps"] for form in map(dict, map(parse_qsl, self.sets)) if "fps" in form]
        return float(paces[-1]) if paces else -1.0

    def say(self, kind: int, payload: bytes, time_us: int = 0) -> None:
        assert self._writer is not None
        self._writer.write(struct.pack(">BIQ", kind, len(payload), time_us) + payload)

    def status(self, **more: Any) -> bytes:
        return json.dumps({**STATUS, "controls": self.controls, **more}).encode()

    def tell(self, **more: Any) -> None:
        self.say(_STATUS, self.status(**more))

    def tell_raw(self, payload: bytes) -> None:
        self.say(_STATUS, payload)

    async def dial(self, *, tells: bool = True) -> None:
        """As firmware without STATUS where it does not tell."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        async with patience():
            theirs = (await reader.readexactly(36))[4:]
            own = bytes(range(32))
            who, name = b"gcam-push-1 camera", self._id.encode()
            proof = hmac.digest(self._secret.encode(), who + theirs + own + name, "sha256")
            said = own + proof + bytes((len(name),)) + name + b"Porch (gcam.test 2026.12.0)"
            self.say(_HELLO, b"\x01" + said)
            kind, payload = await _message(reader)
        assert kind == _WELCOME, f"BYE {payload[0]} {payload[1:].decode()}"
        if tells:
            self.tell()
        self._tasks = [asyncio.create_task(self._hear(reader)), asyncio.create_task(self._send())]

    async def hang_up(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                kind, payload = await _message(reader)
            except (EOFError, OSError):
                self.is_over = True
                return
            self.kinds.append(kind)
            if kind == _SET:
                assert len(payload) <= 512
                self._obey(payload.decode())

    def _obey(self, form: str) -> None:
        self.sets.append(form)
        wanted = dict(parse_qsl(form))
        refusal = self.obeys(wanted)
        for name in self.controls.keys() & wanted.keys() if refusal is None else ():
            value = wanted[name]
            self.controls[name]["value"] = {"true": True, "false": False}.get(
                value, int(value) if value.isdigit() else value
            )
        if self.answers:
            self.tell(**({} if refusal is None else {"refused": refusal}))

    async def _send(self) -> None:
        taken_us = 0
        while not self.is_over:
            fps = min(self.pace, self._fps) if self.pace > 0 else self._fps
            taken_us += int(1e6 / fps)
            self.say(_JPEG, self._show(), taken_us)
            await asyncio.sleep(1 / fps)


async def _message(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    kind, length, _ = struct.unpack(">BIQ", await reader.readexactly(13))
    return kind, await reader.readexactly(length)


@asynccontextmanager
async def dialling(
    port: int,
    show: Callable[[], bytes] = lambda: jpeg(1),
    fps: float = 50.0,
    key: str = f"door:{SECRET}",
    *,
    tells: bool = True,
) -> AsyncIterator[DiallingBoard]:
    board = DiallingBoard(port, show, fps, key)
    await board.dial(tells=tells)
    try:
        yield board
    finally:
        await board.hang_up()


async def told(board: DiallingBoard, form: str) -> None:
    """Returns once it was told that."""
    await until(lambda: form in board.sets, lambda: str(board.sets))
