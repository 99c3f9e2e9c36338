"""The camera network under System in a real Chromium: how it stands, its boards, and the way to add them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from gcam_addon.config.model import KnownBoard, NetworkSettings, SourceSettings
from gcam_addon.lan.leases import Lease
from gcam_addon.model import NetworkHealth, NetworkPhase
from gcam_addon.words.reason import because
from tests.integration.test_web_network import STOPPED, network_of, site_with
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.fakes import make_camera
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import STARTED_AT, Site

pytestmark = needs_chromium
DOOR = replace(make_camera("door"), source=SourceSettings("http://10.77.0.20/stream"))
LEASES = (
    Lease("24:6f:28:00:00:01", IPv4Address("10.77.0.20"), "front-door", None, is_fixed=True),
    Lease("24:6f:28:00:00:02", IPv4Address("10.77.0.100"), "esp32-000002", STARTED_AT + 3600),
    Lease("24:6f:28:00:00:03", IPv4Address("10.77.0.101"), None, STARTED_AT + 7200),
)
SERVING = NetworkHealth(NetworkPhase.SERVING, leases=3)


async def test_boards_are_listed_and_added(tmp_path: Path) -> None:
    network = network_of(NetworkSettings("eth1"), LEASES, SERVING)
    async with site_with(tmp_path, network, [DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/system")
        await expect(page.get_by_text("It is served; 3 boards have an address.")).to_be_visible()
        await page.get_by_role("tab", name="Network").click()
        rows = page.locator("gcam-camera-network li.lease")
        await expect(rows).to_have_count(3)
        await expect(rows.nth(0)).to_contain_text("Always this address")
        await expect(rows.nth(0).get_by_role("link")).to_have_attribute("href", "#/cameras/door")
        await expect(rows.nth(2)).to_contain_text("No name")
        assert await serious(page) == []
        await keep_screenshot(page, "network-desk")
        await page.emulate_media(color_scheme="dark")
        await keep_screenshot(page, "network-desk-dark")
        await rows.nth(1).get_by_role("link", name="Add as camera").click()
        field = page.locator("gcam-add-camera wa-input").first
        await expect(field).to_have_js_property("value", "10.77.0.100")
        await expect(page.get_by_role("button", name="Look", exact=False).first).to_be_enabled()
        phone = await signed_in(browser, site, **PHONE)
        await phone.goto(f"{site.url}/#/system?tab=network")
        await expect(phone.get_by_text("Aucune sortie")).to_be_visible()
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "network-phone-fr")
        await phone.emulate_media(color_scheme="dark")
        await keep_screenshot(phone, "network-phone-dark")


async def test_a_board_is_named_given_an_address_and_taken_back(tmp_path: Path) -> None:
    stands = KnownBoard("24:6f:28:00:00:01", "front-door", IPv4Address("10.77.0.20"))
    network = network_of(NetworkSettings("eth1", boards=(stands,)), LEASES, SERVING, tmp_path)
    async with site_with(tmp_path, network, [DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/system?tab=network")
        rows = page.locator("gcam-camera-network li.lease")
        await expect(rows.nth(0)).to_contain_text("Set in the options file")
        await expect(rows.nth(0).get_by_role("button")).to_have_count(0)
        await page.get_by_role("button", name="Name and address of esp32-000002").click()
        name, address = _fields(page)
        await expect(address).to_have_js_property("value", "10.77.0.100")
        await name.locator("input").fill("front door")
        save = page.locator("gcam-board-dialog").get_by_role("button", name="Save")
        await save.click()
        await expect(name).to_contain_text("give a name of letters, digits and hyphens")
        assert await serious(page) == []
        await keep_screenshot(page, "network-board-desk")
        await name.locator("input").fill("Gate")
        await address.locator("input").fill("10.77.0.20")
        await save.click()
        await expect(address).to_contain_text("10.77.0.20 is given to two boards: give each its own")
        await address.locator("input").fill("10.77.0.30")
        await save.click()
        await expect(page.locator("gcam-board-dialog")).to_have_count(0)
        await expect(rows.nth(1)).to_contain_text("gate")
        await expect(rows.nth(1)).to_contain_text("Gets 10.77.0.30 when it asks again")
        await keep_screenshot(page, "network-named-desk")
        await _on_a_phone_it_is_changed_and_taken_back(page, site)


def _fields(page: Page) -> tuple[Locator, Locator]:
    """Name and address."""
    dialog = page.locator("gcam-board-dialog")
    return dialog.locator("wa-input[name=name]"), dialog.locator("wa-input[name=address]")


async def _on_a_phone_it_is_changed_and_taken_back(desk: Page, site: Site) -> None:
    assert desk.context.browser is not None
    phone = await signed_in(desk.context.browser, site, **PHONE)
    await phone.goto(f"{site.url}/#/system?tab=network")
    rows = phone.locator("gcam-camera-network li.lease")
    await expect(rows.nth(1)).to_contain_text("Reçoit 10.77.0.30")
    assert not await scrolls_sideways(phone)
    await phone.get_by_role("button", name="Nom et adresse de gate").click()
    address = phone.locator("gcam-board-dialog wa-input[name=address]")
    await address.locator("input").fill("10.77.0.1")
    await phone.locator("gcam-board-dialog").get_by_role("button", name="Enregistrer").click()
    await expect(address).to_contain_text("10.77.0.1 est l’adresse de Gcam lui-même")
    assert await serious(phone) == []
    await phone.emulate_media(color_scheme="dark")
    await keep_screenshot(phone, "network-board-phone-dark")
    await phone.locator("gcam-board-dialog").get_by_role("button", name="Retirer").click()
    await expect(phone.locator("gcam-board-dialog")).to_have_count(0)
    await expect(rows.nth(1)).not_to_contain_text("Reçoit")
    await keep_screenshot(phone, "network-taken-back-phone-dark")


async def test_why_it_is_not_served_is_said_in_the_readers_language(tmp_path: Path) -> None:
    network = network_of(NetworkSettings("eth1"), (), STOPPED)
    async with site_with(tmp_path, network, [DOOR]) as site, chromium() as browser:
        phone = await signed_in(browser, site, **PHONE)
        await phone.goto(f"{site.url}/#/system?tab=network")
        await expect(phone.get_by_text("un autre serveur DHCP (10.0.0.1) répond sur eth1")).to_be_visible()
        await expect(phone.get_by_text("Aucune carte n’a encore d’adresse.", exact=False)).to_be_visible()
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "network-stopped")
        network.health = replace(SERVING, notice=because("lan_open", interface="eth1"))
        await expect(phone.get_by_text("sysctl -w", exact=False)).to_be_visible()
        assert not await scrolls_sideways(phone)


async def test_where_there_is_none_the_page_says_how_to(tmp_path: Path) -> None:
    async with site_with(tmp_path, None, [DOOR]) as site, chromium() as browser:
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/system?tab=network")
        await expect(page.get_by_text("There is no camera network")).to_be_visible()
        await expect(page.get_by_role("link", name="How to")).to_be_visible()
        assert await serious(page) == []
        await keep_screenshot(page, "network-none")
