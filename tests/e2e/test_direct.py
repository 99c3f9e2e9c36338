"""A browser's camera seen by another browser without Gcam in between, and what ends that."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.browser import WAIT_MS, chromium, needs_chromium, new_context, scrolls_sideways, serious
from tests.support.program import Program
from tests.support.web_browser import DESK, PHONE

pytestmark = needs_chromium
OWNER = {"name": "Ada", "password": "correct horse battery staple"}
GUEST = {"name": "Bo", "password": "four other plain words"}
FAKE = (
    "--use-fake-device-for-media-stream=fps=15",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",  # names for which a network has to be asked
)
CAMERA = {"id": "hall", "name": "Hall", "url": "push://gcam", "detection": {"enabled": False}}
FOLLOWED = """
    window.peers = [];
    window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...given) { super(...given); window.peers.push(this); }
    };
"""
"""Every connection that the page makes is kept for the test to look at."""


@pytest_asyncio.fixture
async def gcam(tmp_path: Path) -> AsyncIterator[Program]:
    (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [CAMERA]}))
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        yield gcam


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium(*FAKE) as browser:
        yield browser


async def came(browser: Browser, gcam: Program, login: dict[str, str], **options: Any) -> Page:
    """Somebody who signed in."""
    context = await new_context(browser, **options)
    assert (await context.request.post(f"{gcam.url}/api/v1/session", data=login)).status == 200
    page = await context.new_page()
    await page.add_init_script(FOLLOWED)
    return page


async def publishing(browser: Browser, gcam: Program) -> Page:
    context = await new_context(browser, **DESK)
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).status == 201
    page = await context.new_page()
    await page.add_init_script(FOLLOWED)
    await page.goto(f"{gcam.url}/#/publish")
    await page.get_by_role("button", name="Show its camera").click()
    await page.get_by_role("button", name="Be this camera").click()
    await expect(page.get_by_text("pictures a second")).to_be_visible()
    await gcam.until_connected("Hall")
    return page


async def see_directly(page: Page, gcam: Program) -> None:
    await page.goto(f"{gcam.url}/#/live/hall")
    await toggle(page)
    await sees(page)


async def toggle(page: Page) -> None:
    """The switch itself is drawn over its input."""
    await page.get_by_role("switch", name="Direct").press("Space")


async def sees(page: Page) -> None:
    """Pictures that come by WebRTC are on the screen."""
    await page.wait_for_function(
        """() => {
            const inside = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((one) =>
                one.shadowRoot ? inside(one.shadowRoot) : [])];
            const [one] = inside(document)
                .map((root) => root.querySelector("gcam-direct-picture")).filter(Boolean);
            const video = one?.shadowRoot.querySelector("video");
            return video && video.srcObject && video.videoWidth === 640
                && video.getVideoPlaybackQuality().totalVideoFrames > 5;
        }""",
        timeout=WAIT_MS,
    )


async def is_shown_by_gcam(page: Page) -> None:
    await expect(page.locator("gcam-h264-picture")).to_be_visible()


async def stands(page: Page, state: str) -> None:
    """Every connection to another browser that the page made."""
    await page.wait_for_function(
        f"peers.length > 0 && peers.every((one) => one.connectionState === '{state}')", timeout=WAIT_MS
    )


async def test_another_browser_sees_it_and_gcam_still_does(gcam: Program, browser: Browser) -> None:
    camera = await publishing(browser, gcam)
    viewer = await came(browser, gcam, OWNER, **DESK)
    await see_directly(viewer, gcam)
    await expect(camera.get_by_text("1 viewer sees it directly")).to_be_visible()
    assert await serious(viewer) == []
    before = (await gcam.state("hall"))["frames"]
    async with chromium(*FAKE) as other:  # another machine's, as far as both know
        further = await came(other, gcam, OWNER, **{**PHONE, "locale": "en-GB"})
        await see_directly(further, gcam)
        assert not await scrolls_sideways(further)
        await expect(camera.get_by_text("2 viewers see it directly")).to_be_visible()
    await expect(camera.get_by_text("1 viewer sees it directly")).to_be_visible()
    assert (await gcam.state("hall"))["frames"] > before
    await toggle(viewer)
    await is_shown_by_gcam(viewer)
    await expect(camera.get_by_text("directly")).not_to_be_visible()
    assert "Traceback" not in gcam.log


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        ("switches", {"privacy": True}, None),
        ("", {"rotation": 180}, "its picture is turned"),
        ("", {"privacy_masks": [[[0, 0], [0.5, 0], [0.5, 0.5]]]}, "parts of its picture are hidden"),
    ],
)
async def test_what_gcam_hides_or_turns_is_seen_directly_no_more(
    gcam: Program, browser: Browser, path: str, change: dict[str, object], words: str | None
) -> None:
    camera = await publishing(browser, gcam)
    viewer = await came(browser, gcam, OWNER, **DESK)
    await see_directly(viewer, gcam)
    address = f"{gcam.url}/api/v1/cameras/hall/{path}".rstrip("/")
    assert (await camera.request.patch(address, data=change)).status == 200
    await stands(camera, "closed")
    await stands(viewer, "closed")
    await expect(viewer.locator("gcam-direct-picture")).not_to_be_attached()
    await expect(viewer.get_by_role("switch", name="Direct")).not_to_be_visible()
    if words is not None:
        await expect(viewer.get_by_text(words)).to_be_visible()
        await is_shown_by_gcam(viewer)


async def test_whose_rights_end_sees_it_no_more_whatever_their_page_does(
    gcam: Program, browser: Browser
) -> None:
    camera = await publishing(browser, gcam)
    person = {**GUEST, "role": "viewer", "cameras": None}
    assert (await camera.request.post(f"{gcam.url}/api/v1/people", data=person)).status == 201
    viewer = await came(browser, gcam, GUEST, **DESK)
    await see_directly(viewer, gcam)
    await viewer.evaluate("peers[0].close = () => undefined")  # a page that would go on watching
    await gcam.end_sessions("Bo")
    await stands(camera, "closed")
    await expect(camera.get_by_text("directly")).not_to_be_visible()


async def test_where_they_dont_reach_each_other_gcam_shows_it_and_says_so(
    gcam: Program, browser: Browser
) -> None:
    await publishing(browser, gcam)
    viewer = await came(browser, gcam, OWNER, **DESK)
    await viewer.add_init_script(
        "RTCPeerConnection.prototype.addIceCandidate = () => Promise.reject(new Error())"
    )
    await viewer.goto(f"{gcam.url}/#/live/hall")
    await toggle(viewer)
    await expect(viewer.get_by_text("could not reach the device itself")).to_be_visible()
    await is_shown_by_gcam(viewer)


async def test_a_server_that_is_started_anew_finds_both_again(
    gcam: Program, browser: Browser, tmp_path: Path
) -> None:
    camera = await publishing(browser, gcam)
    viewer = await came(browser, gcam, OWNER, **DESK)
    await see_directly(viewer, gcam)
    port = gcam.port
    await gcam.end()
    await stands(camera, "closed")
    await expect(camera.get_by_text("Connecting to Gcam")).to_be_visible()
    async with Program(tmp_path, "--mqtt", "off", port=port) as again:
        await again.until_connected("Hall")
        await expect(camera.get_by_text("1 viewer sees it directly")).to_be_visible()
        await sees(viewer)


async def test_one_of_two_devices_is_the_camera_and_the_other_says_so(
    gcam: Program, browser: Browser
) -> None:
    first = await publishing(browser, gcam)
    second = await came(browser, gcam, OWNER, **DESK)
    await second.goto(f"{gcam.url}/#/publish")
    await second.get_by_role("button", name="Show its camera").click()
    await second.get_by_role("button", name="Be this camera").click()
    await expect(first.get_by_role("alert")).to_contain_text("is this camera now")
    await expect(second.get_by_text("pictures a second")).to_be_visible()
    viewer = await came(browser, gcam, OWNER, **DESK)
    await see_directly(viewer, gcam)
    await expect(second.get_by_text("1 viewer sees it directly")).to_be_visible()
