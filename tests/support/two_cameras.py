"""Door and yard: two simulated boards, and settings that find and record what moves without long waits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.engine_rig import SIZE, Marked


@asynccontextmanager
async def two_boards(scene: Marked | None = None) -> AsyncIterator[list[SimulatedCamera]]:
    async with AsyncExitStack() as stack:
        pictures = Pictures(scene or Marked())
        yield [
            await stack.enter_async_context(
                SimulatedCamera("camera-web-server", pictures, fps=10.0, size=SIZE)
            )
            for _ in range(2)
        ]


def settings_of(boards: Sequence[SimulatedCamera], folder: Path) -> Path:
    """The data folder that watches them, made in `folder`."""
    fast = {"warmup_s": 0.6, "event_gap_s": 0.6, "min_motion_s": 0.1}
    cameras = [
        {
            "id": name,
            "name": name.capitalize(),
            "url": board.url,
            "source": {"stall_timeout_s": 600},  # 10 s of a busy machine are none
            "detection": fast,
            "recording": {"pre_roll_s": 1.5, "post_roll_s": 0.5},
        }
        for name, board in zip(("door", "yard"), boards, strict=True)
    ]
    data = folder / "data"
    data.mkdir()
    (data / "cameras.json").write_text(json.dumps({"version": 1, "cameras": cameras}))
    return data
