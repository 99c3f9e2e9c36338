"""The page People in a real Chromium: the log of one person, and one's own name."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import FloatRect, Locator, Page, expect

from gcam_addon.access.principal import Role
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import PASSWORD, Site, serve

pytestmark = needs_chromium


async def the_menu_keeps_its_pictures(page: Page, site: Site) -> None:
    """Also beside the longest word with the largest number."""
    await page.route("**/api/v1/history/unreviewed*", lambda route: route.fulfill(json={"count": 1234}))
    for place in ("people", "events"):
        await page.goto(f"{site.url}/#/{place}")
        events = page.locator("nav .item", has_text="Événements")
        await expect(events.locator(".badge")).to_contain_text("99+")
        widths = [box["width"] for box in await boxes(page.locator("nav .item gcam-icon"))]
        assert min(widths) == max(widths) > 0
        (item,), (badge,) = await boxes(events), await boxes(events.locator(".badge"))
        assert badge["x"] + badge["width"] <= item["x"] + item["width"]


async def the_log_breaks_no_short_word(phone: Page) -> None:
    """On a phone, in French."""
    await expect(phone.locator("gcam-deeds tbody tr").first).to_be_visible()
    (line,) = {box["height"] for box in await boxes(phone.locator("gcam-deeds th"))}
    assert line < 40, "one line each"
    assert not await scrolls_sideways(phone)


async def boxes(parts: Locator) -> list[FloatRect]:
    found = [await part.bounding_box() for part in await parts.all()]
    return [box for box in found if box is not None]


async def test_the_log_by_person_and_my_own_name(tmp_path: Path) -> None:
    async with serve(tmp_path) as site, chromium() as browser:
        bob = await site.access.add("bob", PASSWORD, Role.VIEWER, None)
        site.access.audit.note(bob.principal, "192.0.2.7", "sign_in")
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/people")
        await page.get_by_role("tab", name="Log").click()
        await expect(page.locator("gcam-deeds tbody tr")).to_have_count(2)
        await page.locator("gcam-deeds wa-select").click()
        await page.get_by_role("option", name="bob").click()
        await expect(page.locator("gcam-deeds tbody tr")).to_have_count(1)
        await expect(page.locator("gcam-deeds tbody tr")).to_contain_text("192.0.2.7")
        assert f"who={bob.id}" in page.url
        await page.reload()
        await expect(page.locator("gcam-deeds tbody tr")).to_have_count(1)
        await the_menu_keeps_its_pictures(await signed_in(browser, site, **DESK, locale="fr-BE"), site)
        assert await serious(page) == []
        await keep_screenshot(page, "log-of-bob-desk")

        phone = await signed_in(browser, site, **PHONE)
        await phone.goto(f"{site.url}/#/people?tab=audit")
        await the_log_breaks_no_short_word(phone)
        await phone.get_by_role("button", name="Plus").click()
        await phone.get_by_role("menuitem", name="Mon compte").click()
        form = phone.locator("gcam-profile-dialog form#name")
        await form.locator("wa-input[name=name] input").fill("Marie")
        await form.locator("wa-input[name=present] input").fill("not my password")
        await form.locator("wa-button").click()
        await expect(form.get_by_role("alert")).to_be_visible()
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "own-name-phone-fr")
        await form.locator("wa-input[name=present] input").fill(PASSWORD)
        await form.locator("wa-button").click()
        await expect(phone.locator("wa-toast-item", has_text="en tant que Marie")).to_be_visible()
        await expect(phone.locator("gcam-profile-dialog")).to_have_count(0)
        assert site.access.person(site.owner.id).name == "Marie"
