"""How many clients each simulated firmware can bear, as the real ones do."""

from __future__ import annotations

import asyncio
import socket

import pytest

from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.simulated import camera, connected, request, streaming
from tests.support.waiting import patience


async def _until(running: SimulatedCamera, clients: int) -> None:
    async with patience():
        while running.clients != clients:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("firmware", ["camera-web-server", "camera-web-server-1.0", "esphome"])
async def test_the_second_client_connects_and_hears_nothing_until_the_first_leaves(firmware: str) -> None:
    async with camera(firmware) as board, streaming(board) as first:
        await first.head()
        async with streaming(board) as second:
            assert await second.hears_nothing()
            assert board.clients == 1
            first.close()
            assert b" 200 OK" in await second.head()
            await _until(board, 1)
            assert board.streams_opened == 2


async def test_an_idle_connection_does_not_occupy_the_stream() -> None:
    async with camera() as board, connected(board, 1), streaming(board) as client:
        assert (await client.head()).startswith(b"HTTP/1.1 200 OK")


async def test_the_control_port_answers_while_the_stream_runs() -> None:
    async with camera() as board, streaming(board) as client:
        await client.head()
        assert (await request(board, "/status"))[0].startswith(b"HTTP/1.1 200 OK")


async def test_esphome_has_room_for_few_who_wait() -> None:
    async with camera("esphome") as board, streaming(board) as first:
        await first.head()
        await _until(board, 1)
        async with streaming(board), streaming(board), streaming(board):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.open_connection("127.0.0.1", board.port), 0.5)


async def test_tasmota_serves_the_newest_client() -> None:
    async with camera("tasmota") as board, streaming(board) as first:
        await first.head()
        async with streaming(board) as second:
            await second.head()
            await first.rest()  # ends by the camera's close
            await _until(board, 1)
            sent = board.frames_sent
            await second.head()
            assert board.frames_sent >= sent


async def test_mjpeg2sd_has_one_page_and_one_recorder() -> None:
    async with camera("mjpeg2sd") as board, connected(board) as page, streaming(board) as recorder:
        await page.ask("/sustain?stream=0")
        await page.head()
        await recorder.head()
        await _until(board, 2)
        head, body = await request(board, "/sustain?stream=0")
        assert head.startswith(b"HTTP/1.1 500 ")
        assert body == b"No free task"
        async with streaming(board) as newer:
            await newer.head()
            await recorder.rest()
            await _until(board, 2)


async def test_a_reader_that_takes_nothing_is_dropped_after_the_send_timeout() -> None:
    async with camera(fps=60) as board, connected(board, 1) as client:
        raw = client.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await client.ask("/stream")
        await _until(board, 1)
        async with patience():
            while board.clients:
                await asyncio.sleep(0.1)
        assert board.streams_opened == 1
