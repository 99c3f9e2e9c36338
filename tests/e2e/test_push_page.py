"""Cameras that dial in, on the page in a real Chromium: added, sent by `gcam push`; a board, set."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.test_cameras_page import connected, opened
from tests.support.browser import keep_screenshot, new_context, one_browser, scrolls_sideways, serious
from tests.support.child import GcamChild
from tests.support.dialling_board import DiallingBoard, dialling, told
from tests.support.ports import kept_port
from tests.support.program import Program, write_options
from tests.support.waiting import answered, until
from tests.support.walker import Walker
from tests.support.web_browser import DESK, PHONE

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
                await gcam.until_connected("Porch")
            finally:
                await sender.end()
            await page.reload()
            await expect(page.get_by_role("button", name="Make a new key")).to_be_visible()
            await expect(told).not_to_be_visible()
            await page.get_by_role("button", name="Make a new key").click()
            await page.locator("wa-dialog").get_by_role("button", name="Make a new key").click()
            await expect(told).to_be_visible()
            assert command not in await told.inner_text()


async def test_a_board_that_dials_in_is_set_as_any_other(tmp_path: Path, browser: Browser) -> None:
    with kept_port() as port:
        options = write_options(tmp_path / "options.json", push={"listen": f"127.0.0.1:{port}"})
        async with Program(tmp_path / "data", "--mqtt", "off", "--options", options) as gcam:
            page = await opened(browser, gcam, **DESK)
            api = f"{gcam.url}/api/v1/cameras"
            made = await page.request.post(api, data={"name": "Porch", "url": "push://gcam"})
            assert made.status == 201
            key = (await (await page.request.post(f"{api}/porch/push-key")).json())["key"]
            await gcam.until(lambda: "cameras may dial in" in gcam.log)
            async with dialling(port, fps=15.0, key=key) as board:
                await connected(page, gcam, "porch")
                await page.goto(f"{gcam.url}/#/cameras/porch")
                await expect(page.get_by_role("heading", name="Settings of the board")).to_be_visible()
                mirror = page.get_by_role("switch", name="Mirror")
                await page.get_by_text("Mirror", exact=True).click()
                await told(board, "mirror=true")
                await expect(mirror).to_be_checked()
                assert await serious(page) == []
                await keep_screenshot(page, "pushing-board")
                board.obeys = lambda _: "The sensor refuses this value of 'mirror'."
                await page.get_by_text("Mirror", exact=True).click()
                await expect(page.get_by_text("the board says: The sensor refuses")).to_be_visible()
                await expect(mirror).to_be_checked()
                board.obeys = lambda _: None

                async def has_lamp() -> bool:
                    return (await gcam.state("porch"))["lamp"] is not None

                await answered(has_lamp)
                light = await page.request.put(f"{api}/porch/light", data={"level": 40})
                assert (await light.json())["level"] == 40
                assert board.controls["lamp"]["value"] == 40
                await until(lambda: "fps=5" in board.sets or "fps=0" in board.sets)
                await page.set_viewport_size({"width": 390, "height": 844})
                assert not await scrolls_sideways(page)
                await keep_screenshot(page, "pushing-board-phone")
            await page.reload()
            await expect(page.get_by_text("dials in, and is not connected")).to_be_visible()


@pytest.mark.parametrize(("language", "screen"), [("en", DESK), ("fr", PHONE)])
async def test_a_board_that_dials_in_is_removed_and_its_key_with_it(
    tmp_path: Path, browser: Browser, language: Literal["en", "fr"], screen: dict[str, Any]
) -> None:
    with kept_port() as port:
        options = write_options(tmp_path / "options.json", push={"listen": f"127.0.0.1:{port}"})
        async with Program(tmp_path / "data", "--mqtt", "off", "--options", options) as gcam:
            page = await opened(browser, gcam, **screen)
            api = f"{gcam.url}/api/v1/cameras"
            for name in ("Porch", "Yard"):  # for which Gcam goes on listening
                made = await page.request.post(api, data={"name": name, "url": "push://gcam"})
                assert made.status == 201
            assert (await page.request.post(f"{api}/yard/push-key")).ok
            key = (await (await page.request.post(f"{api}/porch/push-key")).json())["key"]
            await gcam.until(lambda: "cameras may dial in" in gcam.log)
            async with dialling(port, key=key) as board:
                await connected(page, gcam, "porch")

                async def is_known() -> bool:
                    return bool((await gcam.get("/api/v1/cameras/porch"))["board"])

                assert await answered(is_known)
                refused = await page.request.delete(f"{api}/porch?board=release")
                assert refused.status == 400, "nobody can call it"
                await page.goto(f"{gcam.url}/#/cameras/porch")
                ada = Walker(page, language, f"removal-{language}")
                await ada.press("cameras.remove")
                await ada.reads("cameras.remove_pushed")
                await ada.reads("cameras.remove_pushed_board")
                await expect(page.get_by_text(ada.says("cameras.remove_board"), exact=True)).to_have_count(0)
                assert await serious(page) == []
                await ada.look("asked")
                await keep_screenshot(page, f"removal-pushed-{language}")
                await ada.press("cameras.remove", page.locator("wa-dialog"))
                await ada.reads("cameras.removed", name="Porch")
                await until(lambda: board.is_over)
            again = DiallingBoard(port, key=key)
            with pytest.raises(AssertionError, match="BYE 1 "):
                await again.dial()
            await again.hang_up()
