"""The cameras page in a real Chromium, with the real program and simulated boards: found, added, removed."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gcam_addon.clock import SystemClock
from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.browser import keep_screenshot, new_context, one_browser, scrolls_sideways, serious
from tests.support.certificates import self_made
from tests.support.engine_rig import SIZE, Marked
from tests.support.jpegs import jpeg, part
from tests.support.onvif_camera import BEHIND, USER, OnvifCamera, onvif_camera
from tests.support.onvif_camera import PASSWORD as ONVIF_PASSWORD
from tests.support.program import Program
from tests.support.rtsp_server import MOUNTS, RtspServer, missing
from tests.support.rtsp_server import PASSWORD as RTSP_PASSWORD
from tests.support.scripted_server import CHUNKED, Peer, serving
from tests.support.waiting import patience
from tests.support.web_browser import DESK, PHONE

pytestmark = one_browser
PASSWORD = "opensesame"


@pytest_asyncio.fixture(loop_scope="module")
async def boards() -> AsyncIterator[dict[str, SimulatedCamera]]:
    """`door` is configured, `shed` announces itself, `attic` wants a password."""
    pictures = Pictures(Marked())

    def board(firmware: str, **options: Any) -> SimulatedCamera:
        return SimulatedCamera(firmware, pictures, fps=10.0, size=SIZE, **options)

    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(board("camera-web-server"))
        shed = await stack.enter_async_context(board("mjpeg2sd"))
        attic = await stack.enter_async_context(board("tasmota", credentials=("admin", PASSWORD)))
        await stack.enter_async_context(Advertisement(shed, "127.0.0.1"))
        yield {"door": door, "shed": shed, "attic": attic}


@pytest_asyncio.fixture(loop_scope="module")
async def gcam(tmp_path: Path, boards: dict[str, SimulatedCamera]) -> AsyncIterator[Program]:
    data = tmp_path / "data"
    data.mkdir()
    recording = {"mode": "continuous", "max_clip_s": 5}
    cameras = [{"id": "door", "name": "Door", "url": boards["door"].url, "recording": recording}]
    (data / "cameras.json").write_text(json.dumps({"version": 1, "cameras": cameras}))
    async with Program(data, "--mqtt", "off") as program:
        yield program


async def opened(browser: Browser, gcam: Program, place: str = "#/cameras", **options: Any) -> Page:
    context = await new_context(browser, **options)
    page = await context.new_page()
    owner = {"name": "Ada", "password": "correct horse battery staple"}
    assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=owner)).status == 201
    await page.goto(f"{gcam.url}/{place}")
    return page


async def connected(page: Page, gcam: Program, camera_id: str) -> None:
    for _ in range(100):
        if (await gcam.state(camera_id))["status"] == "connected":
            return
        await page.wait_for_timeout(100)
    pytest.fail(f"{camera_id} is not connected")


async def test_a_found_board_is_added_and_others_go_on(
    gcam: Program, browser: Browser, boards: dict[str, SimulatedCamera]
) -> None:
    page = await opened(browser, gcam)
    await expect(page.get_by_role("heading", name="Door")).to_be_visible()
    assert await serious(page) == []
    before = await gcam.state("door")
    await page.get_by_role("link", name="Add a camera").click()
    shed = boards["shed"]
    await page.get_by_role("button", name=re.compile(f"127.0.0.1:{shed.port}$")).click()
    await expect(page.get_by_role("img", name="Picture the camera just took")).to_be_visible()
    await expect(page.get_by_text("ESP32-CAM_MJPEG2SD", exact=True)).to_be_visible()
    assert await serious(page) == []
    await page.get_by_role("textbox", name=re.compile("^Name")).fill("Shed")
    await page.get_by_role("button", name="Add this camera").click()
    await expect(page.get_by_role("heading", name="Shed")).to_be_visible()
    await connected(page, gcam, "shed")
    assert (await gcam.get("/api/v1/cameras/shed"))["host"] == f"127.0.0.1:{shed.port}"
    after = await gcam.state("door")
    assert after["frames"] > before["frames"]
    assert (after["reconnects"], boards["door"].streams_opened) == (0, 1)


async def test_a_password_is_asked_for_kept_and_never_shown(
    gcam: Program, browser: Browser, boards: dict[str, SimulatedCamera]
) -> None:
    page = await opened(browser, gcam, "#/cameras?add=1")
    await page.get_by_label("Address").fill(boards["attic"].control_url)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This camera wants a user name and a password.")).to_be_visible()
    await page.get_by_role("textbox", name="User name").fill("admin")
    await page.get_by_role("textbox", name="Password").fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("User name or password is wrong.")).to_be_visible()
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("textbox", name=re.compile("^Name")).fill("Attic")
    await page.get_by_role("button", name="Add this camera").click()
    await expect(page.get_by_role("heading", name="Attic")).to_be_visible()
    await connected(page, gcam, "attic")
    await page.goto(f"{gcam.url}/#/cameras/attic")
    await expect(page.get_by_role("textbox", name="User name")).to_have_value("admin")
    await expect(page.get_by_role("textbox", name="Password")).to_have_value("")
    assert PASSWORD not in await page.content()
    await page.get_by_role("textbox", name=re.compile("^Name")).fill("Loft")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", name="Loft")).to_be_visible()
    await connected(page, gcam, "attic")
    assert PASSWORD in (gcam.data_dir / "cameras.json").read_text()


async def test_a_certificate_of_its_own_is_shown_before_it_is_taken(
    gcam: Program, browser: Browser, tmp_path: Path
) -> None:
    async def stream(peer: Peer) -> None:
        await peer.send(CHUNKED)
        for number in count():
            await peer.chunks(part(jpeg(number % 2)))
            await asyncio.sleep(0.1)

    async with serving(stream, tls=self_made(tmp_path)) as camera:
        page = await opened(browser, gcam, "#/cameras?add=1")
        await page.get_by_label("Address").fill(f"https://127.0.0.1:{camera.port}/mine.mjpg")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("SHA-256")
        assert await serious(page) == []
        await page.get_by_role("button", name="Accept it for this camera").click()
        await page.get_by_role("textbox", name=re.compile("^Name")).fill("Gate")
        await page.get_by_role("button", name="Add this camera").click()
        await expect(page.get_by_role("heading", name="Gate")).to_be_visible()
        await connected(page, gcam, "gate")
        await page.goto(f"{gcam.url}/#/cameras/gate")
        await expect(page.get_by_role("switch", name="Check its certificate")).not_to_be_checked()


async def test_another_camera_of_single_jpegs_may_have_a_larger_address_and_a_board_has_none(
    gcam: Program, browser: Browser, boards: dict[str, SimulatedCamera]
) -> None:
    def camera(width: int, height: int) -> Callable[[Peer], Awaitable[None]]:
        async def stream(peer: Peer) -> None:
            await peer.send(CHUNKED)
            for number in count():
                await peer.chunks(part(jpeg(number % 2, width, height)))
                await asyncio.sleep(0.1)

        return stream

    async with serving(camera(160, 120)) as small, serving(camera(640, 480)) as large:
        page = await opened(browser, gcam, "#/cameras?add=1")
        address = page.get_by_role("textbox", name="Address", exact=True)
        await address.fill(boards["shed"].url)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Add this camera")).to_be_visible()
        second = page.get_by_role("textbox", name="HD address")
        await expect(second).to_have_count(0)
        await page.get_by_role("button", name="Another camera").click()
        url = f"http://127.0.0.1:{small.port}/mine.mjpg"
        await address.fill(url)
        await page.keyboard.press("Enter")
        await page.get_by_role("textbox", name=re.compile("^Name")).fill("Gate")
        await second.fill(url)
        await page.get_by_role("button", name="Add this camera").click()
        await expect(page.get_by_text("This is no second address")).to_be_visible()
        await second.fill(f"http://127.0.0.1:{large.port}/mine.mjpg")
        assert await serious(page) == []
        for size, options in (("desk", DESK), ("phone", PHONE)):
            await page.set_viewport_size(options["viewport"])
            assert not await scrolls_sideways(page)
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                await keep_screenshot(page, f"add-second-{size}-{scheme}")
        await page.get_by_role("button", name="Add this camera").click()
        await expect(page.get_by_role("heading", name="Gate")).to_be_visible()
        async with patience():
            while (hd := (await gcam.state("gate"))["hd"])["size"] is None:
                await asyncio.sleep(0.1)
        assert hd["size"] == {"width": 640, "height": 480}


async def test_the_board_is_set_beside_its_live_picture_without_a_break(
    gcam: Program, browser: Browser, boards: dict[str, SimulatedCamera]
) -> None:
    page = await opened(browser, gcam, "#/cameras/door")
    board = boards["door"]
    await page.get_by_role("switch", name="Upside down").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_text("Setting…")).to_have_count(0)
    await page.wait_for_timeout(500)
    assert board.board.adjustments.vflip
    await page.get_by_role("combobox", name="Picture size").click()
    await page.get_by_role("option", name="640 × 480").click()
    while (await gcam.state("door"))["size"] != {"width": 640, "height": 480}:
        await page.wait_for_timeout(100)
    assert (board.streams_opened, board.clients) == (1, 1)
    assert await serious(page) == []


async def test_wrong_addresses_are_told_at_their_field_in_french_on_a_phone(
    gcam: Program, browser: Browser
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "locale": "fr-FR", "color_scheme": "dark"}
    page = await opened(browser, gcam, "#/cameras?add=1", **phone)
    for address, told in (
        ("127.0.0.1:9", "Elle ne répond pas."),
        ("ftp://127.0.0.1/x", "Ce n’est pas une adresse de caméra."),
        ("rtsp://127.0.0.1:9/x", "refuse les connexions sur le port 9"),
        (gcam.url, "ce n’est pas une caméra"),
    ):
        await page.get_by_label("Adresse").fill(address)
        await page.get_by_role("button", name="Voir ce qu’il y a").click()
        await expect(page.locator("wa-input[name=url]")).to_have_attribute("hint", re.compile(told))
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await serious(page) == []


async def test_a_camera_is_switched_off_and_removed_with_its_footage(gcam: Program, browser: Browser) -> None:
    page = await opened(browser, gcam)
    while not await gcam.clips():
        await page.wait_for_timeout(200)
    await page.get_by_role("switch", name="On Door").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_text("Switched off")).to_be_visible()
    await page.get_by_role("link", name="Edit Door").click()
    await page.get_by_role("button", name="Remove this camera").click()
    await page.get_by_role("checkbox", name="Delete its recordings too").focus()
    await page.keyboard.press("Space")
    await page.locator("wa-dialog").get_by_role("button", name="Remove this camera").click()
    await expect(page.get_by_text("No camera yet")).to_be_visible()
    assert await gcam.clips() == []


STREAM = "rtsp://127.0.0.1:554/live?channel=1&profile="


async def test_a_camera_that_is_no_board_is_asked_by_onvif(gcam: Program, browser: Browser) -> None:
    async with onvif_camera(OnvifCamera(SystemClock(), "token", told_host=BEHIND)) as camera:
        page = await opened(browser, gcam, "#/cameras?add=1")
        await page.get_by_label("Address").fill(f"127.0.0.1:{camera.port}")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("This camera wants a user name and a password.")).to_be_visible()
        await page.get_by_role("textbox", name="User name").fill(USER)
        await page.get_by_role("textbox", name="Password").fill(ONVIF_PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Acme Eye 4")).to_be_visible()
    told = "H.264 · 2560 × 1440 · up to 15 pictures per second"
    await expect(page.get_by_text(told, exact=True)).to_be_visible()
    watched = page.get_by_role("listitem").filter(has_text="Gcam watches this one")
    await expect(watched).to_contain_text("640 × 360")
    recorded = page.get_by_role("listitem").filter(has_text="Gcam records this one")
    await expect(recorded).to_contain_text("2560 × 1440")
    await expect(page.get_by_role("textbox", name="HD address")).to_have_value(f"{STREAM}main")
    await _choose(page, "Watched for motion", "tiny stream")
    await expect(watched).to_contain_text("320 × 180")
    await _choose(page, "Recorded and shown large", "sub stream")
    await expect(recorded).to_contain_text("640 × 360")
    assert await serious(page) == []
    await keep_screenshot(page, "onvif-streams")
    await page.get_by_role("button", name="Add this camera").click()
    await expect(page.get_by_text("Acme Eye 4 is added.").first).to_be_visible()
    connection = await gcam.get("/api/v1/cameras/acme_eye_4/connection")
    assert (connection["url"], connection["username"], connection["has_password"]) == (
        f"{STREAM}tiny", USER, True,
    )  # fmt: skip
    assert connection["url_hd"] == f"{STREAM}sub"


async def _choose(page: Page, label: str, name: str) -> None:
    """Choose, and wait until the list is gone: one that still fades beside the next offers the same."""
    await page.get_by_role("combobox", name=label).click()
    await page.get_by_role("option", name=name).click()
    await expect(page.get_by_role("option")).to_have_count(0)


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
async def test_an_rtsp_camera_is_typed_seen_and_added(gcam: Program, browser: Browser) -> None:
    server = RtspServer({"/aac": MOUNTS["/aac"]})
    try:
        page = await opened(browser, gcam, "#/cameras?add=1")
        address = page.get_by_label("Address")
        await address.fill(server.url("/wrong"))
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("take the path from the camera's manual")).to_be_visible()
        await address.fill(server.url("/aac", "digest"))
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("This camera wants a user name and a password.")).to_be_visible()
        await page.get_by_role("textbox", name="User name").fill("gcam")
        await page.get_by_role("textbox", name="Password").fill(RTSP_PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("img", name="Picture the camera just took")).to_be_visible()
        await expect(page.get_by_text("H.264, with sound")).to_be_visible()
        await expect(page.get_by_text("320 × 240")).to_be_visible()
        assert await serious(page) == []
        await page.get_by_label("Name").fill("Yard")
        await page.get_by_role("button", name="Add this camera").click()
        await expect(page.get_by_text("Yard is added.").first).to_be_visible()
        await connected(page, gcam, "yard")

        await page.goto(f"{gcam.url}/#/cameras/yard")
        await page.get_by_role("combobox", name="Sent by").click()
        await page.get_by_role("option", name="UDP").click()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Yard is saved.").first).to_be_visible()
        assert (await gcam.get("/api/v1/cameras/yard"))["source"]["rtsp_transport"] == "udp"
    finally:
        server.child.ended()
