"""Feeds pictures to a processor one after another and numbers what comes out. No files, no printing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from gcam_addon.config.model import NamingSettings
from gcam_addon.interfaces import Classifier
from gcam_addon.model import Motion, MotionEnded, MotionStarted, Named, Unit
from gcam_addon.pipeline.namer import seen_by
from gcam_addon.pipeline.naming import EventNames, places
from gcam_addon.pipeline.processor import Analysis, Processor

_REMEMBERED_FRAMES = 20_000
"""Enough for the longest time between a frame and the event that names it."""


@dataclass(frozen=True, slots=True)
class AnalysedFrame:
    """The decision on picture `index` (0-based, of the source), `t_s` seconds after the first one."""

    index: int
    t_s: float
    motion: Motion
    jpeg: Callable[[], bytes] = field(repr=False, compare=False, default=bytes)
    """The picture for people. Not to be kept: it may hold all its pixels."""


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """From the first to the last moving picture; times in seconds after the source's first picture."""

    start_s: float
    end_s: float
    start_index: int
    end_index: int
    peak: float
    reason: str
    jpeg: bytes
    named: tuple[Named, ...] = ()
    """What moved; none where nobody looked."""


class Analyser:
    """One pass over one source. One thread."""

    def __init__(
        self,
        processor: Processor,
        classifier: Classifier | None = None,
        naming: NamingSettings | None = None,
    ) -> None:
        self._processor = processor
        self._classifier = classifier
        self._naming = naming or NamingSettings()
        self._names: EventNames | None = None
        self._first_s: float | None = None
        self._recent: deque[tuple[float, int]] = deque(maxlen=_REMEMBERED_FRAMES)
        self._started: tuple[float, int] = (0.0, 0)
        self.frames = 0
        self.last_s = 0.0

    def feed(
        self, index: int, unit: Unit, is_due: bool = True
    ) -> list[tuple[AnalysedFrame, tuple[FoundEvent, ...]]]:
        """The decision on the source's picture `index` where it `is_due`, and the events that are over with
        it. Of some streams it comes later, with a picture after it.
        """
        self._first_s = unit.pts_s if self._first_s is None else self._first_s
        self._recent.append((unit.pts_s, index))
        self.frames += is_due
        self.last_s = max(self.last_s, self._relative(unit.pts_s))
        told = []
        for analysis in self._processor.process(unit, is_due=is_due):
            told.append((self._decision(analysis), self._found(analysis.events)))
            self._look_at(analysis)
        return told

    def _decision(self, analysis: Analysis) -> AnalysedFrame:
        look = analysis.look
        return AnalysedFrame(
            self._index_at(look.pts_s), self._relative(look.pts_s), analysis.motion, look.jpeg
        )

    def finish(self) -> tuple[FoundEvent, ...]:
        """The source has ended: the event that was still going on, if any."""
        return self._found(self._processor.finish())

    def _found(self, events: tuple[MotionStarted | MotionEnded, ...]) -> tuple[FoundEvent, ...]:
        found: list[FoundEvent] = []
        for event in events:
            place = (self._relative(event.pts_s), self._index_at(event.pts_s))
            if isinstance(event, MotionStarted):
                self._started = place
                self._names = EventNames(self._naming)
                continue
            start_s, start_index = self._started
            named, shown = ((), b"") if self._names is None else self._names.named()
            self._names = None
            jpeg = shown or event.jpeg
            found.append(
                FoundEvent(start_s, place[0], start_index, place[1], event.peak, event.reason, jpeg, named)
            )
        return tuple(found)

    def _look_at(self, analysis: Analysis) -> None:
        """What moves, as often as while it happens."""
        look, names = analysis.look, self._names
        if self._classifier is None or names is None or not analysis.motion.moving:
            return
        there = places(analysis.motion, look.size)
        if there and names.is_due(look.pts_s) and (seen := seen_by(self._classifier, look, there)):
            names.add(seen)

    def _index_at(self, pts_s: float) -> int:
        return next((index for at_s, index in reversed(self._recent) if at_s <= pts_s), 0)

    def _relative(self, pts_s: float) -> float:
        return pts_s - (self._first_s or 0.0)
