"""The page Guard in a real Chromium: every state of it, on a desk, a phone and a tablet on the wall; and with
the real program from arming it on a phone to an alarm of what moves, and the code that ends it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from gcam_addon.access.principal import Role
from gcam_addon.model import CameraChanged, MotionStarted, Status
from gcam_addon.model.guard import Tamper, tamper_words
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.browser import keep_screenshot, new_context, one_browser, scrolls_sideways, serious
from tests.support.engine_rig import Marked
from tests.support.fakes import make_camera, make_state
from tests.support.jpegs import jpeg
from tests.support.program import Program
from tests.support.two_cameras import settings_of, two_boards
from tests.support.waiting import patience
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import PASSWORD, Site, serve

pytestmark = one_browser
DOOR, GARDEN = make_camera("door"), make_camera("garden")
TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("desk", DESK),
    ("desk-dark", {**DESK, "color_scheme": "dark"}),
    ("phone-fr", PHONE),
    ("phone-fr-dark", {**PHONE, "color_scheme": "dark"}),
    ("tablet", {**TABLET, "reduced_motion": "reduce"}),
    ("tablet-dark", {**TABLET, "color_scheme": "dark"}),
)
CODE = "2580"
AWAY = {
    "id": "away",
    "name": "Away",
    "watches": [{"camera_id": "door", "entry_s": 45}, {"camera_id": "garden"}],
    "exit_s": 60,
    "alarm_s": None,
}
NIGHT = {
    "id": "night",
    "name": "Night",
    "watches": [{"camera_id": "garden"}],
    "kinds": ["person"],
    "exit_s": 0,
}
HOME = {"id": "home", "name": "Home", "watches": []}


async def ask(site: Site, method: str, path: str, body: Any = None) -> Any:
    async with site.http.request(method, f"/api/v1/guard/{path}".rstrip("/"), json=body) as response:
        assert response.ok, await response.text()
        return await response.json() if response.status != 204 else None


def connect(site: Site, camera_id: str, status: Status = Status.CONNECTED) -> None:
    camera = DOOR if camera_id == "door" else GARDEN
    site.engine.camera_states[camera_id] = make_state(camera, status=status)
    site.engine.publish(CameraChanged(site.engine.camera_states[camera_id]))


def move(site: Site, camera_id: str) -> None:
    now = site.clock.wall()
    site.engine.publish(
        MotionStarted(camera_id, f"{camera_id}-{now}", 1.0, now, 3.0, "moved", jpeg=jpeg(1, 320, 240))
    )


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path, cameras=(DOOR, GARDEN)) as site:
        for camera in (DOOR, GARDEN):
            connect(site, camera.id)
        await ask(site, "PUT", "settings", {"modes": [AWAY, NIGHT, HOME], "windows": [], "place": None})
        yield site


async def looked_at(pages: dict[str, Page], state: str) -> None:
    for look, page in pages.items():
        await page.evaluate("document.fonts.ready")
        await keep_screenshot(page, f"guard-{state}-{look}")
        assert await serious(page) == [], (look, state)
        assert not await scrolls_sideways(page), (look, state)


def standing(page: Page) -> Locator:
    return page.locator("gcam-guard-control .standing")


async def all_stand(pages: dict[str, Page], phase: str) -> None:
    for page in pages.values():
        await expect(standing(page)).to_have_attribute("data-phase", phase)


async def test_every_state_on_every_screen(site: Site, browser: Browser) -> None:
    """What one page does, all others show without being asked."""
    pages = {look: await signed_in(browser, site, **device) for look, device in LOOKS}
    for page in pages.values():
        await page.goto(f"{site.url}/#/guard")
        await expect(page.locator("gcam-mode-cards article")).to_have_count(3)
    desk = pages["desk"]
    away = desk.locator("article", has_text="Away")
    await expect(away).to_contain_text("Who comes in by Door has 45 seconds to disarm.")
    await looked_at(pages, "disarmed")

    connect(site, "garden", Status.LOST)
    await expect(away).to_contain_text("Garden does not answer.")
    await looked_at(pages, "not-ready")
    await desk.get_by_role("button", name="Arm anyway, without Garden: Away").click()
    await all_stand(pages, "arming")
    await expect(desk.get_by_role("timer").first).to_have_text(re.compile(r"^(1:00|0:\d\d)$"))
    await expect(standing(desk)).to_contain_text("Not watched until they are back: Garden")
    await looked_at(pages, "arming")

    connect(site, "garden")
    await desk.get_by_role("button", name="Nobody is left: arm now").click()
    await all_stand(pages, "armed")
    await ask(site, "PUT", f"codes/{site.owner.id}", {"code": CODE})
    for page in pages.values():
        await page.reload()
        await expect(page.locator("gcam-code-pad")).to_be_visible()
    await looked_at(pages, "armed")

    move(site, "door")
    await all_stand(pages, "entry")
    await looked_at(pages, "entry")
    move(site, "garden")
    await all_stand(pages, "alarm")
    for page in pages.values():
        await expect(page.locator("gcam-alarm-card img")).to_be_visible()
    await looked_at(pages, "alarm")
    for page in (desk, pages["phone-fr"]):
        await page.goto(f"{site.url}/#/events")
    sign = desk.locator("gcam-guard-sign")
    await expect(sign).to_contain_text("Alarm Away")
    await expect(sign).to_contain_text("Garden: something moves")
    await expect(pages["phone-fr"].get_by_role("button", name="Couper les sirènes")).to_be_visible()
    await looked_at({look: pages[look] for look in ("desk", "phone-fr")}, "alarm-elsewhere")
    await sign.get_by_role("button", name="Silence the sirens").click()
    await expect(sign.get_by_role("button", name="Silence the sirens")).to_have_count(0)
    await sign.get_by_role("link", name="Disarm").click()
    await pages["phone-fr"].go_back()

    await desk.keyboard.type("1357")
    await desk.keyboard.press("Enter")
    await expect(desk.locator(".problem")).to_contain_text("that is not a code of anybody who may do this")
    await expect(desk.locator("gcam-code-pad input")).to_have_value("")
    await looked_at({"desk": desk}, "wrong-code")
    await desk.keyboard.type(CODE)
    await desk.keyboard.press("Enter")
    await all_stand(pages, "disarmed")
    await expect(desk.locator("gcam-alarm-card")).to_be_visible()
    await looked_at(pages, "after-an-alarm")
    await desk.goto(f"{site.url}/#/live")
    await expect(sign).to_contain_text("There was an alarm")
    await sign.get_by_role("button", name="I know of this alarm").click()
    await expect(sign).to_have_count(0)
    await desk.goto(f"{site.url}/#/guard")
    await expect(pages["phone-fr"].locator("gcam-alarm-card")).to_have_count(0)

    await desk.get_by_role("tab", name="Log").click()
    await expect(desk.locator("gcam-guard-log li").first).to_contain_text("acknowledged the alarm")
    await looked_at({"desk": desk}, "log")


async def test_a_covered_lens_is_told_where_it_is_looked_at_and_before_anything_is_armed(
    site: Site, browser: Browser
) -> None:
    """It sends pictures as always; they only show no place any more."""
    said = tamper_words(Tamper.COVERED)
    state = make_state(GARDEN, tamper=Tamper.COVERED, problem=said, problem_code=str(Tamper.COVERED))
    site.engine.camera_states["garden"] = state
    site.engine.publish(CameraChanged(state))
    pages = {look: await signed_in(browser, site, **device) for look, device in LOOKS[:4]}
    for look, page in pages.items():
        await page.goto(f"{site.url}/#/live")
        said = "Quelque chose est devant" if "fr" in look else "Something is before its lens."
        await expect(page.locator("gcam-camera-tile", has_text="Garden")).to_contain_text(said)
        await expect(page.locator("gcam-camera-tile", has_text="Garden")).to_have_attribute(
            "look", "unseeing"
        )
    await looked_at(pages, "tampered-live")
    for page in pages.values():
        await page.goto(f"{site.url}/#/live/garden")
        await expect(page.locator("gcam-camera-view .why")).not_to_be_empty()
    await looked_at(pages, "tampered-camera")
    for page in pages.values():
        await page.goto(f"{site.url}/#/guard")
        await expect(page.locator("gcam-mode-cards article")).to_have_count(3)
    away = pages["desk"].locator("article", has_text="Away")
    await expect(away.get_by_role("button", name="Arm anyway, without Garden: Away")).to_be_visible()
    await looked_at(pages, "tampered")


async def test_in_some_minutes_and_on_the_wall(site: Site, browser: Browser) -> None:
    page = await signed_in(browser, site, **TABLET)
    await page.goto(f"{site.url}/#/guard")
    await page.get_by_role("combobox", name="Arm").select_option("15")
    await page.get_by_role("button", name="Arm in 15 minutes: Away").click()
    await expect(standing(page)).to_contain_text("Will be armed at")
    await keep_screenshot(page, "guard-planned-tablet")
    await page.get_by_role("button", name="Do not arm").click()
    await expect(standing(page)).not_to_contain_text("Will be armed at")
    await page.get_by_role("combobox", name="Arm").select_option("-1")
    await page.get_by_role("button", name="Arm: Away").click()
    await expect(standing(page)).to_have_attribute("data-phase", "armed")
    await expect(page.get_by_role("navigation").get_by_role("link", name="Guard")).to_contain_text("Armed")
    await page.goto(f"{site.url}/#/kiosk")
    await expect(page.locator("gcam-guard-sign")).to_contain_text("Armed Away")
    await keep_screenshot(page, "guard-kiosk-tablet")
    await page.goto(f"{site.url}/#/live")
    await expect(page.locator("gcam-camera-tile").first).to_be_visible()
    await expect(page.locator("gcam-guard-sign")).to_have_count(0)


async def test_what_would_blind_it_is_refused_in_words_with_the_way_to_disarm(
    site: Site, browser: Browser
) -> None:
    site.cameras.consent = site.services.guard.consent
    await ask(site, "POST", "arm", {"mode_id": "away", "skip_delay": True})
    page = await signed_in(browser, site, **DESK)
    await page.goto(f"{site.url}/#/cameras/door")
    await page.locator(".head wa-switch").click()
    told = page.locator("wa-toast-item", has_text="Door is being guarded: disarm first")
    await expect(told).to_be_visible()
    await expect(page.get_by_role("switch", name="On", exact=True)).to_be_checked()
    await keep_screenshot(page, "guard-forbids-desk")
    await told.get_by_role("button", name="To the guard").click()
    await expect(standing(page)).to_have_attribute("data-phase", "armed")


async def test_who_may_only_look_and_who_sees_only_some(site: Site, browser: Browser) -> None:
    await site.access.add("looker", PASSWORD, Role.VIEWER, None)
    await site.access.add("guest", PASSWORD, Role.MEMBER, frozenset({"door"}))
    looker, guest = [await (await new_context(browser, **DESK)).new_page() for _ in range(2)]
    for name, page in (("looker", looker), ("guest", guest)):
        login = {"name": name, "password": PASSWORD}
        assert (await page.context.request.post(f"{site.url}/api/v1/session", data=login)).ok
        await page.goto(f"{site.url}/#/guard")
    await expect(standing(looker)).to_contain_text("You may look, but not arm or disarm.")
    await expect(looker.locator("article")).to_have_count(3)
    await expect(looker.locator("gcam-guard-control button")).to_have_count(0)
    await expect(looker.get_by_role("tab")).to_have_count(0)
    await expect(guest.get_by_text("The guard is about all cameras")).to_be_visible()
    await expect(guest.get_by_role("navigation").get_by_role("link", name="Guard")).to_have_count(0)
    assert await serious(guest) == []
    await keep_screenshot(guest, "guard-guest-desk")


async def test_what_it_watches_when_and_by_whose_code_is_decided_on_the_page(
    site: Site, browser: Browser
) -> None:
    pages = {look: await signed_in(browser, site, **device) for look, device in LOOKS[:4]}
    for page in pages.values():
        await page.goto(f"{site.url}/#/guard?tab=settings")
        await expect(page.locator("gcam-mode-form")).to_have_count(3)
    desk = pages["desk"]
    home = desk.locator("gcam-mode-form", has_text="Home")
    for page in pages.values():
        await page.locator("gcam-mode-form summary").nth(2).click()
    await home.get_by_label("Garden", exact=True).check()
    await home.get_by_label("Seconds to disarm: Garden").fill("20")
    await home.get_by_label("Animal").uncheck()
    await home.get_by_label("An alarm lasts until somebody disarms").check()
    await desk.get_by_role("button", name="Add times").click()
    times = desk.locator("gcam-window-form")
    await times.get_by_role("checkbox", name="Sun").uncheck()
    await times.get_by_role("combobox", name="From").select_option("sunset")
    await times.get_by_label("Minutes after").fill("15")
    await desk.get_by_role("button", name="Save").first.click()
    await expect(desk.locator(".problem")).to_be_visible()
    await desk.get_by_label("Latitude").fill("50.85")
    await desk.get_by_label("Longitude").fill("4.35")
    await looked_at(pages, "settings")
    await desk.get_by_role("button", name="Save").first.click()
    await expect(desk.get_by_text("The guard's settings are saved.").first).to_be_visible()
    kept = await ask(site, "GET", "settings")
    assert kept["modes"][2]["watches"] == [{"camera_id": "garden", "zone": None, "entry_s": 20}]
    assert (sorted(kept["modes"][2]["kinds"]), kept["modes"][2]["alarm_s"]) == (
        ["person", "unnamed", "vehicle"],
        None,
    )
    assert [one["entry_s"] for one in kept["modes"][0]["watches"]] == [45, 0]
    (window,) = kept["windows"]
    assert (window["days"], window["begin"], window["end"]) == ([0, 1, 2, 3, 4, 5], "sunset+15", "07:00")

    codes = desk.locator("gcam-guard-codes")
    await codes.get_by_role("button", name="Give a code").click()
    await codes.get_by_label("Code", exact=True).fill("1111")
    await codes.get_by_role("button", name="Save").click()
    await expect(codes.locator(".problem")).to_be_visible()
    await codes.get_by_label("Code", exact=True).fill(CODE)
    await codes.get_by_label("Code for duress").fill("7913")
    await codes.get_by_role("button", name="Save").click()
    await expect(codes).to_contain_text("has a code, and one for duress")
    assert (await ask(site, "GET", ""))["asks_code"]


LISTENS = """
    window.tones = [];
    const begin = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        window.tones.push([performance.now(), document.querySelector("gcam-app") !== null]);
        return begin.call(this);
    };
