"""A second factor by app and by recovery code, and showing once more who one is, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pyotp
import pytest

from gcam_addon.access.devices import TRUST_S
from gcam_addon.access.principal import Role
from gcam_addon.access.sessions import FRESH_S
from gcam_addon.access.throttle import FREE_ATTEMPTS
from gcam_addon.config.model import IngressSettings, WebSettings
from tests.support.web_fakes import OWNER, PASSWORD, Site, serve

LOGIN = {"name": OWNER, "password": PASSWORD}
MINE = "/api/v1/session/factors"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path) as site:
        yield site


def visitor(site: Site) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True))


async def said(
    http: aiohttp.ClientSession, method: str, path: str, body: object = None
) -> tuple[int, dict[str, Any]]:
    """Status, and the answer or the error in it."""
    async with http.request(method, path, json=body) as response:
        answer = await response.json() if response.content_type == "application/json" else {}
        return response.status, answer.get("error", answer)


async def with_app(site: Site, http: aiohttp.ClientSession | None = None) -> tuple[pyotp.TOTP, list[str]]:
    """The owner's app, set up, and their recovery codes."""
    http = http or site.http
    _, offer = await said(http, "POST", f"{MINE}/offer", {"kind": "totp"})
    app = pyotp.TOTP(offer["secret"])
    scanned = pyotp.parse_uri(offer["address"])
    assert (scanned.secret, scanned.name, scanned.issuer) == (app.secret, OWNER, "Gcam")
    assert offer["qr"].startswith("data:image/svg+xml")
    body = {"kind": "totp", "name": "Phone", "code": code_of(site, app)}
    status, added = await said(http, "POST", MINE, body)
    assert status == 201
    assert added["factor"]["name"] == "Phone"
    return app, added["recovery"]


def code_of(site: Site, app: pyotp.TOTP, ahead_s: float = 0.0) -> str:
    return app.at(int(site.clock.wall() + ahead_s))


async def test_an_app_is_asked_for_once_it_showed_a_code(site: Site) -> None:
    _, offer = await said(site.http, "POST", f"{MINE}/offer", {"kind": "totp"})
    wrong = {"kind": "totp", "name": "Phone", "code": "000000"}
    assert (await said(site.http, "POST", MINE, wrong))[1]["code"] == "wrong_code"
    async with visitor(site) as http:
        assert (await said(http, "POST", "/api/v1/session", LOGIN))[0] == 200  # nothing is set up yet
    body = {**wrong, "code": code_of(site, pyotp.TOTP(offer["secret"]))}
    assert (await said(site.http, "POST", MINE, body))[0] == 201
    async with visitor(site) as http:
        status, error = await said(http, "POST", "/api/v1/session", LOGIN)
        assert (status, error["code"]) == (401, "second_factor")
        assert (await said(http, "GET", "/api/v1/session"))[0] == 401
        other = {"name": OWNER, "password": "not my password"}
        assert (await said(http, "POST", "/api/v1/session", other))[1]["code"] == "wrong_login"


async def test_a_code_is_taken_once_and_so_is_what_it_was_set_up_with(site: Site) -> None:
    app, _ = await with_app(site)
    used = code_of(site, app)
    async with visitor(site) as http:
        status, error = await said(http, "POST", "/api/v1/session", {**LOGIN, "code": used})
        assert (status, error["code"]) == (401, "wrong_code")
        site.clock.advance(60)
        fresh = {**LOGIN, "code": code_of(site, app)}
        assert (await said(http, "POST", "/api/v1/session", fresh))[0] == 200
        assert (await said(http, "POST", "/api/v1/session", fresh))[1]["code"] == "wrong_code"


async def test_codes_are_guessed_as_slowly_as_passwords(site: Site) -> None:
    app, _ = await with_app(site)
    site.clock.advance(60)
    async with visitor(site) as http:
        for _ in range(FREE_ATTEMPTS):
            body = {**LOGIN, "code": "000000"}
            assert (await said(http, "POST", "/api/v1/session", body))[1]["code"] == "wrong_code"
        right = {**LOGIN, "code": code_of(site, app)}
        assert (await said(http, "POST", "/api/v1/session", right))[0] == 429


