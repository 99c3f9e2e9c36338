"""A board with Gcam's firmware in a real Chromium, with the real program: found, claimed, watched, its rate
raised by motion, its clip; released; and one of somebody else.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, expect

from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.firmware.gcam import forget, start_of
from gcam_addon.simulator.pictures import Pictures
from tests.e2e.test_cameras_page import connected, opened
from tests.support.browser import keep_screenshot, one_browser, scrolls_sideways, serious
from tests.support.engine_rig import SIZE, Marked
from tests.support.program import Program
from tests.support.waiting import patience, until
from tests.support.web_browser import DESK, PHONE

pytestmark = one_browser
ENGLISH_PHONE = PHONE | {"locale": "en-GB"}
TOKEN = "abcdefgh-ABCDEFGH_01234567890123"


@pytest_asyncio.fixture(loop_scope="module")
async def scene() -> Marked:
    scene = Marked()
    scene.calm = True
    return scene


@pytest_asyncio.fixture(loop_scope="module")
async def board(scene: Marked) -> AsyncIterator[SimulatedCamera]:
    async with AsyncExitStack() as stack:
        porch = SimulatedCamera("gcam", Pictures(scene), fps=15.0, size=SIZE)
        await stack.enter_async_context(porch)
        porch.board.kept["name"] = "Porch"
        await stack.enter_async_context(Advertisement(porch, "127.0.0.1"))
        yield porch


@pytest_asyncio.fixture(loop_scope="module")
async def gcam(tmp_path: Path) -> AsyncIterator[Program]:
    async with Program(tmp_path, "--mqtt", "off") as program:
        yield program


def asked(board: SimulatedCamera) -> list[float]:
    """The pace of each of its streams; 0: all."""
    return [stream.fps for stream in start_of(board.board).streams.values()]


async def test_found_claimed_watched_recorded_and_released(
    gcam: Program, browser: Browser, board: SimulatedCamera, scene: Marked
) -> None:
    page = await opened(browser, gcam, "#/cameras?add=1", **DESK)
    found = page.get_by_role("button", name=re.compile(rf"^Porch.*not claimed yet.*:{board.port}$"))
    await expect(found).to_be_visible()
    await keep_screenshot(page, "gcam-board-found")
    await found.click()
    await expect(page.get_by_text("Nobody has claimed this board yet")).to_be_visible()
    assert await serious(page) == []
    await keep_screenshot(page, "gcam-board-unclaimed")
    await page.get_by_role("button", name="Add this camera").click()
    await expect(page.get_by_role("heading", name="Porch")).to_be_visible()
    await connected(page, gcam, "porch")
    assert len(board.board.kept["token"]) == 32
    await page.goto(f"{gcam.url}/#/live/porch")
    await until(lambda: asked(board) == [0.0])
    await page.goto(f"{gcam.url}/#/system")
    await until(lambda: asked(board) == [5.0])
    scene.calm = False
    await until(lambda: asked(board) == [0.0])
    async with patience():
        while not (await gcam.state("porch"))["recording"]:
            await page.wait_for_timeout(100)
        sent = board.frames_sent
        await until(lambda: board.frames_sent > sent + 30)
        scene.calm = True
        while not await gcam.clips():
            await page.wait_for_timeout(200)
    clip = (await gcam.clips())[0]
    assert clip["frames"] / clip["duration_s"] > 7.0
    await page.goto(f"{gcam.url}/#/cameras/porch")
    await page.get_by_role("button", name="Remove this camera").click()
    await page.get_by_role("checkbox", name="Release its board").focus()
    await page.keyboard.press("Space")
    await keep_screenshot(page, "gcam-board-release")
    await page.locator("wa-dialog").get_by_role("button", name="Remove this camera").click()
    await expect(page.get_by_text("No camera yet")).to_be_visible()
    assert board.board.kept["token"] is None


async def test_somebody_elses_is_taken_with_its_token_on_a_phone_and_claimed_again_after_its_button(
    gcam: Program, browser: Browser, board: SimulatedCamera
) -> None:
    board.board.kept["token"] = TOKEN
    page = await opened(browser, gcam, "#/cameras?add=1", **ENGLISH_PHONE)
    await page.get_by_role("button", name=re.compile(rf"^Porch.*somebody’s already.*:{board.port}$")).click()
    await expect(page.get_by_text("This board belongs to somebody else already")).to_be_visible()
    await expect(page.get_by_role("textbox", name="User name")).to_have_count(0)
    await keep_screenshot(page, "gcam-board-owned-phone")
    await page.get_by_role("textbox", name="Token").fill(TOKEN)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("img", name="Picture the camera just took")).to_be_visible()
    await page.get_by_role("button", name="Add this camera").click()
    await expect(page.get_by_role("heading", name="Porch")).to_be_visible()
    await connected(page, gcam, "porch")
    forget(board.board)
    await page.goto(f"{gcam.url}/#/cameras/porch")
    await expect(page.get_by_text("This board is nobody’s")).to_be_visible()
    await keep_screenshot(page, "gcam-board-nobodys-phone")
    await page.get_by_role("button", name="Claim it").click()
    await connected(page, gcam, "porch")
    assert board.board.kept["token"] == TOKEN
    await expect(page.get_by_text("Pictures per second while nothing happens")).to_be_visible()
    assert not await scrolls_sideways(page)
    assert await serious(page) == []
    await keep_screenshot(page, "gcam-board-phone")
