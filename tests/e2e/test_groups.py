"""Order and groups of cameras in a real Chromium, and the kiosk that shows them one after the other."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.fakes import make_camera
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import Site, serve

pytestmark = needs_chromium
CAMERAS = [make_camera("door", group="Outside"), make_camera("hall"), make_camera("yard", group="Outside")]


async def names(page: Page, tag: str) -> list[str]:
    return [text.strip() for text in await page.locator(f"{tag} .name").all_inner_texts()]


async def test_order_groups_and_kiosk(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=CAMERAS) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await order_by_keyboard(page, site)
        await live_by_group(page, site)
        await kiosk(page, site)
        phone = await signed_in(browser, site, **PHONE)
        await phone.goto(f"{site.url}/#/live?group=Outside")
        await expect(phone.locator("gcam-camera-tile")).to_have_count(2)
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "group-phone-fr")
        await phone.goto(f"{site.url}/#/cameras")
        await expect(phone.get_by_role("button", name="Monter Yard")).to_be_disabled()
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "cameras-phone-fr")


async def order_by_keyboard(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/#/cameras")
    await page.get_by_role("button", name="Move Yard up").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("gcam-camera-list h2").nth(1)).to_contain_text("Yard")
    await page.keyboard.press("Enter")  # the focus went along
    await expect(page.locator("gcam-camera-list h2").first).to_contain_text("Yard")
    assert [camera.id for camera in site.cameras.list()] == ["yard", "door", "hall"]
    assert await serious(page) == []
    await keep_screenshot(page, "cameras-order-desk")


async def live_by_group(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/#/live")
    await expect(page.locator("gcam-camera-tile")).to_have_count(3)
    assert await names(page, "gcam-camera-tile") == ["Yard", "Door", "Hall"]
    await page.get_by_role("button", name="Outside").click()
    await expect(page.locator("gcam-camera-tile")).to_have_count(2)
    assert "group=Outside" in page.url
    assert await serious(page) == []
    await keep_screenshot(page, "group-desk")


async def kiosk(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/#/kiosk?every=3")
    tiles = page.locator("gcam-kiosk-page gcam-camera-tile")
    await expect(tiles).to_have_count(2)
    assert await names(page, "gcam-kiosk-page gcam-camera-tile") == ["Yard", "Door"]
    await expect(page.locator("nav")).to_have_count(0)
    assert await serious(page) == []
    await keep_screenshot(page, "kiosk-desk")
    await expect(tiles).to_have_count(1)  # the next one, those in no group
    assert await names(page, "gcam-kiosk-page gcam-camera-tile") == ["Hall"]
    await page.get_by_role("link", name="Leave the kiosk").click()
    await expect(page.locator("nav")).to_have_count(1)
