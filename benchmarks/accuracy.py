"""How well the detectors tell events from everything else: `python benchmarks/accuracy.py`.

Every detector sees the same pictures through the same processor with the same settings for all files:
labelled footage (GCAM_FOOTAGE, or ../shared/data/footage; left out where missing) and the simulator's
scenes (QVGA, 10 pictures a second); with --variants also the footage made like an ESP32-CAM's (VGA and QVGA,
5 to 10 pictures a second, sensor noise, JPEG quality 65: synthetic therefore) and the scenes at QVGA, 5, and
VGA, 10 pictures a second. `gcam` events end with the last moving picture, so nothing is cut off before
scoring; of programs that end events later, their event gap is cut.

Four options take the place of all that, and look at the footage alone. --named: what the events are called
(benchmarks/naming.py), at 5 looks a second or as many as told. The others look as at a camera: after 10 s of
calm twice a second (pipeline/waiting.py), else as often as told. --looks N [N ...]: so often; --perturbed: at
other footage made of it (mirrored, darker, noisier, smaller, begun later, ...), 5 times a second; --halves
tries sensitivities on one half of the clips, takes the best and measures it on the other half, for many
halves.

Nothing is reported during the warm-up (3 s by default, --warmup-s): in footage whose first label begins
earlier, that time is lost. A delay is that of the event's own beginning, which is set back to the first
picture that moved or seemed to; the report leaves once a second one confirms it.

Scores, on events merged over gaps under a second: recall (labels that some event overlaps), precision
(events that overlap a label), F1 of both; F1 (IoU) counts only pairs with at least 0.3 of intersection over
union in time; false seconds per minute of quiet pictures (0.5 s before to 1.5 s after a label left out).
Below, labelled seconds that no event covers, by what was decided on them: too small, usual there, quiet; and
where recall and false seconds are lost, by the size of what moves, by light and by weather.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from benchmarks.circumstances import Circumstances, of_footage, of_scene
from benchmarks.halves import Halves, split
from benchmarks.kinds import things_of
from benchmarks.naming import Naming, name_events, name_nothing, show_events, show_naming
from benchmarks.perturbed import DEFAULT_LOOKS, PERTURBATIONS, Numbered, Perturbation, perturbed
from benchmarks.scoring import Labels, Score, Span, begun_later, lost_s, merged, overlap, score, total_of
from gcam_addon.analysis.analyser import Analyser
from gcam_addon.assembly import build_classifier, build_processor
from gcam_addon.config.model import Camera, DetectionSettings, DetectorName, SourceSettings
from gcam_addon.interfaces import Classifier
from gcam_addon.model import Cause, MotionStarted, Size, Unit, jpeg_unit
from gcam_addon.pipeline.handoff import Pace
from gcam_addon.pipeline.lull import LONG_S, Lull
from gcam_addon.pipeline.waiting import Waiting
from gcam_addon.simulator.scenes import SCENES, open_scene
from gcam_addon.sources.replay import read_frames

SETTINGS = DetectionSettings(event_gap_s=1.0)
"""The defaults, but for the gap that the scoring merges over."""
TRIED = (35, 42, 50, 58, 65)
"""Sensitivities that `--halves` chooses from."""
MOTION_451 = ("Motion 4.5.1, real time over HTTP", 0.86, 1.00, 0.92, 0.60, 17.7, 0.1)
"""Measured once on the footage: threshold scaled to the size, event gap 1 s, cut by 1 s before scoring."""


@dataclass(frozen=True, slots=True)
class Camera32:
    """What an ESP32-CAM would have made of footage."""

    name: str
    size: Size
    fps: float
    noise: float


VARIANTS = (
    Camera32("VGA, 10 fps", Size(640, 480), 10, 3.0),
    Camera32("QVGA, 8 fps", Size(320, 240), 8, 4.0),
    Camera32("QVGA, 5 fps", Size(320, 240), 5, 3.0),
)
_QUALITY = 65

BASE_SCENE = (Size(320, 240), 10.0)
MORE_SCENES = ((Size(320, 240), 5.0), (Size(640, 480), 10.0))


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
                about=of_footage(name, item),
                things=things_of(name, item),
            ),
        )
        for name, item in table.items()
    }


def pictures(path: Path, fps: float, variant: Camera32 | None) -> Numbered:
    """The file's pictures by number, `fps` a second, as `variant` would have sent them."""
    frames = enumerate(read_frames(path, fps))
    return frames if variant is None else _remade(frames, fps, variant)


