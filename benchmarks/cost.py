"""What Gcam costs: CPU per frame, delays, memory, growth; beside libjpeg-turbo and Motion, in one run.

    python benchmarks/cost.py [--quick] [--cameras 16] [--fps 15] [--growth] [--limit]

Boards, Gcam and Motion are processes of their own, over real sockets. Only the ratios of one run mean
something: machines differ and are noisy. Results and what follows from them: docs/design/cost.md.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import struct
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import aiohttp
import aiomqtt
import cv2
import numpy as np
import stamped_boards
from processes import Boards, Gcam, Motion, Process, free_port

_OFF = {"mqtt": "off", "retention": {"min_free_bytes": 0}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--quick", action="store_true", help="a smoke test: short, and noisier")
    parser.add_argument("--growth", action="store_true", help="also 1, 4, 16, 64 cameras")
    parser.add_argument(
        "--limit", action="store_true", help="also how many cameras are held while all record"
    )
    args = parser.parse_args()
    seconds = 6.0 if args.quick else 20.0
    with tempfile.TemporaryDirectory(prefix="gcam-cost-") as name:
        folder = Path(name)
        _quiet(folder, args.cameras, args.fps, seconds)
        _moving(folder, args.cameras, args.fps, seconds)
        asyncio.run(_delays(folder, args.cameras, args.fps, 25.0 if args.quick else 45.0))
        if args.growth:
            _growth(folder, args.fps, seconds)
        if args.limit:
            _limit(folder, args.fps, seconds)


def _quiet(folder: Path, cameras: int, fps: float, seconds: float) -> None:
    with Boards("garden-empty", cameras, fps, folder) as boards:
        urls = boards.urls()
        with Gcam(urls, folder / "quiet", {}, _OFF) as gcam:
            gcam.wait(cameras)
            time.sleep(8)
            decode_ms = _decode_ms(gcam.get("/api/v1/cameras/cam0/snapshot.jpg"))
            ours_ms, rate = _gcam_ms(gcam, seconds)
        with Gcam(urls, folder / "blind", {"detection": {"enabled": False}}, _OFF) as gcam:
            gcam.wait(cameras)
            time.sleep(4)
            receive_ms, _ = _gcam_ms(gcam, seconds)
        motion_ms = _motion_ms(urls, folder / "motion-quiet", fps, seconds, movies=False)
    _say(f"\n{cameras} cameras, VGA, {fps:g} fps, detection on, nothing moves ({rate:.1f} fps each held)")
    _row("one 1/8-size libjpeg-turbo decode", decode_ms, decode_ms)
    _row("Gcam, all of it", ours_ms, decode_ms, "at most 1.50")
    _row("  of that without detection", receive_ms, decode_ms)
    if motion_ms is not None:
        _row("Motion", motion_ms, decode_ms)
        _say(f"  Gcam : Motion                          {ours_ms / motion_ms:5.2f}    (goal: at most 0.25)")


def _moving(folder: Path, cameras: int, fps: float, seconds: float) -> None:
    with Boards("garden-wind-person", cameras, fps, folder) as boards:
        urls = boards.urls()
        camera = {"recording": {"mode": "continuous", "max_clip_s": 10}}
        with Gcam(urls, folder / "moving", camera, _OFF) as gcam:
            gcam.wait(cameras)
            gcam_ms, written = _recording_ms(gcam, seconds)
        motion_ms = _motion_ms(urls, folder / "motion-moving", fps, seconds, movies=True)
    _say(f"\n{cameras} cameras, something moves, every frame recorded and encoded to H.264 ({written} clips)")
    _say(f"  Gcam                                   {gcam_ms:6.2f} ms per frame")
    if motion_ms is not None:
        _say(f"  Motion, movies on                      {motion_ms:6.2f} ms per frame")
        _say(f"  Gcam : Motion                          {gcam_ms / motion_ms:5.2f}    (goal: at most 1.00)")


async def _delays(folder: Path, cameras: int, fps: float, seconds: float) -> None:
    process, ports, onsets = stamped_boards.start(cameras, fps)
    try:
        port = free_port()
        options = {**_OFF, "mqtt": {"mode": "embedded", "port": port}}
        urls = [f"http://127.0.0.1:{each}/stream" for each in ports]
        with Gcam(urls, folder / "delays", {}, options) as gcam:
            await asyncio.to_thread(gcam.wait, cameras)
            viewing, heard = await _observe(gcam, port, cameras, seconds)
    finally:
        process.terminate()
        process.join()
    sent: list[tuple[int, int]] = []
    while not onsets.empty():
        sent.append(onsets.get())
    _say(f"\nDelays with {cameras} cameras, all moving now and then, all watched by a viewer")
    _percentiles("frame in to frame out at a viewer", viewing, "p99 under 10 ms", 99)
    reacting = [min((at - begun for c, at in heard if c == camera and at > begun), default=None)
                for camera, begun in sent]  # fmt: skip
    reached = [delay / 1e6 for delay in reacting if delay is not None and delay < 5e9]
    _percentiles("first moving frame to MQTT message", reached, "p95 under 450 ms", 95)
    _say(f"  of {len(sent)} beginnings of motion {len(reached)} were told of")


async def _observe(
    gcam: Gcam, port: int, cameras: int, seconds: float
) -> tuple[list[float], list[tuple[int, int]]]:
    delays_ms: list[float] = []
    heard: list[tuple[int, int]] = []

    async def view(index: int) -> None:
        url = f"http://127.0.0.1:{gcam.port}/api/v1/cameras/cam{index}/stream.mjpg"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            begun_s = time.monotonic()
            async for chunk in response.content.iter_any():
                now = time.monotonic_ns()
                at = chunk.find(stamped_boards.MARK)
                if at >= 0 and len(chunk) >= at + 17 and time.monotonic() - begun_s > 3:
                    delays_ms.append((now - struct.unpack_from(">Q", chunk, at + 9)[0]) / 1e6)

    async def listen() -> None:
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.subscribe("gcam/+/motion")
            async for message in client.messages:
                camera, now = message.topic.value.split("/")[1], time.monotonic_ns()
                if message.payload != b"ON" or message.retain:
                    continue
                heard.append((int(camera.removeprefix("cam")), now))

    tasks = [asyncio.create_task(listen()), *(asyncio.create_task(view(i)) for i in range(cameras))]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return delays_ms, heard


def _growth(folder: Path, fps: float, seconds: float) -> None:
    _say("\nGrowth, nothing moves")
    _say("  cameras   fps held   CPU ms/frame   CPU of one core   memory MB   MB per further camera")
    before: tuple[int, float] | None = None
    for count in (1, 4, 16, 64):
        with (
            Boards("garden-empty", count, fps, folder) as boards,
            Gcam(boards.urls(), folder / f"growth-{count}", {}, _OFF) as gcam,
        ):
            gcam.wait(count)
            time.sleep(12)
            cost_ms, rate = _gcam_ms(gcam, seconds)
            memory_mb = gcam.memory_mb()
            states = gcam.states()
        ring_mb = sum(state["bytes_per_frame"] * state["fps"] * 7 for state in states) / 2**20
        more = "" if before is None else (
            f"{(memory_mb - before[1]) / (count - before[0]):6.1f}, of that pre-roll {ring_mb / count:.1f}"
        )  # fmt: skip
        _say(
            f"  {count:7d} {rate:10.1f} {cost_ms:14.3f} {cost_ms * rate * count / 10:15.0f} %"
            f" {memory_mb:11.0f}   {more}"
        )
        before = count, memory_mb


def _limit(folder: Path, fps: float, seconds: float) -> None:
    _say("\nCameras held while every frame is recorded (MP4s may lag behind)")
    for count in (16, 24, 32, 48, 64):
        camera = {"recording": {"mode": "continuous", "max_clip_s": 60}}
        with (
            Boards("garden-wind-person", count, fps, folder) as boards,
            Gcam(boards.urls(), folder / f"limit-{count}", camera, _OFF) as gcam,
        ):
            gcam.wait(count)
            time.sleep(5)
            _, rate = _gcam_ms(gcam, seconds)
            lost = sum(state["dropped"]["record"] + state["dropped"]["parse"] for state in gcam.states())
        _say(f"  {count:4d} cameras: {rate:5.1f} fps each, {lost} recorded frames lost")
        shutil.rmtree(folder / f"limit-{count}")
        if rate < 0.97 * fps or lost:
            break


def _gcam_ms(gcam: Gcam, seconds: float) -> tuple[float, float]:
    """(CPU ms per ingested frame, frames per second and camera)."""
    frames, cpu_s, begun_s = gcam.frames(), gcam.cpu_s(), time.monotonic()
    time.sleep(seconds)
    got, used_s = gcam.frames() - frames, gcam.cpu_s() - cpu_s
    return 1000 * used_s / got, got / (time.monotonic() - begun_s) / len(gcam.states())


def _recording_ms(gcam: Gcam, seconds: float) -> tuple[float, int]:
    """CPU ms per frame of recording everything for `seconds` and of encoding all of it, which lags behind on
    purpose: the cameras are disabled, then the rest is waited for.
    """
    frames, cpu_s = gcam.frames(), gcam.cpu_s()
    time.sleep(seconds)
    got = gcam.frames() - frames
    for state in gcam.states():
        _patch(gcam, f"/api/v1/cameras/{state['camera_id']}", '{"enabled": false}')
    while gcam.unfinished():
        time.sleep(0.2)
    return 1000 * (gcam.cpu_s() - cpu_s) / got, len(gcam.get("/api/v1/clips?limit=1000")["clips"])


def _patch(gcam: Gcam, path: str, body: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{gcam.port}{path}",
        body.encode(),
        {"Content-Type": "application/json"},
        method="PATCH",
    )
    urllib.request.urlopen(request, timeout=10).read()


def _motion_ms(urls: list[str], folder: Path, fps: float, seconds: float, *, movies: bool) -> float | None:
    """CPU ms per frame; Motion is taken to hold the boards' rate. None where it is not installed."""
    if not Motion.is_installed():
        _say("Motion is not installed (apt-get install motion): its rows are missing.")
        return None
    with Motion(urls, folder, fps, movies=movies) as motion:
        time.sleep(12)
        used_s = _spent(motion, lambda: time.sleep(seconds))
    return 1000 * used_s / (seconds * fps * len(urls))


