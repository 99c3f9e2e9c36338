"""A browser's camera seen without Gcam in between: what is passed on, between whom, and for how long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gcam_addon.access.principal import Role
from gcam_addon.config.model import IceServer, SourceSettings, WebSettings
from gcam_addon.config.schema import parse_options
from gcam_addon.errors import ConfigError
from gcam_addon.model import CameraAdded, Status
from gcam_addon.web.direct import MOST_BYTES, MOST_GUESTS, MOST_SAID
from gcam_addon.wire.pushing import HEAD_BYTES, Head, Kind, Parting
from tests.support.fakes import make_camera, make_state
from tests.support.waiting import patience, until
from tests.support.web_fakes import PASSWORD, Site, serve

HALL, PORCH = (make_camera(name, source=SourceSettings("push://gcam")) for name in ("hall", "porch"))
SETTINGS = WebSettings(port=0, ice_servers=(IceServer("turn:turn.example.org", "ada", "secret"),))
ICE = [{"urls": "turn:turn.example.org", "username": "ada", "credential": "secret"}]
SDP = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"
CANDIDATE = {
    "type": "candidate",
    "candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host",
    "mid": "0",
    "line": 0,
}
OFFER = {"type": "offer", "viewer": 1, "sdp": SDP}
ANSWER = {"type": "answer", "sdp": SDP}
OVER = {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.ERROR}


@dataclass
class End:
    """One side's WebSocket."""

    channel: aiohttp.ClientWebSocketResponse

    async def say(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            await self.channel.send_str(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        async with patience():
            message = await self.channel.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return dict(json.loads(message.data))

    async def until_over(self) -> list[dict[str, Any]]:
        """What was still said before Gcam ended it."""
        heard: list[dict[str, Any]] = []
        async with patience():
            while (message := await self.channel.receive()).type not in OVER:
                if message.type is aiohttp.WSMsgType.TEXT:
                    heard.append(json.loads(message.data))
        return heard


class House:
    """A Gcam with two browsers' cameras, and those who come."""

    def __init__(self, site: Site, stack: AsyncExitStack) -> None:
        self.site = site
        self._stack = stack

    async def person(self, name: str, role: Role, cameras: frozenset[str] | None) -> aiohttp.ClientSession:
        await self.site.access.add(name, PASSWORD, role, cameras)
        jar = aiohttp.CookieJar(unsafe=True)
        http = await self._stack.enter_async_context(aiohttp.ClientSession(self.site.url, cookie_jar=jar))
        async with http.post("/api/v1/session", json={"name": name, "password": PASSWORD}) as answer:
            assert answer.status == 200
        return http

    async def camera(self, camera_id: str = "hall", http: aiohttp.ClientSession | None = None) -> End:
        """A browser that is it, and can be seen directly."""
        end = await self._opened(http, f"/api/v1/cameras/{camera_id}/push")
        await end.say({"type": "able"})
        return end

    async def viewer(self, camera_id: str = "hall", http: aiohttp.ClientSession | None = None) -> End:
        return await self._opened(http, f"/api/v1/cameras/{camera_id}/direct/signals")

    async def _opened(self, http: aiohttp.ClientSession | None, path: str) -> End:
        return End(await self._stack.enter_async_context((http or self.site.http).ws_connect(path)))

    async def told(self, camera_id: str = "hall") -> dict[str, Any]:
        async with self.site.http.get(f"/api/v1/cameras/{camera_id}/direct") as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def until_offered(self, camera_id: str = "hall") -> None:
        await until(lambda: self.site.services.introductions.obstacle(camera_id) is None)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with (
        serve(tmp_path, cameras=[HALL, PORCH], settings=SETTINGS, look_every_s=0.1) as site,
        AsyncExitStack() as stack,
    ):
        yield House(site, stack)


async def met(house: House, http: aiohttp.ClientSession | None = None) -> tuple[End, End]:
    """A camera and a viewer of it, before the first word."""
    camera = await house.camera()
    await house.until_offered()
    viewer = await house.viewer(http=http)
    assert await camera.hear() == {"type": "viewer", "viewer": 1, "ice_servers": ICE}
    return camera, viewer


async def test_what_both_say_is_passed_on_and_nothing_else(house: House) -> None:
    camera, viewer = await met(house)
    await camera.say(OFFER, {**CANDIDATE, "viewer": 1})
    assert await viewer.hear() == {"type": "offer", "sdp": SDP, "ice_servers": ICE}
    assert await viewer.hear() == CANDIDATE
    await viewer.say(ANSWER, CANDIDATE)
    assert await camera.hear() == {**ANSWER, "viewer": 1}
    assert await camera.hear() == {**CANDIDATE, "viewer": 1}
    await viewer.channel.close()
    assert await camera.hear() == {"type": "gone", "viewer": 1}


async def test_whether_it_can_be_is_told(house: House) -> None:
    assert (await house.told())["code"] == "direct_unable"
    camera = await house.camera()
    await house.until_offered()
    assert await house.told() == {"offered": True, "code": None, "why": None, "why_said": None}
    assert (await house.told("porch"))["code"] == "direct_unable"
    await camera.channel.close()
    await until(lambda: house.site.services.introductions.obstacle("hall"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"privacy_masks": [[[0, 0], [0.5, 0], [0.5, 0.5]]]}, "direct_masked"),
        ({"rotation": 180}, "direct_rotated"),
        ({"privacy": True}, "camera_private"),
        ({"enabled": False}, "camera_disabled"),
    ],
)
async def test_what_gcam_would_hide_or_turn_ends_it_for_those_who_watch_and_those_who_come(
    house: House, change: dict[str, Any], code: str
) -> None:
    camera, viewer = await met(house)
    await house.site.cameras.update("hall", change)
    (said,) = await viewer.until_over()
    assert (said["type"], said["code"]) == ("gone", code)
    assert await camera.hear() == {"type": "gone", "viewer": 1}
    house.site.engine.camera_states["hall"] = make_state(HALL)  # it runs, as far as the page can tell
    (refused,) = await (await house.viewer()).until_over()
    assert refused["code"] == code
    assert (await house.told())["code"] == code


