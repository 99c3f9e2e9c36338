"""Follows spots from picture to picture: which of now is which of before.

Pure: places and times in, tracks out. Whether a track is somebody is asked
elsewhere (`track`, `following`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count
from typing import Final

from gcam_addon.detectors.fidgets import Fidgets, Place
from gcam_addon.detectors.spots import MOST, Spot
from gcam_addon.detectors.track import TRAIL_S, Followed, Seen

HIDDEN_S: Final = 3.0
"""How long somebody may be hidden and still be expected …"""
_LOST_S: Final = 0.5
"""… and something of which nobody knows yet what it is, or that went to the picture's edge."""
_LOOKS: Final = 2.5
"""Nothing is lost before so many looks have gone by."""
_REACH_PX: Final = 2.0
_REACH_SIZES: Final = 0.5
_REACH_PS: Final = 6.0
"""How far from where it is expected something may be: pixels, own sizes, pixels a second unseen."""
_STIRRING: Final = 0.25
"""How much each other thing that stirs and gets nowhere adds to the doubt."""


class Follower:
    """The tracks of one camera, in pixels of its luma. One thread."""

    def __init__(self) -> None:
        self.tracks: list[Followed] = []
        self._fidgets = Fidgets()
        self._ids = count(1)
        self._shape = (1, 1)
        self._last_s = 0.0

    def forget(self) -> None:
        """The next picture shows another scene."""
        self.tracks, self._fidgets = [], Fidgets()

    def update(self, spots: Sequence[Spot], shape: tuple[int, int], pts_s: float) -> None:
        """The next picture's spots."""
        interval_s = max(0.0, pts_s - self._last_s)
        self._last_s, self._shape = pts_s, shape
        pairs = self._pairs(spots, pts_s)
        for track, spot in pairs:
            track.see(spot, pts_s)
        for track in self.tracks:
            if (
                track.seen_s < pts_s
                and track.sure
                and any(spot.holds(*track.expected(pts_s)) for spot in spots)
            ):
                track.is_within(pts_s)
            track.look(pts_s)
        self._drop(pts_s, interval_s)
        self._note_fidgets(pts_s, interval_s)
        taken = {id(spot) for _, spot in pairs}
        free = [spot for spot in spots if id(spot) not in taken]
        for spot in free[: max(0, MOST - len(self.tracks))]:
            self._begin(spot, pts_s)

    def doubt(self, track: Followed) -> float:
        """How many times the usual way it takes to believe that it goes somewhere: where much gets nowhere,
        and while much stirs, more; most while it has not got out of there.
        """
        stirring = sum(other is not track and not other.sure for other in self.tracks)
        places = self._place(track.trail[0].x, track.trail[0].y), self._place(track.x, track.y)
        doubts = [self._fidgets.at(place) for place in places]
        return 1.0 + _STIRRING * stirring + max(doubts) + min(doubts)

    def _begin(self, spot: Spot, pts_s: float) -> None:
        track = Followed(next(self._ids), pts_s, spot, pts_s, spot.x, spot.y, largest_px=spot.area_px)
        track.trail.append(Seen(pts_s, spot.x, spot.y, spot.size_px, spot.area_px))
        track.look(pts_s)
        self.tracks.append(track)

    def _pairs(self, spots: Sequence[Spot], pts_s: float) -> list[tuple[Followed, Spot]]:
        """What is sure chooses first, then who is nearest."""
        offers = []
        for track in self.tracks:
            x, y = track.expected(pts_s)
            unseen_s = min(pts_s - track.seen_s, 1.0)
            for number, spot in enumerate(spots):
                size = max(spot.size_px, track.spot.size_px)
                reach = _REACH_PX + _REACH_SIZES * size + _REACH_PS * unseen_s
                away = math.hypot(spot.x - x, spot.y - y) / reach
                if away < 1.0:
                    offers.append((not track.sure, away, track.id, number, track, spot))
        pairs: list[tuple[Followed, Spot]] = []
        taken: set[int] = set()
        for _, _, _, number, track, spot in sorted(offers, key=lambda offer: offer[:4]):
            if -track.id not in taken and number not in taken:
                pairs.append((track, spot))
                taken |= {-track.id, number}
        return pairs

    def _drop(self, pts_s: float, interval_s: float) -> None:
        kept = []
        lost_s = max(_LOST_S, _LOOKS * interval_s)
        for track in self.tracks:
            waits_s = max(HIDDEN_S, lost_s) if track.sure and self._inside(track, pts_s) else lost_s
            if pts_s - track.seen_s <= waits_s:
                kept.append(track)
            elif not track.sure:
                places = {self._place(seen.x, seen.y) for seen in track.trail}
                self._fidgets.add(places, min(TRAIL_S, track.seen_s - track.since_s + interval_s))
        self.tracks = kept

    def _note_fidgets(self, pts_s: float, interval_s: float) -> None:
        self._fidgets.pass_by(interval_s)
        for track in self.tracks:
            if not track.sure and track.seen_s == pts_s and pts_s - track.since_s > TRAIL_S:
                self._fidgets.add({self._place(track.x, track.y)}, interval_s)

    def _inside(self, track: Followed, pts_s: float) -> bool:
        x, y = track.expected(pts_s)
        height, width = self._shape
        return 1.0 <= x <= width - 2.0 and 1.0 <= y <= height - 2.0

    def _place(self, x: float, y: float) -> Place:
        height, width = self._shape
        return x / width, y / height