"""


@pytest_asyncio.fixture(loop_scope="module")
async def boards(scene: Marked) -> AsyncIterator[list[SimulatedCamera]]:
    async with two_boards(scene) as boards:
        yield boards


@pytest.fixture
def scene() -> Marked:
    scene = Marked()
    scene.calm = True
    return scene


async def becomes_owner(page: Page, gcam: Program) -> None:
    owner = {"name": "Ada", "password": PASSWORD}
    assert (await page.context.request.post(f"{gcam.url}/api/v1/setup", data=owner)).status == 201
    await page.goto(gcam.url)
    await expect(page.locator("gcam-camera-tile")).to_have_count(2)


async def decide(gcam: Program, *modes: dict[str, Any]) -> None:
    settings = {"modes": modes, "windows": [], "place": None}
    http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
    async with http, http.put("/api/v1/guard/settings", json=settings) as response:
        assert response.status == 200, await response.text()


async def give_code(gcam: Program, code: str, duress: str | None = None) -> None:
    (owner,) = (await gcam.get("/api/v1/people"))["people"]
    http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
    async with (
        http,
        http.put(f"/api/v1/guard/codes/{owner['id']}", json={"code": code, "duress": duress}) as response,
    ):
        assert response.status == 204, await response.text()


async def calm(gcam: Program) -> None:
    """Both boards are seen, and nothing moves."""
    for name in ("Door", "Yard"):
        await gcam.until_connected(name)
    async with patience():
        for camera in ("door", "yard"):
            while (state := await gcam.state(camera))["motion"] or state["frames"] < 20:
                await asyncio.sleep(0.1)


async def test_armed_on_the_phone_an_alarm_of_what_moves_and_disarmed_by_code(
    tmp_path: Path, browser: Browser, boards: list[SimulatedCamera], scene: Marked
) -> None:
    async with AsyncExitStack() as stack:
        gcam = await stack.enter_async_context(Program(settings_of(boards, tmp_path), "--mqtt", "off"))
        phone = await (
            await new_context(browser, **{**PHONE, "locale": "en-GB", "bypass_csp": False})
        ).new_page()
        wrong: list[str] = []
        phone.on("pageerror", lambda error: wrong.append(str(error)))
        await phone.add_init_script(LISTENS)
        await becomes_owner(phone, gcam)
        away = {
            "id": "away",
            "name": "Away",
            "watches": [{"camera_id": "yard"}],
            "exit_s": 4,
            "alarm_s": None,
        }
        await decide(gcam, away)
        await give_code(gcam, CODE)
        await calm(gcam)

        await phone.get_by_role("navigation").get_by_role("link", name="Guard").click()
        await phone.get_by_role("button", name="Sound is off: switch it on").click()
        await phone.get_by_role("button", name="Arm: Away").click()
        await expect(standing(phone)).to_have_attribute("data-phase", "arming")
        await expect(standing(phone)).to_have_attribute("data-phase", "armed")
        assert len(await phone.evaluate("window.tones")) >= 4, "seconds are heard"

        scene.calm = False
        await expect(standing(phone)).to_have_attribute("data-phase", "alarm")
        await expect(phone.locator("gcam-alarm-card")).to_contain_text("Yard")
        await expect(phone.locator("gcam-alarm-card img")).to_be_visible()
        await keep_screenshot(phone, "guard-real-alarm-phone")
        assert (await gcam.get("/api/v1/guard"))["guard"]["alarm"]["causes"][0]["camera_id"] == "yard"
        before = len(await phone.evaluate("window.tones"))
        await phone.wait_for_function("count => window.tones.length > count", arg=before)

        for _ in range(6):
            await types(phone, "9513")
        await expect(phone.locator(".problem")).to_contain_text("Too many attempts")
        assert (await gcam.get("/api/v1/guard"))["guard"]["phase"] == "alarm"
        async with patience():
            while (await gcam.get("/api/v1/guard"))["guard"]["phase"] == "alarm":
                await types(phone, CODE)
                await asyncio.sleep(0.5)
        await expect(standing(phone)).to_have_attribute("data-phase", "disarmed")
        await expect(standing(phone)).to_contain_text("Ada")
        assert wrong == []


async def test_the_code_for_duress_looks_like_any_other_and_tells_in_secret(
    tmp_path: Path, browser: Browser, boards: list[SimulatedCamera]
) -> None:
    """Whoever stands beside them sees a house disarmed: no page of Gcam, not even the owner's, shows more."""
    async with AsyncExitStack() as stack:
        receiver = await stack.enter_async_context(alert_receiver())
        gcam = await stack.enter_async_context(Program(settings_of(boards, tmp_path), "--mqtt", "off"))
        phone = await (await new_context(browser, **{**PHONE, "locale": "en-GB"})).new_page()
        frames: list[str] = []
        phone.on(
            "websocket", lambda socket: socket.on("framereceived", lambda said: frames.append(str(said)))
        )
        await becomes_owner(phone, gcam)
        away = {"id": "away", "name": "Away", "watches": [{"camera_id": "yard"}], "exit_s": 0}
        await decide(gcam, away)
        await give_code(gcam, CODE, duress="7913")
        await alerted(gcam, receiver)
        await calm(gcam)

        looks = []
        for code in (CODE, "7913"):
            await phone.goto(f"{gcam.url}/#/guard")
            await phone.get_by_role("button", name="Arm: Away").click()
            await expect(standing(phone)).to_have_attribute("data-phase", "armed")
            frames.clear()
            await types(phone, code)
            await expect(standing(phone)).to_have_attribute("data-phase", "disarmed")
            if code != CODE:
                await receiver.until_told(1)
            looks.append(await everything_shown(phone, gcam) | {"frames": kinds_of(frames)})
        assert looks[1] == looks[0]
        assert "Disarmed" in looks[1]["guard"]
        assert "Hook" in looks[1]["alerts"]
        assert "Ada disarmed" in looks[1]["log"]
        assert looks[0]["frames"], "the page was told that it is disarmed"
        assert "made to" not in str(looks)
        assert "7913" not in str(looks)

        (letter,) = receiver.letters
        assert (letter["topic"], letter["importance"]) == ("alarm", "urgent")
        assert "somebody was made to disarm" in letter["text"]