async def test_each_recovery_code_lets_in_once_and_new_ones_end_the_old(site: Site) -> None:
    _, codes = await with_app(site)
    async with visitor(site) as http:
        typed = codes[0].lower().replace("-", " ")
        assert (await said(http, "POST", "/api/v1/session", {**LOGIN, "code": typed}))[0] == 200
        body = {**LOGIN, "code": codes[0]}
        assert (await said(http, "POST", "/api/v1/session", body))[1]["code"] == "wrong_code"
        assert (await said(http, "GET", MINE))[1]["recovery_left"] == len(codes) - 1
        status, renewed = await said(http, "POST", f"{MINE}/recovery")
        assert (status, len(renewed["recovery"])) == (201, len(codes))
        body = {**LOGIN, "code": codes[1]}
        assert (await said(http, "POST", "/api/v1/session", body))[1]["code"] == "wrong_code"


async def test_a_trusted_device_asks_for_no_code_until_something_changes(site: Site) -> None:
    app, _ = await with_app(site)
    async with visitor(site) as http:
        site.clock.advance(60)
        trusting = {**LOGIN, "code": code_of(site, app), "trust": True}
        assert (await said(http, "POST", "/api/v1/session", trusting))[0] == 200
        assert (await said(http, "POST", "/api/v1/session", LOGIN))[0] == 200
        site.clock.advance(TRUST_S)
        assert (await said(http, "POST", "/api/v1/session", LOGIN))[0] == 200
        site.clock.advance(2)
        assert (await said(http, "POST", "/api/v1/session", LOGIN))[1]["code"] == "second_factor"
        trusting["code"] = code_of(site, app)
        assert (await said(http, "POST", "/api/v1/session", trusting))[0] == 200
        _, listed = await said(http, "GET", MINE)
        (phone,) = listed["factors"]
        assert (await said(http, "DELETE", f"{MINE}/{phone['id']}"))[0] == 204
        assert (await said(http, "GET", MINE))[1] == {"factors": [], "recovery_left": 0}
        assert (await said(http, "POST", "/api/v1/session", LOGIN))[0] == 200
        await with_app(site, http)
        assert (await said(http, "POST", "/api/v1/session", LOGIN))[1]["code"] == "second_factor"


async def test_the_owner_takes_away_a_second_factor_and_nobody_else_does(site: Site) -> None:
    bob = await site.access.add("bob", "four other plain words", Role.MEMBER, None)
    login = {"name": "bob", "password": "four other plain words"}
    async with visitor(site) as http:
        await said(http, "POST", "/api/v1/session", login)
        _, offer = await said(http, "POST", f"{MINE}/offer", {"kind": "totp"})
        code = code_of(site, pyotp.TOTP(offer["secret"]))
        await said(http, "POST", MINE, {"kind": "totp", "name": "Phone", "code": code})
        people = (await said(site.http, "GET", "/api/v1/people"))[1]["people"]
        assert [person["second_factor"] for person in people] == [False, True]
        assert (await said(http, "DELETE", f"/api/v1/people/{bob.id}/factors"))[0] == 403
        assert (await said(http, "POST", "/api/v1/session", login))[1]["code"] == "second_factor"
        assert (await said(site.http, "DELETE", f"/api/v1/people/{bob.id}/factors"))[0] == 204
        assert (await said(http, "POST", "/api/v1/session", login))[0] == 200
    deeds = (await said(site.http, "GET", "/api/v1/audit"))[1]["deeds"]
    assert ("person.factors_remove", "bob") in [(deed["action"], deed["subject"]) for deed in deeds]


GRAVE = [
    ("POST", "/api/v1/tokens", {"name": "script", "scopes": ["view"]}),
    ("POST", "/api/v1/people", {"name": "eve", "password": "four other plain words"}),
    ("PATCH", "/api/v1/people/x", {"name": "eve"}),
    ("DELETE", "/api/v1/people/x", None),
    ("DELETE", "/api/v1/people/x/factors", None),
    ("GET", "/api/v1/backup", None),
    ("POST", "/api/v1/restore", None),
    ("DELETE", "/api/v1/cameras/door?footage=delete", None),
    ("POST", f"{MINE}/offer", {"kind": "totp"}),
    ("POST", MINE, {"kind": "totp", "name": "Phone", "code": "1"}),
    ("POST", f"{MINE}/recovery", None),
    ("DELETE", f"{MINE}/x", None),
]


