"""What moves in an event, made of looks at it: where to look, when, and what may be believed. Pure.

A look is a picture of which the parts are classified in which something moves. Of what is seen there that
counts which lies where it moved, and moves with it: a parked car gives no name, however well it is seen. See
docs/design/naming.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from gcam_addon.config.model import NamingSettings
from gcam_addon.model import Box, Kind, Looked, Motion, Named, Size, kinds_of

MOST_LOOKS: Final = 8
PAUSE_S: Final = 0.5
"""Between the first looks, and after one that saw something that no other has confirmed."""
_LONGER: Final = 2.0
_LONGEST_S: Final = 8.0
"""So many times as long, up to this, is the pause after each other look: something may come nearer, or come
after what has a name.
"""
_UNSEEN_S: Final = 2.0
"""What moved for longer after the last look may have been anybody."""
_SEVERAL: Final = 2
"""So many looks at least say whether nobody wanted was there, and what was there beside the main thing."""
_SURE: Final = 25.0
_ENOUGH: Final = 2 * _SURE
"""What the looks say is summed, of each look so much of its score as lies above `min_score` less `_SURE`:
enough are two looks with `min_score`, one with `_SURE` more, or several that are less sure.
"""
_THINGS: Final = 2
"""The largest so many of what moves are looked at."""
_OF_ONE: Final = ((1.8, 0.3), (1.3, 0.07))
_OF_SEVERAL: Final = ((1.5, 0.1),)
"""Crops, each so many times as large as what moved, and at least such a part of the picture's height. What
moves alone is looked at twice, with what is around it and from near: some things are known by the one only,
some by the other.
"""
_LEAST_FIT: Final = 0.1
"""What has less in common with what moved is something else, beside or behind it."""
_PREFERRED: Final = 1.5
"""So many times as much counts a person: who rides a bicycle, or walks past a car."""
_STANDS: Final = 0.7
_WENT_ON: Final = 0.5
"""Boxes of two looks that have more in common than the one are the same place; less than the other, two."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something that moved, and the parts of the picture to look at."""

    moved: Box
    crops: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be the thing that moved at a place; `fit` says how well it lies there."""

    named: Named
    fit: float
    place: Place

    @property
    def weight(self) -> float:
        return self.named.score * self.fit * (_PREFERRED if self.named.kind is Kind.PERSON else 1.0)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look says of one place."""

    place: Place
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. `jpeg`: the picture."""

    pts_s: float
    sightings: tuple[Sighting, ...]
    jpeg: bytes


def places(motion: Motion, size: Size) -> tuple[Place, ...]:
    """Where to look in a picture of `size`; empty where nothing moves."""
    largest = sorted(motion.regions, key=lambda region: region.share, reverse=True)[:_THINGS]
    boxes = [Box(region.x, region.y, region.width, region.height) for region in largest]
    ways = _OF_ONE if len(boxes) == 1 else _OF_SEVERAL
    return tuple(Place(box, tuple(_crop(box, size, *way) for way in ways)) for box in boxes)


def sighting(place: Place, seen: Iterable[Named]) -> Sighting:
    """Of all that is `seen` there, what it may be that moved."""
    rated = (Candidate(one, _common(one.box, place.moved), place) for one in seen)
    return Sighting(place, tuple(one for one in rated if one.fit >= _LEAST_FIT))


def looked(seen: Seen, at: float) -> tuple[Looked, ...]:
    """That look, for people: its picture arrived `at`. Of two crops the one that holds the other."""
    return tuple(Looked(at, one.place.crops[0], _likeliest(one)) for one in seen.sightings)


def _likeliest(sighting: Sighting) -> tuple[Named, ...]:
    """Each kind once: two crops show the same thing."""
    best: dict[Kind, Named] = {}
    for one in sorted(sighting.candidates, key=lambda one: one.weight, reverse=True):
        best.setdefault(one.named.kind, one.named)
    return tuple(best.values())


class EventNames:
    """Of one event."""

    def __init__(self, settings: NamingSettings) -> None:
        self._settings = settings
        self._pause_s = PAUSE_S
        self._seen: list[Seen] = []

    def is_due(self, pts_s: float) -> bool:
        if not self._seen:
            return True
        return len(self._seen) < MOST_LOOKS and pts_s >= self._seen[-1].pts_s + self._pause_s

    def add(self, seen: Seen) -> None:
        self._seen.append(seen)
        candidates = [one for sighting in seen.sightings for one in sighting.candidates]
        saw = any(self._evidence(one) >= _SURE for one in candidates)
        has_name = any(self._believed(self._looks()))
        is_urgent = not has_name and (saw or len(self._seen) <= _SEVERAL)
        self._pause_s = PAUSE_S if is_urgent else min(_LONGEST_S, self._pause_s * _LONGER)

    def named(self) -> tuple[tuple[Named, ...], bytes]:
        """What moves, the main thing first, and the picture that shows it; nothing where nobody looked."""
        looks = self._looks()
        kinds = sorted(self._believed(looks), key=lambda kind: _weight(looks, kind), reverse=True)
        if not kinds:
            return self._unnamed()
        beside = [kind for kind in kinds[1:] if _is_beside(looks, kinds[0], kind)]
        best = [_best(looks, kind) for kind in (kinds[0], *beside)]
        main = best[0][1]
        return tuple(replace(one.named, pictured=look is main) for one, look in best), main.jpeg

    def unwanted(self, pts_s: float) -> bool:
        """Whether the settings want no event that is over with the picture at `pts_s`: only where it was
        looked at enough, and up to its end.
        """
        named, _ = self.named()
        if len(self._seen) < _SEVERAL or pts_s > self._seen[-1].pts_s + max(self._pause_s, _UNSEEN_S):
            return False
        return not set(kinds_of(named) or ()) & set(self._settings.kinds)

    def _looks(self) -> _Looks:
        return [(look, self._told_by(look)) for look in self._seen]

    def _told_by(self, look: Seen) -> list[Candidate]:
        """What that look says, one thing for each place; only what counts."""
        told = []
        for sighting in look.sightings:
            moving = [one for one in sighting.candidates if not self._stands(one, look)]
            best = max(moving, key=lambda one: one.weight, default=None)
            if best is not None and self._evidence(best) > 0:
                told.append(best)
        return told

    def _evidence(self, one: Candidate) -> float:
        """How far it goes to prove its kind."""
        if 100 * one.named.box.height < self._settings.min_size:
            return 0.0
        return max(0.0, one.named.score - self._settings.min_score + _SURE)

    def _believed(self, looks: _Looks) -> Iterator[Kind]:
        for kind in (Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL):
            of_kind = ([self._evidence(one) for one in told if one.named.kind is kind] for _, told in looks)
            if sum(max(found, default=0.0) for found in of_kind) >= _ENOUGH:
                yield kind

    def _stands(self, one: Candidate, look: Seen) -> bool:
        """Whether it was at the same place in another look while what moved was elsewhere."""
        others = (other for other in self._seen if other is not look)
        return any(
            there.named.kind is one.named.kind
            and _common(there.named.box, one.named.box) > _STANDS
            and _common(there.place.moved, one.place.moved) < _WENT_ON
            for other in others
            for sighting in other.sightings
            for there in sighting.candidates
        )

    def _unnamed(self) -> tuple[tuple[Named, ...], bytes]:
        """Where most moved."""
        moved = [(sighting.place.moved, look) for look in self._seen for sighting in look.sightings]
        if not moved:
            return (), b""
        box, look = max(moved, key=lambda found: found[0].width * found[0].height)
        return (Named(Kind.UNNAMED, 0.0, box, pictured=True),), look.jpeg


_Looks = Sequence[tuple[Seen, list[Candidate]]]


def _is_beside(looks: _Looks, main: Kind, other: Kind) -> bool:
    """Whether both were there at once, at two places: else one of them is a mistake."""
    at_once = 0
    for _, told in looks:
        pairs = product(told, told)
        at_once += any((one.named.kind, two.named.kind) == (main, other) for one, two in pairs)
    return at_once >= _SEVERAL


def _weight(looks: _Looks, kind: Kind) -> float:
    return sum(one.weight for _, told in looks for one in told if one.named.kind is kind)


def _best(looks: _Looks, kind: Kind) -> tuple[Candidate, Seen]:
    of_kind = ((one, look) for look, told in looks for one in told if one.named.kind is kind)
    return max(of_kind, key=lambda found: found[0].weight)


def _crop(moved: Box, size: Size, around: float, least_height: float) -> Box:
    """A square of pixels around it, as far as the picture goes."""
    width_px, height_px = moved.width * size.width, moved.height * size.height
    side_px = max(around * max(width_px, height_px), least_height * size.height)
    width, height = min(1.0, side_px / size.width), min(1.0, side_px / size.height)
    x, y = moved.x + moved.width / 2 - width / 2, moved.y + moved.height / 2 - height / 2
    return Box(min(max(0.0, x), 1.0 - width), min(max(0.0, y), 1.0 - height), width, height)


def _common(one: Box, other: Box) -> float:
    """The share of both together that both cover."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(0.0, width) * max(0.0, height)
    whole = one.width * one.height + other.width * other.height - both
    return both / whole if whole else 0.0
