"""A second factor in a real Chromium: an app, recovery codes, passkeys, and being asked again."""

from __future__ import annotations

from pathlib import Path

import pyotp
from playwright.async_api import Page, expect

from gcam_addon.access.sessions import FRESH_S
from tests.support.browser import (
    chromium,
    keep_screenshot,
    needs_chromium,
    new_context,
    scrolls_sideways,
    serious,
)
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import OWNER, PASSWORD, Site, serve

pytestmark = needs_chromium


async def open_account(page: Page, more: str, account: str) -> None:
    await page.get_by_role("button", name=more).click()
    await page.get_by_role("menuitem", name=account).click()


async def sign_in(page: Page, url: str) -> None:
    await page.goto(url)
    await page.locator("wa-input[name=name] input").fill(OWNER)
    await page.locator("wa-input[name=password] input").fill(PASSWORD)
    await page.locator("wa-button[type=submit]").click()


def code_of(site: Site, app: pyotp.TOTP) -> str:
    return app.at(int(site.clock.wall()))


async def test_an_app_is_set_up_asked_for_and_may_be_trusted(tmp_path: Path) -> None:
    async with serve(tmp_path) as site, chromium() as browser:
        page = await signed_in(browser, site, **PHONE)
        await page.goto(site.url)
        await open_account(page, "Plus", "Mon compte")
        section = page.locator("gcam-second-factors")
        site.clock.advance(FRESH_S + 1)  # they have to show once more who they are
        await section.get_by_role("button", name="Ajouter une application").click()
        dialog = page.locator("gcam-prove")
        await dialog.locator("wa-input[name=password] input").fill("not my password")
        await dialog.get_by_role("button", name="Continuer").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        assert await serious(page) == []
        await keep_screenshot(page, "prove-phone-fr")
        await dialog.locator("wa-input[name=password] input").fill(PASSWORD)
        await page.keyboard.press("Enter")

        form = section.locator("form#app")
        app = pyotp.TOTP(await form.locator("code").inner_text())
        await expect(form.get_by_role("img")).to_be_visible()
        await form.locator("wa-input[name=code] input").fill(code_of(site, app))
        assert await serious(page) == []
        assert not await scrolls_sideways(page)
        body = page.locator("gcam-profile-dialog wa-dialog").locator(".body").first
        assert await body.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 1
        await keep_screenshot(page, "second-factor-phone-fr")
        await form.locator("wa-button[type=submit]").click()
        await expect(section.locator(".codes li")).to_have_count(8)
        recovery = await section.locator(".codes code").first.inner_text()
        await keep_screenshot(page, "recovery-codes-phone-fr")

        other = await (await new_context(browser, **DESK)).new_page()
        await sign_in(other, site.url)
        await other.locator("wa-input[name=code] input").fill(recovery)
        await other.locator("wa-checkbox[name=trust]").click()
        assert await serious(other) == []
        await keep_screenshot(other, "sign-in-code-desk")
        await other.locator("wa-button[type=submit]").click()
        await other.get_by_role("button", name="More").click()
        await other.get_by_role("menuitem", name="Sign out").click()
        await sign_in(other, site.url)  # trusted: without a code
        await expect(other.get_by_role("button", name="More")).to_be_visible()


async def test_a_passkey_is_made_signs_in_alone_and_proves_who_it_is(tmp_path: Path) -> None:
    async with serve(tmp_path) as site, chromium() as browser:
        url = site.url.replace("127.0.0.1", "localhost")  # passkeys belong to names
        context = await new_context(browser, **DESK)
        page = await context.new_page()
        devtools = await context.new_cdp_session(page)
        await devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        await sign_in(page, url)
        await open_account(page, "More", "My account")
        section = page.locator("gcam-second-factors")
        await section.get_by_role("button", name="Add a passkey").click()
        await expect(section.locator("li", has_text="Passkey")).to_be_visible()
        (factor,) = site.access.factors.of(site.owner.id)
        assert factor.name == "Passkey"
        await keep_screenshot(page, "passkey-desk")
        await page.reload()
        await page.get_by_role("button", name="More").click()
        await page.get_by_role("menuitem", name="Sign out").click()

        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("button", name="More")).to_be_visible()
        site.clock.advance(FRESH_S + 1)
        await page.goto(f"{url}/#/people?tab=tokens")
        await page.get_by_role("button", name="New token").click()
        await page.locator("gcam-tokens wa-input[name=name] input").fill("script")
        await page.locator("gcam-tokens wa-button[type=submit]").click()
        await page.locator("gcam-prove").get_by_role("button", name="With a passkey").click()
        await expect(page.get_by_text("Copy it now")).to_be_visible()
        assert [token.name for token in site.access.tokens()] == ["script"]

        await page.goto(url)
        await page.get_by_role("button", name="More").click()
        await page.get_by_role("menuitem", name="Sign out").click()
        known = {"authenticatorId": made["authenticatorId"]}
        await devtools.send("WebAuthn.setUserVerified", {**known, "isUserVerified": False})
        (key,) = (await devtools.send("WebAuthn.getCredentials", known))["credentials"]
        assert key["signCount"] > 1
        await site.access.factors.remove_of(site.owner.id)
        await devtools.send("WebAuthn.setUserVerified", {**known, "isUserVerified": True})
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("alert")).to_be_visible()
