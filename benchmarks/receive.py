"""What receiving costs: CPU per frame in this process, pictures served over real sockets by another one.

Compares reading with aiohttp, with a plain `asyncio.Protocol`, and with Gcam's own source; the same parser
does the multipart in all three. Run: `python benchmarks/receive.py [--cameras 16] [--fps 15] [--seconds 5]`.
Only the ratios within one run mean something. Results and conclusions: docs/design/receiving.md.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from multiprocessing.connection import Connection

import aiohttp
import cv2
import numpy as np

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.model import Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.sources.http import HttpSource
from gcam_addon.wire.multipart import MultipartParser
from gcam_addon.wire.response import ResponseReader

BOUNDARY = b"123456789000000000000987654321"
CLOCK = SystemClock()
Receiver = Callable[[str, int], Awaitable[int]]


def picture(target_bytes: int) -> bytes:
    """A VGA picture of about that size."""
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    scene = cv2.resize(noise, (640, 480), interpolation=cv2.INTER_CUBIC)
    candidates = [cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_QUALITY, q])[1] for q in range(5, 96)]
    return min(candidates, key=lambda data: abs(len(data) - target_bytes)).tobytes()


_SEND_BUFFER_BYTES = 5744  # of the ESP32's lwIP: what a board can have on its way at once
_SEND_PAUSE_S = 0.003


async def serve(body: bytes, fps: float, like: str, ready: Connection) -> None:
    """As CameraWebServer does: boundary, head and picture are three writes and three chunks.

    `like`: "chunked"; "raw" (no chunks); "board" (chunked, and in pieces no larger than a board's buffer).
    """
    chunked = like != "raw"
    boundary = b"\r\n--" + BOUNDARY + b"\r\n"
    head = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: 1.000000\r\n\r\n" % len(body)
    pieces = [b"%x\r\n%b\r\n" % (len(p), p) if chunked else p for p in (boundary, head, body)]

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        answer = [b"HTTP/1.1 200 OK", b"Content-Type: multipart/x-mixed-replace;boundary=" + BOUNDARY]
        answer += [b"Transfer-Encoding: chunked"] if chunked else []
        writer.write(b"\r\n".join([*answer, b"", b""]))
        due_s = time.monotonic()
        try:
            while True:
                await send(writer, pieces, like == "board")
                due_s += 1 / fps
                await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(stream, "127.0.0.1", 0)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def send(writer: asyncio.StreamWriter, pieces: list[bytes], in_small_pieces: bool) -> None:
    for piece in pieces:
        step = _SEND_BUFFER_BYTES if in_small_pieces else len(piece)
        for at in range(0, len(piece), step):
            if at:
                await asyncio.sleep(_SEND_PAUSE_S)
            writer.write(piece[at : at + step])
    await writer.drain()


def run_server(body: bytes, fps: float, like: str, ready: Connection) -> None:
    asyncio.run(serve(body, fps, like, ready))


def frames_of(parser: MultipartParser, data: bytes | memoryview) -> list[Unit]:
    """What every reader has to do with its bytes."""
    found = []
    for data_of_one in parser.feed(data):
        size = jpeg.size_of(data_of_one)
        assert size is not None
        found.append(jpeg_unit(data_of_one, CLOCK.monotonic(), CLOCK.wall(), size))
    return found


async def aiohttp_source(url: str) -> AsyncIterator[Unit]:
    """A source as it would be written on aiohttp, silence watched by aiohttp too."""
    parser = MultipartParser(BOUNDARY.decode())
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=10)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
        while data := await response.content.readany():
            for frame in frames_of(parser, data):
                yield frame


async def with_aiohttp(url: str, count: int) -> int:
    return await count_frames(aiohttp_source(url), count)


async def with_gcam(url: str, count: int) -> int:
    """As a camera's line does."""
    seen, enough = 0, asyncio.Event()

    def take(_: Unit) -> None:
        nonlocal seen
        seen += 1
        if seen == count:
            enough.set()

    handing = asyncio.create_task(HttpSource(SourceSettings(url), CLOCK).hand_to(take))
    waiting = asyncio.create_task(enough.wait())
    await asyncio.wait([handing, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    handing.cancel()
    await asyncio.wait([handing, waiting])
    return seen


async def count_frames(frames: AsyncIterator[Unit], count: int) -> int:
    seen = 0
    async with aclosing(frames):  # type: ignore[type-var]
        async for _ in frames:
            seen += 1
            if seen >= count:
                break
    return seen


class PlainProtocol(asyncio.Protocol):
    """The least there can be: no errors, nobody waiting for frames."""

    def __init__(self, count: int) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self.reader, self.parser = ResponseReader(), MultipartParser(BOUNDARY.decode())
        self.left = count

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        for piece in self.reader.feed(data):
            self.left -= len(frames_of(self.parser, piece))
        if self.left <= 0 and not self.done.done():
            self.done.set_result(None)
            self.transport.abort()


async def with_protocol(url: str, count: int) -> int:
    port = int(url.rsplit(":", 1)[1].split("/", maxsplit=1)[0])
    _, protocol = await asyncio.get_running_loop().create_connection(
        lambda: PlainProtocol(count), "127.0.0.1", port
    )
    await protocol.done
    return count - protocol.left


async def cpu_per_frame_us(receiver: Receiver, url: str, cameras: int, count: int) -> float:
    began_s = time.process_time()
    seen = sum(await asyncio.gather(*(receiver(url, count) for _ in range(cameras))))
    return (time.process_time() - began_s) / seen * 1e6


def measure(receiver: Receiver, like: str, options: argparse.Namespace, body: bytes) -> float:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=run_server, args=(body, options.fps, like, theirs), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}/stream"
        count = int(options.fps * options.seconds)
        return asyncio.run(cpu_per_frame_us(receiver, url, options.cameras, count))
    finally:
        server.terminate()
        server.join()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cameras", type=int, default=16)
    arguments.add_argument("--fps", type=float, default=15)
    arguments.add_argument("--seconds", type=float, default=4)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    body = picture(21_000)
    print(
        f"{options.cameras} cameras at {options.fps:g} fps, {len(body)} bytes a picture, µs of CPU per frame"
    )
    receivers = {"aiohttp": with_aiohttp, "asyncio.Protocol": with_protocol, "HttpSource": with_gcam}
    for like in ("board", "chunked", "raw"):
        rounds: dict[str, list[float]] = {name: [] for name in receivers}
        for _ in range(options.rounds):
            for name, receiver in receivers.items():
                rounds[name].append(measure(receiver, like, options, body))
        for name, values in rounds.items():
            print(f"{like:8} {name:17} {statistics.median(values):6.0f}  (best {min(values):.0f})")


if __name__ == "__main__":
    main()
