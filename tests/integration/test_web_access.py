"""Nobody gets in where they don't belong: every route, every method; sign-in, sessions, tokens, people."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from gcam_addon.access.principal import Permission, Role
from gcam_addon.access.sessions import SESSION_S
from gcam_addon.config.model import IngressSettings, WebSettings
from gcam_addon.web.contract import PUBLIC, SIGNED_IN, Rights, check_all_guarded, done
from gcam_addon.web.contract import route as contract
from gcam_addon.web.routes import ROUTES
from tests.support.fakes import make_camera
from tests.support.waiting import PATIENCE_S, patience
from tests.support.web_fakes import OWNER, PASSWORD, Site, make_clip, make_frame, serve

DOOR, GARDEN = make_camera("door"), make_camera("garden")
OTHERS_PASSWORD = "four other plain words"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clips = [make_clip("d1", DOOR), make_clip("g1", GARDEN)]
    async with serve(tmp_path, cameras=[DOOR, GARDEN], clips=clips) as site:
        site.engine.show("door", make_frame())
        site.engine.show("garden", make_frame())
        yield site


@asynccontextmanager
async def visitor(site: Site, **headers: str) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(site.url, cookie_jar=jar, headers=headers) as http:
        yield http


@asynccontextmanager
async def viewer(site: Site, *cameras: str, role: Role = Role.VIEWER) -> AsyncIterator[aiohttp.ClientSession]:
    await site.access.add("viewer", OTHERS_PASSWORD, role, frozenset(cameras) if cameras else None)
    async with visitor(site) as http:
        login = {"name": "viewer", "password": OTHERS_PASSWORD}
        async with http.post("/api/v1/session", json=login) as response:
            assert response.status == 200
        yield http


async def code_of(response: aiohttp.ClientResponse) -> str:
    return str((await response.json())["error"]["code"])


def every_route() -> list[tuple[str, str, Rights]]:
    """(method, address with ids filled in, what it needs), all there are."""
    routes = []
    for route in ROUTES:
        known = "door" if route.is_of_camera else "7" if "history" in route.path else "d1"
        path = re.sub(r"\{\w+\}", "x", route.path.replace("{id}", known))
        routes.append((route.method, path, route.rights))
        if route.method == "GET" and route.allows_head:
            routes.append(("HEAD", path, route.rights))
    return routes


async def ask(http: aiohttp.ClientSession, method: str, path: str) -> tuple[int, str | None]:
    """Status and, where it is an error, its code. A stream is left at once."""
    async with http.request(method, path) as response:
        if response.status < 400 or method == "HEAD":
            return response.status, None
        return response.status, await code_of(response)


async def test_nobody_gets_anywhere_but_the_public_routes(site: Site) -> None:
    routes = every_route()
    assert len(routes) > 50
    public = {path for _, path, need in routes if need == PUBLIC and path.startswith("/api/")}
    assert public == {"/api/v1/session", "/api/v1/session/question", "/api/v1/setup", "/api/v1/info"}
    assert {path for _, path, need in routes if need == PUBLIC and path.startswith("/share")} == {
        "/share/x",
        "/share/x/video.mp4",
    }
    async with visitor(site) as http:
        for method, path, need in routes:
            if need == PUBLIC:
                continue
            status, code = await ask(http, method, path)
            assert (status, code) == (401, None if method == "HEAD" else "sign_in"), f"{method} {path}"


async def test_without_an_owner_nobody_gets_anywhere_either(site: Site) -> None:
    site.access._people.clear()
    async with visitor(site) as http:
        for method, path, need in every_route():
            if need != PUBLIC and method != "HEAD":
                assert await ask(http, method, path) == (401, "no_owner"), f"{method} {path}"


async def test_sums_over_all_cameras_are_for_who_sees_all(site: Site) -> None:
    scopes = frozenset({Permission.PLAYBACK})
    for cameras, expected in ((None, 200), (frozenset({"door"}), 403)):
        secret, _ = await site.access.add_token(
            "script", scopes, cameras, expires_at=None, by=site.owner.principal
        )
        headers = {"Authorization": f"Bearer {secret}"}
        async with (
            aiohttp.ClientSession(site.url, headers=headers) as http,
            http.get("/api/v1/storage") as answer,
        ):
            assert answer.status == expected


@pytest.mark.parametrize("permission", list(Permission))
async def test_a_token_opens_only_what_its_scope_says(site: Site, permission: Permission) -> None:
    made = {"name": "script", "scopes": [permission]}
    async with site.http.post("/api/v1/tokens", json=made) as response:
        secret = (await response.json())["secret"]
    async with visitor(site, Authorization=f"Bearer {secret}") as http:
        for method, path, need in every_route():
            if need in (PUBLIC, SIGNED_IN) or method == "HEAD":
                continue
            status, code = await ask(http, method, path)
            refused = (status, code) == (403, "access_denied")
            assert not isinstance(need, str)
            may = need <= {permission} or (need, permission) == ({Permission.METRICS}, Permission.ADMINISTER)
            assert refused == (not may), f"{method} {path}: {status}"


async def test_a_viewer_of_one_camera_meets_no_other_anywhere(site: Site) -> None:
    async with viewer(site, "door") as http:
        async with http.get("/api/v1/cameras") as response:
            assert [camera["id"] for camera in (await response.json())["cameras"]] == ["door"]
        async with http.get("/api/v1/clips") as response:
            assert [clip["id"] for clip in (await response.json())["clips"]] == ["d1"]
        async with http.get("/api/v1/clips?camera=garden") as response:
            assert (await response.json())["clips"] == []
        async with http.get("/api/v1/cameras/door/snapshot.jpg") as response:
            assert response.status == 200
        for method, path, need in every_route():
            if isinstance(need, str) or not need <= Role.VIEWER.permissions or method == "HEAD":
                continue
            if "/cameras/door" in path or "/clips/d1" in path:
                other = path.replace("/door", "/garden").replace("/d1", "/g1")
                assert await ask(http, method, other) == (404, "not_found"), f"{method} {other}"
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect("/api/v1/cameras/garden/frames")
        assert refused.value.status == 404
        async with http.ws_connect("/api/v1/events") as events:
            hello = await events.receive_json()
            assert [camera["id"] for camera in hello["cameras"]] == ["door"]


async def test_a_handler_without_a_contract_is_refused_at_start() -> None:
    @contract("GET", "/fine", rights=PUBLIC, tag="page", summary="Fine", answers=done())
    async def get_fine(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.add_routes([get_fine.definition])
    check_all_guarded(app)
    app = web.Application()

    async def naked(request: web.Request) -> web.Response:
        return web.Response()

    app.router.add_get("/naked", naked)
    with pytest.raises(RuntimeError, match="/naked"):
        check_all_guarded(app)


async def test_the_first_visit_creates_the_owner_once(site: Site) -> None:
    async with visitor(site) as http:
        async with http.post("/api/v1/setup", json={"name": "eve", "password": PASSWORD}) as response:
            assert (response.status, await code_of(response)) == (403, "access_denied")
        site.access._people.clear()
        weak = {"name": "eve", "password": "1234567890"}
        async with http.post("/api/v1/setup", json=weak) as response:
            assert response.status == 400
            assert (await response.json())["error"]["field"] == "password"
        login = {"name": "marie@example.be", "password": PASSWORD}
        async with http.post("/api/v1/setup", json=login) as response:
            assert response.status == 201
            cookie = response.headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
            assert "Path=/" in cookie
            assert "Secure" not in cookie
        async with http.get("/api/v1/session") as response:
            body = await response.json()
            assert (body["name"], body["role"]) == ("marie@example.be", "owner")
            assert len(body["permissions"]) == len(Permission)


async def test_sign_in_tells_nothing_and_slows_down(site: Site) -> None:
    async with visitor(site) as http:
        answers = []
        for name in (OWNER, "nobody@example.org"):
            async with http.post("/api/v1/session", json={"name": name, "password": "wrong"}) as response:
                assert "Set-Cookie" not in response.headers
                answers.append((response.status, await response.text()))
        assert answers[0] == answers[1]
        assert answers[0][0] == 401
        for _ in range(5):
            async with http.post("/api/v1/session", json={"name": OWNER, "password": "wrong"}) as response:
                status, retry = response.status, response.headers.get("Retry-After")
        assert status == 429
        assert retry is not None
        assert int(retry) >= 2
        right = {"name": OWNER, "password": PASSWORD}
        async with http.post("/api/v1/session", json=right) as response:
            assert response.status == 429
        site.clock.advance(1000)
        async with http.post("/api/v1/session", json=right) as response:
            assert response.status == 200
    deeds = await site.access.audit.read(before=None, who_id=None, limit=100)
    assert [deed.action for deed in deeds].count("sign_in") == 1
    assert "sign_in.refused" in [deed.action for deed in deeds]
    assert PASSWORD not in str(deeds)


async def test_a_session_ends_by_signing_out_by_age_and_by_revoking(site: Site) -> None:
    async with viewer(site) as http:
        async with http.get("/api/v1/sessions") as response:
            (session,) = (await response.json())["sessions"]
            assert session["current"]
        async with site.http.delete(f"/api/v1/sessions/{session['id']}") as response:
            assert response.status == 204  # not the owner's own: untouched
        async with http.get("/api/v1/session") as response:
            assert response.status == 200
        async with http.delete("/api/v1/session") as response:
            assert response.status == 204
        async with http.get("/api/v1/session") as response:
            assert response.status == 401
    site.clock.advance(SESSION_S + 1)
    async with site.http.get("/api/v1/session") as response:
        assert response.status == 401


async def test_signing_in_never_takes_a_session_over(site: Site) -> None:
    async with visitor(site) as http:
        http.cookie_jar.update_cookies({"gcam_": "chosen-by-another"})
        async with http.post("/api/v1/session", json={"name": OWNER, "password": PASSWORD}) as response:
            assert "chosen-by-another" not in response.headers["Set-Cookie"]
    assert all("chosen" not in session.secret_hash for session in site.access.sessions())


async def test_taking_rights_away_closes_what_is_open(site: Site) -> None:
    async with viewer(site, "door") as http:
        person = next(person for person in site.access.people() if person.name == "viewer")
        async with http.ws_connect("/api/v1/events") as events:
            await events.receive_json()
            async with http.get("/api/v1/cameras/door/stream.mjpg") as stream:
                await stream.content.read(10)
                change = {"cameras": ["garden"]}
                async with site.http.patch(f"/api/v1/people/{person.id}", json=change) as response:
                    assert response.status == 200
                async with patience():
                    assert (await events.receive()).type in (
                        aiohttp.WSMsgType.CLOSE,
                        aiohttp.WSMsgType.CLOSED,
                    )
                    with pytest.raises(aiohttp.ClientError):  # noqa: PT012
                        while await stream.content.read(1000):
                            pass
                        raise aiohttp.ClientError("ended in order")
        async with http.get("/api/v1/cameras/door") as response:
            assert response.status == 404
        async with http.get("/api/v1/cameras/garden") as response:
            assert response.status == 200


async def test_there_is_always_an_owner(site: Site) -> None:
    path = f"/api/v1/people/{site.owner.id}"
    async with site.http.delete(path) as response:
        assert (response.status, await code_of(response)) == (403, "access_denied")
    async with site.http.patch(path, json={"role": "viewer"}) as response:
        assert response.status == 403
    second = {"name": "second", "password": OTHERS_PASSWORD, "role": "owner"}
    async with site.http.post("/api/v1/people", json=second) as response:
        assert response.status == 201
    async with site.http.delete(path) as response:
        assert response.status == 204
    async with site.http.get("/api/v1/people") as response:
        assert response.status == 401


async def test_changing_the_password_ends_other_sessions(site: Site) -> None:
    async with visitor(site) as other:
        async with other.post("/api/v1/session", json={"name": OWNER, "password": PASSWORD}) as response:
            assert response.status == 200
        wrong = {"present": "no", "password": OTHERS_PASSWORD}
        async with site.http.put("/api/v1/session/password", json=wrong) as response:
            assert (response.status, await code_of(response)) == (401, "wrong_login")
        right = {"present": PASSWORD, "password": OTHERS_PASSWORD}
        async with site.http.put("/api/v1/session/password", json=right) as response:
            assert response.status == 204
        async with other.get("/api/v1/session") as response:
            assert response.status == 401
        async with site.http.get("/api/v1/session") as response:
            assert response.status == 200


async def test_my_own_name_takes_my_password_and_is_free(site: Site) -> None:
    await site.access.add("bob", PASSWORD, Role.VIEWER, None)
    bob = {"name": "bob", "password": PASSWORD}
    async with visitor(site) as http:
        async with http.post("/api/v1/session", json=bob) as response:
            assert response.status == 200
        for name, present, status in (
            ("Robert", "not my password", 401),
            (OWNER.upper(), PASSWORD, 400),
            ("Robert", PASSWORD, 200),
        ):
            body = {"name": name, "present": present}
            async with http.put("/api/v1/session/name", json=body) as response:
                assert response.status == status, name
        async with http.get("/api/v1/session") as response:
            assert (await response.json())["name"] == "Robert"
        async with http.post("/api/v1/session", json=bob) as response:
            assert response.status == 401
        async with http.post("/api/v1/session", json={**bob, "name": "robert"}) as response:
            assert response.status == 200


async def test_the_log_is_read_by_person_also_of_who_is_gone(site: Site) -> None:
    person = await site.access.add("bob", PASSWORD, Role.VIEWER, None)
    async with visitor(site) as http:
        async with http.post("/api/v1/session", json={"name": "bob", "password": PASSWORD}) as response:
            assert response.status == 200
        async with http.post("/api/v1/session", json={"name": "bob", "password": "wrong one"}) as response:
            assert response.status == 401
    async with site.http.delete(f"/api/v1/people/{person.id}") as response:
        assert response.status == 204
    async with site.http.get("/api/v1/audit/people") as response:
        people = (await response.json())["people"]
    assert people == [{"id": person.id, "name": "bob"}, {"id": site.owner.id, "name": OWNER}]
    async with site.http.get(f"/api/v1/audit?who={person.id}") as response:
        assert [deed["action"] for deed in (await response.json())["deeds"]] == ["sign_in"]


async def test_tokens_are_shown_once_expire_and_can_be_revoked(site: Site) -> None:
    made = {"name": "Home Assistant", "scopes": ["view"], "cameras": ["door"], "days": 1}
    async with site.http.post("/api/v1/tokens", json=made) as response:
        token = await response.json()
    async with site.http.get("/api/v1/tokens") as response:
        text = await response.text()
        assert token["secret"] not in text
        assert token["prefix"] in text
    async with visitor(site, Authorization=f"Bearer {token['secret']}") as http:
        async with http.get("/api/v1/cameras") as response:
            assert [camera["id"] for camera in (await response.json())["cameras"]] == ["door"]
        site.clock.advance(86_401)
        async with http.get("/api/v1/cameras") as response:
            assert response.status == 401
    async with site.http.delete(f"/api/v1/tokens/{token['id']}") as response:
        assert response.status == 204


async def test_a_token_as_basic_password_shows_what_takes_an_address_alone(site: Site) -> None:
    """FFmpeg, VLC, TV boxes, Home Assistant's generic camera."""
    made = {"name": "VLC", "scopes": ["view"], "cameras": ["door"]}
    async with site.http.post("/api/v1/tokens", json=made) as response:
        secret = (await response.json())["secret"]
    site.engine.show("door", make_frame())
    login = {"Authorization": aiohttp.encode_basic_auth("token", secret)}
    for picture in ("snapshot.jpg", "stream.mjpg"):
        address = f"/api/v1/cameras/door/{picture}"
        async with visitor(site) as http, http.get(address) as response:
            assert (response.status, response.headers["WWW-Authenticate"]) == (401, 'Basic realm="Gcam"')
        async with visitor(site, **login) as http, http.get(address) as response:
            assert response.status == 200, picture
        async with visitor(site, **login) as http, http.get(address.replace("door", "garden")) as response:
            assert response.status == 404, picture


