"""A clip in progress, as the journal's thread keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gcam_addon.model import Tracks, Unit
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile

_MOST_OF_A_GROUP = 1500
"""Units of pictures and sound: what comes behind so many has to wait for the next key."""


@dataclass(slots=True, eq=False)
class Take:
    """As its recorder sees it; it may be spread over several journals by a disk."""

    facts: ClipFacts
    tracks: Tracks
    poster: bytes
    file: JournalFile | None = None
    failed: bool = False
    """Its last journal got no frame."""
    not_before_s: float = 0.0
    group: list[Unit] = field(default_factory=list)
    """What came since the last key, with it, where pictures build on one another."""
    is_group_whole: bool = True
    """Whether another journal can go on with it."""

    def follow(self, unit: Unit) -> None:
        if unit.begins_group:
            self.group.clear()
            self.is_group_whole = True
        if not unit.tracks.video.codec.is_inter:
            return
        if len(self.group) < _MOST_OF_A_GROUP:
            self.group.append(unit)
        else:
            self.is_group_whole = False

    def can_go_on_with(self, unit: Unit) -> bool:
        """In another journal."""
        return unit.begins_group or self.is_group_whole
