"""How Gcam itself fares: its disk, its broker, its duties."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Storage:
    """The disk that holds the recordings, bytes; `problem` where recording stopped, or waits in memory."""

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
    silent_s: float = 0.0
    """How long it has not answered what it was asked at the moment of asking."""


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


class NetworkPhase(StrEnum):
    """Where the camera network stands."""

    LOOKING = "looking"  # whether it may be served: whether somebody else does, above all
    SERVING = "serving"
    STOPPED = "stopped"  # may not or can't be; tried again


@dataclass(frozen=True, slots=True)
class NetworkHealth:
    """Of a camera network that is wanted. `problem`: why it is not served; `notice`: what is wrong although
    it is.
    """

    phase: NetworkPhase
    problem: str | None = None
    notice: str | None = None
    leases: int = 0
    """Boards that have an address."""


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    health: NetworkHealth
