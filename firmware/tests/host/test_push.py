"""A board that dials in, at Gcam's own listener: who is who, its pace, what it obeys; and at a false Gcam."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from host_board import HostBoard

from gcam_addon.assembly import board_of
from gcam_addon.boards.pushing_board import PushingBoard
from gcam_addon.errors import ConfigError
from gcam_addon.model import Unit
from gcam_addon.sources.arriving import ArrivingSource
from gcam_addon.wire.pushing import (
    GREETING_BYTES,
    HEAD_BYTES,
    NONCE_BYTES,
    Head,
    Hello,
    Kind,
    Parting,
    bye,
    camera_proof,
    gcam_proof,
    greeting,
    message,
    taken,
)
from tests.integration.test_push import SECRET, listening
from tests.support.gcam_board import Asked
from tests.support.reading import received
from tests.support.waiting import patience, until

_SET, _STATUS = 9, 10
_NONCE = bytes(range(NONCE_BYTES))


def dials(port: int, secret: str = SECRET) -> dict[str, str]:
    return {"GCAM_HOST_PUSH": f"127.0.0.1 {port} door {secret}"}


@dataclass
class Call:
    """One connection of the board, at a Gcam that a test plays itself."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    statuses: list[Any] = field(default_factory=list)
    pictures: int = 0

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def hear(self) -> tuple[Head, bytes]:
        async with patience():
            head = Head.unpack(await self.reader.readexactly(HEAD_BYTES))
            return head, await self.reader.readexactly(head.length)

    async def hello(self, nonce: bytes = _NONCE) -> Hello:
        self.say(greeting(nonce))
        head, payload = await self.hear()
        assert head.kind == Kind.HELLO
        return Hello.unpack(payload)

    async def welcome(self, window: int = 4, secret: str = SECRET) -> Hello:
        hello = await self.hello()
        proof = gcam_proof(secret, _NONCE, hello.nonce, hello.camera_id)
        self.say(message(Kind.WELCOME, proof + bytes((window,))))
        return hello

    async def hear_on(self) -> tuple[Head, bytes]:
        """What comes next; pictures are counted, statuses kept."""
        head, payload = await self.hear()
        self.pictures += head.kind == Kind.JPEG
        if head.kind == _STATUS:
            assert len(payload) <= 4096
            self.statuses.append(json.loads(payload))
        return head, payload

    async def picture(self) -> tuple[int, bytes]:
        """The next one, and when it was taken."""
        while (heard := await self.hear_on())[0].kind != Kind.JPEG:
            pass
        return heard[0].time_us, heard[1]

    def take(self) -> None:
        """All that came."""
        self.say(taken(self.pictures))

    async def status(self) -> Any:
        """The next one; pictures before it are taken."""
        while not self.statuses:
            await self.hear_on()
            self.take()
        return self.statuses.pop(0)

    async def is_over(self) -> bool:
        """What still comes is no picture."""
        async with patience():
            while True:
                try:
                    head, _ = await self.hear()
                except (asyncio.IncompleteReadError, ConnectionError):
                    return True
                assert head.kind != Kind.JPEG


@dataclass
class Played:
    """A Gcam that a test plays: the calls that came."""

    calls: asyncio.Queue[Call] = field(default_factory=asyncio.Queue)
    port: int = 0

    async def call(self) -> Call:
        async with patience():
            return await self.calls.get()


