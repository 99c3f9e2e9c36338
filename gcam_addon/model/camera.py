"""How a camera fares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gcam_addon.model.board_health import BoardHealth
from gcam_addon.model.frames import Codec
from gcam_addon.model.guard import Tamper
from gcam_addon.model.motion import Cause
from gcam_addon.model.naming import Kind
from gcam_addon.model.places import Size


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


class SdReason(StrEnum):
    """Why it is the SD stream of a camera with two addresses that is recorded."""

    AWAY = "away"  # not connected: see the HD stream's own problem
    SILENT = "silent"  # connected, and sends nothing
    RETURNING = "returning"  # there again, and recorded once it has been for a while
    MASKS_FAILED = "masks_failed"  # a defect of ours: none of its pictures may be seen


@dataclass(frozen=True, slots=True)
class HdState:
    """How the HD stream of a camera with two addresses fares."""

    status: Status
    since: float
    problem: str | None = None
    problem_code: str | None = None
    recorded: bool = True
    """It is what is recorded; else the SD stream is."""
    sd_reason: str | None = None
    """Why not."""
    sd_code: SdReason | None = None
    """The same, stable."""
    fps: float = 0.0
    size: Size | None = None
    codec: Codec | None = None
    sound: bool = False
    bytes_per_frame: int = 0
    frames: int = 0
    bytes_in: int = 0
    dropped: tuple[tuple[str, int], ...] = ()
    """(stage, count): `parse`, `mask`."""
    reconnects: int = 0
    last_frame_at: float | None = None


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
    what: tuple[Kind, ...] | None = None
    """What moves, the main thing first; None while nothing does, and until somebody can tell."""
    recording: bool = False
    manual_until: float | None = None
    """Until when it is recorded because somebody asked for that, whether or not anything moves."""
    lamp: int | None = None
    """How brightly the board's lamp shines, in percent; None where it has none, or none is known of."""
    board_health: BoardHealth | None = None
    """How the board fares, as it told last; None where it does not tell, or did not yet."""
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
    codec: Codec | None = None
    """Of what is shown, and recorded but for `hd`: JPEGs also where a compressed camera has privacy masks."""
    sound: bool = False
    """Whether it is heard, too."""
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
    tamper: Tamper | None = None
    """Why its pictures do not show its place: covered, blinded or turned; stays while it is away."""
    hd: HdState | None = None
    """Of the HD stream; all else is of the first one. None where there is one address only."""


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
