"""How well found events agree with labels. Pure; what the scores mean: `accuracy`."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from benchmarks.circumstances import UNKNOWN, Circumstances
from gcam_addon.model import Cause, Kind

IOU = 0.3
Span = tuple[float, float]
"""First and last picture, by number."""
Thing = tuple[Span, tuple[Kind, ...]]
"""What moves in one labelled event, the main thing first."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What happens in one item. Spans are picture numbers, inclusive."""

    fps: float
    evaluated: Span
    events: tuple[Span, ...]
    dont_care: tuple[Span, ...] = ()
    quiet_too: tuple[Span, ...] = ()
    about: Circumstances = UNKNOWN
    things: tuple[Thing, ...] = ()
    """What moves in the events, as far as somebody has told."""

    def quiet(self) -> set[int]:
        """The pictures in which nothing moves, nor did just before, nor will at once."""
        begin, end = self.evaluated
        quiet = set(range(int(begin), int(end) + 1))
        for a, b in (*merged(self.events, self.fps), *self.dont_care):
            quiet -= set(range(int(a - self.fps * 0.5), int(b + self.fps * 1.5) + 1))
        for a, b in self.quiet_too:
            quiet |= set(range(int(a), int(b) + 1))
        return quiet


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
    found = merged([(a, b) for a, b in cut if b >= begin - fps and a <= end], fps)
    wanted = merged(labels.events, fps)
    allowed = [*wanted, *labels.dont_care]
    result = Score(labels=len(wanted), found=len(found))
    result.good = sum(any(overlap(event, label) > 0 for label in allowed) for event in found)
    for label in wanted:
        hits = [event for event in found if overlap(label, event) > 0]
        result.hit += bool(hits)
        result.matched += any(overlap(label, event) / _union(label, event) >= IOU for event in hits)
        if hits:
            result.delays_s.append(max(0.0, min(a for a, _ in hits) - label[0]) / fps)
    quiet = labels.quiet()
    result.quiet_s = len(quiet) / fps
    result.false_s = len(quiet & {i for a, b in cut for i in range(int(a), int(b) + 1)}) / fps
    return result


def begun_later(labels: Labels, start_s: float, warmup_s: float) -> Labels:
    """The labels where the first pictures are left out; what is over before anything can be told of it is
    none of them.
    """
    start = start_s * labels.fps
    first = start + warmup_s * labels.fps if start else 0.0
    events = tuple((max(start, a), b) for a, b in labels.events if b > first)
    begin, end = labels.evaluated
    left_out = tuple((max(start, a), b) for a, b in labels.events if start <= b <= first)
    dont_care = (*labels.dont_care, *left_out)
    return replace(labels, evaluated=(max(begin, start), end), events=events, dont_care=dont_care)


def lost_s(labels: Labels, events: Sequence[Span], causes: Mapping[int, Cause]) -> Counter[Cause]:
    """Seconds that belong to labels and to no event, by what was decided on their pictures (`causes`)."""
    lost: Counter[Cause] = Counter()
    for index, cause in causes.items():
        wanted = any(a <= index <= b for a, b in labels.events)
        if wanted and not any(a <= index <= b for a, b in events):
            lost[cause] += 1
    step_s = (labels.evaluated[1] + 1 - labels.evaluated[0]) / max(1, len(causes)) / labels.fps
    return Counter({cause: round(count * step_s, 1) for cause, count in lost.items()})


def total_of(scores: Iterable[Score]) -> Score:
    total = Score()
    for one in scores:
        total.add(one)
    return total


def merged(spans: Iterable[Span], gap: float) -> list[Span]:
    joined: list[Span] = []
    for a, b in sorted(spans):
        if joined and a - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    return joined


def overlap(a: Span, b: Span) -> float:
    return min(a[1], b[1]) - max(a[0], b[0]) + 1


def _union(a: Span, b: Span) -> float:
    return max(a[1], b[1]) - min(a[0], b[0]) + 1