async def test_other_changes_of_the_camera_end_nothing(house: House) -> None:
    camera, viewer = await met(house)
    await house.site.cameras.update("hall", {"name": "The hall"})
    house.site.engine.publish(CameraAdded("porch"))
    await camera.say(OFFER)
    assert (await viewer.hear())["type"] == "offer"


async def test_a_camera_that_is_removed_is_seen_no_more(house: House) -> None:
    camera, viewer = await met(house)
    await house.site.cameras.remove("hall")
    assert [one["code"] for one in await viewer.until_over()] == ["no_camera"]
    assert await camera.hear() == {"type": "gone", "viewer": 1}


async def test_a_viewer_whose_rights_end_is_sent_no_more(house: House) -> None:
    http = await house.person("Bo", Role.VIEWER, frozenset({"hall"}))
    camera, viewer = await met(house, http)
    await camera.say(OFFER)
    await viewer.hear()
    (bo,) = [person for person in house.site.access.people() if person.name == "Bo"]
    await house.site.access.remove(bo.id)
    await viewer.until_over()
    assert await camera.hear() == {"type": "gone", "viewer": 1}


async def test_a_camera_whose_rights_end_is_left_by_those_who_watch(house: House) -> None:
    http = await house.person("Phone", Role.CAMERA, frozenset({"hall"}))
    camera = await house.camera(http=http)
    await house.until_offered()
    viewer = await house.viewer()
    assert (await camera.hear())["type"] == "viewer"
    (phone,) = [person for person in house.site.access.people() if person.name == "Phone"]
    await house.site.access.remove(phone.id)
    await camera.until_over()
    assert [one["code"] for one in await viewer.until_over()] == ["direct_over"]


@pytest.mark.parametrize(
    ("role", "cameras", "status"),
    [
        (Role.CAMERA, frozenset({"hall"}), 403),
        (Role.VIEWER, frozenset({"porch"}), 404),
    ],
)
async def test_who_may_not_see_the_camera_is_refused(
    house: House, role: Role, cameras: frozenset[str], status: int
) -> None:
    camera = await house.camera()
    await house.until_offered()
    http = await house.person("Bo", role, cameras)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.viewer(http=http)
    assert refused.value.status == status
    async with http.get("/api/v1/cameras/hall/direct") as answer:
        assert answer.status == status
    viewer = await house.viewer()
    assert (await camera.hear())["viewer"] == 1  # nobody came before
    await viewer.channel.close()


