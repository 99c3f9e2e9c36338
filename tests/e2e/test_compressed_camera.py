"""A camera that sends H.264 with sound, whole: a real RTSP server, the real program, a real Chromium."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from playwright.async_api import Browser, Page, expect

from gcam_addon.picture.jpeg import size_of
from tests.support.browser import new_context, one_browser
from tests.support.program import Program
from tests.support.rtsp_server import MOUNTS, PASSWORD, RtspServer, missing
from tests.support.waiting import patience
from tests.support.web_browser import DESK

pytestmark = [*one_browser, pytest.mark.skipif(missing() is not None, reason=str(missing()))]
OWNER = {"name": "Ada", "password": "correct horse battery staple"}
HEARD = "video => !video.muted && video.webkitAudioDecodedByteCount > 0"
PLAYS = "video => video.currentTime > 1 && !video.paused && video.videoWidth === 320"


@pytest.fixture
def server() -> Iterator[RtspServer]:
    server = RtspServer({"/aac": MOUNTS["/aac"]})
    yield server
    server.child.ended()


async def test_it_is_watched_detected_recorded_and_played_with_sound(
    tmp_path: Path, server: RtspServer, browser: Browser
) -> None:
    camera = {
        "id": "yard",
        "name": "Yard",
        "url": server.url("/aac", "digest", login=f"gcam:{PASSWORD}"),
        "detection": {"warmup_s": 1.0},
        "recording": {"mode": "continuous", "max_clip_s": 5},
    }
    (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [camera]}))
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        page = await _owner(browser, gcam)
        await _it_is_seen_live(page, gcam)
        state = await gcam.state("yard")
        assert (state["status"], state["codec"], state["sound"]) == ("connected", "h264", True)
        assert size_of(await gcam.get("/api/v1/cameras/yard/snapshot.jpg"))
        await page.goto(f"{gcam.url}/#/cameras/yard/tune")
        await expect(page.get_by_text("every picture is decoded, blackened and made a JPEG")).to_be_visible()
        await gcam.until(lambda: "motion:" in gcam.log)
        async with patience():
            while not (clips := await gcam.clips()):
                await asyncio.sleep(0.2)
        _is_a_copy(await gcam.get(f"/api/v1/clips/{clips[-1]['id']}/video.mp4"))
        await _it_is_played(page, gcam)
        assert "Traceback" not in gcam.log
        assert PASSWORD not in gcam.log


async def _owner(browser: Browser, gcam: Program) -> Page:
    context = await new_context(browser, **DESK)
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).ok
    return await context.new_page()


async def _it_is_seen_live(page: Page, gcam: Program) -> None:
    await page.goto(f"{gcam.url}/#/live/yard")
    video = page.locator("gcam-h264-picture video")
    await expect(video).to_be_visible()
    element = await video.element_handle()
    assert element is not None
    await page.wait_for_function(PLAYS, arg=element)
    sound = page.get_by_role("button", name="Sound")
    await expect(sound).to_have_attribute("aria-pressed", "false")
    await sound.click()
    await page.wait_for_function(HEARD, arg=element)
    await page.get_by_role("switch", name="H.264").press("Space")
    picture = page.locator("gcam-live-picture canvas")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("width", 320)


def _is_a_copy(video: bytes) -> None:
    with av.open(io.BytesIO(video)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.audio[0].codec_context.sample_rate == 16_000
        frames = list(container.decode(video=0))
    assert len(frames) > 30
    assert (frames[0].width, frames[0].height) == (320, 240)


async def _it_is_played(page: Page, gcam: Program) -> None:
    await page.goto(f"{gcam.url}/#/playback")
    await page.locator("gcam-playback-controls").get_by_role("button", name="Play", exact=True).click()
    video = page.locator("gcam-playback-stage video:not([hidden])").first
    element = await video.element_handle()
    assert element is not None
    await page.wait_for_function("video => video.currentTime > 0.5 && video.videoWidth === 320", arg=element)


async def test_h265_is_made_h264_for_a_browser_without_it_or_is_shown_as_pictures(
    tmp_path: Path, browser: Browser
) -> None:
    server = RtspServer({"/h265": MOUNTS["/h265"]})
    camera = {"id": "yard", "name": "Yard", "url": server.url("/h265"), "recording": {"enabled": False}}
    (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [camera]}))
    try:
        async with Program(tmp_path, "--mqtt", "off") as gcam:
            page = await _owner(browser, gcam)
            await page.goto(f"{gcam.url}/#/live/yard")
            video = page.locator("gcam-h264-picture video")
            await expect(video).to_be_visible()
            element = await video.element_handle()
            await page.wait_for_function("video => video.currentTime > 0.5", arg=element)
            await expect(page.get_by_text("Gcam makes H.264 of it while you watch")).to_be_visible()

            await page.goto(f"{gcam.url}/#/cameras/yard")
            await page.get_by_role("switch", name="Make H.264 for browsers").press("Space")
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_text("Yard is saved.").first).to_be_visible()
            await page.goto(f"{gcam.url}/#/live/yard")
            await expect(page.get_by_text("so you see single pictures without sound")).to_be_visible()
            await expect(page.locator("gcam-live-picture canvas")).to_have_js_property("width", 320)
            await expect(video).to_have_count(0)
            refused = await page.evaluate(REFUSED)
            assert refused == "closed"
            assert "Traceback" not in gcam.log
    finally:
        server.child.ended()


REFUSED = """() => new Promise(resolve => {
    const socket = new WebSocket(`ws://${location.host}/api/v1/cameras/yard/live.mp4`);
    socket.onmessage = () => resolve("sends");
    socket.onclose = () => resolve("closed");
})"""