async def test_a_token_as_basic_password_opens_only_pictures(site: Site) -> None:
    made = {"name": "FFmpeg", "scopes": ["view"], "cameras": ["door"]}
    async with site.http.post("/api/v1/tokens", json=made) as response:
        secret = (await response.json())["secret"]
    live = "/api/v1/cameras/door/live.ts"
    async with visitor(site) as http, http.get(live) as response:
        assert (response.status, response.headers["WWW-Authenticate"]) == (401, 'Basic realm="Gcam"')
    async with visitor(site, Authorization=aiohttp.encode_basic_auth("token", secret)) as http:
        async with http.get("/api/v1/cameras") as response:
            assert (response.status, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Gcam"')
        async with http.get(live) as response:  # let in, and no picture comes
            assert (response.status, (await response.json())["error"]["code"]) == (503, "stalled")
    for wrong in ("Basic !", "Basic gA==", aiohttp.encode_basic_auth("token", secret[:-1])):
        async with visitor(site, Authorization=wrong) as http, http.get(live) as response:
            assert response.status == 401


async def test_a_wrong_token_is_nobody_even_with_a_good_cookie(site: Site) -> None:
    async with site.http.get("/api/v1/cameras", headers={"Authorization": "Bearer no"}) as response:
        assert response.status == 401


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --",
        '"; DROP TABLE people; --',
        "{{7*7}}",
        "${7*7}",
        "%s%s%n",
        "a\r\nSet-Cookie: x=1",
        "../../x",
    ],
)
async def test_hostile_texts_are_only_texts(site: Site, text: str) -> None:
    login = {"name": text, "password": text}
    async with visitor(site) as http, http.post("/api/v1/session", json=login) as response:
        assert (response.status, await code_of(response)) == (401, "wrong_login")
    async with site.http.get("/api/v1/clips", params={"camera": text, "zone": text}) as response:
        assert (await response.json())["clips"] == []
    async with site.http.get("/api/v1/audit", params={"who": text}) as response:
        assert (await response.json())["deeds"] == []
    person = {"name": text, "password": OTHERS_PASSWORD}
    async with site.http.post("/api/v1/people", json=person) as response:
        body = await response.json()
        assert "x" not in response.cookies
        if text.isprintable():
            assert (response.status, body["name"]) == (201, text)
        else:
            assert (response.status, body["error"]["field"]) == (400, "name")
    assert len(site.access.people()) == 1 + text.isprintable()


