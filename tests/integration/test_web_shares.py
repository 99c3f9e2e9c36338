"""Links to recordings: where they lead, whose they are, and that they end with who made them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from gcam_addon.access.principal import Permission, Role
from gcam_addon.access.service import PersonChange
from gcam_addon.config.model import IngressSettings, WebSettings
from gcam_addon.disk.database import bring_up_to_date, engine_for
from gcam_addon.recording.library import Library
from gcam_addon.recording.shares import MOST_SHARES
from tests.support.fakes import make_camera
from tests.support.web_fakes import OWNER, Site, make_clip, serve

DOOR, GARDEN = make_camera("door"), make_camera("garden")
CLIPS = (make_clip("d1", DOOR), make_clip("g1", GARDEN))
SECOND = "four other plain words"


async def asked(http: aiohttp.ClientSession, method: str, path: str, **more: Any) -> tuple[int, Any]:
    async with http.request(method, path, **more) as answer:
        return answer.status, await answer.json() if answer.content_type == "application/json" else None


async def shown(site: Site, link: dict[str, Any]) -> int:
    async with aiohttp.ClientSession(site.url) as guest, guest.get(f"/{link['path']}") as answer:
        return answer.status


async def member(site: Site) -> aiohttp.ClientSession:
    await site.access.add("bob", SECOND, Role.MEMBER, None)
    http = aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
    assert (await asked(http, "POST", "/api/v1/session", json={"name": "bob", "password": SECOND}))[0] == 200
    return http


@pytest.mark.parametrize("external", [None, "https://gcam.example.org/cam"])
async def test_through_ingress_a_link_is_made_only_where_guests_can_follow_it(
    tmp_path: Path, external: str | None
) -> None:
    ingress = IngressSettings("127.0.0.1", 0, ("127.0.0.1/32",))
    settings = WebSettings(port=0, ingress=ingress, external_url=external)
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1], settings=settings) as site:
        came = {"X-Remote-User-Id": "u1", "X-Remote-User-Display-Name": "Anna"}
        async with aiohttp.ClientSession(f"http://{site.server.ingress}", headers=came) as anna:
            me = (await asked(anna, "GET", "/api/v1/session"))[1]
            everything = {"standing": "active", "role": "member", "cameras": None}
            assert (await asked(site.http, "PATCH", f"/api/v1/people/{me['id']}", json=everything))[0] == 200
            listed = await asked(anna, "GET", "/api/v1/clips/d1/shares")
            assert listed[1]["reachable"] is (external is not None)
            status, body = await asked(anna, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        if external is None:
            assert (status, "external_url" in body["error"]["message"]) == (409, True)
            _, here = await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
            assert here["url"] is None
        else:
            assert (status, body["url"]) == (201, f"{external}/{body['path']}")


async def test_a_link_ends_with_the_right_to_show_it_and_with_its_maker(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR, GARDEN], clips=CLIPS) as site, await member(site) as bob:
        person = next(one for one in site.access.people() if one.name == "bob")
        _, link = await asked(bob, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        assert await shown(site, link) == 200
        for change, status in (
            (PersonChange(cameras=frozenset({"garden"})), 404),
            (PersonChange(cameras=None), 200),
            (PersonChange(role=Role.VIEWER), 404),
            (PersonChange(role=Role.MEMBER), 200),
        ):
            await site.access.change(person.id, change)
            assert await shown(site, link) == status
        await site.access.remove(person.id)
        assert await shown(site, link) == 404
        assert (await asked(site.http, "GET", "/api/v1/shares"))[1]["shares"] == []


async def test_a_link_that_shows_nothing_any_more_says_so_in_the_visitor_s_language(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1]) as site:
        _, link = await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        site.clock.advance(3601)
        french = {"Accept-Language": "fr-FR, en;q=0.5", "Accept": "text/html"}
        async with (
            aiohttp.ClientSession(site.url, headers=french) as guest,
            guest.get(f"/{link['path']}") as answer,
        ):
            text = await answer.text()
        assert (answer.status, answer.content_type) == (404, "text/html")
        assert '<html lang="fr">' in text
        assert "Ce lien a expiré" in text
        assert "<video" not in text


async def test_a_link_s_page_says_whose_recording_it_is_and_when_it_began(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1]) as site:
        _, link = await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        async with aiohttp.ClientSession(site.url) as guest, guest.get(f"/{link['path']}") as answer:
            text = await answer.text()
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(CLIPS[0].started_at))
    assert f"{DOOR.name} · {began}" in text
    assert f"A recording of {DOOR.name}, shared with you" in text


async def test_links_made_at_the_same_moment_are_no_more_than_there_may_be(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1]) as site:
        for _ in range(MOST_SHARES - 3):
            await site.services.shares.add("d1", 1, site.owner.id, OWNER)
        asks = (asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1}) for _ in range(30))
        statuses = [status for status, _ in await asyncio.gather(*asks)]
        assert (statuses.count(201), statuses.count(400)) == (3, 27)
        assert len(await site.services.shares.list()) == MOST_SHARES


async def test_each_sees_and_ends_their_own_links_and_the_owner_all(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR, GARDEN], clips=CLIPS) as site, await member(site) as bob:
        _, owners = await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        _, bobs = await asked(bob, "POST", "/api/v1/clips/g1/shares", json={"hours": 1})
        assert [link["id"] for link in (await asked(bob, "GET", "/api/v1/shares"))[1]["shares"]] == [
            bobs["id"]
        ]
        assert (await asked(bob, "GET", "/api/v1/clips/d1/shares"))[1]["shares"] == []
        for path in (f"/api/v1/shares/{owners['id']}", f"/api/v1/clips/d1/shares/{owners['id']}"):
            assert (await asked(bob, "DELETE", path))[0] == 404
        assert (await asked(bob, "DELETE", "/api/v1/shares"))[0] == 204
        assert (await shown(site, owners), await shown(site, bobs)) == (200, 404)
        assert (await asked(site.http, "DELETE", f"/api/v1/shares/{owners['id']}"))[0] == 204
        assert await shown(site, owners) == 404


async def test_how_often_a_link_was_watched_is_told(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1]) as site:
        file = site.services.files.path_of(CLIPS[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"a video")
        _, link = await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        for _ in range(2):
            for piece in ("bytes=0-1", "bytes=2-4"):
                async with site.http.get(f"/{link['path']}/video.mp4", headers={"Range": piece}) as answer:
                    assert answer.status == 206
            site.clock.advance(61)
        (told,) = (await asked(site.http, "GET", "/api/v1/shares"))[1]["shares"]
        assert (told["used"], told["camera_id"], told["mine"], told["is_makers"]) == (2, "door", True, True)


async def test_what_a_token_made_loses_what_the_person_behind_it_loses(tmp_path: Path) -> None:
    async with serve(tmp_path) as site:
        second = await site.access.add("second", SECOND, Role.OWNER, None)
        more = {"cameras": None, "expires_at": None}
        scopes = frozenset({Permission.ADMINISTER, Permission.VIEW})
        _, first = await site.access.add_token("first", scopes, by=second.principal, **more)
        secret, _ = await site.access.add_token("of the first", scopes, by=first.principal, **more)
        await site.access.change(second.id, PersonChange(role=Role.VIEWER))
        found = site.access.token_of(secret)
        assert found is not None
        assert found.scopes == {Permission.VIEW}


async def test_a_token_makes_none_that_lasts_longer(tmp_path: Path) -> None:
    async with serve(tmp_path) as site:
        ends = site.clock.wall() + 60
        scopes, by = frozenset({Permission.ADMINISTER}), site.owner.principal
        _, first = await site.access.add_token("a minute", scopes, None, expires_at=ends, by=by)
        _, made = await site.access.add_token("for ever", scopes, None, expires_at=None, by=first.principal)
        assert made.expires_at == ends


async def test_links_of_an_earlier_version_are_kept_and_become_their_makers(tmp_path: Path) -> None:
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1]) as site:
        _, link = await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        library = Library(tmp_path / "gcam.db")
        library.open()
        for name in ("gone long ago", "bob"):
            share = replace((await site.services.shares.list())[0][0], id=name, created_by=name, maker_id="")
            library.add_share(share, name, 10)
        library.close()
        listed = (await asked(site.http, "GET", "/api/v1/shares"))[1]["shares"]
        assert [item["is_makers"] for item in listed].count(False) == 2
        await site.services.shares.adopt({"bob": "nobody of this id"})  # type: ignore[attr-defined]
        listed = (await asked(site.http, "GET", "/api/v1/shares"))[1]["shares"]
        assert sorted(item["created_by"] for item in listed) == sorted([link["created_by"], "gone long ago"])


def test_the_index_of_the_older_version_is_brought_up_with_its_links(tmp_path: Path) -> None:
    file = tmp_path / "gcam.db"
    release = Path(__file__).parents[1] / "data" / "releases" / "0.1.0" / "gcam.db"
    file.write_bytes(release.read_bytes())
    with sqlite3.connect(file) as old:
        old.execute("INSERT INTO shares VALUES ('s', 'hash', 'clip', 1.0, 2.0, 'bob')")
    old.close()
    engine = engine_for(file)
    bring_up_to_date(engine, "gcam_addon.recording")
    engine.dispose()
    with sqlite3.connect(file) as new:
        new.row_factory = sqlite3.Row
        (row,) = new.execute("SELECT * FROM shares")
        assert (row["created_by"], row["maker_id"], row["used"], row["used_at"]) == ("bob", "", 0, None)
    new.close()


async def test_a_link_that_was_ended_gives_no_part_any_more(tmp_path: Path) -> None:
    """Neither to who has a part of it, nor to who asks whether it changed."""
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1]) as site:
        film = site.services.files.path_of(CLIPS[0])
        film.parent.mkdir(parents=True, exist_ok=True)
        film.write_bytes(b"a film" * 1000)
        _, link = await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        video = f"/{link['path']}/video.mp4"
        async with aiohttp.ClientSession(site.url) as guest:
            async with guest.get(video, headers={"Range": "bytes=0-9"}) as answer:
                assert (answer.status, await answer.read()) == (206, film.read_bytes()[:10])
                tag = answer.headers["ETag"]
            gone = await asked(site.http, "DELETE", f"/api/v1/shares/{link['id']}")
            assert gone[0] == 204
            for headers in (
                {"Range": "bytes=10-"},
                {"If-None-Match": tag},
                {"If-Range": tag, "Range": "bytes=1-"},
            ):
                for method in ("GET", "HEAD"):
                    async with guest.request(method, video, headers=headers) as answer:
                        assert answer.status == 404


@pytest.mark.parametrize(
    "guess",
    ["x", "a" * 43, "a" * 5000, "%00", "..%2f..%2fapi%2fv1%2fclips", "é" * 20, "%ff%fe", "' OR 1=1 --"],
)
async def test_a_guessed_link_shows_nothing(tmp_path: Path, guess: str) -> None:
    async with serve(tmp_path, cameras=[DOOR], clips=CLIPS[:1]) as site:
        await asked(site.http, "POST", "/api/v1/clips/d1/shares", json={"hours": 1})
        async with aiohttp.ClientSession(site.url) as guest:
            for path in (f"/share/{guess}", f"/share/{guess}/video.mp4"):
                async with guest.get(URL(path, encoded="%" in guess)) as answer:
                    assert answer.status == 404
                    assert b"<video" not in await answer.read()
