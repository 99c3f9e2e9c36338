"""Who gets in where: every kind of caller at every route, all at the same time, by the tables below."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest

from gcam_addon.access.principal import Role
from gcam_addon.config.model import IngressSettings, WebSettings
from gcam_addon.model import Status
from gcam_addon.web.contract import Route
from gcam_addon.web.routes import ROUTES
from tests.support.fakes import make_camera, make_state
from tests.support.web_fakes import OWNER, PASSWORD, Site, make_clip, serve

NEEDS: Mapping[str, str] = {
    "public": "getHealth getInfo signIn setUp askPasskey getSharedPage getSharedVideo",
    "signed in": (
        "getSession signOut changePassword changeName listSessions endSession "
        "listFactors offerFactor addFactor renewRecovery removeFactor prove"
    ),
    "view": (
        "listCameras getCamera getSnapshot streamMjpeg watchMotion watchFrames watchH264 streamH264 "
        "getDirect watchDirect watchEvents getNotices getGuard"
    ),
    "playback": (
        "listClips getClip getVideo getThumbnail getFrame getFrameTimes getOriginal getTimeline listDays "
        "getStorage listStored listHistory listHistoryDays getHistoryPicture countUnreviewed"
    ),
    "control": (
        "switchCamera switchLight recordCamera changeClip "
        "armGuard disarmGuard skipGuardDelay triggerGuard silenceGuard acknowledgeAlarm"
    ),
    "playback control": (
        "listExports addExport getExport removeExport getExportVideo listShares addShare removeShare "
        "listAllShares removeAllShares removeAnyShare "
        "reviewHistory changeHistory"
    ),
    "configure": (
        "addCamera changeCamera removeCamera arrangeCameras probeAddress getBoard getBoardHealth claimBoard "
        "moveBoard setBoard getConnection makePushKey findBoards askOnvif askWhatIf getWhatIf stopWhatIf "
        "deleteClip restoreClip getGuardSettings changeGuardSettings"
    ),
    "playback configure": "listTrash emptyTrash removeTrashed getTrashedThumbnail",
    "push": "listPushable pushPictures pushSocket",
    "metrics": "getMetrics",
    "administer": (
        "listPeople addPerson changePerson removePerson endSessions listDeeds listDoers listTokens addToken "
        "removeFactorsOf removeToken getSystem getPlan getNetwork nameBoard forgetBoard listLogs "
        "check getBackup restore getSettings changeSettings startAnew setGuardCode removeGuardCode "
        "getAlerts putDestination removeDestination tryDestination putRule removeRule putAlertLink "
        "putHeartbeat putSnooze listLetters"
    ),
}
"""What each route is to ask for. A new route stands here too: decided, not copied."""

OF_ALL_CAMERAS = {
    "getStorage", "getGuard", "skipGuardDelay", "triggerGuard", "silenceGuard", "acknowledgeAlarm",
    "getGuardSettings",
}  # fmt: skip
"""Refused to who may see some of them only."""

MAY: Mapping[str, str] = {
    "nobody": "",
    "owner": "view playback control configure push metrics administer",
    "member of the door": "view playback control push",
    "viewer of the door": "view playback",
    "asking": "",
    "blocked": "",
    "token to view": "view",
    "token to playback": "playback",
    "token to control": "control",
    "token to configure": "configure",
    "token to push": "push",
    "token to metrics": "metrics",
    "token to administer": "administer metrics",  # who administers may read the numbers, too
    "token of the door": "view playback control configure",
}
"""Who there is, and what each may."""

DOOR, GARDEN = make_camera("door"), make_camera("garden")
OTHERS_PASSWORD = "four other plain words"
LEFT_OUT = {"signOut"}
"""Would take away what the caller is known by, while the others still ask."""


@dataclass
class House:
    site: Site
    callers: dict[str, aiohttp.ClientSession]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Cameras that are switched off: no stream keeps a request open."""
    settings = WebSettings(port=0, ingress=IngressSettings("127.0.0.1", 0, ("127.0.0.1/32",)))
    clips = [make_clip("d1", DOOR), make_clip("g1", GARDEN)]
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(
            serve(tmp_path, cameras=[DOOR, GARDEN], clips=clips, settings=settings)
        )
        for camera in (DOOR, GARDEN):
            site.engine.camera_states[camera.id] = replace(make_state(camera), status=Status.DISABLED)
        callers = {"nobody": await visitor(stack, site.url)}
        await site.access.add("member", OTHERS_PASSWORD, Role.MEMBER, frozenset({"door"}))
        await site.access.add("viewer", OTHERS_PASSWORD, Role.VIEWER, frozenset({"door"}))
        for who, name, password in (
            ("owner", OWNER, PASSWORD),
            ("member of the door", "member", OTHERS_PASSWORD),
            ("viewer of the door", "viewer", OTHERS_PASSWORD),
        ):
            callers[who] = await visitor(stack, site.url)
            async with callers[who].post(
                "/api/v1/session", json={"name": name, "password": password}
            ) as answer:
                assert answer.status == 200
        for who in ("asking", "blocked"):
            came = {"X-Remote-User-Id": who, "X-Remote-User-Display-Name": who}
            callers[who] = await visitor(stack, f"http://{site.server.ingress}", came)
            async with callers[who].get("/api/v1/session") as answer:
                me = await answer.json()
            if who == "blocked":
                await site.http.patch(f"/api/v1/people/{me['id']}", json={"standing": "blocked"})
        for who, rights in MAY.items():
            if who.startswith("token"):
                callers[who] = await with_token(stack, site, who, rights)
        yield House(site, callers)


