"""What Gcam has recorded, as frozen values, and how they are read from its JSON. A clip is in `models`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from .jpeg import size_of
from .models import Json


@dataclass(frozen=True, slots=True)
class Picture:
    """A camera's picture, and when it came to Gcam."""

    jpeg: bytes
    width: int
    height: int
    taken_at: datetime

    @classmethod
    def parse(cls, jpeg: bytes, headers: Mapping[str, str]) -> Picture:
        """Raises `ValueError` and `KeyError`."""
        width, height = size_of(jpeg)
        return cls(jpeg, width, height, parsedate_to_datetime(headers["Last-Modified"]))


@dataclass(frozen=True, slots=True)
class Day:
    """A day with recordings."""

    day: date
    clips: int
    newest_id: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A camera with recordings, which may be configured no more."""

    camera_id: str
    name: str
    clips: int
    newest_id: str


@dataclass(frozen=True, slots=True)
class Recordings:
    """What there is: days, oldest first, and cameras, by name."""

    days: tuple[Day, ...]
    cameras: tuple[Recorded, ...]

    @classmethod
    def parse(cls, body: Json) -> Recordings:
        days = (Day(date.fromisoformat(it["day"]), it["clips"], it["newest_id"]) for it in body["days"])
        cameras = (
            Recorded(it["camera_id"], it["camera_name"], it["clips"], it["newest_id"])
            for it in body["cameras"]
        )
        return cls(tuple(days), tuple(cameras))


class ExportState(StrEnum):
    """How far an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """A range of one camera's recordings, made into one video by Gcam."""

    id: str
    camera_name: str
    state: ExportState
    duration_s: float
    size_bytes: int
    problem: str | None

    @classmethod
    def parse(cls, body: Json) -> Export:
        return cls(
            id=body["id"],
            camera_name=body["camera_name"],
            state=ExportState(body["state"]),
            duration_s=body["duration_s"],
            size_bytes=body["size_bytes"],
            problem=body["problem"],
        )
