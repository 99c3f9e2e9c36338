"""From decisions on frames to events in time: when motion began, when it was over, how strong it was.

Pure: looks and decisions in, events out. Does not look at pixels; does not decide what to record.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from gcam_addon.config.model import DetectionSettings
from gcam_addon.interfaces import Look
from gcam_addon.model import Cause, Motion, MotionEnded, MotionStarted, Size
from gcam_addon.picture.cells import touched
from gcam_addon.pipeline.cadence import Cadence
from gcam_addon.pipeline.scene import settling_s

CANDIDATE_GAP_S = 0.5
"""Quiet time after which motion that was never confirmed is forgotten, …"""
PATIENCE = 2.5
"""… unless looks are far apart: nothing is over before this many of them have gone by."""
_CLOSE_S = 1.0
"""How long it is looked at closely whether an event is over."""


@dataclass(frozen=True, slots=True)
class _Instant:
    """A moment on the pictures' clock and on people's."""

    pts_s: float
    received_at: float


@dataclass(slots=True)
class _Run:
    """Motion in progress, confirmed (then it has been announced) or not yet."""

    first: _Instant
    last: Look
    strongest: Look
    peak: float
    reason: str
    zones: dict[str, None] = field(default_factory=dict)
    cells: int = 0
    """Where it moved."""
    frames: int = 0
    moving: int = 0
    event_id: str = ""


class Tracker:
    """One camera's events. One thread at a time; `pts_s` of the looks is its only clock. `rotation`: by how
    many degrees clockwise the looks are turned.
    """

    def __init__(self, camera_id: str, settings: DetectionSettings, rotation: int = 0) -> None:
        self._camera_id = camera_id
        self._settings = settings
        self._rotation = rotation
        self._run: _Run | None = None
        self._maybe: Look | None = None
        self._warm_until_s: float | None = None
        self._size: Size | None = None
        self._active = False
        self._goes_on = False
        """The newest look moved."""
        self._newest_s = 0.0
        self._free_s = -math.inf
        """Since then no event has been going on."""
        self._cadence = Cadence()

    @property
    def active(self) -> bool:
        """Whether something may be about to be an event: a closer look decides. Once it is one, the usual
        rate is enough to follow it, and leaves the machine to its recording.
        """
        return self._active

    @property
    def keys_suffice(self) -> bool:
        """A look every two seconds is enough: neither is there an event nor may one begin; or there is one,
        seen just now to go on, or not to for a while. Where zones are told apart each of them may be crossed
        meanwhile.
        """
        if self._run is None:
            return not self._active
        is_clear = self._goes_on or self._newest_s - self._run.last.pts_s >= _CLOSE_S
        return bool(self._run.event_id) and is_clear and not self._settings.zones

    def update(
        self, motion: Motion, look: Look, *, may_begin: bool = True, after_gap: bool = False
    ) -> tuple[MotionStarted | MotionEnded, ...]:
        """The events that the decision on `look` makes certain, in order. Not `may_begin`: Gcam itself made
        the picture another one, so that only what is an event already goes on. `after_gap`: pictures before
        it were not looked at.
        """
        warming = self._warming(look)
        self._cadence.look(look.pts_s)
        ended = (
            ()
            if motion.awaited and not warming and (motion.resumed or not motion.moving)
            else self._expire(look.pts_s)
        )
        goes_on = self._run is not None and bool(self._run.event_id)
        moving = motion.moving and not warming and (may_begin or goes_on)
        if self._run is not None:
            self._run.frames += motion.cause is not Cause.UNDECODABLE
        started = self._extend(motion, look) if moving else ()
        if after_gap and self._goes_on and self._run is not None:
            self._run.last = look  # it moved on, until now at most
        self._goes_on, self._newest_s = moving, look.pts_s
        self._doubt(motion, look, warming=warming or not may_begin)
        self._active = motion.cause is Cause.UNCONFIRMED or (self._run is not None and not self._run.event_id)
        return ended + started

    def finish(self) -> tuple[MotionEnded, ...]:
        """The run is over (stall, shutdown): end an open event at its last moving frame."""
        run, self._run = self._run, None
        self._active = False
        if run is not None and run.event_id:
            self._free_s = run.last.pts_s
        return (self._ended(run),) if run is not None and run.event_id else ()

    def retune(self, settings: DetectionSettings) -> None:
        """Count by these from now on; what is in progress goes on, a warm-up too."""
        self._settings = settings

    def broke(self) -> None:
        """The stream broke: nothing that is unconfirmed goes on after it. `finish()` first."""
        self._run = self._maybe = None
        self._active = False

    def settle(self, pts_s: float, absent_s: float) -> None:
        """The same scene is back: a warm-up that was in progress goes on, and for a moment nothing counts."""
        if self._warm_until_s is not None:
            until_s = pts_s + settling_s(absent_s, self._settings.warmup_s)
            self._warm_until_s = max(self._warm_until_s, until_s)

    def reset(self) -> None:
        """The next frames show another scene: warm up."""
        self._warm_until_s = None

    def _warming(self, look: Look) -> bool:
        """Warm-up begins with the first frame and with every change of the frame size."""
        if self._warm_until_s is None or look.size != self._size:
            self._warm_until_s = look.pts_s + self._settings.warmup_s
            self._size = look.size
        return look.pts_s < self._warm_until_s

    def _expire(self, now_s: float) -> tuple[MotionEnded, ...]:
        run = self._run
        if run is None:
            return ()
        quiet_s = now_s - run.last.pts_s
        if run.event_id and quiet_s > max(self._settings.event_gap_s, self._patience_s):
            return self.finish()
        if not run.event_id and quiet_s > max(CANDIDATE_GAP_S, self._settings.min_motion_s, self._patience_s):
            self._run = None
        return ()

    @property
    def _patience_s(self) -> float:
        return PATIENCE * self._cadence.interval_s

    def _extend(self, motion: Motion, look: Look) -> tuple[MotionStarted, ...]:
        run = self._run
        if run is None:
            first = _Instant(look.pts_s, look.received_at)
            run = self._run = _Run(first, look, look, motion.score, motion.reason, frames=1)
            if self._maybe is not None:
                run.first, run.frames, run.moving = _Instant(self._maybe.pts_s, self._maybe.received_at), 2, 1
        if not run.event_id:
            self._set_back(run, motion, look)
        run.last = look
        run.moving += 1
        run.zones.update(dict.fromkeys(motion.zones))
        run.cells |= touched(motion.regions, self._rotation)
        if motion.score > run.peak:
            run.peak, run.strongest, run.reason = motion.score, look, motion.reason
        if run.event_id or not self._is_confirmed(run):
            return ()
        run.event_id = f"{self._camera_id}-{int(run.first.received_at * 1000):013d}"
        return (self._started(run, motion, look),)

    def _set_back(self, run: _Run, motion: Motion, look: Look) -> None:
        """What took time to be sure of began before that; not within the warm-up or another event."""
        if motion.since_s is None or motion.since_s >= run.first.pts_s:
            return
        since_s = max(motion.since_s, self._free_s, self._warm_until_s or -math.inf)
        if since_s < run.first.pts_s:
            run.first = _Instant(since_s, look.received_at - (look.pts_s - since_s))

    def _doubt(self, motion: Motion, look: Look, *, warming: bool) -> None:
        """Remember the first frame of what the detector wants to see again: if that happens at once, the
        event began with it.
        """
        if motion.cause is not Cause.UNCONFIRMED or warming:
            self._maybe = None
        elif self._maybe is None or look.pts_s - self._maybe.pts_s > max(CANDIDATE_GAP_S, self._patience_s):
            self._maybe = look

    def _is_confirmed(self, run: _Run) -> bool:
        """Long enough, in two frames or more, and moving at least half of the time."""
        lasted_s = run.last.pts_s - run.first.pts_s
        long_enough = lasted_s >= self._settings.min_motion_s - 1e-6
        return long_enough and run.moving >= 2 and 2 * run.moving >= run.frames

    def _started(self, run: _Run, motion: Motion, look: Look) -> MotionStarted:
        return MotionStarted(
            camera_id=self._camera_id,
            event_id=run.event_id,
            pts_s=run.first.pts_s,
            started_at=run.first.received_at,
            score=run.peak,
            reason=motion.reason,
            zones=tuple(run.zones),
            regions=motion.regions,
            jpeg=look.jpeg(),
            cells=run.cells,
        )

    def _ended(self, run: _Run) -> MotionEnded:
        return MotionEnded(
            camera_id=self._camera_id,
            event_id=run.event_id,
            pts_s=run.last.pts_s,
            started_at=run.first.received_at,
            ended_at=run.last.received_at,
            peak=run.peak,
            reason=run.reason,
            zones=tuple(run.zones),
            jpeg=run.strongest.jpeg(),
            cells=run.cells,
        )
