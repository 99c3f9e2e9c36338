"""A board that loses its power in the middle of an event: what had arrived is recorded, and Gcam goes on."""

from __future__ import annotations

import io
import json
import signal
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from host_board import HostBoard

from tests.support.gcam_board import TOKEN
from tests.support.program import Program
from tests.support.waiting import answered

_MANY = 64
_BIT = 32
"""Each picture has its number along its lower edge, in squares that are black or white."""


def _scene(number: int) -> bytes:
    picture = np.full((480, 640, 3), 90, np.uint8)
    at = 40 + 8 * number
    picture[150:330, at : at + 90] = 220
    for bit in range(6):
        picture[480 - _BIT :, bit * _BIT : (bit + 1) * _BIT] = 255 * (number >> bit & 1)
    ok, jpeg = cv2.imencode(".jpg", picture)
    assert ok
    return jpeg.tobytes()


def _number_in(picture: Any) -> int:
    middle = 480 - _BIT // 2
    return sum((picture[middle, bit * _BIT + _BIT // 2].mean() > 128) << bit for bit in range(6))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Somebody walks through the picture, again and again."""
    folder = tmp_path / "walk" / "vga"
    folder.mkdir(parents=True)
    for number in range(_MANY):
        (folder / f"{number:02}.jpg").write_bytes(_scene(number))
    return folder.parent


def _seen(jpeg: bytes) -> int:
    return _number_in(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))


async def test_what_had_arrived_is_recorded_and_it_goes_on(board: HostBoard, tmp_path: Path) -> None:
    await board.start(GCAM_HOST_TOKEN=TOKEN)
    camera = {
        "id": "porch",
        "name": "Porch",
        "url": f"http://gcam:{TOKEN}@127.0.0.1:{board.port}/stream",
        "detection": {"warmup_s": 1.0},
    }
    program = Program(tmp_path / "data", "--mqtt", "off")
    program.data_dir.mkdir()
    (program.data_dir / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [camera]}))
    async with program as gcam:
        await gcam.until(lambda: "motion:" in gcam.log)
        had = _seen(await gcam.get("/api/v1/cameras/porch/snapshot.jpg"))
        await board.end(signal.SIGKILL)
        clip = (await answered(gcam.clips))[-1]
        video = await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4")
        with av.open(io.BytesIO(video)) as film:
            recorded = [_number_in(frame.to_ndarray(format="bgr24")) for frame in film.decode(video=0)]
        assert had in recorded, recorded
        # from there on in the camera's own order: nothing twice, nothing of before
        assert all(0 < (after - before) % _MANY < _MANY // 2 for before, after in pairwise(recorded)), (
            recorded
        )
        known = len(await gcam.clips())
        await board.start(GCAM_HOST_TOKEN=TOKEN)
        await gcam.until(lambda: "[Porch] back after" in gcam.log)

        async def goes_on() -> bool:
            state = await gcam.state("porch")
            return bool(state["status"] == "connected" and state["motion"] and state["recording"])

        assert await answered(goes_on)
        assert len(await gcam.clips()) >= known
        assert "Traceback" not in gcam.log
        assert TOKEN not in gcam.log
