"""The engine: cameras in this process, or shared out over workers."""

from __future__ import annotations

import asyncio

from gcam_addon.config.model import Camera
from gcam_addon.engines.station import Station
from gcam_addon.features.running import Running
from gcam_addon.interfaces import Recorder
from gcam_addon.log.events import EventLog
from gcam_addon.machine.limits import cores
from gcam_addon.model import DutyChanged, DutyState
from gcam_addon.nodes.engine import SharedEngine
from gcam_addon.nodes.remote import RemoteNode, Work


async def begin(gcam: Running) -> None:
    """It has no camera yet. What the duties go through is told from now on."""

    def recorder_for(camera: Camera) -> Recorder:
        return gcam.recordings.recorder_for(camera)

    threads = gcam.settings.workers or cores()
    station = Station(gcam.clock, recorder_for, threads=threads, duties=gcam.duties)
    gcam.stack.callback(station.shut_down)
    gcam.arrivals = station.arrivals
    gcam.engine = station.engine
    if gcam.settings.processes > 1:
        gcam.engine = SharedEngine(station.engine, _nodes(gcam, station))
    loop = asyncio.get_running_loop()

    def hear(state: DutyState) -> None:
        loop.call_soon_threadsafe(gcam.engine.publish, DutyChanged(state))

    gcam.duties.hear = hear
    gcam.engine.subscribe(EventLog())


def _nodes(gcam: Running, station: Station) -> list[RemoteNode]:
    """Together they detect with as many threads as one process does."""
    settings = gcam.settings
    threads = settings.workers or -(-cores() // settings.processes)
    work = Work(
        clock=gcam.clock,
        publish=station.engine.publish,
        recordings=lambda: gcam.recordings,
        duties=gcam.duties,
        threads=threads,
        floor_bytes=lambda: gcam.choosing.settings.storage.retention.min_free_bytes,
    )
    return [RemoteNode(number, work) for number in range(1, settings.processes + 1)]
