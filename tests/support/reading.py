"""What a source yields, read as a camera's run reads it."""

from __future__ import annotations

from contextlib import aclosing

from gcam_addon.interfaces import Source
from gcam_addon.model import Unit
from tests.support.waiting import patience


async def received(source: Source, pictures: int) -> list[Unit]:
    """Its units until so many pictures have come. Raises what ends it before that."""
    units: list[Unit] = []
    async with patience(), aclosing(source.units()) as stream:
        async for unit in stream:
            units.append(unit)
            if sum(not one.is_sound for one in units) == pictures:
                break
    return units
