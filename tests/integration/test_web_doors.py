"""The doors, attacked: many at once, through proxies, by tokens that reach for more, by people let out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gcam_addon.access.principal import Permission, Role
from gcam_addon.access.sessions import LONGEST_S, SEEN_EVERY_S, SESSION_S
from gcam_addon.access.throttle import FORGET_AFTER_S, FREE_ATTEMPTS
from gcam_addon.config.model import IngressSettings, WebSettings
from gcam_addon.errors import Throttled, WrongLogin
from tests.support.fakes import make_camera
from tests.support.waiting import patience
from tests.support.web_fakes import OWNER, PASSWORD, Site, make_clip, serve

OTHERS_PASSWORD = "four other plain words"
DOOR, GARDEN = make_camera("door"), make_camera("garden")
INGRESS = WebSettings(port=0, ingress=IngressSettings("127.0.0.1", 0, ("127.0.0.1/32",)))
MARIE = {"X-Remote-User-Id": "abc123", "X-Remote-User-Display-Name": "Marie"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clips = [make_clip("d1", DOOR), make_clip("g1", GARDEN)]
    async with serve(tmp_path, cameras=[DOOR, GARDEN], clips=clips) as site:
        yield site


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Site]:
    """One that Home Assistant's ingress leads to."""
    async with serve(tmp_path, cameras=[DOOR, GARDEN], settings=INGRESS) as site:
        yield site


@asynccontextmanager
async def visitor(url: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, cookie_jar=jar, headers=headers) as http:
        yield http


def through_ingress(site: Site, user: Mapping[str, str] = MARIE) -> Any:
    forwarded = {"X-Forwarded-For": "192.168.1.77, 172.30.32.1"}  # the client, then Home Assistant itself
    return visitor(f"http://{site.server.ingress}", {**forwarded, **user})


async def ask(
    http: aiohttp.ClientSession, method: str, path: str, body: object = None
) -> tuple[int, dict[str, Any]]:
    async with http.request(method, path, json=body) as response:
        answer = await response.json() if response.content_type == "application/json" else {}
        return response.status, answer


async def closed(socket: aiohttp.ClientWebSocketResponse) -> None:
    async with patience():
        while (await socket.receive()).type not in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
            pass


async def sign_in(http: aiohttp.ClientSession, name: str, password: str) -> int:
    return (await ask(http, "POST", "/api/v1/session", {"name": name, "password": password}))[0]


async def token(site: Site, scopes: list[str], cameras: list[str] | None = None) -> str:
    made = {"name": "script", "scopes": scopes, "cameras": cameras}
    status, answer = await ask(site.http, "POST", "/api/v1/tokens", made)
    assert status == 201, answer
    return str(answer["secret"])


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


# -- guessing ------------------------------------------------------------------------------------------


async def test_guesses_at_the_same_time_are_no_more_than_guesses_one_after_the_other(site: Site) -> None:
    async with visitor(site.url) as http:
        answers = await asyncio.gather(*(sign_in(http, OWNER, f"wrong {number}") for number in range(100)))
    assert answers.count(401) <= FREE_ATTEMPTS
    assert answers.count(429) == 100 - answers.count(401)


async def test_a_known_device_is_not_locked_out_by_strangers(site: Site) -> None:
    async with visitor(site.url) as home, visitor(site.url) as stranger:
        assert await sign_in(home, OWNER, PASSWORD) == 200
        await ask(home, "DELETE", "/api/v1/session")
        while await sign_in(stranger, OWNER, "wrong") != 429:
            pass
        assert await sign_in(stranger, OWNER, PASSWORD) == 429
        assert await sign_in(home, OWNER, PASSWORD) == 200
        tries = [await sign_in(home, OWNER, "wrong") for _ in range(FREE_ATTEMPTS + 1)]
        assert tries == [401] * FREE_ATTEMPTS + [429]


async def test_a_device_is_known_for_its_person_and_password_only(site: Site) -> None:
    await site.access.add("other", OTHERS_PASSWORD, site.owner.role, None)
    async with visitor(site.url) as home, visitor(site.url) as stranger:
        assert await sign_in(home, "other", OTHERS_PASSWORD) == 200
        for name in (OWNER, "other"):
            while await sign_in(stranger, name, "wrong") != 429:
                pass
        assert await sign_in(home, OWNER, PASSWORD) == 429
        (other,) = [person for person in site.access.people() if person.name == "other"]
        await site.access.set_password(other.id, PASSWORD)
        assert await sign_in(home, "other", PASSWORD) == 429


