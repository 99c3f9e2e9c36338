"""Gcam in a real Chromium with the real program and simulated boards, through Home Assistant's ingress; and
every page at every width. What people do with it without Home Assistant: `test_walks`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.browser import (
    keep_screenshot,
    new_context,
    one_browser,
    scrolls_sideways,
    serious,
    shifted,
    watch_shifts,
)
from tests.support.engine_rig import Marked
from tests.support.ingress import Ingress, setup_code_in
from tests.support.program import Program, write_options
from tests.support.two_cameras import settings_of, two_boards
from tests.support.waiting import answered

pytestmark = one_browser
PASSWORD = "correct horse battery staple"
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light", "locale": "en-GB"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "color_scheme": "dark",
    "locale": "fr-BE",
    "has_touch": True,
}
MOST_SHIFT = 0.05
"""Layout shift, as browsers count it: the share of the screen that moved, times how far."""
PAGES = ("live", "live/door", "playback", "cameras", "cameras?add=1", "cameras/door", "cameras/door/tune",
         "events", "people", "people?tab=tokens", "people?tab=audit", "system")  # fmt: skip


@pytest.fixture
def scene() -> Marked:
    return Marked()


@pytest_asyncio.fixture(loop_scope="module")
async def boards(scene: Marked) -> AsyncIterator[list[SimulatedCamera]]:
    async with two_boards(scene) as boards:
        yield boards


@pytest_asyncio.fixture(loop_scope="module")
async def gcam(tmp_path: Path, boards: list[SimulatedCamera]) -> AsyncIterator[Program]:
    """Two cameras, and a listener for ingress."""
    data = settings_of(boards, tmp_path)
    web = {"ingress": "127.0.0.1:0", "ingress_trusted": ["127.0.0.1"]}
    options = write_options(tmp_path / "options.json", web=web)
    async with Program(data, "--mqtt", "off", "--options", options) as program:
        yield program


def watched(page: Page) -> list[str]:
    """What went wrong in the page: errors of scripts and of the Content-Security-Policy."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None,
    )
    return wrong


