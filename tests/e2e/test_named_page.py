"""What moved, as people see it in a real Chromium: Events, Playback, and what a camera makes an event of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.async_api import Locator, Page, expect

from gcam_addon.model import Box, CameraChanged, ClipReady, Event, Kind, Named
from tests.integration.test_history import motion
from tests.integration.test_web_playback import make_video
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.fakes import make_camera, make_state
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import STARTED_AT, Site, make_clip, serve

pytestmark = needs_chromium
DOOR = make_camera("door", name="Front door")
NOW, SECONDS = STARTED_AT, 4
DAY = time.strftime("%Y-%m-%d", time.gmtime(NOW))
THERE = Box(0.7, 0.1, 0.1, 0.3)
PERSON, CAT = Named(Kind.PERSON, 91.4, THERE, pictured=True), Named(Kind.ANIMAL, 64.0, THERE)
CAR = Named(Kind.VEHICLE, 80.0, Box(0.1, 0.5, 0.3, 0.2), pictured=True)
NOBODY = Named(Kind.UNNAMED, 0.0, THERE, pictured=True)


def view() -> bytes:
    """Red where the person is, else green."""
    picture = np.full((480, 640, 3), (90, 150, 90), np.uint8)
    cv2.rectangle(picture, (448, 48), (512, 192), (40, 40, 220), -1)
    done, jpeg = cv2.imencode(".jpg", picture)
    assert done
    return jpeg.tobytes()


def seen(event_id: str, at: float, *named: Named, **changes: Any) -> Sequence[Event]:
    begun, over = motion("door", event_id, at)
    return replace(begun, jpeg=view()), replace(over, jpeg=view(), named=named, **changes)


async def test_what_moved_is_seen_found_and_told_apart(tmp_path: Path) -> None:
    recorded = [("c1", 780, (PERSON, CAT)), ("c2", 520, (CAR,)), ("c3", 260, ()), ("c4", 60, (CAT,))]
    clips = [
        make_clip(name, DOOR, NOW - ago, ended_at=NOW - ago + SECONDS, named=named)
        for name, ago, named in recorded
    ]
    for clip in clips:
        await asyncio.to_thread(make_video, tmp_path / clip.path, seconds=SECONDS)
        (tmp_path / "thumbnails").mkdir(exist_ok=True)
        (tmp_path / f"thumbnails/{clip.id}.jpg").write_bytes(view())
    async with serve(tmp_path, cameras=[DOOR], clips=clips) as site, chromium() as browser:
        site.engine.publish(CameraChanged(make_state(DOOR)))
        for event in (
            *seen("e0", NOW - 10),
            *seen("e1", NOW, PERSON, CAT),
            *seen("e2", NOW + 3600, CAR),
            *seen("e3", NOW + 5000, NOBODY),
            *seen("e4", NOW + 6000, CAT, unwanted=True),
        ):
            site.engine.publish(event)
        site.engine.publish(ClipReady(clips[0]))
        desk, phone = await signed_in(browser, site, **DESK), await signed_in(browser, site, **PHONE)
        await events_on_the_desk(desk, site)
        await events_on_the_phone(phone, site)
        await playback(desk, site)
        await what_makes_an_event(desk, phone, site)


async def events_on_the_desk(page: Page, site: Site) -> None:
    rows = page.locator("gcam-event-row")
    await page.goto(f"{site.url}/#/events")
    await expect(rows).to_have_count(5)
    unwanted, nobody, car, person, before = [rows.nth(index) for index in range(5)]
    await expect(person.locator(".what")).to_have_text("Person, Animal")
    await expect(person.locator(".detail")).to_have_text("9 % of the picture moved · Person 91% · Animal 64%")
    await expect(person.locator(".what gcam-icon")).to_have_count(2)
    await expect(car.locator(".what")).to_have_text("Vehicle")
    await expect(nobody.locator(".what")).to_have_text("Not recognised")
    await expect(unwanted).to_contain_text("Not recorded: Animal.")
    await expect(before.locator(".what")).to_have_count(0)
    await expect(before).to_contain_text("9 % of the picture moved")
    assert await redness(page, person) > 0.1, "cut to the person"
    assert await redness(page, nobody) < 0.06, "the whole picture"
    assert await serious(page) == []
    await keep_screenshot(page, "named-events-desk")
    await page.locator("select[name=kind]").select_option("animal")
    await expect(rows).to_have_count(2)
    assert "what=animal" in page.url
    await page.locator("select[name=kind]").select_option("vehicle")
    await expect(rows).to_have_count(1)
    await page.reload()
    await expect(rows).to_have_count(1)
    await expect(page.locator("select[name=kind]")).to_have_value("vehicle")
    await page.locator("select[name=kind]").select_option("lost")
    await expect(rows).to_have_count(0)
    await page.locator("select[name=kind]").select_option("")
    await expect(rows).to_have_count(5)


async def redness(page: Page, row: Locator) -> float:
    """How much of its picture is as red as the person."""
    await row.scroll_into_view_if_needed()
    place = row.locator("gcam-thing-picture")
    await expect(place.locator("img")).not_to_have_js_property("naturalWidth", 0)
    shot = cv2.imdecode(np.frombuffer(await place.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert shot is not None
    blue, green, red = (shot[..., channel].astype(int) for channel in range(3))
    return float(np.mean((red > 180) & (green < 90) & (blue < 90)))


async def events_on_the_phone(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/#/events")
    await expect(page.locator("gcam-event-row").nth(3).locator(".what")).to_have_text("Personne, Animal")
    assert not await scrolls_sideways(page)
    await page.emulate_media(color_scheme="dark")
    assert await serious(page) == []
    await keep_screenshot(page, "named-events-phone-fr-dark")


async def playback(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/#/playback?day={DAY}")
    tiles = page.locator("gcam-clip-list .tile")
    await expect(tiles).to_have_count(4)
    _, nobody, car, person = [tiles.nth(index) for index in range(4)]
    await expect(person.locator(".facts")).to_have_text("Person, Animal")
    await expect(person.locator(".facts")).to_have_attribute("title", "4.2%")
    await expect(car.locator(".facts")).to_have_text("Vehicle")
    await expect(nobody.locator(".facts")).to_contain_text("Motion · 4.2%")
    assert await serious(page) == []
    await keep_screenshot(page, "named-playback-desk")
    assert await hues(page) >= {"pink", "blue", "orange"}, "a person, a vehicle, and what has no name"
    await page.emulate_media(color_scheme="dark")
    await keep_screenshot(page, "named-playback-desk-dark")
    await page.emulate_media(color_scheme="light")
    await page.get_by_role("button", name="Filter", exact=True).click()
    await page.locator("gcam-playback-filter-form wa-select").nth(1).click()
    await page.get_by_role("option", name="Animal").click()
    await expect(tiles).to_have_count(2)
    await expect(tiles.last).to_contain_text("Person, Animal")


async def hues(page: Page) -> set[str]:
    """Of the timeline's bars, by OpenCV's half degrees."""
    await page.locator("gcam-timeline").scroll_into_view_if_needed()
    shot = cv2.imdecode(
        np.frombuffer(await page.locator("gcam-timeline").screenshot(), np.uint8), cv2.IMREAD_COLOR
    )
    assert shot is not None
    hue, saturation, _ = cv2.split(cv2.cvtColor(shot, cv2.COLOR_BGR2HSV))
    ranges = {"pink": (160, 172), "blue": (105, 120), "orange": (8, 16)}
    coloured = saturation > 80
    return {
        name
        for name, (least, most) in ranges.items()
        if (coloured & (hue >= least) & (hue <= most)).sum() > 3
    }


async def what_makes_an_event(desk: Page, phone: Page, site: Site) -> None:
    await desk.goto(f"{site.url}/#/cameras/door")
    people = desk.get_by_role("button", name="Only people")
    await people.scroll_into_view_if_needed()
    boxes = desk.get_by_role("group", name="What makes an event").get_by_role("checkbox")
    await expect(boxes).to_have_count(4)
    await people.click()
    await expect(desk.get_by_role("checkbox", name="Vehicle")).not_to_be_checked()
    await desk.get_by_role("checkbox", name="Animal").check()
    await desk.get_by_role("spinbutton", name="Sure from").fill("75")
    await desk.get_by_role("spinbutton", name="Sure from").blur()
    assert await serious(desk) == []
    await keep_screenshot(desk, "named-settings-desk")
    await desk.get_by_role("button", name="Save").click()
    await expect(desk.get_by_text("Not saved yet")).to_have_count(0)
    naming = site.services.cameras.get("door").naming
    assert (naming.kinds, naming.min_score) == ((Kind.PERSON, Kind.ANIMAL), 75)
    await phone.goto(f"{site.url}/#/cameras/door")
    await expect(phone.get_by_role("checkbox", name="Animal")).to_be_checked()
    await expect(phone.get_by_role("checkbox", name="Véhicule")).not_to_be_checked()
    await phone.get_by_role("button", name="Seulement les personnes").scroll_into_view_if_needed()
    assert not await scrolls_sideways(phone)
    await keep_screenshot(phone, "named-settings-phone-fr-dark")
