"""What live viewing from Home Assistant costs Gcam and the boards.

    .venv/bin/python -m benchmarks.home_assistant [--rounds 5] [--seconds 6]

Starts simulated boards and Gcam, and watches as Home Assistant does: MJPEG passed through by the camera
entity, and MPEG-TS for its stream component. The goals: one connection per board however many watch, nothing
left of H.264 10 s after the last viewer has gone. Idle and watched take turns, so that ratios of one run mean
something; milliseconds are this machine's. Results: docs/design/live.md.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import cv2
import numpy as np

from benchmarks.watched_boards import watched_boards
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.program import Program

BOARDS, FPS = 4, 10.0
VIEWERS = 10
GONE_S = 10.0


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="turns of idle and watched (5)")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long each is measured (6)")
    args = parser.parse_args()
    async with AsyncExitStack() as stack:
        bench = await started(stack, args.seconds)
        decode_ms = await asyncio.to_thread(
            bench.decode_ms, await bench.gcam.get(bench.path(0, "snapshot.jpg"))
        )
        idle, mjpeg, one, many = await measured(bench, args.rounds)
        report("picture received, nobody watches", statistics.median(idle), decode_ms)
        report("picture and MJPEG viewer", above(mjpeg, idle) / VIEWERS, decode_ms)
        report("picture made H.264, one viewer", above(one, idle), decode_ms)
        report(f"picture made H.264, {VIEWERS} viewers", above(many, idle), decode_ms)
        watched = above(one, idle) * FPS / 1000
        print(f"H.264 of one camera at {FPS:.0f} pictures a second: {watched:.1%} of a core")
        print(
            f"connections per board, at most: {bench.most_connections} (goal 1), made in all: {bench.made()}"
        )
        await afterwards(bench, statistics.median(idle))


@dataclass
class Bench:
    """Gcam and its boards; `most_connections` is the most any board had at once."""

    gcam: Program
    boards: list[SimulatedCamera]
    http: aiohttp.ClientSession
    seconds: float
    most_connections: int = 0
    taken: list[int] = field(default_factory=list)

    def path(self, camera: int, name: str) -> str:
        return f"/api/v1/cameras/c{camera}/{name}"

    def made(self) -> int:
        return max(board.streams_opened for board in self.boards)

    async def cpu_ms(self) -> float:
        """Gcam's CPU per picture received, once what began has settled."""
        await asyncio.sleep(2)
        received, before_s, began_s = await self.received(), self.gcam.cpu_s(), time.perf_counter()
        while time.perf_counter() - began_s < self.seconds:
            self.most_connections = max(self.most_connections, *(board.clients for board in self.boards))
            await asyncio.sleep(0.1)
        used_s = self.gcam.cpu_s() - before_s
        return used_s * 1000 / (await self.received() - received)

    async def received(self) -> int:
        """Pictures of all cameras so far."""
        cameras = (await self.gcam.get("/api/v1/cameras"))["cameras"]
        return sum(camera["state"]["frames"] for camera in cameras)

    @asynccontextmanager
    async def watching(self, name: str, viewers: int) -> AsyncIterator[None]:
        """So many viewers of every camera, who take all they get."""
        tasks = [
            asyncio.create_task(self._watch(self.path(camera, name)))
            for camera in range(BOARDS)
            for _ in range(viewers)
        ]
        self.taken = []
        try:
            yield
            assert all(not task.done() for task in tasks), "a viewer lost its stream"
            assert len(self.taken) == len(tasks), "a viewer got nothing"
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, path: str) -> None:
        async with self.http.get(self.gcam.url + path) as response:
            assert response.status == 200, path
            self.taken.append(len(await response.content.readany()))
            async for _ in response.content.iter_any():
                pass

    def decode_ms(self, jpeg: bytes) -> float:
        """What reading one such picture at an eighth of its size takes, in one thread."""
        cv2.setNumThreads(1)
        picture = np.frombuffer(jpeg, np.uint8)
        began_s = time.thread_time()
        for _ in range(200):
            cv2.imdecode(picture, cv2.IMREAD_REDUCED_GRAYSCALE_8)
        return (time.thread_time() - began_s) * 1000 / 200

    async def encoding(self) -> float:
        """How many cameras are encoded now, as Prometheus is told."""
        text = (await self.gcam.get("/metrics")).decode()
        lines = (line for line in text.splitlines() if line.startswith("gcam_live_encoding{"))
        return sum(float(line.rpartition(" ")[2]) for line in lines)


async def measured(bench: Bench, rounds: int) -> tuple[list[float], ...]:
    """CPU per picture: idle, MJPEG, H.264 with one viewer a camera, and with many; a value a round."""
    idle, mjpeg, one, many = [], [], [], []
    for _ in range(rounds):
        idle.append(await bench.cpu_ms())
        for name, viewers, results in (
            ("stream.mjpg", VIEWERS, mjpeg),
            ("live.ts", 1, one),
            ("live.ts", VIEWERS, many),
        ):
            async with bench.watching(name, viewers):
                results.append(await bench.cpu_ms())
        while await bench.encoding():
            await asyncio.sleep(0.2)
    return idle, mjpeg, one, many


async def afterwards(bench: Bench, idle: float) -> None:
    async with bench.watching("live.ts", 2):
        await asyncio.sleep(4)
        assert await bench.encoding() == BOARDS
    left_s = time.perf_counter()
    while await bench.encoding():
        await asyncio.sleep(0.1)
    gone_s = time.perf_counter() - left_s
    await asyncio.sleep(max(0.0, GONE_S - 2 - gone_s))
    after = await bench.cpu_ms()
    print(f"last viewer gone: no encoder after {gone_s:.1f} s (goal {GONE_S:.0f})")
    print(f"CPU from {GONE_S:.0f} s after: {after / idle:.2f} of what it was before anybody watched (goal 1)")


async def started(stack: AsyncExitStack, seconds: float) -> Bench:
    gcam, boards = await watched_boards(stack, BOARDS, FPS)
    await gcam.until(lambda: gcam.log.count("connected, 640x480") == BOARDS)
    connector = aiohttp.TCPConnector(limit=0)
    http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector, headers=gcam.headers))
    return Bench(gcam, boards, http, seconds)


def above(watched: list[float], idle: list[float]) -> float:
    """The median of what a round's watching costs more than its idling."""
    return statistics.median(more - less for more, less in zip(watched, idle, strict=True))


def report(what: str, cost_ms: float, decode_ms: float) -> None:
    print(f"per {what}: {cost_ms:.3f} ms, {cost_ms / decode_ms:.2f} decodes at 1/8")


if __name__ == "__main__":
    asyncio.run(main())
