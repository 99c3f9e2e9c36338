"""RTSP cameras in a process of their own, whose film was encoded before: what they cost is not counted.

Every picture carries its number (`tests/support/rtsp_camera.py`), so what was lost of it can be counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from gcam_addon.model import Size
from gcam_addon.simulator.scenes import open_scene
from tests.support.films import filmed
from tests.support.rtsp_camera import RtspCamera

SIZE, FPS = Size(1280, 720), 15


class RtspCameras:
    """`urls`, and who serves them."""

    def __init__(self, urls: list[str], pid: int, wire: Connection) -> None:
        self.urls = urls
        self.pid = pid
        self._wire = wire

    def sent(self) -> list[int]:
        """How many pictures each sent so far."""
        self._wire.send(None)
        return list(self._wire.recv())


@contextmanager
def rtsp_cameras(
    scene: str, count: int, *, key_s: int = 2, seconds: int = 20, sound: bool = False
) -> Iterator[RtspCameras]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    arguments = (theirs, scene, count, key_s, seconds, sound)
    process = context.Process(target=_serve, args=arguments, daemon=True)
    process.start()
    try:
        urls = ours.recv()
        assert process.pid is not None
        yield RtspCameras(urls, process.pid, ours)
    finally:
        process.terminate()
        process.join()


def _serve(wire: Connection, scene: str, count: int, key_s: int, seconds: int, sound: bool) -> None:
    shown = open_scene(scene)
    pictures = (shown.render(number / FPS, SIZE) for number in range(seconds * FPS))
    film = filmed(pictures, SIZE, fps=FPS, gop=key_s * FPS, sound=sound)
    asyncio.run(_show([RtspCamera(film) for _ in range(count)], wire))


async def _show(cameras: list[RtspCamera], wire: Connection) -> None:
    async with AsyncExitStack() as stack:
        for camera in cameras:
            await stack.enter_async_context(camera)
        wire.send([camera.url for camera in cameras])
        while True:
            await asyncio.to_thread(wire.recv)
            wire.send([len(camera.sent) for camera in cameras])