HA_USER = {"X-Remote-User-Id": "abc123", "X-Remote-User-Display-Name": "Marie"}


async def test_home_assistants_headers_count_only_on_its_own_port(tmp_path: Path) -> None:
    ingress = IngressSettings("127.0.0.1", 0, ("127.0.0.1/32",))
    async with serve(tmp_path, settings=WebSettings(port=0, ingress=ingress)) as site:
        async with visitor(site, **HA_USER) as http, http.get("/api/v1/session") as response:
            assert response.status == 401
        headers = {**HA_USER, "X-Ingress-Path": "/api/hassio_ingress/t0k3n"}
        http = aiohttp.ClientSession(f"http://{site.server.ingress}", headers=headers)
        async with http, http.get("/api/v1/session") as response:
            body = await response.json()
        assert (body["name"], body["kind"], body["standing"]) == ("Marie", "home_assistant", "asking")
        assert body["ingress"]
        assert body["permissions"] == []


async def test_the_ingress_port_answers_nobody_but_the_supervisor(tmp_path: Path) -> None:
    ingress = IngressSettings("127.0.0.1", 0, ("172.30.32.2/32",))
    async with serve(tmp_path, settings=WebSettings(port=0, ingress=ingress)) as site:
        http = aiohttp.ClientSession(f"http://{site.server.ingress}", headers=HA_USER)
        async with http:
            for path in ("/api/v1/session", "/", "/health"):
                async with http.get(path) as response:
                    assert response.status == 403


