"""Chaos: kills, a full disk, a broker that restarts, a board that flaps; and what was lost of what it sent.

    python benchmarks/chaos.py                       a quarter of an hour
    python benchmarks/chaos.py --only kills --kills 100
    python benchmarks/chaos.py --only flaps --minutes 30
    python benchmarks/chaos.py --only compressed     kills in events of an RTSP camera

Every picture carries its own number and is kept as it came (`keep_original`), so what was lost and what was
stored twice is counted, not estimated. Prints a Markdown table for docs/design/recording.md. The disk is a
small tmpfs (root).
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from numbered_board import NumberedBoard, number_of
from numbered_camera import SIZE, NumberedCamera
from processes import Gcam, wait_for

sys.path.insert(0, str(Path(__file__).parents[1]))
from gcam_addon.model import ClipKind
from gcam_addon.recording.clip_ids import new_clip_id
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile
from tests.support import rtsp_camera
from tests.support.films import film
from tests.support.ports import kept_port

FPS = 15.0
CAMERA = {"recording": {"mode": "continuous", "max_clip_s": 10, "keep_original": True}}
_PARTS = ["kills", "compressed", "disk", "broker", "flaps"]
QUICK_KILLS, QUICK_MINUTES = 30, 3.0
_SEED = 20261128
_A_PICTURE = 10_000
"""Bytes of a journal with its header and at least a key."""

Row = tuple[str, str]


class KilledGcam(Gcam):
    """Started again and again on the same folder."""

    def __init__(self, url: str, folder: Path, camera: dict[str, Any] | None = None, **options: Any) -> None:
        if folder.exists():
            folder.rename(folder.with_name("former"))
        super().__init__([url], folder, camera or CAMERA, {"mqtt": {"mode": "off"}, **options})

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Runs meanwhile, and is killed at the end, be it somebody's Ctrl-C."""
        self.__enter__()
        try:
            yield
        finally:
            assert self._child is not None
            self._child.send_signal(signal.SIGKILL)
            self._child.wait()

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def told(self) -> str:
        """Its last words."""
        return self.log[-3000:]

    def rss_mb(self) -> float:
        return self.memory_mb()[0]

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/task"))  # noqa: PTH208


def stored(media: Path) -> Counter[int]:
    """How often each number is in the kept originals; every video is read to its end."""
    numbers: Counter[int] = Counter()
    for path in sorted((media / "recordings").rglob("*.mkv")):
        with av.open(str(path)) as container:
            found = [number_of(bytes(packet)) for packet in container.demux(video=0) if packet.size]
        numbers.update(number for number in found if number is not None)
    for path in sorted((media / "recordings").rglob("*.mp4")):
        with av.open(str(path)) as container:
            assert sum(1 for _ in container.decode(video=0)), f"{path} can't be read"
    return numbers


def unfinished(media: Path) -> list[Path]:
    return [path for path in (media / "journal").iterdir() if path.suffix == ".mkv"]


def _journals(media: Path) -> list[Path]:
    return unfinished(media) if (media / "journal").exists() else []


def _written(media: Path) -> set[Path]:
    """Journals that hold pictures: of one that is only begun, nothing can be missing at its end."""
    return {path for path in _journals(media) if path.stat().st_size > _A_PICTURE}


def finish(gcam: KilledGcam) -> None:
    """Started once more, until there is nothing left of what the kills left."""
    left = set(_journals(gcam.data_dir))
    with gcam:
        wait_for(lambda: not left & set(_journals(gcam.data_dir)), gcam.told)


def kills(times: int, folder: Path) -> Iterator[Row]:
    rng = random.Random(_SEED)
    ended: list[tuple[float, int]] = []
    with NumberedBoard(FPS) as board:
        gcam = KilledGcam(board.url, folder / "data")
        for _ in range(times):
            before = board.connections
            with gcam.killed():
                wait_for(lambda before=before: board.connections > before, gcam.told)
                time.sleep(rng.uniform(0.0, 5.0))
                ended.append((time.monotonic(), board.connections))
            board.drop()
        finish(gcam)
        sent = board.sent_before(ended)
    found = stored(folder / "data")
    lost_s = [before_kill_s for number, before_kill_s in sent.items() if not found[number]]
    yield "`kill -9` at random moments", str(times)
    twice = sum(count > 1 for count in found.values())
    yield "pictures sent, lost, stored twice", f"{len(sent)}, {len(lost_s)}, {twice}"
    yield "lost pictures were sent before the kill, at most", f"{max(lost_s, default=0.0):.2f} s"