async def test_a_day_of_quiet_forgets_failures(site: Site) -> None:
    async with visitor(site.url) as stranger:
        while await sign_in(stranger, OWNER, "wrong") != 429:
            pass
        site.clock.advance(FORGET_AFTER_S)
        tries = [await sign_in(stranger, OWNER, "wrong") for _ in range(FREE_ATTEMPTS)]
    assert tries == [401] * FREE_ATTEMPTS


async def test_all_addresses_of_an_ipv6_network_guess_as_one(site: Site) -> None:
    passed = 0
    for number in range(20):
        with suppress(Throttled):
            try:
                await site.access.check_setup_code("AAAA-AAAA", address=f"2001:db8::{number:x}")
            except WrongLogin:
                passed += 1
    assert passed <= FREE_ATTEMPTS


# -- the first owner -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "Via", "X-Forwarded-Host"]
)
async def test_who_comes_by_an_undeclared_proxy_on_this_machine_is_not_this_machine(
    site: Site, mark: str
) -> None:
    site.access._people.clear()
    login = {"name": "eve", "password": PASSWORD}
    async with visitor(site.url, {mark: "203.0.113.7"}) as http:
        assert (await ask(http, "GET", "/api/v1/info"))[1]["setup"] == ["code", "name", "password"]
        status, answer = await ask(http, "POST", "/api/v1/setup", login)
    assert (status, answer["error"]["field"]) == (400, "code")
    assert not site.access.has_owner


async def test_the_code_from_the_log_creates_the_owner_from_elsewhere(site: Site) -> None:
    site.access._people.clear()
    code = site.access.setup_code
    login = {"name": "ada", "password": PASSWORD}
    async with visitor(site.url, {"X-Forwarded-For": "203.0.113.7"}) as http:
        answers = await asyncio.gather(
            *(ask(http, "POST", "/api/v1/setup", {**login, "code": "AAAA-AAAA"}) for _ in range(50))
        )
        assert {status for status, _ in answers} == {401, 429}
        assert [status for status, _ in answers].count(401) <= FREE_ATTEMPTS
        site.clock.advance(1000)
        status, answer = await ask(http, "POST", "/api/v1/setup", {**login, "code": str(code).lower()})
        assert (status, answer["role"]) == (201, "owner")
        assert (await ask(http, "GET", "/api/v1/info"))[1]["setup"] is None
    assert site.access.setup_code is None
    async with visitor(site.url) as http:
        assert (await ask(http, "POST", "/api/v1/setup", {**login, "code": str(code)}))[0] == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.20:8099"])
async def test_who_comes_by_a_name_that_anybody_can_point_here_is_not_this_machine(
    tmp_path: Path, host: str
) -> None:
    """A page of theirs, in a browser of this machine, before there is an owner."""
    async with serve(tmp_path, settings=WebSettings(host="0.0.0.0", port=0)) as site:
        site.access._people.clear()
        login = {"name": "eve", "password": PASSWORD}
        async with visitor(site.url, {"Host": host, "Origin": f"http://{host}"}) as http:
            assert (await ask(http, "GET", "/api/v1/info"))[1]["setup"] == ["code", "name", "password"]
            status, answer = await ask(http, "POST", "/api/v1/setup", login)
            assert (status, answer["error"]["field"]) == (400, "code")
        async with visitor(site.url) as http:
            assert (await ask(http, "GET", "/api/v1/info"))[1]["setup"] == ["name", "password"]


# -- Home Assistant's users ----------------------------------------------------------------------------


async def test_nobody_becomes_owner_by_coming_first_through_home_assistant(house: Site) -> None:
    house.access._people.clear()
    code = house.access.setup_code
    async with through_ingress(house) as http:
        status, answer = await ask(http, "GET", "/api/v1/session")
        assert (status, answer["error"]["code"]) == (401, "no_owner")
        assert (await ask(http, "GET", "/api/v1/info"))[1]["setup"] == ["code"]
        assert (await ask(http, "POST", "/api/v1/setup", {"code": "AAAA-AAAA"}))[0] == 401
        assert not house.access.people()
        status, answer = await ask(http, "POST", "/api/v1/setup", {"code": code})
        assert (status, answer["name"], answer["role"]) == (201, "Marie", "owner")
        assert (await ask(http, "GET", "/api/v1/people"))[0] == 200