async def test_a_declared_proxy_is_believed_and_no_other(tmp_path: Path) -> None:
    forwarded = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "home.example",
        "X-Forwarded-Prefix": "/gcam",
        "Origin": "https://home.example",
    }
    login = {"name": OWNER, "password": PASSWORD}
    trusting = WebSettings(port=0, trusted_proxies=("127.0.0.1/32",))
    async with serve(tmp_path / "a", settings=trusting) as site, visitor(site, **forwarded) as http:
        async with http.post("/api/v1/session", json=login) as response:
            assert response.status == 200
            cookie = response.headers["Set-Cookie"]
            assert "Secure" in cookie
            assert "Path=/gcam" in cookie
        assert "203.0.113.7" in {session.address for session in site.access.sessions()}
        site.access._people.clear()
        async with http.post("/api/v1/setup", json=login) as response:
            assert response.status == 400  # comes from elsewhere, only the proxy is local
            assert (await response.json())["error"]["field"] == "code"
    async with (
        serve(tmp_path / "b") as site,
        visitor(site, **forwarded) as http,
        http.post("/api/v1/session", json=login) as response,
    ):
        assert response.status == 403


async def test_under_tls_cookies_and_the_site_are_of_tls_only(tmp_path: Path) -> None:
    login = {"name": OWNER, "password": PASSWORD}
    forwarded = {"X-Forwarded-Proto": "https", "Host": "home.example", "Origin": "https://home.example"}
    trusting = WebSettings(port=0, trusted_proxies=("127.0.0.1/32",))
    async with serve(tmp_path, settings=trusting) as site:
        hsts = "Strict-Transport-Security"
        async with visitor(site, **forwarded) as http, http.post("/api/v1/session", json=login) as response:
            session, *others = response.headers.getall("Set-Cookie")
            assert re.match("__Host-gcam_[^=]*=.*; Path=/; .*Secure", session)
            assert all(other.startswith("__Host-gcam_device_") for other in others)
            assert "Domain" not in session
            assert response.headers[hsts] == "max-age=31536000"
            name, secret = session.split(";")[0].split("=")
        for cookie, status in ((f"{name}={secret}", 200), (f"{name.removeprefix('__Host-')}={secret}", 401)):
            async with (
                visitor(site, **forwarded, Cookie=cookie) as http,
                http.get("/api/v1/session") as response,
            ):
                assert response.status == status
        async with (
            visitor(site, **forwarded, Cookie=f"{name}={secret}") as http,
            http.delete("/api/v1/session") as response,
        ):
            assert re.match(f'{name}="?"?; .*Max-Age=0; .*Secure', response.headers["Set-Cookie"])
        forwarded["Host"] = "home.example:8443"
        async with visitor(site, **forwarded) as http, http.get("/health") as response:
            assert hsts not in response.headers  # it would hold for http://home.example:8123 too
        async with site.http.get("/health") as response:
            assert hsts not in response.headers


