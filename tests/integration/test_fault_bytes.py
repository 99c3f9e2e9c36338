"""Every fault of a simulated camera, as a client on a raw socket sees it."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.faults import Fault
from tests.support.simulated import B1, RawClient, camera, connected, decoded, request, size_of, streaming
from tests.support.waiting import PATIENCE_S, patience

_BOUNDARY = b"\r\n--" + B1 + b"\r\n"
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"


async def _part(client: RawClient) -> tuple[bytes, bytes]:
    """(head, picture) of the next part of a CameraWebServer's stream, whose boundary must come first."""
    assert await client.chunk() == _BOUNDARY
    return await client.chunk(), await client.chunk()


def _length(head: bytes) -> int:
    return int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])


async def test_a_stall_is_an_open_connection_without_a_byte_and_ends() -> None:
    async with camera() as board, streaming(board) as client:
        await client.head()
        await _part(client)
        board.faults.add("stall")
        while not await _silent(client):
            pass
        assert board.clients == 1
        board.faults.clear("stall")
        assert await asyncio.wait_for(client.reader.read(1), PATIENCE_S)


async def _silent(client: RawClient) -> bool:
    """Nothing more comes for 0.3 s; what had been on its way is read."""
    try:
        await asyncio.wait_for(client.reader.read(1 << 16), 0.3)
    except TimeoutError:
        return True
    return False


async def test_a_half_open_connection_stays_silent_but_a_new_one_is_served() -> None:
    async with camera("tasmota") as board, streaming(board) as client:
        await client.head()
        board.faults.add("half-open")
        while not await _silent(client):
            pass
        board.faults.clear()
        assert await _silent(client)
        async with streaming(board) as second:
            assert b"200 OK" in await second.head()


async def test_tear_cuts_the_picture() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("tear", every=2)
        await client.head()
        for torn in (False, True, False, True):
            head, jpeg = await _part(client)
            assert _length(head) == len(jpeg)
            assert jpeg.startswith(_SOI)
            assert jpeg.endswith(_EOI) is not torn


async def test_no_length() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("no-length")
        await client.head()
        head, jpeg = await _part(client)
        assert b"Content-Length" not in head
        assert head.startswith(b"Content-Type: image/jpeg\r\nX-Timestamp: ")
        assert size_of(jpeg) == Size(320, 240)


async def test_wrong_length_is_too_small_and_too_large() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("wrong-length")
        await client.head()
        differences = []
        for _ in range(2):
            head, jpeg = await _part(client)
            assert jpeg.endswith(_EOI)
            differences.append(_length(head) - len(jpeg))
        assert differences == [-1000, 1000]


@pytest.mark.parametrize("firmware", ["camera-web-server", "esphome", "tasmota", "mjpeg2sd"])
async def test_late_boundary_leaves_the_first_one_out(firmware: str) -> None:
    async with camera(firmware) as board, streaming(board) as client:
        board.faults.add("late-boundary")
        await client.head()
        begin = await client.head()
        assert b"Content-Type: image/jpeg\r\n" in begin
        assert b"--" not in begin
        while b"\r\n--" not in begin[-(1 << 14) :]:  # … and later ones come
            begin += await client.exactly(1000)


async def test_garbage_is_as_long_as_a_picture_and_none() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("garbage")
        await client.head()
        head, content = await _part(client)
        assert _length(head) == len(content) > 1000
        assert not content.startswith(_SOI)


async def test_missing_eoi_and_zeros_after_it() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("missing-eoi")
        await client.head()
        _, jpeg = await _part(client)
        assert jpeg.startswith(_SOI)
        assert not jpeg.endswith(_EOI)
        board.faults.clear()
        board.faults.add("zeros-after-eoi")
        for _ in range(3):
            _, jpeg = await _part(client)
        assert jpeg.rstrip(b"\0").endswith(_EOI)
        assert len(jpeg) - len(jpeg.rstrip(b"\0")) == 512


async def test_mid_scan_corruption_looks_whole_from_outside() -> None:
    async with camera(fps=1) as board:
        _, good = await request(board, "/capture")
        async with streaming(board) as client:
            board.faults.add("mid-scan-corruption")
            await client.head()
            _, jpeg = await _part(client)
        assert jpeg.startswith(_SOI)
        assert jpeg.endswith(_EOI)
        assert jpeg.count(b"\xff") == good.count(b"\xff")
        assert np.abs(decoded(jpeg).astype(int) - decoded(good).astype(int)).max() > 40


