"""Simulated boards that a Gcam watches without detecting or recording: what viewing costs, alone."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene
from tests.support.program import Program


async def watched_boards(
    stack: AsyncExitStack, count: int, fps: float, fill: Callable[[Path], None] | None = None
) -> tuple[Program, list[SimulatedCamera]]:
    """They and Gcam run until `stack` is left; Gcam may still be connecting. `fill` puts into its data folder
    what it is to find.
    """
    footage = SceneFootage(await asyncio.to_thread(open_scene, "garden-busy"))
    pictures = Pictures(footage)
    boards = [
        await stack.enter_async_context(
            SimulatedCamera("camera-web-server", pictures, fps=fps, size=Size(640, 480))
        )
        for _ in range(count)
    ]
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    quiet = {"detection": {"enabled": False}, "recording": {"enabled": False}}
    cameras = [
        {"id": f"c{number}", "name": f"Camera {number}", "url": board.url, **quiet}
        for number, board in enumerate(boards)
    ]
    (folder / "cameras.json").write_text(json.dumps({"version": 1, "cameras": cameras}))
    if fill is not None:
        await asyncio.to_thread(fill, folder)
    return await stack.enter_async_context(Program(folder, "--mqtt", "off")), boards
