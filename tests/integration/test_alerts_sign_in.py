"""A sign-in from somewhere new is told, and one from where somebody always signs in is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from gcam_addon.access.principal import Role
from gcam_addon.access.store import AccessStore
from gcam_addon.config.model import WebSettings
from gcam_addon.errors import ConfigError
from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.fakes import make_camera
from tests.support.web_fakes import OWNER, PASSWORD, Site, serve

HOME, HOTEL = "2001:db8:1:1::7", "203.0.113.9"
TRUSTING = WebSettings(port=0, trusted_proxies=("127.0.0.1/32",))
RULE = {"name": "Doors", "topics": ["sign_in"], "to": ["hook"]}


@pytest.fixture
async def receiver() -> AsyncIterator[AlertReceiver]:
    async with alert_receiver() as receiver:
        yield receiver


@pytest.fixture
async def site(tmp_path: Path, receiver: AlertReceiver) -> AsyncIterator[Site]:
    """Its visitors come from the address they name; of sign-ins from somewhere new it tells `receiver`."""
    async with serve(tmp_path, cameras=[make_camera("door")], settings=TRUSTING) as site:
        alerts = site.services.alerts
        hook = {"id": "hook", "name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}}
        await alerts.put("destinations", hook)
        await alerts.put("rules", {**RULE, "id": "r"})
        await alerts.set_link("https://gcam.example")
        yield site


@asynccontextmanager
async def device(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(site.url, cookie_jar=jar) as http:
        yield http


async def sign_in(http: aiohttp.ClientSession, address: str, name: str = OWNER) -> None:
    login, forwarded = {"name": name, "password": PASSWORD}, {"X-Forwarded-For": address}
    async with http.post("/api/v1/session", json=login, headers=forwarded) as answer:
        assert answer.status == 200, await answer.text()


async def test_each_place_is_told_once_and_by_what_is_new_about_it(
    site: Site, receiver: AlertReceiver
) -> None:
    async with device(site) as laptop, device(site) as phone:
        await sign_in(laptop, HOME)
        await sign_in(laptop, HOME)
        await sign_in(laptop, "2001:db8:1:1::99")  # of the same household
        await sign_in(laptop, HOTEL)
        await sign_in(laptop, HOTEL)
        await sign_in(phone, HOME)
        await sign_in(phone, HOTEL)
        await sign_in(laptop, "198.51.100.1")
        await receiver.until_told(4)

    assert {letter["title"] for letter in receiver.letters} == {f"Signed in from somewhere new: {OWNER}"}
    said = [letter["text"].partition(", ")[2].partition(". If nobody")[0] for letter in receiver.letters]
    assert said == [
        f"on a device and from an address ({HOME}) that are new",
        f"from an address that is new ({HOTEL}), on a device that is not",
        f"on a device that is new, from an address that is not ({HOME})",
        "from an address that is new (198.51.100.1), on a device that is not",
    ]
    first = receiver.letters[0]
    assert (first["topic"], first["name"], first["camera"]) == ("sign_in", OWNER, None)
    assert first["link"] == "https://gcam.example/#/people?tab=audit"


async def test_somebodys_own_places_are_nobody_elses(site: Site, receiver: AlertReceiver) -> None:
    await site.access.add("guest", PASSWORD, Role.VIEWER, None)
    async with device(site) as laptop:
        await sign_in(laptop, HOME)
        await sign_in(laptop, HOME, "guest")
        await receiver.until_told(2)

    assert [letter["name"] for letter in receiver.letters] == [OWNER, "guest"]


async def test_a_sign_in_that_is_refused_makes_no_place_known(site: Site, receiver: AlertReceiver) -> None:
    async with device(site) as stranger:
        login, forwarded = {"name": OWNER, "password": "wrong"}, {"X-Forwarded-For": HOME}
        async with stranger.post("/api/v1/session", json=login, headers=forwarded) as answer:
            assert answer.status == 401
        await sign_in(stranger, HOME)
        await receiver.until_told(1)

    assert "a device and from an address" in receiver.letters[0]["text"]


async def test_the_first_visit_is_not_told_and_makes_its_place_known(
    tmp_path: Path, receiver: AlertReceiver
) -> None:
    async with serve(tmp_path, cameras=[make_camera("door")]) as site:
        site.access._people.clear()
        async with device(site) as laptop:
            login = {"name": "ada", "password": PASSWORD}
            async with laptop.post("/api/v1/setup", json=login) as answer:
                assert answer.status == 201
            hook = {"id": "hook", "name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}}
            await site.services.alerts.put("destinations", hook)
            await site.services.alerts.put("rules", {**RULE, "id": "r"})
            async with laptop.post("/api/v1/session", json=login) as answer:
                assert answer.status == 200
        async with device(site) as phone, phone.post("/api/v1/session", json=login) as answer:
            assert answer.status == 200
        await receiver.until_told(1)

    (letter,) = receiver.letters
    assert "on a device that is new, from an address that is not" in letter["text"]


async def test_who_can_not_look_it_up_tells_all_the_same(
    site: Site, receiver: AlertReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> frozenset[str]:
        raise ConfigError("the disk is broken")

    async with device(site) as laptop:
        await sign_in(laptop, HOME)
        await receiver.until_told(1)
        monkeypatch.setattr(AccessStore, "addresses", refuse)
        await sign_in(laptop, HOME)
        await receiver.until_told(2)

    assert "from an address that is new" in receiver.letters[1]["text"]


async def test_it_is_told_in_french_too(site: Site, receiver: AlertReceiver) -> None:
    hook = {"id": "hook", "name": "Hook", "kind": "webhook", "settings": {"url": receiver.url}}
    await site.services.alerts.put("destinations", {**hook, "language": "fr"})
    async with device(site) as laptop:
        await sign_in(laptop, HOTEL)
        await receiver.until_told(1)

    (letter,) = receiver.letters
    assert letter["title"] == f"Connexion depuis un lieu nouveau\u202f: {OWNER}"
    assert f"sur un appareil nouveau et depuis une adresse nouvelle ({HOTEL})" in letter["text"]
