"""What is recorded: clips, links to them, exports, and what is told of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from gcam_addon.model.frames import Unit
from gcam_addon.model.motion import MotionEnded
from gcam_addon.model.naming import Kind, Named, kinds_of


class ClipKind(StrEnum):
    MOTION = "motion"
    MANUAL = "manual"
    CONTINUOUS = "continuous"
    TIMELAPSE = "timelapse"


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished recording, as the index knows it. Paths are relative to the data folder, with `/`."""

    id: str
    camera_id: str
    camera_name: str
    kind: ClipKind
    started_at: float
    ended_at: float
    path: str
    thumbnail: str | None
    size_bytes: int
    frames: int
    width: int
    height: int
    peak: float = 0.0
    reason: str = ""
    event_ids: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    protected: bool = False
    named: tuple[Named, ...] = ()
    """What moved in it; none where nobody looked, as in recordings of earlier versions."""

    @property
    def what(self) -> tuple[Kind, ...] | None:
        return kinds_of(self.named)

    @property
    def duration_s(self) -> float:
        return max(0.0, self.ended_at - self.started_at)


@dataclass(frozen=True, slots=True)
class ClipFilter:
    """Which clips are wanted; None and empty: whichever. `after <= started_at < before`."""

    camera_ids: frozenset[str] | None = None
    after: float | None = None
    before: float | None = None
    kinds: frozenset[ClipKind] = frozenset()
    zone: str | None = None
    what: frozenset[Kind] = frozenset()
    """One of these moved."""
    protected: bool | None = None
    min_length_s: float | None = None
    max_length_s: float | None = None
    min_score: float | None = None
    older_than: tuple[float, str] | None = None
    """(started_at, id) of the last clip already had: the next page begins after it."""


ANY_CLIP = ClipFilter()


@dataclass(frozen=True, slots=True)
class Day:
    """What was recorded on one local day, `day` as `2026-11-21`."""

    day: str
    clips: int
    seconds: float
    newest_id: str
    """The last clip of the day."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What there is of one camera, which may be configured no more; its name is that of its newest clip."""

    camera_id: str
    camera_name: str
    clips: int
    newest_id: str


@dataclass(frozen=True, slots=True)
class Stored:
    """How much there is of one camera, which may be configured no more, and since when."""

    camera_id: str
    camera_name: str
    clips: int
    size_bytes: int
    oldest_at: float


@dataclass(frozen=True, slots=True)
class Discarded:
    """A clip in the trash: when somebody deleted it, and until when they may have it back."""

    clip: Clip
    discarded_at: float
    until: float


@dataclass(frozen=True, slots=True)
class Trashed:
    """What lies in the trash: the last ones deleted, and sums of all."""

    newest: tuple[Discarded, ...]
    clips: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Share:
    """A link that shows one clip to whoever has it, until `expires_at`, as long as who made it may show it
    themselves. Only the link knows its secret.
    """

    id: str
    clip_id: str
    created_at: float
    expires_at: float
    created_by: str
    """Their name then."""
    maker_id: str = ""
    """Empty: made by an earlier version, by somebody who is not known."""
    used: int = 0
    """How often it was watched; pieces within a minute are one time."""
    used_at: float | None = None


class ExportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """A range of one camera's recordings as one MP4, made in the background. `progress` 0..1."""

    id: str
    camera_id: str
    camera_name: str
    after: float
    before: float
    created_at: float
    created_by: str
    state: ExportState = ExportState.WAITING
    progress: float = 0.0
    clips: int = 0
    duration_s: float = 0.0
    size_bytes: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """What a recorder leaves to the one that takes its place: its pre-roll, oldest first, and the post-roll
    that it was in after `event`, which lasts until `until_s` (`pts_s`). `from_s`: of the pre-roll, what
    came from here on belongs to a clip that goes on.
    """

    pre_roll: tuple[Unit, ...] = ()
    until_s: float = -math.inf
    event: MotionEnded | None = None
    from_s: float = math.inf


@dataclass(frozen=True, slots=True)
class ClipReady:
    """The MP4 and its thumbnail are on disk and in the index."""

    clip: Clip


@dataclass(frozen=True, slots=True)
class ClipRemoved:
    """Deleted by retention or by a person; `why` is a sentence."""

    clip_id: str
    camera_id: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """A camera's recorder began or stopped writing, or can't: then `problem` says why and what to do."""

    camera_id: str
    recording: bool
    problem: str | None = None
    problem_code: str | None = None
