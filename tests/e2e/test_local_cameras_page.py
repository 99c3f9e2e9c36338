"""Cameras of Gcam's own machine, on the page in a real Chromium: how they look is chosen there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.support.browser import keep_screenshot, new_context, one_browser, scrolls_sideways, serious
from tests.support.jpegs import jpeg
from tests.support.program import Program
from tests.support.raspberry_pi import RaspberryPi
from tests.support.web_browser import DESK, PHONE
from tests.support.webcam import PATH, Webcam, missing

pytestmark = [*one_browser, pytest.mark.skipif(missing() is not None, reason=str(missing()))]
PICTURES = [jpeg(index) for index in range(8)]
OWNER = {"name": "Ada", "password": "correct horse battery staple"}


async def test_a_webcam_is_typed_and_how_it_looks_is_chosen(tmp_path: Path, browser: Browser) -> None:
    webcam = Webcam(tmp_path, PICTURES)
    program = Program(tmp_path / "data", "--mqtt", "off")
    program.environment.update(webcam.environment)
    async with program as gcam:
        context = await new_context(browser, **DESK)
        page = await context.new_page()
        assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).status == 201
        await page.goto(f"{gcam.url}/#/cameras?add")
        await page.get_by_role("textbox", name="Address").fill(PATH)
        await page.get_by_role("button", name="Look what is there").click()
        await page.get_by_role("textbox", name="Name").fill("Desk")
        await page.get_by_role("textbox", name="Picture size").fill("large")
        await page.get_by_role("button", name="Add this camera").click()
        await expect(page.get_by_text("Give width and height")).to_be_visible()
        await page.get_by_role("textbox", name="Picture size").fill("640x480")
        await page.get_by_role("spinbutton", name="Pictures per second").fill("5")
        await page.get_by_role("spinbutton", name="Pictures per second").blur()
        await keep_screenshot(page, "webcam-added-desk")
        assert await serious(page) == []
        await page.get_by_role("button", name="Add this camera").click()
        await gcam.until_connected("Desk")
        assert "640x480 MJPG" in webcam.asked
        assert "5 a second" in webcam.asked


async def test_a_pis_camera_is_turned_and_made_larger_on_a_french_phone(
    tmp_path: Path, browser: Browser
) -> None:
    pi = RaspberryPi(tmp_path, PICTURES)
    program = Program(tmp_path / "data", "--mqtt", "off")
    program.environment["PATH"] = pi.path
    async with program as gcam:
        context = await new_context(browser, **PHONE)
        page = await context.new_page()
        assert (await context.request.post(f"{gcam.url}/api/v1/setup", data=OWNER)).status == 201
        await page.goto(f"{gcam.url}/#/cameras?add")
        await page.get_by_role("button", name="Raspberry Pi").click()
        await page.get_by_role("button", name="Ajouter cette caméra").click()
        await gcam.until(lambda: "--width 1280 --height 720 --framerate 15 " in pi.asked)
        await page.goto(f"{gcam.url}/#/cameras/raspberry_pi")
        await page.get_by_role("textbox", name="Taille de l’image").fill("1920×1080")
        await page.get_by_role("spinbutton", name="Images par seconde").fill("24")
        await page.get_by_role("combobox", name="Tourner l’image").click()
        await page.get_by_role("option", name="À l’envers").click()
        assert not await scrolls_sideways(page)
        await page.get_by_role("textbox", name="Taille de l’image").scroll_into_view_if_needed()
        await keep_screenshot(page, "pi-edited-phone")
        await page.get_by_role("button", name="Enregistrer", exact=True).click()
        await gcam.until(lambda: "--width 1920 --height 1080 --framerate 24 " in pi.asked)
        camera = await gcam.get("/api/v1/cameras/raspberry_pi")
        assert camera["rotation"] == 180
        assert camera["source"] == {**camera["source"], "capture_size": "1920x1080", "capture_fps": 24}
        await page.reload()
        await expect(page.get_by_role("textbox", name="Taille de l’image")).to_have_value("1920x1080")
        assert await serious(page) == []
