"""What the journal is told: the whole language between the sync core and the writer's thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gcam_addon.errors import RecordingError
from gcam_addon.model import Tracks, Unit
from gcam_addon.picture.orientation import orientation_of, resized
from gcam_addon.recording.facts import ClipFacts


@dataclass(frozen=True, slots=True)
class Begin:
    """A clip starts; its first unit follows, which is a key. All are of `tracks`, their pictures as they are
    stored (see `stored_tracks`). `poster` is the picture to make the thumbnail of, where it is known.
    """

    facts: ClipFacts
    tracks: Tracks
    poster: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Append:
    clip_id: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Amend:
    """More is known of the clip `facts.id`, open or just ended."""

    facts: ClipFacts
    poster: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class End:
    clip_id: str


Command = Begin | Append | Amend | End
"""What recorders say."""


@dataclass(frozen=True, slots=True)
class Block:
    """Nothing can be recorded, and why."""

    problem: RecordingError


@dataclass(frozen=True, slots=True)
class Unblock:
    """There is room again."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What was written into `journal`, or beside it, could not be made to last."""

    journal: Path
    error: OSError


def stored_tracks(unit: Unit) -> Tracks:
    """The unit's, with the size that its JPEGs have before they are turned to be shown."""
    if unit.tracks.video.codec.is_inter:
        return unit.tracks  # how they are turned is told beside them
    return resized(unit.tracks, orientation_of(unit.data))


class CommandQueue(Protocol):
    """Where recorders put their commands; nothing here waits for a disk."""

    def submit(self, command: Command) -> None:
        """Loop."""

    def queued(self, camera_id: str) -> int:
        """The camera's units that are not on disk yet."""

    def dropped(self, camera_id: str) -> int:
        """The camera's units that should have been kept and were not."""
