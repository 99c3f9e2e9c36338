"""Several simulated cameras from one description, until cancelled: what `gcam simulate` and the demo run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.faults import Schedule
from gcam_addon.simulator.firmware import firmware_named
from gcam_addon.simulator.media import FolderFootage, Footage, SceneFootage, VideoFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene

_VGA = Size(640, 480)


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """At most one of `video`, `frames`, `scene` is set; none: the busy garden."""

    firmware: str = "camera-web-server"
    video: Path | None = None
    frames: Path | None = None
    scene: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    """The first camera's first port, the others follow; 0: any."""
    cameras: int = 1
    size: Size | None = None
    fps: float = 10.0
    quality: int = 12
    loop: bool = True
    """Begin again at the end of the pictures; else `simulate` ends there."""
    prerender: bool = False
    """Render everything once at the start (at most 30 s of it) and serve these bytes: costs nothing later."""
    faults: tuple[Schedule, ...] = ()
    advertise: bool = False
    """Announce every camera by mDNS, on the network of `host`."""


async def simulate(
    options: SimulationOptions, started: Callable[[Sequence[SimulatedCamera]], None] | None = None
) -> None:
    """Run until cancelled, or once through without `loop`. `started` is told once all listen. Raises
    `ConfigError` for what can't be.
    """
    async with AsyncExitStack() as stack:
        cameras = await _build(options)
        for camera in cameras:
            await stack.enter_async_context(camera)
            if options.advertise:
                await stack.enter_async_context(Advertisement(camera, options.host))
            for schedule in options.faults:
                camera.faults.schedule(schedule)
        if started is not None:
            started(cameras)
        if options.loop:
            await asyncio.Event().wait()
        await asyncio.sleep(cameras[0].board.duration_s)


async def _build(options: SimulationOptions) -> list[SimulatedCamera]:
    """Prerendered cameras share one reel, at different moments; live ones have their own pictures."""
    width = len(firmware_named(options.firmware).backlogs)
    shared = await _rendered(options) if options.prerender else None
    cameras = []
    for index in range(options.cameras):
        pictures = shared or Pictures(await asyncio.to_thread(_footage, options, index))
        cameras.append(
            SimulatedCamera(
                options.firmware,
                pictures,
                host=options.host,
                port=options.port + index * width if options.port else 0,
                fps=options.fps,
                size=options.size,
                quality=options.quality,
                phase_s=index * 1.9,
            )
        )
    return cameras


async def _rendered(options: SimulationOptions) -> Pictures:
    pictures = Pictures(await asyncio.to_thread(_footage, options, 0))
    size = options.size or pictures.size or _VGA
    await pictures.prerender(Adjustments(size, options.quality), options.fps)
    return pictures


def _footage(options: SimulationOptions, index: int) -> Footage:
    """Blocking: opens files."""
    if options.video is not None:
        return VideoFootage(options.video)
    if options.frames is not None:
        return FolderFootage(options.frames, options.fps)
    return SceneFootage(open_scene(options.scene or "garden-busy", seed=index + 1))
