"""A board before a room where somebody walks from the sixth second of every half minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene

_QUALITY = 12


def walked_room(size: Size, fps: float, seconds: float) -> Callable[[], SimulatedCamera]:
    """Blocking: so many of its seconds are drawn before, for all boards that are made."""
    pictures = Pictures(SceneFootage(open_scene("room-person")))
    asyncio.run(pictures.prerender(Adjustments(size, _QUALITY), fps, seconds))
    return partial(SimulatedCamera, "camera-web-server", pictures, fps=fps, size=size, quality=_QUALITY)
