"""What docs/ref/board.md says of boards with Gcam's firmware, held against the simulator in raw bytes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Self

import pytest

from gcam_addon.wire import credentials
from tests.support.gcam_board import TOKEN, Asked, said_in, written
from tests.support.simulated import RawClient, camera
from tests.support.waiting import patience

_PART = re.compile(
    rb"--gcam\r\nContent-Type: image/jpeg\r\nContent-Length: (\d+)\r\n"
    rb"X-Timestamp: (\d+\.\d{6})\r\nX-Frame: (\d+)\r\n\r\n"
)
_STREAM_HEAD = re.compile(
    rb"HTTP/1\.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=gcam\r\n"
    rb"Cache-Control: no-store\r\nConnection: close\r\nX-Gcam-Stream: (\d+)\r\n\r\n"
)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a board that nobody has claimed."""
    async with camera("gcam", fps=20.0) as board:
        yield board.port


@pytest.fixture
async def owner(port: int) -> Asked:
    """Of a board that is claimed."""
    asked = Asked(port, TOKEN)
    claimed = await asked.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})
    assert claimed.status == 204
    assert not claimed.body
    return asked


async def test_it_says_who_it_is_to_anybody_and_shows_nothing_before_it_is_claimed(port: int) -> None:
    asked = Asked(port)
    who = await asked.ask("GET", "/board")
    assert who.status == 200
    assert list(who.json) == ["gcam", "id", "name", "board", "version", "claimed", "fixed"]
    assert who.json["gcam"] == 1
    assert re.fullmatch("[0-9a-f]{12}", who.json["id"])
    assert who.json["claimed"] is False
    for target in ("/stream", "/capture", "/status"):
        assert (await asked.ask("GET", target)).status == 403
    assert (await asked.ask("POST", "/release")).status == 403


async def test_every_answer_says_that_it_is_the_last(port: int) -> None:
    asked = Asked(port)
    for method, target in (("GET", "/board"), ("GET", "/nothing"), ("HEAD", "/board"), ("GET", "/status")):
        assert (await asked.ask(method, target)).header("Connection") == ["close"], target


async def test_it_is_claimed_once(port: int) -> None:
    asked = Asked(port)
    assert (await asked.ask("POST", "/claim", {"token": TOKEN})).status == 403
    assert (await asked.ask("POST", "/claim", {"token": "short"}, {"X-Gcam": "1"})).status == 400
    assert (await asked.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})).status == 204
    assert (await asked.ask("POST", "/claim", {"token": TOKEN[::-1]}, {"X-Gcam": "1"})).status == 409
    assert (await asked.ask("GET", "/board")).json["claimed"] is True


async def test_only_the_token_opens_it(owner: Asked) -> None:
    assert (await owner.ask("GET", "/status")).status == 200
    assert (await Asked(owner.port, "another-token-than-it-has").ask("GET", "/status")).status == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert (await Asked(owner.port).ask("GET", "/status", headers=bearer)).status == 200
    basic = {"Authorization": credentials.basic("gcam", TOKEN)}
    assert (await Asked(owner.port).ask("GET", "/status", headers=basic)).status == 401


async def test_it_challenges_twice_with_one_nonce_sha_256_first(owner: Asked) -> None:
    offers = (await Asked(owner.port).ask("GET", "/status")).header("WWW-Authenticate")
    assert ["SHA-256" in offers[0], "MD5" in offers[1], len(offers)] == [True, True, 2]
    nonces = [re.search('nonce="([0-9a-f]{32})"', offer) for offer in offers]
    assert nonces[0]
    assert nonces[1]
    assert nonces[0][1] == nonces[1][1]
    for offer in offers:
        assert offer.startswith("Digest ")
        assert 'realm="gcam"' in offer
        answer = credentials.digest(offer, "gcam", TOKEN, "/status")
        assert answer is not None
        fresh = credentials.digest(
            (await Asked(owner.port).ask("GET", "/status")).header("WWW-Authenticate")[offers.index(offer)],
            "gcam",
            TOKEN,
            "/status",
        )
        assert fresh is not None
        said = await Asked(owner.port).ask("GET", "/status", headers={"Authorization": fresh})
        assert said.status == 200


