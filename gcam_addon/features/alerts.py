"""People who are told what happens while they are not looking."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gcam_addon.alerts.service import Alerts, Household
from gcam_addon.channels import channel_for
from gcam_addon.channels.heartbeat import beat
from gcam_addon.errors import NotFound
from gcam_addon.features.running import Running


async def begin(gcam: Running) -> None:
    gcam.alerts = await gcam.begin(
        Alerts(
            gcam.settings.storage.data_dir,
            gcam.clock,
            _household(gcam),
            channel_for,
            beat=beat,
            duties=gcam.duties,
        )
    )
    gcam.engine.subscribe(gcam.alerts)


def _household(gcam: Running) -> Household:
    def name_of(camera_id: str) -> str:
        try:
            return gcam.roster.get(camera_id).name
        except NotFound:  # it is removed while something of it is told
            return camera_id

    def sees(person: str, camera_id: str) -> bool:
        principal = gcam.access.principal(person)
        return principal is not None and principal.sees(camera_id)

    async def clip(clip_id: str) -> Path | None:
        try:
            path = gcam.recordings.path_of(await gcam.recordings.clips.get(clip_id))
        except NotFound:
            return None
        loop = asyncio.get_running_loop()
        return path if await loop.run_in_executor(gcam.recordings.threads, path.is_file) else None

    def armed_in() -> str | None:
        state = gcam.guard.state
        return state.mode.id if state.mode is not None and state.is_watchful else None

    return Household(name_of, armed_in, sees, clip)
