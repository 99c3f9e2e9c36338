"""The page that installs the firmware, in a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import site_files as site
from aiohttp import web
from conftest import BOARDS, TOOLS
from playwright.async_api import Browser, Page, expect

from tests.support.browser import chromium, keep_screenshot, needs_chromium, serious

pytestmark = needs_chromium


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    async def index(request: web.Request) -> web.FileResponse:
        return web.FileResponse(folder / "index.html")

    app = web.Application()
    app.router.add_get("/", index)
    app.router.add_static("/", folder)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        listening = web.TCPSite(runner, "127.0.0.1", 0)
        await listening.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def opened(
    browser: Browser, url: str, locale: str = "en", width: int = 1280, scheme: str = "light"
) -> AsyncIterator[tuple[Page, list[str]]]:
    """And what it asked for."""
    asked: list[str] = []
    context = await browser.new_context(
        locale=locale, viewport={"width": width, "height": 844}, color_scheme=scheme
    )
    page = await context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(f"error: {error}"))
    await page.goto(url)
    try:
        yield page, asked
    finally:
        await context.close()


async def test_a_board_is_chosen_and_its_manifest_installed(tmp_path: Path, binaries: Path) -> None:
    site.write_site(tmp_path / "site", TOOLS, binaries, "v1")
    async with served(tmp_path / "site") as url, chromium() as browser, opened(browser, url) as (page, asked):
        boards = page.get_by_role("radio")
        await expect(boards).to_have_count(len(BOARDS))
        await expect(page.get_by_text("Choose a board first.")).to_be_visible()
        for board in BOARDS:
            await page.locator(f"input[value={board}]").check()
            install = page.locator("esp-web-install-button")
            await expect(install).to_have_attribute("manifest", f"{url}/{board}/manifest.json")
            await expect(install).to_have_attribute("install-supported", "")
        await page.locator("input[value=ai-thinker]").check()
        assert await serious(page) == []
        await keep_screenshot(page, "installer-desk")
        await page.get_by_role("button", name="Install on AI-Thinker ESP32-CAM and copies").click()
        await expect(page.locator("ewt-no-port-picked-dialog")).to_be_attached()  # none is plugged in here
        assert [one for one in asked if not one.startswith((f"{url}/", "data:"))] == []


async def test_it_fits_a_phone_speaks_french_and_keeps_the_board_of_its_address(
    tmp_path: Path, binaries: Path
) -> None:
    site.write_site(tmp_path / "site", TOOLS, binaries, "v1")
    async with served(tmp_path / "site") as url, chromium() as browser:
        there = opened(browser, f"{url}/#esp32s3-eye", "fr-FR", 390, "dark")
        async with there as (page, _):
            await expect(page.locator("input[value=esp32s3-eye]")).to_be_checked()
            await expect(page.get_by_text("Quelle carte est-ce")).to_be_visible()
            await expect(page.get_by_role("button", name="Installer sur ESP32-S3-EYE")).to_be_visible()
            assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert await serious(page) == []
            await keep_screenshot(page, "installer-phone-dark-fr")
            await page.get_by_role("button", name="English").click()
            await expect(page.get_by_text("Which board is it?")).to_be_visible()


async def test_a_copy_without_binaries_says_so(tmp_path: Path) -> None:
    site.write_site(tmp_path / "site", TOOLS, None, "unreleased")
    async with served(tmp_path / "site") as url, chromium() as browser, opened(browser, url) as (page, asked):
        await page.locator("input[value=ai-thinker]").check()
        await expect(page.get_by_text("This copy of the page has no firmware")).to_be_visible()
        await expect(page.locator("esp-web-install-button")).to_have_count(0)
        assert [one for one in asked if one.startswith("error")] == []
