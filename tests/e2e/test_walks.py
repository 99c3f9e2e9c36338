"""What people do with Gcam from the first visit on, walked by pressing what has a name: the real program, a
real Chromium, simulated boards. Two addresses are opened, Gcam's and a link that somebody was given; the API
is not used.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from gcam_addon.simulator.advertisement import Advertisement
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.pictures import Pictures
from tests.support.browser import new_context, one_browser
from tests.support.engine_rig import SIZE, Marked
from tests.support.program import Program
from tests.support.waiting import answered
from tests.support.walker import Walker

pytestmark = one_browser
PASSWORD, GUESTS_PASSWORD = "correct horse battery staple", "a quiet pond at dusk"
DESK = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "color_scheme": "light"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "locale": "fr-BE",
    "color_scheme": "dark",
    "has_touch": True,
}


@dataclass(frozen=True)
class House:
    """What there is around Gcam: two boards, and what they see."""

    scene: Marked
    door: SimulatedCamera
    """Announces itself."""
    yard: SimulatedCamera


@pytest_asyncio.fixture(loop_scope="module")
async def house() -> AsyncIterator[House]:
    scene = Marked()
    scene.calm = True
    async with AsyncExitStack() as stack:
        boards = [
            await stack.enter_async_context(SimulatedCamera(firmware, Pictures(scene), fps=8.0, size=SIZE))
            for firmware in ("mjpeg2sd", "camera-web-server")
        ]
        await stack.enter_async_context(Advertisement(boards[0], "127.0.0.1"))
        yield House(scene, *boards)


@pytest_asyncio.fixture(loop_scope="module")
async def gcam(tmp_path: Path) -> AsyncIterator[Program]:
    async with Program(tmp_path / "data", "--mqtt", "off") as program:
        yield program


@pytest.mark.parametrize(("language", "device"), [("en", DESK), ("fr", PHONE)], ids=["desk", "phone"])
async def test_from_the_first_visit_to_a_guest_of_one_camera(
    house: House, gcam: Program, browser: Browser, language: Literal["en", "fr"], device: dict[str, Any]
) -> None:
    async def somebody(name: str, address: str) -> Walker:
        page = await (await new_context(browser, **device, bypass_csp=False)).new_page()
        page.on("pageerror", lambda error: wrong.append(f"{name}: {error}"))
        page.on("console", lambda told: wrong.append(told.text) if "Security Policy" in told.text else None)
        await page.goto(address)
        return Walker(page, language, f"{name}-{language}")

    wrong: list[str] = []
    ada = await somebody("ada", gcam.url)
    await she_becomes_the_owner(ada)
    await the_found_camera_and_another_are_added(ada, house)
    await something_moves(ada, house)
    await a_camera_is_lost_and_found(ada, house)
    await it_is_tuned_on_what_was_recorded(ada)
    await something_moves(ada, house)
    await what_moved_is_played(ada)
    link = await it_is_shared(ada)
    await a_stranger_watches_it(await somebody("stranger", link))
    await the_link_is_ended(ada)
    bob = await somebody("bob", gcam.url)
    await he_is_let_in_to_the_door(ada, bob)
    assert wrong == []
    await ada.page.context.close()


async def she_becomes_the_owner(ada: Walker) -> None:
    await ada.reads("sign-in.welcome")
    await ada.type("sign-in.name", "Ada")
    await ada.type("sign-in.password", PASSWORD)
    await ada.type("sign-in.repeat", "something else")
    await ada.press("sign-in.create")
    await ada.reads("sign-in.differ")
    await ada.look("differ")
    await ada.type("sign-in.repeat", PASSWORD)
    await ada.press("sign-in.create")
    await ada.reads("live.no_cameras")
    await ada.look("no-cameras")


async def the_found_camera_and_another_are_added(ada: Walker, house: House) -> None:
    await ada.press("live.add_camera")
    await ada.named(re.compile(f"127.0.0.1:{house.door.port}$")).click()
    await name_and_add(ada, "Porch")
    await ada.press("cameras.add")
    await ada.look("add")
    await ada.type("cameras.url", f"127.0.0.1:{house.yard.port}")
    await ada.press("cameras.look")
    await name_and_add(ada, "Pond")
    for name in ("Porch", "Pond"):
        row = ada.page.get_by_role("listitem").filter(has_text=name)
        await expect(row).to_contain_text(ada.says("cameras.status.connected"))
    await ada.look("added")
    await ada.go("live")
    assert await moves(picture_of(ada, "Porch"), lambda: stir(house))
    await ada.look("live")


async def name_and_add(ada: Walker, name: str) -> None:
    await expect(ada.page.get_by_role("img", name=ada.says("cameras.probe_picture"))).to_be_visible()
    await ada.type("cameras.name", name)
    await ada.type("cameras.post_roll_s", "1")
    await ada.look(f"found-{name.lower()}")
    await ada.press("cameras.save_new")
    await ada.reads("cameras.added", name=name)


async def stir(house: House) -> None:
    house.scene.calm = False


async def something_moves(ada: Walker, house: House) -> None:
    """As long as it takes to be seen; then all is calm, and it is recorded."""
    await ada.go("live")
    house.scene.calm = False
    for name in ("Porch", "Pond"):
        await expect(tile_of(ada, name)).to_contain_text(ada.says("live.motion"))
    await ada.look("moving")
    house.scene.calm = True
    for name in ("Porch", "Pond"):
        await expect(tile_of(ada, name)).to_contain_text(ada.says("live.status.connected"))


async def a_camera_is_lost_and_found(ada: Walker, house: House) -> None:
    await house.door.vanish()
    await expect(tile_of(ada, "Porch")).to_contain_text(ada.says("live.problem.unreachable"))
    await expect(tile_of(ada, "Pond")).to_contain_text(ada.says("live.status.connected"))
    await ada.look("lost")
    await house.door.come_back()
    await expect(tile_of(ada, "Porch")).to_contain_text(ada.says("live.status.connected"))
    await ada.go("events")
    await ada.reads_text(re.compile(f"^{re.escape(ada.says('events.kinds.lost'))}"))
    await ada.look("events")


async def it_is_tuned_on_what_was_recorded(ada: Walker) -> None:
    await ada.go("cameras")
    await ada.named(f"{ada.says('cameras.tune')} Porch").click()
    await ada.page.get_by_role("slider", name=ada.says("tune.sensitivity", value=50)).press("ArrowRight")
    await ada.reads("tune.sensitivity", value=51)
    await ada.press("tune.zone_add")
    await ada.type("tune.zone_name", "Path")
    zone = ada.named(ada.says("tune.named_zone", name="Path"))
    await drag(ada.page, zone, ada.page.get_by_role("group", name=ada.says("tune.drawing")), down=0.25)
    await ada.press("tune.what_if")
    await ada.reads_text(re.compile(ada.says("tune.result", goes=r"\d+", comes=r"\d+", stays=r"\d+")))
    await ada.look("tuned")
    await ada.press("tune.save")
    await ada.reads("tune.saved")


async def what_moved_is_played(ada: Walker) -> None:
    await ada.go("events")
    said = ada.says("events.what_in", what=r"\S.*", zones="Path")  # whatever it was taken for
    happened = re.compile(said.replace(" ", r"\s"))  # French has other spaces before some signs
    await ada.reads_text(happened)
    await ada.look("events-in-zone")
    row = ada.page.locator("gcam-event-row").filter(has_text=happened).first
    await ada.press("events.play", row)
    picture = ada.page.get_by_role("img", name="Porch")
    await expect(ada.named(ada.says("playback.pause"))).to_be_visible()
    assert await moves(picture)
    await ada.look("playing")
    await ada.go("events")
    await expect(
        row.get_by_role("button", name=ada.says("events.unreview"))
    ).to_be_visible()  # it was looked at
    await ada.press("events.play", row)


async def it_is_shared(ada: Walker) -> str:
    await ada.press("playback.share")
    await ada.press("playback.share_make")
    link = await ada.field("playback.share_link").input_value()
    await ada.look("shared")
    await ada.press("common.close")
    return link


async def a_stranger_watches_it(stranger: Walker) -> None:
    page = stranger.page
    await expect(page.get_by_role("heading")).to_contain_text("Porch")
    film = page.locator("video")
    await film.click()
    assert await moves(film)
    assert await page.get_by_role("link").count() == 0
    assert "Pond" not in " ".join(await stranger.shown())
    await page.context.close()


async def the_link_is_ended(ada: Walker) -> None:
    await ada.go("people")
    await ada.press("people.links")
    await ada.look("links")
    await ada.named(re.compile(re.escape(ada.says("people.link_end_of", what="Porch")))).click()
    await ada.reads("people.no_links")


async def he_is_let_in_to_the_door(ada: Walker, bob: Walker) -> None:
    await ada.page.get_by_role("tab", name=ada.says("people.title")).click()
    await ada.press("people.invite")
    await ada.type("people.name", "Bob")
    await ada.type("people.password", GUESTS_PASSWORD)
    await ada.page.get_by_text(ada.says("people.some_cameras"), exact=True).click()
    await ada.page.get_by_text("Porch", exact=True).click()
    await ada.look("invited")
    await ada.press("common.save")
    row = ada.page.get_by_role("listitem").filter(has_text="Bob")
    await expect(row).to_contain_text("Porch")
    await expect(ada.named(ada.says("people.invite"))).to_be_focused()
    await he_meets_nothing_of_the_pond(bob)
    await ada.named(ada.says("people.edit", name="Bob")).click()
    await ada.look("edited")
    await ada.named(re.compile(re.escape(ada.says("people.sign_out_everywhere")))).click()
    await ada.reads("people.signed_out", name="Bob")
    await bob.reads("sign-in.title")


async def he_meets_nothing_of_the_pond(bob: Walker) -> None:
    await bob.type("sign-in.name", "Bob")
    await bob.type("sign-in.password", GUESTS_PASSWORD)
    await bob.press("sign-in.sign_in")
    await expect(tile_of(bob, "Porch")).to_be_visible()
    pages = bob.page.get_by_role("navigation").get_by_role("link", name=re.compile(r"\w"))
    for name in ("live", "events", "playback"):
        await bob.go(name)
        await bob.reads_text(re.compile("Porch"))
        await bob.look(f"guest-{name}")
        assert "Pond" not in " ".join(await bob.shown())
    for name in ("cameras", "system", "people"):
        await expect(pages.filter(has_text=bob.says(f"common.nav.{name}"))).to_have_count(0)


def tile_of(walker: Walker, name: str) -> Locator:
    return walker.page.get_by_role("link").filter(has_text=name)


def picture_of(walker: Walker, name: str) -> Locator:
    return walker.page.get_by_role("img", name=walker.says("live.picture_of", name=name))


async def nothing() -> None:
    pass


async def moves(part: Locator, first: Callable[[], Awaitable[None]] = nothing) -> bool:
    """It shows something else sooner or later."""
    before = await seen(part)
    await first()

    async def differs() -> bool:
        now = await seen(part)
        return now.shape == before.shape and bool(np.mean(np.abs(now - before) > 40) > 0.005)

    return await answered(differs)


async def seen(part: Locator) -> np.ndarray:
    """As grey values."""
    shot = np.frombuffer(await part.screenshot(), np.uint8)
    return np.asarray(cv2.imdecode(shot, cv2.IMREAD_GRAYSCALE)).astype(int)


async def drag(page: Page, what: Locator, over: Locator, *, down: float) -> None:
    """By a share of the height of what it lies on."""
    await what.scroll_into_view_if_needed()
    box, ground = await what.bounding_box(), await over.bounding_box()
    assert box is not None
    assert ground is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y + down * ground["height"], steps=4)
    await page.mouse.up()
