"""Settings over HTTP really change what a simulated camera sends."""

from __future__ import annotations

import asyncio
import json
import re

import numpy as np
import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.camera import SimulatedCamera
from tests.support.simulated import camera, connected, decoded, request, size_of, streaming


async def _set(board: SimulatedCamera, variable: str, value: int | str) -> bytes:
    return (await request(board, f"/control?var={variable}&val={value}"))[0]


async def _capture(board: SimulatedCamera) -> bytes:
    await asyncio.sleep(0.05)  # another picture than the one before
    return (await request(board, "/capture"))[1]


@pytest.mark.parametrize(
    ("number", "size"),
    [
        (6, (320, 240)),
        (10, (640, 480)),
        (11, (800, 600)),
        (12, (1024, 768)),
        (13, (1280, 720)),
        (15, (1600, 1200)),
    ],
)
async def test_framesize_by_the_numbers_of_the_newer_driver(number: int, size: tuple[int, int]) -> None:
    async with camera() as board:
        assert (await _set(board, "framesize", number)).startswith(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        )
        assert size_of(await _capture(board)) == Size(*size)
        assert json.loads((await request(board, "/status"))[1])["framesize"] == number


async def test_the_same_number_means_another_size_on_an_old_core() -> None:
    async with camera("camera-web-server-1.0") as board:
        await _set(board, "framesize", 6)
        assert size_of(await _capture(board)) == Size(640, 480)


async def test_the_size_changes_in_a_running_stream() -> None:
    async with camera() as board, streaming(board) as client:
        await client.head()
        await _set(board, "framesize", 10)
        sizes = []
        for _ in range(5):
            await client.chunk()
            await client.chunk()
            sizes.append(size_of(await client.chunk()))
        assert sizes[-1] == Size(640, 480)


async def test_quality_changes_the_bytes() -> None:
    async with camera() as board:
        await _set(board, "quality", 4)
        fine = await _capture(board)
        await _set(board, "quality", 40)
        assert len(await _capture(board)) < len(fine)


async def test_mirror_and_flip_move_the_picture() -> None:
    async with camera() as board:
        assert _bright_corner(await _capture(board)) == ("top", "left")
        await _set(board, "hmirror", 1)
        assert _bright_corner(await _capture(board)) == ("top", "right")
        await _set(board, "vflip", 1)
        assert _bright_corner(await _capture(board)) == ("bottom", "right")


@pytest.mark.parametrize(("variable", "value"), [("brightness", 2), ("led_intensity", 255)])
async def test_what_makes_it_brighter(variable: str, value: int) -> None:
    async with camera() as board:
        before = decoded(await _capture(board)).mean()
        await _set(board, variable, value)
        assert decoded(await _capture(board)).mean() > before + 5


async def test_effects_and_colour_bars() -> None:
    async with camera() as board:
        await _set(board, "special_effect", 2)
        grey = decoded(await _capture(board)).astype(int)
        assert np.abs(grey[:, :, 0] - grey[:, :, 2]).max() <= 4
        await _set(board, "colorbar", 1)
        bars = decoded(await _capture(board))
        assert bars[100, 10].min() > 240
        assert bars[100, -10].max() < 16


@pytest.mark.parametrize("query", ["var=nonsense&val=1", "var=framesize&val=99", "var=quality&val=64"])
async def test_what_the_driver_refuses_is_500_and_the_connection_stays(query: str) -> None:
    async with camera() as board, connected(board) as client:
        for _ in range(2):
            await client.ask(f"/control?{query}")
            assert await client.head() == (
                b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\nContent-Length: 42\r\n\r\n"
            )
            assert await client.exactly(42) == b"Server has encountered an unexpected error"


@pytest.mark.parametrize("query", ["", "?var=quality", "?val=3"])
async def test_missing_arguments_are_404_and_closed(query: str) -> None:
    async with camera() as board, connected(board) as client:
        await client.ask(f"/control{query}")
        assert (await client.rest()).startswith(b"HTTP/1.1 404 Not Found\r\n")


async def test_kept_settings_are_reported() -> None:
    async with camera() as board:
        await _set(board, "agc_gain", 7)
        assert json.loads((await request(board, "/status"))[1])["agc_gain"] == 7


async def test_tasmota_and_mjpeg2sd_take_their_own_commands() -> None:
    async with camera("tasmota") as board:
        _, body = await request(board, "/cm?cmnd=WcResolution%208")
        assert json.loads(body) == {"WCResolution": 8}
        assert size_of((await request(board, "/wc.jpg"))[1]) == Size(640, 480)
        assert re.search(rb'"Status"', (await request(board, "/cm?cmnd=Status%200"))[1])
    async with camera("mjpeg2sd") as board:
        await request(board, "/control?framesize=10")
        assert size_of((await request(board, "/control?still=1"))[1]) == Size(640, 480)


def _bright_corner(jpeg: bytes) -> tuple[str, str]:
    picture = decoded(jpeg)[:, :, 2].astype(float)
    height, width = picture.shape
    top = picture[: height // 3].max() > picture[-height // 3 :].max()
    left = picture[:, : width // 3].max() > picture[:, -width // 3 :].max()
    return ("top" if top else "bottom", "left" if left else "right")
