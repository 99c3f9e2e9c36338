"""One thing that is followed, and whether it moves as somebody does who goes somewhere.

Pure. Leaves, waves and curtains come back to where they were; insects are faster than anything of their size
that is far away; who walks or drives covers ground, steadily.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from gcam_addon.detectors.spots import Spot

TRAIL_S: Final = 3.0
"""How much of its way is remembered."""
_WALK_S: Final = 1.5
"""For so long something small has to go on, …"""
_FEWEST: Final = 6
"""… in so many pictures, …"""
_SEEN: Final = 0.6
"""… and in this share of those looked at."""
_LEAST_PX: Final = 4.0
_OWN_SIZES: Final = 0.75
"""How far it has to get: so many times its own size, and `_LEAST_PX`."""
_STRAIGHT: Final = 0.6
"""Ground covered over way made."""
_FASTEST: Final = 8.0
"""Own sizes a second: a car comes to six; insects near the lens to twenty."""
_LIKE_ITSELF: Final = 4.0
"""How many times larger it may be at one moment than at another."""
_LARGE_DOUBT: Final = 4 / 3
"""What is sure has been large enough: parts come and go, so that its middle jumps."""
_PASS_S: Final = 0.4
_PASS_SIZES: Final = 0.7
_PASS_STRAIGHT: Final = 0.8
"""The same of what is large enough: a shorter way, but a straighter one."""
_STEP_S: Final = 0.3
_PASS_STEP_S: Final = 0.1
_THIRD: Final = 0.1
"""Share of the way that each third of the time has to bring."""


class Seen(NamedTuple):
    """Where it was, pixels."""

    pts_s: float
    x: float
    y: float
    size_px: int
    area_px: int


@dataclass(slots=True)
class Followed:
    """One thing. `sure`: something that counts; `walked`: and it went somewhere."""

    id: int
    since_s: float
    spot: Spot
    seen_s: float
    x: float
    y: float
    right_ps: float = 0.0
    down_ps: float = 0.0
    sure: bool = False
    walked: bool = False
    moved_s: float = -math.inf
    """When it last counted."""
    largest_px: int = 0
    trail: deque[Seen] = field(default_factory=deque)
    looks: deque[float] = field(default_factory=deque)

    def expected(self, pts_s: float) -> tuple[float, float]:
        """Where it should be. Nobody hidden goes straight on for long."""
        ahead_s = min(pts_s - self.seen_s, 1.0)
        return self.x + self.right_ps * ahead_s, self.y + self.down_ps * ahead_s

    def see(self, spot: Spot, pts_s: float) -> None:
        """It is `spot` now."""
        elapsed_s = max(1e-3, pts_s - self.seen_s)
        keep = math.exp(-elapsed_s / 0.5)
        self.right_ps = keep * self.right_ps + (1 - keep) * (spot.x - self.x) / elapsed_s
        self.down_ps = keep * self.down_ps + (1 - keep) * (spot.y - self.y) / elapsed_s
        self.x, self.y, self.spot, self.seen_s = spot.x, spot.y, spot, pts_s
        self.largest_px = max(self.largest_px, spot.area_px)
        self.trail.append(Seen(pts_s, spot.x, spot.y, spot.size_px, spot.area_px))

    def is_within(self, pts_s: float) -> None:
        """It can't be told from something larger, where it should be."""
        self.x, self.y = self.expected(pts_s)
        self.seen_s = pts_s
        self.right_ps, self.down_ps = 0.8 * self.right_ps, 0.8 * self.down_ps

    def look(self, pts_s: float) -> None:
        """A picture was looked at; what is long ago is forgotten."""
        self.looks.append(pts_s)
        while pts_s - self.looks[0] > TRAIL_S:
            self.looks.popleft()
        while self.trail and pts_s - self.trail[0].pts_s > TRAIL_S:
            self.trail.popleft()

    @property
    def area_px(self) -> int:
        """Of most of what was seen of it lately."""
        return _quantile((seen.area_px for seen in self.trail), 0.75)


def walks(track: Followed, doubt: float) -> bool:
    """Whether its way is that of somebody who goes somewhere. `doubt`: how many times the usual way it
    takes.
    """
    trail = track.trail
    if len(trail) < _FEWEST or trail[-1].pts_s - trail[0].pts_s < _WALK_S:
        return False
    if len(trail) < _SEEN * len(track.looks) or not (track.sure or _like_itself(track)):
        return False
    size = max(2.0, _quantile((seen.size_px for seen in trail), 0.75 if track.sure else 0.5))
    wanted = (_LARGE_DOUBT if track.sure else doubt) * max(_LEAST_PX, _OWN_SIZES * size)
    points = _smoothed(trail, _STEP_S)
    covered = _distance(points[0], points[-1])
    if covered > _FASTEST * size * (points[-1].pts_s - points[0].pts_s):
        return False
    return covered >= wanted and _steady(points, _STRAIGHT)


def passes(track: Followed) -> bool:
    """Whether something large enough has just gone its own length, or nearly."""
    trail = track.trail
    if not trail or trail[-1].pts_s - trail[0].pts_s < _PASS_S:
        return False
    size = max(2.0, *(seen.size_px for seen in trail))
    points = _smoothed(trail, _PASS_STEP_S)
    return _distance(points[0], points[-1]) >= max(_LEAST_PX, _PASS_SIZES * size) and _steady(
        points, _PASS_STRAIGHT
    )


def goes(track: Followed, now_s: float) -> bool:
    """Whether it has covered some ground in the last second."""
    points = _smoothed([seen for seen in track.trail if now_s - seen.pts_s <= 1.0], _STEP_S)
    return bool(points) and _distance(points[0], points[-1]) >= max(1.0, 0.15 * track.spot.size_px)


def _steady(points: Sequence[Seen], straightness: float) -> bool:
    """Hardly a detour, and each third of the time brought it further."""
    first, last = points[0], points[-1]
    covered = _distance(first, last)
    if len(points) < 4 or covered < straightness * sum(_distance(a, b) for a, b in pairwise(points)):
        return False
    right, down = (last.x - first.x) / covered, (last.y - first.y) / covered
    along = [right * (point.x - first.x) + down * (point.y - first.y) for point in points]
    marks = [along[round((len(along) - 1) * third / 3)] for third in range(4)]
    return all(b - a >= _THIRD * covered for a, b in pairwise(marks))


def _like_itself(track: Followed) -> bool:
    small, large = (_quantile((seen.area_px for seen in track.trail), share) for share in (0.2, 0.8))
    return large <= _LIKE_ITSELF * small


def _smoothed(trail: Iterable[Seen], step_s: float) -> list[Seen]:
    """Means over `step_s` each: what flickers at a thing's edges is no way made."""
    steps: list[list[Seen]] = []
    for seen in trail:
        if not steps or seen.pts_s - steps[-1][0].pts_s >= step_s - 1e-6:
            steps.append([])
        steps[-1].append(seen)
    return [_mean(step) for step in steps]


def _mean(step: Sequence[Seen]) -> Seen:
    pts_s, x, y = (sum(seen[part] for seen in step) / len(step) for part in range(3))
    return Seen(pts_s, x, y, step[-1].size_px, step[-1].area_px)


def _distance(a: Seen, b: Seen) -> float:
    return math.hypot(b.x - a.x, b.y - a.y)


def _quantile(values: Iterable[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0
