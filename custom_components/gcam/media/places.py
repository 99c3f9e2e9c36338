"""Places of the media source, and how their identifiers are written. Pure.

    (nothing)                                     everything
    INSTANCE                                      a Gcam: its cameras
    INSTANCE/cameras                              all its cameras together: their days
    INSTANCE/cameras/2026-11-21                   a day of theirs: clips, newest first
    INSTANCE/camera/CAMERA                        one camera: its days
    INSTANCE/camera/CAMERA/2026-11-21             a day
    INSTANCE/camera/CAMERA/2026-11-21/14          an hour of a long day (`cameras` likewise)
    INSTANCE/clip/CLIP                            a clip

INSTANCE is Gcam's instance id, CAMERA and CLIP are Gcam's own ids: they outlive entries, entities and names.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import override

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_HOUR = re.compile(r"[01]\d|2[0-3]")


@dataclass(frozen=True, slots=True)
class Everything:
    """All Gcams."""


@dataclass(frozen=True, slots=True)
class OneGcam:
    """A Gcam."""

    instance_id: str

    @override
    def __str__(self) -> str:
        return self.instance_id


@dataclass(frozen=True, slots=True)
class Footage:
    """What a camera recorded (None: all cameras), on a day, in an hour of it; both in local time."""

    instance_id: str
    camera_id: str | None = None
    day: date | None = None
    hour: int | None = None

    @override
    def __str__(self) -> str:
        camera = "cameras" if self.camera_id is None else f"camera/{self.camera_id}"
        day = "" if self.day is None else f"/{self.day.isoformat()}"
        hour = "" if self.hour is None else f"/{self.hour:02}"
        return f"{self.instance_id}/{camera}{day}{hour}"

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime] | None:
        """From when until when; None: ever. Days of 23 and 25 hours are as long as they are."""
        if self.day is None:
            return None
        if self.hour is None:
            return _start_of(self.day, 0, zone), _start_of(self.day, 24, zone)
        return _start_of(self.day, self.hour, zone), _start_of(self.day, self.hour + 1, zone)


@dataclass(frozen=True, slots=True)
class OneClip:
    """A clip."""

    instance_id: str
    clip_id: str

    @override
    def __str__(self) -> str:
        return f"{self.instance_id}/clip/{self.clip_id}"


type Place = Everything | OneGcam | Footage | OneClip


def is_id(text: str) -> bool:
    """Whether Gcam could have given this id. What is none must not get into an address."""
    return _ID.fullmatch(text) is not None


def parse_place(identifier: str) -> Place:
    """Raises `ValueError`."""
    match identifier.split("/"):
        case [""]:
            return Everything()
        case [instance_id]:
            return OneGcam(_checked(instance_id))
        case [instance_id, "clip", clip_id]:
            return OneClip(_checked(instance_id), _checked(clip_id))
        case [instance_id, "cameras", *when] if len(when) <= 2:
            return Footage(_checked(instance_id), None, *_when(when))
        case [instance_id, "camera", camera_id, *when] if len(when) <= 2:
            return Footage(_checked(instance_id), _checked(camera_id), *_when(when))
    raise ValueError(f"{identifier!r} is no place of Gcam's recordings")


def _checked(text: str) -> str:
    if not is_id(text):
        raise ValueError(f"{text!r} is no id")
    return text


def _when(parts: list[str]) -> tuple[date | None, int | None]:
    if not parts:
        return None, None
    day = date.fromisoformat(parts[0])
    if day.isoformat() != parts[0]:
        raise ValueError(f"{parts[0]!r} is not written as 2026-11-21")
    if len(parts) == 1:
        return day, None
    if _HOUR.fullmatch(parts[1]) is None:
        raise ValueError(f"{parts[1]!r} is no hour")
    return day, int(parts[1])


def _start_of(day: date, hour: int, zone: tzinfo) -> datetime:
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    return datetime.combine(day, time(hour), zone)
