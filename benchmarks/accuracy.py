"""How well the detectors tell events from everything else: `python benchmarks/accuracy.py`.

Every detector sees the same pictures through the same processor with the same settings for all files:
labelled footage (GCAM_FOOTAGE, or ../shared/data/footage; left out where missing), the same made like an
ESP32-CAM's (VGA and QVGA, 5 to 10 pictures a second, sensor noise, JPEG quality 65: synthetic therefore),
and the simulator's scenes. `gcam` events end with the last moving picture, so nothing is cut off before
scoring; of programs that end events later, their event gap is cut.

Scores, on events merged over gaps under a second: recall (labels that some event overlaps), precision
(events that overlap a label), F1 of both; F1 (IoU) counts only pairs with at least 0.3 of intersection over
union in time; false seconds per minute of quiet pictures (0.5 s before to 1.5 s after a label left out).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from gcam_addon.analysis.analyser import Analyser
from gcam_addon.assembly import build_processor
from gcam_addon.config.model import Camera, DetectionSettings, DetectorName, SourceSettings
from gcam_addon.model import EncodedFrame, Size
from gcam_addon.simulator.scenes import SCENES, open_scene
from gcam_addon.sources.replay import read_frames

EVENT_GAP_S = 1.0
IOU = 0.3
MOTION_451 = ("Motion 4.5.1, real time over HTTP", 0.86, 1.00, 0.92, 0.60, 17.7, 0.1)
"""Measured once on the footage: threshold scaled to the size, event gap 1 s, cut by 1 s before scoring."""

Span = tuple[float, float]
"""First and last picture, by number."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What happens in one item. Spans are picture numbers, inclusive."""

    fps: float
    evaluated: Span
    events: tuple[Span, ...]
    dont_care: tuple[Span, ...] = ()
    quiet_too: tuple[Span, ...] = ()


@dataclass(slots=True)
class Score:
    """Counts over one item or many."""

    labels: int = 0
    hit: int = 0
    found: int = 0
    good: int = 0
    matched: int = 0
    quiet_s: float = 0.0
    false_s: float = 0.0
    delays_s: list[float] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.labels += other.labels
        self.hit += other.hit
        self.found += other.found
        self.good += other.good
        self.matched += other.matched
        self.quiet_s += other.quiet_s
        self.false_s += other.false_s
        self.delays_s += other.delays_s

    @property
    def recall(self) -> float:
        return self.hit / max(1, self.labels)

    @property
    def precision(self) -> float:
        return self.good / max(1, self.found)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    @property
    def f1_iou(self) -> float:
        return 2 * self.matched / max(1, self.labels + self.found)

    @property
    def false_per_minute(self) -> float:
        return 60 * self.false_s / max(1e-9, self.quiet_s)

    @property
    def delay_s(self) -> float:
        return statistics.median_high(self.delays_s) if self.delays_s else 0.0


def score(labels: Labels, events: Sequence[Span], tail_s: float = 0.0) -> Score:
    """`tail_s`: by how much the program is known to end its events late."""
    fps, (begin, end) = labels.fps, labels.evaluated
    cut = [(a, max(a, b - int(tail_s * fps))) for a, b in events]
    found = _merged([(a, b) for a, b in cut if b >= begin - fps and a <= end], fps)
    wanted = _merged(labels.events, fps)
    allowed = [*wanted, *labels.dont_care]
    result = Score(labels=len(wanted), found=len(found))
    result.good = sum(any(_overlap(event, label) > 0 for label in allowed) for event in found)
    for label in wanted:
        hits = [event for event in found if _overlap(label, event) > 0]
        result.hit += bool(hits)
        result.matched += any(_overlap(label, event) / _union(label, event) >= IOU for event in hits)
        if hits:
            result.delays_s.append(max(0.0, min(a for a, _ in hits) - label[0]) / fps)
    quiet = set(range(int(begin), int(end) + 1))
    for a, b in allowed:
        quiet -= set(range(int(a - fps * 0.5), int(b + fps * 1.5) + 1))
    for a, b in labels.quiet_too:
        quiet |= set(range(int(a), int(b) + 1))
    result.quiet_s = len(quiet) / fps
    result.false_s = len(quiet & {i for a, b in cut for i in range(int(a), int(b) + 1)}) / fps
    return result


