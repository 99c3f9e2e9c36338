"""How well what moves is named: the part of `accuracy` that `--named` asks for.

Every event that detection finds on labelled footage is looked at as at a camera, and what it is called is
held against what moves in it (`kinds`). Events that belong to no label, or for the most part to what nobody
can tell, are left out: whether they should be there is another question. What it costs is counted beside it,
and so is how often a picture in which nothing moves gets a name, were somebody made to look there.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from benchmarks.perturbed import Numbered
from benchmarks.scoring import Labels, Span, overlap
from gcam_addon.analysis.analyser import Analyser, FoundEvent
from gcam_addon.config.model import NamingSettings
from gcam_addon.interfaces import Bgr, Classifier, Look
from gcam_addon.model import Box, Cause, Kind, Motion, Named, Region, Unit, kinds_of
from gcam_addon.picture.pixels import decoded
from gcam_addon.pipeline.namer import seen_by
from gcam_addon.pipeline.naming import MOST_LOOKS, EventNames, places
from gcam_addon.pipeline.processor import Processor

SIZES = (24, 48)
"""Pixels of height of what moves; between them and beyond are told apart."""
_APART_S = 0.6
"""Between looks at a picture in which nothing moves."""
_MADE_TO_LOOK = Motion(moving=True, score=1.0, threshold=0.2, cause=Cause.MOTION, reason="made to look")
_WINDOWS = 2
"""Places in each such row of pictures."""
_STRAYS = 0.02
"""By how much such a place moves from look to look: a share of the picture."""


class Counted:
    """interfaces.Classifier. Another, and how often and for how long it was asked."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.looks = self.crops = 0
        self.spent_s = self.decoding_s = 0.0
        self._last: Bgr | None = None

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        self.looks += picture is not self._last
        self.crops += len(crops)
        self._last = picture
        began_s = time.thread_time()
        seen = self._classifier.classify(picture, crops)
        self.spent_s += time.thread_time() - began_s
        return seen

    def count_decode(self, jpeg: bytes) -> None:
        """How long that takes, to compare with: of every event's picture once."""
        began_s = time.thread_time()
        decoded(jpeg)
        self.decoding_s += time.thread_time() - began_s


@dataclass(frozen=True, slots=True)
class Called:
    """What one event was called. `wanted`: what moves in it, the main thing first; `height_px`: how high what
    moved usually was.
    """

    clip: str
    span: Span
    wanted: tuple[Kind, ...]
    told: tuple[Kind, ...]
    height_px: float

    @property
    def verdict(self) -> str:
        """`another`: something else that moves there, too."""
        named = [kind for kind in self.told if kind is not Kind.UNNAMED]
        if not named:
            return "unnamed"
        if named[0] not in self.wanted:
            return "wrong"
        return "right" if self.wanted[0] in named else "another"

    @property
    def adds_wrong(self) -> bool:
        """Whether something is told beside the main thing that is not there."""
        return self.verdict in {"right", "another"} and not set(self.told) <= set(self.wanted)

    @property
    def size(self) -> str:
        least = max((px for px in SIZES if px <= self.height_px), default=0)
        return f"{least} px and more" if least else f"under {SIZES[0]} px"


@dataclass(slots=True)
class Naming:
    """Of one clip, or of many."""

    called: list[Called] = field(default_factory=list)
    empty: int = 0
    empty_named: int = 0
    looks: int = 0
    crops: int = 0
    spent_s: float = 0.0
    decoding_s: float = 0.0
    events: int = 0

    def add(self, other: Naming) -> None:
        self.called += other.called
        self.empty += other.empty
        self.empty_named += other.empty_named
        self.looks += other.looks
        self.crops += other.crops
        self.spent_s += other.spent_s
        self.decoding_s += other.decoding_s
        self.events += other.events

    def of(self, kind: Kind) -> list[Called]:
        return [one for one in self.called if one.wanted[0] is kind]

    @property
    def decodes_per_event(self) -> float:
        """So many full decodes of a JPEG cost as much as the network does in an event."""
        return self.spent_s / max(1e-9, self.decoding_s)


def name_events(
    clip: str, labels: Labels, frames: Numbered, processor: Processor, classifier: Classifier
) -> Naming:
    """What moves in the footage's events."""
    counted = Counted(classifier)
    analyser = Analyser(processor, counted, NamingSettings())
    heights_px: dict[int, float] = {}
    found: list[FoundEvent] = []
    for index, unit in frames:
        for decided, events in analyser.feed(index, unit):
            if decided.motion.moving and decided.motion.regions:
                heights_px[decided.index] = _height_px(decided.motion, unit)
            found += events
    found += analyser.finish()
    for event in found:
        counted.count_decode(event.jpeg)
    called = [one for event in found if (one := _called(clip, labels, event, heights_px)) is not None]
    spent = counted.looks, counted.crops, counted.spent_s, counted.decoding_s
    return Naming(called, 0, 0, *spent, events=len(found))