async def test_who_comes_from_home_assistant_waits_for_an_owner_s_word(house: Site) -> None:
    async with through_ingress(house) as http:
        status, me = await ask(http, "GET", "/api/v1/session")
        assert (status, me["standing"], me["permissions"], me["cameras"]) == (200, "asking", [], [])
        for path in ("/api/v1/cameras", "/api/v1/clips", "/api/v1/cameras/door/snapshot.jpg"):
            assert (await ask(http, "GET", path))[0] in (403, 404)
        let_in = {"standing": "active", "role": "viewer", "cameras": ["door"]}
        assert (await ask(house.http, "PATCH", f"/api/v1/people/{me['id']}", let_in))[0] == 200
        cameras = (await ask(http, "GET", "/api/v1/cameras"))[1]["cameras"]
        assert [camera["id"] for camera in cameras] == ["door"]


async def test_removing_somebody_of_home_assistant_s_is_for_good(house: Site) -> None:
    async with through_ingress(house) as http:
        me = (await ask(http, "GET", "/api/v1/session"))[1]
        let_in = {"standing": "active", "role": "viewer", "cameras": None}
        await ask(house.http, "PATCH", f"/api/v1/people/{me['id']}", let_in)
        async with http.ws_connect("/api/v1/events") as events:
            await events.receive_json()
            assert (await ask(house.http, "DELETE", f"/api/v1/people/{me['id']}"))[0] == 204
            await closed(events)
        assert (await ask(http, "GET", "/api/v1/session"))[1]["standing"] == "blocked"
        assert (await ask(http, "GET", "/api/v1/cameras"))[0] == 403
        assert (await ask(house.http, "DELETE", f"/api/v1/people/{me['id']}"))[0] == 204
        assert (await ask(http, "GET", "/api/v1/session"))[1]["standing"] == "asking"


async def test_an_open_stream_never_makes_a_person(house: Site) -> None:
    async with through_ingress(house) as http:
        me = (await ask(http, "GET", "/api/v1/session"))[1]
        let_in = {"standing": "active", "role": "viewer", "cameras": None}
        await ask(house.http, "PATCH", f"/api/v1/people/{me['id']}", let_in)
        async with http.ws_connect("/api/v1/events") as events:
            await events.receive_json()
            for _ in range(2):
                await house.access.remove(me["id"])
            await closed(events)
    assert [person.name for person in house.access.people()] == [OWNER]


async def test_home_assistant_s_own_hop_is_not_the_client(house: Site) -> None:
    async with through_ingress(house) as http:
        me = (await ask(http, "GET", "/api/v1/session"))[1]
        await ask(house.http, "PATCH", f"/api/v1/people/{me['id']}", {"standing": "active", "role": "owner"})
        assert (await ask(http, "POST", "/api/v1/people", {"name": "a", "password": OTHERS_PASSWORD}))[
            0
        ] == 201
    deeds = (await ask(house.http, "GET", "/api/v1/audit"))[1]["deeds"]
    assert {deed["address"] for deed in deeds if deed["action"] == "person.add"} == {"192.168.1.77"}


async def test_names_from_home_assistant_keep_the_rules_and_survive_a_backup(house: Site) -> None:
    from gcam_addon.access.people_file import people_to_json, read_people  # noqa: PLC0415

    for number, name in enumerate((OWNER, OWNER, OWNER, "x" * 90, "x" * 90, "👩‍👧", "\u200d", "")):
        await house.access.from_home_assistant(f"user {number}", name)
    people = tuple(house.access.people())
    assert len({person.name.casefold() for person in people}) == 9
    assert read_people(people_to_json(people)) == people


# -- tokens and people that reach for more -------------------------------------------------------------


async def test_control_alone_reads_no_footage(site: Site) -> None:
    async with visitor(site.url, bearer(await token(site, ["control"]))) as http:
        assert (await ask(http, "POST", "/api/v1/clips/d1/shares", {"hours": 1}))[0] == 403
        wanted = {"camera": "door", "after": 0, "before": 100}
        assert (await ask(http, "POST", "/api/v1/exports", wanted))[0] == 403
        assert (await ask(http, "GET", "/api/v1/exports"))[0] == 403


