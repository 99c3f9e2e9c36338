"""Gcam in little memory: four boards watched, recorded and looked at within a limit that the kernel enforces.

    python benchmarks/small_machine.py [--memory 512] [--cameras 4] [--seconds 60]
    python benchmarks/small_machine.py --pi [--minutes 10]    what a Raspberry Pi has: see pi_hour.py

Linux, root. Gcam alone is within the limit (a control group, version 1 or 2); boards and viewers are outside.
Beyond it the kernel first takes back what files left in memory, then ends Gcam. Results: docs/design/cost.md.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pi_hour
from limit import Limit
from processes import Boards, Gcam

_MB = 1024**2
_EVERY_S = 0.2
_RUNS: dict[str, dict[str, Any]] = {
    "events": {"recording": {"mode": "motion"}},
    "everything recorded": {"recording": {"mode": "continuous", "max_clip_s": 10}},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--memory", type=int, default=512, help="MiB")
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument(
        "--scene", default="garden-wind-person", help="scene or video file where something moves"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of each run")
    parser.add_argument("--pi", action="store_true", help="an hour on what a Raspberry Pi has")
    parser.add_argument("--minutes", type=float, default=10.0, help="what the hour is compressed to")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if args.pi:
        pi_hour.measure(args.cameras, args.fps, args.minutes)
        return
    print(f"{args.cameras} boards, VGA, {args.fps:g} pictures a second, {args.memory} MiB")
    print("| | own memory: middle | most | with libraries | pictures a second | dropped | clips | ended |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="gcam-small-") as name:
        folder = Path(name)
        with Boards(args.scene, args.cameras, args.fps, folder) as boards:
            urls = boards.urls()
            for title, camera in _RUNS.items():
                print(_run(title, camera, urls, folder, args.memory * _MB, args.seconds), flush=True)


def _run(
    title: str, camera: dict[str, Any], urls: list[str], folder: Path, memory_bytes: int, seconds: float
) -> str:
    options = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
    with (
        Limit(memory_bytes) as limit,
        Gcam(urls, folder / title.replace(" ", "-"), camera, options, limit.prefix) as gcam,
    ):
        gcam.wait(len(urls))
        with _viewers(gcam, len(urls)):
            frames, begin_s, samples = gcam.frames(), time.monotonic(), []
            while (took_s := time.monotonic() - begin_s) < seconds and not limit.ended():
                samples.append(limit.own_bytes() / _MB)
                time.sleep(_EVERY_S)
            killed = limit.ended()
            resident = 0.0 if killed else gcam.memory_mb()[0]
            rate = 0.0 if killed else (gcam.frames() - frames) / took_s / len(urls)
            dropped = 0 if killed else sum(sum(state["dropped"].values()) for state in gcam.states())
            clips = 0 if killed else len(gcam.get("/api/v1/clips")["clips"])
    middle, most = sorted(samples)[len(samples) // 2], max(samples)
    memory = f"{middle:.0f} MB | {most:.0f} MB | {resident:.0f} MB"
    return f"| {title} | {memory} | {rate:.1f} | {dropped} | {clips} | {killed} |"


@contextlib.contextmanager
def _viewers(gcam: Gcam, cameras: int) -> Iterator[None]:
    """One of every camera's pictures, and one of the first camera's H.264."""
    paths = [f"/api/v1/cameras/cam{index}/stream.mjpg" for index in range(cameras)]
    stop = threading.Event()
    threads = [
        threading.Thread(target=_watch, args=(gcam.request(path), stop))
        for path in [*paths, "/api/v1/cameras/cam0/live.ts"]
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _watch(request: urllib.request.Request, stop: threading.Event) -> None:
    with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=30) as response:
        while not stop.is_set() and response.read(65536):
            pass


if __name__ == "__main__":
    main()
