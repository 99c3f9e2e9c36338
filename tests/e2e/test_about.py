"""“About Gcam” in a real Chromium: whose work is in it, by which licence; for whoever is let in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gcam_addon.access.principal import Role
from gcam_addon.classifiers import ssd
from tests.support.browser import keep_screenshot, new_context, one_browser, serious
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import PASSWORD, Site, serve

pytestmark = one_browser


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path) as site:
        yield site


async def opened(page: Page, site: Site, more: str, about: str) -> None:
    await page.goto(site.url)
    await page.get_by_role("button", name=more).click()
    await page.get_by_role("menuitem", name=about).click()
    await expect(page.locator("gcam-about-dialog li").first).to_be_visible()


@pytest.mark.skipif(not ssd.is_there(), reason="needs the model: python -m weights")
async def test_whose_work_is_in_it_is_told(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await opened(page, site, "More", "About Gcam")
    about = page.locator("gcam-about-dialog")
    await expect(about).to_contain_text(f"Gcam {site.services.info.version}")
    await expect(about).to_contain_text("SSDLite with MobileNetV2, trained on COCO")
    licence = about.locator("details", has_text="Its licence")
    await expect(licence.locator("pre")).to_be_hidden()
    await licence.locator("summary").click()
    await expect(licence.locator("pre")).to_contain_text("TERMS AND CONDITIONS")
    await about.locator("details", has_text="lit-html").locator("summary").click()
    await expect(about.locator("details", has_text="lit-html").locator("pre")).to_contain_text("Google LLC")
    await expect(about.locator("li", has_text="aiohttp 3")).to_contain_text("Apache-2.0")
    assert await serious(page) == []
    await licence.locator("summary").click()
    await keep_screenshot(page, "about-desk")
    await page.emulate_media(color_scheme="dark")
    await keep_screenshot(page, "about-desk-dark")
    await page.keyboard.press("Escape")
    await expect(about).to_have_count(0)


async def test_a_guest_on_a_phone_reads_it_without_the_model(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ssd, "_WEIGHTS", tmp_path)
    await site.access.add("bob", PASSWORD, Role.VIEWER, None)
    context = await new_context(browser, **PHONE)
    login = {"name": "bob", "password": PASSWORD}
    assert (await context.request.post(f"{site.url}/api/v1/session", data=login)).ok
    page = await context.new_page()
    await opened(page, site, "Plus", "À propos de Gcam")
    await expect(page.locator("gcam-about-dialog")).to_contain_text("rien n’est reconnu")
    body = page.locator("gcam-about-dialog wa-dialog").locator(".body").first
    assert await body.evaluate("one => one.scrollWidth <= one.clientWidth"), "nothing to scroll sideways"
    await keep_screenshot(page, "about-phone")
    await page.emulate_media(color_scheme="dark")
    assert await serious(page) == []
    await keep_screenshot(page, "about-phone-dark")
