"""What people wait for, which tests don't assert: a start, a picture, motion told, a clip, an export, an end.

    .venv/bin/python -m benchmarks.waits [--rounds 5]

The real program with two simulated boards at 10 pictures a second and a real mosquitto. Motion begins when
the scene changes, so what is told of it includes the camera's interval and detection. `export` is of all that
was recorded in the run. `end` is SIGTERM while something moves, until the process has gone; the clip has to
be there after the next start. Seconds are this machine's: the median, the worst, what is promised at most.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt

from gcam_addon.model import Size
from tests.support.engine_rig import Marked
from tests.support.mosquitto import Mosquitto, missing, running_mosquitto
from tests.support.program import Program
from tests.support.two_cameras import settings_of, two_boards
from tests.support.waiting import answered, patience

PROMISED_S = {
    "start, until the page answers": None,
    "first picture of a viewer": 2.0,
    "motion, told over MQTT": 2.0,
    "motion, told to Home Assistant's component": 2.0,
    "clip, after the motion's end": None,
    "export": None,
    "end, while something moves": 10.0,
}


class _Waits:
    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = defaultdict(list)

    async def measure(self, what: str, came: Awaitable[object]) -> None:
        began = time.monotonic()
        async with patience():
            await came
        self._seconds[what].append(time.monotonic() - began)

    def tell(self) -> bool:
        """A table; whether every promise was kept."""
        print("| wait | median | worst | at most |\n|---|---|---|---|")
        kept = True
        for what, most_s in PROMISED_S.items():
            seconds = self._seconds[what]
            kept &= most_s is None or max(seconds) <= most_s
            bound = "" if most_s is None else f"{most_s:g} s"
            print(f"| {what} | {statistics.median(seconds):.2f} s | {max(seconds):.2f} s | {bound} |")
        return kept


class _Stage(Marked):
    """Nothing moves until somebody is `there`, who then walks up and down."""

    calm = True
    there = False

    def picture(self, t_s: float, size: Size) -> Any:
        picture = super().picture(t_s, size)
        if self.there:
            x = int(size.width * (0.1 + 0.3 * abs(t_s % 4 - 2)))
            picture[-70:-10, x : x + 40] = (30, 30, 30)
        return picture


async def _round(folder: Path, broker: Mosquitto, waits: _Waits) -> None:
    stage = _Stage()
    async with two_boards(stage) as boards:
        program = Program(settings_of(boards, folder), "--mqtt", f"mqtt://127.0.0.1:{broker.port}")
        await waits.measure("start, until the page answers", program.__aenter__())
        try:
            await waits.measure("first picture of a viewer", _picture(program))
            await answered(lambda: _is_warm(program))
            await _watch(program, broker, stage, waits)
            stage.there = True
            await answered(lambda: _moves(program))
            await waits.measure("end, while something moves", program.end(signal.SIGTERM))
        finally:
            await program.__aexit__()
        async with program:
            await answered(lambda: _clips(program, 2))


async def _watch(program: Program, broker: Mosquitto, stage: _Stage, waits: _Waits) -> None:
    async with (
        broker.client() as listener,
        aiohttp.ClientSession(program.url, headers=program.headers) as http,
        http.ws_connect("/api/v1/events") as events,
    ):
        await listener.subscribe("gcam/door/motion")
        stage.there = True
        await asyncio.gather(
            waits.measure("motion, told over MQTT", _switched_on(listener)),
            waits.measure("motion, told to Home Assistant's component", _told(events, "motion_started")),
        )
        stage.there = False
        await _told(events, "motion_ended")
        await waits.measure("clip, after the motion's end", _told(events, "clip_ready"))
        await waits.measure("export", _exported(http))


async def _picture(program: Program) -> None:
    async with (
        aiohttp.ClientSession(program.url, headers=program.headers) as http,
        http.get("/api/v1/cameras/door/stream.mjpg") as response,
    ):
        assert response.status == 200, await response.text()
        await response.content.readuntil(b"\xff\xd8")


async def _is_warm(program: Program) -> bool:
    """It knows what nothing looks like."""
    return int((await program.state("door"))["analysed"]) > 30


async def _moves(program: Program) -> bool:
    return bool((await program.state("door"))["motion"])


async def _clips(program: Program, least: int) -> bool:
    return sum(clip["camera_id"] == "door" for clip in await program.clips()) >= least


async def _switched_on(listener: aiomqtt.Client) -> None:
    async for message in listener.messages:
        if message.payload == b"ON":
            return


async def _told(events: aiohttp.ClientWebSocketResponse, kind: str) -> None:
    """Of the door."""
    async for message in events:
        said = message.json()
        if said["type"] == kind and "door" in (said.get("camera_id"), said.get("clip", {}).get("camera_id")):
            return


async def _exported(http: aiohttp.ClientSession) -> None:
    wanted = {"camera": "door", "after": time.time() - 600, "before": time.time()}
    async with http.post("/api/v1/exports", json=wanted) as response:
        assert response.status == 201, await response.text()
        export = (await response.json())["id"]

    async def is_done() -> bool:
        async with http.get(f"/api/v1/exports/{export}") as response:
            return (await response.json())["state"] == "done"

    await answered(is_done)


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    args = parser.parse_args()
    if missing:
        sys.exit(missing)
    waits = _Waits()
    with tempfile.TemporaryDirectory() as name:
        async with running_mosquitto(Path(name) / "broker") as broker:
            for number in range(args.rounds):
                folder = Path(name) / str(number)
                folder.mkdir()
                await _round(folder, broker, waits)
    if not waits.tell():
        sys.exit("a promise was not kept")


if __name__ == "__main__":
    asyncio.run(main())