async def test_who_may_see_a_camera_is_not_it(house: House) -> None:
    http = await house.person("Bo", Role.VIEWER, None)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.camera(http=http)
    assert refused.value.status == 403


async def test_a_camera_reaches_its_own_viewers_alone(house: House) -> None:
    hall, viewer = await met(house)
    porch = await house.camera("porch")
    await house.until_offered("porch")
    await porch.say({**OFFER, "sdp": "v=0 forged"}, {**CANDIDATE, "viewer": 1})
    await hall.say({**OFFER, "viewer": 2}, {**OFFER, "viewer": -1}, {"type": "able"}, OFFER)
    assert (await viewer.hear())["sdp"] == SDP


async def test_what_a_viewer_says_bears_its_own_number(house: House) -> None:
    camera, viewer = await met(house)
    await camera.say(OFFER)
    await viewer.hear()
    await viewer.say({**ANSWER, "viewer": 7})
    assert [one["code"] for one in await viewer.until_over()] == ["direct_no_message"]
    assert await camera.hear() == {"type": "gone", "viewer": 1}


@pytest.mark.parametrize(
    "words",
    [
        "",
        "no json",
        "[]",
        "7",
        '{"type": ["answer"]}',
        '{"type": "offer", "sdp": "v=0"}',
        '{"type": "viewer"}',
        '{"type": "answer"}',
        '{"type": "answer", "sdp": 7}',
        json.dumps({"type": "answer", "sdp": "v" * 12_001}),
        json.dumps({**CANDIDATE, "candidate": "c" * 1025}),
        json.dumps({**CANDIDATE, "candidate": "candidate:1\r\na=forged"}),
        json.dumps({**CANDIDATE, "line": 1e9}),
        json.dumps({**ANSWER, "more": "keys"}),
        "[" * (MOST_BYTES - 1),
    ],
)
async def test_what_is_no_message_of_a_viewer_ends_it_and_reaches_nobody(house: House, words: str) -> None:
    camera, viewer = await met(house)
    await camera.say(OFFER)
    await viewer.hear()
    await viewer.channel.send_str(words)
    assert [one["code"] for one in await viewer.until_over()] == ["direct_no_message"]
    assert await camera.hear() == {"type": "gone", "viewer": 1}


async def test_a_huge_message_of_a_viewer_is_not_read(house: House) -> None:
    camera, viewer = await met(house)
    await viewer.channel.send_str("v" * (MOST_BYTES + 1))
    assert await viewer.until_over() == []
    assert await camera.hear() == {"type": "gone", "viewer": 1}


@pytest.mark.parametrize("words", ["", "hello", "[]", '{"type": "offer"}', "v" * 1_000_000, "[" * 100_000])
async def test_a_camera_that_says_something_else_stays_the_camera(house: House, words: str) -> None:
    camera, viewer = await met(house)
    await camera.channel.send_str(words)
    await camera.say(OFFER)
    assert (await viewer.hear())["type"] == "offer"


async def test_nobody_answers_before_the_offer_nor_twice(house: House) -> None:
    camera, early = await met(house)
    await early.say(ANSWER)
    assert [one["code"] for one in await early.until_over()] == ["direct_no_message"]
    assert await camera.hear() == {"type": "gone", "viewer": 1}
    twice = await house.viewer()
    await camera.hear()
    await camera.say({**OFFER, "viewer": 2})
    await twice.hear()
    await twice.say(ANSWER, ANSWER)
    assert [one["code"] for one in await twice.until_over()] == ["direct_no_message"]


async def test_a_viewer_who_never_stops_talking_is_ended(house: House) -> None:
    camera, viewer = await met(house)
    await camera.say(OFFER)
    await viewer.hear()
    await viewer.say(ANSWER, *[CANDIDATE] * MOST_SAID)
    assert [one["code"] for one in await viewer.until_over()] == ["direct_no_message"]
    passed = [await camera.hear() for _ in range(MOST_SAID + 1)]
    assert passed[-1] == {"type": "gone", "viewer": 1}


