"""The machine's clock is watched: when it steps, new recordings follow it."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from gcam_addon.clock import StepWatch
from gcam_addon.features.running import Running

_EVERY_S = 5.0
_log = logging.getLogger(__name__)


async def begin(gcam: Running) -> None:
    gcam.beside("clock", partial(_watch, gcam))


async def _watch(gcam: Running) -> None:
    watch = StepWatch(gcam.clock)
    while True:
        await asyncio.sleep(_EVERY_S)
        stepped_s = gcam.clock.stepped_s()
        has_events = any(state.motion for state in gcam.engine.states().values())
        if watch.is_due(stepped_s, has_events=has_events):
            gcam.clock.anchor()
            gcam.engine.follow_clock()
            _log.warning("the machine's clock stepped by %.0f s; new recordings follow it", stepped_s)