def _spent(process: Process, work: Callable[[], None]) -> float:
    before = process.cpu_s()
    work()
    return process.cpu_s() - before


def _decode_ms(jpeg: bytes) -> float:
    cv2.setNumThreads(1)
    data = np.frombuffer(jpeg, np.uint8)
    rounds = []
    for _ in range(15):
        begun_s = time.process_time()
        for _ in range(40):
            cv2.imdecode(data, cv2.IMREAD_REDUCED_GRAYSCALE_8)
        rounds.append((time.process_time() - begun_s) * 1000 / 40)
    return statistics.median(rounds)


def _row(name: str, cost_ms: float, decode_ms: float, goal: str = "") -> None:
    _say(
        f"  {name:38s} {cost_ms:5.3f} ms per frame, {cost_ms / decode_ms:5.2f} decodes"
        f"{goal and f'    (goal: {goal})'}"
    )


def _percentiles(name: str, values: list[float], goal: str, at: int) -> None:
    if len(values) < 2:
        _say(f"  {name}: too few measured")
        return
    cuts = statistics.quantiles(values, n=100)
    _say(
        f"  {name:36s} p50 {cuts[49]:6.1f}  p{at} {cuts[at - 1]:6.1f}  max {max(values):6.1f} ms"
        f"    (goal: {goal})"
    )


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
