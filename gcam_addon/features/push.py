"""Cameras that dial in, and the port on which they do."""

from __future__ import annotations

from gcam_addon.features.running import Running
from gcam_addon.push.listener import PushListener


async def begin(gcam: Running) -> None:
    listener = PushListener(
        gcam.settings.push,
        gcam.roster.list,
        gcam.arrivals,
        gcam.clock,
        duties=gcam.duties,
        tls=gcam.tls if gcam.settings.push.tls else None,
    )
    gcam.engine.subscribe(listener)
    gcam.beside("push listener", listener.run)
