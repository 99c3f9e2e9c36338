"""Whether workers pay: one process against several, with the same boards, in one run; and what a kill costs.

    python benchmarks/workers.py [--cameras 64 200] [--workers 2] [--seconds 30] [--quick] [--only cost|kills]

Boards are in a process of their own on the same machine and take cores too: only ratios of one run mean
something, and the machine is to be left alone meanwhile. Prints Markdown for docs/design/workers.md, and ends
with 1 where a picture was lost, a camera got none, or one took longer than 5 s to be back.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from counted_boards import CountedBoards, Order
from numbered_board import NumberedBoard, number_of
from processes import TICKS, Gcam

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.support.workers import workers_of

FPS = 15.0
BACK_WITHIN_S = 5.0
_OPTIONS = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
_WARM_S = 10.0
_PATIENCE_S = 300.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, nargs="+", default=[64, 200])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scene", default="garden-empty", help="what the boards show")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--only", choices=("cost", "kills"))
    parser.add_argument("--quick", action="store_true", help="a smoke test: few cameras, short")
    args = parser.parse_args()
    if args.quick:
        args.cameras, args.seconds, args.kills = [6], 5.0, 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C: the children end, the folder goes
    say(f"{os.cpu_count()} cores, load average before {os.getloadavg()[0]:.1f}")
    is_well = True
    with tempfile.TemporaryDirectory(prefix="gcam-workers-") as name:
        if args.only != "kills":
            is_well &= costs(args, Path(name))
        if args.only != "cost":
            is_well &= kills(args.kills, Path(name))
    sys.exit(not is_well)


def say(text: str) -> None:
    print(text, flush=True)


@dataclass(frozen=True, slots=True)
class Held:
    """What a Gcam held for some seconds, all its processes together."""

    cpu_ms: float
    """Per picture."""
    busiest: float
    """Share of a core that the busiest process took."""
    slowest_fps: float
    memory_mb: float
    sent: int
    lost: int


def costs(args: argparse.Namespace, folder: Path) -> bool:
    say("\n| cameras | processes | CPU a picture | busiest process | slowest camera | memory | lost |")
    say("|---|---|---|---|---|---|---|")
    is_well = True
    for cameras in args.cameras:
        held = {n: hold(args, cameras, n, folder / f"{cameras}-{n}") for n in (0, args.workers)}
        for number, one in held.items():
            say(
                f"| {cameras} | {number or 1} | {one.cpu_ms:.3f} ms | {100 * one.busiest:.0f} % "
                f"| {one.slowest_fps:.1f} fps | {one.memory_mb:.0f} MB | {one.lost} of {one.sent} |"
            )
            is_well &= one.lost == 0 and one.slowest_fps > 0
        alone, shared = held[0], held[args.workers]
        say(
            f"\n{cameras} cameras, {args.workers} workers against one process: "
            f"{shared.cpu_ms / alone.cpu_ms:.2f} times the CPU a picture, the slowest camera at "
            f"{shared.slowest_fps / max(alone.slowest_fps, 0.01):.2f} times the rate.\n"
        )
    return is_well


def hold(args: argparse.Namespace, cameras: int, workers: int, folder: Path) -> Held:
    """`lost`: sent and not received, from the first picture to the last, after which boards fall silent."""
    order = Order("camera-web-server", args.scene, cameras, FPS)
    with (
        CountedBoards(order) as boards,
        Gcam(boards.urls, folder, {}, {**_OPTIONS, "processes": workers}) as gcam,
    ):
        gcam.wait(cameras)
        time.sleep(_WARM_S if not args.quick else 2.0)
        before, began_s, cpu = _frames(gcam), time.monotonic(), _cpu_s(gcam)
        time.sleep(args.seconds)
        passed_s, now, cpu_now = time.monotonic() - began_s, _frames(gcam), _cpu_s(gcam)
        memory_mb = sum(_pss_mb(pid) for pid in _processes(gcam))
        boards.hush()
        sent, lost = _lost(gcam, boards)
    spent = {pid: cpu_now[pid] - cpu[pid] for pid in cpu}
    got = {camera: now[camera] - before[camera] for camera in now}
    return Held(
        cpu_ms=1000 * sum(spent.values()) / max(1, sum(got.values())),
        busiest=max(spent.values()) / passed_s,
        slowest_fps=min(got.values()) / passed_s,
        memory_mb=memory_mb,
        sent=sent,
        lost=lost,
    )


def _lost(gcam: Gcam, boards: CountedBoards) -> tuple[int, int]:
    """(Sent, lost of them). What is on its way when they fall silent arrives, and states come from workers
    once a second.
    """
    end_s = time.monotonic() + 10.0
    while True:
        sent = boards.sent().pictures
        lost = sent - gcam.frames()
        if not lost or time.monotonic() > end_s:
            return sent, lost
        time.sleep(0.2)


def _frames(gcam: Gcam) -> dict[str, int]:
    return {state["camera_id"]: state["frames"] for state in gcam.states()}


def _processes(gcam: Gcam) -> list[int]:
    return [gcam.pid, *workers_of(gcam.pid)]


def _cpu_s(gcam: Gcam) -> dict[int, float]:
    spent = {}
    for pid in _processes(gcam):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return spent


def _pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return int(dict(line.split(":") for line in lines)["Pss"].split()[0]) / 1024


BOARDS = 6
CAMERA: dict[str, Any] = {"recording": {"mode": "continuous", "max_clip_s": 10, "keep_original": True}}


def kills(times: int, folder: Path) -> bool:
    """The first of two workers, at moments of clips that go on; of a new Gcam each time, since one that ends
    again and again is waited for longer.
    """
    media, back_s = folder / "kills", list[float]()
    with ExitStack() as stack:
        boards = [stack.enter_context(NumberedBoard(FPS)) for _ in range(BOARDS)]
        gcam = Gcam([board.url for board in boards], media, CAMERA, {**_OPTIONS, "processes": 2})
        mine, others = boards[0::2], boards[1::2]  # shared out by turns
        ends: dict[NumberedBoard, list[tuple[float, int]]] = {board: [] for board in mine}
        for turn in range(times):
            with gcam:
                gcam.wait(BOARDS)
                time.sleep(2.0 + turn % 7 / 3)
                lasts = {board: board.connections for board in mine}
                killed_s = time.monotonic()
                os.kill(workers_of(gcam.pid)[0], signal.SIGKILL)
                for board, last in lasts.items():
                    ends[board].append((killed_s, last))
                    wait_for(lambda board=board, last=last: _first_of(board, last + 1))
                    back_s.append(_first_of(board, last + 1) - killed_s)
                for board in mine:  # what comes from here to the stop is not counted
                    ends[board].append((0.0, board.connections))
        untouched = all(board.connections == times for board in others)
        left = set(_journals(media))
        with gcam:  # what was in progress becomes clips
            wait_for(lambda: not left & set(_journals(media)))
    lost = [wait_s for board in mine for wait_s in _lost_of(media, boards.index(board), board, ends[board])]
    rows = {
        "`kill -9` of a worker with half of the cameras": str(times),
        "pictures come again after: middle, most": f"{statistics.median(back_s):.1f}, {max(back_s):.1f} s",
        "lost of those sent before, a kill and camera": f"{len(lost) / (times * len(mine)):.2f}",
        "… they were sent before the kill, at most": f"{max(lost, default=0.0):.2f} s",
        "cameras of the other worker": "were not touched" if untouched else "WERE DISTURBED",
    }
    say("\n| kills of a worker | |\n|---|---|")
    for name, value in rows.items():
        say(f"| {name} | {value} |")
    return max(back_s) <= BACK_WITHIN_S and untouched


def _lost_of(media: Path, index: int, board: NumberedBoard, ends: list[tuple[float, int]]) -> list[float]:
    """How long before a kill those pictures were sent that nobody kept."""
    found = Counter[int]()
    for path in (media / "recordings" / f"Cam {index}").rglob("*.mkv"):
        with av.open(str(path)) as container:
            numbers = (number_of(bytes(packet)) for packet in container.demux(video=0) if packet.size)
            found.update(number for number in numbers if number is not None)
    return [wait_s for number, wait_s in board.sent_before(ends).items() if not found[number]]


def _journals(media: Path) -> list[Path]:
    return list((media / "journal").rglob("*.mkv"))


def _first_of(board: NumberedBoard, connection: int) -> float:
    """0: nothing was sent to it yet."""
    return min((at_s for at_s, number in list(board.sent.values()) if number == connection), default=0.0)


def wait_for(holds: Callable[[], object]) -> None:
    end_s = time.monotonic() + _PATIENCE_S
    while not holds():
        if time.monotonic() > end_s:
            raise SystemExit("it did not come to that")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
