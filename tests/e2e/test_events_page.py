"""The page Events in a real Chromium: what is new, what was looked at, and by day; in both languages."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from playwright.async_api import Page, Request, Route, expect

from gcam_addon.model import CameraChanged, ClipReady, Status
from tests.integration.test_history import motion
from tests.support.browser import (
    chromium,
    keep_screenshot,
    needs_chromium,
    scrolls_sideways,
    serious,
)
from tests.support.fakes import make_camera, make_state
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import STARTED_AT, Site, make_clip, serve

pytestmark = needs_chromium
DOOR, YARD = make_camera("door"), make_camera("yard")
NOW, DAY_S = STARTED_AT, 86_400.0


async def test_what_is_new_is_seen_marked_and_found_by_day(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR, YARD]) as site, chromium() as browser:
        for event in (
            *motion("door", "e1", NOW),
            *motion("yard", "e2", NOW + 10),
            *motion("door", "e3", NOW + 2 * DAY_S),
        ):
            site.engine.publish(event)
        site.engine.publish(ClipReady(make_clip("c1", DOOR, event_ids=("e1",))))
        desk = await signed_in(browser, site, **DESK)
        await on_the_desk(desk, site)
        await on_the_phone(await signed_in(browser, site, **PHONE), desk, site)
        for number in range(40):
            for event in motion("door", f"more-{number}", NOW + 3 * DAY_S + 60 * number):
                site.engine.publish(event)
        await of_a_long_list_what_is_seen_is_rendered(desk, site)
        await what_is_asked_ahead_is_asked_once(await signed_in(browser, site, **DESK), site)


async def of_a_long_list_what_is_seen_is_rendered(page: Page, site: Site) -> None:
    """The words of all of it are there, to be found and read aloud."""
    await page.goto(f"{site.url}/#/events")
    await page.reload()
    rows = page.locator("gcam-event-row")
    await expect(rows.nth(43)).to_be_attached()
    await expect(rows.first.get_by_role("button")).not_to_have_count(0)
    await expect(rows.last).to_contain_text("of the picture moved")
    await expect(rows.last.locator("button, img, gcam-icon")).to_have_count(0)
    await rows.last.scroll_into_view_if_needed()
    await expect(rows.last.get_by_role("button").first).to_be_visible()


async def what_is_asked_ahead_is_asked_once(page: Page, site: Site) -> None:
    """While the page's files come, in the language chosen. Nothing is pushed: with that it asks again."""
    await page.route_web_socket("**/api/v1/events", lambda _: None)
    await page.add_init_script("localStorage.setItem('gcam-language', 'fr')")
    languages: list[str] = []

    def noted(request: Request) -> None:
        if "/api/v1/history?" in request.url:
            languages.append(request.headers["accept-language"])

    page.on("request", noted)
    came = asyncio.Event()

    async def late(route: Route) -> None:
        await came.wait()
        await route.continue_()

    await page.route("**/assets/events-page-*.js", late)
    async with page.expect_request("**/api/v1/history?limit=50"):
        await page.goto(f"{site.url}/#/events", wait_until="commit")
    came.set()
    await expect(page.locator("gcam-event-row").nth(43)).to_be_attached()
    assert languages == ["fr"]


async def on_the_desk(page: Page, site: Site) -> None:
    badge, rows = page.locator("nav .badge"), page.locator("gcam-event-row")
    await page.goto(f"{site.url}/#/live")
    await expect(badge).to_contain_text("3 new events")
    await page.locator("nav a[href='#/events']").click()
    await expect(page.get_by_role("heading", name="Events", level=1)).to_be_focused()
    await expect(page.locator("gcam-app p[role=status]")).to_have_text("Events · Gcam")
    await expect(rows).to_have_count(3)
    await expect(rows.locator(".new")).to_have_count(3)
    assert await serious(page) == []
    await keep_screenshot(page, "events-new-desk")

    await rows.first.get_by_role("button", name="Mark as reviewed").click()
    await expect(rows.locator(".new")).to_have_count(2)
    await expect(badge).to_contain_text("2 new events")
    await rows.first.get_by_role("button", name="Mark as new").click()
    await expect(badge).to_contain_text("3 new events")

    await page.get_by_role("button", name=re.compile("All days")).click()
    await page.get_by_role("button", name=re.compile("14 November 2023, something happened")).click()
    await expect(rows).to_have_count(2)
    assert "day=2023-11-14" in page.url
    await keep_screenshot(page, "events-day-desk")
    await page.reload()
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Mark all as reviewed").click()
    await expect(rows.locator(".new")).to_have_count(0)
    await expect(badge).to_contain_text("1 new event")


async def on_the_phone(page: Page, desk: Page, site: Site) -> None:
    """In French; and what is looked at here is not new there."""
    rows = page.locator("gcam-event-row")
    await page.goto(f"{site.url}/#/events?show=new")
    await expect(rows).to_have_count(1)
    await expect(page.locator("nav .badge")).to_contain_text("1 nouvel événement")
    assert not await scrolls_sideways(page)
    await keep_screenshot(page, "events-new-phone-fr")
    await page.get_by_role("button", name="Tout marquer comme vu").click()
    await expect(page.locator("nav .badge")).to_have_count(0)
    await expect(desk.locator("nav .badge")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_text("Rien de nouveau")).to_be_visible()
    site.engine.publish(
        CameraChanged(make_state(YARD, status=Status.LOST, since=NOW + 3 * DAY_S, problem="gone"))
    )
    await expect(rows).to_have_count(1)
    await expect(page.locator("nav .badge")).to_contain_text("1 nouvel événement")
