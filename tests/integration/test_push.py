"""Cameras that dial in over TCP, over real sockets: what they send is what is read, nobody else gets in, and
what goes wrong is said and ends nothing else.
"""

from __future__ import annotations

import asyncio
import pickle
import random
import ssl
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, PushSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import SourceError, Stalled, Unreachable
from gcam_addon.model import CameraAdded, Codec, Size, Unit, jpeg_unit
from gcam_addon.push.listener import MOST_UNPROVEN_OF_ONE, PushListener
from gcam_addon.push.sender import Sender, Target
from gcam_addon.sources.arriving import ArrivingSource
from gcam_addon.wire.address import with_push_key
from gcam_addon.wire.arrivals import Arrivals
from gcam_addon.wire.pushing import (
    GREETING_BYTES,
    HEAD_BYTES,
    NONCE_BYTES,
    VERSION,
    WINDOW,
    Head,
    Hello,
    Kind,
    Parting,
    camera_proof,
    message,
    nonce_of,
)
from tests.support.certificates import self_made
from tests.support.fakes import make_camera
from tests.support.films import film
from tests.support.jpegs import jpeg
from tests.support.reading import received
from tests.support.scripted_server import Peer, accepting
from tests.support.waiting import PATIENCE_S, patience, until

SECRET = "a-secret-of-many-letters"
SIZE = Size(160, 120)


class House:
    """A Gcam that listens for `cameras`, and what it said."""

    def __init__(
        self,
        *cameras: Camera,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
        arrivals: Arrivals | None = None,
    ) -> None:
        self.cameras = list(cameras)
        self.clock = SystemClock()
        self.arrivals = arrivals or Arrivals()
        self.duties = Duties(self.clock)
        self.listener = PushListener(
            PushSettings(host="127.0.0.1", port=port),
            lambda: self.cameras,
            self.arrivals,
            self.clock,
            duties=self.duties,
            tls=tls,
        )

    def source(self, camera_id: str = "door", stall_s: float = PATIENCE_S) -> ArrivingSource:
        camera = next(one for one in self.cameras if one.id == camera_id)
        patient = replace(camera, source=replace(camera.source, stall_timeout_s=stall_s))
        return ArrivingSource(patient, self.clock, self.arrivals)

    async def change(self, *cameras: Camera) -> None:
        self.cameras = list(cameras)
        self.listener.publish(CameraAdded("door"))
        await asyncio.sleep(0)

    @property
    def port(self) -> int:
        assert self.listener.port is not None
        return self.listener.port

    def target(self, camera_id: str = "door", secret: str = SECRET) -> Target:
        return Target("127.0.0.1", self.port, camera_id, secret, "a test")


def pushing(camera_id: str = "door", secret: str = SECRET) -> Camera:
    return make_camera(camera_id, source=make_source(camera_id, secret))


def make_source(camera_id: str, secret: str) -> object:
    camera = make_camera(camera_id)
    return replace(camera.source, url=with_push_key(camera_id, secret))


@asynccontextmanager
async def listening(
    *cameras: Camera, port: int = 0, arrivals: Arrivals | None = None
) -> AsyncIterator[House]:
    house = House(*(cameras or (pushing(),)), port=port, arrivals=arrivals)
    running = asyncio.create_task(house.listener.run())
    try:
        await until(lambda: house.listener.port is not None)
        yield house
    finally:
        running.cancel()
        await asyncio.wait([running])


@asynccontextmanager
async def sending(target: Target, said: list[str] | None = None) -> AsyncIterator[Sender]:
    sender = Sender(target, (said if said is not None else []).append, random.Random(1))
    running = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.wait([running])


async def put_in_turn(sender: Sender, units: Sequence[Unit]) -> None:
    """Each once the one before was taken: nothing is left out."""
    for unit in units:
        before = sender.sent
        sender.outbox.put(unit)
        await until(lambda before=before: sender.sent > before)  # type: ignore[misc]


def pictures(n: int, first: int = 0) -> list[Unit]:
    return [jpeg_unit(jpeg(first + i), 5.0 + i / 10, 1_700_000_000 + i / 10, SIZE) for i in range(n)]


