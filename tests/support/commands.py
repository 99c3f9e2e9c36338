"""A journal's queue that only remembers: what a recorder said, and the clips that makes."""

from __future__ import annotations

from gcam_addon.model import Unit
from gcam_addon.recording.commands import Amend, Append, Begin, Command, End
from gcam_addon.recording.facts import ClipFacts


class RememberedCommands:
    """CommandQueue. Refuses nonsense at once: frames for a clip that isn't open, a clip begun twice."""

    def __init__(self) -> None:
        self.clips: dict[str, list[Unit]] = {}
        self.facts: dict[str, ClipFacts] = {}
        self.posters: dict[str, bytes] = {}
        self.open: list[str] = []
        self.most_open = 0
        self.gaps = 0  # how often the last open clip ended
        self.amends = 0

    def submit(self, command: Command) -> None:
        match command:
            case Begin(facts, tracks, poster):
                assert facts.id not in self.clips
                assert tracks.video.size.width > 0
                self.clips[facts.id] = []
                self.facts[facts.id] = facts
                self.posters[facts.id] = poster
                self.open.append(facts.id)
                self.most_open = max(self.most_open, len(self.open))
            case Append(clip_id, frame):
                assert clip_id in self.open
                self.clips[clip_id].append(frame)
            case Amend(facts, poster):
                self.amends += 1
                self.facts[facts.id] = facts
                self.posters[facts.id] = poster or self.posters[facts.id]
            case End(clip_id):
                self.open.remove(clip_id)
                self.gaps += not self.open

    def queued(self, camera_id: str) -> int:
        return len(camera_id)

    def dropped(self, camera_id: str) -> int:
        return 0

    def pts(self) -> list[list[float]]:
        return [[frame.pts_s for frame in frames] for frames in self.clips.values()]
