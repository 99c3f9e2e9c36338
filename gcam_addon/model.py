"""What flows through Gcam: frozen values without behaviour, picklable, free of I/O.

Times: `pts_s` is seconds on the run's monotonic line (differences only); `*_at` is Unix time in seconds.
Places: all coordinates are relative to the picture, 0..1 from the top left, so a change of frame size
changes nothing. Shares are percent of the picture's area, 0..100.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Point = tuple[float, float]
"""(x, y), relative."""

Polygon = tuple[Point, ...]
"""Three or more points, closed implicitly."""


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One picture, as the camera sent it: these very bytes are relayed, recorded and analysed.

    Where a camera is turned they carry an EXIF orientation (see `orientation.py`), and `size` is as shown.
    Behind the intake, privacy masks are applied.
    """

    jpeg: bytes
    pts_s: float
    received_at: float
    size: Size


@dataclass(frozen=True, slots=True)
class Region:
    """A connected part of the picture that moved: its bounding box and its share of the picture."""

    x: float
    y: float
    width: float
    height: float
    share: float


class Cause(StrEnum):
    """Why a detector decided as it did: stable codes; `Motion.reason` is the English sentence."""

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


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on one picture that was analysed; `at` is when the picture arrived."""

    at: float
    motion: Motion
    event: bool
    """Whether an event was in progress then."""


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


@dataclass(frozen=True, slots=True)
class MotionEnded:
    """An event is over; `pts_s`, `ended_at`: its last moving frame. `jpeg`: its strongest frame."""

    camera_id: str
    event_id: str
    pts_s: float
    started_at: float
    ended_at: float
    peak: float
    reason: str
    zones: tuple[str, ...] = ()
    jpeg: bytes = field(default=b"", repr=False)


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
class Share:
    """A link that shows one clip to whoever has it, until `expires_at`. Only the link knows its secret."""

    id: str
    clip_id: str
    created_at: float
    expires_at: float
    created_by: str


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


class WhatIfStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplayedEvent:
    """An event in recordings that were looked at anew. `now`: found with the settings that hold now, `then`:
    with those that are tried, `recorded`: it was found when it happened.
    """

    clip_id: str
    started_at: float
    ended_at: float
    recorded: bool
    now: bool
    then: bool
    peak: float = 0.0
    reason: str = ""
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What other settings would have made of a camera's recordings, as far as it is known by now."""

    id: str
    camera_id: str
    status: WhatIfStatus
    after: float
    before: float
    clips: int
    clips_done: int = 0
    unreadable: int = 0
    """Clips whose video could not be read."""
    film_s: float = 0.0
    """How much was looked at."""
    is_shortened: bool = False
    """There were more recordings than are looked at: the oldest were left out."""
    events: tuple[ReplayedEvent, ...] = ()
    problem: str | None = None


class Status(StrEnum):
    """Where a camera stands."""

    DISABLED = "disabled"
    PRIVACY = "privacy"  # not connected, as somebody wants: nothing is seen, shown or recorded
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"  # was there a moment ago, or the first attempts after start
    LOST = "lost"  # given up hope of a quick return; tried at long intervals


class NoRecording(StrEnum):
    """Why motion would leave no clip, where it is not the recorder that can't."""

    DISABLED = "disabled"
    PRIVACY = "privacy"
    RECORDING_OFF = "recording_off"
    DETECTION_OFF = "detection_off"
    NO_PICTURES = "no_pictures"
    DETECTION_FAILED = "detection_failed"  # a defect of ours
    MASKS_FAILED = "masks_failed"  # a defect of ours: no picture may be seen


@dataclass(frozen=True, slots=True)
class CameraState:
    """Everything a person or a dashboard may want to know of one camera, at one moment."""

    camera_id: str
    name: str
    status: Status
    since: float
    problem: str | None = None
    problem_code: str | None = None
    enabled: bool = True
    privacy: bool = False
    detection: bool = True
    recording_enabled: bool = True
    sensitivity: int = 50
    motion: bool = False
    recording: bool = False
    no_recording_reason: str | None = None
    """Why motion would leave no clip; None while all is well."""
    no_recording_code: str | None = None
    """The same as a stable code: a `NoRecording`, or the code of the recorder's problem."""
    score: float = 0.0
    threshold: float = 0.0
    cause: Cause | None = None
    """Of the newest decision, with its `reason`; None before the first one."""
    reason: str = ""
    fps: float = 0.0
    size: Size | None = None
    bytes_per_frame: int = 0
    frames: int = 0
    bytes_in: int = 0
    analysed: int = 0
    decode_s: float = 0.0
    detect_s: float = 0.0
    """Seconds of worker time spent so far decoding, and detecting."""
    queued: int = 0
    """Frames waiting for the recorder's thread."""
    dropped: tuple[tuple[str, int], ...] = ()
    """(stage, count): `parse`, `detect`, `record`, …; what was lost on purpose or by damage, and where."""
    reconnects: int = 0
    last_frame_at: float | None = None


@dataclass(frozen=True, slots=True)
class CameraChanged:
    """A camera's state changed in a way somebody may want to know; counters alone come at most every 10 s."""

    state: CameraState


@dataclass(frozen=True, slots=True)
class CameraAdded:
    """A camera is now configured, or its settings changed."""

    camera_id: str


@dataclass(frozen=True, slots=True)
class CameraRemoved:
    """A camera is no longer configured."""

    camera_id: str


@dataclass(frozen=True, slots=True)
class Storage:
    """The disk that holds the recordings, bytes; `problem` where recording had to stop."""

    total_bytes: int
    free_bytes: int
    clips_bytes: int
    clips: int
    unfinished: int = 0
    """Journals that wait to become clips."""
    problem: str | None = None
    problem_code: str | None = None
    """`storage_full` or `recording`."""
    notice: str | None = None
    """What is wrong with it although it is recorded: the drive with the earlier recordings is not there."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How fast recordings fill the disk: the oldest clip's start, and what was recorded since a moment and is
    still there.
    """

    oldest_at: float | None
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StorageChanged:
    storage: Storage


@dataclass(frozen=True, slots=True)
class MqttHealth:
    """`problem`: why it does not work, or not as it should."""

    connected: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class MqttChanged:
    """The broker was reached or lost, or something is wrong with it."""

    health: MqttHealth


class DutyStatus(StrEnum):
    RUNNING = "running"
    WAITING = "waiting"  # failed, and starts again after a pause
    FAILED = "failed"  # for good
    ENDED = "ended"  # as it should


@dataclass(frozen=True, slots=True)
class DutyState:
    """Something of Gcam that lives longer than a request: how it fares, and its last unexpected end."""

    name: str
    status: DutyStatus
    failures: int = 0
    failed_at: float | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DutyChanged:
    state: DutyState


@dataclass(frozen=True, slots=True)
class HistoryChanged:
    """There is something new or other in what is kept of a camera, or (None) of Gcam itself."""

    camera_id: str | None


Event = (
    MotionStarted
    | MotionEnded
    | ClipReady
    | ClipRemoved
    | RecordingChanged
    | CameraChanged
    | CameraAdded
    | CameraRemoved
    | StorageChanged
    | MqttChanged
    | DutyChanged
    | HistoryChanged
)
