"""A camera with two addresses, on the page: large in the large view, and small while that is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browser import keep_screenshot, new_context, one_browser, scrolls_sideways, serious
from tests.support.cut_cable import CutCable
from tests.support.program import Program
from tests.support.rtsp_server import RtspServer, missing
from tests.support.web_browser import DESK, PHONE

pytestmark = [*one_browser, pytest.mark.skipif(missing() is not None, reason=str(missing()))]
OWNER = {"name": "Ada", "password": "correct horse battery staple"}
_MOUNT = (
    "videotestsrc is-live=1 pattern=ball ! video/x-raw,format=I420,width={},height={},framerate=15/1 ! "
    "x264enc threads=1 tune=zerolatency speed-preset=ultrafast key-int-max=15 ! "
    "rtph264pay name=pay0 pt=96 config-interval=-1"
)
MOUNTS = {"/small": _MOUNT.format(320, 240), "/large": _MOUNT.format(960, 720)}
WIDTH = "([video, width]) => video.currentTime > 0.5 && video.videoWidth === width"


@pytest.fixture
def server() -> Iterator[RtspServer]:
    server = RtspServer(MOUNTS)
    yield server
    server.child.ended()


async def test_the_large_view_is_the_large_stream_while_that_is_there(
    tmp_path: Path, server: RtspServer, browser: Browser
) -> None:
    port = urlsplit(server.url("/large")).port
    assert port is not None
    async with CutCable(port) as cable:
        camera = {"id": "yard", "name": "Yard", "url": server.url("/small")}
        (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [camera]}))
        async with Program(tmp_path, "--mqtt", "off") as gcam:
            page = await _owner(browser, gcam)
            await _it_is_typed(page, gcam, camera["url"], f"rtsp://127.0.0.1:{cable.port}/large")
            await page.goto(f"{gcam.url}/#/live/yard")
            await _shows(page, 960)
            facts = page.locator("gcam-camera-facts")
            await expect(facts).to_contain_text("960 × 720")
            await _looks_well(page, "two-addresses")
            cable.cut()
            await _shows(page, 320)
            await expect(facts).to_contain_text("the SD stream is recorded")
            await keep_screenshot(page, "two-addresses-away")
            cable.mend()
            await _shows(page, 960)
            await expect(facts).not_to_contain_text("the SD stream is recorded")
            await page.goto(f"{gcam.url}/#/events")
            await expect(page.locator("gcam-event-row", has_text="HD stream lost")).to_have_count(1)
            await _looks_well(page, "two-addresses-events")
            await page.goto(f"{gcam.url}/#/live")
            tile = page.locator("gcam-camera-tile canvas")
            await expect(tile).to_have_js_property("width", 320)
            assert "Traceback" not in gcam.log


async def _owner(browser: Browser, gcam: Program) -> Page:
    context = await new_context(browser, **DESK)
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).ok
    return await context.new_page()


async def _it_is_typed(page: Page, gcam: Program, small: str, url_hd: str) -> None:
    """The same address is refused at its field, the right one is stored."""
    await page.goto(f"{gcam.url}/#/cameras/yard")
    address = page.get_by_role("textbox", name="HD address")
    await address.fill(small)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("This is no second address")).to_be_visible()
    await address.fill(url_hd)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Yard is saved.").first).to_be_visible()
    await expect(address).to_have_value(url_hd)
    await _looks_well(page, "two-addresses-form")


async def _shows(page: Page, width: int) -> None:
    video = page.locator("gcam-h264-picture video")
    await expect(video).to_be_visible()
    await page.wait_for_function(WIDTH, arg=[await video.element_handle(), width])


async def _looks_well(page: Page, name: str) -> None:
    """On a desk and on a phone, by day and by night."""
    for size, options in (("desk", DESK), ("phone", PHONE)):
        await page.set_viewport_size(options["viewport"])
        assert not await scrolls_sideways(page)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await keep_screenshot(page, f"{name}-{size}-{scheme}")
        assert await serious(page) == []
    await page.set_viewport_size(DESK["viewport"])
