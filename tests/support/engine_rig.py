"""An engine with real parts around a simulated board: sockets, detection, recording, a temporary folder."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gcam_addon.assembly import Naming, Shared, build_runner
from gcam_addon.clock import SystemClock
from gcam_addon.config.model import (
    Camera,
    DetectionSettings,
    RecordingSettings,
    RetentionSettings,
    SourceSettings,
    StorageSettings,
)
from gcam_addon.duties import Duties
from gcam_addon.engines.local import LocalEngine
from gcam_addon.model import Event, Size
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.handoff import Threads
from gcam_addon.pipeline.runner import CameraRunner, Outlets
from gcam_addon.recording.service import Recordings
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.wire.arrivals import Arrivals
from tests.support.waiting import until

SIZE = Size(320, 240)
FAST = DetectionSettings(warmup_s=0.6, event_gap_s=0.6, min_motion_s=0.1)
KEEPING = RecordingSettings(pre_roll_s=0.5, post_roll_s=0.5, keep_original=True)


class Marked:
    """Red top left corner on bright grey; a dark block walks along the bottom, two of every six seconds,
    but not while it is `calm`.
    """

    size = SIZE
    duration_s = 12.0
    calm = False

    def picture(self, t_s: float, size: Size) -> Any:
        rng = np.random.default_rng(5)
        texture = rng.integers(150, 210, (size.height // 8, size.width // 8), np.uint8)
        grey = cv2.resize(texture, (size.width, size.height), interpolation=cv2.INTER_CUBIC)
        picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
        picture[: size.height // 4, : size.width // 4] = (20, 20, 230)
        if not self.calm and 2 <= t_s % 6 < 4:
            x = int(size.width * (0.1 + 0.3 * (t_s % 6 - 2)))
            picture[-70:-10, x : x + 40] = (30, 30, 30)
        return picture

    def original(self, t_s: float) -> bytes | None:
        return None


class Rig:
    """The engine and its recordings; `events` is everything it told."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        self.folder = folder
        self.events: list[Event] = []
        storage = StorageSettings(folder, folder, retention=RetentionSettings(min_free_bytes=0))
        duties = Duties(clock)
        self.recordings = Recordings(storage, clock, duties=duties)
        self.arrivals = Arrivals()
        self.pool = duties.pool("detect", 2)
        self.mask_pool = duties.pool("mask", 2)
        self.naming: Naming | None = None
        """Who says what moves: before the first start."""
        gate = ConnectGate(clock)

        def build(camera: Camera, outlets: Outlets) -> CameraRunner:
            shared = Shared(
                clock=clock,
                detection=Threads(self.pool, self.mask_pool),
                mask_pool=self.mask_pool,
                gate=gate,
                recorder_for=self.recordings.recorder_for,
                publish=self.engine.publish,
                rng=random.Random(1),
                duties=duties,
                arrivals=self.arrivals,
                naming=self.naming,
            )
            return build_runner(camera, outlets, shared)

        self.engine = LocalEngine(build, clock, duties=duties)
        self.engine.subscribe(self)

    def publish(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, wanted: Callable[[], object]) -> None:
        await until(wanted, lambda: f"the last events: {self.events[-3:]}")


def camera_at(board: SimulatedCamera, **changes: Any) -> Camera:
    camera = Camera("door", "Door", SourceSettings(board.url), detection=FAST, recording=KEEPING)
    return replace(camera, **changes)
