"""A camera that dials in, which dials this analysis as it would dial the Gcam that runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, PushSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError
from gcam_addon.push.listener import PushListener
from gcam_addon.wire.arrivals import Arrivals
from gcam_addon.words.reason import because

WAITS_S = 60.0
"""For somebody to dial in: who was sent away before tries again after up to half a minute."""
_LOOK_EVERY_S = 0.01


@asynccontextmanager
async def dialled(
    camera: Camera, where: PushSettings, clock: Clock, duties: Duties
) -> AsyncGenerator[tuple[Arrivals, int], None]:
    """Where its connections come, and the port, which is open for that camera alone while entered. Raises
    `ConfigError` where it is taken.
    """
    arrivals = Arrivals()
    listener = PushListener(where, lambda: [camera], arrivals, clock, duties=duties)
    listening = duties.task("push listener", listener.run)
    try:
        while listener.port is None:
            if arrivals.obstacle is not None:
                why = arrivals.obstacle.params["why"]
                raise ConfigError(
                    because("detect_port", host=where.host, port=where.port, why=why), field="listen"
                )
            await asyncio.sleep(_LOOK_EVERY_S)
        yield arrivals, listener.port
    finally:
        listening.cancel()
        await asyncio.wait({listening})
