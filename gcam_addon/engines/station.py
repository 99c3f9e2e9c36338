"""What runs cameras in one process: the engine, and the threads that detect and mask for all of them."""

from __future__ import annotations

import random
from collections.abc import Callable

from gcam_addon.assembly import Naming, Shared, build_classifier, build_runner
from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.duties import Duties
from gcam_addon.engines.local import LocalEngine
from gcam_addon.interfaces import Recorder
from gcam_addon.machine.limits import give_way
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.handoff import Threads
from gcam_addon.pipeline.runner import CameraRunner, Outlets
from gcam_addon.wire.arrivals import Arrivals


class Station:
    """It has no camera yet. `threads`: as many detect at a time, and as many mask."""

    def __init__(
        self, clock: Clock, recorder_for: Callable[[Camera], Recorder], *, threads: int, duties: Duties
    ) -> None:
        self._clock = clock
        self._recorder_for = recorder_for
        self._duties = duties
        self._detecting, self._masking = (duties.pool(name, threads) for name in ("detect", "mask"))
        self._changing = duties.pool("detect-rest", 1)
        self._looking = duties.pool("naming", 1, give_way)
        classifier = build_classifier()
        self._naming = None if classifier is None else Naming(classifier, self._looking)
        self._gate = ConnectGate(clock)
        self.arrivals = Arrivals()
        self.engine = LocalEngine(self._build, clock, duties=duties)

    def shut_down(self) -> None:
        """Once the engine is closed."""
        for pool in (self._looking, self._masking, self._changing, self._detecting):
            pool.shutdown()

    def _build(self, camera: Camera, outlets: Outlets) -> CameraRunner:
        shared = Shared(
            clock=self._clock,
            detection=Threads(self._detecting, self._changing),
            mask_pool=self._masking,
            gate=self._gate,
            recorder_for=self._recorder_for,
            publish=self.engine.publish,
            rng=random.Random(),
            duties=self._duties,
            arrivals=self.arrivals,
            naming=self._naming,
        )
        return build_runner(camera, outlets, shared)
