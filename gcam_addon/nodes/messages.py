"""All that travels between the desk and a node: see docs/design/workers.md. Frozen values; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gcam_addon.config.model import Camera
from gcam_addon.machine.limits import Cost
from gcam_addon.model import (
    CameraChanged,
    CameraState,
    Decision,
    DutyChanged,
    DutyState,
    EncodedFrame,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    RecordingChanged,
    Tracks,
)
from gcam_addon.model.board_health import BoardHealth


@dataclass(frozen=True, slots=True)
class Problem:
    """A `RecordingError`: which one, and what it says."""

    kind: str
    said: str


class Seen(StrEnum):
    """What somebody watches of a camera."""

    PICTURES = "pictures"
    UNITS = "units"
    DECISIONS = "decisions"


# From the desk


@dataclass(frozen=True, slots=True)
class Begin:
    """The first of all: what it is to know."""

    version: str
    journal_dir: Path
    memory_dir: Path | None
    floor_bytes: int
    threads: int
    log_level: int
    clock_offset_s: float


@dataclass(frozen=True, slots=True)
class Start:
    """Answered by `Done`."""

    number: int
    camera: Camera


@dataclass(frozen=True, slots=True)
class Stop:
    """Answered by `Done`."""

    number: int
    camera_id: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Answered by `Pictured`."""

    number: int
    camera_id: str
    hd: bool


@dataclass(frozen=True, slots=True)
class Record:
    camera_id: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Lamp:
    camera_id: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Board:
    camera_id: str
    health: BoardHealth | None


@dataclass(frozen=True, slots=True)
class Calm:
    camera_id: str


@dataclass(frozen=True, slots=True)
class Watch:
    """From now on, under that number, until `Unwatch`, or `Over` comes."""

    stream: int
    camera_id: str
    what: Seen
    hd: bool


@dataclass(frozen=True, slots=True)
class Unwatch:
    stream: int


@dataclass(frozen=True, slots=True)
class Block:
    """Nothing may be recorded, and why; None: it may."""

    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Recordings wait for the disk, and why; None: no longer."""

    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock's distance to the machine's monotonic one: all processes tell the same time."""

    offset_s: float


@dataclass(frozen=True, slots=True)
class Rules:
    """Of Gcam's settings: what holds from now on. See `Begin`."""

    floor_bytes: int
    log_level: int


@dataclass(frozen=True, slots=True)
class Close:
    """Stop all cameras, close all journals, tell of them, say `Bye` and end."""


Order = (
    Begin
    | Start
    | Stop
    | Snapshot
    | Record
    | Lamp
    | Board
    | Calm
    | Watch
    | Unwatch
    | Block
    | Wait
    | Clock
    | Rules
    | Close
)

# From the node


@dataclass(frozen=True, slots=True)
class Ready:
    """To be told to start cameras. Of the same version, or the desk ends it."""

    version: str


@dataclass(frozen=True, slots=True)
class Done:
    number: int


@dataclass(frozen=True, slots=True)
class Failed:
    """In place of any answer: what nobody foresaw."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Pictured:
    number: int
    frame: EncodedFrame | None


NodeEvent = MotionStarted | MotionNamed | MotionEnded | RecordingChanged | CameraChanged | DutyChanged
"""What comes of cameras; all other events are the desk's own."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Never left out."""

    event: NodeEvent


@dataclass(frozen=True, slots=True)
class Showing:
    """What of a camera could be watched. `film`: there is an HD stream just now."""

    film: bool = False
    sd: Tracks | None = None
    hd: Tracks | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Fares:
    """How a camera fares. None: as before."""

    camera_id: str
    state: CameraState | None
    showing: Showing | None


@dataclass(frozen=True, slots=True)
class Beat:
    """Once a second: it lives, and this is new. `silent_s`: how long its disk has not answered; `duties`:
    None as long as they are as before.
    """

    cameras: tuple[Fares, ...]
    blocked: Problem | None
    silent_s: float
    duties: tuple[DutyState, ...] | None
    cost: Cost


@dataclass(frozen=True, slots=True)
class Picture:
    stream: int
    frame: EncodedFrame


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit of a compressed camera. `tracks`: None: as of the one before."""

    stream: int
    data: bytes = field(repr=False)
    pts_s: float
    received_at: float
    is_key: bool
    is_sound: bool
    tracks: Tracks | None


@dataclass(frozen=True, slots=True)
class Decided:
    stream: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more comes under that number."""

    stream: int


@dataclass(frozen=True, slots=True)
class JournalClosed:
    """It can become a clip."""

    path: Path


@dataclass(frozen=True, slots=True)
class DiskLow:
    """Below its floor, or it refused: somebody is to look now."""

    blocked: Problem | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """`trace`: a traceback."""

    logger: str
    level: int
    at: float
    message: str
    thread: str
    camera: str | None
    trace: str | None


@dataclass(frozen=True, slots=True)
class Bye:
    """All is told; it ends."""


Word = (
    Ready
    | Done
    | Failed
    | Pictured
    | Happened
    | Beat
    | Picture
    | Sent
    | Decided
    | Over
    | JournalClosed
    | DiskLow
    | LogLine
    | Bye
)
