"""What a camera that dials in costs, beside the same pictures asked for by HTTP, in one run.

    python benchmarks/ways_in.py [--cameras 3] [--fps 10] [--rounds 6]

A Gcam for each way in, all at the same time, with the same scene: CPU per camera and second while everything
is detected and recorded, read in the same windows, and the ratio to HTTP. Whoever sends is a process of its
own and not counted. Results: docs/design/streams.md.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from processes import Boards, Gcam, Process

from gcam_addon.access.secret import read_local_secret
from gcam_addon.wire.address import with_push_key

_SCENE = "garden-wind-person"
_ALWAYS: dict[str, Any] = {"recording": {"mode": "continuous", "max_clip_s": 60}}
_OPTIONS = {"mqtt": "off", "retention": {"min_free_bytes": 0}, "push": {"listen": "127.0.0.1:0"}}
_SECRET = "a-secret-of-the-benchmark"
_WINDOW_S, _SETTLE_S = 20.0, 15.0
_WAYS = ("tcp", "http", "websocket")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cameras", type=int, default=3)
    parser.add_argument("--fps", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=6, help="windows of 20 s each")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gcam-ways-") as name, ExitStack() as stack:
        folder = Path(name)
        boards = stack.enter_context(Boards(_SCENE, args.cameras, args.fps, folder))
        asked = stack.enter_context(Gcam(boards.urls(), folder / "asked", _ALWAYS, _OPTIONS))
        gcams = {"asked for by HTTP": asked}
        for way in _WAYS:
            gcams[f"pushed by {way}"] = _pushed(stack, folder, way, args.cameras, args.fps)
        for gcam in gcams.values():
            gcam.wait(args.cameras)
        time.sleep(_SETTLE_S)
        windows = [_window(list(gcams.values()), args.cameras) for _ in range(args.rounds)]
    _table(list(gcams), windows)


def _pushed(stack: ExitStack, folder: Path, way: str, cameras: int, fps: float) -> Gcam:
    urls = [with_push_key(f"cam{number}", _SECRET) for number in range(cameras)]
    gcam = stack.enter_context(Gcam(urls, folder / way, _ALWAYS, _OPTIONS))
    place, secret = (_dials(gcam), _SECRET) if way == "tcp" else (gcam.url, read_local_secret(gcam.data_dir))
    script = str(Path(__file__).with_name("pushing_cameras.py"))
    command = [sys.executable, script, way, place, str(secret), _SCENE, str(cameras), str(fps)]
    stack.enter_context(Process(command, folder / f"{way}.log"))
    return gcam


def _dials(gcam: Gcam) -> str:
    """Where cameras may dial in, once it says so."""
    for _ in range(600):
        found = re.search(r"cameras may dial in on (\S+)", gcam.log)
        if found is not None:
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"nobody can dial in: {gcam.log}")


def _window(gcams: list[Gcam], cameras: int) -> list[float]:
    begun_s, before = time.monotonic(), [(gcam.cpu_s(), gcam.frames()) for gcam in gcams]
    time.sleep(_WINDOW_S)
    lasted_s = time.monotonic() - begun_s
    used = []
    for gcam, (cpu_s, frames) in zip(gcams, before, strict=True):
        came = (gcam.frames() - frames) / cameras / lasted_s
        if came < 1:
            raise SystemExit(f"too few pictures: {came:.1f} a second\n{gcam.log}")
        used.append(1000 * (gcam.cpu_s() - cpu_s) / cameras / lasted_s)
    return used


def _table(names: list[str], windows: list[list[float]]) -> None:
    print("\n| | CPU ms per camera and second | of HTTP |\n|---|---|---|")
    for index, name in enumerate(names):
        ratios = [window[index] / window[0] for window in windows]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"| {name} | {statistics.median(window[index] for window in windows):.1f} | {spread} |")


if __name__ == "__main__":
    main()
