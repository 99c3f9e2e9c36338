"""The page Playback in a real Chromium: looking closer at a recording."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.integration.test_web_playback import make_video
from tests.support.browser import keep_screenshot, one_browser, scrolls_sideways, serious
from tests.support.fakes import make_camera
from tests.support.waiting import until
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import STARTED_AT, Site, make_clip, serve

pytestmark = one_browser
DOOR, YARD = make_camera("door"), make_camera("yard")
SECONDS = 12
DAY = time.strftime("%Y-%m-%d", time.gmtime(STARTED_AT))
SCROLLED = """() => {
    const main = document.querySelector("gcam-app").shadowRoot.querySelector("main");
    return main.scrollTop + document.scrollingElement.scrollTop > 0;
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clips = [
        make_clip("d1", DOOR, STARTED_AT, ended_at=STARTED_AT + SECONDS, thumbnail=None),
        make_clip("y1", YARD, STARTED_AT + 100, ended_at=STARTED_AT + 100 + SECONDS, thumbnail=None),
    ]
    for clip in clips:
        await asyncio.to_thread(make_video, tmp_path / clip.path, seconds=SECONDS)
    async with serve(tmp_path, cameras=[DOOR, YARD], clips=clips) as site:
        yield site


async def test_a_recording_is_looked_at_closer(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(f"{site.url}/#/playback?clip=d1")
    frame = page.locator("gcam-playback-stage gcam-zoom-frame")
    playing = page.locator("gcam-playback-controls").get_by_role("button", name="Play", exact=True)
    await expect(page.locator("gcam-playback-stage .state")).to_have_count(0)
    await page.locator("gcam-playback-controls").get_by_role("button", name="Pause", exact=True).click()
    await by_button_wheel_and_drag(page, frame, playing)
    await by_keys(page, frame)
    assert await serious(page) == []
    await keep_screenshot(page, "playback-zoomed")
    await page.keyboard.press("n")
    await expect(page.locator("gcam-playback-stage .name")).to_contain_text("Yard")
    await expect(shown_times(frame)).to_have_count(0)  # another camera is shown whole
    await by_fingers(await signed_in(browser, site, **PHONE), site)


async def test_letter_keys_can_be_switched_off(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(f"{site.url}/#/playback?clip=d1")
    shown = page.locator("gcam-playback-stage .name")
    await expect(shown).to_contain_text("Door")
    await page.locator("gcam-playback-page").get_by_role("button", name="Keyboard shortcuts").click()
    switch = page.get_by_role("switch", name="Letter keys")
    await expect(switch).to_be_checked()
    await switch.press("Space")
    await expect(switch).not_to_be_checked()
    assert await serious(page) == []
    await keep_screenshot(page, "playback-keys")
    await page.reload()
    await expect(shown).to_contain_text("Door")
    await page.keyboard.press("n")
    await page.keyboard.press("Shift+ArrowRight")  # goes on working, and finds Door still shown
    await expect(page.locator("gcam-playback-controls .time")).to_contain_text("22:15:0")
    await page.keyboard.press("?")
    await expect(page.locator("wa-dialog[open]")).to_have_count(0)


async def test_a_film_is_fetched_by_who_plays_it(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    asked: list[str] = []
    page.on("response", lambda response: asked.append(response.url) if response.ok else None)
    await page.goto(f"{site.url}/#/playback?day={DAY}")
    shown = page.locator("gcam-playback-stage .name")
    await expect(shown).to_contain_text("Yard")
    await until(lambda: any("y1/frame.jpg" in url for url in asked))  # its first picture is shown
    await page.locator("gcam-playback-controls").get_by_role("button", name="Previous").click()
    await expect(shown).to_contain_text("Door")
    await until(lambda: any("d1/frame.jpg" in url for url in asked))
    assert not [url for url in asked if "video.mp4" in url]
    await keep_screenshot(page, "playback-still")
    before = await shown.text_content()
    async with page.expect_request("**/d1/video.mp4"):
        await page.locator("gcam-playback-controls").get_by_role("button", name="Play", exact=True).click()
    await expect(shown).not_to_have_text(str(before))


async def test_a_recording_whose_file_is_gone_says_so_before_it_is_to_play(
    site: Site, browser: Browser
) -> None:
    page = await signed_in(browser, site, **DESK)
    path = site.services.files.path_of(await site.clips.get("d1"))
    elsewhere = path.rename(path.with_suffix(".away"))
    try:
        await page.goto(f"{site.url}/#/playback?day={DAY}")
        await expect(page.locator("gcam-playback-stage .name")).to_contain_text("Yard")
        await page.locator("gcam-playback-controls").get_by_role("button", name="Previous").click()
        await expect(page.get_by_text("This recording can't be played")).to_be_visible()
        await keep_screenshot(page, "playback-gone")
    finally:
        elsewhere.rename(path)


async def test_the_picture_of_a_recording_that_stands_can_be_kept(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(f"{site.url}/#/playback?day={DAY}")
    await expect(page.locator("gcam-playback-stage .name")).to_contain_text("Yard")
    await page.route("**/video.mp4", lambda route: route.abort())  # its film is not needed for that
    async with page.expect_download() as download:
        await page.locator("gcam-clip-actions").get_by_role("button", name="Save picture").click()
    kept = await (await download.value).path()
    assert kept.read_bytes()[:2] == b"\xff\xd8"


async def test_sharing_stops_at_what_is_shared(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(f"{site.url}/#/playback?clip=d1")
    controls = page.locator("gcam-playback-controls")
    await expect(controls.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Share", exact=True).first.click()
    await expect(page.get_by_role("dialog", name=re.compile("^Share"))).to_be_visible()
    await expect(controls.locator("button[aria-label=Play]")).to_be_attached()


async def test_what_is_to_be_exported_stays_while_playback_goes_on(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(f"{site.url}/#/playback?clip=d1&at={STARTED_AT + SECONDS - 4}")
    shown = page.locator("gcam-playback-stage .name")
    await expect(shown).to_contain_text("Door")
    await page.get_by_role("button", name="Export", exact=True).first.click()
    camera = page.locator("gcam-export-dialog wa-select")
    await expect(camera).to_have_js_property("value", "door")
    await expect(shown).to_contain_text("Yard")
    await expect(camera).to_have_js_property("value", "door")


PLACES = (
    "live", "live/door", "playback", "cameras", "cameras?add=1", "cameras/door", "cameras/door/tune",
    "events", "storage", "system", "system?tab=check", "system?tab=backup", "people",
    "people?tab=tokens", "people?tab=audit", "storage?tab=trash",
)  # fmt: skip
CUT = """() => {
    const cut = [];
    const look = (node) => {
        if (node.shadowRoot) for (const one of node.shadowRoot.children) look(one);
        for (const one of node.children) look(one);
        const style = getComputedStyle(node);
        const says = [...node.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
        if (!says || style.overflowX === "visible" || style.clipPath !== "none") return;
        if (node.scrollWidth > node.clientWidth + 1) cut.push(node.textContent.trim());
    };
    look(document.body);
    return cut;
}"""
"""Texts of which an end is not seen."""


@pytest.mark.parametrize(("width", "size"), [(320, 100), (1280, 200)])
async def test_nothing_is_lost_on_320_pixels_and_at_twice_the_size(
    site: Site, browser: Browser, width: int, size: int
) -> None:
    """In French, whose words are longer."""
    page = await signed_in(browser, site, **{**PHONE, "viewport": {"width": width, "height": 640}})
    wrong: list[str] = []
    for place in PLACES:
        await page.goto(f"{site.url}/#/{place}")
        await page.evaluate(f"document.documentElement.style.fontSize = '{size}%'")
        await page.locator("main > .page").wait_for()
        await page.wait_for_load_state("networkidle")
        await keep_screenshot(page, f"large-{width}-{size}-{place}")
        if await scrolls_sideways(page):
            wrong.append(f"{place} scrolls sideways")
        wrong.extend(f"{place} cuts off “{text}”" for text in await page.evaluate(CUT))
    assert wrong == []


async def by_button_wheel_and_drag(page: Page, frame: Locator, paused: Locator) -> None:
    await frame.get_by_role("button", name="Enlarge the picture").click()
    await expect(shown_times(frame)).to_have_text("1.5×")
    await expect(paused).to_be_visible()  # a button of the picture isn't the picture: nothing plays
    box = await frame.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.move(*middle)
    await page.keyboard.down("Control")
    await page.mouse.wheel(0, -100)
    await page.keyboard.up("Control")
    await expect(shown_times(frame)).to_have_text("1.9×")
    before = await transform(frame)
    await page.mouse.down()
    await page.mouse.move(middle[0] + 60, middle[1], steps=3)
    await page.mouse.up()
    assert await transform(frame) != before
    await expect(paused).to_be_visible()  # dragging is not pressing
    await page.mouse.wheel(0, 100)
    await page.wait_for_function(SCROLLED)
    await expect(shown_times(frame)).to_have_text("1.9×")
    await shown_times(frame).click()
    await expect(shown_times(frame)).to_have_count(0)


async def by_keys(page: Page, frame: Locator) -> None:
    """Pressed, the picture hears the keys, and the page hears those that mean nothing to it."""
    controls = page.locator("gcam-playback-controls")
    await controls.evaluate(
        """(one) => {
            one.conductor.state.subscribe(({ playing }) => { window.played ||= playing; });
        }"""
    )
    await frame.locator(".frame").dblclick()
    await expect(shown_times(frame)).to_have_text("2.5×")
    await frame.locator(".frame").dblclick()
    await expect(shown_times(frame)).to_have_count(0)
    assert not await page.evaluate("window.played"), "looking closer plays nothing"
    await frame.locator(".frame").click()
    await expect(controls.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await page.keyboard.press("+")
    await expect(shown_times(frame)).to_have_text("1.3×")
    before = await transform(frame)
    await page.keyboard.press("ArrowRight")
    assert await transform(frame) != before
    before = await transform(frame)
    await page.keyboard.press(".")  # a still picture is zoomed as the moving one is
    await expect(page.locator("gcam-playback-controls").get_by_role("button", name="Play")).to_be_visible()
    assert await transform(frame) == before


async def by_fingers(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/#/playback?clip=d1")
    frame = page.locator("gcam-playback-stage gcam-zoom-frame")
    await expect(page.locator("gcam-playback-stage .name")).to_contain_text("Door")
    await expect(page.locator("gcam-playback-stage .state")).to_have_count(0)
    box = await frame.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tools = await page.context.new_cdp_session(page)

    async def touch(kind: str, *apart: float) -> None:
        points = [{"x": x + dx, "y": y, "id": number} for number, dx in enumerate(apart)]
        await tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", -20)
    await touch("touchStart", -20, 20)
    for apart in (25, 30, 35, 40):
        await touch("touchMove", -apart, apart)
    await touch("touchEnd")
    await expect(shown_times(frame)).to_have_text("2×")
    await keep_screenshot(page, "playback-zoomed-phone-fr")


def shown_times(frame: Locator) -> Locator:
    return frame.locator("button.whole")


async def transform(frame: Locator) -> str:
    return str(await frame.locator(".shown").evaluate("(one) => one.style.transform"))
