"""What each simulated firmware says, byte for byte, on a raw socket."""

from __future__ import annotations

import json
import re

import pytest

from gcam_addon.model import Size
from tests.support.simulated import B1, B2, camera, connected, request, size_of, streaming

_BOUNDARY = b"\r\n--" + B1 + b"\r\n"
_PLAIN_HEAD = re.compile(rb"Content-Type: image/jpeg\r\nContent-Length: (\d+)\r\n\r\n")
_CLOSED_404 = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 29\r\n\r\n"
    b"Nothing matches the given URI"
)


async def test_camera_web_server_stream() -> None:
    async with camera("camera-web-server") as board, streaming(board) as client:
        assert await client.head() == (
            b"HTTP/1.1 200 OK\r\n"
            b"Content-Type: multipart/x-mixed-replace;boundary=" + B1 + b"\r\n"
            b"Transfer-Encoding: chunked\r\nAccess-Control-Allow-Origin: *\r\nX-Framerate: 60\r\n\r\n"
        )
        # The first chunk's size line is part of the contract: a boundary is 0x24 bytes, alone in its chunk.
        assert await client.exactly(4) == b"24\r\n"
        assert await client.exactly(0x24) == _BOUNDARY
        assert await client.exactly(2) == b"\r\n"
        for _ in range(3):
            head = await client.chunk()
            match = re.fullmatch(
                rb"Content-Type: image/jpeg\r\nContent-Length: (\d+)\r\nX-Timestamp: \d+\.000000\r\n\r\n",
                head,
            )
            assert match is not None
            jpeg = await client.chunk()
            assert len(jpeg) == int(match[1])
            assert size_of(jpeg) == Size(320, 240)
            assert await client.chunk() == _BOUNDARY


async def test_camera_web_server_of_core_1_0_starts_without_a_boundary() -> None:
    async with camera("camera-web-server-1.0") as board, streaming(board) as client:
        assert await client.head() == (
            b"HTTP/1.1 200 OK\r\n"
            b"Content-Type: multipart/x-mixed-replace;boundary=" + B1 + b"\r\n"
            b"Transfer-Encoding: chunked\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
        )
        for _ in range(3):
            match = _PLAIN_HEAD.fullmatch(await client.chunk())
            assert match is not None
            assert len(await client.chunk()) == int(match[1])
            assert await client.chunk() == _BOUNDARY


async def test_esphome_stream_is_http_1_0_and_not_chunked() -> None:
    async with camera("esphome") as board, streaming(board) as client:
        assert await client.head() == (
            b"HTTP/1.0 200 OK\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n"
            b"Content-Type: multipart/x-mixed-replace;boundary=" + B1 + b"\r\n\r\n"
        )
        assert await client.exactly(len(B1) + 4) == b"--" + B1 + b"\r\n"
        for _ in range(3):
            match = _PLAIN_HEAD.fullmatch(await client.head())
            assert match is not None
            assert size_of(await client.exactly(int(match[1]))) == Size(320, 240)
            assert await client.exactly(len(_BOUNDARY)) == _BOUNDARY


async def test_tasmota_stream() -> None:
    async with camera("tasmota") as board, streaming(board) as client:
        assert await client.head() == (
            b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=" + B2 + b"\r\n\r\n"
        )
        for _ in range(3):
            head = await client.head()
            assert head.startswith(b"--" + B2 + b"\r\n")
            match = _PLAIN_HEAD.fullmatch(head.removeprefix(b"--" + B2 + b"\r\n"))
            assert match is not None
            assert size_of(await client.exactly(int(match[1]))) == Size(320, 240)
            assert await client.exactly(2) == b"\r\n"


async def test_mjpeg2sd_stream_pads_its_lengths() -> None:
    async with camera("mjpeg2sd") as board, streaming(board) as client:
        assert await client.head() == (
            b"HTTP/1.1 200 OK\r\n"
            b"Content-Type: multipart/x-mixed-replace;boundary=" + B1 + b"\r\n"
            b"Transfer-Encoding: chunked\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
        )
        for _ in range(3):
            assert await client.chunk() == _BOUNDARY
            head = await client.chunk()
            match = re.fullmatch(rb"Content-Type: image/jpeg\r\nContent-Length: ([ \d]{10})\r\n\r\n", head)
            assert match is not None
            assert len(await client.chunk()) == int(match[1])


@pytest.mark.parametrize(
    ("firmware", "url"),
    [
        ("camera-web-server", r"http://127\.0\.0\.1:(\d+)/stream"),
        ("camera-web-server-1.0", r"http://127\.0\.0\.1:(\d+)/stream"),
        ("esphome", r"http://127\.0\.0\.1:(\d+)/"),
        ("tasmota", r"http://127\.0\.0\.1:(\d+)/stream"),
        ("mjpeg2sd", r"http://127\.0\.0\.1:(\d+)/sustain\?video=1"),
    ],
)
async def test_ports_follow_each_other_as_80_and_81_do(firmware: str, url: str) -> None:
    async with camera(firmware) as board:
        match = re.fullmatch(url, board.url)
        assert match is not None
        assert int(match[1]) == board.port + board.firmware.stream_port
        offsets = {"esphome": 0, "mjpeg2sd": 0}
        assert board.firmware.stream_port == offsets.get(firmware, 1)