@pytest.fixture
async def gcam() -> AsyncIterator[Played]:
    played = Played()
    open_: list[asyncio.StreamWriter] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.append(writer)
        await played.calls.put(Call(reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=2**20)
    played.port = server.sockets[0].getsockname()[1]
    yield played
    server.close()
    for writer in open_:
        writer.transport.abort()


async def test_gcams_own_listener_takes_its_pictures(board: HostBoard) -> None:
    async with listening() as house:
        await board.start(**dials(house.port))
        units = await received(house.source(), 30)
        assert all(unit.data.startswith(b"\xff\xd8") and unit.data.endswith(b"\xff\xd9") for unit in units)
        times = [unit.pts_s for unit in units]
        assert times == sorted(set(times))


async def test_gcam_knows_how_it_fares_and_sets_it(board: HostBoard) -> None:
    async with listening() as house:
        await board.start(**dials(house.port))
        source, units = house.source(), []
        async with read(source, units):
            found = await board_of(house.cameras[0], house.clock, house.arrivals)
            assert isinstance(found, PushingBoard)
            assert (await found.health(house.clock.wall())).boots == 1
            await found.set("quality", 20)
            await found.light(40)
            assert {one.name: one.value for one in await found.controls()}["quality"] == 20
            assert await found.lamp() == 40
            source.pace(5)
            await until(lambda: source.paced_fps == 5)
            first = len(units) + 1  # one was on its way
            await until(lambda: len(units) >= first + 5)
            times = [unit.pts_s for unit in units[first:]]
            assert all(after - before > 0.15 for before, after in pairwise(times)), times


async def test_what_it_refuses_is_told_in_its_own_words(board: HostBoard) -> None:
    async with listening() as house:
        await board.start(**dials(house.port), GCAM_HOST_REFUSES="5")
        async with read(house.source(), []):
            found = await board_of(house.cameras[0], house.clock, house.arrivals)
            with pytest.raises(ConfigError, match="the board says: The sensor refuses this value"):
                await found.set("contrast", 2)


async def test_it_dials_again_where_gcam_starts_anew(board: HostBoard) -> None:
    async with listening() as house:
        await board.start(**dials(house.port))
        await received(house.source(), 3)
        port = house.port
    async with listening(port=port) as house:
        assert len(await received(house.source(), 3)) == 3


async def test_a_wrong_key_sends_nothing(board: HostBoard) -> None:
    async with listening() as house:
        await board.start(**dials(house.port, "another-secret-of-letters"))
        await until(lambda: "Gcam says (1)" in board.said, lambda: board.said)
        assert house.listener.unproven == 0


async def test_it_proves_itself_by_both_nonces_and_says_who_it_is(board: HostBoard, gcam: Played) -> None:
    await board.start(**dials(gcam.port))
    first = await (await gcam.call()).hello()
    assert first.camera_id == "door"
    assert first.who == "Porch (gcam.ai-thinker 2026.12.0)"
    assert first.proof == camera_proof(SECRET, _NONCE, first.nonce, "door")


async def test_no_two_of_its_nonces_are_alike(board: HostBoard, gcam: Played) -> None:
    """What was overheard of Gcam's answer proves nothing in the next connection."""
    await board.start(**dials(gcam.port))
    first = await gcam.call()
    hello = await first.welcome()
    overheard = gcam_proof(SECRET, _NONCE, hello.nonce, "door")
    await first.picture()
    first.writer.transport.abort()
    second = await gcam.call()
    again = await second.hello()
    assert again.nonce != hello.nonce
    second.say(message(Kind.WELCOME, overheard + b"\x04"))
    assert await second.is_over()
    await until(lambda: "does not have the camera's key" in board.said)


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(message(Kind.WELCOME, bytes(33)), id="no proof"),
        pytest.param(message(Kind.WELCOME, b""), id="empty"),
        pytest.param(message(Kind.TAKEN, struct.pack(">I", 0)), id="another message"),
        pytest.param(struct.pack(">BIQ", _SET, 9, 0) + b"quality=9", id="obey before proof"),
        pytest.param(struct.pack(">BIQ", Kind.WELCOME, 2**31, 0), id="long"),
    ],
)
async def test_who_does_not_prove_itself_is_sent_nothing(board: HostBoard, gcam: Played, says: bytes) -> None:
    await board.start(**dials(gcam.port))
    call = await gcam.call()
    await call.hello()
    call.say(says)
    assert await call.is_over()


@pytest.mark.parametrize("greets", [b"GCP2" + bytes(32), b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(20)])
async def test_another_program_is_sent_nothing(board: HostBoard, gcam: Played, greets: bytes) -> None:
    assert len(greets) >= GREETING_BYTES
    await board.start(**dials(gcam.port))
    call = await gcam.call()
    call.say(greets)
    assert await call.is_over()