@pytest.mark.parametrize("scope", ["configure", "administer"])
async def test_files_of_the_machine_are_shown_by_who_administers_it(
    site: Site, tmp_path: Path, scope: str
) -> None:
    """Else a token of one camera would see the recordings of all others."""
    folder = (tmp_path / "recordings").as_uri()
    expected = 403 if scope == "configure" else 200
    async with visitor(site.url, bearer(await token(site, sorted({scope, "configure"})))) as http:
        assert (await ask(http, "PATCH", "/api/v1/cameras/door", {"url": folder}))[0] == expected
        new = {"name": "new", "url": f"{folder}/x.mp4"}
        assert (await ask(http, "POST", "/api/v1/cameras", new))[0] == (403 if expected == 403 else 201)
        assert (await ask(http, "PATCH", "/api/v1/cameras/door", {"name": "Front door"}))[0] == 200


async def test_what_one_may_not_see_stays_in_the_trash_as_it_was(site: Site) -> None:
    for clip in ("g1", "d1"):
        assert (await ask(site.http, "DELETE", f"/api/v1/clips/{clip}"))[0] == 204
    secret = await token(site, ["configure", "playback"], ["door"])
    async with visitor(site.url, bearer(secret)) as http:
        assert (await ask(http, "POST", "/api/v1/clips/g1/restore"))[0] == 404
        trash = (await ask(site.http, "GET", "/api/v1/trash"))[1]["trash"]
        assert [one["clip"]["id"] for one in trash] == ["d1", "g1"]
        assert (await ask(http, "POST", "/api/v1/clips/d1/restore"))[0] == 200


async def test_who_administers_sees_all_cameras_or_is_refused(site: Site) -> None:
    made = {"name": "script", "scopes": ["administer"], "cameras": ["door"]}
    status, answer = await ask(site.http, "POST", "/api/v1/tokens", made)
    assert (status, answer["error"]["field"]) == (400, "cameras")


