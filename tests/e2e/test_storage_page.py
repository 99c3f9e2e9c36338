"""The page Storage in a real Chromium: how far back each camera reaches, exports, and the trash."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Page, expect

from tests.integration.test_web_playback import make_video
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.fakes import make_camera
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import STARTED_AT, Site, make_clip, serve

pytestmark = needs_chromium
DOOR, YARD = make_camera("door"), make_camera("yard")
DAY_S = 86_400.0


async def test_what_is_stored_exported_and_thrown_away(tmp_path: Path) -> None:
    clips = [
        make_clip("d1", DOOR, STARTED_AT, ended_at=STARTED_AT + 2, size_bytes=3_000_000),
        make_clip("d0", DOOR, STARTED_AT - 9 * DAY_S, size_bytes=5_000_000, thumbnail=None),
        make_clip("y1", YARD, STARTED_AT, size_bytes=1_000_000, thumbnail=None),
    ]
    await asyncio.to_thread(make_video, tmp_path / clips[0].path, seconds=2)
    async with serve(tmp_path, cameras=[DOOR, YARD], clips=clips) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/playback")
        await page.locator("a[href='#/storage']").click()
        door = page.locator("gcam-stored-cameras li", has_text="Door")
        await expect(door).to_contain_text("2 recordings · 8 MB · since 5 Nov 2023")
        await expect(door).to_contain_text("Kept for")
        assert await serious(page) == []
        await keep_screenshot(page, "storage-desk")
        await exports(page, site)
        await trash(page, site)
        phone = await signed_in(browser, site, **PHONE)
        await phone.goto(f"{site.url}/#/storage")
        await expect(phone.locator("gcam-stored-cameras")).to_contain_text("1 enregistrement")
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "storage-phone-fr")
        await phone.goto(f"{site.url}/#/cameras/door")
        await expect(phone.locator("gcam-camera-storage")).to_contain_text("1 enregistrement · 5 Mo")


async def exports(page: Page, site: Site) -> None:
    await site.services.exports.add("door", STARTED_AT - 5, STARTED_AT + 60, "Ada")
    await page.get_by_role("tab", name="Exports").click()
    made = page.locator("gcam-exports-list li")
    await expect(made).to_contain_text("By Ada")
    async with page.expect_download() as downloading:
        await made.get_by_role("link", name="Download").click()
    assert (await downloading.value).suggested_filename.startswith("Door 2023-11-1")
    await keep_screenshot(page, "exports-desk")
    await made.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("No exports")).to_be_visible()


async def trash(page: Page, site: Site) -> None:
    for clip_id in ("d0", "y1", "d1"):
        await site.clips.delete(clip_id)
    await page.get_by_role("tab", name="Trash").click()
    rows = page.locator("gcam-trash-list li")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text("can be restored until")
    assert await serious(page) == []
    await keep_screenshot(page, "trash-desk")
    await rows.filter(has_text="5 MB").get_by_role("button", name="Restore").click()
    await expect(rows).to_have_count(2)
    await rows.filter(has_text="1 MB").get_by_role("button", name="Delete for good").click()
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Empty the trash").click()
    await page.locator("wa-dialog").get_by_role("button", name="Empty the trash").click()
    await expect(page.get_by_text("The trash is empty")).to_be_visible()
