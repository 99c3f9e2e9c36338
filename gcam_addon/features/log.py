"""What is logged, kept for the page."""

from __future__ import annotations

import logging

from gcam_addon.features.running import Running
from gcam_addon.log.ring import LogRing


async def begin(gcam: Running) -> None:
    gcam.log = LogRing()
    logging.getLogger().addHandler(gcam.log)
    gcam.stack.callback(logging.getLogger().removeHandler, gcam.log)
