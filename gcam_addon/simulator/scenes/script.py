"""What happens in a scene: a setting, and who and what changes it, when. Nothing is rendered here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gcam_addon.simulator.scenes.actors import Actor
from gcam_addon.simulator.scenes.air import Airborne
from gcam_addon.simulator.scenes.light import AutoExposure, Condition
from gcam_addon.simulator.scenes.setting import Setting
from gcam_addon.simulator.scenes.water import Water
from gcam_addon.simulator.scenes.weather import Rain, Wind

_CALM = Wind(0.0)
_DRY = Rain(0.0)
_AUTOMATIC = AutoExposure()


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a scene of `duration_s`, after which it starts over."""

    setting: Setting
    duration_s: float
    actors: tuple[Actor, ...] = ()
    conditions: tuple[Condition, ...] = ()
    wind: Wind = _CALM
    rain: Rain = _DRY
    air: tuple[Airborne, ...] = ()
    water: Water | None = None
    auto_exposure: AutoExposure | None = _AUTOMATIC
    sensor_gain: float = 1.0
    """The sensor's gain in this light, before auto exposure: 1 by day, 5 at night. Makes the noise."""
    infrared: bool = False
    """Without colours."""

    def without_actors(self) -> Script:
        """The same light, weather and noise with nobody there."""
        return replace(self, actors=())
