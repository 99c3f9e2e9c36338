"""When a camera's units become a clip: pre-roll, post-roll, maximum length. No I/O, no clock, no threads:
units and events in, commands for the journal out. A clip begins and ends at keys: every JPEG is one.
Timelapse has its own recorder, in `timelapse.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gcam_addon.bitstream.leading import Leading
from gcam_addon.bitstream.preroll import PreRoll, is_step_back
from gcam_addon.config.model import Camera, RecordingMode
from gcam_addon.model import (
    ClipKind,
    Event,
    Kind,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    Rest,
    Tracks,
    Unit,
    together,
)
from gcam_addon.recording.clip_ids import new_clip_id
from gcam_addon.recording.commands import Amend, Append, Begin, CommandQueue, End, stored_tracks
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.words.reason import because

CONFIRMATION_S = 2.0
"""Between an event's first moving frame and word of it: time to confirm, decode and hand over. The ring is
longer by this, so that the pre-roll before the first *moving* frame is complete.
"""
_INTERRUPTED = because("clip_interrupted")
_Happened = MotionStarted | MotionNamed | MotionEnded


class ClipRecorder:
    """Recorder for the modes motion and continuous; with recording off it still records by hand.

    A clip lasts while `active`, and until `post_roll_s` after the last moving frame of its last event.
    `note()` is called before the first `push()` that the event made active.
    """

    def __init__(
        self, camera: Camera, queue: CommandQueue, clip_id: Callable[[str, float], str] = new_clip_id
    ) -> None:
        self._camera = camera
        self._settings = camera.recording
        self._queue = queue
        self._clip_id = clip_id
        self._preroll = PreRoll(self._settings.pre_roll_s + CONFIRMATION_S, self._settings.pre_roll_max_bytes)
        self._clip: _OpenClip | None = None
        self._ended: ClipFacts | None = None
        self._events: dict[str, MotionStarted] = {}
        self._names: dict[str, tuple[Named, ...]] = {}
        """Of events in the newest clip, and of those that go on."""
        self._keep_until_s = float("-inf")
        self._interrupted = False
        self._last_event: MotionEnded | None = None
        """Of those that ended in the open clip."""
        self._rest = Rest()
        """Of another recorder's clip: what is still to be recorded of it."""

    @property
    def queued(self) -> int:
        return self._queue.queued(self._camera.id)

    @property
    def dropped(self) -> int:
        return self._queue.dropped(self._camera.id)

    def push(self, unit: Unit, active: bool) -> None:
        """Loop. Every unit is either in the ring or in exactly one clip."""
        if self._clip is not None and is_step_back(unit, self._clip.last_pts_s):
            self.close()  # another time line: a file played again
        if active and self._clip is not None and not self._events and not self._clip.facts.is_asked_for:
            self._clip.facts = replace(self._clip.facts, is_asked_for=True)
            self._queue.submit(Amend(self._clip.facts, b""))
        if self._wanted(unit, active):
            if self._clip is not None or self._begin_with_preroll(unit):
                self._append(unit)
        elif self._clip is not None and not unit.begins_group:
            self._append(unit)  # what begins with the next key is whole, and so is what ends there
        else:
            self._end()
            self._interrupted, self._rest = False, Rest()
            self._preroll.push(unit)

    def note(self, event: Event) -> None:
        """Loop. Motion events are what a clip is about; anything else is not for recorders."""
        if isinstance(event, MotionStarted):
            self._motion_started(event)
        elif isinstance(event, MotionNamed):
            self._names[event.event_id] = event.named
            if self._clip is not None:
                self._clip.learn(event, self._names, self._queue)
        elif isinstance(event, MotionEnded):
            if event.named:
                self._names[event.event_id] = event.named
            self._motion_ended(event)
            if self._clip is None:
                self._forget_names()

    def rename(self, camera: Camera) -> None:
        """Loop."""
        self._camera = replace(self._camera, name=camera.name)

    def close(self) -> None:
        """Loop. Ends the open clip; the ring stays, so motion right after a reconnect has a pre-roll."""
        if self._clip is not None:
            self._interrupted = self._clip.facts.kind is ClipKind.MOTION
        self._end()
        self._events.clear()
        self._keep_until_s, self._rest = float("-inf"), Rest()

    def hand_over(self) -> Rest:
        """Loop."""
        event = self._last_event or self._rest.event
        until_s = float("-inf") if event is None else self._keep_until_s
        self.close()
        return Rest(tuple(self._preroll.take(float("-inf"))), until_s, event)

    def take_over(self, rest: Rest) -> None:
        """Loop."""
        self._preroll.fill(rest.pre_roll)
        self._rest = Rest(from_s=rest.from_s)
        if self._records_motion:
            self._rest = replace(rest, pre_roll=())
            self._keep_until_s = rest.until_s

    def _wanted(self, unit: Unit, active: bool) -> bool:
        if active or self._records_always:
            return True
        has_begun = self._clip is not None or self._rest.event is not None
        return has_begun and unit.pts_s <= self._keep_until_s

    @property
    def _records_always(self) -> bool:
        return self._settings.enabled and self._settings.mode is RecordingMode.CONTINUOUS

    @property
    def _records_motion(self) -> bool:
        return self._settings.enabled and self._settings.mode is RecordingMode.MOTION

    def _begin_with_preroll(self, unit: Unit) -> bool:
        """False where nothing can begin: there is no key yet."""
        starts = [event.pts_s for event in self._events.values()] if self._records_motion else []
        first_s = min(starts, default=unit.pts_s) - self._settings.pre_roll_s
        first_s = min(first_s, self._rest.from_s)
        newest = self._preroll.newest
        if newest is not None and is_step_back(unit, newest.pts_s):
            self._preroll.clear()
        earlier = self._preroll.take(first_s)
        if not earlier and not unit.begins_group:
            return False
        self._begin((earlier or [unit])[0])
        for kept in earlier:
            self._append(kept)
        return True

    def _begin(self, first: Unit) -> _OpenClip:
        """Open a clip for `first`, and only then end the one before: the camera never stops recording."""
        facts, poster = self._first_facts(first)
        clip = _OpenClip(facts, first.pts_s, first.pts_s, first.tracks, poster, Leading(first))
        before, self._clip = self._clip, clip
        self._interrupted, self._rest = False, replace(self._rest, from_s=math.inf)
        self._queue.submit(Begin(facts, stored_tracks(first), poster.jpeg))
        if before is not None:
            self._ended = before.facts
            self._end_former(before)
            if clip.leading.may_come and before.tracks == clip.tracks:
                clip.former_id = before.facts.id
                self._queue.submit(Append(clip.former_id, first))
            else:
                self._queue.submit(End(before.facts.id))
        return clip

    def _end_former(self, clip: _OpenClip) -> None:
        if clip.former_id is not None:
            self._queue.submit(End(clip.former_id))
            clip.former_id = None

    def _first_facts(self, first: Unit) -> tuple[ClipFacts, _Poster]:
        facts = ClipFacts(
            id=self._clip_id(self._camera.id, first.received_at),
            camera_id=self._camera.id,
            camera_name=self._camera.name,
            kind=self._kind(),
            started_at=first.received_at,
            reason=_INTERRUPTED if self._interrupted else "",
            keep_original=self._settings.keep_original and not first.tracks.video.codec.is_inter,
            orientation=first.tracks.video.orientation,
        )
        poster = _Poster()
        rest = () if self._rest.event is None else (self._rest.event,)
        self._names = {event_id: named for event_id, named in self._names.items() if event_id in self._events}
        self._names |= {event.event_id: event.named for event in rest}
        for event in (*rest, *self._events.values()):
            facts, poster = _with_event(facts, poster, event, self._names)
        return facts, poster

    def _kind(self) -> ClipKind:
        if self._records_always:
            return ClipKind.CONTINUOUS
        if self._clip is not None:
            return self._clip.facts.kind
        return (
            ClipKind.MOTION
            if self._records_motion and (self._events or self._interrupted or self._rest.event)
            else ClipKind.MANUAL
        )

    def _append(self, unit: Unit) -> None:
        clip = self._clip
        assert clip is not None
        if unit.begins_group and (
            unit.tracks != clip.tracks or unit.pts_s - clip.first_pts_s >= self._settings.max_clip_s
        ):
            clip = self._begin(unit)
        elif clip.leading.is_lost(unit):
            if clip.former_id is not None:
                self._queue.submit(Append(clip.former_id, unit))
            return
        elif not clip.leading.may_come:
            self._end_former(clip)
        if not unit.is_sound:
            clip.last_pts_s = max(clip.last_pts_s, unit.pts_s)
        self._queue.submit(Append(clip.facts.id, unit))

    def _end(self) -> None:
        if self._clip is not None:
            self._end_former(self._clip)
            self._queue.submit(End(self._clip.facts.id))
            self._ended, self._clip, self._last_event = self._clip.facts, None, None

    def _motion_started(self, event: MotionStarted) -> None:
        self._events[event.event_id] = event
        if self._clip is not None:
            self._clip.learn(event, self._names, self._queue)
        elif self._records_motion and (newest := self._preroll.newest) is not None:
            self._begin_with_preroll(newest)  # at once: the camera may be gone before its next frame

    def _forget_names(self) -> None:
        """Of events that no clip is about: there may be no other clip for months."""
        kept = {*self._events, *(self._ended.event_ids if self._ended else ())}
        self._names = {event_id: named for event_id, named in self._names.items() if event_id in kept}

    def _motion_ended(self, event: MotionEnded) -> None:
        self._events.pop(event.event_id, None)
        if self._clip is not None:
            if self._records_motion:
                self._last_event = event
                self._keep_until_s = max(self._keep_until_s, event.pts_s + self._settings.post_roll_s)
            self._clip.learn(event, self._names, self._queue)
        elif self._ended is not None and event.event_id in self._ended.event_ids:
            before = _Poster(rank=(_is_named(self._ended.named), self._ended.peak))
            self._ended, poster = _with_event(self._ended, before, event, self._names)
            self._queue.submit(Amend(self._ended, poster.jpeg))


