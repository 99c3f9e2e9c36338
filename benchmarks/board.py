"""What boards with Gcam's firmware spare, beside the stock firmware at full rate, in one run.

    python benchmarks/board.py [--cameras 4] [--fps 15] [--rounds 5]

Six Gcams at the same time: boards of either firmware before which nothing moves, in a made-up scene and in
real footage with a sensor's noise (GCAM_FOOTAGE; left out without it, and then the goal is not reached), and
before which somebody walks again and again. CPU per camera and second, of that the loop's, which receives,
and the threads', which look and record; and bytes that boards sent; read in the same windows, with the ratio
to the stock firmware. It fails where a picture was lost, somebody was not seen, or the goal is missed: while
nothing moves at most 0.45 of the stock firmware's CPU and bytes, on both inputs. Results:
docs/design/boards.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counted_boards import CountedBoards, Order, Sent
from processes import Gcam

from benchmarks.accuracy import footage_dir

_FIRMWARES = {"stock": "camera-web-server", "Gcam's": "gcam"}
_IDLE = {"idle": "garden-empty", "idle, real footage": "parking_fisheye_a"}
_MOVING = {"moving": "garden-person"}
_OPTIONS = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
_ROUND_S = 32.0
"""As long as the scene lasts in which somebody walks: each window has all of it."""
_SETTLE_S = 20.0
_GOAL = 0.45


@dataclass(frozen=True, slots=True)
class Side:
    """Boards of a firmware, and who watches them."""

    firmware: str
    scene: str
    boards: CountedBoards
    gcam: Gcam


@dataclass(frozen=True, slots=True)
class Used:
    """So far, or in a window: by all cameras of a side."""

    at_s: float
    cpu_s: float
    loop_s: float
    sent: Sent

    @classmethod
    def of(cls, side: Side) -> Used:
        loop_s = side.gcam.cpu_by_thread_s()["loop"]
        return cls(time.monotonic(), side.gcam.cpu_s(), loop_s, side.boards.sent())

    def each_second(self, before: Used, cameras: int) -> tuple[float, float, float, float, float]:
        """CPU ms, the loop's and the rest's; kB; pictures: of one camera."""
        share = 1 / (self.at_s - before.at_s) / cameras
        cpu_ms, loop_ms = 1000 * (self.cpu_s - before.cpu_s), 1000 * (self.loop_s - before.loop_s)
        size_bytes = self.sent.size_bytes - before.sent.size_bytes
        pictures = self.sent.pictures - before.sent.pictures
        used = (cpu_ms, loop_ms, cpu_ms - loop_ms, size_bytes / 1000, pictures)
        return tuple(value * share for value in used)  # type: ignore[return-value]


_COLUMNS = ("CPU ms", "the loop's", "the threads'", "kB sent", "pictures")
Windows = dict[tuple[str, str], list[tuple[float, ...]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--fps", type=float, default=15.0, help="the full rate")
    parser.add_argument("--rounds", type=int, default=5, help=f"windows of {_ROUND_S:g} s each")
    parser.add_argument("--only", choices=("idle", "moving"), help="what happens before the boards")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gcam-board-") as name, ExitStack() as stack:
        scenes = _scenes(args.only)
        sides = [
            _side(stack, Path(name), firmware, scene, args) for scene in scenes for firmware in _FIRMWARES
        ]
        for side in sides:
            side.gcam.wait(args.cameras)
        time.sleep(_SETTLE_S)
        windows: Windows = {(side.firmware, side.scene): [] for side in sides}
        for _ in range(args.rounds):
            before = [Used.of(side) for side in sides]
            time.sleep(_ROUND_S)
            for side, then in zip(sides, before, strict=True):
                used = Used.of(side).each_second(then, args.cameras)
                windows[side.firmware, side.scene].append(used)
        wrong = [line for side in sides for line in _wrong(side, args)]
    _table(windows)
    missed = _missed(windows)
    if wrong or missed:
        sys.exit("\n".join(wrong + missed))


def _side(stack: ExitStack, folder: Path, firmware: str, scene: str, args: Any) -> Side:
    order = Order(_FIRMWARES[firmware], (_IDLE | _MOVING)[scene], args.cameras, args.fps)
    boards = stack.enter_context(CountedBoards(order))
    name = f"{_FIRMWARES[firmware]}-{order.scene}"
    gcam = stack.enter_context(Gcam(boards.urls, folder / name, {}, _OPTIONS))
    return Side(firmware, scene, boards, gcam)


def _wrong(side: Side, args: Any) -> list[str]:
    """Pictures that were sent and are not there, and walks that were not seen."""
    name = f"{side.firmware} firmware, {side.scene}"
    sent = side.boards.hush().pictures
    came_in = came(side.gcam, sent)
    dropped = [
        sum(count for stage, count in state["dropped"].items() if stage != "detect")
        for state in side.gcam.states()
    ]  # whose next look is a moment later where the machine is busy: nothing is lost by that
    reconnects = [state["reconnects"] for state in side.gcam.states()]
    found = [0] * args.cameras
    for event in side.gcam.get("/api/v1/clips?limit=1000")["clips"]:
        found[int(event["camera_id"].removeprefix("cam"))] += 1
    print(f"{name}: {sent} pictures sent, {came_in} came; clips of each camera: {found}")
    wrong = []
    if came_in != sent:
        wrong.append(f"{name}: {sent} pictures were sent, {came_in} came.")
    if any(dropped) or any(reconnects):
        wrong.append(f"{name}: dropped {dropped}, connected again {reconnects}.")
    if side.scene == "moving" and min(found) < args.rounds - 1:
        wrong.append(f"{name}: somebody walked {args.rounds} times, clips: {found}.")
    if side.scene in _IDLE and any(found):
        wrong.append(f"{name}: nothing moved, clips: {found}.")
    return wrong


def came(gcam: Gcam, sent: int) -> int:
    """How many pictures did, as soon as Gcam has counted those that were sent."""
    for _ in range(30):
        if (counted := gcam.frames()) == sent:
            break
        time.sleep(0.1)
    return counted


def _table(windows: Windows) -> None:
    print(f"\n| each camera and second | {' | '.join(_COLUMNS)} |\n|---|{'---|' * len(_COLUMNS)}")
    for (firmware, scene), used in windows.items():
        middles = [f"{statistics.median(column):.1f}" for column in zip(*used, strict=True)]
        print(f"| {scene}, {firmware} firmware | {' | '.join(middles)} |")
    for scene in dict.fromkeys(scene for _, scene in windows):
        cells = []
        for at in range(len(_COLUMNS)):
            ratios = _ratios(windows, scene, at)
            cells.append(f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
        print(f"| {scene}, of stock | {' | '.join(cells)} |")


def _ratios(windows: Windows, scene: str, at: int) -> list[float]:
    both = zip(windows["Gcam's", scene], windows["stock", scene], strict=True)
    return [ours[at] / stock[at] for ours, stock in both]


def _missed(windows: Windows) -> list[str]:
    """Says how the goals fare; what is missed of them."""
    missed = []
    for scene in _IDLE:
        if ("stock", scene) not in windows:
            missed += [f"Missed: {scene}, not measured."] * any(other in _IDLE for _, other in windows)
            continue
        for name in ("CPU ms", "kB sent"):
            share = statistics.median(_ratios(windows, scene, _COLUMNS.index(name)))
            line = f"{scene}, {name}: {share:.2f} of stock (goal: at most {_GOAL})"
            print(line)
            missed += [f"Missed: {line}"] * (share > _GOAL)
    return missed


def _scenes(only: str | None) -> list[str]:
    scenes = [*(_IDLE if only != "moving" else ()), *(_MOVING if only != "idle" else ())]
    return [scene for scene in scenes if scene != "idle, real footage" or _has_footage()]


def _has_footage() -> bool:
    return (footage_dir() / "labels.json").is_file()


if __name__ == "__main__":
    main()