async def shown(part: Locator) -> np.ndarray:
    return np.asarray(cv2.imdecode(np.frombuffer(await part.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE))


async def moves(page: Page, part: Locator) -> bool:
    """Whether a live picture shows something else sooner or later; something walks through it for two of four
    seconds.
    """
    first = (await shown(part)).astype(int)
    for _ in range(40):
        await page.wait_for_timeout(250)
        now = await shown(part)
        if now.shape == first.shape and np.mean(np.abs(now - first) > 40) > 0.005:
            return True
    return False


async def a_clip_of(gcam: Program, page: Page, camera_id: str) -> dict[str, Any]:
    for _ in range(200):
        for clip in await gcam.clips():
            if clip["camera_id"] == camera_id:
                return clip
        await page.wait_for_timeout(200)
    pytest.fail("nothing was recorded")


async def nothing_happens(gcam: Program) -> None:
    """Two seconds of calm pictures were looked at, and what had moved before is stored."""
    looked_at = {one: (await gcam.state(one))["frames"] for one in ("door", "yard")}

    async def stored() -> bool:
        for camera_id, frames in looked_at.items():
            state = await gcam.state(camera_id)
            if state["motion"] or state["frames"] < frames + 20:
                return False
        history = (await gcam.get("/api/v1/history"))["entries"]
        return all(one["ended_at"] and (one["clip_id"] or one["code"]) for one in history)

    await answered(stored)


async def plays(page: Page) -> bool:
    """Whether a video of the page goes on."""
    script = """() => {
        const all = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
            [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
        const videos = all(document).filter((one) => one.tagName === "VIDEO");
        return Math.max(0, ...videos.map((one) => one.currentTime));
    }"""
    for _ in range(80):
        before = await page.evaluate(script)
        await page.wait_for_timeout(250)
        if await page.evaluate(script) > before > 0:
            return True
    return False


async def test_through_home_assistants_ingress(gcam: Program, browser: Browser) -> None:
    async with Ingress(gcam.ingress_port, user_id="a1b2c3", name="Marie").running() as ingress:
        context = await new_context(browser, **{**DESKTOP, "bypass_csp": False})
        page = await context.new_page()
        wrong = watched(page)
        await page.goto(ingress.url)
        await page.locator("gcam-sign-in-page wa-input[name=code] input").fill(setup_code_in(gcam.log))
        await expect(page.locator("gcam-sign-in-page wa-input[name=password]")).to_have_count(0)
        await keep_screenshot(page, "ingress-set-up")
        await page.locator("gcam-sign-in-page wa-button[type=submit]").click()
        tile = page.locator("gcam-camera-tile").first
        await expect(tile).to_be_visible()
        assert await moves(page, tile.locator("gcam-live-picture"))
        clip = await a_clip_of(gcam, page, "door")
        await page.goto(f"{ingress.url}#/playback?clip={clip['id']}")
        await page.locator("gcam-playback-page").wait_for()
        assert await plays(page), "the clip plays"
        await page.locator("gcam-clip-actions").get_by_role("button", name="Share").click()
        sharing = page.locator("gcam-share-dialog")
        await expect(sharing.locator("wa-callout")).to_contain_text("external_url")
        await expect(sharing.get_by_role("button", name="Make a link")).to_have_count(0)
        await keep_screenshot(page, "ingress-share")
        await page.keyboard.press("Escape")
        await page.goto(f"{ingress.url}#/people")
        await expect(page.locator("gcam-accounts li")).to_contain_text("Marie")
        assert "multipart/x-mixed-replace" not in ingress.content_types
        assert wrong == []
        await context.close()


async def test_somebody_else_of_home_assistant_is_let_in_by_the_owner(
    gcam: Program, browser: Browser
) -> None:
    async with (
        Ingress(gcam.ingress_port, user_id="a1b2c3", name="Marie").running() as maries,
        Ingress(gcam.ingress_port, user_id="d4e5f6", name="Paul").running() as pauls,
    ):
        owner = await (await new_context(browser, **DESKTOP)).new_page()
        await owner.goto(maries.url)
        await owner.locator("gcam-sign-in-page wa-input[name=code] input").fill(setup_code_in(gcam.log))
        await owner.locator("gcam-sign-in-page wa-button[type=submit]").click()
        await owner.locator("gcam-camera-tile").first.wait_for()
        guest = await (await new_context(browser, **{**PHONE, "locale": "fr-BE"})).new_page()
        await guest.goto(pauls.url)
        await expect(guest.get_by_text("Vous avez demandé l’accès")).to_be_visible()
        await keep_screenshot(guest, "asking-fr")
        await owner.locator("nav a[href='#/people']").click()
        row = owner.locator("gcam-accounts li", has_text="Paul")
        await keep_screenshot(owner, "people-asking")
        await row.get_by_role("button", name="Let in").click()
        await keep_screenshot(owner, "people-let-in")
        await owner.locator("gcam-person-dialog wa-button[variant=brand]").click()
        await expect(row).to_contain_text("Viewer")
        await expect(guest.locator("gcam-camera-tile").first).to_be_visible()


@pytest.mark.parametrize("locale", ["en-GB", "fr-BE"])
async def test_every_page_fits_and_can_be_used_by_everybody(
    gcam: Program, scene: Marked, browser: Browser, locale: str
) -> None:
    """At desk and on a phone, by day and by night; screenshots are kept. Nothing jumps while a page loads:
    on a phone in English, at desk in French. Nothing happens meanwhile: what is new moves what is there.
    """
    wrong: list[str] = []
    context = await new_context(browser, locale=locale)
    page = await context.new_page()
    await watch_shifts(page)
    widths = (1280, 390) if locale == "en-GB" else (390, 1280)

    async def look_at(place: str) -> None:
        await has_settled(page)
        moved, how = await shifted(page)
        if moved > MOST_SHIFT:
            wrong.append(f"{place} at {widths[-1]}: jumps by {moved:.3f}: {how}")
        for width in widths:
            await page.set_viewport_size({"width": width, "height": 844})
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                await has_settled(page)
                look = f"{place} {width}-{scheme}-{locale[:2]}"
                await keep_screenshot(page, look)
                if await scrolls_sideways(page):
                    wrong.append(f"{look}: scrolls sideways")
                if (width, scheme) in ((1280, "light"), (390, "dark")):
                    wrong.extend(f"{look}: {found}" for found in await serious(page))

    await page.set_viewport_size({"width": widths[-1], "height": 844})
    await page.goto(gcam.url)
    await page.locator("gcam-sign-in-page form").wait_for()
    await look_at("sign-in")
    owner = {"name": "Ada", "password": PASSWORD}
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=owner)).ok
    await a_clip_of(gcam, page, "door")
    scene.calm = True
    await nothing_happens(gcam)
    for place in PAGES:
        await page.goto(f"{gcam.url}/#/{place}")
        await page.reload()
        await page.locator("main > .page").wait_for()
        await look_at(place)
    await context.close()
    assert not wrong, "\n".join(wrong)


async def has_settled(page: Page) -> None:
    """Fonts are there, and what the page shows grows no more."""
    await page.evaluate("document.fonts.ready")
    before = -1
    while before != (now := await page.evaluate(_HEIGHT)):
        before = now
        await page.wait_for_timeout(100)


_HEIGHT = """() => {
    const main = document.querySelector("gcam-app").shadowRoot.querySelector("main");
    return (main ?? document.body).scrollHeight;
}"""
