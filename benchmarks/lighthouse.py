"""What Lighthouse says of each page on a phone of some years ago, with a day of recordings and events.

    .venv/bin/python -m benchmarks.lighthouse [--runs 3] [--keep FOLDER] [PAGE ...]

Gcam with two simulated cameras and a day of 120 recordings, Debian's Chromium, Lighthouse by npx. Of several
runs the median counts. The goals: a score of 0.9, a layout shift of 0.05 at most. Blocked times want a
machine at rest; `CPU` is what the main thread takes here, unthrottled, the least of the runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import av
import cv2
from playwright.async_api import BrowserContext, async_playwright

from benchmarks.watched_boards import watched_boards
from gcam_addon.history.chronicle import Entry, Kind, Line
from gcam_addon.history.store import Store
from gcam_addon.model import Clip, ClipKind, Size
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.scenes import open_scene
from tests.support.library import filled_library

LIGHTHOUSE = "lighthouse@12.8.2"
PAGES = ("cameras", "live", "playback", "events", "system")
TRIES = 3
TORN = "(NO_NAVSTART)"
"""Now and then Lighthouse misses the beginning of its own trace, and says to try again."""
COLUMNS = ("score", "first content, s", "largest, s", "blocked, ms", "shift", "KB", "requests", "CPU, ms")
SETTLED_MS = 2500
CLIPS, LENGTH_S, FPS, DAY_S = 120, 20, 10, 86_400
PICTURE = Size(800, 600)
OWNER = {"name": "bench", "password": "three plain words"}


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", default=PAGES, metavar="PAGE", help=f"of {', '.join(PAGES)}")
    parser.add_argument("--runs", type=int, default=3, help="of each page (3)")
    parser.add_argument("--keep", type=Path, help="where Lighthouse's whole reports go")
    wanted = parser.parse_args()
    if (why := await lacking()) is not None:
        print(f"skipped: {why}")
        return
    async with AsyncExitStack() as stack:
        gcam, _ = await watched_boards(stack, 2, 5.0, fill=fill)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        playwright = await stack.enter_async_context(async_playwright())
        context: BrowserContext = await playwright.chromium.launch_persistent_context(
            folder,
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--remote-debugging-port=0"],
        )
        stack.push_async_callback(context.close)
        answer = await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)
        assert answer.status == 201, await answer.text()
        port = (folder / "DevToolsActivePort").read_text().split()[0]
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
        print(f"| page | {' | '.join(COLUMNS)} |\n|---|{'---|' * len(COLUMNS)}")
        for page in wanted.pages:
            url = f"{gcam.url}/#/{page}"
            reports = [await report(url, port) for _ in range(wanted.runs)]
            cpu_ms = min([await main_thread_ms(context, url) for _ in range(wanted.runs)])
            if wanted.keep:
                wanted.keep.mkdir(parents=True, exist_ok=True)
                (wanted.keep / f"{page}.json").write_text(json.dumps(reports[-1]))
            print(f"| {page} | {' | '.join([*told(reports), f'{cpu_ms:.0f}'])} |", flush=True)


async def lacking() -> str | None:
    """What keeps this from being measured."""
    for program in ("chromium", "npx"):
        if shutil.which(program) is None:
            return f"there is no {program} here"
    try:
        await lighthouse("--version")
    except RuntimeError as error:
        return f"npx does not get {LIGHTHOUSE}: {error}"
    return None


async def lighthouse(*arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *("npx", "--yes", LIGHTHOUSE, *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaints = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(complaints.decode(errors="replace").strip()[-400:])
    return said


async def report(url: str, port: str) -> dict[str, Any]:
    """Of one visit. What the browser had stored goes first, cookies stay: somebody is signed in."""
    arguments = (f"--port={port}", "--output=json", "--only-categories=performance", "--quiet")
    for left in reversed(range(TRIES)):
        try:
            return dict(json.loads(await lighthouse(url, *arguments)))
        except RuntimeError as error:
            if TORN not in str(error) or not left:
                raise
    raise AssertionError("the last try returns or raises")


async def main_thread_ms(context: BrowserContext, url: str) -> float:
    """CPU of the page's main thread until some time after all is there, with nothing in the cache."""
    page = await context.new_page()
    await page.set_viewport_size({"width": 412, "height": 823})
    tools = await context.new_cdp_session(page)
    await tools.send("Network.enable")
    await tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(url)
    await page.wait_for_timeout(SETTLED_MS)
    metrics = (await tools.send("Performance.getMetrics"))["metrics"]
    await page.close()
    return next(1000 * float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def told(reports: list[dict[str, Any]]) -> Iterator[str]:
    """The columns that are Lighthouse's."""

    def median(audit: str) -> float:
        return statistics.median(one["audits"][audit]["numericValue"] for one in reports)

    def requests(one: dict[str, Any]) -> int:
        return len(one["audits"]["network-requests"]["details"]["items"])

    yield f"{statistics.median(one['categories']['performance']['score'] for one in reports):.2f}"
    yield f"{median('first-contentful-paint') / 1000:.1f}"
    yield f"{median('largest-contentful-paint') / 1000:.1f}"
    yield f"{median('total-blocking-time'):.0f}"
    yield f"{median('cumulative-layout-shift'):.3f}"
    yield f"{median('total-byte-weight') / 1000:.0f}"
    yield f"{statistics.median(map(requests, reports)):.0f}"


def fill(folder: Path) -> None:
    """The last day's recordings, each a file of its own name, and an event to each."""
    (folder / "recordings").mkdir()
    (folder / "thumbnails").mkdir()
    scene = SceneFootage(open_scene("garden-busy"))
    write_film(scene, folder / "film.mp4")
    clips = list(clips_of_a_day((folder / "film.mp4").stat().st_size))
    for number, clip in enumerate(clips):
        os.link(folder / "film.mp4", folder / clip.path)
        picture = scene.picture(number / 3, Size(320, 240))
        cv2.imwrite(str(folder / str(clip.thumbnail)), picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    filled_library(folder, clips).close()
    history = Store(folder / "events.db")
    history.write(Line(event_of(clip), (folder / str(clip.thumbnail)).read_bytes()) for clip in clips)
    history.close()


def clips_of_a_day(size_bytes: int) -> Iterator[Clip]:
    now = time.time()
    for number in range(CLIPS):
        began_at = now - DAY_S + (number + 0.5) * DAY_S / CLIPS
        yield Clip(
            id=f"clip-{number:03}",
            camera_id=f"c{number % 2}",
            camera_name=f"Camera {number % 2}",
            kind=ClipKind.MOTION,
            started_at=began_at,
            ended_at=began_at + LENGTH_S,
            path=f"recordings/clip-{number:03}.mp4",
            thumbnail=f"thumbnails/clip-{number:03}.jpg",
            size_bytes=size_bytes,
            frames=LENGTH_S * FPS,
            width=PICTURE.width,
            height=PICTURE.height,
            peak=4.2,
            reason="4.2 % of the picture moved",
            event_ids=(f"event-{number:03}",),
        )


def event_of(clip: Clip) -> Entry:
    return Entry(
        key=clip.event_ids[0],
        kind=Kind.MOTION,
        camera_id=clip.camera_id,
        camera_name=clip.camera_name,
        started_at=clip.started_at,
        ended_at=clip.ended_at,
        score=clip.peak,
        clip_id=clip.id,
        picture=True,
    )


def write_film(scene: SceneFootage, path: Path) -> None:
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = PICTURE.width, PICTURE.height, "yuv420p"
        for number in range(LENGTH_S * FPS):
            picture = av.VideoFrame.from_ndarray(scene.picture(number / FPS, PICTURE), "bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


if __name__ == "__main__":
    asyncio.run(main())
