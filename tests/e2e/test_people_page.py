"""The page People in a real Chromium: the log of one person, and one's own name."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import FloatRect, Locator, Page, expect

from gcam_addon.access.principal import Role
from tests.support.browser import (
    chromium,
    keep_screenshot,
    needs_chromium,
    new_context,
    scrolls_sideways,
    serious,
)
from tests.support.fakes import make_camera
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import OWNER, PASSWORD, STARTED_AT, Site, make_clip, serve

pytestmark = needs_chromium
DOOR = make_camera("door")
BROKEN = """(cells) => cells.flatMap((cell) => {
    const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const broken = [];
    while (text.nextNode())
        for (const { index, 0: word } of text.currentNode.data.matchAll(/[^\\s-]+/g)) {
            const range = new Range();
            range.setStart(text.currentNode, index);
            range.setEnd(text.currentNode, index + word.length);
            if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(word);
        }
    return broken;
})"""
"""Words that do not stand on one line."""


async def the_menu_keeps_its_pictures(page: Page, site: Site) -> None:
    """Also beside the longest word with the largest number."""
    await page.route("**/api/v1/history/unreviewed*", lambda route: route.fulfill(json={"count": 1234}))
    for place in ("people", "events"):
        await page.goto(f"{site.url}/#/{place}")
        events = page.locator("nav .item", has_text="Événements")
        await expect(events.locator(".badge")).to_contain_text("99+")
        widths = [box["width"] for box in await boxes(page.locator("nav .item gcam-icon"))]
        assert min(widths) == max(widths) > 0
        (item,), (badge,) = await boxes(events), await boxes(events.locator(".badge"))
        assert badge["x"] + badge["width"] <= item["x"] + item["width"]


async def the_log_breaks_no_word(phone: Page) -> None:
    """On a phone, in French."""
    cells = phone.get_by_role("cell")
    await expect(cells.filter(has_text="2001:db8::1:5678")).to_be_visible()
    assert await cells.evaluate_all(BROKEN) == []
    assert not await scrolls_sideways(phone)


async def boxes(parts: Locator) -> list[FloatRect]:
    found = [await part.bounding_box() for part in await parts.all()]
    return [box for box in found if box is not None]


async def test_the_log_by_person_and_my_own_name(tmp_path: Path) -> None:
    async with serve(tmp_path) as site, chromium() as browser:
        bob = await site.access.add("bob", PASSWORD, Role.VIEWER, None)
        site.access.audit.note(bob.principal, "192.0.2.7", "sign_in")
        site.access.audit.note(
            site.owner.principal, "2001:db8::1:5678", "clip.view", "garden-1795941603046-9f3a"
        )
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/people")
        await page.get_by_role("tab", name="Log").click()
        await expect(page.locator("gcam-deeds tbody tr")).to_have_count(3)
        watched = page.locator("gcam-deeds tbody tr", has_text="watched the recording")
        await expect(watched).to_contain_text(re.compile(r"watched the recording Garden, \d+ \w+ 2026"))
        await page.locator("gcam-deeds wa-select").click()
        await page.get_by_role("option", name="bob").click()
        await expect(page.locator("gcam-deeds tbody tr")).to_have_count(1)
        await expect(page.locator("gcam-deeds tbody tr")).to_contain_text("192.0.2.7")
        assert f"who={bob.id}" in page.url
        await page.reload()
        await expect(page.locator("gcam-deeds tbody tr")).to_have_count(1)
        await the_menu_keeps_its_pictures(await signed_in(browser, site, **DESK, locale="fr-BE"), site)
        assert await serious(page) == []
        await keep_screenshot(page, "log-of-bob-desk")

        phone = await signed_in(browser, site, **PHONE)
        await phone.goto(f"{site.url}/#/people?tab=audit")
        await the_log_breaks_no_word(phone)
        await phone.get_by_role("button", name="Plus").click()
        await phone.get_by_role("menuitem", name="Mon compte").click()
        form = phone.locator("gcam-profile-dialog form#name")
        await form.locator("wa-input[name=name] input").fill("Marie")
        await form.locator("wa-input[name=present] input").fill("not my password")
        await form.locator("wa-button").click()
        await expect(form.get_by_role("alert")).to_be_visible()
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "own-name-phone-fr")
        await form.locator("wa-input[name=present] input").fill(PASSWORD)
        await form.locator("wa-button").click()
        await expect(phone.locator("wa-toast-item", has_text="en tant que Marie")).to_be_visible()
        await expect(phone.locator("gcam-profile-dialog")).to_have_count(0)
        assert site.access.person(site.owner.id).name == "Marie"


async def test_my_account_lists_where_i_am_and_what_i_shared(tmp_path: Path) -> None:
    """In French on a phone: a member, whom the page People is not for."""
    clip = make_clip("d1", DOOR, STARTED_AT)
    async with serve(tmp_path, cameras=[DOOR], clips=[clip]) as site, chromium() as browser:
        await site.services.shares.add(clip.id, 24, site.owner.id, OWNER)
        bob = await site.access.add("bob", PASSWORD, Role.MEMBER, None)
        await site.services.shares.add(clip.id, 24, bob.id, "bob")
        await site.access.begin_session(
            bob, address="192.0.2.9", agent="Mozilla/5.0 (iPad; OS 19) Safari/604.1"
        )
        phone = await (await new_context(browser, **PHONE)).new_page()
        login = {"name": "bob", "password": PASSWORD}
        assert (await phone.context.request.post(f"{site.url}/api/v1/session", data=login)).ok
        await phone.goto(site.url)
        await phone.get_by_role("button", name="Plus").click()
        await phone.get_by_role("menuitem", name="Mon compte").click()
        account = phone.locator("gcam-profile-dialog")
        await expect(account.locator("gcam-links li")).to_have_count(1)
        await expect(account.locator("gcam-links li")).to_contain_text("créé par bob")
        there = account.get_by_role("listitem").filter(has_text="192.0.2.9")
        await expect(there).to_contain_text("Safari · iPad")
        await there.scroll_into_view_if_needed()
        assert await serious(phone) == []
        await keep_screenshot(phone, "my-account-phone-fr")
        await there.get_by_role("button", name="Déconnecter").click()
        await expect(there).to_have_count(0)
        await account.get_by_role("button", name="Révoquer").click()
        await expect(account.get_by_text("Aucun lien.")).to_be_visible()
        assert [share.created_by for share, _ in await site.services.shares.list()] == [OWNER]


async def test_links_are_listed_and_ended(tmp_path: Path) -> None:
    """At desk by day in English; on a phone by night in French."""
    clips = [
        make_clip(name, DOOR, STARTED_AT + 60 * number) for number, name in enumerate(("d1", "d2", "d3"))
    ]
    async with serve(tmp_path, cameras=[DOOR], clips=clips) as site, chromium() as browser:
        for clip in clips:
            await site.services.shares.add(clip.id, 24, site.owner.id, OWNER)
        page = await signed_in(browser, site, **DESK)
        await page.goto(f"{site.url}/#/people")
        await page.get_by_role("tab", name="Links").click()
        links = page.locator("gcam-links li")
        await expect(links).to_have_count(3)
        await expect(links.first).to_contain_text(f"made by {OWNER}")
        assert await serious(page) == []
        await keep_screenshot(page, "links-desk")

        phone = await signed_in(browser, site, **PHONE, color_scheme="dark")
        await phone.goto(f"{site.url}/#/people?tab=links")
        theirs = phone.locator("gcam-links li")
        await expect(theirs).to_have_count(3)
        assert await serious(phone) == []
        assert not await scrolls_sideways(phone)
        await keep_screenshot(phone, "links-phone-fr")
        await theirs.first.get_by_role("button").click()
        await expect(theirs).to_have_count(2)
        await phone.get_by_role("button", name="Tout révoquer").click()
        await keep_screenshot(phone, "links-end-phone-fr")
        await phone.locator("wa-dialog[open] wa-button[variant=danger]").click()
        await expect(theirs).to_have_count(0)
        assert await site.services.shares.list() == []
        await page.reload()
        await expect(page.get_by_text("No links.")).to_be_visible()
