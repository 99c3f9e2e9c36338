"""An open page saves the pictures of events on its device: into a folder, or as downloads. Real Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.integration.test_history import motion
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.fakes import make_camera
from tests.support.waiting import answered
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import STARTED_AT, Site, serve

pytestmark = needs_chromium
DOOR = make_camera("door")

# a real folder, of the browser's own: that a person chooses one in a window of the system, no test can do
_PICKER = """window.showDirectoryPicker = async () =>
    (await navigator.storage.getDirectory()).getDirectoryHandle("farm", { create: true });"""
_NO_PICKER = "Object.defineProperty(window, 'showDirectoryPicker', { value: undefined });"
_AWAY = """() => { FileSystemDirectoryHandle.prototype.getDirectoryHandle = async () => {
    throw new DOMException("The drive is not there", "NotFoundError"); }; }"""
_FILES = """async () => {
    const found = {};
    const walk = async (folder, path) => {
        for await (const [name, one] of folder.entries())
            if (one.kind === "file") found[path + name] = (await one.getFile()).size;
            else await walk(one, `${path}${name}/`);
    };
    await walk(await navigator.storage.getDirectory(), "");
    return found;
}"""


def happens(site: Site, *numbers: int) -> None:
    for number in numbers:
        for event in motion("door", f"e{number}", STARTED_AT + 60 * number):
            site.engine.publish(event)


async def test_into_a_folder_as_long_as_the_page_is_open(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, chromium() as browser:
        happens(site, 1)
        page = await signed_in(browser, site, **DESK)
        await page.add_init_script(_PICKER)
        await page.goto(f"{site.url}/#/events")
        await expect(page.locator("gcam-event-row")).to_have_count(1)
        button = page.locator("#save-here")
        await button.click()
        await expect(page.get_by_text("Saved to farm: 0")).to_be_visible()
        happens(site, 2, 3)
        await expect(page.get_by_text("Saved to farm: 2")).to_be_visible()
        assert await serious(page) == []
        await keep_screenshot(page, "events-saving-desk")

        await page.locator("nav a.item[href='#/live']").click()  # it goes on, whatever is shown
        happens(site, 4)
        await answered(lambda: saved(page, 3))
        await page.locator("nav a.item[href='#/events']").click()
        await expect(page.get_by_text("Saved to farm: 3")).to_be_visible()
        files = await page.evaluate(_FILES)
        assert {name.split("/")[:2] == ["farm", "door"] for name in files} == {True}, files
        assert min(files.values()) > 0

        await button.click()
        await expect(button).to_have_text("Save to this device")
        happens(site, 5)
        await expect(page.locator("gcam-event-row")).to_have_count(5)
        assert await page.evaluate(_FILES) == files


async def saved(page: Page, count: int) -> bool:
    return len(await page.evaluate(_FILES)) == count


async def test_a_folder_that_is_away_is_said(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await page.add_init_script(_PICKER)
        await page.goto(f"{site.url}/#/events")
        await page.locator("#save-here").click()
        await expect(page.get_by_text("Saved to farm: 0")).to_be_visible()
        await page.evaluate(_AWAY)
        happens(site, 1)
        said = page.locator("wa-toast-item")
        await expect(said).to_have_text("Pictures of events are no longer saved: The drive is not there")
        await expect(page.locator("#save-here")).to_have_text("Save to this device")


async def test_as_downloads_where_the_browser_has_no_folder_to_give(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **PHONE)
        await page.add_init_script(_NO_PICKER)
        await page.goto(f"{site.url}/#/events")
        await page.get_by_role("button", name="Enregistrer sur cet appareil").click()
        await expect(page.get_by_text("Téléchargé : 0")).to_be_visible()
        async with page.expect_download() as coming:
            happens(site, 1)
        download = await coming.value
        assert download.suggested_filename.startswith("door_2023-11-")
        assert (await download.path()).read_bytes().startswith(b"\xff\xd8")
        await expect(page.get_by_text("Téléchargé : 1")).to_be_visible()
        assert not await scrolls_sideways(page)
        await keep_screenshot(page, "events-saving-phone")
