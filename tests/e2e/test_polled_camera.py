"""A board that answers single pictures only, through the real program: state, what moves, its recording."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.program import Program
from tests.support.waiting import patience

_SIZE = Size(320, 240)
_DARK, _BRIGHT = 50, 220
_STEPS = 5
"""From the left to the right."""


class Walk:
    """A grey room through which somebody walks while told to, a step with every picture."""

    size = _SIZE
    duration_s = 1e9

    def __init__(self) -> None:
        self.taken = 0
        self.is_walked = False

    def picture(self, t_s: float, size: Size) -> Any:
        noise = np.random.default_rng(self.taken).integers(-2, 3, (size.height, size.width, 1))
        picture = np.full((size.height, size.width, 3), _DARK, np.int16) + noise
        if self.is_walked:
            left = self.taken % _STEPS * size.width // _STEPS
            picture[60:180, left : left + 40] = _BRIGHT
        self.taken += 1
        return picture.astype(np.uint8)

    def original(self, t_s: float) -> bytes | None:
        return None


@pytest.mark.parametrize("fps", [1.0, 0.5])
async def test_what_moves_between_single_pictures_is_an_event_and_recorded(
    tmp_path: Path, fps: float
) -> None:
    walk = Walk()
    async with SimulatedCamera("camera-web-server", Pictures(walk), size=_SIZE) as board:
        _write_settings(tmp_path, f"{board.control_url}/capture", fps)
        async with Program(tmp_path, "--mqtt", "off") as gcam, patience():

            async def taken(more: int) -> None:
                wanted = walk.taken + more
                while walk.taken < wanted:
                    await asyncio.sleep(0.05)

            await taken(8)
            state = await gcam.state("yard")
            assert (state["status"], state["codec"], state["motion"]) == ("connected", "mjpeg", False)
            assert 0 < state["fps"] <= 1.3 * fps
            assert "motion:" not in gcam.log
            walk.is_walked = True
            await gcam.until(lambda: "motion:" in gcam.log)
            assert (await gcam.state("yard"))["motion"]
            await taken(3)
            walk.is_walked = False
            while not (clips := await gcam.clips()):
                await asyncio.sleep(0.2)
            assert not (await gcam.state("yard"))["motion"]
            while not (event := (await gcam.get("/api/v1/history"))["entries"][0])["clip_id"]:
                await asyncio.sleep(0.2)
            video = await gcam.get(f"/api/v1/clips/{clips[0]['id']}/video.mp4")
            assert board.streams_opened == 0
            assert "Traceback" not in gcam.log
    assert len(clips[0]["event_ids"]) == 1
    assert (event["kind"], event["clip_id"]) == ("motion", clips[0]["id"])
    assert clips[0]["started_at"] < event["started_at"], "what came before it is there, too"
    shown = _walkers(video)
    assert shown.index(True) >= 1
    assert sum(shown) >= 4
    assert clips[0]["duration_s"] >= (len(shown) - 2) / fps, "it plays as long as it took"


def _walkers(video: bytes) -> list[bool]:
    """On which of its pictures somebody is."""
    with av.open(io.BytesIO(video), "r") as container:
        greys = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return [bool(grey.max() > (_DARK + _BRIGHT) / 2) for grey in greys]


def _write_settings(folder: Path, url: str, fps: float) -> None:
    yard = {"id": "yard", "name": "Yard", "url": url, "source": {"poll_fps": fps}}
    (folder / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [yard]}))
