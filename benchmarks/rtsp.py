"""What an RTSP camera of H.264 costs: 720p at 15 pictures a second, beside FFmpeg and Motion in one run.

    python benchmarks/rtsp.py [--cameras 4] [--rounds 4] [--only quiet|moving|held] [--held 16]

`quiet`, `moving`: CPU per camera and second of Gcam, of FFmpeg that only copies, and of Motion that copies
(`movie_passthrough`), all three at the same cameras at the same time, read in the same windows. `held`:
cameras that are detected and recorded, and what was lost of what they sent, by the numbers that their
pictures carry.
What serves them is a process of its own, and not counted. Results: docs/design/streams.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import av
from cost import disable
from processes import TICKS, Copies, Gcam, Motion, Process
from rtsp_cameras import FPS, SIZE, RtspCameras, rtsp_cameras

from tests.support.rtsp_camera import number_of

_OFF = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
_QUIET, _MOVING = "garden-empty", "garden-wind-person"
_WINDOW_S, _SETTLE_S = 20.0, 15.0  # a window is as long as the film
_ALWAYS = {"recording": {"mode": "continuous", "max_clip_s": 60}}
_PASSED_ON = ("movie_passthrough on", "netcam_params rtsp_transport=tcp")

_Kind = tuple[str, str, dict[str, Any], bool]
_KINDS: dict[str, _Kind] = {
    "quiet": ("detected, nothing moves", _QUIET, {}, False),
    "moving": ("detected and recorded, something moves", _MOVING, _ALWAYS, True),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=4, help="windows of 20 s each")
    parser.add_argument("--only", choices=(*_KINDS, "held"))
    parser.add_argument("--held", type=int, default=16, help="how many cameras are to be held")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long they are")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gcam-rtsp-") as name:
        kinds = [kind for key, kind in _KINDS.items() if args.only in (None, key)]
        if kinds:
            _costs(Path(name), kinds, args.cameras, args.rounds)
        if args.only in (None, "held"):
            _held(Path(name) / "held", args.held, args.seconds)


def _costs(folder: Path, kinds: Sequence[_Kind], count: int, rounds: int) -> None:
    print(
        f"\n| CPU ms per camera and second, {count} cameras | Gcam | FFmpeg copies | Motion | Gcam : Motion |"
    )
    print("|---|---|---|---|---|")
    for name, scene, camera, records in kinds:
        with ExitStack() as stack:
            urls = stack.enter_context(rtsp_cameras(scene, count)).urls
            here = folder / scene
            gcam = stack.enter_context(Gcam(urls, here / "gcam", camera, _OFF))
            copies = stack.enter_context(Copies(urls, here / "copies"))
            more = (*_PASSED_ON, f"emulate_motion {'on' if records else 'off'}")
            motion = stack.enter_context(
                Motion(urls, here / "motion", FPS, movies=True, size=SIZE, more=more)
            )
            gcam.wait(count)
            time.sleep(_SETTLE_S)
            windows = [_window((gcam, copies, motion), count) for _ in range(rounds)]
            shares = gcam.cpu_by_thread_s()
        _row(name, windows)
        whole_s = sum(shares.values())
        print(
            "|  of Gcam's: " + ", ".join(f"{kind} {s / whole_s:.0%}" for kind, s in shares.items()) + " |||||"
        )


def _window(processes: Sequence[Process], count: int) -> tuple[float, ...]:
    begun_s, before = time.monotonic(), [process.cpu_s() for process in processes]
    time.sleep(_WINDOW_S)
    used = [process.cpu_s() - s for process, s in zip(processes, before, strict=True)]
    return tuple(1000 * used_s / count / (time.monotonic() - begun_s) for used_s in used)


def _row(name: str, windows: list[tuple[float, ...]]) -> None:
    cells = [f"{statistics.median(one):.1f}" for one in zip(*windows, strict=True)]
    ratios = [gcam / motion for gcam, _, motion in windows]
    spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    print(f"| {name} | {' | '.join(cells)} | {spread} |", flush=True)


def _held(folder: Path, count: int, seconds: float) -> None:
    with ExitStack() as stack:
        cameras = stack.enter_context(rtsp_cameras(_MOVING, count, sound=True))
        with Gcam(cameras.urls, folder, _ALWAYS, _OFF) as gcam:
            gcam.wait(count)
            time.sleep(_SETTLE_S)
            ours_s, theirs_s, begun_s = gcam.cpu_s(), _cpu_s(cameras), time.monotonic()
            before = gcam.states()
            time.sleep(seconds)
            after = gcam.states()
            lasted_s = time.monotonic() - begun_s
            ours, theirs = gcam.cpu_s() - ours_s, _cpu_s(cameras) - theirs_s
            begun_s = time.monotonic()
            disable(gcam)
            print(f"\nswitched off after {time.monotonic() - begun_s:.1f} s", flush=True)
            while gcam.unfinished():
                time.sleep(0.2)
            recorded = _recorded(folder)
    got = [two["frames"] - one["frames"] for one, two in zip(before, after, strict=True)]
    missing = {camera: _gaps(numbers) for camera, numbers in recorded.items()}
    print(
        f"\n{count} RTSP cameras, {SIZE.width}x{SIZE.height}, {FPS} a second, sound, detected and recorded:"
    )
    print(f"  {min(got) / lasted_s:.2f} to {max(got) / lasted_s:.2f} pictures a second each")
    print(f"  {sum(map(len, recorded.values()))} pictures recorded, lost between: {sum(missing.values())}")
    looked = _looked(before, after, lasted_s)
    print(f"  dropped, as Gcam counts: {_dropped(after)}; looked at: {looked:.1f} a second")
    print(f"  Gcam {ours / lasted_s:.0%} of a core, what serves them {theirs / lasted_s:.0%}", flush=True)


def _recorded(folder: Path) -> dict[str, list[int]]:
    """The numbers of each camera's pictures, in order."""
    found: dict[str, list[int]] = {}
    for path in sorted((folder / "recordings").rglob("*.mp4")):
        with av.open(str(path)) as container:
            numbers = (number_of(bytes(packet)) for packet in container.demux(video=0) if packet.size)
            found.setdefault(path.parent.parent.name, []).extend(n for n in numbers if n is not None)
    return {camera: sorted(set(numbers)) for camera, numbers in found.items()}


def _gaps(numbers: list[int]) -> int:
    return numbers[-1] - numbers[0] + 1 - len(numbers)


def _dropped(states: list[dict[str, Any]]) -> dict[str, int]:
    stages = states[0]["dropped"]
    return {stage: sum(state["dropped"][stage] for state in states) for stage in stages}


def _looked(before: list[dict[str, Any]], after: list[dict[str, Any]], lasted_s: float) -> float:
    pairs = zip(before, after, strict=True)
    return sum(two["analysed"] - one["analysed"] for one, two in pairs) / len(after) / lasted_s


def _cpu_s(cameras: RtspCameras) -> float:
    fields = Path(f"/proc/{cameras.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()
