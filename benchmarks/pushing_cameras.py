"""Cameras that dial in, as a process of their own: `WAY PLACE SECRET SCENE CAMERAS FPS`. They send the
prerendered pictures of a scene, as simulated boards do, by `tcp`, by `http` (MJPEG) or over a `websocket`.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator

import aiohttp

from gcam_addon.model import Size, jpeg_unit
from gcam_addon.push.sender import Sender, Target
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene

SIZE = Size(640, 480)


class Film:
    """The scene's pictures when they are due, for ever."""

    def __init__(self, pictures: Pictures, fps: float) -> None:
        self._pictures = pictures
        self._fps = fps

    async def shown(self) -> AsyncIterator[bytes]:
        began_s, index = time.monotonic(), 0
        while True:
            index += 1
            await asyncio.sleep(max(0.0, began_s + index / self._fps - time.monotonic()))
            yield await self._pictures.jpeg(index / self._fps, Adjustments(SIZE))


async def by_tcp(film: Film, place: str, secret: str, number: int) -> None:
    host, _, port = place.rpartition(":")
    sender = Sender(Target(host, int(port), f"cam{number}", secret), print, random.Random(number))
    async with asyncio.TaskGroup() as group:
        group.create_task(sender.run())
        async for jpeg in film.shown():
            now_s = time.monotonic()
            sender.outbox.put(jpeg_unit(jpeg, now_s, now_s, SIZE))


async def by_http(film: Film, place: str, secret: str, number: int) -> None:
    async def body() -> AsyncIterator[bytes]:
        async for jpeg in film.shown():
            yield b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (
                len(jpeg),
                jpeg,
            )

    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(None)) as http,
        http.post(f"{place}/api/v1/cameras/cam{number}/push", data=body()) as answer,
    ):
        print(answer.status, await answer.text())


async def by_websocket(film: Film, place: str, secret: str, number: int) -> None:
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.ws_connect(f"{place}/api/v1/cameras/cam{number}/push") as channel,
    ):
        async for jpeg in film.shown():
            await channel.send_bytes(jpeg)


WAYS = {"tcp": by_tcp, "http": by_http, "websocket": by_websocket}


async def main(way: str, place: str, secret: str, scene: str, cameras: str, fps: str) -> None:
    pictures = Pictures(SceneFootage(open_scene(scene)))
    await pictures.prerender(Adjustments(SIZE), float(fps))
    film = Film(pictures, float(fps))
    async with asyncio.TaskGroup() as group:
        for number in range(int(cameras)):
            group.create_task(WAYS[way](film, place, secret, number))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
