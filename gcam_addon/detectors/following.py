"""What time adds to the decision on a picture: who is small but goes somewhere moves, who stands or is hidden
is awaited, and what stirs where everything stirs is waited for.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

import cv2
import numpy as np

from gcam_addon.detectors.background import HOLD_S, Background
from gcam_addon.detectors.comparison import Comparison
from gcam_addon.detectors.follower import Follower
from gcam_addon.detectors.onset import Onset
from gcam_addon.detectors.spots import box_of, find_spots
from gcam_addon.detectors.track import Followed, goes, passes, walks
from gcam_addon.detectors.verdict import Judge
from gcam_addon.detectors.zones import Mask
from gcam_addon.model import Cause, Motion, Track

_WEAK: Final = np.float32(0.6)
"""Share of the limit from which a pixel belongs to what is followed."""
_FEWEST_PX: Final = 64.0
"""Pixels of the camera's own picture: what covers fewer nobody would recognise in the recording."""
_STAND_S: Final = 8.0
"""How long somebody is awaited who stands, and has not been seen to walk."""
_REMAINS: Final = 0.05
"""Share of its largest area that has to be left of somebody who stands."""
_SLOW_S: Final = 0.6
"""Looks farther apart than that, usually, show places but no ways: nothing is followed."""
_LOOKS: Final = 5
_NEAR_LIGHT: Final = np.ones((5, 5), np.uint8)


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture beside the background. `detail`: how many of the camera's pixels one of it stands for."""

    seen: Comparison
    background: Background
    relit: Mask
    now_s: float
    interval_s: float
    detail: float


class Following:
    """One camera's tracks, and what they mean."""

    def __init__(self) -> None:
        self._follower = Follower()
        self._onset = Onset()
        self._intervals: deque[float] = deque(maxlen=_LOOKS)

    @property
    def is_idle(self) -> bool:
        """There is nothing to follow."""
        return not self._follower.tracks

    def forget(self) -> None:
        """The next picture shows another scene."""
        self._follower.forget()
        self._onset = Onset()

    def decide(self, motion: Motion, sight: Sight, judge: Judge) -> tuple[Motion, Mask]:
        """The decision with what time tells, and where somebody is who walked there: not to be learned."""
        self._intervals.append(sight.interval_s)
        if median(self._intervals) > _SLOW_S:
            self._follower.forget()
            return motion, np.zeros_like(sight.seen.over)
        weak = _weak(sight, judge)
        smallest_px = max(2, round(judge.small / 100.0 * weak.size))
        self._follower.update(find_spots(weak, sight.seen.over, smallest_px), weak.shape, sight.now_s)
        tracks = self._follower.tracks
        seen = [track for track in tracks if track.seen_s == sight.now_s]
        known = {track.id for track in seen if track.sure}
        going = self._going(seen, sight, lit=motion.cause is Cause.ILLUMINATION)
        large = [track for track in seen if motion.moving and _is_part(track, motion, weak)]
        if motion.cause is Cause.UNCONFIRMED:
            self._onset.suspect(_restlessness(motion, sight), sight.now_s, sight.interval_s)
        if motion.moving:
            motion = self._doubted(motion, sight, judge, large, known, any_goes=bool(going))
        there = _pixels([track for track in seen if track.walked], weak)
        if going and not motion.moving:
            going.sort(key=lambda track: -track.spot.area_px)
            motion = judge.along(tuple(track.spot.region(weak.shape) for track in going), there)
            motion = replace(motion, since_s=min(track.trail[0].pts_s for track in going))
        return _told(
            motion, tracks, weak, sight.now_s, resumed=any(t.id in known for t in large + going)
        ), there

    def _going(self, seen: list[Followed], sight: Sight, *, lit: bool) -> list[Followed]:
        """Who goes somewhere just now. While the light changes nobody is believed who wasn't before."""
        going = []
        for track in seen:
            if track.area_px * sight.detail < _FEWEST_PX:
                continue
            if not lit and walks(track, self._follower.doubt(track)):
                track.sure = track.walked = True
            if track.walked and goes(track, sight.now_s):
                track.moved_s = sight.now_s
                going.append(track)
        return going

    def _doubted(
        self,
        motion: Motion,
        sight: Sight,
        judge: Judge,
        large: list[Followed],
        known: set[int],
        *,
        any_goes: bool,
    ) -> Motion:
        """Something large enough moves: whether it counts yet. `large`: the tracks that are part of it."""
        is_known = any_goes or any(track.id in known or passes(track) for track in large)
        restlessness = _restlessness(motion, sight)
        if not self._onset.counts(restlessness, sight.now_s, sight.interval_s, goes=is_known):
            return judge.unconfirmed(motion)
        for track in large:
            track.sure, track.moved_s = True, sight.now_s
        return replace(motion, since_s=self._onset.since_s)


def _weak(sight: Sight, judge: Judge) -> Mask:
    """Where somebody may be: what differs a little, is not merely lit, and lies where motion counts."""
    seen = sight.seen
    weak = cv2.compare(seen.gap, seen.limit * _WEAK, cv2.CMP_GT).astype(np.uint8, copy=False)
    if sight.relit.any():
        weak[cv2.dilate(sight.relit, _NEAR_LIGHT) > 0] = 0
    return judge.counted(weak)


def _restlessness(motion: Motion, sight: Sight) -> float:
    """Of the place where most moves."""
    return sight.background.restlessness(box_of(motion.regions[0], sight.seen.over.shape))


def _is_part(track: Followed, motion: Motion, picture: Mask) -> bool:
    return any(track.spot.meets(box_of(region, picture.shape)) for region in motion.regions)


def _pixels(tracks: list[Followed], weak: Mask) -> Mask:
    there = np.zeros_like(weak)
    for track in tracks:
        left, top, width, height = track.spot.box
        box = np.s_[top : top + height, left : left + width]
        there[box] = weak[box]
    return there


def _is_awaited(track: Followed, now_s: float) -> bool:
    """Whether somebody stands there, or is hidden for a moment."""
    if not track.sure or now_s - track.moved_s >= (HOLD_S if track.walked else _STAND_S):
        return False
    return track.seen_s < now_s or track.spot.area_px > _REMAINS * track.largest_px


def _told(motion: Motion, tracks: list[Followed], picture: Mask, now_s: float, *, resumed: bool) -> Motion:
    return replace(
        motion,
        tracks=tuple(Track(t.id, t.spot.region(picture.shape), t.since_s, t.sure) for t in tracks),
        awaited=any(_is_awaited(track, now_s) for track in tracks),
        resumed=resumed,
    )