async def test_capture() -> None:
    async with camera() as board:
        head, jpeg = await request(board, "/capture")
        assert re.fullmatch(
            rb"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: \d+\r\n"
            rb"Content-Disposition: inline; filename=capture.jpg\r\nAccess-Control-Allow-Origin: \*\r\n"
            rb"X-Timestamp: \d+\.\d{6}\r\n\r\n",
            head,
        )
        assert size_of(jpeg) == Size(320, 240)


async def test_capture_answers_while_the_stream_runs() -> None:
    async with camera() as board, streaming(board) as client:
        await client.head()
        _, jpeg = await request(board, "/capture")
        assert size_of(jpeg) == Size(320, 240)


async def test_snapshots_of_the_others() -> None:
    async with camera("esphome") as board:
        head, jpeg = await request(board, "/", offset=1)
        assert b"Content-Disposition: inline; filename=capture.jpg" in head
        assert size_of(jpeg) == Size(320, 240)
    async with camera("tasmota") as board:
        for path in ("/snapshot.jpg", "/wc.jpg", "/wc.mjpeg"):
            head, jpeg = await request(board, path)
            assert head == (
                b"HTTP/1.1 200 OK\r\nContent-disposition: inline; filename=cap.jpg\r\n"
                b"Content-type: image/jpeg\r\n\r\n"
            )
            assert size_of(jpeg) == Size(320, 240)
    async with camera("mjpeg2sd") as board:
        head, jpeg = await request(board, "/control?still=1")
        assert b"Content-Type: image/jpeg" in head
        assert size_of(jpeg) == Size(320, 240)


async def test_status_has_the_keys_of_its_core_in_their_order() -> None:
    async with camera("camera-web-server") as board:
        head, body = await request(board, "/status")
        assert head == (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(body)).encode()
            + b"\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
        )
        assert body.startswith(
            b'{"0xd3":7,"0x111":7,"0x132":7,"xclk":20,"pixformat":4,"framesize":6,"quality":12,"brightness":0,'
        )
        assert body.endswith(b'"hmirror":0,"vflip":0,"dcw":1,"colorbar":0,"led_intensity":0}')
    async with camera("camera-web-server-1.0") as board:
        status = json.loads((await request(board, "/status"))[1])
        assert list(status)[:2] == ["framesize", "quality"]
        assert status["framesize"] == 4
        assert not {"xclk", "pixformat", "sharpness", "led_intensity"} & set(status)


async def test_mjpeg2sd_status_is_all_strings() -> None:
    async with camera("mjpeg2sd") as board:
        status = json.loads((await request(board, "/status"))[1])
        assert all(isinstance(value, str) for value in status.values())
        assert status["fw_version"] == "10.9.3"
        assert status["camModel"] == "OV2640"


async def test_esp_http_server_says_no_in_its_own_words_and_closes() -> None:
    async with camera() as board:
        async with connected(board) as client:
            await client.ask("/nowhere")
            assert await client.rest() == _CLOSED_404
        async with connected(board, 1) as client:
            await client.ask("/stream", method="HEAD")
            assert await client.rest() == (
                b"HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/html\r\nContent-Length: 45\r\n\r\n"
                b"Specified method is invalid for this resource"
            )


async def test_tasmota_redirects_its_root() -> None:
    async with camera("tasmota") as board:
        head, body = await request(board, "/", offset=1)
        assert head.startswith(b"HTTP/1.1 302 Found\r\n")
        assert b"\r\nLocation: /cam.mjpeg\r\n" in head
        assert body == b""


@pytest.mark.parametrize("firmware", ["tasmota", "mjpeg2sd"])
async def test_those_that_can_ask_for_a_password_do(firmware: str) -> None:
    async with camera(firmware, credentials=("admin", "secret")) as board:
        path, offset = board.firmware.stream_path, board.firmware.stream_port
        head, _ = await request(board, path, offset)
        assert head.startswith(
            b"HTTP/1.1 401 Una" if firmware == "tasmota" else b"HTTP/1.1 401 Unauthorised\r\n"
        )
        assert b"WWW-Authenticate: Basic" in head
        async with connected(board, offset) as client:
            await client.ask(path, extra="Authorization: Basic YWRtaW46c2VjcmV0\r\n")
            assert (await client.head()).startswith(b"HTTP/1.1 200 OK")


async def test_mjpeg2sd_leaves_status_and_stills_open() -> None:
    async with camera("mjpeg2sd", credentials=("admin", "secret")) as board:
        assert (await request(board, "/status"))[0].startswith(b"HTTP/1.1 200 OK")
        assert (await request(board, "/control?still=1"))[0].startswith(b"HTTP/1.1 200 OK")
        assert (await request(board, "/"))[0].startswith(b"HTTP/1.1 401 Unauthorised\r\n")


async def test_what_a_board_sent_is_counted_to_the_byte() -> None:
    async with camera("camera-web-server") as board:
        answers = [b"".join(await request(board, path)) for path in ("/status", "/nothing")]
        assert board.board.counters.bytes_sent == sum(map(len, answers))
        async with streaming(board) as client:
            await client.exactly(20_000)
        assert board.board.counters.bytes_sent >= sum(map(len, answers)) + 20_000
