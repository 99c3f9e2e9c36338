"""The tune page in a real Chromium, with the real program and simulated boards: drawn, tried, saved, kept."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.browser import new_context, one_browser, serious
from tests.support.program import Program
from tests.support.two_cameras import settings_of, two_boards
from tests.support.waiting import answered, patience

pytestmark = one_browser


@pytest_asyncio.fixture(loop_scope="module")
async def boards() -> AsyncIterator[list[SimulatedCamera]]:
    async with two_boards() as boards:
        yield boards


@pytest_asyncio.fixture(loop_scope="module")
async def gcam(tmp_path: Path, boards: list[SimulatedCamera]) -> AsyncIterator[Program]:
    data = settings_of(boards, tmp_path)
    async with Program(data, "--mqtt", "off") as program:
        yield program


async def opened(browser: Browser, gcam: Program, **options: Any) -> Page:
    context = await new_context(browser, **options)
    page = await context.new_page()
    owner = {"name": "Ada", "password": "correct horse battery staple"}
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=owner)).status == 201
    await page.goto(f"{gcam.url}/#/cameras/door/tune")
    await expect(page.locator("gcam-tune-page h1")).to_contain_text("Door")
    await expect(page.locator("gcam-tune-page .verdict")).to_have_text(re.compile("%"))
    return page


def corner(page: Page, number: int) -> Locator:
    return page.locator("gcam-polygon-editor").get_by_role("button", name=f"Corner {number}:")


async def drag(page: Page, number: int, x: float, y: float) -> None:
    """A corner to a place on the picture, 0..1."""
    dot = await corner(page, number).locator(".dot").bounding_box()
    stage = await page.locator("gcam-tune-page .stage").bounding_box()
    assert dot is not None
    assert stage is not None
    await page.mouse.move(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(stage["x"] + x * stage["width"], stage["y"] + y * stage["height"], steps=4)
    await page.mouse.up()


async def picture(gcam: Program, camera_id: str = "door") -> np.ndarray:
    """Other settings forget the newest one: then it is the next."""

    async def snapshot() -> bytes | None:
        async with (
            aiohttp.ClientSession(headers=gcam.headers) as http,
            http.get(f"{gcam.url}/api/v1/cameras/{camera_id}/snapshot.jpg") as response,
        ):
            return await response.read() if response.status == 200 else None

    jpeg = await answered(snapshot) or b""
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Save")).to_have_count(0)


async def test_a_mask_is_drawn_tried_on_recordings_saved_and_holds(gcam: Program, browser: Browser) -> None:
    page = await opened(browser, gcam)
    while not [clip for clip in await gcam.clips() if clip["camera_id"] == "door"]:
        await page.wait_for_timeout(200)
    before = await gcam.state("yard")
    await page.get_by_role("button", name="Mask", exact=True).click()
    for number, (x, y) in enumerate(((0, 0.55), (1, 0.55), (1, 1), (0, 1)), start=1):
        await drag(page, number, x, y)
    await page.get_by_role("button", name="Try on recordings").click()
    summary = page.locator("gcam-what-if-panel [role=status]")
    await expect(summary).to_contain_text("0 would come, 0 stay")
    await expect(page.locator("gcam-what-if-panel .fate.goes").first).to_be_visible()
    await expect(page.locator("gcam-what-if-panel .why").first).to_have_text(re.compile("mask|zone"))
    kinds = page.locator("gcam-what-if-panel table tr").nth(1)
    await expect(kinds.locator("td")).to_have_text([re.compile(r"[1-9]\d*"), "0"])
    assert (await gcam.get("/api/v1/cameras/door"))["detection"]["masks"] == [], "only tried so far"
    await expect(page.locator("gcam-what-if-panel a").first).to_have_attribute("target", "_blank")
    assert await serious(page) == []
    await save(page)
    ((first, *_),) = (await gcam.get("/api/v1/cameras/door"))["detection"]["masks"]
    assert first == pytest.approx([0, 0.55], abs=0.02)
    await expect(page.locator("gcam-tune-page .verdict")).to_contain_text("under a mask")
    after = await gcam.state("yard")
    assert after["frames"] > before["frames"], "the other camera went on"
    assert (after["reconnects"], (await gcam.state("door"))["reconnects"]) == (0, 0)


async def test_what_is_followed_and_what_it_is_taken_for_are_shown_on_the_picture(
    gcam: Program, browser: Browser
) -> None:
    page = await opened(browser, gcam)
    followed = page.locator("gcam-followed-view")
    await expect(followed.locator("rect.way").first).to_be_attached()
    await expect(followed.locator("span").first).to_have_text(re.compile(r"\d+|Not recognised|%"))
    await expect(page.locator("gcam-tune-page .named")).to_contain_text("Looked at")
    assert await serious(page) == []
    await page.get_by_role("switch", name="Show tracks and names").focus()
    await page.keyboard.press("Space")
    await expect(followed).to_have_count(0)
    await expect(page.locator("gcam-tune-page .named")).to_have_count(0)


async def test_through_ingress_a_recording_opens_in_the_same_frame(gcam: Program, browser: Browser) -> None:
    """Another tab would be outside of Home Assistant, where nobody is signed in."""
    context = await new_context(browser)
    owner = {"name": "Ada", "password": "correct horse battery staple"}
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=owner)).status == 201
    page = await context.new_page()

    async def through_ingress(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json=await answer.json() | {"ingress": True})

    await page.route("**/api/v1/session", through_ingress)
    while not [clip for clip in await gcam.clips() if clip["camera_id"] == "door"]:
        await page.wait_for_timeout(200)
    await page.goto(f"{gcam.url}/#/cameras/door/tune")
    await page.get_by_role("button", name="Mask", exact=True).click()
    await page.get_by_role("button", name="Try on recordings").click()
    await expect(page.locator("gcam-what-if-panel a").first).to_have_attribute("target", "_self")


async def test_corners_are_moved_added_and_removed_by_keyboard(gcam: Program, browser: Browser) -> None:
    page = await opened(browser, gcam)
    await page.get_by_role("button", name="Zone", exact=True).click()
    await corner(page, 3).focus()
    label = re.compile("Corner 3: 65 % from the left, 65 % from the top")
    await expect(corner(page, 3)).to_have_attribute("aria-label", label)
    await page.keyboard.press("Shift+ArrowDown")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(corner(page, 5)).to_be_visible()
    await page.keyboard.press("Delete")
    await expect(corner(page, 5)).to_have_count(0)
    await page.locator("gcam-shape-list wa-input input").fill("Path")
    await save(page)
    (zone,) = (await gcam.get("/api/v1/cameras/door"))["detection"]["zones"]
    assert zone["name"] == "Path"
    assert len(zone["polygon"]) == 4


async def test_a_privacy_mask_and_the_picture_turned(gcam: Program, browser: Browser) -> None:
    """The red corner is at the top left; turned by 90 degrees it is at the top right."""
    page = await opened(browser, gcam)
    await page.get_by_role("button", name="Privacy mask", exact=True).click()
    for number, (x, y) in enumerate(((0.5, 0), (1, 0), (1, 0.5), (0.5, 0.5)), start=1):
        await drag(page, number, x, y)
    await save(page)
    shown = await picture(gcam)
    assert shown[:115, 170:].max() < 48
    assert shown[10:40, 10:40, 2].mean() > 180
    await page.get_by_role("button", name="Turn picture").click()
    while (await gcam.state("door"))["size"] != {"width": 240, "height": 320}:
        await page.wait_for_timeout(100)
    shown = await picture(gcam)
    assert shown.shape == (320, 240, 3)
    assert shown[170:, 125:].max() < 48, "the mask stays on what it hides"
    assert shown[10:40, -40:-10, 2].mean() > 180
    async with patience():
        while not await looks_red(page.locator("gcam-live-picture")):
            await page.wait_for_timeout(250)


async def looks_red(shown: Locator) -> bool:
    """Whether the top right corner is."""
    live = cv2.imdecode(np.frombuffer(await shown.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    height, width = live.shape[:2]
    blue, green, red = live[height // 10, width - width // 8]
    return bool(red > 180 > 100 > max(blue, green))


async def test_privacy_mode_and_leaving_with_changes(gcam: Program, browser: Browser) -> None:
    page = await opened(browser, gcam, viewport={"width": 390, "height": 844}, locale="fr-FR")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    asked: list[str] = []

    async def stay(dialog: Any) -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.get_by_role("button", name="Masque", exact=True).click()
    await page.evaluate("location.hash = '#/live'")
    await expect(page.locator("gcam-tune-page")).to_be_visible()
    assert asked == ["Vos modifications ne sont pas enregistrées. Quitter quand même\u202f?"]
    assert await serious(page) == []
    await page.get_by_role("button", name="Annuler").click()
    await page.get_by_role("switch", name="Mode privé").focus()
    await page.keyboard.press("Space")
    await expect(page.locator("gcam-tune-page .veil")).to_contain_text("Le mode privé est activé")
    assert (await gcam.state("door"))["status"] == "privacy"
