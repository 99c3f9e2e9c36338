"""Events by place in a real Chromium: drawn by mouse, finger and keys; light and dark, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.async_api import Locator, Page, expect

from gcam_addon.model import CameraChanged, EncodedFrame, Region, Size
from tests.integration.test_history import motion
from tests.integration.test_places import moved
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.fakes import make_camera, make_state
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import STARTED_AT, Site, serve

pytestmark = needs_chromium
DOOR, YARD, AWAY = make_camera("door", name="Front door"), make_camera("yard"), make_camera("away")
NOW = STARTED_AT
GATE = Region(0.1, 0.6, 0.15, 0.3, 4.5)
ROOF = Region(0.7, 0.05, 0.1, 0.1, 1.0)


def view() -> bytes:
    """A house with a gate, from above."""
    picture = np.full((480, 640, 3), (120, 150, 110), np.uint8)
    cv2.rectangle(picture, (380, 20), (600, 200), (70, 80, 150), -1)
    cv2.rectangle(picture, (64, 288), (160, 432), (60, 60, 70), -1)
    done, jpeg = cv2.imencode(".jpg", picture)
    assert done
    return jpeg.tobytes()


async def test_what_moved_in_a_place_is_found_by_drawing_it(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR, YARD, AWAY]) as site, chromium() as browser:
        for camera in (DOOR, YARD, AWAY):
            site.engine.publish(CameraChanged(make_state(camera)))
        site.engine.show("door", EncodedFrame(view(), 0.0, NOW, Size(640, 480)))
        for event in (
            *motion("door", "of old", NOW),
            *moved("door", "gate", NOW + 100, GATE),
            *moved("door", "roof", NOW + 200, ROOF),
            *moved("away", "e1", NOW + 300, GATE),
        ):
            site.engine.publish(event)
        desk = await signed_in(browser, site, **DESK)
        await by_mouse(desk, site)
        await by_keys(desk, site)
        await of_a_camera_that_gives_no_picture(desk, site)
        await on_the_phone(await signed_in(browser, site, **PHONE), site)


async def draw(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    box = await page.locator("gcam-place-picker .picture").bounding_box()
    assert box
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (begin, end)]
    await page.mouse.move(*at[0])
    await page.mouse.down()
    await page.mouse.move(*at[1], steps=4)
    await page.mouse.up()


def place_in(page: Page) -> list[float]:
    found = re.search(r"place=([^&]+)", page.url.replace("%2C", ","))
    return [float(share) for share in found.group(1).split(",")] if found else []


async def by_mouse(page: Page, site: Site) -> None:
    rows = page.locator("gcam-event-row")
    await page.goto(f"{site.url}/#/events")
    await expect(rows).to_have_count(4)
    await page.get_by_role("button", name="Where").click()
    await expect(page.get_by_text("Choose the camera first")).to_be_visible()
    await page.locator("select[name=camera]").select_option("door")
    await expect(rows).to_have_count(3)
    await expect(page.get_by_role("img", name="Picture of Front door")).to_have_js_property(
        "naturalWidth", 640
    )
    await draw(page, (0.05, 0.95), (0.3, 0.55))
    await expect(rows).to_have_count(1)
    x, y, width, height = place_in(page)
    assert (x, y) == pytest.approx((0.05, 0.55), abs=0.01)
    assert (width, height) == pytest.approx((0.25, 0.4), abs=0.01)
    await expect(page.get_by_text("what happened before is not searched")).to_be_visible()
    await expect(page.get_by_role("button", name="In a place")).to_be_visible()
    assert await serious(page) == []
    await keep_screenshot(page, "events-place-desk")
    await draw(page, (0.65, 0.0), (0.9, 0.3))
    await expect(rows).to_have_count(1)
    await draw(page, (0.4, 0.4), (0.6, 0.5))
    await expect(page.get_by_text("Nothing moved there")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Nothing moved there")).to_be_visible()
    await expect(page.locator("gcam-place-picker .place")).to_be_visible()
    await page.get_by_role("button", name="Anywhere again").click()
    await expect(rows).to_have_count(3)
    assert place_in(page) == []


async def by_keys(page: Page, site: Site) -> None:
    """Nothing but keys: begun in the middle, moved to the lower left, made smaller, taken away."""
    rows = page.locator("gcam-event-row")
    await page.emulate_media(color_scheme="dark")
    middle = page.get_by_role("button", name="Begin with one in the middle")
    await middle.focus()
    await page.keyboard.press("Enter")
    place = page.get_by_role("button", name=re.compile("From 35 to 65 % from the left"))
    await expect(place).to_be_focused()
    await expect(page.get_by_text("Nothing moved there")).to_be_visible()
    for _ in range(25):
        await page.keyboard.press("ArrowLeft")
    for _ in range(20):
        await page.keyboard.press("ArrowDown")
    await expect(rows).to_have_count(1)
    assert place_in(page) == [0.1, 0.55, 0.3, 0.3]
    await expect(page.get_by_role("button", name=re.compile("From 10 to 40 % from the left"))).to_be_focused()
    for _ in range(10):
        await page.keyboard.press("Shift+ArrowUp")
    await expect_place(page, [0.1, 0.55, 0.3, 0.2])
    await keep_screenshot(page, "events-place-desk-dark")
    await page.keyboard.press("Escape")
    await expect(rows).to_have_count(3)
    await page.emulate_media(color_scheme="light")


async def expect_place(page: Page, place: list[float]) -> None:
    spelt = ",".join(f"{share:g}" for share in place)
    await expect(page).to_have_url(re.compile(re.escape(spelt).replace(",", "(,|%2C)")))


async def of_a_camera_that_gives_no_picture(page: Page, site: Site) -> None:
    """It is drawn on that of its newest event; where there is none, on nothing. Each has its own place."""
    await draw(page, (0.05, 0.55), (0.3, 0.95))
    await expect(page.locator("gcam-event-row")).to_have_count(1)
    await page.locator("select[name=camera]").select_option("away")
    assert place_in(page) == []
    behind = page.get_by_role("img", name="Picture of away")
    await expect(behind).to_have_attribute("src", re.compile("/history/[0-9]+/picture.jpg"))
    await draw(page, (0.05, 0.55), (0.3, 0.95))
    await expect(page.locator("gcam-event-row")).to_have_count(1)
    await expect(page.get_by_text("is not searched")).to_have_count(0)
    await page.locator("select[name=camera]").select_option("yard")
    await expect(page.get_by_text("The camera gives no picture at the moment")).to_be_visible()
    await draw(page, (0.05, 0.55), (0.3, 0.95))
    await expect(page.get_by_text("Nothing moved there")).to_be_visible()


async def on_the_phone(page: Page, site: Site) -> None:
    """By finger, in French; the page does not scroll away under it."""
    await page.goto(f"{site.url}/#/events?camera=door")
    await page.get_by_role("button", name=re.compile("Où")).click()
    picture = page.locator("gcam-place-picker .picture")
    await expect(page.get_by_role("img", name="Image de Front door")).to_have_js_property("naturalWidth", 640)
    await finger(page, picture, (0.05, 0.55), (0.3, 0.95))
    await expect(page.locator("gcam-event-row")).to_have_count(1)
    await expect(page.get_by_text("n’est pas cherché")).to_be_visible()
    assert not await scrolls_sideways(page)
    assert await serious(page) == []
    await keep_screenshot(page, "events-place-phone-fr")
    await page.emulate_media(color_scheme="dark")
    await keep_screenshot(page, "events-place-phone-fr-dark")


async def finger(page: Page, on: Locator, begin: tuple[float, float], end: tuple[float, float]) -> None:
    box = await on.bounding_box()
    assert box
    client = await page.context.new_cdp_session(page)
    for step in range(5):
        x = box["x"] + (begin[0] + (end[0] - begin[0]) * step / 4) * box["width"]
        y = box["y"] + (begin[1] + (end[1] - begin[1]) * step / 4) * box["height"]
        kind = "touchStart" if step == 0 else "touchMove"
        await client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    await client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