async def test_what_hurts_asks_once_more_who_it_is(site: Site) -> None:
    site.clock.advance(FRESH_S + 1)
    for method, path, body in GRAVE:
        status, error = await said(site.http, method, path, body)
        assert (status, error["code"]) == (403, "proof"), f"{method} {path}"
    assert [camera.id for camera in site.cameras.list()] == ["door", "garden"]
    proof = "/api/v1/session/proof"
    assert (await said(site.http, "POST", proof, {"password": "not mine at all"}))[1]["code"] == "wrong_login"
    assert (await said(site.http, "POST", proof, {"code": "000000"}))[1]["code"] == "wrong_code"
    assert (await said(site.http, "GET", "/api/v1/backup"))[0] == 403
    assert (await said(site.http, "POST", proof, {"password": PASSWORD}))[0] == 204
    for method, path, body in GRAVE:
        assert (await said(site.http, method, path, body))[1].get("code") != "proof", f"{method} {path}"


async def test_the_proof_may_be_a_code_and_holds_on_this_device_only(site: Site) -> None:
    app, _ = await with_app(site)
    site.clock.advance(60)
    async with visitor(site) as other:
        await said(other, "POST", "/api/v1/session", {**LOGIN, "code": code_of(site, app)})
        site.clock.advance(FRESH_S + 1)
        body = {"code": code_of(site, app)}
        assert (await said(site.http, "POST", "/api/v1/session/proof", body))[0] == 204
        assert (await said(site.http, "GET", "/api/v1/backup"))[0] == 200
        assert (await said(other, "GET", "/api/v1/backup"))[0] == 403


async def test_a_token_needs_no_proof_and_has_no_second_factor(site: Site) -> None:
    body = {"name": "script", "scopes": ["administer"]}
    _, token = await said(site.http, "POST", "/api/v1/tokens", body)
    site.clock.advance(FRESH_S + 1)
    async with aiohttp.ClientSession(
        site.url, headers={"Authorization": f"Bearer {token['secret']}"}
    ) as http:
        assert (await said(http, "GET", "/api/v1/backup"))[0] == 200
        assert (await said(http, "POST", f"{MINE}/offer", {"kind": "totp"}))[0] == 404
        assert (await said(http, "POST", "/api/v1/session/proof", {"password": PASSWORD}))[0] == 404


async def test_home_assistants_users_have_theirs_there(tmp_path: Path) -> None:
    settings = WebSettings(port=0, ingress=IngressSettings("127.0.0.1", 0, ("127.0.0.1/32",)))
    async with serve(tmp_path, settings=settings) as site:
        headers = {"X-Remote-User-Id": "u1", "X-Remote-User-Name": "Ann"}
        async with aiohttp.ClientSession(f"http://{site.server.ingress}", headers=headers) as http:
            await said(http, "GET", "/api/v1/session")
            (ann,) = [person for person in site.access.people() if person.name == "Ann"]
            body = {"standing": "active", "role": "owner"}
            assert (await said(site.http, "PATCH", f"/api/v1/people/{ann.id}", body))[0] == 200
            site.clock.advance(FRESH_S + 1)
            assert (await said(http, "GET", "/api/v1/backup"))[0] == 200
            assert (await said(http, "POST", f"{MINE}/offer", {"kind": "totp"}))[0] == 400


async def test_second_factors_outlive_a_restart_and_a_backup_of_the_same_people(site: Site) -> None:
    app, _ = await with_app(site)
    await site.access.restore(site.access.people())
    await site.access.factors.load()  # what a restart does
    site.clock.advance(60)
    async with visitor(site) as http:
        assert (await said(http, "POST", "/api/v1/session", LOGIN))[1]["code"] == "second_factor"
        body = {**LOGIN, "code": code_of(site, app)}
        assert (await said(http, "POST", "/api/v1/session", body))[0] == 200