async def alerted(gcam: Program, receiver: AlertReceiver) -> None:
    """Of alarms, and only while it is armed, as people have it."""
    hook = {"name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}}
    rule = {"name": "Alarm", "topics": ["alarm"], "to": ["hook"], "armed": True}
    for path, sent in (("destinations/hook", hook), ("rules/alarm", rule)):
        status, said = await gcam.ask("PUT", f"alerts/{path}", sent)
        assert status == 204, said


async def everything_shown(page: Page, gcam: Program) -> dict[str, Any]:
    """What somebody who takes the phone from them finds, without its times."""
    shown = {"guard": await read(page)}
    await page.get_by_role("tab", name="Log").click()
    await expect(page.locator("gcam-guard-log li").first).to_contain_text("disarmed")
    shown["log"] = await page.locator("gcam-guard-log li").first.inner_text()
    await page.goto(f"{gcam.url}/#/alerts")
    await expect(page.get_by_text("Hook").first).to_be_visible()
    shown["alerts"] = await read(page)
    shown["letters"] = str((await gcam.get("/api/v1/alerts/letters"))["letters"])
    shown["state"] = str((await gcam.get("/api/v1/guard"))["guard"] | {"since": None})
    return {name: re.sub(r"\d\d:\d\d(:\d\d)?", "", text) for name, text in shown.items()}


async def read(page: Page) -> str:
    """All that the page says, whichever element says it."""
    text: str = await page.evaluate("""() => {
        const said = (node) => node.nodeType === Node.TEXT_NODE
            ? [node.data]
            : ["STYLE", "SCRIPT"].includes(node.nodeName)
                ? []
                : [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes].flatMap(said);
        return said(document.body).join(" ").replace(/\\s+/g, " ");
    }""")
    return text


def kinds_of(frames: list[str]) -> set[str]:
    """What the page was told of the guard while it was disarmed."""
    return {
        kind for said in frames for kind in re.findall(r'"type": ?"((?:guard|under|alarm|code)\w*)"', said)
    }


async def types(page: Page, code: str) -> None:
    """As a thumb does; and waits for the answer."""
    pad = page.locator("gcam-code-pad")
    async with page.expect_response("**/api/v1/guard/disarm"):
        for digit in code:
            await pad.get_by_role("button", name=digit, exact=True).click()
        await pad.get_by_role("button", name="Give the code").click()


async def test_after_a_reconnect_the_page_shows_what_is_so_by_gcams_clock(
    tmp_path: Path, browser: Browser, boards: list[SimulatedCamera]
) -> None:
    """Gcam is killed while people leave: it is armed when it is back, and the page says so."""
    data = settings_of(boards, tmp_path)
    async with Program(data, "--mqtt", "off") as gcam:
        port = gcam.port
        page = await (await new_context(browser, **DESK)).new_page()
        await page.clock.install(time=1_600_000_000)  # a tablet whose battery was empty
        await page.clock.resume()
        await becomes_owner(page, gcam)
        await decide(gcam, {"id": "away", "name": "Away", "watches": [{"camera_id": "yard"}], "exit_s": 600})
        await calm(gcam)
        await page.goto(f"{gcam.url}/#/guard")
        await page.get_by_role("button", name="Arm: Away").click()
        await expect(page.get_by_role("timer")).to_have_text(re.compile(r"^9:[0-5]\d$"))
        await gcam.end()
        await expect(standing(page)).to_contain_text("Gcam does not answer")
    async with Program(data, "--mqtt", "off", port=port):
        await expect(standing(page)).to_have_attribute("data-phase", "armed")
        await expect(standing(page)).not_to_contain_text("Gcam does not answer")
