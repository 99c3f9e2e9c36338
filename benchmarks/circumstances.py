"""Under which circumstances something moves, or should not be seen to: `accuracy` adds up by them.

Of labelled footage they are told by `labels.json` (`size`, `light`, `weather`), or else by the table below,
made by eye; of procedural scenes by their scripts. Sizes are of the smallest that matters, in percent of the
picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any

from gcam_addon.simulator.scenes import Script
from gcam_addon.simulator.scenes.air import Insects, Snow
from gcam_addon.simulator.scenes.beams import Headlights, Infrared, Television, Torch
from gcam_addon.simulator.scenes.light import Clouds, Dusk, ExposureSteps, Lamp, Level

FAR, MIDDLE, NEAR, NOBODY = "under 0.4 %", "0.4 to 3 %", "above 3 %", "nobody"
_DARK = 0.5
"""Gain of the light below which it is night."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """One item's."""

    size: str = "unknown"
    light: str = "day"
    weather: str = "calm"

    def named(self) -> tuple[tuple[str, str], ...]:
        """(cause, which) of each."""
        return tuple(zip((field.name for field in fields(self)), astuple(self), strict=True))


UNKNOWN = Circumstances()

_FOOTAGE: Mapping[str, Circumstances] = {
    "highway": Circumstances(MIDDLE, "tree shadows", "wind"),
    "office": Circumstances(NEAR, "indoors"),
    "traffic_jitter": Circumstances(MIDDLE, "day", "camera shakes"),
    "caviar2": Circumstances(FAR, "indoors"),
    "waving_trees": Circumstances(NEAR, "day", "wind"),
    "bgslib_topdown_cars": Circumstances(NEAR),
    "bmc2012_street_112_synthetic": Circumstances(FAR),
    "driveway_person": Circumstances(FAR),
    "dvrscan_brightness_change": Circumstances(NOBODY, "changing", "wind"),
    "intel_car": Circumstances(NEAR, "changing"),
    "intel_one_by_one_person": Circumstances(NEAR, "indoors"),
    "static_motorbikes": Circumstances(NOBODY),
    "parking_fisheye_a": Circumstances(FAR),
    "parking_fisheye_b": Circumstances(FAR),
    "curtain_wind": Circumstances(NEAR, "indoors", "wind"),
    "van_and_dogs": Circumstances(MIDDLE),
    "promenade": Circumstances(MIDDLE, "day", "water"),
    "parcel_street": Circumstances(FAR, "day", "wind"),
    "grey_street": Circumstances(MIDDLE, "dull"),
    "dark_yard_man": Circumstances(MIDDLE, "night"),
    "ir_corridor": Circumstances(MIDDLE, "infrared"),
    "thermal_cat": Circumstances(MIDDLE, "thermal"),
    "thermal_garden": Circumstances(NOBODY, "thermal", "wind"),
    "rain_yard": Circumstances(NOBODY, "day", "rain"),
}


def of_footage(name: str, item: Mapping[str, Any]) -> Circumstances:
    """`item`: its entry in `labels.json`; what it tells counts."""
    usual = _FOOTAGE.get(name, UNKNOWN)
    told = {cause: item[cause] for cause, _ in usual.named() if isinstance(item.get(cause), str)}
    return Circumstances(**{**dict(usual.named()), **told})


def of_scene(name: str, script: Script) -> Circumstances:
    size = NOBODY if not script.actors else FAR if "far" in name or "cat" in name else MIDDLE
    return Circumstances(size, _light(script), _weather(script))


def _light(script: Script) -> str:
    for kind, light in _LIGHTS.items():
        if any(isinstance(condition, kind) for condition in script.conditions):
            return light
    dark = any(isinstance(c, Level) and c.gain < _DARK for c in script.conditions)
    return "night" if dark else "indoors" if script.setting.lamp else "day"


_LIGHTS: Mapping[type, str] = {
    Torch: "torch",
    Headlights: "headlights",
    Television: "television",
    Infrared: "infrared",
    Lamp: "lamp",
    Clouds: "clouds",
    Dusk: "changing",
    ExposureSteps: "changing",
}


def _weather(script: Script) -> str:
    if script.water is not None:
        return "water"
    if script.air:
        names = {Insects: "insects", Snow: "snow"}
        return names.get(type(script.air[0]), "in the air")
    return "rain" if script.rain.strength else "wind" if script.wind.strength else "calm"
