"""What is chosen for all of Gcam, on the page, in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from gcam_addon.config.choosing import Choosing
from gcam_addon.config.model import MqttMode, Origin, Settings, SupervisorSettings
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import Site, serve

pytestmark = needs_chromium


async def opened(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/#/system?tab=settings")
    await expect(page.get_by_role("heading", name="Recordings")).to_be_visible()


async def test_what_is_chosen_is_saved_and_what_waits_is_said(tmp_path: Path) -> None:
    async with serve(tmp_path) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await opened(page, site)
        await page.get_by_label("Days to keep").fill("7")
        await page.locator("gcam-settings button.brand").click()
        await page.locator("wa-dialog[open]").get_by_role("button", name="Cancel").click()
        await expect(page.locator("wa-dialog[open]")).to_have_count(0)
        assert site.services.choosing.settings.storage.retention.keep_days == 30
        await page.locator("gcam-settings button.brand").click()
        await page.locator("wa-dialog[open]").get_by_role("button", name="Save").click()
        await expect(page.locator("wa-toast-item", has_text="Saved")).to_be_visible()
        assert site.services.choosing.settings.storage.retention.keep_days == 7
        await expect(page.get_by_role("heading", name="Some of it counts after")).not_to_be_visible()
        await page.get_by_label("Broker").select_option("One of my own")
        await page.get_by_label("Its name or address").fill("broker.lan")
        await page.get_by_role("textbox", name="Password").fill("hunter2")
        await page.locator("gcam-settings button.brand").click()
        await expect(page.get_by_role("alert").filter(has_text="a password needs a user")).to_be_visible()
        await page.get_by_label("User").fill("gcam")
        await page.locator("gcam-settings button.brand").click()
        await expect(page.get_by_role("heading", name="Some of it counts after")).to_be_visible()
        await expect(page.get_by_placeholder("Known; type to change it")).to_have_value("")
        assert await serious(page) == []
        await keep_screenshot(page, "settings")
        await page.get_by_role("button", name="Start Gcam anew").click()
        await page.locator("wa-dialog[open]").get_by_role("button", name="Start Gcam anew").click()
        await expect(page.locator("wa-toast-item", has_text="Gcam starts anew")).to_be_visible()
        assert site.services.choosing.again.is_set()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_what_the_add_on_says_is_shown_and_left_to_it(tmp_path: Path, theme: str) -> None:
    async with serve(tmp_path) as site, chromium() as browser:
        page = await signed_in(browser, site, **(PHONE | {"color_scheme": theme}))
        _as_addon(site)
        await page.goto(f"{site.url}/#/system?tab=settings")
        days = page.get_by_label("Jours à garder")
        await expect(days).to_be_disabled()
        await expect(
            page.get_by_text("parmi les options du module complémentaire (keep_days)")
        ).to_be_visible()
        await expect(
            page.get_by_label("Broker").get_by_role("option", name="Celui de Home Assistant")
        ).to_be_attached()
        assert not await scrolls_sideways(page)
        assert await serious(page) == []
        await keep_screenshot(page, f"settings-addon-{theme}")


def _as_addon(site: Site) -> None:
    """What was said by its options since."""
    choosing = site.services.choosing
    settings: Settings = replace(
        choosing.settings,
        supervisor=SupervisorSettings("http://supervisor", "secret"),
        mqtt=replace(choosing.settings.mqtt, mode=MqttMode.SUPERVISOR),
        elsewhere={"keep_days": Origin.ADDON, "push_port": Origin.ADDON},
    )
    Choosing.__init__(choosing, settings, {"language": "fr"}, lambda _: None)
