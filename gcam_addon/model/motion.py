"""What a detector decides, and the events that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gcam_addon.model.naming import Kind, Looked, Named, kinds_of
from gcam_addon.model.places import Region


class Cause(StrEnum):
    """Why a detector decided as it did: stable codes; `Motion.reason` says it in a sentence, a `Reason`."""

    MOTION = "motion"
    QUIET = "quiet"
    SETTLING = "settling"  # warm-up after start, reconnect or a change of frame size
    ILLUMINATION = "illumination"  # clouds, exposure steps, a lamp
    REPETITIVE = "repetitive"  # branches, rain, flicker
    TOO_SMALL = "too_small"
    UNCONFIRMED = "unconfirmed"  # moved, but not yet for long enough
    MASKED = "masked"
    UNDECODABLE = "undecodable"  # the JPEG is damaged: no decision on this frame


@dataclass(frozen=True, slots=True)
class Motion:
    """A detector's decision on one frame. `score` is the share of the picture that moved (percent);
    it is compared with `threshold` (percent). `moving` may differ: see `cause`.
    """

    moving: bool
    score: float
    threshold: float
    cause: Cause
    reason: str
    regions: tuple[Region, ...] = ()
    zones: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    """What is followed, also while it is too small to count, stands or is hidden."""
    since_s: float | None = None
    """When it began to move, on the pictures' clock, where it took time to be sure that it does."""
    awaited: bool = False
    """What moved is still there, or hidden for a moment: that it stands ends no event, …"""
    resumed: bool = True
    """… and whether it is what moves now."""


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed from picture to picture; `id` is its own as long as it is followed."""

    id: int
    region: Region
    since_s: float
    sure: bool
    """It moved as somebody does; else it is a guess."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on one picture that was analysed; `at` is when the picture arrived."""

    at: float
    motion: Motion
    event: bool
    """Whether an event was in progress then."""
    looked: tuple[Looked, ...] = ()
    """What the event's newest look at it said, one for each place: of a picture a little earlier."""


@dataclass(frozen=True, slots=True)
class MotionStarted:
    """An event began, with the moving frame at `pts_s`. `jpeg` is the frame that made Gcam sure."""

    camera_id: str
    event_id: str
    pts_s: float
    started_at: float
    score: float
    reason: str
    zones: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    jpeg: bytes = field(default=b"", repr=False)
    cells: int = field(default=0, repr=False)
    """Where it moved so far: `picture.cells`."""


@dataclass(frozen=True, slots=True)
class MotionNamed:
    """What moves in an event that goes on has a name, or another than before. `jpeg`: as `named` shows it."""

    camera_id: str
    event_id: str
    pts_s: float
    started_at: float
    named: tuple[Named, ...]
    jpeg: bytes = field(default=b"", repr=False)

    @property
    def what(self) -> tuple[Kind, ...] | None:
        return kinds_of(self.named)


@dataclass(frozen=True, slots=True)
class MotionEnded:
    """An event is over; `pts_s`, `ended_at`: its last moving frame. `jpeg`: where what is named is seen best,
    else its strongest frame.
    """

    camera_id: str
    event_id: str
    pts_s: float
    started_at: float
    ended_at: float
    peak: float
    reason: str
    zones: tuple[str, ...] = ()
    jpeg: bytes = field(default=b"", repr=False)
    named: tuple[Named, ...] = ()
    """The main one first; none where nobody looked."""
    unwanted: bool = False
    """It was named, and by the camera's settings none of that is to make an event."""
    cells: int = field(default=0, repr=False)
    """Where it moved, from begin to end: `picture.cells`."""

    @property
    def what(self) -> tuple[Kind, ...] | None:
        return kinds_of(self.named)