def name_nothing(labels: Labels, frames: Iterable[tuple[int, Unit]], classifier: Classifier) -> Naming:
    """Eight looks each at places, small and large, of pictures in which nothing moves."""
    chance = np.random.default_rng(1)
    result = Naming()
    for row in _rows(labels, frames):
        for _ in range(_WINDOWS):
            result.empty += 1
            result.empty_named += _name_at(row, chance, classifier) != (Kind.UNNAMED,)
    return result


def show_naming(title: str, total: Naming) -> None:
    print(f"\n{title}")
    print(f"  {'':34s} events  right  another  wrong  unnamed  and a wrong one beside")
    for kind in (Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL):
        _show_row(kind.value, total.of(kind))
        for size in dict.fromkeys(one.size for one in sorted(total.of(kind), key=lambda one: one.height_px)):
            _show_row(f"  {size}", [one for one in total.of(kind) if one.size == size])
    _show_row("all", total.called)
    if total.empty:
        share = 100 * total.empty_named / total.empty
        print(f"  places where nothing moves: {total.empty_named} of {total.empty} named ({share:.1f} %)")
    each = max(1, total.events)
    print(
        f"  an event: {total.looks / each:.1f} looks, {total.crops / each:.1f} runs of the network, "
        f"which cost as much as {total.decodes_per_event:.0f} full decodes"
    )


def show_events(called: Iterable[Called]) -> None:
    for one in called:
        if one.verdict != "right" or one.adds_wrong:
            told, wanted = (", ".join(kinds) or "nobody looked" for kinds in (one.told, one.wanted))
            place = f"{one.clip} {one.span[0]:.0f} to {one.span[1]:.0f}"
            print(f"    {one.verdict:8s} {place:44s} {one.height_px:4.0f} px  is {wanted}: {told}")


def _show_row(name: str, called: Sequence[Called]) -> None:
    if not called:
        return
    counts = Counter(one.verdict for one in called)
    told = [f"{counts[verdict]:{width}d}" for verdict, width in zip(_VERDICTS, _WIDTHS, strict=True)]
    print(f"  {name:34s} {len(called):6d}  {'  '.join(told)}  {sum(one.adds_wrong for one in called):22d}")


_VERDICTS, _WIDTHS = ("right", "another", "wrong", "unnamed"), (5, 7, 5, 7)


def _called(clip: str, labels: Labels, event: FoundEvent, heights_px: dict[int, float]) -> Called | None:
    span = (event.start_index, event.end_index)
    there = {thing: overlap(span, thing[0]) for thing in labels.things if overlap(span, thing[0]) > 0}
    if not there or _nobody_can_tell(labels, span):
        return None
    kinds = (kind for thing in sorted(there, key=lambda one: -there[one]) for kind in thing[1])
    within = [px for index, px in heights_px.items() if span[0] <= index <= span[1]]
    height_px = statistics.median(within) if within else 0.0
    return Called(clip, span, tuple(dict.fromkeys(kinds)), kinds_of(event.named) or (), height_px)


def _nobody_can_tell(labels: Labels, span: Span) -> bool:
    """Whether most of it is labelled as what counts neither way, and is no event beside."""
    unclear = sum(max(0.0, overlap(span, one)) for one in labels.dont_care)
    clear = sum(max(0.0, overlap(span, one)) for one in labels.events)
    return unclear > clear


def _height_px(motion: Motion, unit: Unit) -> float:
    largest = max(motion.regions, key=lambda region: region.share)
    return largest.height * unit.size.height


def _rows(labels: Labels, frames: Iterable[tuple[int, Unit]]) -> Iterator[list[Unit]]:
    """Pictures in which nothing moves, as many as an event is looked at, that follow each other closely."""
    quiet = labels.quiet()
    row: list[Unit] = []
    last_s = -np.inf
    for index, unit in frames:
        if index not in quiet:
            row = []
        elif unit.pts_s >= last_s + _APART_S:
            row.append(unit)
            last_s = unit.pts_s
        if len(row) == MOST_LOOKS:
            yield row
            row = row[MOST_LOOKS // 2 :]


def _name_at(
    row: Sequence[Unit], chance: np.random.Generator, classifier: Classifier
) -> tuple[Kind, ...] | None:
    """What is named there, were something to move about a place."""
    width, height = chance.uniform(0.03, 0.3), chance.uniform(0.05, 0.4)
    x, y = chance.uniform(0, 1 - width), chance.uniform(0, 1 - height)
    names = EventNames(NamingSettings())
    for number, unit in enumerate(row):
        off_x, off_y = chance.normal(0, _STRAYS, 2)
        left, top = min(max(0.0, x + off_x), 1 - width), min(max(0.0, y + off_y), 1 - height)
        region = Region(left, top, width, height, 100 * width * height)
        motion = replace(_MADE_TO_LOOK, regions=(region,))
        look = Look(None, number * _APART_S, 0.0, unit.size, partial(getattr, unit, "data"))
        if names.is_due(look.pts_s) and (seen := seen_by(classifier, look, places(motion, unit.size))):
            names.add(seen)
    return kinds_of(names.named()[0])
