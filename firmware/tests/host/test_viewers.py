"""Many at once: each gets the newest picture, who is slow holds up nobody, and nobody is shown an old one."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from host_board import HostBoard

from gcam_addon.wire import credentials
from gcam_addon.wire.address import HttpAddress
from gcam_addon.wire.connection import HttpConnection
from gcam_addon.wire.multipart import MultipartParser, boundary_of
from tests.support.gcam_board import TOKEN, Asked, written
from tests.support.waiting import answered, patience, until

_BEARER = {"Authorization": f"Bearer {TOKEN}"}
_PART = re.compile(rb"Content-Length: (\d+)\r\nX-Timestamp: (\d+\.\d{6})\r\nX-Frame: (\d+)\r\n\r\n$")


@dataclass
class Viewer:
    """Reads a stream; the numbers of its pictures, and when they were taken."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    numbers: list[int] = field(default_factory=list)
    taken_s: list[float] = field(default_factory=list)

    async def next(self) -> bytes:
        head = _PART.search(await self.reader.readuntil(b"\r\n\r\n"))
        assert head
        jpeg = await self.reader.readexactly(int(head[1]))
        assert await self.reader.readexactly(2) == b"\r\n"
        self.numbers.append(int(head[3]))
        self.taken_s.append(float(head[2]))
        return jpeg

    async def see(self, count: int) -> None:
        async with patience():
            while len(self.numbers) < count:
                await self.next()

    @property
    def share(self) -> float:
        """Of what the camera gave meanwhile."""
        return len(self.numbers) / (self.numbers[-1] - self.numbers[0] + 1)


@asynccontextmanager
async def watching(
    port: int, target: str = "/stream", room_bytes: int | None = None
) -> AsyncIterator[Viewer]:
    """`room_bytes`: of what comes and is not read."""
    line = socket.socket()
    if room_bytes is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room_bytes)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=line, limit=4096 if room_bytes else 2**18)
    try:
        writer.write(written("GET", target, headers=_BEARER))
        async with patience():
            head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        yield Viewer(reader, writer)
    finally:
        writer.transport.abort()


async def test_four_see_all_that_the_camera_gives(owner: Asked) -> None:
    async with (
        watching(owner.port) as one,
        watching(owner.port) as two,
        watching(owner.port) as three,
        watching(owner.port) as four,
    ):
        viewers = (one, two, three, four)
        await asyncio.gather(*(viewer.see(60) for viewer in viewers))
    assert [viewer.share >= 14.5 / 15 for viewer in viewers] == [True] * 4, [
        viewer.share for viewer in viewers
    ]


async def test_who_is_slow_misses_pictures_and_holds_up_nobody(owner: Asked) -> None:
    async with watching(owner.port) as quick, watching(owner.port, room_bytes=4096) as slow:
        async with asyncio.TaskGroup() as group:
            idling = group.create_task(_sips(slow))
            await quick.see(60)
            idling.cancel()
        status = (await owner.ask("GET", "/status")).json
    assert quick.share >= 14.5 / 15
    assert status["frames"]["skipped"] > 10


async def _sips(slow: Viewer) -> None:
    """A little of what comes, again and again: some twenty kilobytes a second."""
    while True:
        await slow.reader.read(1024)
        await asyncio.sleep(0.05)


async def test_who_takes_nothing_is_dropped(owner: Asked) -> None:
    async with watching(owner.port) as quick, watching(owner.port, room_bytes=4096):
        watched = asyncio.create_task(quick.see(10**6))

        async def is_alone() -> bool:
            status = (await owner.ask("GET", "/status")).json
            return bool(status["clients"] == 1 and status["frames"]["taken"] > 60)

        assert await answered(is_alone)
        assert not watched.done()
        assert quick.share >= 14.5 / 15
        watched.cancel()


async def test_one_picture_is_never_an_old_one(owner: Asked) -> None:
    """The camera keeps one ready from the time when the last was taken off it."""
    for _ in range(2):
        first = await owner.ask("GET", "/capture")
        got_s = time.monotonic()
        began = (await owner.ask("GET", "/status")).json["uptime_s"]

        async def is_later(began: int = began) -> bool:
            return bool((await owner.ask("GET", "/status")).json["uptime_s"] > began + 1)

        assert await answered(is_later)
        asked_s = time.monotonic()
        second = await owner.ask("GET", "/capture")
        between_s = float(second.header("X-Timestamp")[0]) - float(first.header("X-Timestamp")[0])
        assert between_s >= asked_s - got_s


async def test_one_picture_is_taken_for_who_asked_also_while_others_watch(owner: Asked) -> None:
    async with watching(owner.port, "/stream?fps=0.5") as calm:
        for count in range(1, 4):
            await calm.see(count)
            said = await owner.ask("GET", "/capture")
            assert int(said.header("X-Frame")[0]) > calm.numbers[-1]


async def test_a_stream_begins_with_no_old_picture(owner: Asked) -> None:
    async with watching(owner.port) as before:
        await before.see(3)
    began = (await owner.ask("GET", "/status")).json["uptime_s"]

    async def is_later() -> bool:
        return bool((await owner.ask("GET", "/status")).json["uptime_s"] > began + 1)

    assert await answered(is_later)
    async with watching(owner.port) as after:
        await after.see(2)
    assert after.taken_s[0] - before.taken_s[-1] > 1


