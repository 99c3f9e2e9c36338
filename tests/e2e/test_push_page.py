"""A camera that dials in, added on the page in a real Chromium, sent by `gcam push`."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.support.browser import new_context, one_browser, serious
from tests.support.child import GcamChild
from tests.support.ports import kept_port
from tests.support.program import Program, write_options

pytestmark = one_browser
OWNER = {"name": "Ada", "password": "correct horse battery staple"}


async def test_it_is_added_its_key_is_shown_once_and_what_it_says_works(
    tmp_path: Path, browser: Browser
) -> None:
    with kept_port() as port:
        options = write_options(tmp_path / "options.json", push={"listen": f"127.0.0.1:{port}"})
        async with Program(tmp_path / "data", "--mqtt", "off", "--options", options) as gcam:
            context = await new_context(browser)
            page = await context.new_page()
            assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).status == 201
            await page.goto(f"{gcam.url}/#/cameras?add")
            await page.get_by_role("button", name="Add a camera that dials in").click()
            await page.get_by_role("textbox", name="Name").fill("Porch")
            await page.get_by_role("button", name="Add this camera").click()
            told = page.get_by_text(re.compile(r"^gcam push 127\.0\.0\.1"))
            await expect(told).to_be_visible()
            assert await serious(page) == []
            *_, command = (await told.inner_text()).partition("gcam ")
            sender = GcamChild(*command.split(), "--scene", "room-person")
            try:
                await gcam.until(lambda: "[Porch] connected" in gcam.log)
            finally:
                await sender.end()
            await page.reload()
            await expect(page.get_by_role("button", name="Make a new key")).to_be_visible()
            await expect(told).not_to_be_visible()
            await page.get_by_role("button", name="Make a new key").click()
            await page.locator("wa-dialog").get_by_role("button", name="Make a new key").click()
            await expect(told).to_be_visible()
            assert command not in await told.inner_text()
