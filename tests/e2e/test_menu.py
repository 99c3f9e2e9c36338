"""The menu in a real Chromium: all pages at a desk; on a phone some of them stand behind "More"."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from gcam_addon.access.principal import Role
from tests.support.browser import keep_screenshot, new_context, one_browser, serious
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import PASSWORD, Site, serve

pytestmark = one_browser
FINGER_PX = 44


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path) as site:
        yield site


def bar(page: Page) -> Locator:
    return page.get_by_role("navigation")


def link(page: Page, name: str) -> Locator:
    return bar(page).get_by_role("link", name=name)


async def test_a_desk_has_all_pages_side_by_side(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(site.url)
    for name in ("Live", "Cameras", "Alerts", "System", "People"):
        await expect(link(page, name)).to_be_visible()
    await bar(page).get_by_role("button", name="More").click()
    await expect(page.get_by_role("menuitem", name="About Gcam")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="People")).to_have_count(0)


async def test_a_phone_has_room_for_a_finger_on_each(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **PHONE)
    await page.goto(site.url)
    await expect(link(page, "Caméras")).to_be_visible()
    await expect(link(page, "Personnes")).to_be_hidden()
    for one in await bar(page).get_by_role("link").all():
        box = await one.bounding_box()
        assert box is None or box["width"] >= FINGER_PX, await one.inner_text()
    await keep_screenshot(page, "menu-phone")
    await bar(page).get_by_role("button", name="Plus").click()
    await expect(page.get_by_role("menuitem", name="Personnes")).to_be_visible()
    assert await serious(page) == []
    await keep_screenshot(page, "menu-phone-more")
    await page.get_by_role("menuitem", name="Personnes").click()
    await expect(page.get_by_role("heading", name="Personnes")).to_be_visible()
    await expect(link(page, "Personnes")).to_be_visible()  # where one is, is seen
    await keep_screenshot(page, "menu-phone-there")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await bar(page).get_by_role("button", name="Plus").click()
    await expect(page.get_by_role("menuitem", name="À propos de Gcam")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Personnes")).to_have_count(0)


async def test_a_guests_few_pages_are_not_put_away(site: Site, browser: Browser) -> None:
    await site.access.add("bob", PASSWORD, Role.CAMERA, None)
    context = await new_context(browser, **PHONE)
    login = {"name": "bob", "password": PASSWORD}
    assert (await context.request.post(f"{site.url}/api/v1/session", data=login)).ok
    page = await context.new_page()
    await page.goto(site.url)
    await expect(link(page, "Cet appareil")).to_be_visible()