async def test_a_request_that_takes_its_time_has_the_rights_of_its_end(site: Site) -> None:
    """Its head comes with a good token, its body after that was revoked."""
    secret = await token(site, ["administer"])
    (made,) = [one for one in site.access.tokens() if one.name == "script"]
    body = b'{"name": "for later", "scopes": ["administer"]}'
    head = (
        f"POST /api/v1/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    writer.write(head.encode())
    async with patience():
        while (await ask(site.http, "GET", "/api/v1/tokens"))[1]["tokens"][-1]["last_used_at"] is None:
            pass
    assert (await ask(site.http, "DELETE", f"/api/v1/tokens/{made.id}"))[0] == 204
    writer.write(body)
    async with patience():
        assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.transport.abort()
    assert site.access.tokens() == []


async def test_a_token_makes_nobody_who_may_more_than_it_may(site: Site) -> None:
    owner = f"/api/v1/people/{site.owner.id}"
    async with visitor(site.url, bearer(await token(site, ["administer", "view", "playback"]))) as http:
        for role in ("owner", "member"):
            body = {"name": role, "password": OTHERS_PASSWORD, "role": role}
            assert (await ask(http, "POST", "/api/v1/people", body))[0] == 403
        body = {"name": "viewer", "password": OTHERS_PASSWORD, "role": "viewer"}
        status, person = await ask(http, "POST", "/api/v1/people", body)
        assert status == 201
        path = f"/api/v1/people/{person['id']}"
        assert (await ask(http, "PATCH", path, {"role": "owner"}))[0] == 403
        assert (await ask(http, "PATCH", owner, {"password": OTHERS_PASSWORD}))[0] == 403
        assert (await ask(http, "DELETE", owner))[0] == 403
        assert (await ask(http, "DELETE", f"{owner}/sessions"))[0] == 403
        assert (await ask(http, "DELETE", path))[0] == 204


async def test_the_numbers_have_a_scope_of_their_own(site: Site) -> None:
    async with visitor(site.url, bearer(await token(site, ["metrics"]))) as http:
        async with http.get("/metrics") as response:
            assert response.status == 200
        assert (await ask(http, "GET", "/api/v1/cameras"))[0] == 403
        assert (await ask(http, "GET", "/api/v1/people"))[0] == 403


async def test_a_change_of_a_person_is_whole_or_not_at_all(site: Site) -> None:
    person = await site.access.add("other", OTHERS_PASSWORD, site.owner.role, None)
    path = f"/api/v1/people/{person.id}"
    for wrong in (
        {"role": "king"},
        {"cameras": "all"},
        {"name": ""},
        {"name": OWNER},
        {"standing": "asking"},
    ):
        assert (await ask(site.http, "PATCH", path, {"password": PASSWORD, **wrong}))[0] == 400
    assert (await ask(site.http, "PATCH", path, {"role": "viewer", "password": "short"}))[0] == 400
    assert site.access.person(person.id) == person
    status, answer = await ask(site.http, "PATCH", f"/api/v1/people/{site.owner.id}", {"password": PASSWORD})
    assert (status, answer["error"]["field"]) == (400, "password")


async def test_what_somebody_made_goes_with_them(site: Site) -> None:
    await site.access.add("other", OTHERS_PASSWORD, site.owner.role, None)
    async with visitor(site.url) as other:
        await sign_in(other, "other", OTHERS_PASSWORD)
        scopes = sorted(set(Permission))
        made = (await ask(other, "POST", "/api/v1/tokens", {"name": "first", "scopes": scopes}))[1]
        me = (await ask(other, "GET", "/api/v1/session"))[1]
    async with visitor(site.url, bearer(made["secret"])) as http:
        second = (await ask(http, "POST", "/api/v1/tokens", {"name": "second", "scopes": ["view"]}))[1]
        await ask(site.http, "PATCH", f"/api/v1/people/{me['id']}", {"role": "viewer", "cameras": ["door"]})
        assert (await ask(http, "GET", "/api/v1/people"))[0] == 403
        cameras = (await ask(http, "GET", "/api/v1/cameras"))[1]["cameras"]
        assert [camera["id"] for camera in cameras] == ["door"]
        await ask(site.http, "DELETE", f"/api/v1/people/{me['id']}")
        assert (await ask(http, "GET", "/api/v1/cameras"))[0] == 401
    async with visitor(site.url, bearer(second["secret"])) as http:
        assert (await ask(http, "GET", "/api/v1/cameras"))[0] == 401
    assert not site.access.tokens()


# -- how long one stays signed in ----------------------------------------------------------------------


async def test_who_comes_every_day_stays_signed_in_and_is_asked_again_after_half_a_year(site: Site) -> None:
    async with visitor(site.url) as http:
        await sign_in(http, OWNER, PASSWORD)
        async with http.get("/api/v1/session") as response:
            assert "Set-Cookie" not in response.headers
        days = 0
        while True:
            site.clock.advance(86_400)
            days += 1
            async with http.get("/api/v1/session") as response:
                if response.status == 401:
                    break
                assert f"Max-Age={SESSION_S:.0f}" in response.headers["Set-Cookie"]
    assert days == LONGEST_S // 86_400 + 1
    assert SEEN_EVERY_S < 86_400


async def test_a_token_that_is_used_while_it_is_revoked_does_not_come_back(site: Site) -> None:
    secrets = [await token(site, ["view"]) for _ in range(10)]
    site.clock.advance(2 * SEEN_EVERY_S)
    ids = [known.id for known in site.access.tokens()]
    users = [visitor(site.url, bearer(secret)) for secret in secrets]
    sessions = [await user.__aenter__() for user in users]
    try:
        await asyncio.gather(
            *(ask(http, "GET", "/api/v1/cameras") for http in sessions),
            *(ask(site.http, "DELETE", f"/api/v1/tokens/{token_id}") for token_id in ids),
        )
    finally:
        for user in users:
            await user.__aexit__(None, None, None)
    assert not site.access.tokens()
    assert not await asyncio.to_thread(site.access._store.tokens)


async def test_a_new_camera_inherits_no_viewers_and_no_recordings(tmp_path: Path) -> None:
    door, yard, shed = make_camera("door"), make_camera("yard"), make_camera("shed")
    clips = [make_clip("y1", yard)]
    async with serve(tmp_path, cameras=[door, yard, shed], clips=clips) as site:
        await site.access.add("guest", OTHERS_PASSWORD, Role.VIEWER, frozenset({"door"}))
        names = {"Door": "door_2", "Yard": "yard_2", "Shed": "shed"}  # of the shed there is nothing
        for name, camera_id in names.items():
            await site.http.delete(f"/api/v1/cameras/{name.lower()}")
            new = {"name": name, "url": "http://192.0.2.7/stream"}
            async with site.http.post("/api/v1/cameras", json=new) as answer:
                assert (await answer.json())["id"] == camera_id
