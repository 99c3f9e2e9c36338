"""A place that a camera watches: what stands there, and what of it the wind can move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gcam_addon.simulator.scenes.stage import Stage
from gcam_addon.simulator.scenes.texture import Colour
from gcam_addon.simulator.scenes.view import Lens, Vector


@dataclass(frozen=True, slots=True)
class Foliage:
    """A crown of leaves hanging around `foot` (the middle of its lower edge), which wind may bend."""

    foot: Vector
    width_m: float
    height_m: float
    colour: Colour
    count: int = 900
    seed: int = 1
    bend_m: float = 0.12
    """How far its top goes in a strong gust."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`paint` draws all but the foliage; `sun` is the direction in which light falls."""

    name: str
    lens: Lens
    paint: Callable[[Stage], None]
    sun: Vector
    shadow: float
    foliage: tuple[Foliage, ...] = ()
    lamp: Vector | None = None
    """Where a lamp that can be switched on hangs."""