def thinned(path: Path, fps: float, to_fps: float) -> Numbered:
    """About `to_fps` of the file's `fps` pictures a second, by their numbers in the file."""
    every = max(1, round(fps / to_fps))
    return zip(count(step=every), read_frames(path, fps, every=every), strict=False)


def _remade(frames: Numbered, fps: float, variant: Camera32) -> Numbered:
    noise = np.random.default_rng(1)
    last_slot = -1
    for index, frame in frames:
        slot = int(index * min(1.0, variant.fps / fps) + 1e-6)
        if slot == last_slot:
            continue
        last_slot = slot
        picture = cv2.imdecode(np.frombuffer(frame.data, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        size = (variant.size.width, variant.size.height)
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        grain = noise.normal(0.0, variant.noise, (*picture.shape[:2], 1))
        noisy = np.clip(picture + grain, 0, 255).astype(np.uint8)
        jpeg = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
        yield index, jpeg_unit(jpeg, frame.pts_s, frame.received_at, variant.size)


def scene_pictures(name: str, size: Size, fps: float) -> tuple[Labels, Numbered]:
    """A procedural scene and its truth."""
    scene = open_scene(name)
    total = int(scene.duration_s * fps)
    events = tuple((int(a * fps), int(b * fps)) for a, b, _ in scene.truth)
    frames = (
        (index, jpeg_unit(scene.jpeg(index / fps, size, _QUALITY), index / fps, index / fps, size))
        for index in range(total)
    )
    return Labels(fps, (0, total - 1), events, about=of_scene(name, scene.script)), frames


@dataclass(slots=True)
class Lulled:
    """Events where pictures are put aside after a lull. `told`: for each the picture that came when it was
    told of; `looks`: how many were looked at.
    """

    spans: list[Span] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    looks: int = 0

    def told_after_s(self, labels: Labels) -> list[float]:
        """From the beginning of a label until its first event is told of."""
        waits = []
        for label in merged(labels.events, labels.fps):
            events = zip(self.told, self.spans, strict=True)
            told = [at for at, span in events if overlap(span, label) > 0]
            waits += [max(0.0, told[0] - label[0]) / labels.fps] if told else []
        return waits


def find_events_after_lulls(
    frames: Numbered,
    lull_s: float = LONG_S,
    *,
    paced: bool = True,
    detector: DetectorName = DetectorName.ADAPTIVE,
    settings: DetectionSettings = SETTINGS,
) -> Lulled:
    """`paced`: all pictures are due, as those of a board that is asked for few; else as many as of a board
    that sends all it has.
    """
    processor = build_processor(_camera(detector, settings))
    waiting, lull, pace = Waiting(), Lull(lull_s), Pace()
    numbers: dict[float, int] = {}
    found = Lulled()
    begun, active = 0.0, False
    for index, unit in frames:
        numbers[unit.pts_s] = index
        is_due = pace.take(unit.pts_s, settings.active_fps if active else settings.idle_fps) or paced
        waiting.put(unit, is_due=is_due, keys_suffice=False, may_wait=lull.is_long(unit.pts_s))
        for due in waiting.take():
            analyses = processor.process(due.unit, aside=due.aside)
            lull.see(analyses)
            found.looks += len(analyses)
            if analyses[-1].active and not active:
                pace.hurry(unit.pts_s, settings.active_fps)
            active = analyses[-1].active
            for event in (event for analysis in analyses for event in analysis.events):
                if isinstance(event, MotionStarted):
                    begun = event.pts_s
                    found.told.append(index)
                else:
                    found.spans.append((numbers[begun], numbers[event.pts_s]))
    found.spans += [(numbers[begun], numbers[event.pts_s]) for event in processor.finish()]
    return found


def find_events(
    detectors: Sequence[DetectorName],
    frames: Numbered,
    settings: DetectionSettings = SETTINGS,
    causes: dict[DetectorName, dict[int, Cause]] | None = None,
) -> dict[DetectorName, list[Span]]:
    """Every detector over the same pictures, otherwise with the same settings. `causes`: filled with what
    each decided on each picture.
    """
    analysers = {name: Analyser(build_processor(_camera(name, settings))) for name in detectors}
    spans: dict[DetectorName, list[Span]] = {name: [] for name in detectors}
    for index, frame in frames:
        for name, analyser in analysers.items():
            for decided, events in analyser.feed(index, frame):
                if causes is not None:
                    causes.setdefault(name, {})[decided.index] = decided.motion.cause
                spans[name] += [(event.start_index, event.end_index) for event in events]
    for name, analyser in analysers.items():
        spans[name] += [(event.start_index, event.end_index) for event in analyser.finish()]
    return spans


def named_in(clip: str, labels: Labels, frames: Numbered, settings: DetectionSettings = SETTINGS) -> Naming:
    """What the default detector's events are called; there is a model."""
    return name_events(
        clip, labels, frames, build_processor(_camera(DetectorName.ADAPTIVE, settings)), classifier()
    )


@cache
def classifier() -> Classifier:
    """One for all, since it is read at first; there is a model."""
    built = build_classifier()
    assert built is not None
    return built


def _camera(name: DetectorName, settings: DetectionSettings) -> Camera:
    detection = replace(settings, detector=name)
    return Camera(id="bench", name="bench", source=SourceSettings(url="bench"), detection=detection)


class Table:
    """Scores of some items by detector, printed beside each other."""

    def __init__(self, title: str, detectors: Sequence[DetectorName]) -> None:
        self._title = title
        self._items: dict[DetectorName, dict[str, Score]] = {name: {} for name in detectors}
        self._lost: dict[tuple[DetectorName, str], Counter[Cause]] = {}
        self._about: dict[str, Circumstances] = {}

    def add(
        self,
        item: str,
        labels: Labels,
        spans: dict[DetectorName, list[Span]],
        causes: dict[DetectorName, dict[int, Cause]] | None = None,
    ) -> None:
        self._about[item] = labels.about
        for name, scores in self._items.items():
            scores[item] = score(labels, spans[name])
            if causes is not None:
                self._lost[name, item] = lost_s(labels, spans[name], causes.get(name, {}))

    def show(self, *, with_motion: bool = False) -> None:
        print(f"\n{self._title}")
        _print_head()
        for name, scores in self._items.items():
            _print_score(name.value, total_of(scores.values()))
        if with_motion:
            _print_row(*MOTION_451)

    def show_quiet(self) -> None:
        """Of items in which nothing happens only what is false counts."""
        print(f"\n{self._title}")
        print(f"  {'':34s} items  false events  false s/min  items with a false event")
        for name, scores in self._items.items():
            total = total_of(scores.values())
            guilty = ", ".join(item for item, one in scores.items() if one.found) or "none"
            counts = f"{len(scores):5d}  {total.found:12d}  {total.false_per_minute:11.1f}"
            print(f"  {name.value:34s} {counts}  {guilty}")

    def show_items(self, names: Iterable[DetectorName]) -> None:
        for name in names:
            print(f"\n  {name.value:34s}   hit   good  matched  false s of quiet  delay s")
            for item, one in self._items[name].items():
                hit, good = f"{one.hit}/{one.labels}", f"{one.good}/{one.found}"
                quiet = f"{one.false_s:.1f} of {one.quiet_s:.1f}"
                delay = f"{one.delay_s:.2f}" if one.hit else "-"
                print(f"    {item:32s} {hit:>5s}  {good:>5s}  {one.matched:7d}  {quiet:>16s}  {delay:>7s}")
            self._show_lost(name)

    def show_causes(self, names: Iterable[DetectorName]) -> None:
        """What is missed and what is false, by circumstances."""
        for name in names:
            print(f"\n  {name.value + ', by cause':34s}  hit  matched  false s of quiet  lost s")
            for (cause, which), items in sorted(self._by_cause().items()):
                total = total_of(self._items[name][item] for item in items)
                hit, quiet = f"{total.hit}/{total.labels}", f"{total.false_s:.1f} of {total.quiet_s:.1f}"
                lost_s = sum(self._lost.get((name, item), Counter()).total() for item in items)
                row = f"{hit:>5s}  {total.matched:7d}  {quiet:>16s}  {lost_s:6.1f}"
                print(f"    {cause + ': ' + which:32s} {row}")

    def _by_cause(self) -> dict[tuple[str, str], list[str]]:
        """(cause, which) -> items."""
        grouped: dict[tuple[str, str], list[str]] = {}
        for item, about in self._about.items():
            for named in about.named():
                grouped.setdefault(named, []).append(item)
        return grouped

    def _show_lost(self, name: DetectorName) -> None:
        """Where labelled time is lost, and to what."""
        for item in self._items[name]:
            lost = self._lost.get((name, item), Counter())
            if lost:
                causes = ", ".join(f"{cause.value} {seconds:g} s" for cause, seconds in lost.most_common())
                print(f"    lost in {item:24s} {causes}")


def _print_head() -> None:
    print(f"  {'':34s} recall  precision    F1  F1 (IoU)  false s/min  delay s")


def _print_score(name: str, total: Score) -> None:
    f1s = total.f1, total.f1_iou
    _print_row(name, total.recall, total.precision, *f1s, total.false_per_minute, total.delay_s)


def _print_halves(halves: Halves) -> None:
    print("\n  F1 (IoU) on halves not chosen on      middle  nine of ten")
    for name, found in (("chosen on the other half", halves.chosen), ("the usual sensitivity", halves.usual)):
        print(f"  {name:36s} {found.middle:7.2f}  {found.low:.2f} to {found.high:.2f}")
    print(
        "  chosen: " + ", ".join(f"{number} {times} times" for number, times in halves.choices.most_common())
    )


def _print_row(
    name: str, recall: float, precision: float, f1: float, f1_iou: float, false: float, delay: float
) -> None:
    print(
        f"  {name:34s} {recall:6.2f}  {precision:9.2f}  {f1:4.2f}  {f1_iou:8.2f}  {false:11.1f}  {delay:7.2f}"
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """One run. `only`: names of items, all where empty. `detailed`: detectors that get a line per item."""

    footage: Path
    detectors: tuple[DetectorName, ...]
    detailed: tuple[DetectorName, ...]
    settings: DetectionSettings
    only: frozenset[str]
    variants: bool
    others: tuple[Perturbation, ...] = ()
    """What is made of the footage in place of the usual tables."""
    halves: bool = False
    named: bool = False

    def run(self) -> None:
        has_footage = (self.footage / "labels.json").is_file()
        if self.named and has_footage:
            self._run_named()
        elif self.others and has_footage:
            self._run_others()
        if self.halves and has_footage:
            self._run_halves()
        if self.others or self.halves or self.named:
            return
        if has_footage:
            self._run_footage()
        else:
            print(f"No labelled footage in {self.footage}: only the scenes are run.")
        self._run_scenes("QVGA, 10 fps", (BASE_SCENE,))
        if self.variants:
            self._run_scenes("QVGA, 5 fps, and VGA, 10 fps", MORE_SCENES)

    def _run_others(self) -> None:
        tables = [Table(f"Footage, {how.name}", self.detectors) for how in self.others]
        for name, (path, labels) in tqdm(self._chosen().items(), desc="Footage", leave=False, disable=None):
            frames = list(pictures(path, labels.fps, None))
            for how, table in zip(self.others, tables, strict=True):
                seen = begun_later(labels, how.start_s, self.settings.warmup_s)
                looked_at = list(perturbed(frames, labels.fps, how))
                table.add(
                    name, seen, {detector: self._live(detector, looked_at) for detector in self.detectors}
                )
        for table in tables:
            table.show()
            table.show_items(self.detailed)

    def _run_named(self) -> None:
        if build_classifier() is None:
            print("The model that names what moves is not there: see `gcam check`.")
            return
        ways = self.others or (Perturbation(f"{DEFAULT_LOOKS:g} looks a second"),)
        totals = [Naming() for _ in ways]
        for name, (path, labels) in tqdm(self._chosen().items(), desc="Named", leave=False, disable=None):
            frames = list(pictures(path, labels.fps, None))
            for how, total in zip(ways, totals, strict=True):
                total.add(named_in(name, labels, perturbed(frames, labels.fps, how), self.settings))
            totals[0].add(name_nothing(labels, frames, classifier()))
        for how, total in zip(ways, totals, strict=True):
            show_naming(f"What moves, {how.name}", total)
            show_events(total.called)

    def _live(self, detector: DetectorName, frames: Iterable[tuple[int, Unit]]) -> list[Span]:
        return find_events_after_lulls(iter(frames), detector=detector, settings=self.settings).spans

    def _run_halves(self) -> None:
        scores: dict[int, dict[str, Score]] = {sensitivity: {} for sensitivity in TRIED}
        at_default = Perturbation("")
        for name, (path, labels) in tqdm(self._chosen().items(), desc="Halves", leave=False, disable=None):
            frames = list(perturbed(pictures(path, labels.fps, None), labels.fps, at_default))
            for sensitivity, by_clip in scores.items():
                settings = replace(self.settings, sensitivity=sensitivity)
                spans = find_events_after_lulls(iter(frames), settings=settings).spans
                by_clip[name] = score(labels, spans)
        print(f"\nSensitivities, adaptive, {DEFAULT_LOOKS:g} looks a second")
        _print_head()
        for sensitivity, by_clip in scores.items():
            _print_score(str(sensitivity), total_of(by_clip.values()))
        _print_halves(split(scores, SETTINGS.sensitivity))

    def _chosen(self) -> dict[str, tuple[Path, Labels]]:
        return {name: item for name, item in read_labels(self.footage).items() if self._wants(name)}

    def _run_footage(self) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        table = self._table_of_footage("Labelled footage, as it is", chosen, None)
        table.show(with_motion=not self.only)
        table.show_items(self.detailed)
        table.show_causes(self.detailed)
        for variant in VARIANTS if self.variants else ():
            table = self._table_of_footage(f"The same as an ESP32's: {variant.name}", chosen, variant)
            table.show()
            table.show_items(self.detailed)
            table.show_causes(self.detailed)

    def _table_of_footage(
        self, title: str, chosen: dict[str, tuple[Path, Labels]], variant: Camera32 | None
    ) -> Table:
        table = Table(title, self.detectors)
        for name, (path, labels) in tqdm(chosen.items(), desc=title, leave=False, disable=None):
            frames = pictures(path, labels.fps, variant)
            causes: dict[DetectorName, dict[int, Cause]] = {}
            table.add(name, labels, find_events(self.detectors, frames, self.settings, causes), causes)
        return table

    def _run_scenes(self, kind: str, sizes: Sequence[tuple[Size, float]]) -> None:
        busy = Table(f"Procedural scenes with actors (synthetic), {kind}", self.detectors)
        quiet = Table(f"Procedural scenes in which nothing moves (synthetic), {kind}", self.detectors)
        names = [name for name in SCENES if self._wants(name)]
        for name in tqdm(names, desc=f"Procedural scenes, {kind}", leave=False, disable=None):
            for size, fps in sizes:
                labels, frames = scene_pictures(name, size, fps)
                causes: dict[DetectorName, dict[int, Cause]] = {}
                spans = find_events(self.detectors, frames, self.settings, causes)
                item = name if len(sizes) == 1 else f"{name} {size.width} {fps:g} fps"
                (busy if labels.events else quiet).add(item, labels, spans, causes)
        if names:
            busy.show()
            busy.show_items(self.detailed)
            busy.show_causes(self.detailed)
            quiet.show_quiet()
            quiet.show_causes(self.detailed)

    def _wants(self, name: str) -> bool:
        return not self.only or name in self.only


def main() -> int:
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--detector", nargs="*", choices=[name.value for name in DetectorName], help="all without it"
    )
    parser.add_argument("--footage", type=Path, default=footage_dir(), help="holds labels.json")
    parser.add_argument("--only", nargs="*", help="names of footage or scenes")
    parser.add_argument("--variants", action="store_true", help="ESP32-like versions too; takes minutes")
    parser.add_argument(
        "--looks", nargs="+", type=float, metavar="N", help="so many a second, the footage only"
    )
    parser.add_argument("--perturbed", action="store_true", help="footage made of the footage; takes minutes")
    parser.add_argument("--halves", action="store_true", help="is what fits one half good for the other?")
    parser.add_argument("--named", action="store_true", help="what is the footage's events called?")
    parser.add_argument("--sensitivity", type=int, default=SETTINGS.sensitivity, help="1 to 100")
    parser.add_argument("--warmup-s", type=float, default=SETTINGS.warmup_s, help="of all detectors alike")
    parser.add_argument("--details", action="store_true", help="a line per item for all detectors")
    args = parser.parse_args()
    detectors = tuple(DetectorName(name) for name in args.detector or list(DetectorName))
    Bench(
        footage=args.footage,
        detectors=detectors,
        detailed=tuple(name for name in detectors if args.details or name is DetectorName.ADAPTIVE),
        settings=replace(SETTINGS, sensitivity=args.sensitivity, warmup_s=args.warmup_s),
        only=frozenset(args.only or ()),
        variants=args.variants,
        others=(
            *(Perturbation(f"{looks:g} looks a second", looks=looks) for looks in args.looks or ()),
            *(PERTURBATIONS if args.perturbed else ()),
        ),
        halves=args.halves,
        named=args.named,
    ).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