async def test_the_camera_works_at_the_pace_of_the_most_demanding_and_then_rests(owner: Asked) -> None:
    async with watching(owner.port, "/stream?fps=3") as calm:
        await calm.see(8)
        # at its own pace it would have given five pictures for each
        assert (calm.numbers[-1] - calm.numbers[0]) / 7 < 2.5
        async with watching(owner.port) as eager:
            await eager.see(10)
            assert eager.numbers[-1] - eager.numbers[0] <= 10
            assert (eager.taken_s[-1] - eager.taken_s[0]) / (eager.numbers[-1] - eager.numbers[0]) < 0.2

    async def rests() -> bool:
        status = (await owner.ask("GET", "/status")).json
        return bool(status["clients"] == 0 and status["fps"] == 0)

    assert await answered(rests)
    taken = [(await owner.ask("GET", "/status")).json["frames"]["taken"] for _ in range(20)]
    assert taken[0] == taken[-1]


async def test_the_sensor_itself_rests_where_nobody_watches(board: HostBoard, owner: Asked) -> None:
    """It gives 40 pictures and no more: all would be gone after ten seconds."""
    await board.restart(GCAM_HOST_MOST="40", GCAM_HOST_FPS="4")
    async with watching(owner.port) as before:
        await before.see(3)
    began = (await owner.ask("GET", "/status")).json["uptime_s"]

    async def is_later() -> bool:
        return bool((await owner.ask("GET", "/status")).json["uptime_s"] > began + 11)

    assert await answered(is_later)
    async with watching(owner.port) as after:
        await after.see(10)


async def test_a_half_request_holds_up_nobody_and_a_ninth_is_told(owner: Asked) -> None:
    mute = [await asyncio.open_connection("127.0.0.1", owner.port) for _ in range(8)]
    try:
        ninth = await Asked(owner.port).ask("GET", "/board")
        assert ninth.status == 503
        assert ninth.header("Retry-After") == ["1"]
        for reader, _ in mute:
            async with patience():
                assert (await reader.read(-1)).startswith(b"HTTP/1.1 408 ")
    finally:
        for _, writer in mute:
            writer.transport.abort()

    async def is_heard() -> bool:
        return (await Asked(owner.port).ask("GET", "/board")).status == 200

    assert await answered(is_heard)


async def test_gcams_own_wire_code_reads_it(owner: Asked) -> None:
    address = HttpAddress("http", "127.0.0.1", owner.port, "/stream")
    asked = await HttpConnection.connect(address, 10, verify_tls=True)
    asked.send(None)
    head = await asked.head(10)
    assert head.status == 401
    asked.close()
    answer = credentials.digest(head.headers["www-authenticate"], "gcam", TOKEN, "/stream")
    connection = await HttpConnection.connect(address, 10, verify_tls=True)
    connection.send(answer)
    head = await connection.head(10)
    assert [head.status, head.content_type] == [200, "multipart/x-mixed-replace"]
    parser = MultipartParser(boundary_of(head.headers["content-type"]))
    pictures: list[bytes] = []
    connection.start_body(lambda piece: pictures.extend(parser.feed(piece)), lambda error: None)
    await until(lambda: len(pictures) >= 30)
    connection.close()
    assert all(picture.startswith(b"\xff\xd8") and picture.endswith(b"\xff\xd9") for picture in pictures)


async def _ran(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with patience():
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_ffmpeg_reads_it(owner: Asked) -> None:
    """By Digest with MD5, all that it knows."""
    url = f"http://gcam:{TOKEN}@127.0.0.1:{owner.port}/stream"
    told = await _ran(
        *("ffmpeg", "-hide_banner", "-nostdin", "-f", "mpjpeg", "-i", url),
        "-frames:v",
        "20",
        "-f",
        "null",
        "-",
    )
    assert re.search(r"Video: mjpeg.*640x480", told)
    assert re.search(r"frame= *20 ", told)


async def test_curl_asks_it(owner: Asked) -> None:
    base, user = f"http://127.0.0.1:{owner.port}", ("--digest", "-u", f"gcam:{TOKEN}")
    assert '"claimed":true' in await _ran("curl", "-sSf", f"{base}/board")
    told = await _ran("curl", "-sSf", *user, "-d", "quality=33&flip=true", f"{base}/control")
    assert '"quality":{"value":33,' in told
    assert '"flip":{"value":true}' in told


async def test_a_camera_that_stopped_starts_the_board_anew(board: HostBoard, owner: Asked) -> None:
    await board.restart(GCAM_HOST_MOST="5")
    child = board.child
    assert child is not None

    async def gives_none() -> bool:
        return (await owner.ask("GET", "/capture")).status == 503

    async with watching(owner.port) as viewer:
        await viewer.see(1)  # of five: the first is an old one, and left out, for who comes late
        assert await answered(gives_none)
        await until(lambda: child.status is not None, lambda: board.said)
    await child.end()
    await board.start()
    status = (await owner.ask("GET", "/status")).json
    assert [status["reset"], status["boots"]] == ["watchdog", 3]
    await board.restart()
    assert (await owner.ask("GET", "/status")).json["reset"] == "power_on"
