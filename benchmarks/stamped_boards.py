"""Boards whose every picture carries the moment it was sent, in a JPEG comment: to measure delays.

Runs in a process of its own. The stamp is taken before the picture is written, so delays measured against
it include the sender's own writing: they are upper bounds. Every few seconds something crosses each picture.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import struct
import time
from multiprocessing.queues import Queue

import cv2
import numpy as np

MARK = b"GCAMSTAMP"
_QUIET_S = 7.0
_MOVING_S = 2.0


def serve(count: int, fps: float, ports: Queue[list[int]], onsets: Queue[tuple[int, int]]) -> None:
    """Until terminated. `ports` gets one list; `onsets` (camera, monotonic ns) of each first moving one."""
    asyncio.run(_serve(count, fps, ports, onsets))


def start(count: int, fps: float) -> tuple[multiprocessing.Process, list[int], Queue[tuple[int, int]]]:
    context = multiprocessing.get_context("spawn")
    ports: Queue[list[int]] = context.Queue()
    onsets: Queue[tuple[int, int]] = context.Queue()
    process = context.Process(target=serve, args=(count, fps, ports, onsets), daemon=True)
    process.start()
    return process, ports.get(timeout=60), onsets  # type: ignore[return-value]


async def _serve(count: int, fps: float, ports: Queue[list[int]], onsets: Queue[tuple[int, int]]) -> None:
    quiet, moving = _pictures(fps)
    servers = []
    for index in range(count):

        async def send(
            _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, index: int = index
        ) -> None:
            await _send(writer, index, fps, quiet, moving, onsets)

        servers.append(await asyncio.start_server(send, "127.0.0.1", 0))
    ports.put([server.sockets[0].getsockname()[1] for server in servers])
    await asyncio.Event().wait()


async def _send(
    writer: asyncio.StreamWriter,
    index: int,
    fps: float,
    quiet: list[bytes],
    moving: list[bytes],
    onsets: Queue[tuple[int, int]],
) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n")
    start_s = time.monotonic() + index / 16 / fps
    period = round((_QUIET_S + _MOVING_S) * fps)
    number = 0
    while not writer.is_closing():
        await asyncio.sleep(max(0.0, start_s + number / fps - time.monotonic()))
        step = (number + index * 8) % period - round(_QUIET_S * fps)
        is_settling = number < 6 * fps
        picture = moving[step] if step >= 0 and not is_settling else quiet[number % len(quiet)]
        stamp = time.monotonic_ns()
        comment = MARK + struct.pack(">Q", stamp)
        jpeg = picture[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + picture[2:]
        if step == 0 and not is_settling:
            onsets.put((index, stamp))
        head = b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
        writer.write(head + jpeg + b"\r\n")
        number += 1


def _pictures(fps: float) -> tuple[list[bytes], list[bytes]]:
    """A noisy still scene, and a figure that crosses it."""
    rng = np.random.default_rng(1)
    scene = cv2.resize(
        rng.integers(40, 200, (12, 16, 3), np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC
    )

    def jpeg(picture: np.ndarray) -> bytes:
        noisy = np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
        return bytes(cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 65])[1])

    quiet = [jpeg(scene) for _ in range(20)]
    moving = []
    for step in range(round(_MOVING_S * fps)):
        picture = scene.copy()
        x = 60 + round(step * 480 / (_MOVING_S * fps))
        cv2.rectangle(picture, (x, 150), (x + 70, 400), (20, 20, 30), -1)
        cv2.circle(picture, (x + 35, 120), 32, (150, 170, 220), -1)
        moving.append(jpeg(picture))
    return quiet, moving
