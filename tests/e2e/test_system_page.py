"""The system page in a real Chromium, with the real program: health, cost, log, check, backup."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.browser import new_context, one_browser, serious
from tests.support.engine_rig import SIZE, Marked
from tests.support.program import Program

pytestmark = one_browser


@pytest_asyncio.fixture(loop_scope="module")
async def board() -> AsyncIterator[SimulatedCamera]:
    async with SimulatedCamera("camera-web-server", Pictures(Marked()), fps=10.0, size=SIZE) as board:
        yield board


@pytest_asyncio.fixture(loop_scope="module")
async def gcam(tmp_path: Path, board: SimulatedCamera) -> AsyncIterator[Program]:
    data = tmp_path / "data"
    data.mkdir()
    cameras = [{"id": "door", "name": "Door", "url": board.url}]
    (data / "cameras.json").write_text(json.dumps({"version": 1, "cameras": cameras}))
    (data / "cameras.json").chmod(0o600)
    async with Program(data, "--mqtt", "off") as program:
        yield program


@pytest_asyncio.fixture(loop_scope="module")
async def page(gcam: Program, browser: Browser) -> Page:
    context = await new_context(browser)
    owner = {"name": "Ada", "password": "correct horse battery staple"}
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=owner)).status == 201
    return await context.new_page()


async def test_health_load_and_log(page: Page, gcam: Program) -> None:
    await page.goto(f"{gcam.url}/#/system")
    await expect(page.get_by_text("1 camera sends pictures.")).to_be_visible()
    await expect(page.get_by_text("of a core:")).to_be_visible()
    assert await serious(page) == []
    await page.get_by_role("tab", name="Log").click()
    await expect(page.get_by_role("log")).to_contain_text("[Door] connected")
    await page.get_by_label("Contains").fill("no such words")
    await expect(page.get_by_text("Nothing that fits.")).to_be_visible()
    assert await serious(page) == []


async def test_a_check_opens_no_second_stream(page: Page, gcam: Program, board: SimulatedCamera) -> None:
    await page.goto(f"{gcam.url}/#/system?tab=check")
    await page.get_by_role("button", name="Check the set-up").click()
    await expect(page.get_by_text("Door: ")).to_be_visible()
    await expect(page.get_by_text("is running at")).to_be_visible()
    assert await serious(page) == []
    assert (board.streams_opened, (await gcam.state("door"))["reconnects"]) == (1, 0)


async def test_what_it_costs_and_what_limits_first(page: Page, gcam: Program) -> None:
    await page.goto(f"{gcam.url}/#/system?tab=plan")
    await expect(page.get_by_role("heading", name="What limits first")).to_be_visible(timeout=60_000)
    await expect(page.get_by_label("Cameras")).to_have_value("1")
    await expect(page.get_by_text("Electricity a year")).to_be_visible()
    assert await serious(page) == []
    await page.get_by_label("Cameras").fill("200")
    await page.get_by_label("Size").select_option("QVGA")
    await page.get_by_label("Pictures a second").fill("25")
    await page.get_by_role("button", name="Work it out").click()
    await expect(page.get_by_text("more than one Wi-Fi access point carries")).to_be_visible(timeout=60_000)
    await expect(page.get_by_text("It does not fit.")).to_be_visible()
    await expect(page.get_by_label("Cameras")).to_have_value("200")
    assert await serious(page) == []


async def test_a_backup_comes_back_without_disturbing(
    page: Page, gcam: Program, board: SimulatedCamera
) -> None:
    await page.goto(f"{gcam.url}/#/system?tab=backup")
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="Download").click()
    saved = await (await downloading.value).path()
    await page.get_by_label("Backup file (.zip)").set_input_files(
        {"name": "backup.zip", "mimeType": "application/zip", "buffer": Path(saved).read_bytes()}
    )
    await page.get_by_role("button", name="Restore").click()
    await page.locator("wa-dialog").get_by_role("button", name="Restore").click()
    await expect(page.get_by_text("Restored: 1 camera.")).to_be_visible()
    await page.get_by_label("Backup file (.zip)").set_input_files(
        {"name": "other.zip", "mimeType": "application/zip", "buffer": b"no zip at all"}
    )
    await page.get_by_role("button", name="Restore").click()
    await page.locator("wa-dialog").get_by_role("button", name="Restore").click()
    await expect(page.get_by_text("Nothing was changed: the file is no .zip")).to_be_visible()
    assert await serious(page) == []
    assert (board.streams_opened, (await gcam.state("door"))["reconnects"]) == (1, 0)
