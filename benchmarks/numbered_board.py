"""A board whose every picture carries its number in a JPEG comment, and which remembers what it sent when:
what was lost or stored twice can be counted. Runs on a loop in a thread of the benchmark.
"""

from __future__ import annotations

import asyncio
import struct
import threading
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import Self

import cv2
import numpy as np

_MARK = b"GCAMNUMBER"


def number_of(jpeg: bytes) -> int | None:
    at = jpeg.find(_MARK, 0, 64)
    return None if at < 0 else int(struct.unpack_from(">Q", jpeg, at + len(_MARK))[0])


class NumberedBoard:
    """`with` it. `sent` maps each picture's number to the monotonic second in which it was sent and the
    connection's number, counted from 1.
    """

    def __init__(self, fps: float, pictures: Sequence[bytes] | None = None) -> None:
        self._fps = fps
        self._pictures = pictures or _scenes()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="board", daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self.sent: dict[int, tuple[float, int]] = {}
        self.connections = 0
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def sent_before(self, kills: Sequence[tuple[float, int]]) -> dict[int, float]:
        """How long before the kill pictures were sent, by number. A kill is its monotonic second and how many
        connections there had been: what was sent to a reader that lived no more is left out.
        """
        waits = {}
        for number, (at_s, connection) in self.sent.items():
            kill_s = next((kill_s for kill_s, last in kills if connection <= last), at_s - 1)
            if kill_s >= at_s:
                waits[number] = kill_s - at_s
        return waits

    def drop(self) -> None:
        """Break off every connection, as a board does that resets."""
        self._loop.call_soon_threadsafe(self._abort)

    def _do(self, work: Coroutine[None, None, str]) -> str:
        future: Future[str] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(60)

    async def _listen(self) -> str:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/stream"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            if not request.startswith(b"GET /stream"):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            self.connections += 1
            await self._stream(writer, self.connections)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _stream(self, writer: asyncio.StreamWriter, connection: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n")
        next_s = time.monotonic()
        while not writer.is_closing():
            number = len(self.sent)
            jpeg = _numbered(self._pictures[number % len(self._pictures)], number)
            writer.write(b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg))
            writer.write(jpeg + b"\r\n")
            self.sent[number] = (time.monotonic(), connection)
            await writer.drain()
            next_s += 1 / self._fps
            await asyncio.sleep(max(0.0, next_s - time.monotonic()))

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


def _numbered(jpeg: bytes, number: int) -> bytes:
    comment = _MARK + struct.pack(">Q", number)
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


def _scenes() -> list[bytes]:
    rng = np.random.default_rng(1)
    noise = [rng.normal(0, 3, (240, 320, 3)) for _ in range(10)]
    scene = cv2.resize(rng.integers(40, 200, (12, 16, 3), np.uint8), (320, 240)).astype(np.float32)
    pictures = [np.clip(scene + grain, 0, 255).astype(np.uint8) for grain in noise]
    return [bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]) for picture in pictures]
