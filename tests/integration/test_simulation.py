"""`gcam simulate` and many cameras in one process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.simulator import cli_simulate
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.port import Port
from gcam_addon.simulator.simulation import SimulationOptions, simulate
from tests.support.ports import kept_ports
from tests.support.simulated import PlainFootage, camera, size_of, streaming
from tests.support.waiting import PATIENCE_S, patience, until


def _arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    cli_simulate.add_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def first() -> Iterator[int]:
    """Of six ports in a row."""
    with kept_ports(6) as port:
        yield port


@contextlib.asynccontextmanager
async def _running(*words: str) -> Any:
    task = asyncio.create_task(cli_simulate.run(_arguments(*words)))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _printed(capsys: pytest.CaptureFixture[str], lines: int) -> list[str]:
    seen: list[str] = []
    async with patience():
        while len(seen) < lines:
            await asyncio.sleep(0.02)
            seen += capsys.readouterr().out.splitlines()
    return seen


async def _first_picture(url: str) -> bytes:
    match = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/.*)", url)
    assert match is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", int(match[1]))
    try:
        writer.write(f"GET {match[2]} HTTP/1.1\r\n\r\n".encode())
        seen = b""
        async with patience():
            while b"\xff\xd9\r\n" not in seen:
                seen += await reader.read(1 << 16)
        return seen[seen.index(b"\xff\xd8") : seen.index(b"\xff\xd9\r\n") + 2]
    finally:
        writer.transport.abort()


async def test_ports_of_several_cameras_follow_each_other(
    capsys: pytest.CaptureFixture[str], first: int
) -> None:
    words = ("--listen", f"127.0.0.1:{first}", "--cameras", "3", "--scene", "room-demo", "--size", "320x240")
    async with _running(*words):
        urls = await _printed(capsys, 3)
        assert urls == [f"http://127.0.0.1:{first + 2 * index + 1}/stream" for index in range(3)]
        pictures = [await _first_picture(url) for url in urls]
        assert {size_of(jpeg) for jpeg in pictures} == {Size(320, 240)}


async def test_a_folder_of_pictures_is_sent_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cv2.imwrite(str(tmp_path / "a.jpg"), np.full((120, 160, 3), 90, np.uint8))
    async with _running("--frames", str(tmp_path), "--firmware", "esphome", "--listen", "127.0.0.1:0"):
        (url,) = await _printed(capsys, 1)
        assert await _first_picture(url) == (tmp_path / "a.jpg").read_bytes()


async def test_a_fault_from_the_command_line_happens(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--scene", "room-empty", "--size", "160x120", "--listen", "127.0.0.1:0", "--fault", "html")
    async with _running(*words):
        (url,) = await _printed(capsys, 1)
        port = int(url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /stream HTTP/1.1\r\n\r\n")
        assert b"text/html" in await asyncio.wait_for(reader.read(-1), PATIENCE_S)
        writer.transport.abort()


@pytest.mark.parametrize(
    ("words", "field", "named"),
    [
        (("--firmware", "netcam"), "firmware", "esphome"),
        (("--scene", "kitchen"), "scene", "room-person"),
        (("--listen", "8080"), "listen", "HOST:PORT"),
        (("--listen", "127.0.0.1:99999"), "listen", "HOST:PORT"),
        (("--size", "vga"), "size", "640x480"),
        (("--size", "4000x3000"), "size", "1600x1200"),
        (("--fps", "0"), "fps", "0.05"),
        (("--fps", "fast"), "fps", "fast"),
        (("--cameras", "1.5"), "cameras", "whole"),
        (("--quality", "64"), "quality", "63"),
        (("--fault", "fire"), "fault", "missing-eoi"),
        (("--video", "/nowhere/film.mp4"), "video", "film.mp4"),
        (("--frames", "/nowhere"), "frames", "/nowhere"),
    ],
)
async def test_a_wrong_value_is_one_clear_line(words: tuple[str, ...], field: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        await asyncio.wait_for(cli_simulate.run(_arguments("--listen", "127.0.0.1:0", *words)), PATIENCE_S)
    assert caught.value.field == field
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=str(port)):
            await simulate(SimulationOptions(scene="room-empty", port=port))


async def test_cameras_of_a_loop_share_their_bytes_but_not_their_moment() -> None:
    started = asyncio.get_running_loop().create_future()
    options = SimulationOptions(
        scene="room-demo", size=Size(160, 120), fps=2, port=0, cameras=8, prerender=True
    )
    task = asyncio.create_task(simulate(options, started.set_result))
    cameras = await asyncio.wait_for(started, PATIENCE_S)
    shots = [await one.board.picture(0) for one in cameras]
    assert len(set(shots)) == 8
    again = [await one.board.picture(60) for one in cameras]  # one round of 30 s later
    assert all(a is b for a, b in zip(shots, again, strict=True))
    task.cancel()
    await asyncio.wait([task])


class _StuckFootage(PlainFootage):
    """Rendering takes until `go_on`; the thread blocks, as OpenCV's do."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()
        self.go_on = threading.Event()

    def picture(self, t_s: float, size: Size) -> Any:
        self.threads.add(threading.get_ident())
        self.go_on.wait(PATIENCE_S)
        return super().picture(t_s, size)


async def test_slow_rendering_of_one_camera_does_not_hold_up_another() -> None:
    footage = _StuckFootage()
    slow = SimulatedCamera("camera-web-server", Pictures(footage), size=Size(160, 120))
    async with slow, camera(fps=50) as quick, streaming(slow), streaming(quick) as client:
        try:
            await until(lambda: footage.threads)
            await client.head()
            for _ in range(40 * 3):
                await client.chunk()
            assert footage.rendered == 0
            assert len(footage.threads - {threading.get_ident()}) == 1, (
                "one thread at a time, and not the loop's"
            )
        finally:
            footage.go_on.set()


async def test_pictures_do_not_come_before_their_time() -> None:
    async with camera(fps=20) as board, streaming(board) as client:
        await client.head()
        for _ in range(3):
            await client.chunk()
        begun_s = time.monotonic()
        for _ in range(20 * 3):
            await client.chunk()
        assert time.monotonic() - begun_s > 0.75


async def test_without_loop_it_ends_with_the_pictures(tmp_path: Path) -> None:
    for index in range(5):
        cv2.imwrite(str(tmp_path / f"{index}.jpg"), np.full((120, 160, 3), 40 * index, np.uint8))
    async with patience():
        await simulate(SimulationOptions(frames=tmp_path, fps=10, port=0, loop=False))


async def test_a_client_that_was_only_just_accepted_is_hung_up_on_when_the_board_stops() -> None:
    board = camera()
    running = await board.__aenter__()
    with socket.create_connection(("127.0.0.1", running.port)) as client:
        for _ in range(2):  # accepted, and not yet welcomed
            await asyncio.sleep(0)
        await board.__aexit__(None, None, None)
        gc.collect()  # a connection that nobody closed fails this test here
        client.settimeout(PATIENCE_S)
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(1) == b""


async def test_a_connection_whose_task_is_ended_is_not_left_open() -> None:
    async def serve(_port: Port, _connection: Connection) -> None:
        raise asyncio.CancelledError

    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = Port(bound, 5, serve, lambda: False)
        port.open()
        reader, writer = await asyncio.open_connection(*bound.getsockname())
        async with patience():
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read(1) == b""
        writer.transport.abort()
        await port.close()
