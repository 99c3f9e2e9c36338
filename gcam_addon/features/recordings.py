"""What is recorded, and what is remembered of what happened."""

from __future__ import annotations

from gcam_addon.features.running import Running
from gcam_addon.history.service import History
from gcam_addon.recording.service import Recordings


async def begin(gcam: Running) -> None:
    gcam.recordings = Recordings(gcam.settings.storage, gcam.clock, duties=gcam.duties)
    await gcam.recordings.start(gcam.engine.publish)
    gcam.stack.push_async_callback(gcam.recordings.stop)


async def remember(gcam: Running) -> None:
    gcam.history = await gcam.begin(
        History(gcam.settings.storage.data_dir, gcam.clock, gcam.duties, gcam.engine.publish)
    )
    gcam.engine.subscribe(gcam.history)
