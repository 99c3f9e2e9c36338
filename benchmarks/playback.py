"""What a second of playback costs the page's main thread, on a day of many recordings.

    .venv/bin/python -m benchmarks.playback [--clips 500] [--seconds 10]

Gcam's web app with a day of recordings of four cameras, which are one real MP4, and Debian's Chromium that
plays them.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
from playwright.async_api import CDPSession

from gcam_addon.model import Clip
from tests.support.browser import chromium
from tests.support.fakes import make_camera
from tests.support.web_browser import DESK, signed_in
from tests.support.web_fakes import STARTED_AT, make_clip, serve

CAMERAS = tuple(make_camera(name) for name in ("door", "garden", "garage", "street"))
DAY_S, LENGTH_S, FPS = 86_400, 60, 10
MIDNIGHT = STARTED_AT // DAY_S * DAY_S
COUNT_FRAMES = """() => {
    window.frames_shown = 0;
    const count = () => { window.frames_shown += 1; requestAnimationFrame(count); };
    requestAnimationFrame(count);
}"""
OUTSIDE = ("(root)", "(idle)", "(program)")


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=500, help="recordings of the day (500)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long it plays (10)")
    wanted = parser.parse_args()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        write_film(folder / "film.mp4")
        clips = list(day_of(wanted.clips))
        site = await stack.enter_async_context(serve(folder, cameras=CAMERAS, clips=clips))
        browser = await stack.enter_async_context(chromium())
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/playback?clip={clips[len(clips) // 2].id}")
        await page.wait_for_function(
            """() => {
                const app = document.querySelector("gcam-app");
                const page = app.shadowRoot.querySelector("gcam-playback-page");
                const stage = page?.shadowRoot.querySelector("gcam-playback-stage");
                const film = stage?.shadowRoot.querySelector("video:not([hidden])");
                return film && !film.paused && film.currentTime > 1;
            }"""
        )
        tools = await page.context.new_cdp_session(page)
        await tools.send(
            "Performance.enable", {"timeDomain": "threadTicks"}
        )  # of the CPU, whatever else runs
        await tools.send("Profiler.enable")
        await tools.send("Profiler.start")
        await page.evaluate(COUNT_FRAMES)
        before = await metrics(tools)
        await page.wait_for_timeout(wanted.seconds * 1000)
        after = await metrics(tools)
        frames = await page.evaluate("window.frames_shown")
        script_ms = scripting_ms((await tools.send("Profiler.stop"))["profile"])
    print(
        f"{wanted.clips} recordings, {frames / wanted.seconds:.0f} frames a second; of the main thread's CPU:"
    )
    task_ms = (after["TaskDuration"] - before["TaskDuration"]) * 1000
    for name, cost_ms in (("scripts", script_ms), ("main thread's CPU", task_ms)):
        print(f"  {name}: {cost_ms / wanted.seconds:.0f} ms a second, {cost_ms / frames:.2f} ms a frame")


def scripting_ms(profile: dict[str, Any]) -> float:
    """Time in JavaScript and in what it calls. Unlike the browser's `ScriptDuration` it has the microtasks,
    in which components render.
    """
    outside = {one["id"] for one in profile["nodes"] if one["callFrame"]["functionName"] in OUTSIDE}
    spent = zip(profile["samples"], profile["timeDeltas"], strict=True)
    return float(sum(us for node, us in spent if node not in outside)) / 1000


def day_of(count: int) -> Iterator[Clip]:
    for number in range(count):
        camera, began_at = CAMERAS[number % len(CAMERAS)], MIDNIGHT + number * DAY_S / count
        clip = make_clip(f"clip-{number:04}", camera, began_at, path="film.mp4", thumbnail=None)
        yield replace(clip, ended_at=began_at + LENGTH_S, frames=LENGTH_S * FPS)


def write_film(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for number in range(LENGTH_S * FPS):
            picture = np.full((480, 640, 3), number % 255, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode())


async def metrics(tools: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in (await tools.send("Performance.getMetrics"))["metrics"]}


if __name__ == "__main__":
    asyncio.run(main())
