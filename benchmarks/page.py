"""What the page costs a browser: first load, time to be usable, 16 live pictures, memory over time.

    .venv/bin/python -m benchmarks.page [--minutes 10]

Starts 16 simulated boards at 10 pictures a second, Gcam, and Debian's Chromium. The goals: first load below
200 KB, the largest page usable within 1 s, the main thread busy less than half of the time, memory steady.
Also says what Gcam itself pays per viewer and picture, beside what receiving that picture costs it.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import time
from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from benchmarks.watched_boards import watched_boards
from tests.support.program import Program

BOARDS, FPS = 16, 10.0
LARGEST = "playback"
OWNER = {"name": "bench", "password": "three plain words"}


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="how long memory is watched (10)")
    minutes = parser.parse_args().minutes
    async with AsyncExitStack() as stack:
        gcam, _ = await watched_boards(stack, BOARDS, FPS)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        answer = await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)
        assert answer.status == 201, await answer.text()
        page = await context.new_page()
        tools = await context.new_cdp_session(page)
        alone_s = await cpu_per_second(gcam)
        print(f"first load of Live: {await first_load(page, tools, gcam.url):.0f} KB transferred (goal 200)")
        print(f"largest page usable after {await usable(page, gcam.url):.2f} s (goal 1)")
        await page.goto(f"{gcam.url}/#/live")
        await watch(page, tools, minutes)
        watched_s = await cpu_per_second(gcam)
        received, viewer = alone_s / (BOARDS * FPS) * 1000, (watched_s - alone_s) / (BOARDS * FPS) * 1000
        print(f"Gcam: {received:.3f} ms per picture received, {viewer:.3f} ms more per viewer who sees it")
        await browser.close()


async def cpu_per_second(gcam: Program) -> float:
    """Seconds of CPU a second, over a while."""
    await asyncio.sleep(3)
    before, began_s = gcam.cpu_s(), time.perf_counter()
    await asyncio.sleep(12)
    return (gcam.cpu_s() - before) / (time.perf_counter() - began_s)


async def first_load(page: Page, tools: CDPSession, url: str) -> float:
    """Kilobytes over the wire until Live is there, pictures and WebSockets left out."""
    sizes: dict[str, float] = {}
    kept: set[str] = set()

    def responded(event: dict[str, Any]) -> None:
        if "/api/" not in event["response"]["url"]:
            kept.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    await tools.send("Network.enable")
    tools.on("Network.responseReceived", responded)
    tools.on("Network.loadingFinished", finished)
    await page.goto(url)
    await page.locator("gcam-camera-tile").first.wait_for()
    await page.wait_for_timeout(1000)
    await tools.send("Network.disable")
    return sum(sizes.get(request, 0.0) for request in kept) / 1000


async def usable(page: Page, url: str) -> float:
    """Seconds from opening the address until its first control can be used."""
    await page.goto("about:blank")
    began_s = time.perf_counter()
    await page.goto(f"{url}/#/{LARGEST}")
    await page.locator("gcam-playback-page wa-button").first.wait_for()
    return time.perf_counter() - began_s


async def watch(page: Page, tools: CDPSession, minutes: float) -> None:
    await page.locator("gcam-camera-tile").nth(BOARDS - 1).wait_for()
    await page.wait_for_timeout(5000)
    await tools.send("Performance.enable")
    before, began_s = await metrics(tools), time.perf_counter()
    heaps = []
    while time.perf_counter() - began_s < minutes * 60:
        await page.wait_for_timeout(min(10_000, minutes * 60_000 / 4))
        await tools.send("HeapProfiler.collectGarbage")
        heaps.append((await metrics(tools))["JSHeapUsedSize"] / 1e6)
    lasted_s = time.perf_counter() - began_s
    busy = ((await metrics(tools))["TaskDuration"] - before["TaskDuration"]) / lasted_s
    print(f"{BOARDS} live pictures at {FPS:.0f} fps: main thread busy {busy:.0%} of the time (goal 50 %)")
    first, last, most = heaps[0], heaps[-1], max(heaps)
    print(f"memory over {minutes:g} min: {first:.1f} MB first, {last:.1f} MB last, {most:.1f} MB at most")


async def metrics(tools: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in (await tools.send("Performance.getMetrics"))["metrics"]}


if __name__ == "__main__":
    asyncio.run(main())
