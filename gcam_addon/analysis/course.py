"""What one set of settings made of a film: the events, and why there was none where others saw one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gcam_addon.model import Kind, MotionEnded
from gcam_addon.words.reason import Reason, because

NEAR_S: Final = 2.0
"""Events this close to each other are one: other settings see its beginning and end somewhat otherwise."""
_KINDS: Final[dict[Kind, Callable[[], Reason]]] = {
    Kind.PERSON: lambda: because("what_person"),
    Kind.VEHICLE: lambda: because("what_vehicle"),
    Kind.ANIMAL: lambda: because("what_animal"),
    Kind.UNNAMED: lambda: because("what_unnamed"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """An event that some settings find in a film."""

    started_at: float
    ended_at: float
    peak: float
    reason: str
    zones: tuple[str, ...]
    what: tuple[Kind, ...] | None = None
    """What moved, the main thing first; None: nobody looked."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A picture on which something was seen, whether it counted or not."""

    at: float
    moving: bool
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Course:
    """Both are by time. `unwanted`: found, and by its name none that is to make an event."""

    found: Sequence[Found] = ()
    unwanted: Sequence[Found] = ()
    glances: Sequence[Glance] = ()
    enabled: bool = True

    def why_not(self, begin: float, end: float) -> str:
        """Why there is no event about that time."""
        if not self.enabled:
            return because("why_off")
        for one in self.unwanted:
            if one.started_at - NEAR_S <= end and begin <= one.ended_at + NEAR_S:
                return because("why_unwanted", what=tuple(_KINDS[kind]() for kind in one.what or ()))
        there = [one for one in self.glances if begin - NEAR_S <= one.at <= end + NEAR_S]
        if not there:
            return because("why_still")
        if any(one.moving for one in there):
            return because("why_short")
        return max(there, key=lambda one: one.score).reason


def found_in(event: MotionEnded) -> Found:
    return Found(event.started_at, event.ended_at, event.peak, event.reason, event.zones, event.what)