EVENTS = {"detection": {"warmup_s": 1.0}, "recording": {"max_clip_s": 10}}


def compressed(times: int, folder: Path) -> Iterator[Row]:
    """Kills while an event of a camera of H.264 is recorded: what is missing at the end, and in between."""
    rng = random.Random(_SEED)
    ended: list[tuple[float, int]] = []
    with NumberedCamera() as numbered:
        camera = numbered.camera
        gcam = KilledGcam(camera.url, folder / "data", EVENTS)
        for _ in range(times):
            before = set(_journals(folder / "data"))
            with gcam.killed():
                wait_for(lambda before=before: _written(folder / "data") - before, gcam.told)
                time.sleep(rng.uniform(1.0, 4.0))
                ended.append((time.monotonic(), camera.connections))
        finish(gcam)
        sent = dict(camera.sent)
    found = _copied(folder / "data")
    at_end_s = [_missing_s(kill, sent, found) for kill in ended]
    gaps = sum(_gap(kill, sent, found) for kill in ended)
    yield "`kill -9` in events of a camera of H.264", str(times)
    yield (
        "missing at the end, by when it was sent: middle, most",
        (f"{statistics.median(at_end_s):.2f}, {max(at_end_s):.2f} s"),
    )
    yield "pictures lost in between, stored twice", f"{gaps}, {sum(n > 1 for n in found.values())}"
    yield from _flushing(folder)


def _copied(media: Path) -> Counter[int]:
    numbers: Counter[int] = Counter()
    for path in sorted((media / "recordings").rglob("*.mp4")):
        with av.open(str(path)) as container:
            found = (
                rtsp_camera.number_of(bytes(packet)) for packet in container.demux(video=0) if packet.size
            )
            numbers.update(number for number in found if number is not None)
    return numbers


def _of(kill: tuple[float, int], sent: dict[int, rtsp_camera.Sent]) -> list[int]:
    at_s, connection = kill
    return [number for number, one in sent.items() if one.connection == connection and one.at_s <= at_s]


def _missing_s(kill: tuple[float, int], sent: dict[int, rtsp_camera.Sent], found: Counter[int]) -> float:
    """How long before the kill the last picture was sent that is kept."""
    kept = [number for number in _of(kill, sent) if found[number]]
    return kill[0] - sent[max(kept)].at_s if kept else float("inf")


def _gap(kill: tuple[float, int], sent: dict[int, rtsp_camera.Sent], found: Counter[int]) -> int:
    kept = [number for number in _of(kill, sent) if found[number]]
    return max(kept) - min(kept) + 1 - len(kept) if kept else 0


def _flushing(folder: Path) -> Iterator[Row]:
    """What it costs that every unit is written as it comes, and lasts after a second."""
    units = film(n=150, gop=15, sound=True, size=SIZE)
    facts = ClipFacts(new_clip_id("cam0", 0.0), "cam0", "Cam", ClipKind.MOTION, 0.0)
    journal = JournalFile(folder, facts, units[0].tracks)
    writes_s, syncs_s = [], []
    for number, unit in enumerate(units):
        began_s = time.process_time()
        journal.append(unit)
        writes_s.append(time.process_time() - began_s)
        if number % 30 == 0:
            began_s, used_s = time.monotonic(), time.process_time()
            journal.sync()
            syncs_s.append((time.monotonic() - began_s, time.process_time() - used_s))
    journal.close()
    waited, used = (1000 * statistics.median(values) for values in zip(*syncs_s, strict=True))
    yield "writing a unit into the journal, CPU", f"{1000 * statistics.mean(writes_s):.3f} ms"
    yield (
        "making a second of it last (fsync, a thread of its own): CPU, waiting",
        f"{used:.2f}, {waited:.1f} ms",
    )


@contextmanager
def small_disk(at: Path, megabytes: int) -> Iterator[Path]:
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)