async def test_no_more_than_the_window_is_under_way(board: HostBoard, gcam: Played) -> None:
    await board.start(**dials(gcam.port))
    call = await gcam.call()
    await call.welcome(window=2)
    first = await call.picture()
    second = await call.picture()
    # nothing of it was taken: it says nothing more than how it is, until it takes Gcam for dead
    heard = asyncio.create_task(call.picture())
    with pytest.raises(asyncio.IncompleteReadError):
        await heard
    assert "Gcam is silent" in board.said
    call = await gcam.call()
    await call.welcome(window=2)
    times = []
    for _ in range(20):
        times.append((await call.picture())[0])
        call.take()
    assert times == sorted(set(times))
    assert first[0] < second[0] < times[0]


async def test_it_obeys_its_gcam_and_says_how_it_is(board: HostBoard, gcam: Played) -> None:
    await board.start(**dials(gcam.port))
    call = await gcam.call()
    await call.welcome()
    before = await call.status()
    assert before["controls"]["quality"]["value"] == 12
    assert "refused" not in before
    of_anybody = (await Asked(board.port).ask("GET", "/board")).json
    assert before["who"] == {name: of_anybody[name] for name in ("gcam", "id", "name", "board", "version")}
    call.say(_set(b"quality=20&mirror=true&fps=2"))
    status = await call.status()
    assert [status["controls"][name]["value"] for name in ("quality", "mirror")] == [20, True]
    for wrong, sentence in (
        (b"quality=21&zoom=2", "There is no control 'zoom'"),
        (b"quality=21&fps=100", "'fps' takes a number from 0.1 to 60"),
        (b"quality", "'quality' can't be read"),
        (b"quality=21&" + b"x" * 600, "longer than 512 bytes"),
    ):
        call.say(_set(wrong))
        status = await call.status()
        assert status["refused"].startswith(sentence) or sentence in status["refused"]
        assert status["controls"]["quality"]["value"] == 20


async def test_its_pace_is_set(board: HostBoard, gcam: Played) -> None:
    await board.start(**dials(gcam.port))
    call = await gcam.call()
    await call.welcome(window=8)
    await call.status()
    call.say(_set(b"fps=2"))
    await call.status()
    times = []
    for _ in range(6):
        times.append((await call.picture())[0])
        call.take()
    # the first may have been on its way before; the camera's own pace is seven times that
    steps = [after - before for before, after in pairwise(times[1:])]
    assert min(steps) > 300_000


async def test_it_asks_where_it_has_nothing_to_send(board: HostBoard, gcam: Played) -> None:
    # what the sensor held when it was asked late is old, and left out: of two pictures one comes for certain
    await board.start(GCAM_HOST_MOST="2", **dials(gcam.port))
    call = await gcam.call()
    await call.welcome()
    await call.picture()
    call.take()
    while (await call.hear_on())[0].kind != Kind.PING:
        call.take()


@pytest.mark.parametrize("why", [Parting.UNKNOWN, Parting.RESTING, Parting.OTHER_VERSION])
async def test_it_tells_its_owner_why_it_was_sent_away(board: HostBoard, gcam: Played, why: Parting) -> None:
    await board.start(**dials(gcam.port))
    call = await gcam.call()
    await call.hello()
    call.say(bye(why, "Because of this test."))
    assert await call.is_over()
    await until(lambda: f"Gcam says ({why.value}) Because of this test." in board.said)


async def test_it_goes_on_where_more_is_said_than_it_knows(board: HostBoard, gcam: Played) -> None:
    await board.start(**dials(gcam.port))
    call = await gcam.call()
    await call.welcome()
    call.say(struct.pack(">BIQ", 77, 1000, 0) + bytes(1000))
    for _ in range(5):
        await call.picture()
        call.take()
    call.say(taken(99))
    await until(lambda: "more pictures than it was sent" in board.said)


@asynccontextmanager
async def read(source: ArrivingSource, units: list[Unit]) -> AsyncIterator[None]:
    """Entered once there is a picture; all of them are put into `units`."""

    async def go() -> None:
        async with aclosing(source.units()) as coming:
            async for unit in coming:
                units.append(unit)  # noqa: PERF401  (they are looked at while they come)

    reading = asyncio.create_task(go())
    await until(lambda: units or reading.done())
    yield
    reading.cancel()
    await asyncio.wait([reading])


def _set(form: bytes) -> bytes:
    return struct.pack(">BIQ", _SET, len(form), 0) + form
