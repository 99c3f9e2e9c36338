"""What `gcam push` sends: a camera of this machine, a file, a folder, a made-up scene, or any address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from gcam_addon.clock import Clock
from gcam_addon.errors import ProtocolError
from gcam_addon.model import Size, Unit, jpeg_unit
from gcam_addon.picture import jpeg
from gcam_addon.picture.pixels import shrunk
from gcam_addon.push.pace import Pace
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene
from gcam_addon.words.reason import because

_QUALITY = 85


async def scene(name: str, fps: float, size: Size, clock: Clock) -> AsyncGenerator[Unit, None]:
    """The made-up scene of that name, for ever."""
    pictures, adjustments = Pictures(SceneFootage(open_scene(name))), Adjustments(size=size)
    began_s, index = clock.monotonic(), 0
    while True:
        due_s = began_s + index / fps
        await asyncio.sleep(max(0.0, due_s - clock.monotonic()))
        index = max(index + 1, int((clock.monotonic() - began_s) * fps))
        now_s = clock.monotonic()
        yield jpeg_unit(await pictures.jpeg(due_s - began_s, adjustments), now_s, clock.wall(), size)


async def thinned(units: AsyncIterator[Unit], fps: float) -> AsyncGenerator[Unit, None]:
    """At most `fps` a second. Raises ProtocolError where pictures build on those before."""
    pace = Pace(fps)
    async for unit in units:
        if unit.tracks.video.codec.is_inter:
            raise ProtocolError(because("push_whole_only", option="--fps", codec=unit.tracks.video.codec))
        if pace.is_due(unit.pts_s):
            yield unit


async def resized(units: AsyncIterator[Unit], size: Size) -> AsyncGenerator[Unit, None]:
    """None larger than `size`. Raises ProtocolError where pictures build on those before."""
    async for unit in units:
        if unit.tracks.video.codec.is_inter:
            raise ProtocolError(because("push_whole_only", option="--size", codec=unit.tracks.video.codec))
        if unit.size.width <= size.width and unit.size.height <= size.height:
            yield unit
        else:
            yield await asyncio.to_thread(_smaller, unit, size)


def _smaller(unit: Unit, size: Size) -> Unit:
    width = min(size.width, max(1, unit.size.width * size.height // unit.size.height))
    picture = shrunk(unit.data, width, _QUALITY)
    made = None if picture is None else jpeg.size_of(picture)
    return unit if picture is None or made is None else jpeg_unit(picture, unit.pts_s, unit.received_at, made)
