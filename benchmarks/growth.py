"""What cameras cost while nothing moves, from few to many, made up and on real footage, in one run.

    python benchmarks/growth.py [--cameras 8 16 64 200] [--fps 15] [--seconds 20] [--rounds 3]

Gcam's CPU per picture as ratio to one decode at 1/8 of just these pictures, measured in turns with it; of
that the loop's, which receives, and the threads', which look; beside Motion on the same boards where there
are as many as `--motion`. The boards share the machine, so what is held says something of both. Real footage
is left out without GCAM_FOOTAGE. It fails where a picture was lost, or an event was found. Results:
docs/design/cost.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from board import came
from cost import decode_ms, motion_quiet_ms
from counted_boards import CountedBoards, Order
from processes import Gcam

from benchmarks.accuracy import footage_dir

_INPUTS = {"made up": "garden-empty", "real footage": "parking_fisheye_a"}
_OPTIONS = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
_SETTLE_S = 35.0
"""By then backgrounds are learned, and the calm is a long one."""
_PRE_ROLL_S = 7
_COLUMNS = (
    "cameras", "input", "kB a picture", "decode, ms", "Gcam, decodes a picture", "(least, most)", "the loop",
    "the threads", "looks a second", "pictures a second: all, the slowest", "of a core", "PSS MB",
    "MB a camera, of that pre-roll", "of Motion",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """What Gcam did in it; `decode_ms`: of such a picture, just before."""

    decode_ms: float
    cpu_ms: float
    loop_ms: float
    seconds: float
    frames: tuple[int, ...]
    looks: int

    @property
    def decodes(self) -> float:
        return self.cpu_ms / sum(self.frames) / self.decode_ms


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cameras", type=int, nargs="+", default=[8, 16, 64, 200])
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--seconds", type=float, default=20.0, help="of a window")
    parser.add_argument("--rounds", type=int, default=3, help="windows of each")
    parser.add_argument("--motion", type=int, default=8, help="so many cameras are beside Motion; 0: none")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average before: {os.getloadavg()[0]:.1f}", flush=True)
    print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}", flush=True)
    wrong: list[str] = []
    for name, base in _inputs():
        for count in args.cameras:
            wrong += _row(name, Order("camera-web-server", base, count, args.fps), args)
    if wrong:
        sys.exit("\n".join(wrong))


def _inputs() -> list[tuple[str, str]]:
    has_footage = (footage_dir() / "labels.json").is_file()
    return [(name, scene) for name, scene in _INPUTS.items() if has_footage or scene == "garden-empty"]


def _row(name: str, order: Order, args: Any) -> list[str]:
    """Prints it; what was wrong."""
    with tempfile.TemporaryDirectory(prefix="gcam-growth-") as folder, CountedBoards(order) as boards:
        with Gcam(boards.urls, Path(folder) / "gcam", {}, _OPTIONS) as gcam:
            gcam.wait(order.count)
            time.sleep(_SETTLE_S)
            windows = [_window(gcam, args.seconds) for _ in range(args.rounds)]
            memory_mb, states = gcam.memory_mb()[1], gcam.states()
            wrong = [f"{order.count}, {name}: {line}" for line in _wrong(gcam, boards)]
        beside = None
        if order.count == args.motion:
            with CountedBoards(order) as again:  # the others are hushed
                beside = motion_quiet_ms(again.urls, Path(folder) / "motion", args.fps, args.seconds)
    print(
        f"| {order.count} | {name} | {' | '.join(_cells(windows, states, memory_mb, beside))} |", flush=True
    )
    return wrong


def _window(gcam: Gcam, seconds: float) -> Window:
    count = len(gcam.states())
    jpegs = [gcam.get(f"/api/v1/cameras/cam{number}/snapshot.jpg") for number in range(min(5, count))]
    of_one_ms = decode_ms(jpegs)
    before, cpu_s, loop_s, began_s = gcam.states(), gcam.cpu_s(), _loop_s(gcam), time.monotonic()
    time.sleep(seconds)
    lasted_s, used_s, loop_used_s = time.monotonic() - began_s, gcam.cpu_s() - cpu_s, _loop_s(gcam) - loop_s
    after = gcam.states()
    frames = tuple(now["frames"] - then["frames"] for then, now in zip(before, after, strict=True))
    looks = sum(now["analysed"] - then["analysed"] for then, now in zip(before, after, strict=True))
    return Window(of_one_ms, 1000 * used_s, 1000 * loop_used_s, lasted_s, frames, looks)


def _loop_s(gcam: Gcam) -> float:
    return gcam.cpu_by_thread_s()["loop"]


def _cells(
    windows: list[Window], states: list[dict[str, Any]], memory_mb: float, motion_ms: float | None
) -> Iterator[str]:
    def middle(value: Callable[[Window], float]) -> float:
        return statistics.median(value(window) for window in windows)

    count = len(states)
    yield f"{statistics.mean(state['bytes_per_frame'] for state in states) / 1000:.0f}"
    yield f"{middle(lambda w: w.decode_ms):.3f}"
    decodes = sorted(window.decodes for window in windows)
    yield f"**{statistics.median(decodes):.2f}**"
    yield f"{decodes[0]:.2f}, {decodes[-1]:.2f}"
    loop = middle(lambda w: w.loop_ms / sum(w.frames) / w.decode_ms)
    yield f"{loop:.2f}"
    yield f"{middle(lambda w: (w.cpu_ms - w.loop_ms) / sum(w.frames) / w.decode_ms):.2f}"
    yield f"{middle(lambda w: w.looks / w.seconds / count):.1f}"
    mean = middle(lambda w: sum(w.frames) / w.seconds / count)
    yield f"{mean:.1f}, {middle(lambda w: min(w.frames) / w.seconds):.1f}"
    yield f"{middle(lambda w: w.cpu_ms / w.seconds / 10):.0f} %"
    yield f"{memory_mb:.0f}"
    pre_roll_mb = sum(s["bytes_per_frame"] * s["fps"] * _PRE_ROLL_S for s in states) / 2**20 / count
    yield f"{memory_mb / count:.1f}, {pre_roll_mb:.1f}"
    mine_ms = middle(lambda w: w.cpu_ms / sum(w.frames))
    yield f"{mine_ms / motion_ms:.2f}" if motion_ms else ""


def _wrong(gcam: Gcam, boards: CountedBoards) -> list[str]:
    sent = boards.hush().pictures
    there = came(gcam, sent)
    states = gcam.states()
    wrong = [f"{sent} pictures were sent, {there} came."] if there != sent else []
    lost = sum(n for s in states for stage, n in s["dropped"].items() if stage != "detect")
    again = sum(state["reconnects"] for state in states)
    found = len(gcam.get("/api/v1/clips?limit=1000")["clips"])
    if lost or again or found:
        wrong.append(f"{lost} pictures dropped, connected again {again} times, {found} events.")
    skipped = sum(state["dropped"]["detect"] for state in states)
    if skipped:
        looked = sum(state["analysed"] for state in states)
        print(f"  {skipped} looks of {looked} came a moment later: the machine was busy.", flush=True)
    return wrong


if __name__ == "__main__":
    main()