def _merged(spans: Iterable[Span], gap: float) -> list[Span]:
    merged: list[Span] = []
    for a, b in sorted(spans):
        if merged and a - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _overlap(a: Span, b: Span) -> float:
    return min(a[1], b[1]) - max(a[0], b[0]) + 1


def _union(a: Span, b: Span) -> float:
    return max(a[1], b[1]) - min(a[0], b[0]) + 1


@dataclass(frozen=True, slots=True)
class Camera32:
    """What an ESP32-CAM would have made of footage."""

    name: str
    size: Size
    fps: float
    noise: float


AS_IT_IS = None
VARIANTS = (
    AS_IT_IS,
    Camera32("VGA, 10 fps", Size(640, 480), 10, 3.0),
    Camera32("QVGA, 8 fps", Size(320, 240), 8, 4.0),
    Camera32("QVGA, 5 fps", Size(320, 240), 5, 3.0),
)
_QUALITY = 65

Numbered = Iterator[tuple[int, EncodedFrame]]


def footage_dir() -> Path:
    """Where the labelled footage lies, or would."""
    beside = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "footage"
    return Path(os.environ.get("GCAM_FOOTAGE") or beside)


def read_labels(folder: Path) -> dict[str, tuple[Path, Labels]]:
    """Name -> file and labels."""
    table: dict[str, Any] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    return {
        name: (
            folder / item["file"],
            Labels(
                fps=item["fps"],
                evaluated=tuple(item["eval"]),
                events=tuple(map(tuple, item["events"])),
                dont_care=tuple(map(tuple, item.get("dontcare") or ())),
                quiet_too=tuple(map(tuple, item.get("negative") or ())),
            ),
        )
        for name, item in table.items()
    }


def pictures(path: Path, fps: float, variant: Camera32 | None) -> Numbered:
    """The file's pictures by number, `fps` a second, as `variant` would have sent them."""
    frames = enumerate(read_frames(path, fps))
    return frames if variant is None else _remade(frames, fps, variant)


def _remade(frames: Numbered, fps: float, variant: Camera32) -> Numbered:
    noise = np.random.default_rng(1)
    last_slot = -1
    for index, frame in frames:
        slot = int(index * min(1.0, variant.fps / fps) + 1e-6)
        if slot == last_slot:
            continue
        last_slot = slot
        picture = cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        size = (variant.size.width, variant.size.height)
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        grain = noise.normal(0.0, variant.noise, (*picture.shape[:2], 1))
        noisy = np.clip(picture + grain, 0, 255).astype(np.uint8)
        jpeg = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
        yield index, EncodedFrame(jpeg, frame.pts_s, frame.received_at, variant.size)


def scene_pictures(name: str, size: Size, fps: float) -> tuple[Labels, Numbered]:
    """A procedural scene and its truth."""
    scene = open_scene(name)
    count = int(scene.duration_s * fps)
    events = tuple((int(a * fps), int(b * fps)) for a, b, _ in scene.truth)
    frames = (
        (index, EncodedFrame(scene.jpeg(index / fps, size, _QUALITY), index / fps, index / fps, size))
        for index in range(count)
    )
    return Labels(fps, (0, count - 1), events), frames


def find_events(
    detectors: Sequence[DetectorName], frames: Numbered, sensitivity: int = 50
) -> dict[DetectorName, list[Span]]:
    """Every detector over the same pictures."""
    analysers = {name: Analyser(build_processor(_camera(name, sensitivity))) for name in detectors}
    spans: dict[DetectorName, list[Span]] = {name: [] for name in detectors}
    for index, frame in frames:
        for name, analyser in analysers.items():
            _, events = analyser.feed(index, frame)
            spans[name] += [(event.start_index, event.end_index) for event in events]
    for name, analyser in analysers.items():
        spans[name] += [(event.start_index, event.end_index) for event in analyser.finish()]
    return spans


