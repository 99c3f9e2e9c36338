"""The add-on in Home Assistant's side bar: through ingress, nobody signs in, in the owner's language."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.support.browser import (
    chromium,
    keep_screenshot,
    needs_chromium,
    new_context,
    scrolls_sideways,
    serious,
)
from tests.support.ingress import Ingress, setup_code_in
from tests.support.supervisor import AddOn, Supervisor

pytestmark = needs_chromium


async def test_the_side_bar_opens_gcam_in_the_owner_s_language(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "root") as supervisor:
        supervisor.set_options({"language": "fr"})
        async with AddOn(supervisor, "--ingress-from", "127.0.0.1") as addon, chromium() as browser:
            ingress = Ingress(addon.ingress_port, user_id="u1", name="Anna")
            async with ingress.running():
                page = await (await new_context(browser, locale="en-GB")).new_page()
                await page.goto(ingress.url)
                await expect(page.locator("html")).to_have_attribute("lang", "fr")
                await page.locator("gcam-sign-in-page wa-input[name=code] input").fill(
                    setup_code_in(addon.log)
                )
                await keep_screenshot(page, "addon-set-up-fr")
                await page.locator("gcam-sign-in-page wa-button[type=submit]").click()
                await expect(page.get_by_text("Caméras").first).to_be_visible()
                await keep_screenshot(page, "addon-live-fr")
                await page.goto(f"{ingress.url}#/system")
                await expect(page.get_by_text("MQTT").first).to_be_visible()
                await keep_screenshot(page, "addon-system-fr")
                assert not await serious(page)
                assert not await scrolls_sideways(page)
                await page.goto(f"{ingress.url}#/people")
                await expect(page.get_by_text("Home Assistant").first).to_be_visible()
                await keep_screenshot(page, "addon-people-fr")