_Names = Mapping[str, tuple[Named, ...]]
"""By event."""


@dataclass(frozen=True, slots=True)
class _Poster:
    """The picture of a clip: of the strongest event, of those first in which something is named."""

    jpeg: bytes = field(default=b"", repr=False)
    event_id: str = ""
    rank: tuple[bool, float] = (False, 0.0)


@dataclass(slots=True)
class _OpenClip:
    facts: ClipFacts
    first_pts_s: float
    last_pts_s: float
    tracks: Tracks
    poster: _Poster
    leading: Leading
    former_id: str | None = None
    """The clip before, while what leads may come: that has the key, too, and all that is shown before it."""

    def learn(self, event: _Happened, names: _Names, queue: CommandQueue) -> None:
        before = self.poster.jpeg
        self.facts, self.poster = _with_event(self.facts, self.poster, event, names)
        queue.submit(Amend(self.facts, b"" if self.poster.jpeg is before else self.poster.jpeg))


def _with_event(
    facts: ClipFacts, poster: _Poster, event: _Happened, names: _Names
) -> tuple[ClipFacts, _Poster]:
    """`facts` knowing of `event`; the reason is that of the strongest event so far."""
    event_ids = _merged(facts.event_ids, (event.event_id,))
    if not isinstance(event, MotionNamed):
        score = event.peak if isinstance(event, MotionEnded) else event.score
        if score >= facts.peak:
            facts = replace(facts, peak=score, reason=event.reason)
        facts = replace(facts, zones=_merged(facts.zones, event.zones))
        if isinstance(event, MotionEnded) and event.unwanted:
            facts = replace(facts, unwanted=_merged(facts.unwanted, (event.event_id,)))
    else:
        score = poster.rank[1] if poster.event_id == event.event_id else 0.0
    rank = (_is_named(names.get(event.event_id, ())), score)
    if rank >= poster.rank:
        poster = _Poster(event.jpeg or poster.jpeg, event.event_id, rank)
    return replace(facts, event_ids=event_ids, named=_named(event_ids, poster.event_id, names)), poster


def _named(event_ids: tuple[str, ...], first_id: str, names: _Names) -> tuple[Named, ...]:
    """Of all those events; first comes what the picture shows."""
    named = names.get(first_id, ())
    for event_id in event_ids:
        named = together(named, names.get(event_id, ()) if event_id != first_id else ())
    return named


def _is_named(named: tuple[Named, ...]) -> bool:
    return any(one.kind is not Kind.UNNAMED for one in named)


def _merged(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))