async def test_a_text_part_without_length_comes_between_pictures() -> None:
    async with camera("esphome") as board, streaming(board) as client:
        board.faults.add("text-part", every=2)
        await client.head()
        seen = b""
        while seen.count(b"No frames send.") < 2:
            seen += await client.exactly(500)
        assert b"\r\n--" + B1 + b"\r\nContent-Type: text/plain\r\n\r\nNo frames send.\r\n\r\n--" + B1 in seen


async def test_chunk_cut_closes_in_the_middle_of_a_picture() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("chunk-cut", every=3)
        await client.head()
        everything = await client.rest()
        assert everything.count(_EOI) == 2
        assert not everything.endswith(b"\r\n")
        assert board.frames_sent == 2


async def test_reset_is_a_tcp_reset() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("reset", every=3)
        await client.head()
        with pytest.raises(ConnectionResetError):
            await client.rest()
        board.faults.clear()
        async with streaming(board) as again:
            assert b"200 OK" in await again.head()


async def test_slow_is_a_few_kilobytes_a_second() -> None:
    async with camera() as board, streaming(board) as client:
        board.faults.add("slow")
        begun_s = time.monotonic()
        await client.exactly(4000)
        assert time.monotonic() - begun_s > 0.5


async def test_a_reboot_resets_refuses_and_comes_back_small() -> None:
    async with camera(size=Size(640, 480)) as board, streaming(board) as client:
        await client.head()
        board.faults.add("reboot", for_s=0.6)
        with pytest.raises(ConnectionResetError):
            await client.rest()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", board.port)
        again = await _reachable(board)
        assert size_of(again) == Size(320, 240)
        assert board.board.counters.reboots == 1


async def _reachable(board: SimulatedCamera) -> bytes:
    async with patience():
        while True:
            try:
                return (await request(board, "/capture"))[1]
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)


async def test_resize_changes_the_size_in_the_middle_of_a_stream() -> None:
    async with camera(size=Size(640, 480)) as board, streaming(board) as client:
        await client.head()
        assert size_of((await _part(client))[1]) == Size(640, 480)
        board.faults.add("resize")
        sizes = [size_of((await _part(client))[1]) for _ in range(4)]
        assert sizes[-1] == Size(320, 240)
        board.faults.clear("resize")
        sizes = [size_of((await _part(client))[1]) for _ in range(4)]
        assert sizes[-1] == Size(640, 480)


@pytest.mark.parametrize("firmware", ["camera-web-server", "esphome", "tasmota", "mjpeg2sd"])
async def test_refuse_second_client_resets_it(firmware: str) -> None:
    async with camera(firmware) as board, streaming(board) as first:
        await first.head()
        while not board.clients:
            await asyncio.sleep(0.01)
        board.faults.add("refuse-second-client")
        with pytest.raises(ConnectionResetError):
            async with streaming(board) as second:
                await second.rest()
        assert board.clients == 1
        first.close()
        while board.clients:
            await asyncio.sleep(0.01)
        async with streaming(board) as third:
            assert b"200 OK" in await third.head()


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("auth401", b"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/html\r\nContent-Length: 0\r\n"),
        ("error500", b"HTTP/1.1 500 Internal Server Error\r\n"),
        ("html", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
    ],
)
async def test_answers_that_are_no_stream(fault: str, answer: bytes) -> None:
    async with camera() as board, connected(board, 1) as client:
        board.faults.add(fault)
        await client.ask("/stream")
        assert (await client.rest()).startswith(answer)


async def test_faults_of_one_camera_leave_another_alone() -> None:
    async with camera() as broken, camera() as sound:
        for fault in (Fault.STALL, Fault.GARBAGE):
            broken.faults.add(fault)
        async with streaming(broken) as first, streaming(sound) as second:
            await second.head()
            for _ in range(5):
                assert size_of((await _part(second))[1]) == Size(320, 240)
            await first.head()
            assert await first.hears_nothing()