async def test_a_stream_ends_with_the_token_it_was_opened_with(tmp_path: Path) -> None:
    async with serve(tmp_path, look_every_s=0.05) as site:
        secret, _ = await site.access.add_token(
            "script", frozenset({Permission.VIEW}), None,
            expires_at=site.clock.wall() + 60, by=site.owner.principal,
        )  # fmt: skip
        async with (
            visitor(site, Authorization=f"Bearer {secret}") as http,
            http.ws_connect("/api/v1/events") as events,
        ):
            assert (await events.receive(timeout=PATIENCE_S)).type is aiohttp.WSMsgType.TEXT
            site.clock.advance(61)
            assert (await events.receive(timeout=PATIENCE_S)).type is aiohttp.WSMsgType.CLOSE


async def test_the_file_is_private_and_survives_a_restart(tmp_path: Path) -> None:
    async with serve(tmp_path) as site:
        await site.access.add("other", OTHERS_PASSWORD, Role.MEMBER, frozenset({"door"}))
        before = {(person.name, person.role, person.cameras) for person in site.access.people()}
    assert (tmp_path / "access.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".local_secret").stat().st_mode & 0o777 == 0o600
    from gcam_addon.access.service import Access  # noqa: PLC0415

    again = Access(tmp_path, site.clock, duties=site.services.duties)
    await again.start()
    assert {(person.name, person.role, person.cameras) for person in again.people()} == before
    assert len(again.sessions()) == 1
    await again.stop()
