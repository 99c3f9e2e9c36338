"""Simulated cameras for tests: pictures that cost nothing, and a client that sees every byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.waiting import PATIENCE_S

B1 = b"123456789000000000000987654321"
B2 = b"e8b8c539-047d-4777-a985-fbba6edff11e"


class PlainFootage:
    """A bright square on the left half of a dark ramp; every picture is a little different."""

    def __init__(self, size: Size | None = None) -> None:
        self._size = size
        self.rendered = 0

    @property
    def size(self) -> Size | None:
        return self._size

    @property
    def duration_s(self) -> float:
        return 2.0

    def picture(self, t_s: float, size: Size) -> Any:
        self.rendered += 1
        picture = np.zeros((size.height, size.width, 3), np.uint8)
        picture[:] = np.linspace(20, 90, size.height, dtype=np.uint8)[:, None, None]
        picture[: size.height // 3, : size.width // 3] = (60, 120, 180 + int(t_s * 10) % 20)
        return picture

    def original(self, t_s: float) -> bytes | None:
        return None


@asynccontextmanager
async def camera(firmware: str = "camera-web-server", **options: Any) -> AsyncIterator[SimulatedCamera]:
    """A running QVGA camera of 25 pictures a second, unless told otherwise."""
    settings: dict[str, Any] = {"size": Size(320, 240), "fps": 25.0} | options
    async with SimulatedCamera(firmware, Pictures(PlainFootage()), **settings) as running:
        yield running


@dataclass(slots=True)
class RawClient:
    """One TCP connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, path: str, method: str = "GET", extra: str = "") -> None:
        self.writer.write(f"{method} {path} HTTP/1.1\r\nHost: camera\r\n{extra}\r\n".encode())
        await self.writer.drain()

    async def head(self) -> bytes:
        """Until and with the next blank line."""
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE_S)

    async def exactly(self, count: int) -> bytes:
        return await asyncio.wait_for(self.reader.readexactly(count), PATIENCE_S)

    async def chunk(self) -> bytes:
        """One HTTP chunk's content."""
        size = await asyncio.wait_for(self.reader.readuntil(b"\r\n"), PATIENCE_S)
        content = await self.exactly(int(size, 16))
        assert await self.exactly(2) == b"\r\n"
        return content

    async def rest(self) -> bytes:
        """Everything until the other side closes."""
        return await asyncio.wait_for(self.reader.read(-1), PATIENCE_S)

    async def hears_nothing(self, for_s: float = 0.4) -> bool:
        """Open and silent; False for a byte as well as for a close."""
        try:
            await asyncio.wait_for(self.reader.read(1), for_s)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def connected(running: SimulatedCamera, offset: int = 0) -> AsyncIterator[RawClient]:
    """A connection to one of the board's ports."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port + offset, limit=2**20)
    client = RawClient(reader, writer)
    try:
        yield client
    finally:
        client.close()


@asynccontextmanager
async def streaming(running: SimulatedCamera) -> AsyncIterator[RawClient]:
    """A connection that has asked for the stream."""
    async with connected(running, running.firmware.stream_port) as client:
        await client.ask(running.firmware.stream_path)
        yield client


async def request(
    running: SimulatedCamera, path: str, offset: int = 0, method: str = "GET", extra: str = ""
) -> tuple[bytes, bytes]:
    """(head, body) of one answer, the body by its Content-Length, or until the close without one."""
    async with connected(running, offset) as client:
        await client.ask(path, method, extra)
        head = await client.head()
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                return head, await client.exactly(int(line.split(b":")[1]))
        return head, await client.rest()


def decoded(jpeg: bytes) -> Any:
    """BGR; fails the test where OpenCV can't read it."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def size_of(jpeg: bytes) -> Size:
    height, width = decoded(jpeg).shape[:2]
    return Size(width, height)