async def visitor(
    stack: AsyncExitStack, url: str, headers: Mapping[str, str] | None = None
) -> aiohttp.ClientSession:
    jar, few = aiohttp.CookieJar(unsafe=True), aiohttp.TCPConnector(limit=6)
    return await stack.enter_async_context(
        aiohttp.ClientSession(url, cookie_jar=jar, headers=headers, connector=few)
    )


async def with_token(stack: AsyncExitStack, site: Site, who: str, rights: str) -> aiohttp.ClientSession:
    scopes = ["administer"] if who == "token to administer" else rights.split()
    made = {"name": who, "scopes": scopes, "cameras": ["door"] if who.endswith("door") else None}
    async with site.http.post("/api/v1/tokens", json=made) as answer:
        secret = (await answer.json())["secret"]
    return await visitor(stack, site.url, {"Authorization": f"Bearer {secret}"})


def needed_of(route: Route) -> str:
    (needed,) = (needed for needed, names in NEEDS.items() if route.name in names.split())
    return needed


def address(route: Route, camera_id: str = "x", clip_id: str = "x") -> str:
    """With things that are not there, so that nobody breaks what the others ask for."""
    known = camera_id if route.is_of_camera else clip_id if route.path.startswith("/api/v1/clips/") else "7"
    return re.sub(r"\{\w+\}", "7", route.path.replace("{id}", known))


async def asked(http: aiohttp.ClientSession, method: str, path: str) -> tuple[int, str]:
    """The status and the code; a stream is left at once."""
    async with http.request(method, path) as answer:
        if answer.status < 400 or answer.content_type == "text/html":
            return answer.status, ""
        return answer.status, str((await answer.json())["error"]["code"])


def test_every_route_stands_in_the_table_once() -> None:
    listed = sorted(name for names in NEEDS.values() for name in names.split())
    assert listed == sorted(route.name for route in ROUTES)


async def test_each_gets_in_where_the_tables_say_and_nowhere_else(house: House) -> None:
    async def tried(who: str, route: Route) -> str | None:
        status, code = await asked(house.callers[who], route.method, address(route))
        needed, rights = needed_of(route), MAY[who].split()
        if needed == "public":
            expected = None
        elif who == "nobody":
            expected = (401, "sign_in")
        elif route.name in OF_ALL_CAMERAS and who.endswith("the door"):
            expected = (403, "access_denied")
        elif needed == "signed in" or set(needed.split()) <= set(rights):
            expected = None
        else:
            expected = (403, "access_denied")
        if expected is None and (status, code) not in {(401, "sign_in"), (403, "access_denied")}:
            return None
        if route.name == "setUp" and status == 403:
            return None  # there is an owner already
        return None if (status, code) == expected else f"{who}: {route.name} answered {status} {code}"

    tries = [tried(who, route) for route in ROUTES if route.name not in LEFT_OUT for who in house.callers]
    assert len(tries) > 1000
    assert [wrong for wrong in await asyncio.gather(*tries) if wrong] == []


async def test_what_belongs_to_a_camera_one_may_not_see_does_not_exist(house: House) -> None:
    limited = [who for who in MAY if who.endswith("the door")]

    async def tried(who: str, route: Route) -> str | None:
        own, others = address(route, "door", "d1"), address(route, "garden", "g1")
        there = await asked(house.callers[who], route.method, others)
        if there != (404, "not_found"):
            return f"{who}: {route.method} {others} answered {there}"
        if route.method == "GET" and (await asked(house.callers[who], "GET", own)) == there:
            here = await asked(house.callers["owner"], "GET", own)
            return None if here == there else f"{who}: {own} is not there, but for the owner"
        return None

    of_things = [
        route
        for route in ROUTES
        if (route.is_of_camera or route.path.startswith("/api/v1/clips/{id}")) and not route.body
    ]
    tries = [
        tried(who, route)
        for who in limited
        for route in of_things
        if set(needed_of(route).split()) <= set(MAY[who].split())
    ]
    assert len(tries) >= 50
    assert [wrong for wrong in await asyncio.gather(*tries) if wrong] == []
    assert {camera.id for camera in house.site.cameras.list()} == {"door", "garden"}
