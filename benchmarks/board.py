"""What a board with Gcam's firmware costs, beside the same pictures of a stock firmware, in one run.

    python benchmarks/board.py [--cameras 3] [--fps 15] [--rounds 5]

A Gcam for each firmware, and two of each: boards that show a garden in which nothing moves, and one in which
somebody walks half of the time. All run at once and are read in the same windows: CPU per camera and second,
and bytes on the air. Results: docs/design/cost.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from processes import Boards, Gcam

from gcam_addon.wire.address import with_credentials

_SCENES = {"nothing moves": "garden-empty", "somebody walks": "garden-busy"}
_FIRMWARES = {"stock": "camera-web-server", "gcam": "gcam"}
_CAMERA: dict[str, Any] = {"recording": {"mode": "motion"}}
_OPTIONS = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
_TOKEN = "token-of-a-benchmark-0123456789a"
_WINDOW_S, _SETTLE_S = 20.0, 25.0
_LIMIT = 0.45
"""Aimed at, of CPU and of bytes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cameras", type=int, default=3)
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=5, help="windows of 20 s each")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gcam-board-") as name, ExitStack() as stack:
        gcams = {
            (what, firmware): _begun(stack, Path(name), scene, firmware, args.cameras, args.fps)
            for what, scene in _SCENES.items()
            for firmware in _FIRMWARES
        }
        for gcam in gcams.values():
            gcam.wait(args.cameras)
        time.sleep(_SETTLE_S)
        windows = [_window(gcams, args.cameras) for _ in range(args.rounds)]
    _table(windows)


def _begun(stack: ExitStack, folder: Path, scene: str, firmware: str, cameras: int, fps: float) -> Gcam:
    boards = stack.enter_context(Boards(scene, cameras, fps, folder, _FIRMWARES[firmware]))
    urls = boards.urls()
    if firmware == "gcam":
        for url in urls:
            _claim(url)
        urls = [with_credentials(url, "gcam", _TOKEN) for url in urls]
    return stack.enter_context(Gcam(urls, folder / f"{firmware}-{scene}", _CAMERA, _OPTIONS))


def _claim(url: str) -> None:
    place = url.rpartition("/")[0] + "/claim"
    request = urllib.request.Request(place, f"token={_TOKEN}".encode(), {"X-Gcam": "1"})
    urllib.request.urlopen(request, timeout=10).close()


_Used = dict[tuple[str, str], tuple[float, float, float]]
"""By what happens and firmware: CPU ms, bytes and pictures, per camera and second."""


def _window(gcams: dict[tuple[str, str], Gcam], cameras: int) -> _Used:
    before = {key: _read(gcam) for key, gcam in gcams.items()}
    begun_s = time.monotonic()
    time.sleep(_WINDOW_S)
    after = {key: _read(gcam) for key, gcam in gcams.items()}
    each = 1 / cameras / (time.monotonic() - begun_s)
    used: _Used = {}
    for key, (cpu_s, came, pictures) in after.items():
        cpu_before_s, came_before, pictures_before = before[key]
        used[key] = (
            1000 * (cpu_s - cpu_before_s) * each,
            (came - came_before) * each,
            (pictures - pictures_before) * each,
        )
    return used


def _read(gcam: Gcam) -> tuple[float, int, int]:
    states = gcam.states()
    came, pictures = (sum(state[name] for state in states) for name in ("bytes_in", "frames"))
    return gcam.cpu_s(), came, pictures


def _table(windows: list[_Used]) -> None:
    print("\n| | firmware | pictures | kB a second | CPU ms per camera and second | of stock |")
    print("|---|---|---|---|---|---|")
    for what in _SCENES:
        for firmware in _FIRMWARES:
            cpu, came, pictures = (
                statistics.median(window[what, firmware][index] for window in windows) for index in range(3)
            )
            ratios = [window[what, firmware][0] / window[what, "stock"][0] for window in windows]
            spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            print(f"| {what} | {firmware} | {pictures:.1f} | {came / 1000:.0f} | {cpu:.1f} | {spread} |")
    idle = statistics.median(w["nothing moves", "gcam"][0] / w["nothing moves", "stock"][0] for w in windows)
    print(f"\nWhile nothing moves {idle:.2f} of stock, at most {_LIMIT}: {'yes' if idle <= _LIMIT else 'NO'}")


if __name__ == "__main__":
    main()
