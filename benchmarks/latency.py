"""How old a live picture is when it is on the screen: RTSP camera, Gcam, the page in a real Chromium.

    python benchmarks/latency.py [--seconds 20] [--sound]

Every picture shows its number as black and white fields. The camera remembers when it sent which; the page
is asked which one it shows when (`requestVideoFrameCallback`). Both read the clock of this machine. A key
comes every second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[1]))
from gcam_addon.model import Size
from gcam_addon.picture.pixels import Pixels
from tests.support.browser import chromium, new_context
from tests.support.films import filmed
from tests.support.program import Program
from tests.support.rtsp_camera import RtspCamera
from tests.support.web_browser import DESK

_SIZE, _FPS, _SECONDS, _FIELD = Size(640, 480), 15, 8, 80
_BITS = 7
_OWNER = {"name": "Ada", "password": "correct horse battery staple"}
_SHOWN = """([video, seconds, bits, field]) => new Promise((done) => {
    const canvas = new OffscreenCanvas(bits * field, field);
    const drawing = canvas.getContext("2d", { willReadFrequently: true });
    const seen = [], until = performance.now() + seconds * 1000;
    const look = (_, frame) => {
        drawing.drawImage(video, 0, 0);
        let number = 0;
        for (let bit = 0; bit < bits; bit++) {
            const [value] = drawing.getImageData(bit * field + field / 2, field / 2, 1, 1).data;
            number = number * 2 + (value > 128);
        }
        seen.push([number, performance.timeOrigin + frame.expectedDisplayTime]);
        if (performance.now() < until) video.requestVideoFrameCallback(look); else done(seen);
    };
    video.requestVideoFrameCallback(look);
})"""
_PLAYS = "video => video.currentTime > 0 && !video.paused && video.videoWidth > 0"


def _pictures() -> Iterator[Pixels]:
    rng = np.random.default_rng(1)
    scene = rng.integers(60, 180, (_SIZE.height, _SIZE.width, 3), np.uint8)
    for number in range(_SECONDS * _FPS):
        picture = scene.copy()
        for bit in range(_BITS):
            white = number >> (_BITS - 1 - bit) & 1
            picture[:_FIELD, bit * _FIELD : (bit + 1) * _FIELD] = 255 * white
        yield picture


async def _measure(seconds: float, sound: bool) -> tuple[list[float], list[float], float]:
    film = filmed(_pictures(), _SIZE, fps=_FPS, gop=_FPS, sound=sound)
    with tempfile.TemporaryDirectory() as name:
        async with RtspCamera(film) as camera, Program(Path(name), "--mqtt", "off") as gcam:
            await gcam.end()
            yard = {"id": "yard", "name": "Yard", "url": camera.url, "detection": {"enabled": False}}
            (Path(name) / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [yard]}))
            await gcam.__aenter__()
            async with chromium() as browser:
                page = await _signed_in(browser, gcam)
                first, opening_s = await _watched(page, gcam, camera, 5.0)
                later, _ = await _watched(page, gcam, camera, seconds)
    return first, later, opening_s


async def _signed_in(browser: Browser, gcam: Program) -> Page:
    context = await new_context(browser, **DESK)
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=_OWNER)).ok
    return await context.new_page()


async def _watched(
    page: Page, gcam: Program, camera: RtspCamera, seconds: float
) -> tuple[list[float], float]:
    """How old each picture was when it was shown, ms; and after which time there was one, s."""
    begun_s = time.monotonic()
    await page.goto(f"{gcam.url}/#/live/yard")
    video = page.locator("gcam-h264-picture video")
    await video.wait_for(state="visible")
    element = await video.element_handle()
    assert element is not None
    await page.wait_for_function(_PLAYS, arg=element)
    opening_s = time.monotonic() - begun_s
    seen = await page.evaluate(_SHOWN, [element, seconds, _BITS, _FIELD])
    offset_s = time.time() - time.monotonic()
    length = _SECONDS * _FPS
    ages = []
    for number, shown_ms in seen:
        shown_s = shown_ms / 1000 - offset_s
        sent = [one.at_s for at, one in camera.sent.items() if at % length == number and one.at_s < shown_s]
        if sent:
            ages.append(1000 * (shown_s - max(sent)))
    return ages, opening_s


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--sound", action="store_true")
    args = parser.parse_args()
    first, later, opening_s = asyncio.run(_measure(args.seconds, args.sound))
    print(f"a picture moves {opening_s:.1f} s after the page is asked for")
    for name, ages in (("in the first 5 s", first), (f"in {args.seconds:g} s, opened anew", later)):
        cuts = statistics.quantiles(ages, n=20)
        print(
            f"camera to screen {name}: p50 {cuts[9]:.0f}, p95 {cuts[18]:.0f}, most {max(ages):.0f} ms"
            f" ({len(ages)} pictures)"
        )


if __name__ == "__main__":
    main()
