"""One camera large, in a real Chromium: what can be done with it there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Page, Route, expect

from gcam_addon.model import CameraChanged, EncodedFrame, Size, Status
from tests.support.browser import chromium, needs_chromium, serious
from tests.support.fakes import make_camera, make_state
from tests.support.jpegs import jpeg
from tests.support.waiting import patience
from tests.support.web_browser import DESK, signed_in
from tests.support.web_fakes import STARTED_AT, Site, serve

pytestmark = needs_chromium
DOOR = make_camera("door")


async def test_what_is_done_with_one_camera(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await record_by_hand_while_something_moves(page, site)
        await a_lamp_is_switched_and_dimmed(page, site)
        await a_lost_connection_is_read_aloud(page, site)
        await page.goto(f"{site.url}/#/live/nowhere")
        await expect(page.get_by_text("There is no such camera")).to_be_visible()


async def test_an_old_browser_draws_on_the_page_itself(tmp_path: Path) -> None:
    """Safari before 16.4 and Firefox before 105 give no canvas to a Worker: tablets on a wall."""
    async with serve(tmp_path, cameras=[DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await page.add_init_script("delete HTMLCanvasElement.prototype.transferControlToOffscreen")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        site.engine.camera_states["door"] = make_state(DOOR)
        async with page.expect_websocket(lambda socket: socket.url.endswith("/frames")):
            await page.goto(f"{site.url}/#/live/door")
        picture = page.locator("gcam-live-picture canvas")
        frame = EncodedFrame(jpeg(1, 80, 64), 0.0, STARTED_AT, Size(80, 64))
        async with patience():
            while await picture.evaluate("canvas => canvas.width") != 80:
                site.engine.show("door", frame)
                await asyncio.sleep(0.1)
        assert errors == []


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


async def a_lamp_is_switched_and_dimmed(page: Page, site: Site) -> None:
    """As the board says that it shines, and not before."""
    lamp, dimmer = page.get_by_role("switch", name="Lamp"), page.get_by_role("slider", name="Lamp")
    await expect(page.get_by_role("switch", name="Detects motion")).to_be_visible()
    await expect(lamp).to_have_count(0)
    shines(site, 0)
    await expect(lamp).not_to_be_checked()
    await expect(dimmer).to_have_count(0)
    await page.route("**/api/v1/cameras/door/light", lambda route: obey(route, site))
    await page.locator("gcam-camera-lamp wa-switch").click()
    await expect(lamp).to_be_checked()
    await expect(dimmer).to_have_attribute("aria-valuenow", "80")
    assert await serious(page) == []
    await dimmer.press("ArrowLeft")
    await expect(dimmer).to_have_attribute("aria-valuenow", "79")
    await expect(page.get_by_text("Lamp: 79 %")).to_be_visible()
    await page.unroute("**/api/v1/cameras/door/light")
    await page.locator("gcam-camera-lamp wa-switch").click()
    await expect(page.locator("wa-toast-item", has_text="no lamp")).to_be_visible()
    await expect(lamp).to_be_checked()


async def obey(route: Route, site: Site) -> None:
    """As a board that shone with 80 % last."""
    wanted = route.request.post_data_json
    level = wanted.get("level", 80)
    shines(site, level)
    await route.fulfill(json={"camera_id": "door", "level": level})


def shines(site: Site, level: int) -> None:
    state = make_state(DOOR, lamp=level)
    site.engine.camera_states["door"] = state
    site.engine.publish(CameraChanged(state))


async def a_lost_connection_is_read_aloud(page: Page, site: Site) -> None:
    """In words that are there for a screen reader, in a place that was there before them."""
    await page.goto(f"{site.url}/#/live")
    told = page.locator("gcam-camera-tile").get_by_role("status").and_(page.locator(".told"))
    await expect(told).to_have_text("")
    site.engine.publish(CameraChanged(make_state(DOOR, status=Status.LOST)))
    await expect(told).to_contain_text("Door. Lost")
