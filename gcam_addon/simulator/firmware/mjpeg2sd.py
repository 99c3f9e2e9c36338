"""ESP32-CAM_MJPEG2SD: everything on one port; one stream for web pages, one for recorders."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.firmware.frame_sizes import DRIVER_2024, number_of
from gcam_addon.simulator.firmware.replies import (
    ALLOW_ALL,
    B1,
    BAD_METHOD,
    NOT_FOUND,
    Reply,
    authorised,
    converse,
    idf_head,
    idf_reply,
)
from gcam_addon.simulator.port import Port
from gcam_addon.simulator.request import Request
from gcam_addon.simulator.stream import Framing, Stream

_PATHS = ("/", "/web", "/control", "/status", "/sustain")
_RECORDER, _PAGE = "recorder", "page"
_FLAGS = ("hmirror", "vflip", "colorbar")
_TONES = ("brightness", "contrast", "saturation")
_LAMP_MOST = 15

_FRAMING = Framing(
    response=idf_head((ALLOW_ALL,), kind=f"multipart/x-mixed-replace;boundary={B1.decode()}"),
    boundary=b"\r\n--" + B1 + b"\r\n",
    part_head=lambda length, _: (
        b"Content-Type: image/jpeg\r\n"
        + (b"" if length is None else b"Content-Length: " + length.encode() + b"\r\n")
        + b"\r\n"
    ),
    chunked=True,
    length_format="%10u",
)


@dataclass(frozen=True, slots=True)
class Mjpeg2Sd:
    """With credentials, `/` and `/sustain` ask for them; `/status` and `/control` never do."""

    name: str = "mjpeg2sd"
    backlogs: tuple[int, ...] = (5,)
    stream_port: int = 0
    stream_path: str = "/sustain?video=1"

    async def serve(self, offset: int, port: Port, connection: Connection, board: Board) -> None:
        async def handle(request: Request) -> Reply | None:
            if request.path not in _PATHS:
                return NOT_FOUND
            if request.method != "GET":
                return BAD_METHOD
            return await _answer(request, connection, board)

        await converse(connection, board, handle)


async def _answer(request: Request, connection: Connection, board: Board) -> Reply | None:
    if request.path == "/status":
        return idf_reply(json.dumps(_status(board)).encode(), kind="application/json")
    if request.path == "/control":
        return await _control(request, board)
    if not authorised(request, board.credentials):
        return idf_reply(b"", (("WWW-Authenticate", "Basic"),), status="401 Unauthorised")
    if request.path == "/sustain":
        return await _sustain(request, connection, board)
    return idf_reply(b"<!doctype html><html><head><title>ESP-CAM_MJPEG</title></head></html>")


async def _sustain(request: Request, connection: Connection, board: Board) -> Reply | None:
    """A new recorder ends the old one's stream; a second page is refused."""
    slot = _RECORDER if request.argument("video") is not None else _PAGE
    if slot == _PAGE and request.argument("stream") is None:
        return idf_reply(b"", status="400 Bad Request")
    before = board.streams.get(slot)
    if before is not None:
        if slot == _PAGE:
            return idf_reply(b"No free task", status="500 Internal Server Error")
        before.drop()
    await _stream(slot, connection, board)
    return None


async def _stream(slot: str, connection: Connection, board: Board) -> None:
    board.streams[slot] = connection
    try:
        await Stream(board, connection, _FRAMING).run()
    finally:
        if board.streams.get(slot) is connection:
            del board.streams[slot]


async def _control(request: Request, board: Board) -> Reply:
    name, _, value = request.query.partition("&")[0].partition("=")
    if name == "still":
        jpeg = await board.picture(board.frame_now)
        disposition = ("Content-Disposition", "inline; filename=capture.jpg")
        return idf_reply(jpeg, (ALLOW_ALL, disposition), kind="image/jpeg")
    number = int(value) if value.lstrip("-").isdigit() else 0
    if name == "framesize" and 0 <= number < len(DRIVER_2024):
        board.adjust(size=DRIVER_2024[number])
    elif name == "quality" and 0 <= number <= 63:
        board.adjust(quality=number)
    elif name in _FLAGS:
        board.adjust(**{name: bool(number)})
    elif name in _TONES and -2 <= number <= 2:
        board.adjust(**{name: number})
    elif name == "lampLevel" and 0 <= number <= _LAMP_MOST:
        board.adjust(led_intensity=round(255 * number / _LAMP_MOST))
    return idf_reply(b"")


def _status(board: Board) -> dict[str, str]:
    """Every value is a string."""
    look = board.adjustments
    values = {
        "framesize": number_of(look.size, DRIVER_2024),
        "fps": round(board.fps),
        "quality": look.quality,
        **{name: getattr(look, name) for name in _TONES},
        **{name: int(getattr(look, name)) for name in _FLAGS},
        "lampLevel": round(_LAMP_MOST * look.led_intensity / 255),
        "lampType": 0,
        "lampPin": 4,
        "camModel": "OV2640",
        "httpPort": 80,
        "up_time": f"{int(board.uptime_s) // 86400}-{_clock(board.uptime_s)}",
        "fw_version": "10.9.3",
    }
    return {name: str(value) for name, value in values.items()}


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds) % 86400, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest:02d}"
