"""A day in a few minutes: one frame at each interval, one clip per hour of the clock, played at 25 fps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from gcam_addon.config.model import Camera
from gcam_addon.model import ClipKind, Event, Rest, Size, Unit
from gcam_addon.recording.clip_ids import new_clip_id
from gcam_addon.recording.commands import Amend, Append, Begin, CommandQueue, End, stored_tracks
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.words.reason import because

PLAYED_FPS = 25
_AMEND_EVERY_S = 60.0
"""How exactly its end is known after a crash; each time costs a card some writes."""


class TimelapseRecorder:
    """Recorder for the mode timelapse; whether anything moves makes no difference to it."""

    def __init__(
        self, camera: Camera, queue: CommandQueue, clip_id: Callable[[str, float], str] = new_clip_id
    ) -> None:
        self._camera = camera
        self._interval_s = camera.recording.timelapse_interval_s
        self._queue = queue
        self._clip_id = clip_id
        self._facts: ClipFacts | None = None
        self._size = Size(0, 0)
        self._hour = ""
        self._frames = 0
        self._amended_pts_s = float("-inf")
        self._last_pts_s = float("-inf")

    @property
    def queued(self) -> int:
        return self._queue.queued(self._camera.id)

    @property
    def dropped(self) -> int:
        return self._queue.dropped(self._camera.id)

    def push(self, unit: Unit, active: bool) -> None:
        """Loop. Takes the picture when an interval has passed since the last one taken; only a key stands
        alone.
        """
        if not unit.begins_group:
            return
        if 0 <= unit.pts_s - self._last_pts_s < self._interval_s:
            return
        self._last_pts_s = unit.pts_s
        hour = datetime.fromtimestamp(unit.received_at).astimezone().strftime("%Y-%m-%dT%H%z")
        if self._facts is None or hour != self._hour or unit.size != self._size:
            self._begin(unit, hour)
        self._append(unit)

    def note(self, event: Event) -> None:
        """Loop. Events are not what a timelapse is about."""

    def rename(self, camera: Camera) -> None:
        """Loop."""
        self._camera = replace(self._camera, name=camera.name)

    def close(self) -> None:
        """Loop. Ends the open clip; the interval goes on from the last frame taken."""
        if self._facts is not None:
            self._end(self._facts)
            self._facts = None

    def hand_over(self) -> Rest:
        """Loop. It has nothing to leave."""
        self.close()
        return Rest()

    def take_over(self, rest: Rest) -> None:
        """Loop. What others leave is not what a timelapse is about."""

    def _begin(self, unit: Unit, hour: str) -> None:
        before = self._facts
        self._facts = ClipFacts(
            id=self._clip_id(self._camera.id, unit.received_at),
            camera_id=self._camera.id,
            camera_name=self._camera.name,
            kind=ClipKind.TIMELAPSE,
            started_at=unit.received_at,
            ended_at=unit.received_at,
            reason=because("clip_timelapse", seconds=self._interval_s),
            keep_original=self._camera.recording.keep_original,
        )
        self._hour, self._size, self._frames = hour, unit.size, 0
        self._queue.submit(Begin(self._facts, stored_tracks(unit)))
        self._amended_pts_s = unit.pts_s
        if before is not None:
            self._end(before)

    def _end(self, facts: ClipFacts) -> None:
        self._queue.submit(Amend(facts))
        self._queue.submit(End(facts.id))

    def _append(self, unit: Unit) -> None:
        assert self._facts is not None
        self._facts = replace(self._facts, ended_at=unit.received_at)
        self._queue.submit(Append(self._facts.id, replace(unit, pts_s=self._frames / PLAYED_FPS)))
        self._frames += 1
        if unit.pts_s - self._amended_pts_s >= _AMEND_EVERY_S:
            self._amended_pts_s = unit.pts_s
            self._queue.submit(Amend(self._facts))