class Raw:
    """A client that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.nonce = b""

    async def greeted(self) -> Raw:
        self.nonce = nonce_of(await self.reader.readexactly(GREETING_BYTES))
        return self

    def hello(self, secret: str = SECRET, camera_id: str = "door", version: int = VERSION) -> bytes:
        own = bytes(NONCE_BYTES)
        proof = camera_proof(secret, self.nonce, own, camera_id)
        return message(Kind.HELLO, Hello(version, own, proof, camera_id, "raw").pack())

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> tuple[int, bytes]:
        async with patience():
            head = Head.unpack(await self.reader.readexactly(HEAD_BYTES))
            return head.kind, await self.reader.readexactly(head.length)

    async def parting(self) -> Parting:
        while True:
            kind, payload = await self.answer()
            if kind == Kind.BYE:
                return Parting(payload[0])

    async def is_closed(self) -> bool:
        async with patience():
            return await self.reader.read() == b""


@asynccontextmanager
async def raw(house: House) -> AsyncIterator[Raw]:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    try:
        yield await Raw(reader, writer).greeted()
    finally:
        writer.close()


async def test_what_is_pushed_is_what_is_read() -> None:
    sent = pictures(12)
    async with listening() as house, sending(house.target()) as sender:
        reading = asyncio.create_task(received(house.source(), len(sent)))
        await put_in_turn(sender, sent[:-1])
        sender.outbox.put(sent[-1])
        units = await reading
    assert [unit.data for unit in units] == [unit.data for unit in sent]
    assert all(unit.size == SIZE and unit.is_key for unit in units)
    times = [unit.pts_s for unit in units]
    assert times == sorted(times)
    assert abs(house.clock.monotonic() - times[-1]) < PATIENCE_S


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_compressed_pictures_come_bit_for_bit(codec: Codec) -> None:
    sent = film(codec, 30)
    async with listening() as house, sending(house.target()) as sender:
        reading = asyncio.create_task(received(house.source(), len(sent)))
        for unit in sent:
            sender.outbox.put(unit)
        units = await reading
    assert [unit.is_key for unit in units] == [unit.is_key for unit in sent]
    assert units[0].size == SIZE
    assert all(unit.tracks is units[0].tracks for unit in units)
    plain = [unit.data for unit in sent if not unit.is_key]
    assert [unit.data for unit in units if not unit.is_key] == plain
    assert all(key.data.endswith(before.data) for key, before in zip(units, sent, strict=True) if key.is_key)


async def test_a_reader_that_is_slow_gets_the_newest_and_nothing_grows() -> None:
    async with listening() as house, sending(house.target()) as sender:
        source = house.source()
        async with patience(), aclosing(source.units()) as stream:
            sender.outbox.put(pictures(1)[0])
            await anext(stream)
            for unit in pictures(50, first=100):
                sender.outbox.put(unit)
                await asyncio.sleep(0)
            await until(lambda: sender.outbox.left_out >= 50 - WINDOW - 1)
            last = b""
            while last != jpeg(149):
                last = (await anext(stream)).data
    assert sender.sent <= WINDOW + 2


async def test_it_goes_on_where_gcam_was_away() -> None:
    said: list[str] = []
    first, second = pictures(1), pictures(1, first=50)
    async with listening() as house:
        target = house.target()
        async with sending(target, said) as sender:
            reading = asyncio.create_task(received(house.source(), 1))
            sender.outbox.put(first[0])
            await reading
            await until(lambda: any("trying again" in line for line in said), lambda: str(said))
            sender.outbox.put(second[0])
            assert (await received(house.source(), 1))[0].data == second[0].data


async def test_the_newest_connection_counts() -> None:
    async with listening() as house:
        source = house.source()
        async with patience(), aclosing(source.units()) as stream, raw(house) as old, raw(house) as new:
            old.say(old.hello() + message(Kind.JPEG, jpeg(1)))
            assert (await anext(stream)).data == jpeg(1)
            new.say(new.hello() + message(Kind.JPEG, jpeg(2)))
            assert (await anext(stream)).data == jpeg(2)
            assert await old.parting() is Parting.REPLACED
            assert await old.is_closed()


async def test_gcam_proves_itself_and_a_false_one_gets_no_picture() -> None:
    got = bytearray()

    async def false_gcam(peer: Peer) -> None:
        await peer.send(b"GCP1" + bytes(NONCE_BYTES))
        await peer.reader.readexactly(HEAD_BYTES)
        await peer.send(message(Kind.WELCOME, bytes(32) + b"\x04"))
        got.extend(await peer.reader.read())

    said: list[str] = []
    async with (
        accepting(false_gcam) as server,
        sending(Target("127.0.0.1", server.port, "door", SECRET), said) as sender,
    ):
        sender.outbox.put(pictures(1)[0])
        await until(lambda: said)
        assert "does not know this camera's key" in said[0]
    assert jpeg(0) not in got


@pytest.mark.parametrize(("camera_id", "secret"), [("door", "wrong"), ("nobody", SECRET)])
async def test_a_wrong_key_and_an_unknown_camera_are_the_same_to_whoever_tries(
    camera_id: str, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening() as house, raw(house) as client:
        client.say(client.hello(secret, camera_id) + message(Kind.JPEG, jpeg(1)))
        began_s = house.clock.monotonic()
        assert await client.parting() is Parting.UNKNOWN
        assert house.clock.monotonic() - began_s >= 0.9
        assert await client.is_closed()
    assert f"dialled in as {camera_id} without its key" in caplog.text
    assert secret not in caplog.text


async def test_what_was_overheard_proves_nothing() -> None:
    async with listening() as house, raw(house) as first:
        overheard = first.hello()
        async with raw(house) as second:
            second.say(overheard)
            assert await second.parting() is Parting.UNKNOWN


async def test_a_client_that_sends_python_objects_is_named_and_closed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = pickle.dumps({"frame": jpeg(1)})
    async with listening() as house, raw(house) as client:
        client.say(struct.pack("Q", len(data)) + data)
        assert await client.parting() is Parting.NO_MESSAGE
        assert await client.is_closed()
    assert "never read" in caplog.text


@pytest.mark.parametrize(
    "first",
    [
        b"GET / HTTP/1.1\r\nHost: gcam\r\n\r\n",
        message(Kind.JPEG, jpeg(1)),
        message(Kind.HELLO, b"short"),
        struct.pack(">BIQ", Kind.HELLO, 100_000_000, 0),
        bytes(100),
    ],
)
async def test_what_is_no_hello_is_closed(first: bytes) -> None:
    async with listening() as house, raw(house) as client:
        client.say(first)
        assert await client.parting() is Parting.NO_MESSAGE
        assert await client.is_closed()


async def test_another_version_is_told() -> None:
    async with listening() as house, raw(house) as client:
        client.say(client.hello(version=9))
        assert await client.parting() is Parting.OTHER_VERSION


async def test_a_hundred_megabytes_are_not_read() -> None:
    async with listening() as house, raw(house) as client:
        reading = asyncio.create_task(received(house.source(), 1))
        client.say(client.hello() + struct.pack(">BIQ", Kind.JPEG, 100_000_000, 0) + bytes(1000))
        with pytest.raises(SourceError, match="100000000 bytes"):
            await reading
        assert await client.parting() is Parting.NO_MESSAGE


async def test_torn_pictures_and_unknown_kinds_are_left_out() -> None:
    async with listening() as house, raw(house) as client:
        source = house.source()
        async with patience(), aclosing(source.units()) as stream:
            client.say(client.hello())
            client.say(message(99, b"from the future") + message(Kind.JPEG, b"\xff\xd8no picture"))
            client.say(message(Kind.H264, b"\0\0\1\x41 no key yet") + message(Kind.JPEG, jpeg(3)))
            assert (await anext(stream)).data == jpeg(3)
            assert source.dropped == 1


async def test_bytes_at_random_end_their_connection_and_nothing_else() -> None:
    rng = random.Random(3)
    async with listening() as house:
        for _ in range(60):
            async with raw(house) as client:
                proven = rng.random() < 0.5
                client.say((client.hello() if proven else b"") + rng.randbytes(rng.randrange(1, 400)))
        async with raw(house) as client:
            reading = asyncio.create_task(received(house.source(), 1))
            client.say(client.hello() + message(Kind.JPEG, jpeg(4)))
            async with patience():
                while not reading.done():
                    await asyncio.sleep(0.05)
                    if reading.done() and reading.exception():
                        reading = asyncio.create_task(received(house.source(), 1))
            assert (await reading)[0].data == jpeg(4)
        assert all(not state.failures for state in house.duties.states())


async def test_few_may_wait_without_a_proof_and_those_with_one_come_in_all_the_same() -> None:
    async with listening() as house:
        waiting = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(5)]
        assert len(waiting) == MOST_UNPROVEN_OF_ONE
        for reader, _ in waiting:
            await reader.readexactly(GREETING_BYTES)
        async with raw(house) as sixth:
            assert await sixth.parting() is Parting.CROWDED
        for _, writer in waiting:
            writer.close()
        async with patience():
            while True:
                async with raw(house) as client:
                    client.say(client.hello())
                    kind, _ = await client.answer()
                    if kind == Kind.WELCOME:
                        break


async def test_a_camera_that_rests_is_told_so() -> None:
    async with listening(replace(pushing(), enabled=False)) as house, raw(house) as client:
        client.say(client.hello())
        assert await client.parting() is Parting.RESTING


async def test_a_new_key_sends_away_who_has_the_old_one() -> None:
    async with listening() as house, raw(house) as client:
        source = house.source()
        async with patience(), aclosing(source.units()) as stream:
            client.say(client.hello() + message(Kind.JPEG, jpeg(1)))
            await anext(stream)
            await house.change(pushing(secret="another"))
            assert await client.parting() is Parting.UNKNOWN
            with pytest.raises(Unreachable):
                await anext(stream)


async def test_silence_is_a_stall_and_a_ping_is_answered() -> None:
    async with listening() as house, raw(house) as client:
        reading = asyncio.create_task(received(house.source(stall_s=0.5), 1))
        client.say(client.hello() + message(Kind.PING))
        assert (await client.answer())[0] == Kind.WELCOME
        assert (await client.answer())[0] == Kind.TAKEN
        with pytest.raises(Stalled, match=r"raw.*no picture"):
            await reading


async def test_nobody_dials_in() -> None:
    async with listening() as house:
        with pytest.raises(Unreachable, match=r"not dialled in for 0\.2 s"):
            await received(house.source(stall_s=0.2), 1)


async def test_a_port_in_use_is_said_by_the_camera_and_used_once_it_is_free(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcam_addon.push.listener._TRY_AGAIN_S", 0.05)
    other = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    house = House(pushing())
    house.listener._settings = PushSettings(host="127.0.0.1", port=port)
    running = asyncio.create_task(house.listener.run())
    await until(lambda: house.arrivals.obstacle)
    with pytest.raises(Unreachable, match=r"push\.listen"):
        await received(house.source(stall_s=0.1), 1)
    other.close()
    await other.wait_closed()
    await until(lambda: house.listener.port == port)
    assert house.arrivals.obstacle is None
    assert caplog.text.count("can't dial in") == 1
    running.cancel()
    await asyncio.wait([running])


async def test_the_port_is_open_only_while_a_camera_dials_in() -> None:
    async with listening() as house:
        port = house.port
        await house.change(make_camera("door"))
        await until(lambda: house.listener.port is None)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_fifty_cameras_at_once() -> None:
    names = [f"cam_{index}" for index in range(50)]
    async with listening(*(pushing(name) for name in names)) as house:
        senders = [
            Sender(house.target(name), lambda _: None, random.Random(i)) for i, name in enumerate(names)
        ]
        running = [asyncio.create_task(sender.run()) for sender in senders]
        reading = [asyncio.create_task(received(house.source(name), 5)) for name in names]
        for index, sender in enumerate(senders):
            sender.outbox.put(pictures(1, first=index)[0])
        async with patience():
            while not all(task.done() for task in reading):
                for index, sender in enumerate(senders):
                    sender.outbox.put(pictures(1, first=index)[0])
                await asyncio.sleep(0.02)
        for index, task in enumerate(reading):
            assert {unit.data for unit in await task} == {jpeg(index)}
        for task in running:
            task.cancel()
        await asyncio.wait(running)


async def test_a_refusal_is_told_to_the_cameras_owner() -> None:
    said: list[str] = []
    async with listening() as house, sending(house.target(secret="wrong"), said):
        await until(lambda: said)
    assert "this is not its key" in said[0]
    assert "trying again in 30 s" in said[0]


async def test_under_tls_pictures_come_and_handshakes_that_do_not_end_are_counted(tmp_path: Path) -> None:
    house = House(pushing(), tls=self_made(tmp_path))
    running = asyncio.create_task(house.listener.run())
    await until(lambda: house.listener.port is not None)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    target = replace(house.target(), tls=trusting)
    async with sending(target) as sender:
        reading = asyncio.create_task(received(house.source(), 3))
        await put_in_turn(sender, pictures(2))
        sender.outbox.put(pictures(1, first=7)[0])
        assert [unit.data for unit in await reading] == [jpeg(0), jpeg(1), jpeg(7)]
    silent = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(MOST_UNPROVEN_OF_ONE)]
    await until(lambda: house.listener.unproven >= MOST_UNPROVEN_OF_ONE)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    async with patience():
        assert not (await reader.read()).startswith(b"GCP")  # closed at once, nothing said in the clear
    for one in (writer, *(writer for _, writer in silent)):
        one.close()
    running.cancel()
    await asyncio.wait([running])


async def test_who_does_not_trust_gcams_certificate_sends_nothing(tmp_path: Path) -> None:
    house = House(pushing(), tls=self_made(tmp_path))
    running = asyncio.create_task(house.listener.run())
    await until(lambda: house.listener.port is not None)
    said: list[str] = []
    async with sending(replace(house.target(), tls=ssl.create_default_context()), said):
        await until(lambda: said)
    assert "TLS with 127.0.0.1" in said[0]
    assert all(not state.failures for state in house.duties.states())
    running.cancel()
    await asyncio.wait([running])
