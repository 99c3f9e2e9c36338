"""What moved, as far as somebody can tell who looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from gcam_addon.model.places import Box


class Kind(StrEnum):
    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    UNNAMED = "unnamed"  # looked at, and not recognised: an ordinary result


@dataclass(frozen=True, slots=True)
class Named:
    """One kind of thing that moved, where it was seen best. `score` in percent. Of what is unnamed it is 0,
    and the box that of what moved.
    """

    kind: Kind
    score: float
    box: Box
    pictured: bool = False
    """The box is where it is in the picture that goes with it: the event's, the clip's thumbnail."""

    def told(self) -> dict[str, Any]:
        """Plain values, of which `named_again` makes the same."""
        return asdict(self) | {"kind": self.kind.value}


@dataclass(frozen=True, slots=True)
class Looked:
    """A part of a picture, looked at since something moved there. `at`: when the picture arrived."""

    at: float
    crop: Box
    seen: tuple[Named, ...]
    """What it may be that moved, the likeliest first, also where the score is too low to be believed."""


def kinds_of(named: Iterable[Named]) -> tuple[Kind, ...] | None:
    """The first is the main one; None: nobody has looked."""
    return tuple(dict.fromkeys(one.kind for one in named)) or None


def together(first: Iterable[Named], more: Iterable[Named]) -> tuple[Named, ...]:
    """What is known of two events: of each kind the best, in the order of `first`, whose picture it is. What
    is unnamed goes where anything has a name.
    """
    best = {one.kind: one for one in first}
    for one in more:
        known = best.get(one.kind)
        if known is None or (one.score > known.score and not known.pictured):
            best[one.kind] = replace(one, pictured=False)
    if len(best) > 1:
        best.pop(Kind.UNNAMED, None)
    return tuple(best.values())


def named_again(told: Iterable[Mapping[str, Any]] | None) -> tuple[Named, ...]:
    """Of what was `told`, at its time. Kinds that only a later version knows are left out."""
    return tuple(_again(one) for one in told or () if one["kind"] in set(Kind))


def _again(told: Mapping[str, Any]) -> Named:
    box = Box(*(float(told["box"][name]) for name in ("x", "y", "width", "height")))
    return Named(Kind(told["kind"]), float(told["score"]), box, bool(told["pictured"]))
