"""What moves in labelled footage, for `accuracy --named`.

`labels.json` tells it (`what`: of each event the main thing; `what_all`: all that moves in the clip); of
clips that it tells nothing of, and of what moves beside the main thing, the tables below do, made by eye.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.scoring import Thing
from gcam_addon.model import Kind

_OF_CLIP: Mapping[str, Kind] = {
    "highway": Kind.VEHICLE,
    "office": Kind.PERSON,
    "traffic_jitter": Kind.VEHICLE,
    "caviar2": Kind.PERSON,
    "waving_trees": Kind.PERSON,
    "bgslib_topdown_cars": Kind.VEHICLE,
    "bmc2012_street_112_synthetic": Kind.VEHICLE,
    "driveway_person": Kind.PERSON,
    "intel_car": Kind.VEHICLE,
    "intel_one_by_one_person": Kind.PERSON,
}
_BESIDE: Mapping[tuple[str, int], Thing] = {
    ("parking_fisheye_a", 1): ((319, 350), (Kind.VEHICLE,)),
    ("parking_fisheye_b", 3): ((1230, 1330), (Kind.VEHICLE,)),
}
"""Clip and number of an event, and what else passes in it, when."""


def things_of(name: str, item: Mapping[str, Any]) -> tuple[Thing, ...]:
    """`item`: its entry in `labels.json`; what it tells counts. None where nobody has told."""
    spans = [(a, b) for a, b in item["events"]]
    usual = [_OF_CLIP[name]] * len(spans) if name in _OF_CLIP else []
    main = [Kind(what) for what in item.get("what") or usual]
    more = tuple(Kind(what) for what in item.get("what_all") or ())
    things = [(span, tuple(dict.fromkeys((kind, *more)))) for span, kind in zip(spans, main, strict=False)]
    beside = [thing for (clip, number), thing in _BESIDE.items() if clip == name and number < len(things)]
    return (*things, *beside)
