"""What can go wrong with a camera, by name, scheduled or switched at run time. What each does to the
bytes is in `stream` and `damage`; here is only when.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gcam_addon.errors import ConfigError


class Fault(StrEnum):
    STALL = "stall"  # the connection stays open, no byte comes
    HALF_OPEN = "half-open"  # this connection stays silent for ever, a new one is served
    RESET = "reset"  # the stream ends with a TCP reset
    REBOOT = "reboot"  # all connections are reset, the board is gone for a while, settings fall back
    SLOW = "slow"  # a few kilobytes a second
    RESIZE = "resize"  # another frame size from one picture to the next
    REFUSE_SECOND_CLIENT = "refuse-second-client"  # a further stream client gets a TCP reset
    TEAR = "tear"  # the picture stops in the middle; its declared length is that of what comes
    CHUNK_CUT = "chunk-cut"  # the connection closes in the middle of a picture
    NO_LENGTH = "no-length"
    WRONG_LENGTH = "wrong-length"  # Content-Length is a lie, alternately too small and too large
    LATE_BOUNDARY = "late-boundary"  # the first boundary comes after the first picture
    GARBAGE = "garbage"  # a part says image/jpeg and is none
    MISSING_EOI = "missing-eoi"  # the picture's last two bytes are not there
    ZEROS_AFTER_EOI = "zeros-after-eoi"  # filled up with zeros, as old drivers do
    MID_SCAN_CORRUPTION = "mid-scan-corruption"  # whole from outside, grey blocks inside
    TEXT_PART = "text-part"  # a text part without length between the pictures
    AUTH401 = "auth401"  # every request is answered with 401
    ERROR500 = "error500"  # every request is answered with 500
    HTML = "html"  # a web page instead of the stream


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every `every`-th picture, from `from_s` seconds after it was added on, for `for_s` seconds."""

    fault: Fault
    every: int = 1
    from_s: float = 0.0
    for_s: float | None = None

    def holds(self, age_s: float, frame: int) -> bool:
        if age_s < self.from_s or (self.for_s is not None and age_s >= self.from_s + self.for_s):
            return False
        return frame % self.every == self.every - 1

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """`NAME[/EVERY][@FROM[+FOR]]`, e.g. `tear/10`, `stall@20`, `reset/5@10+3`. Raises `ConfigError`."""
        match = _FORM.fullmatch(text.strip())
        names = ", ".join(Fault)
        if match is None or match["name"] not in set(Fault):
            raise ConfigError(
                f"“{text}” is no fault: write NAME[/EVERY][@FROM[+FOR]], with one of {names}.", field="fault"
            )
        every = int(match["every"] or 1)
        if every < 1:
            raise ConfigError(f"“{text}”: every 0th picture is none; write /1 or more.", field="fault")
        return cls(
            Fault(match["name"]),
            every,
            float(match["start"] or 0),
            None if match["length"] is None else float(match["length"]),
        )


_FORM = re.compile(
    r"(?P<name>[a-z0-9-]+)(/(?P<every>\d+))?(@(?P<start>\d+(\.\d+)?)(\+(?P<length>\d+(\.\d+)?))?)?"
)


class Faults:
    """The faults of one camera, switched on and off at any time. Loop only."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now`: seconds on a monotonic line."""
        self._now = now
        self._added: list[tuple[float, Schedule]] = []
        self._watchers: list[Callable[[Schedule], None]] = []

    def add(self, fault: str, *, every: int = 1, from_s: float = 0.0, for_s: float | None = None) -> None:
        """From now on (or `from_s` later). Raises `ConfigError` for an unknown name."""
        self.schedule(Schedule(Schedule.parse(fault).fault, every, from_s, for_s))

    def schedule(self, schedule: Schedule) -> None:
        self._added.append((self._now(), schedule))
        for watcher in self._watchers:
            watcher(schedule)

    def clear(self, fault: str | None = None) -> None:
        """Stop one fault, or all."""
        self._added = [] if fault is None else [entry for entry in self._added if entry[1].fault != fault]

    def active(self, fault: Fault, frame: int = 0) -> bool:
        """Whether it is to happen now, to this picture (`frame`: its number in its stream, from 0)."""
        now = self._now()
        return any(
            schedule.fault is fault and schedule.holds(now - added_s, frame)
            for added_s, schedule in self._added
        )

    def watch(self, watcher: Callable[[Schedule], None]) -> None:
        """Tell `watcher` of every fault that is added."""
        self._watchers.append(watcher)