async def test_a_camera_that_never_stops_talking_loses_that_viewer(house: House) -> None:
    camera, viewer = await met(house)
    await camera.say(OFFER, *[{**CANDIDATE, "viewer": 1}] * MOST_SAID)
    heard = await viewer.until_over()
    assert heard[-1]["code"] == "direct_no_message"
    assert len(heard) <= MOST_SAID + 1
    assert await camera.hear() == {"type": "gone", "viewer": 1}


async def test_so_many_watch_and_no_more(house: House) -> None:
    camera = await house.camera()
    await house.until_offered()
    viewers = [await house.viewer() for _ in range(MOST_GUESTS)]
    assert [(await camera.hear())["viewer"] for _ in viewers] == [1, 2, 3, 4]
    (refused,) = await (await house.viewer()).until_over()
    assert refused["code"] == "direct_crowded"
    assert (await house.told())["code"] == "direct_crowded"
    await viewers[0].channel.close()
    await house.until_offered()


async def test_the_newest_browser_is_the_camera_and_the_one_before_is_told(house: House) -> None:
    former, viewer = await met(house)
    newer = await house.camera()
    assert [one["code"] for one in await viewer.until_over()] == ["direct_over"]
    async with patience():
        said = await former.channel.receive()
        while said.type is aiohttp.WSMsgType.TEXT:
            said = await former.channel.receive()
    assert (Head.unpack(said.data[:HEAD_BYTES]).kind, said.data[HEAD_BYTES]) == (Kind.BYE, Parting.REPLACED)
    await former.until_over()
    await house.until_offered()
    await house.viewer()
    assert (await newer.hear())["type"] == "viewer"


async def test_one_that_was_replaced_does_not_come_back_by_a_word(house: House) -> None:
    """It may say that it is able while it is told that it is the camera no more."""
    old = End(await house.site.http.ws_connect("/api/v1/cameras/hall/push"))
    newer = await house.camera()
    await house.until_offered()
    await old.say({"type": "able"})
    await old.until_over()
    await house.viewer()
    assert (await newer.hear())["type"] == "viewer"


async def test_gcams_end_ends_both(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        async with serve(tmp_path, cameras=[HALL]) as site:
            camera, viewer = await met_without_ice(House(site, stack))
        await asyncio.gather(camera.until_over(), viewer.until_over())


async def met_without_ice(house: House) -> tuple[End, End]:
    camera = await house.camera()
    await house.until_offered()
    viewer = await house.viewer()
    assert await camera.hear() == {"type": "viewer", "viewer": 1, "ice_servers": []}
    return camera, viewer


async def test_a_camera_that_is_off_is_not_to_be_seen(house: House) -> None:
    house.site.engine.camera_states["hall"] = make_state(HALL, status=Status.PRIVACY)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.viewer()
    assert refused.value.status == 503


def test_servers_to_be_reached_with_are_addresses_or_have_a_login(tmp_path: Path) -> None:
    login = {"url": "turn:turn.example.org:3478?transport=udp", "username": "ada", "password": "secret"}
    web = {"ice_servers": ["stun:stun.example.org", login]}
    assert parse_options({"web": web}, data_dir=tmp_path).web.ice_servers == (
        IceServer("stun:stun.example.org"),
        IceServer("turn:turn.example.org:3478?transport=udp", "ada", "secret"),
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("https://example.org", "stun:stun.example.org:3478"),
        ("turn:turn.example.org", "needs url, username and password"),
        ({"username": "ada", "password": "hunter2"}, "stun:stun.example.org:3478"),
        ({"url": "turn:a", "username": "ada", "password": "hunter2", "more": 1}, "unknown setting"),
        (7, "no section"),
    ],
)
def test_other_servers_are_refused(tmp_path: Path, wrong: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        parse_options({"web": {"ice_servers": [wrong]}}, data_dir=tmp_path)
    assert "hunter2" not in str(refused.value)
