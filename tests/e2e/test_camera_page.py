"""One camera large, in a real Chromium: what can be done with it there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.async_api import Page, expect

from gcam_addon.model import CameraChanged, Status
from tests.support.browser import chromium, needs_chromium, serious
from tests.support.fakes import make_camera, make_state
from tests.support.web_browser import DESK, signed_in
from tests.support.web_fakes import Site, serve

pytestmark = needs_chromium
DOOR = make_camera("door")


async def test_what_is_done_with_one_camera(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await record_by_hand_while_something_moves(page, site)
        await a_lost_connection_is_read_aloud(page, site)


async def record_by_hand_while_something_moves(page: Page, site: Site) -> None:
    moving = make_state(DOOR, motion=True, recording=True)
    site.engine.camera_states["door"] = moving
    await page.goto(f"{site.url}/#/live/door")
    begin = page.get_by_role("button", name="Record", exact=True)
    end = page.get_by_role("button", name="Stop recording")
    await expect(begin).to_be_visible()
    await expect(end).to_have_count(0)
    assert await serious(page) == []
    await begin.click()
    await page.get_by_role("menuitem", name="30 seconds").click()
    await expect(page.locator("wa-toast-item", has_text="Recording for 30 seconds.")).to_be_visible()
    until = site.clock.wall() + 30.0
    site.engine.publish(CameraChanged(replace(moving, manual_until=until)))
    await end.click()
    await expect(end).to_be_visible()  # until the engine says so
    assert site.engine.recordings == [("door", 30), ("door", None)]
    site.engine.publish(CameraChanged(moving))
    await expect(begin).to_be_visible()


async def a_lost_connection_is_read_aloud(page: Page, site: Site) -> None:
    """In words that are there for a screen reader, in a place that was there before them."""
    await page.goto(f"{site.url}/#/live")
    told = page.locator("gcam-camera-tile").get_by_role("status").and_(page.locator(".told"))
    await expect(told).to_have_text("")
    site.engine.publish(CameraChanged(make_state(DOOR, status=Status.LOST)))
    await expect(told).to_contain_text("Door. Lost")
