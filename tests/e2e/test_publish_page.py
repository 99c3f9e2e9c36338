"""A browser is the camera: its own (made up by Chromium) is sent, detected, recorded, watched by another."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import av
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gcam_addon.picture.jpeg import size_of
from tests.support.browser import (
    chromium,
    keep_screenshot,
    needs_chromium,
    new_context,
    scrolls_sideways,
    serious,
)
from tests.support.program import Program
from tests.support.web_browser import DESK, PHONE

pytestmark = needs_chromium
OWNER = {"name": "Ada", "password": "correct horse battery staple"}
GUEST = {"name": "Bo", "password": "four other plain words"}
FAKE = ("--use-fake-device-for-media-stream=fps=15", "--use-fake-ui-for-media-stream")
LONGEST_S = 10.0
"""Keys are asked for every two seconds; a machine that is busy takes no picture that could be one."""
CAMERA = {
    "id": "hall",
    "name": "Hall",
    "url": "push://gcam",
    # What Chromium shows turns on the spot and goes nowhere, which the usual detector soon doubts.
    "detection": {"warmup_s": 1.0, "detector": "difference"},
}


@pytest_asyncio.fixture
async def gcam(tmp_path: Path) -> AsyncIterator[Program]:
    (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [CAMERA]}))
    async with Program(tmp_path, "--mqtt", "off") as gcam:
        yield gcam


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium(*FAKE) as browser:
        yield browser


async def owner(browser: Browser, gcam: Program) -> Page:
    page = await (await new_context(browser, **DESK)).new_page()
    assert (await page.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).status == 201
    return page


async def begin(page: Page, *, single_pictures: bool = False) -> None:
    await page.get_by_role("button", name="Show its camera").click()
    await expect(page.get_by_label("What this device sees")).to_be_visible()
    if single_pictures:
        await page.get_by_role("combobox", name="Form").click()
        await page.get_by_role("option", name="JPEG").click()
    assert await serious(page) == []
    await page.get_by_role("button", name="Be this camera").click()
    await expect(page.get_by_text("pictures a second")).to_be_visible()


async def test_it_is_published_detected_recorded_and_watched_by_another(
    gcam: Program, browser: Browser
) -> None:
    page = await owner(browser, gcam)
    await page.goto(f"{gcam.url}/#/publish")
    await begin(page, single_pictures=True)
    await expect(page.get_by_text("(JPEG)")).to_be_visible()
    await gcam.until_connected("Hall")  # or is back, where this machine was slow
    assert (await gcam.state("hall"))["codec"] == "mjpeg"
    assert size_of(await gcam.get("/api/v1/cameras/hall/snapshot.jpg"))
    await gcam.until(lambda: "motion:" in gcam.log)  # Chromium's own camera shows something that turns
    viewer = await page.context.new_page()
    await viewer.goto(f"{gcam.url}/#/live/hall")
    await expect(viewer.get_by_role("img", name="Hall")).to_be_visible()
    await page.get_by_role("button", name="Stop").click()
    await gcam.until(lambda: "[Hall] clip: " in gcam.log)
    assert "Traceback" not in gcam.log


async def test_few_pictures_are_asked_for_while_nobody_watches_and_all_while_somebody_does(
    gcam: Program, browser: Browser
) -> None:
    page = await owner(browser, gcam)
    still = {"detection": {"enabled": False}}
    assert (await page.request.patch(f"{gcam.url}/api/v1/cameras/hall", data=still)).ok
    await page.goto(f"{gcam.url}/#/publish")
    await begin(page)
    asked = page.get_by_text("Gcam asks for 5 a second while nothing happens")
    await expect(asked).to_be_visible()
    assert not await scrolls_sideways(page)
    await keep_screenshot(page, "publish-asked")
    viewer = await page.context.new_page()
    await viewer.goto(f"{gcam.url}/#/live/hall")
    await expect(asked).not_to_be_visible()
    await viewer.close()
    await expect(asked).to_be_visible()
    assert "Traceback" not in gcam.log


async def test_its_h264_is_detected_watched_and_recorded_as_it_came(gcam: Program, browser: Browser) -> None:
    page = await owner(browser, gcam)
    await page.goto(f"{gcam.url}/#/publish")
    await begin(page)
    await expect(page.get_by_text("(H.264)")).to_be_visible()
    await expect(page.get_by_text("Gcam answers after")).to_be_visible()
    await gcam.until_connected("Hall")  # or is back, where this machine was slow
    assert (await gcam.state("hall"))["codec"] == "h264"
    assert size_of(await gcam.get("/api/v1/cameras/hall/snapshot.jpg"))
    await gcam.until(lambda: "motion:" in gcam.log)
    viewer = await page.context.new_page()
    await viewer.goto(f"{gcam.url}/#/live/hall")
    await expect(viewer.locator("gcam-h264-picture")).to_be_visible()
    await page.get_by_role("button", name="Stop").click()
    await gcam.until(lambda: "[Hall] clip: " in gcam.log)
    (clip, *_) = await gcam.clips()
    video = await gcam.get(f"/api/v1/clips/{clip['id']}/video.mp4")
    assert b"x264" not in video  # what Gcam encodes itself bears its encoder's name
    with av.open(io.BytesIO(video)) as container:
        pictures = [packet for packet in container.demux(video=0) if packet.pts is not None]
        keys_s = [float(packet.pts * packet.time_base) for packet in pictures if packet.is_keyframe]
    assert pictures[0].is_keyframe
    assert len(pictures) > len(keys_s)
    apart = [later - earlier for earlier, later in pairwise(keys_s)]
    assert all(seconds < LONGEST_S for seconds in apart), apart
    assert "Traceback" not in gcam.log


async def test_a_browser_that_makes_no_h264_sends_jpegs(gcam: Program, browser: Browser) -> None:
    page = await owner(browser, gcam)
    await page.add_init_script("delete window.VideoEncoder")
    await page.goto(f"{gcam.url}/#/publish")
    await begin(page)
    await expect(page.get_by_text("(JPEG)")).to_be_visible()
    await gcam.until_connected("Hall")
    assert (await gcam.state("hall"))["codec"] == "mjpeg"


async def test_a_browser_that_does_not_tell_of_its_battery_shows_none(
    gcam: Program, browser: Browser
) -> None:
    page = await owner(browser, gcam)
    await page.add_init_script("delete Navigator.prototype.getBattery")
    await page.goto(f"{gcam.url}/#/publish")
    await begin(page)
    await expect(page.get_by_text("Gcam answers after")).to_be_visible()
    await expect(page.get_by_text("Battery")).not_to_be_visible()


async def test_who_may_be_a_camera_needs_no_other_right(gcam: Program, browser: Browser) -> None:
    page = await owner(browser, gcam)
    person = {**GUEST, "role": "camera", "cameras": ["hall"]}
    assert (await page.request.post(f"{gcam.url}/api/v1/people", data=person)).status == 201
    context = await new_context(browser, **{**PHONE, "locale": "en-GB"})
    guest = await context.new_page()
    assert (await guest.request.post(f"{gcam.url}/api/v1/session", data=GUEST)).status == 200
    await guest.goto(gcam.url)
    await expect(guest.get_by_role("heading", name="Use this device as a camera")).to_be_visible()
    await begin(guest)
    assert not await scrolls_sideways(guest)
    await gcam.until_connected("Hall")
    paths = ("cameras", "cameras/hall/snapshot.jpg", "clips", "cameras/hall/live.mp4")
    for path in (*paths, "cameras/hall/direct", "cameras/hall/direct/signals"):
        assert (await guest.request.get(f"{gcam.url}/api/v1/{path}")).status == 403


async def test_a_guest_who_may_not_be_a_camera_is_refused(gcam: Program, browser: Browser) -> None:
    page = await owner(browser, gcam)
    person = {**GUEST, "role": "viewer", "cameras": None}
    assert (await page.request.post(f"{gcam.url}/api/v1/people", data=person)).status == 201
    guest = await (await new_context(browser)).new_page()
    assert (await guest.request.post(f"{gcam.url}/api/v1/session", data=GUEST)).status == 200
    answer = await guest.request.post(f"{gcam.url}/api/v1/cameras/hall/push", data=b"\xff\xd8\xff")
    assert answer.status == 403
    await guest.goto(f"{gcam.url}/#/publish")
    await expect(guest.get_by_role("button", name="Show its camera")).not_to_be_visible()
    stranger = await (await new_context(browser)).new_page()
    for path in ("push", "direct", "direct/signals"):
        assert (await stranger.request.get(f"{gcam.url}/api/v1/cameras/hall/{path}")).status == 401


async def test_a_new_camera_is_made_of_this_device(gcam: Program, browser: Browser) -> None:
    page = await owner(browser, gcam)
    await page.goto(f"{gcam.url}/#/publish")
    await page.get_by_role("button", name="Show its camera").click()
    await page.get_by_role("combobox", name="As which camera of Gcam’s").click()
    await page.get_by_role("option", name="A new one").click()
    await page.get_by_role("textbox", name="Name").fill("Old phone")
    await page.get_by_role("button", name="Be this camera").click()
    await gcam.until_connected("Old phone")


async def test_on_plain_http_it_says_what_to_do(gcam: Program) -> None:
    async with chromium(*FAKE, "--host-resolver-rules=MAP gcam.test 127.0.0.1") as browser:
        page = await owner(browser, gcam)
        await page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
        await page.goto(f"{gcam.url}/#/publish")
        await expect(page.get_by_role("alert")).to_contain_text("https")
        await expect(page.get_by_role("button", name="Show its camera")).not_to_be_visible()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "may not use the camera"),
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "in use by another program"),
    ],
)
async def test_why_a_browser_gives_no_camera_is_said(
    gcam: Program, browser: Browser, name: str, words: str
) -> None:
    """What browsers refuse with; the one without a window asks nobody and so denies nothing by itself."""
    page = await owner(browser, gcam)
    await page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{name}'))"
    )
    await page.goto(f"{gcam.url}/#/publish")
    await page.get_by_role("button", name="Show its camera").click()
    await expect(page.get_by_role("alert")).to_contain_text(words)