def full_disk(rounds: int, folder: Path) -> Iterator[Row]:
    """Filled by somebody else, and freed."""
    stopped = 0
    with small_disk(folder / "media", 64) as media, NumberedBoard(FPS) as board:
        options = {"media_dir": str(media), "retention": {"min_free_bytes": 4_000_000}}
        with KilledGcam(board.url, folder / "data", **options) as gcam:

            def state() -> dict[str, Any]:
                return dict(gcam.get("/api/v1/cameras/cam0")["state"])

            wait_for(lambda: gcam.url and state()["recording"], gcam.told)
            for _ in range(rounds):
                ballast = media / "ballast"
                ballast.write_bytes(bytes(max(0, free_bytes(media) - 1_000_000)))
                wait_for(lambda: state()["no_recording_code"] == "storage_full", gcam.told)
                stopped += 1
                ballast.unlink()
                wait_for(lambda: state()["recording"] and not state()["no_recording_code"], gcam.told)
                time.sleep(3)
        readable = stored(media)
    yield "disk filled and freed", f"{rounds} times: told {stopped} times, recording again each time"
    yield "pictures stored twice across a full disk", str(sum(n > 1 for n in readable.values()))


def free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def flaps(minutes: float, folder: Path) -> Iterator[Row]:
    """A board that resets every few seconds, for the equivalent of a day: what a day costs is what grows."""
    rng = random.Random(_SEED)
    marks: list[tuple[float, int, int]] = []
    with NumberedBoard(FPS) as board:
        options = {"retention": {"max_bytes": 50_000_000}}
        with KilledGcam(board.url, folder / "data", **options) as gcam:
            wait_for(lambda: board.sent, gcam.told)
            began_s = time.monotonic()
            end_s = began_s + minutes * 60
            next_mark_s = began_s + minutes * 60 / 24  # the first of 24 hours
            while time.monotonic() < end_s:
                time.sleep(rng.uniform(1.0, 6.0))
                board.drop()
                if time.monotonic() >= next_mark_s:
                    marks.append((gcam.rss_mb(), gcam.descriptors(), gcam.threads()))
                    next_mark_s += minutes * 60 / 24
        connections = board.connections
    (first, *_), last = marks, marks[-1]
    yield "resets of a board", f"{connections} in {minutes:.0f} minutes"
    yield (
        "memory after hour 1 and 24 (compressed)",
        f"{first[0]:.0f} and {last[0]:.0f} MB ({last[0] / first[0] - 1:+.1%})",
    )
    yield "descriptors, threads after hour 1 and 24", f"{first[1]} and {last[1]}, {first[2]} and {last[2]}"


def broker(restarts: int, folder: Path) -> Iterator[Row]:
    """Killed and started again at the same place."""
    program = next(
        (path for path in ("/usr/sbin/mosquitto", "/usr/bin/mosquitto") if Path(path).exists()), None
    )
    if program is None:
        yield "broker killed and started again", "no mosquitto here"
        return
    with NumberedBoard(FPS) as board, kept_port() as port:
        settings = folder / "mosquitto.conf"
        settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [program, "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )

        running = start()
        mqtt = {"mode": "broker", "host": "127.0.0.1", "port": port}
        with KilledGcam(board.url, folder / "data", mqtt=mqtt) as gcam:
            wait_for(lambda: board.sent, gcam.told)
            began = len(board.sent)
            for _ in range(restarts):
                lines = gcam.log.count("connected to the MQTT broker")
                running.kill()
                running.wait()
                time.sleep(1)
                running = start()
                wait_for(
                    lambda lines=lines: gcam.log.count("connected to the MQTT broker") > lines, gcam.told
                )
            sent = len(board.sent) - began
        running.kill()
        running.wait()
        found = stored(folder / "data")
    gone = sum(1 for number in range(began, began + sent) if not found[number])
    yield "broker killed and started again", f"{restarts} times; {gone} of {sent} pictures lost meanwhile"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", choices=_PARTS, help="one of them")
    parser.add_argument("--kills", type=int, default=QUICK_KILLS, help=f"how many (default {QUICK_KILLS})")
    parser.add_argument(
        "--minutes",
        type=float,
        default=QUICK_MINUTES,
        help=f"a day takes so long (default {QUICK_MINUTES:.0f})",
    )
    args = parser.parse_args()
    parts: dict[str, Callable[[Path], Iterator[Row]]] = {
        "kills": lambda folder: kills(args.kills, folder),
        "compressed": lambda folder: compressed(args.kills, folder),
        "disk": lambda folder: full_disk(5, folder),
        "broker": lambda folder: broker(5, folder),
        "flaps": lambda folder: flaps(args.minutes, folder),
    }
    print("| what | result |\n|---|---|")
    for name, part in parts.items():
        if args.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="gcam-chaos-") as folder:
                for what, result in part(Path(folder)):
                    print(f"| {what} | {result} |")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