async def test_what_was_overheard_proves_nothing_twice(owner: Asked) -> None:
    offer = (await Asked(owner.port).ask("GET", "/status")).header("WWW-Authenticate")[0]

    async def told(count: int, target: str = "/status") -> int:
        answer = credentials.digest(offer, "gcam", TOKEN, "/status", count=count)
        assert answer is not None
        said = await Asked(owner.port).ask("GET", target, headers={"Authorization": answer})
        stale = any("stale=true" in offer for offer in said.header("WWW-Authenticate"))
        return -said.status if stale else said.status

    assert [await told(count) for count in (1, 1, 3, 2, 4)] == [200, -401, 200, -401, 200]
    assert await told(5, "/capture") == 401


async def test_who_asks_without_a_token_pushes_nobody_out(owner: Asked) -> None:
    offer = (await Asked(owner.port).ask("GET", "/status")).header("WWW-Authenticate")[0]
    for _ in range(40):
        await Asked(owner.port).ask("GET", "/status")
    answer = credentials.digest(offer, "gcam", TOKEN, "/status")
    assert answer is not None
    said = await Asked(owner.port).ask("GET", "/status", headers={"Authorization": answer})
    assert said.status == 200


async def test_who_asks_often_is_answered_each_time_and_what_was_overheard_proves_nothing(
    owner: Asked,
) -> None:
    offer = (await Asked(owner.port).ask("GET", "/status")).header("WWW-Authenticate")[0]
    overheard = {"Authorization": credentials.digest(offer, "gcam", TOKEN, "/status") or ""}
    assert (await Asked(owner.port).ask("GET", "/status", headers=overheard)).status == 200
    for _ in range(70):
        assert (await owner.ask("GET", "/status")).status == 200
        assert (await Asked(owner.port).ask("GET", "/status", headers=overheard)).status == 401


async def test_another_token_a_release_and_a_new_owner(owner: Asked) -> None:
    other = TOKEN[::-1]
    assert (await owner.ask("POST", "/token", {"token": other})).status == 204
    assert (await owner.ask("GET", "/status")).status == 401
    renewed = Asked(owner.port, other)
    assert (await renewed.ask("POST", "/release")).status == 204
    assert (await renewed.ask("GET", "/board")).json["claimed"] is False
    assert (await renewed.ask("GET", "/status")).status == 403
    assert (await renewed.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})).status == 204


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (written("GET", "/nothing"), 404),
        (written("HEAD", "/board"), 405),
        (written("POST", "/board"), 405),
        (written("GET", "/claim"), 405),
        (written("GET", "/board?verbose=1"), 400),
        (written("GET", "/bo%61rd"), 400),
        (written("GET", "/board", headers={"Origin": "http://evil.example"}), 403),
        (written("GET", "/board", headers={"X-Long": "x" * 1024}), 431),
        (written("POST", "/claim", {"token": "x" * 600}, {"X-Gcam": "1"}), 413),
    ],
)
async def test_what_is_wrong_is_said_in_one_line(port: int, request_: bytes, status: int) -> None:
    said = said_in(await Asked(port).raw(request_))
    if request_.startswith(b"HEAD"):
        assert said.status == status
        return
    assert said.status == status
    assert said.header("Content-Type") == ["text/plain"]
    assert said.header("Content-Length") == [str(len(said.body))]
    assert said.body.endswith(b"\n")
    assert said.body.count(b"\n") == 1
    assert (status == 405) == bool(said.header("Allow"))


async def test_half_a_request_is_not_waited_for_long(port: int) -> None:
    assert said_in(await Asked(port).raw(b"GET /board HTTP/1.1\r\n")).status == 408


async def test_a_stream_in_its_bytes(owner: Asked) -> None:
    async with _Watching(owner) as watching:
        parts = [await watching.part() for _ in range(4)]
        assert all(jpeg.startswith(b"\xff\xd8") for _, _, jpeg in parts)
        assert [taken for taken, _, _ in parts] == sorted(taken for taken, _, _ in parts)
        assert [number for _, number, _ in parts] == list(range(parts[0][1], parts[0][1] + 4))


async def test_a_stream_goes_at_the_pace_that_is_asked_for_and_at_another_one(owner: Asked) -> None:
    async with _Watching(owner, "/stream?fps=2") as watching:
        await watching.part()
        first, second = [await watching.part() for _ in range(2)]
        assert 0.35 < second[0] - first[0] < 0.8
        assert (await owner.ask("POST", f"/stream/{watching.number}", {"fps": 0})).status == 204
        await watching.part()
        quick = [await watching.part() for _ in range(5)]
        assert (quick[-1][0] - quick[0][0]) / 4 < 0.2
    assert (await owner.ask("POST", "/stream/99999", {"fps": 5})).status == 404
    assert (await owner.ask("POST", "/stream/99999", {"fps": 600})).status == 400
    assert (await owner.ask("GET", "/stream?fps=fast")).status == 400


