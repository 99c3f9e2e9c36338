"""What Gcam costs: CPU per frame, delays; beside libjpeg-turbo and Motion, in one run.

    python benchmarks/cost.py [--quick] [--cameras 16] [--fps 15] [--only TABLE] [--limit]

Boards, Gcam and Motion are processes of their own, over real sockets. Only the ratios of one run mean
something: machines differ and are noisy. Results and what follows from them: docs/design/cost.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import aiomqtt
import cv2
import numpy as np
import stamped_boards
from processes import Boards, Gcam, Motion

from tests.support.ports import kept_port

_OFF = {"mqtt": "off", "retention": {"min_free_bytes": 0}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--quiet", default="garden-empty", help="scene or video file where nothing moves")
    parser.add_argument(
        "--moving", default="garden-wind-person", help="scene or video file where something does"
    )
    parser.add_argument("--only", choices=("quiet", "moving", "delays"), help="one table alone")
    parser.add_argument("--quick", action="store_true", help="a smoke test: short, and noisier")
    parser.add_argument(
        "--limit", action="store_true", help="also how many cameras are held while all record (minutes)"
    )
    args = parser.parse_args()
    seconds = 6.0 if args.quick else 20.0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C: the children end, the folder goes
    _say(
        f"{os.cpu_count()} cores, load average before {os.getloadavg()[0]:.1f}: other load lengthens delays."
    )
    with tempfile.TemporaryDirectory(prefix="gcam-cost-") as name:
        folder = Path(name)
        if args.only in (None, "quiet"):
            _quiet(args.quiet, folder, args.cameras, args.fps, seconds)
        if args.only in (None, "moving"):
            _moving(args.moving, folder, args.cameras, args.fps, seconds)
        if args.only in (None, "delays"):
            asyncio.run(_delays(folder, args.cameras, args.fps, 25.0 if args.quick else 45.0))
        if args.limit:
            _limit(args.moving, folder, args.fps, seconds)


def _quiet(scene: str, folder: Path, cameras: int, fps: float, seconds: float) -> None:
    with Boards(scene, cameras, fps, folder) as boards:
        urls = boards.urls()
        with Gcam(urls, folder / "quiet", {}, _OFF) as gcam:
            gcam.wait(cameras)
            time.sleep(8)
            ours_ms, decode_ms, rate, shares = _beside_decoding(gcam, seconds)
        with Gcam(urls, folder / "blind", {"detection": {"enabled": False}}, _OFF) as gcam:
            gcam.wait(cameras)
            time.sleep(4)
            receive_ms, _ = _gcam_ms(gcam, seconds / 2)
        motion_ms = motion_quiet_ms(urls, folder / "motion-quiet", fps, seconds)
    _say(f"\n{cameras} cameras, VGA, {fps:g} fps, detection on, nothing moves ({rate:.1f} fps each held)")
    _row("one 1/8-size libjpeg-turbo decode", decode_ms, decode_ms)
    _row("Gcam, all of it", ours_ms, decode_ms, "at most 1.50")
    for name, share_ms in shares.items():
        _row(f"  of that {name}", share_ms, decode_ms)
    _row("Gcam without detection", receive_ms, decode_ms)
    if motion_ms is not None:
        _row("Motion", motion_ms, decode_ms)
        _say(f"  Gcam : Motion                          {ours_ms / motion_ms:5.2f}    (goal: at most 0.25)")


def _beside_decoding(gcam: Gcam, seconds: float) -> tuple[float, float, float, dict[str, float]]:
    """(CPU ms per frame, ms per decode of such frames in turns with it, fps, ms by kind of thread)."""
    jpegs, decode_ms = [], []
    frames = cpu_s = measured_s = 0.0
    before = gcam.cpu_by_thread_s()
    total = gcam.frames()
    for turn in range(5):
        jpegs.append(gcam.get(f"/api/v1/cameras/cam{turn % len(gcam.states())}/snapshot.jpg"))
        decode_ms.append(decode_ms(jpegs))
        got, used_s, begun_s = gcam.frames(), gcam.cpu_s(), time.monotonic()
        time.sleep(seconds / 5)
        frames += gcam.frames() - got
        cpu_s += gcam.cpu_s() - used_s
        measured_s += time.monotonic() - begun_s
    total = gcam.frames() - total
    shares = {name: 1000 * (s - before[name]) / total for name, s in gcam.cpu_by_thread_s().items()}
    rate = frames / measured_s / len(gcam.states())
    return 1000 * cpu_s / frames, statistics.median(decode_ms), rate, shares


def _moving(scene: str, folder: Path, cameras: int, fps: float, seconds: float) -> None:
    with Boards(scene, cameras, fps, folder) as boards:
        urls = boards.urls()
        camera = {"recording": {"mode": "continuous", "max_clip_s": 10}}
        with Gcam(urls, folder / "moving", camera, _OFF) as gcam:
            gcam.wait(cameras)
            gcam_ms, clip_bytes, shares = _recording_ms(gcam, seconds)
        film = _motion_filming(urls, folder / "motion-moving", fps, seconds)
    _say(f"\n{cameras} cameras, something moves, every frame recorded and encoded to H.264")
    _say(
        f"  Gcam                                   {gcam_ms:6.2f} ms per frame, {clip_bytes:.0f} bytes of MP4"
    )
    for name, share_ms in shares.items():
        _say(f"    of that {name:29s} {share_ms:6.2f}")
    if film is not None:
        motion_ms, film_bytes, rate = film
        _say(
            f"  Motion, movies on                      {motion_ms:6.2f} ms per frame, {film_bytes:.0f} bytes"
            f" of film, {rate:.1f} fps held"
        )
        _say(f"  Gcam : Motion                          {gcam_ms / motion_ms:5.2f}    (goal: at most 1.00)")


async def _delays(folder: Path, cameras: int, fps: float, seconds: float) -> None:
    process, ports, onsets = stamped_boards.start(cameras, fps)
    try:
        urls = [f"http://127.0.0.1:{each}/stream" for each in ports]
        with kept_port() as port, ExitStack() as stack:
            options = {**_OFF, "mqtt": {"mode": "embedded", "port": port}}
            gcam = stack.enter_context(Gcam(urls, folder / "delays", {}, options))
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
        url = f"{gcam.url}/api/v1/cameras/cam{index}/stream.mjpg"
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


def _limit(scene: str, folder: Path, fps: float, seconds: float) -> None:
    _say("\nCameras held while every frame is recorded (MP4s may lag behind)")
    for count in (16, 24, 32, 48, 64):
        camera = {"recording": {"mode": "continuous", "max_clip_s": 60}}
        with (
            Boards(scene, count, fps, folder) as boards,
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


def _recording_ms(gcam: Gcam, seconds: float) -> tuple[float, float, dict[str, float]]:
    """(CPU ms per recorded frame, bytes of MP4 per frame, ms by kind of thread) of recording everything for
    `seconds` and of encoding all of it, which lags behind on purpose: the cameras are disabled, then the rest
    is waited for.
    """
    cpu_s, before = gcam.cpu_s(), gcam.cpu_by_thread_s()
    time.sleep(seconds)
    disable(gcam)
    while gcam.unfinished():
        time.sleep(0.2)
    used_s, after = gcam.cpu_s() - cpu_s, gcam.cpu_by_thread_s()
    clips = gcam.get("/api/v1/clips?limit=1000")["clips"]
    frames = sum(clip["frames"] for clip in clips)
    shares = {name: 1000 * (after[name] - before[name]) / frames for name in after}
    return 1000 * used_s / frames, sum(clip["size_bytes"] for clip in clips) / frames, shares


def disable(gcam: Gcam) -> None:
    """All cameras."""
    for state in gcam.states():
        _patch(gcam, f"/api/v1/cameras/{state['camera_id']}", '{"enabled": false}')


def _patch(gcam: Gcam, path: str, body: str) -> None:
    request = gcam.request(path)
    request.method, request.data = "PATCH", body.encode()
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=120).read()


def motion_quiet_ms(urls: list[str], folder: Path, fps: float, seconds: float) -> float | None:
    """CPU ms per frame; Motion, which doesn't tell, is taken to hold the rate. None: not installed."""
    if not Motion.is_installed():
        _say("Motion is not installed (apt-get install motion): its rows are missing.")
        return None
    with Motion(urls, folder, fps, movies=False) as motion:
        time.sleep(12)
        cpu_s = motion.cpu_s()
        time.sleep(seconds)
        return 1000 * (motion.cpu_s() - cpu_s) / (seconds * fps * len(urls))


def _motion_filming(
    urls: list[str], folder: Path, fps: float, seconds: float
) -> tuple[float, float, float] | None:
    """(CPU ms per filmed frame, bytes of film per frame, fps held). None: not installed."""
    if not Motion.is_installed():
        return None
    with Motion(urls, folder, fps, movies=True) as motion:
        time.sleep(12)
        cpu_s = motion.cpu_s()
        time.sleep(seconds)
        used_s = motion.cpu_s() - cpu_s
    frames, size_bytes, filmed_s = motion.filmed()
    rate = frames / filmed_s
    return 1000 * used_s / (seconds * rate * len(urls)), size_bytes / frames, rate


def decode_ms(jpegs: list[bytes]) -> float:
    """What decoding one of these takes at 1/8 size, grey, in one thread."""
    cv2.setNumThreads(1)
    pictures = [np.frombuffer(jpeg, np.uint8) for jpeg in jpegs]
    rounds = []
    for _ in range(5):
        begun_s = time.process_time()
        for number in range(100):
            cv2.imdecode(pictures[number % len(pictures)], cv2.IMREAD_REDUCED_GRAYSCALE_8)
        rounds.append((time.process_time() - begun_s) * 1000 / 100)
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
