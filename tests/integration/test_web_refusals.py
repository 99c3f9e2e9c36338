"""Who is refused stands in the log of deeds, and fills neither it nor the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from gcam_addon.access.audit import MOST_REFUSALS
from gcam_addon.access.model import Deed, Refusal
from gcam_addon.access.principal import Role
from gcam_addon.access.store import MOST_REFUSED, AccessStore
from tests.support.web_fakes import Site, serve

OTHERS_PASSWORD = "four other plain words"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path) as site:
        yield site


async def refusals(site: Site) -> list[tuple[str, str, str]]:
    """(who, action, subject), oldest first."""
    deeds = await site.access.audit.read(before=None, who_id=None, limit=1000)
    told = [(deed.who, deed.action, deed.subject) for deed in reversed(deeds)]
    return [one for one in told if one[1] in set(Refusal)]


async def test_each_kind_of_refusal_is_one_line_without_a_secret(site: Site) -> None:
    await site.access.add("viewer", OTHERS_PASSWORD, Role.VIEWER, None)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(site.url, cookie_jar=jar) as http:
        for _ in range(6):
            await http.post("/api/v1/session", json={"name": "viewer", "password": "a wrong guess"})
        await http.get("/api/v1/cameras", headers={"Authorization": "Bearer gcam_not-a-token"})
        await http.get("/api/v1/cameras")  # nobody yet: the ordinary way in
        await http.get("/api/v1/cameras", headers={"Sec-Fetch-Site": "cross-site"})
        await http.post("/api/v1/session", json={}, headers={"Sec-Fetch-Site": "cross-site"})
        site.clock.advance(1000)
        await http.post("/api/v1/session", json={"name": "viewer", "password": OTHERS_PASSWORD})
        await http.get("/api/v1/people")
        await http.post("/api/v1/session/proof", json={"password": "another wrong guess"})
    assert await refusals(site) == [
        ("", "sign_in.refused", "viewer"),
        ("", "throttled", "viewer"),
        ("", "token.refused", "GET /api/v1/cameras"),
        ("", "access.refused", "POST /api/v1/session"),
        ("viewer", "access.refused", "GET /api/v1/people"),
        ("viewer", "proof.refused", ""),
    ]


async def test_a_stranger_fills_neither_log_nor_disk(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as http:

        async def come(number: int) -> None:
            wrong = {"Authorization": f"Bearer {number}"}
            async with http.request("GET", f"/api/v1/cameras/{number}", headers=wrong) as answer:
                assert answer.status == 401
            login = {"name": f"name {number}", "password": "a wrong guess"}
            async with http.post("/api/v1/session", json=login) as answer:
                assert answer.status in (401, 429)

        await asyncio.gather(*(come(number) for number in range(100)))
        told = await refusals(site)
        assert len(told) == MOST_REFUSALS
        assert told[-1][1] == Refusal.MANY
        site.clock.advance(61)
        await come(100)
    assert len(await refusals(site)) > MOST_REFUSALS


def test_refusals_push_out_no_deeds(tmp_path: Path) -> None:
    store = AccessStore(tmp_path / "access.db")
    store.open()
    try:
        store.add_deeds([Deed(0, 1.0, "x", "owner", "", "sign_in", "")], forget_before=0)
        many = [Deed(0, 2.0, *("",) * 3, Refusal.TOKEN, str(number)) for number in range(MOST_REFUSED + 50)]
        store.add_deeds(many, forget_before=0)
        kept = store.deeds(before=None, who_id=None, limit=2 * MOST_REFUSED)
    finally:
        store.close()
    assert len(kept) == MOST_REFUSED + 1
    assert kept[-1].action == "sign_in"
    assert kept[0].subject == str(MOST_REFUSED + 49)
