"""The demo: simulated ESP32-CAMs on loopback, so that everything can be tried without a board."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack

from gcam_addon.config.model import Camera, SourceSettings
from gcam_addon.errors import ConfigError
from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene

_log = logging.getLogger(__name__)
_FPS = 10.0
_SCENES = {
    "demo_garden": ("Demo garden", "camera-web-server", "garden-busy"),
    "demo_room": ("Demo room", "esphome", "room-demo"),
}


class Demo:
    """Starts the boards, on any free ports; `cameras` are then the settings that watch them."""

    def __init__(self) -> None:
        self.cameras: tuple[Camera, ...] = ()
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        cameras = []
        for camera_id, (name, firmware, scene) in _SCENES.items():
            footage = SceneFootage(await asyncio.to_thread(open_scene, scene))
            board = SimulatedCamera(firmware, Pictures(footage, keeps=True), fps=_FPS)
            await self._stack.enter_async_context(board)
            cameras.append(Camera(camera_id, name, SourceSettings(board.url)))
        self.cameras = tuple(cameras)
        await self._start_unknown()

    async def _start_unknown(self) -> None:
        """One more board that nobody watches yet: it announces itself, to be found and added."""
        footage = SceneFootage(await asyncio.to_thread(open_scene, "garden-person"))
        board = SimulatedCamera("mjpeg2sd", Pictures(footage), fps=_FPS)
        await self._stack.enter_async_context(board)
        try:
            await self._stack.enter_async_context(Advertisement(board, "127.0.0.1"))
        except ConfigError as error:
            _log.warning("the demo's third camera can be added by its address only, %s: %s", board.url, error)

    async def stop(self) -> None:
        await self._stack.aclose()
