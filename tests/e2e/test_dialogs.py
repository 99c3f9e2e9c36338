"""Dialogs in a real Chromium, by keyboard: the focus goes in, stays in, and comes back to its opener."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from gcam_addon.access.principal import Role
from tests.support.browser import one_browser, serious
from tests.support.fakes import make_camera
from tests.support.web_browser import DESK, signed_in
from tests.support.web_fakes import OWNER, PASSWORD, STARTED_AT, Site, make_clip, serve

pytestmark = one_browser
DOOR = make_camera("door")
OPENED = {
    "playback?clip=d1": ("Share", "Export", "Keyboard shortcuts"),
    "people": ("Invite somebody", "Edit bob"),
    "people?tab=links": ("End all",),
    "cameras/door": ("Remove this camera",),
    "storage?tab=trash": ("Empty the trash",),
}
WHERE = """() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    if (active === document.body) return "nowhere";
    for (let one = active; one; one = one.assignedSlot ?? one.parentNode ?? one.host)
        if (one.localName === "wa-dialog") return "inside";
    return active.outerHTML;
}"""
"""Behind the last control the focus is the browser's own for a moment: nowhere in the page."""


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clips = [
        make_clip(name, DOOR, STARTED_AT + 60 * number) for number, name in enumerate(("d1", "d2", "d3"))
    ]
    async with serve(tmp_path, cameras=[DOOR], clips=clips) as site:
        await site.access.add("bob", PASSWORD, Role.VIEWER, None)
        for clip in clips[:2]:
            await site.services.shares.add(clip.id, 24, site.owner.id, OWNER)
        await site.clips.delete("d3")
        yield site


async def test_the_focus_goes_in_stays_in_and_comes_back(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    for place, names in OPENED.items():
        await page.goto(f"{site.url}/#/{place}")
        for name in names:
            opener = page.locator("main").get_by_role("button", name=name, exact=True).first
            await press(page, opener)
            await keeps_the_focus(page)
            await page.keyboard.press("Escape")
            await is_back_at(page, opener)


async def test_my_account_is_opened_and_left_by_the_menu(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(site.url)
    more = page.get_by_role("button", name="More")
    for _ in range(2):
        await press(page, more)
        await press(page, page.get_by_role("menuitem", name="My account"))
        await keeps_the_focus(page)
        await page.keyboard.press("Escape")
        await is_back_at(page, more)


async def test_what_was_saved_gives_the_focus_back_too(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **DESK)
    await page.goto(f"{site.url}/#/people")
    opener = page.get_by_role("button", name="Edit bob")
    await press(page, opener)
    await page.get_by_role("textbox", name="E-mail or name").press("Enter")
    await is_back_at(page, opener)
    more = page.get_by_role("button", name="More")
    await press(page, more)
    await press(page, page.get_by_role("menuitem", name="My account"))
    form = page.locator("gcam-profile-dialog form#name")
    await form.get_by_role("textbox", name="Present password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await is_back_at(page, more)


async def press(page: Page, control: Locator) -> None:
    await expect(control).to_be_visible()
    await control.focus()
    await page.keyboard.press("Enter")


async def keeps_the_focus(page: Page) -> None:
    """The dialog that is there now."""
    await expect(page.locator("wa-dialog[open]")).to_have_count(1)
    await page.wait_for_function(f"({WHERE})() === 'inside'")
    assert await serious(page) == []
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate(WHERE) in {"inside", "nowhere"}


async def is_back_at(page: Page, opener: Locator) -> None:
    await expect(page.locator("wa-dialog[open]")).to_have_count(0)
    await expect(opener).to_be_focused()
