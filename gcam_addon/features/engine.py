"""The engine, and the threads that detect and mask for all its cameras."""

from __future__ import annotations

import asyncio
import random

from gcam_addon.assembly import Naming, Shared, build_classifier, build_runner
from gcam_addon.config.model import Camera
from gcam_addon.engines.local import LocalEngine
from gcam_addon.features.running import Running
from gcam_addon.log.events import EventLog
from gcam_addon.machine.limits import cores, give_way
from gcam_addon.model import DutyChanged, DutyState
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.handoff import Threads
from gcam_addon.pipeline.runner import CameraRunner, Outlets
from gcam_addon.wire.arrivals import Arrivals


async def begin(gcam: Running) -> None:
    """It has no camera yet. What the duties go through is told from now on."""
    threads = gcam.settings.workers or cores()
    detecting, masking = (gcam.duties.pool(name, threads) for name in ("detect", "mask"))
    changing = gcam.duties.pool("detect-rest", 1)
    classifier = build_classifier()
    looking = gcam.duties.pool("naming", 1, give_way)
    naming = None if classifier is None else Naming(classifier, looking)
    gcam.stack.callback(detecting.shutdown)
    gcam.stack.callback(changing.shutdown)
    gcam.stack.callback(masking.shutdown)
    gcam.stack.callback(looking.shutdown)
    gcam.arrivals = Arrivals()
    gate = ConnectGate(gcam.clock)

    def build(camera: Camera, outlets: Outlets) -> CameraRunner:
        shared = Shared(
            clock=gcam.clock,
            detection=Threads(detecting, changing),
            mask_pool=masking,
            gate=gate,
            recorder_for=gcam.recordings.recorder_for,
            publish=gcam.engine.publish,
            rng=random.Random(),
            duties=gcam.duties,
            arrivals=gcam.arrivals,
            naming=naming,
        )
        return build_runner(camera, outlets, shared)

    gcam.engine = LocalEngine(build, gcam.clock, duties=gcam.duties)
    loop = asyncio.get_running_loop()

    def hear(state: DutyState) -> None:
        loop.call_soon_threadsafe(gcam.engine.publish, DutyChanged(state))

    gcam.duties.hear = hear
    gcam.engine.subscribe(EventLog())
