"""An hour of four cameras on what a Raspberry Pi has: 1 GB, and a quarter of one core of this machine.

    python benchmarks/small_machine.py --pi [--minutes 10]

The hour is compressed: somebody comes as often as in an hour, twelve times to each camera; what lies between
is shorter. Every picture carries its number, so what is lost or stored twice in a recording is counted:
originals are kept for that, and left out of what is told to be written. Once with journals on the disk, once
in memory. Results: docs/design/cost.md.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import av
from cost import disable
from limit import Limit
from numbered_board import NumberedBoard, number_of
from processes import Gcam

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments, adjusted
from gcam_addon.simulator.scenes.named import open_scene
from gcam_addon.simulator.scenes.scene import encode

_MEMORY_BYTES = 1024**3
_CORE_SHARE = 0.25
_VISITS = 12
_VISIT_S = 10.0
_VISITOR_AT_S = 8.0
"""In the scene, somebody is in sight from then on."""
_STILL_S = 4.0
_HOURS = 24
_COLUMNS = (
    "journals", "clips", "received", "recorded", "of these lost", "twice", "dropped", "memory", "held back",
    "page, middle", "most", "last clip after", "written a day", "clips a day",
)  # fmt: skip
_VGA = Size(640, 480)


def measure(cameras: int, fps: float, minutes: float) -> None:
    print(f"{cameras} boards, VGA, {fps:g} fps, 1 GB, a quarter of a core; an hour in {minutes:g} minutes")
    pictures = _pictures(fps, minutes * 60 / _VISITS)
    print(f"| {' | '.join(_COLUMNS)} |\n{'|---' * len(_COLUMNS)}|")
    for where in ("disk", "memory"):
        with tempfile.TemporaryDirectory(prefix="gcam-pi-") as name, ExitStack() as stack:
            boards = [
                stack.enter_context(NumberedBoard(fps, _from(pictures, number, cameras)))
                for number in range(cameras)
            ]
            memory = Path(stack.enter_context(_in_memory())) if where == "memory" else None
            print(_hour(where, boards, Path(name), memory, minutes * 60), flush=True)


def _hour(where: str, boards: list[NumberedBoard], folder: Path, memory: Path | None, seconds: float) -> str:
    camera = {"recording": {"mode": "motion", "keep_original": True}}
    options = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
    if memory is not None:
        options["journal_memory_dir"] = str(memory)
    with Limit(_MEMORY_BYTES, _CORE_SHARE) as limit:
        gcam = Gcam([board.url for board in boards], folder / "data", camera, options, limit.prefix)
        with ExitStack() as stack:
            stack.enter_context(gcam)
            gcam.wait(len(boards))
            answers = stack.enter_context(_asked(gcam))
            before, most = limit.held_back(), 0
            end_s = time.monotonic() + seconds
            while time.monotonic() < end_s:
                most = max(most, limit.own_bytes())
                time.sleep(0.5)
            received = gcam.frames()
            dropped = Counter[str]()
            for state in gcam.states():
                dropped.update(state["dropped"])
            after = limit.held_back()
            disable(gcam)
            late_s = _settled(gcam, memory)
            written = gcam.written_bytes() - _bytes(folder, "*.mkv")
            clips = gcam.get("/api/v1/clips?limit=1000")["clips"]
            killed = limit.ended()
        if killed:
            raise SystemExit("the kernel ended Gcam for want of memory")
    kept = [_kept(folder / "data" / "recordings" / f"Cam {number}") for number in range(len(boards))]
    lost, twice, stored = (sum(values) for values in zip(*map(_counted, kept), strict=True))
    throttled = (after[0] - before[0]) / max(1, after[1] - before[1])
    cells = (
        where, len(clips), received, stored, lost, twice, _told(dropped), f"{most / 1e6:.0f} MB",
        f"{throttled:.0%} of the time",
        f"{sorted(answers)[len(answers) // 2]:.2f} s", f"{max(answers):.2f} s",
        f"{late_s:.0f} s", _daily(written), _daily(_bytes(folder, "*.mp4")),
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def _told(dropped: Counter[str]) -> str:
    """By stage, those in which something was."""
    return ", ".join(f"{name} {count}" for name, count in sorted(dropped.items()) if count) or "0"


def _daily(size_bytes: int) -> str:
    return f"{size_bytes * _HOURS / 1e9:.1f} GB"


def _settled(gcam: Gcam, memory: Path | None) -> float:
    """How long it takes until all recordings have ended and are clips."""
    begun_s = time.monotonic()
    while gcam.unfinished() or (memory is not None and any(memory.glob("*.mkv"))):
        if time.monotonic() - begun_s > 1800:
            raise SystemExit("clips are not finished within half an hour")
        time.sleep(0.5)
    return time.monotonic() - begun_s


def _kept(recordings: Path) -> list[list[int]]:
    """The numbers of the pictures in each clip, in order; each clip's MP4 has as many."""
    clips = []
    for original in sorted(recordings.rglob("*.mkv")):
        with av.open(str(original)) as container:
            found = [number_of(bytes(packet)) for packet in container.demux(video=0) if packet.size]
        with av.open(str(original.with_suffix(".mp4"))) as container:
            shown = sum(1 for packet in container.demux(video=0) if packet.size)
        if None in found or shown != len(found):
            raise SystemExit(f"{original}: {shown} of {len(found)} pictures are in the MP4")
        clips.append([number for number in found if number is not None])
    return clips


def _counted(clips: list[list[int]]) -> tuple[int, int, int]:
    """(missing between the first and last of a clip, stored twice, stored) of one camera."""
    times = Counter(number for clip in clips for number in clip)
    missing = sum(clip[-1] - clip[0] + 1 - len(set(clip)) for clip in clips)
    return missing, sum(count > 1 for count in times.values()), sum(len(clip) for clip in clips)


@contextmanager
def _asked(gcam: Gcam) -> Iterator[list[float]]:
    """How long the page and the cameras' states take, asked every five seconds."""
    answers: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(5.0):
            begun_s = time.monotonic()
            gcam.get("/")
            gcam.states()
            answers.append(time.monotonic() - begun_s)

    thread = threading.Thread(target=ask, name="visitor")
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


@contextmanager
def _in_memory() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="gcam-pi-", dir="/dev/shm")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _bytes(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in (folder / "data" / "recordings").rglob(pattern))


def _pictures(fps: float, every_s: float) -> list[bytes]:
    """From one visit to the next: nothing for a while, then somebody for ten seconds."""
    scene, wanted = open_scene("garden-person", seed=1), Adjustments(_VGA)

    def shot(t_s: float) -> bytes:
        return encode(adjusted(scene.render(t_s, _VGA), wanted), wanted.jpeg_quality)

    still = [shot(index / fps) for index in range(round(_STILL_S * fps))]
    visit = [shot(_VISITOR_AT_S + index / fps) for index in range(round(_VISIT_S * fps))]
    quiet = max(0, round(every_s * fps) - len(visit))
    return [still[index % len(still)] for index in range(quiet)] + visit


def _from(pictures: list[bytes], number: int, cameras: int) -> list[bytes]:
    """The same day for each camera, at another moment."""
    begin = number * len(pictures) // cameras
    return pictures[begin:] + pictures[:begin]
