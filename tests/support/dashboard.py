"""Home Assistant's page in a real Chromium: signed in, live pictures watched, a clip played."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import cv2
import numpy as np
from playwright.async_api import Browser, Locator, Page, expect
from playwright.async_api import Error as PlaywrightError

from tests.support.browser import OUTPUT
from tests.support.home_assistant import NAME, PASSWORD, HomeAssistant

from .browser import WAIT_MS
from .waiting import answered, patience

_PATH = "gcam-cameras"
_RUNS = "(video) => video.currentTime > 1 && !video.error"
_IS_HEARD = "(video) => video.webkitAudioDecodedByteCount > 0 && video.currentTime > 1 && !video.error"
_TRY_MS = 25_000
_CHANGED = 25
"""Of 255: what one point of two pictures must differ by, to have changed."""


class Dashboard:
    """One with the cameras' live pictures, made as a person makes one."""

    def __init__(self, home_assistant: HomeAssistant) -> None:
        self._home_assistant = home_assistant
        self._url = home_assistant.url

    async def make(self, cameras: Sequence[str], motion: str) -> None:
        api = self._home_assistant.api
        if any(one["url_path"] == _PATH for one in await api.command("lovelace/dashboards/list")):
            return
        await api.command("lovelace/dashboards/create", url_path=_PATH, title="Cameras", icon="mdi:cctv")
        pictures = [{"type": "picture-entity", "entity": one, "camera_view": "live"} for one in cameras]
        facts = {"type": "entities", "entities": [motion, *_switches(cameras)]}
        view = {"title": "Cameras", "path": "cameras", "cards": [*pictures, facts]}
        await api.command("lovelace/config/save", url_path=_PATH, config={"views": [view]})

    async def sign_in(self, browser: Browser) -> Page:
        context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        await page.goto(f"{self._url}/{_PATH}/cameras")
        await page.locator("input[name=username]").fill(NAME)
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator("home-assistant-main")).to_be_visible(timeout=WAIT_MS)
        return page

    async def open_live(self, page: Page) -> None:
        """Until every camera shows a picture."""
        await page.goto(f"{self._url}/{_PATH}/cameras")
        pictures = page.locator("hui-picture-entity-card")
        await expect(pictures.first).to_be_visible(timeout=WAIT_MS)
        for index in range(await pictures.count()):
            await _until_shown(pictures.nth(index))

    async def until_moving(self, page: Page) -> list[float]:
        """What part of each picture changed in a second, as soon as over a hundredth of one did."""
        cards = await page.locator("hui-picture-entity-card").all()
        now = [await _seen(card) for card in cards]
        changed = [0.0]
        async with patience():
            while max(changed) <= 0.01:
                await asyncio.sleep(1)
                before, now = now, [await _seen(card) for card in cards]
                changed = [_changed(*pair) for pair in zip(before, now, strict=True)]
        return changed

    async def until_heard(self, page: Page) -> None:
        """Until the only card's video runs with sound. After one playlist that was late Home Assistant's page
        stays with single pictures, as long as it is not loaded anew.
        """
        video = page.locator("hui-picture-entity-card video")
        async with patience():
            while True:
                with suppress(TimeoutError, AssertionError, PlaywrightError):
                    await expect(video).to_be_visible(timeout=_TRY_MS)
                    handle = await video.element_handle(timeout=_TRY_MS)
                    await page.wait_for_function(_IS_HEARD, arg=handle, timeout=_TRY_MS)
                    return
                await self.open_live(page)

    async def play(self, page: Page, path: Sequence[str]) -> None:
        """Through the media browser, by what its tiles say, until the video runs."""
        await page.goto(f"{self._url}/media-browser/browser")
        for title in path:
            await page.locator("ha-media-player-browse ha-card", has_text=title).first.click()
        video = page.locator("video")
        await expect(video).to_be_visible(timeout=WAIT_MS)
        await video.evaluate("(video) => video.paused && video.play()")
        await page.wait_for_function(_RUNS, arg=await video.element_handle(), timeout=WAIT_MS)

    async def keep(self, page: Page, name: str) -> None:
        OUTPUT.mkdir(exist_ok=True)
        await page.screenshot(path=OUTPUT / f"home-assistant-{name}.png")


def _switches(cameras: Sequence[str]) -> list[str]:
    return [f"switch.{camera.removeprefix('camera.')}_detection" for camera in cameras]


async def _until_shown(card: Locator) -> None:
    """A video that runs, or a picture that has come."""
    media = card.locator("video, img").first
    await expect(media).to_be_visible(timeout=WAIT_MS)
    await answered(lambda: media.evaluate("(one) => (one.videoWidth || one.naturalWidth) > 0"))


async def _seen(card: Locator) -> np.ndarray:
    """Its picture, without the camera's name and state, which lie on the lowest part."""
    whole = cv2.imdecode(np.frombuffer(await card.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert whole is not None
    return whole[: int(whole.shape[0] * 0.85)]


def _changed(before: np.ndarray, now: np.ndarray) -> float:
    return float(np.mean(cv2.absdiff(before, now).max(axis=2) > _CHANGED))
