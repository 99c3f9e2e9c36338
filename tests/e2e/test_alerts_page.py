"""The page Alerts in a real Chromium, telling a real mail server and a program what moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.browser import keep_screenshot, one_browser, scrolls_sideways, serious
from tests.support.events import motion_started
from tests.support.fakes import make_camera
from tests.support.mail_server import MailServer, mail_server
from tests.support.waiting import until
from tests.support.watch import heartbeat_watch
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import Site, serve

pytestmark = one_browser
DOOR = make_camera("door", name="Entrée")
RULE = {"name": "Motion", "topics": ["motion"], "to": ["hook"]}


async def opened(browser: Browser, site: Site, tab: str = "", **options: object) -> Page:
    page = await signed_in(browser, site, **{**DESK, **options})
    await page.goto(f"{site.url}/#/alerts{tab}")
    return page


def dialog(page: Page) -> Locator:
    return page.locator("wa-dialog[open]")


def typed(form: Locator, name: str) -> Locator:
    return form.locator(f"wa-input[name='{name}'] input")


async def add_mail(page: Page, server: MailServer) -> None:
    await page.get_by_role("button", name="Add somebody to tell").click()
    form = dialog(page)
    await typed(form, "name").fill("Ada’s mail")
    await typed(form, "host").fill("127.0.0.1")
    await form.get_by_label("Encryption").select_option("none")
    await expect(typed(form, "port")).to_have_value("25")
    await typed(form, "port").fill(str(server.port))
    await typed(form, "sender").fill("gcam@example.org")
    await typed(form, "to").fill("ada@example.org, bo@example.org")
    assert await serious(page) == []
    await keep_screenshot(page, "alerts-destination-desk")
    await form.get_by_role("button", name="Save").click()
    await expect(dialog(page)).to_have_count(0)


async def add_hook(page: Page, receiver: AlertReceiver) -> None:
    await page.get_by_role("button", name="Add somebody to tell").click()
    form = dialog(page)
    await form.locator("select[name='kind']").select_option("webhook")
    await typed(form, "name").fill("Hook")
    await typed(form, "url").fill("ftp://nowhere")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("address")
    await typed(form, "url").fill(receiver.url)
    await form.get_by_role("button", name="Save").click()
    await expect(dialog(page)).to_have_count(0)


async def add_rule(page: Page) -> None:
    await page.get_by_role("button", name="Add a rule").click()
    form = dialog(page)
    await typed(form, "name").fill("Somebody at the door")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("Tick at least one who is told")
    await form.locator("wa-checkbox", has_text="Ada’s mail").click()
    await form.locator("wa-checkbox", has_text="Hook").click()
    await form.locator("wa-checkbox", has_text="Entrée").click()
    await expect(form.get_by_text("A camera is away for longer than")).not_to_be_visible()
    await form.locator("input[name='quiet_end']").fill("07:00")
    await form.locator("input[name='quiet_start']").fill("22:00")
    assert await serious(page) == []
    await keep_screenshot(page, "alerts-rule-desk")
    await form.get_by_role("button", name="Save").click()
    await expect(dialog(page)).to_have_count(0)


async def test_from_nobody_to_a_picture_in_the_mail(browser: Browser, tmp_path: Path) -> None:
    async with (
        serve(tmp_path, cameras=[DOOR]) as site,
        mail_server() as server,
        alert_receiver() as receiver,
    ):
        page = await opened(browser, site)
        await expect(page.get_by_text("Nobody is told yet")).to_be_visible()
        await keep_screenshot(page, "alerts-none-desk")
        await add_mail(page, server)
        mail = page.locator("gcam-alert-destinations li", has_text="Ada’s mail")
        await mail.get_by_role("button", name="Send a trial").click()
        await expect(mail.get_by_role("status")).to_contain_text("The server said: taken as 4711")
        await add_hook(page, receiver)
        await add_rule(page)
        rule = page.locator("gcam-alert-rules li")
        await expect(rule).to_contain_text(
            "Something moves · Entrée · quiet from 22:00 to 07:00 → Ada’s mail, Hook"
        )
        assert await serious(page) == []
        await keep_screenshot(page, "alerts-desk")

        site.engine.publish(motion_started())
        await receiver.until_told(1)
        await page.get_by_role("tab", name="What was told").click()
        letters = page.locator("gcam-alert-letters li")
        await expect(letters.filter(has_text="Sent in")).to_have_count(2)
        await expect(letters.filter(has_text="Ada’s mail")).to_contain_text("taken as 4711")
        assert await serious(page) == []
        await keep_screenshot(page, "alerts-letters-desk")
        assert len(server.received) == 2


async def test_what_fails_says_why_and_what_waits_is_sent_by_a_trial(
    browser: Browser, tmp_path: Path
) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, alert_receiver() as receiver:
        await _told_of(site, receiver)
        receiver.status = 403
        page = await opened(browser, site)
        site.engine.publish(motion_started())
        row = page.locator("gcam-alert-destinations li")
        await row.get_by_role("button", name="Send a trial").click()
        await expect(row.get_by_role("status")).to_contain_text("403")
        await page.get_by_role("tab", name="What was told").click()
        await expect(page.locator("gcam-alert-letters li")).to_contain_text("Failed")
        await keep_screenshot(page, "alerts-failed-desk")

        receiver.status = 200
        await page.get_by_role("tab", name="Who is told").click()
        await row.get_by_role("button", name="Send a trial").click()
        await expect(row.get_by_role("status")).to_contain_text("Taken after")
        await receiver.until_told(2)
        assert [letter["topic"] for letter in receiver.letters] == ["trial", "motion"]


async def test_a_secret_is_never_shown_and_stays_where_nobody_types_another(
    browser: Browser, tmp_path: Path
) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, alert_receiver() as receiver:
        await _told_of(site, receiver)
        page = await opened(browser, site)
        row = page.locator("gcam-alert-destinations li")
        await row.get_by_role("button", name="Change").click()
        form = dialog(page)
        await expect(typed(form, "url")).to_have_value("")
        await expect(form).to_contain_text("Is set, and never shown")
        await typed(form, "name").fill("Other")
        await form.get_by_role("button", name="Save").click()
        await expect(row).to_contain_text("Other")
        await row.get_by_role("button", name="Send a trial").click()
        await expect(row.get_by_role("status")).to_contain_text("Taken after")
        assert receiver.url not in await page.content()


async def test_rules_are_switched_paused_and_removed(browser: Browser, tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, alert_receiver() as receiver:
        await _told_of(site, receiver)
        page = await opened(browser, site)
        rule = page.locator("gcam-alert-rules li")
        await rule.get_by_role("button", name="Switch off").click()
        await expect(rule).to_contain_text("Off ·")
        assert not site.services.alerts.settings.rules[0].enabled
        await rule.get_by_role("button", name="Switch on").click()
        await expect(rule).not_to_contain_text("Off ·")

        peace = page.locator("gcam-alert-snooze")
        await peace.get_by_label("Of").select_option(label="Entrée")
        await peace.get_by_role("button", name="Pause").click()
        await expect(peace).to_contain_text("Entrée: paused until")
        site.engine.publish(motion_started())
        await until(lambda: not site.services.alerts._heard)
        await peace.get_by_role("button", name="Tell again").click()
        await expect(peace).not_to_contain_text("paused until")
        site.engine.publish(motion_started(event_id="e2"))
        await receiver.until_told(1)
        assert [letter["happening"] for letter in receiver.letters] == ["e2"]

        await page.get_by_role("textbox", name="Address of this page, in alerts").fill("https://gcam.example")
        await page.locator("gcam-alert-link").get_by_role("button", name="Save").click()
        await expect(page.locator("wa-toast-item", has_text="Alerts lead there from now on")).to_be_visible()
        assert site.services.alerts.settings.link == "https://gcam.example"

        await page.locator("gcam-alert-destinations").get_by_role("button", name="Remove").click()
        await dialog(page).get_by_role("button", name="Remove").click()
        await expect(page.get_by_text("Nobody is told yet")).to_be_visible()
        assert site.services.alerts.settings.rules == ()


async def test_the_heartbeat_is_switched_on_and_off(browser: Browser, tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, heartbeat_watch() as watch:
        page = await opened(browser, site)
        heartbeat = page.locator("gcam-alert-heartbeat")
        address = heartbeat.get_by_role("textbox", name="Address that is called")
        await heartbeat.get_by_role("button", name="Save").click()
        await expect(address).to_be_focused()  # the browser asks for it
        assert watch.calls == []

        await address.fill(watch.url)
        await heartbeat.get_by_label("Every").select_option(label="10 minutes")
        await heartbeat.get_by_role("button", name="Save").click()
        await expect(page.locator("wa-toast-item", has_text="called from now on")).to_be_visible()
        await until(lambda: watch.calls)
        await expect(heartbeat).to_contain_text("127.0.0.1 · got through")
        await expect(address).to_have_value("")
        assert watch.url not in await page.content()
        assert await serious(page) == []
        await keep_screenshot(page, "alerts-heartbeat-desk")

        watch.status = 403
        await heartbeat.get_by_label("Every").select_option(label="1 minute")
        await heartbeat.get_by_role("button", name="Save").click()
        await until(lambda: site.services.alerts.heartbeat.problem)
        await page.reload()
        await expect(heartbeat).to_contain_text("127.0.0.1 did not take it: 403 as told")
        await expect(heartbeat.get_by_label("Every")).to_have_value("60")
        await keep_screenshot(page, "alerts-heartbeat-refused-desk")

        await heartbeat.get_by_role("button", name="Switch off").click()
        await expect(heartbeat).not_to_contain_text("127.0.0.1")
        assert site.services.alerts.settings.heartbeat is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_in_french(browser: Browser, tmp_path: Path, scheme: str) -> None:
    async with serve(tmp_path, cameras=[DOOR]) as site, alert_receiver() as receiver:
        await _told_of(site, receiver)
        page = await opened(browser, site, **PHONE, color_scheme=scheme)
        await expect(page.locator("gcam-alert-rules li")).to_contain_text("Toutes les caméras")
        assert await serious(page) == []
        assert not await scrolls_sideways(page)
        await keep_screenshot(page, f"alerts-phone-fr-{scheme}")
        await page.locator("gcam-alert-heartbeat").get_by_role("button").scroll_into_view_if_needed()
        await keep_screenshot(page, f"alerts-heartbeat-phone-fr-{scheme}")
        await page.get_by_role("button", name="Ajouter une règle").click()
        await expect(dialog(page).get_by_role("checkbox", name="Hook")).to_be_checked()
        assert await serious(page) == []
        await keep_screenshot(page, f"alerts-rule-phone-fr-{scheme}")


async def _told_of(site: Site, receiver: AlertReceiver) -> None:
    hook = {"name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}}
    for what, body in (("destinations/hook", hook), ("rules/r", RULE)):
        async with site.http.put(f"/api/v1/alerts/{what}", json=body) as answer:
            assert answer.status == 204