def _camera(name: DetectorName, sensitivity: int) -> Camera:
    detection = DetectionSettings(detector=name, sensitivity=sensitivity, event_gap_s=EVENT_GAP_S)
    return Camera(id="bench", name="bench", source=SourceSettings(url="bench"), detection=detection)


class Table:
    """Scores by group and detector, printed beside each other."""

    def __init__(self, detectors: Sequence[DetectorName], *, details: bool) -> None:
        self._detectors = detectors
        self._details = details
        self._total = {name: Score() for name in detectors}

    def add(self, item: str, labels: Labels, spans: dict[DetectorName, list[Span]]) -> None:
        for name in self._detectors:
            one = score(labels, spans[name])
            self._total[name].add(one)
            if self._details:
                tqdm.write(
                    f"    {item:30s} {name.value:10s} hit {one.hit}/{one.labels} good {one.good}/{one.found}"
                    f" matched {one.matched} false {one.false_s:.1f} of {one.quiet_s:.1f} s"
                )

    def show(self, title: str, *, with_motion: bool = False) -> None:
        print(f"\n{title}")
        print(f"  {'':34s} recall  precision    F1  F1 (IoU)  false s/min  delay s")
        for name in self._detectors:
            total = self._total[name]
            _row(
                name.value,
                total.recall,
                total.precision,
                total.f1,
                total.f1_iou,
                total.false_per_minute,
                total.delay_s,
            )
        if with_motion:
            _row(*MOTION_451)


def _row(
    name: str, recall: float, precision: float, f1: float, f1_iou: float, false: float, delay: float
) -> None:
    print(
        f"  {name:34s} {recall:6.2f}  {precision:9.2f}  {f1:4.2f}  {f1_iou:8.2f}  {false:11.1f}  {delay:7.2f}"
    )


def main() -> int:
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--detector", nargs="*", choices=[name.value for name in DetectorName])
    parser.add_argument("--footage", type=Path, default=footage_dir())
    parser.add_argument("--only", nargs="*", help="names of footage or scenes")
    parser.add_argument("--sensitivity", type=int, default=50)
    parser.add_argument("--details", action="store_true", help="a line per item")
    args = parser.parse_args()
    detectors = [DetectorName(name) for name in args.detector or list(DetectorName)]
    if (args.footage / "labels.json").is_file():
        _run_footage(args, detectors)
    else:
        print(f"No labelled footage in {args.footage}: only the scenes are run.")
    _run_scenes(args, detectors)
    return 0


def _run_footage(args: argparse.Namespace, detectors: Sequence[DetectorName]) -> None:
    chosen = {
        name: item for name, item in read_labels(args.footage).items() if not args.only or name in args.only
    }
    for variant in VARIANTS if chosen else ():
        title = "Labelled footage, as it is" if variant is None else f"The same as an ESP32's: {variant.name}"
        table = Table(detectors, details=args.details)
        for name, (path, labels) in tqdm(chosen.items(), desc=title, leave=False, disable=None):
            frames = pictures(path, labels.fps, variant)
            table.add(name, labels, find_events(detectors, frames, args.sensitivity))
        table.show(title, with_motion=variant is None and not args.only)


def _run_scenes(args: argparse.Namespace, detectors: Sequence[DetectorName]) -> None:
    quiet, busy = (Table(detectors, details=args.details) for _ in range(2))
    names = [name for name in SCENES if not args.only or name in args.only]
    for name in tqdm(names, desc="Procedural scenes", leave=False, disable=None):
        for size, fps in ((Size(320, 240), 5.0), (Size(640, 480), 10.0)):
            labels, frames = scene_pictures(name, size, fps)
            spans = find_events(detectors, frames, args.sensitivity)
            (busy if labels.events else quiet).add(f"{name} {size.width} {fps:g} fps", labels, spans)
    if names:
        busy.show("Procedural scenes with actors (synthetic)")
        quiet.show("Procedural scenes in which nothing moves (synthetic)")


if __name__ == "__main__":
    sys.exit(main())