async def test_four_watch_and_the_fifth_is_told(owner: Asked) -> None:
    async with _Watching(owner), _Watching(owner), _Watching(owner), _Watching(owner) as fourth:
        fifth = await owner.ask("GET", "/stream")
        assert fifth.status == 503
        assert fifth.header("Retry-After") == ["1"]
        assert (await owner.ask("GET", "/status")).json["clients"] == 4
        await fourth.part()


async def test_a_stream_ends_where_the_board_is_released(owner: Asked) -> None:
    async with _Watching(owner) as watching:
        await watching.part()
        assert (await owner.ask("POST", "/release")).status == 204
        await watching.client.rest()


async def test_one_picture_is_taken_after_it_was_asked_for(owner: Asked) -> None:
    before = (await owner.ask("GET", "/status")).json["uptime_s"]
    said = await owner.ask("GET", "/capture")
    assert said.names == [
        "Content-Type",
        "Content-Length",
        "X-Timestamp",
        "X-Frame",
        "Cache-Control",
        "Connection",
    ]
    assert said.body.startswith(b"\xff\xd8")
    assert float(said.header("X-Timestamp")[0]) >= before


async def test_its_status(owner: Asked) -> None:
    status = (await owner.ask("GET", "/status")).json
    assert list(status) == [
        "uptime_s",
        "boots",
        "reset",
        "rssi_dbm",
        "heap_free",
        "heap_largest",
        "psram_free",
        "clients",
        "frames",
        "fps",
        "size",
        "sensor",
        "controls",
    ]
    assert list(status["frames"]) == ["taken", "sent", "skipped"]
    assert list(status["controls"])[:2] == ["frame_size", "quality"]
    assert status["controls"]["quality"] == {
        "value": status["controls"]["quality"]["value"],
        "from": 6,
        "to": 63,
    }


async def test_controls_are_set_together_or_not_at_all(owner: Asked) -> None:
    said = await owner.ask("POST", "/control", {"quality": 20, "mirror": "true"})
    assert said.status == 200
    assert said.json["quality"]["value"] == 20
    assert said.json["mirror"] == {"value": True}
    for wrong in ({"quality": 30, "mirror": "yes"}, {"quality": 30, "zoom": 2}, {"quality": 3}):
        assert (await owner.ask("POST", "/control", wrong)).status == 400
    held = (await owner.ask("GET", "/status")).json["controls"]
    assert [held["quality"]["value"], held["mirror"]["value"]] == [20, True]


async def test_what_was_set_survives_a_restart_but_not_the_lamp() -> None:
    async with camera("gcam") as board:
        owner = Asked(board.port, TOKEN)
        await owner.ask("POST", "/claim", {"token": TOKEN}, {"X-Gcam": "1"})
        sets = {"quality": 20, "frame_size": "qqvga", "lamp": 60}
        assert (await owner.ask("POST", "/control", sets)).status == 200
        before = (await owner.ask("GET", "/status")).json
        await board.reboot(gone_s=0)
        status = (await owner.ask("GET", "/status")).json
        held = {name: one["value"] for name, one in status["controls"].items()}
        assert [held["quality"], held["frame_size"], held["lamp"]] == [20, "qqvga", 0]
        assert status["boots"] == before["boots"] + 1
        assert status["size"] == "160x120"


class _Watching:
    """A stream that is open."""

    def __init__(self, owner: Asked, target: str = "/stream") -> None:
        self._owner = owner
        self._target = target
        self.number = 0

    async def __aenter__(self) -> Self:
        offer = (await Asked(self._owner.port).ask("GET", self._target)).header("WWW-Authenticate")[0]
        answer = credentials.digest(offer, "gcam", TOKEN, self._target)
        assert answer is not None
        self.client = RawClient(*await asyncio.open_connection("127.0.0.1", self._owner.port, limit=2**20))
        self.client.writer.write(written("GET", self._target, headers={"Authorization": answer}))
        head = _STREAM_HEAD.fullmatch(await self.client.head())
        assert head is not None
        self.number = int(head[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.client.close()

    async def part(self) -> tuple[float, int, bytes]:
        """When it was taken, its number, and the picture."""
        async with patience():
            head = await self.client.head()
            match = _PART.fullmatch(head)
            assert match is not None, head
            jpeg = await self.client.exactly(int(match[1]))
            assert await self.client.exactly(2) == b"\r\n"
        return float(match[2]), int(match[3]), jpeg
