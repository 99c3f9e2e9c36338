"""Espressif's CameraWebServer example: Arduino core 3.x, and core 1.0.x with its copies.

The 3.x bytes were recorded from its own code on IDF's esp_http_server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.firmware.frame_sizes import DRIVER_2018, DRIVER_2024, FrameSizes, number_of
from gcam_addon.simulator.firmware.replies import (
    ALLOW_ALL,
    B1,
    BAD_METHOD,
    NOT_FOUND,
    SERVER_ERROR,
    Reply,
    converse,
    idf_head,
    idf_reply,
)
from gcam_addon.simulator.port import Port
from gcam_addon.simulator.request import Request
from gcam_addon.simulator.stream import Framing, Stream

_KIND = f"multipart/x-mixed-replace;boundary={B1.decode()}"
_CONTROL, _STREAM = 0, 1

_FLAGS = ("hmirror", "vflip", "colorbar")
_TONES = ("brightness", "contrast", "saturation")
_KEPT_DEFAULTS = {
    "wb_mode": 0, "awb": 1, "awb_gain": 1, "aec": 1, "aec2": 0, "ae_level": 0, "aec_value": 168, "agc": 1,
    "agc_gain": 0, "gainceiling": 0, "bpc": 0, "wpc": 1, "raw_gma": 1, "lenc": 1, "dcw": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CameraWebServer:
    """`modern`: core 3.x; else 1.0.x, whose stream starts without a boundary."""

    name: str
    modern: bool
    backlogs: tuple[int, ...] = (5, 5)
    stream_port: int = _STREAM
    stream_path: str = "/stream"

    async def serve(self, offset: int, port: Port, connection: Connection, board: Board) -> None:
        async def handle(request: Request) -> Reply | None:
            async with port.turn():
                if offset == _CONTROL:
                    return await self._control_port(request, board)
                return await self._stream_port(request, connection, board)

        await converse(connection, board, handle)

    async def _stream_port(self, request: Request, connection: Connection, board: Board) -> Reply | None:
        refusal = _refusal(request, ("/stream",))
        if refusal is not None:
            return refusal
        await Stream(board, connection, self._framing()).run()
        return None

    async def _control_port(self, request: Request, board: Board) -> Reply:
        paths = ("/", "/status", "/control", "/capture", *(("/bmp", "/xclk", "/reg") if self.modern else ()))
        refusal = _refusal(request, paths)
        if refusal is not None:
            return refusal
        if request.path == "/status":
            body = json.dumps(self._status(board), separators=(",", ":")).encode()
            return idf_reply(body, (ALLOW_ALL,), kind="application/json")
        if request.path == "/control":
            return self._control(request, board)
        if request.path == "/capture":
            return await self._capture(board)
        if request.path == "/":
            return idf_reply(b"<!doctype html><html><head><title>ESP32 OV2460</title></head></html>")
        return SERVER_ERROR

    async def _capture(self, board: Board) -> Reply:
        jpeg = await board.picture(board.frame_now)
        headers = [("Content-Disposition", "inline; filename=capture.jpg"), ALLOW_ALL]
        if self.modern:
            seconds = board.uptime_s
            headers.append(("X-Timestamp", f"{int(seconds)}.{int(seconds % 1 * 1e6):06d}"))
        return idf_reply(jpeg, tuple(headers), kind="image/jpeg")

    def _control(self, request: Request, board: Board) -> Reply:
        variable, value = request.argument("var"), request.argument("val")
        if variable is None or value is None:
            return NOT_FOUND
        return idf_reply(b"", (ALLOW_ALL,)) if self._set(board, variable, _atoi(value)) else SERVER_ERROR

    def _set(self, board: Board, variable: str, value: int) -> bool:
        """False where the driver refuses."""
        if variable == "framesize":
            sizes = self._sizes()
            if not 0 <= value < len(sizes):
                return False
            board.adjust(size=sizes[value])
        elif variable == "quality" and 0 <= value <= 63:
            board.adjust(quality=value)
        elif variable in _FLAGS:
            board.adjust(**{variable: bool(value)})
        elif variable in _TONES and -2 <= value <= 2:
            board.adjust(**{variable: value})
        elif variable == "special_effect" and 0 <= value <= 6:
            board.adjust(special_effect=value)
        elif variable == "led_intensity" and self.modern:
            board.adjust(led_intensity=min(255, max(0, value)))
        elif variable in _KEPT_DEFAULTS:
            board.settings[variable] = value
        else:
            return False
        return True

    def _status(self, board: Board) -> dict[str, int]:
        """Keys in the order in which the firmware prints them."""
        look, kept = board.adjustments, _KEPT_DEFAULTS | board.settings
        status: dict[str, int] = {}
        if self.modern:
            status |= {"0xd3": 7, "0x111": 7, "0x132": 7, "xclk": 20, "pixformat": 4}
        status |= {"framesize": number_of(look.size, self._sizes()), "quality": look.quality}
        status |= {name: getattr(look, name) for name in _TONES}
        if self.modern:
            status["sharpness"] = 0
        status["special_effect"] = look.special_effect
        status |= {name: kept[name] for name in _KEPT_DEFAULTS if name != "dcw"}
        mirrors = ("hmirror", "vflip") if self.modern else ("vflip", "hmirror")
        status |= {name: int(getattr(look, name)) for name in mirrors}
        status |= {"dcw": kept["dcw"], "colorbar": int(look.colorbar)}
        if self.modern:
            return status | {"led_intensity": look.led_intensity}
        return status | {"face_detect": 0, "face_enroll": 0, "face_recognize": 0}

    def _sizes(self) -> FrameSizes:
        return DRIVER_2024 if self.modern else DRIVER_2018

    def _framing(self) -> Framing:
        headers = (ALLOW_ALL, ("X-Framerate", "60")) if self.modern else (ALLOW_ALL,)
        return Framing(
            response=idf_head(headers, kind=_KIND),
            boundary=b"\r\n--" + B1 + b"\r\n",
            part_head=_modern_head if self.modern else _plain_head,
            boundary_first=self.modern,
            chunked=True,
        )


def _modern_head(length: str | None, uptime_s: float) -> bytes:
    # The firmware prints a 64-bit tv_sec with %d: on the board the fraction is always zero.
    return _length_head(length) + f"X-Timestamp: {int(uptime_s)}.000000\r\n\r\n".encode()


def _plain_head(length: str | None, uptime_s: float) -> bytes:
    return _length_head(length) + b"\r\n"


def _length_head(length: str | None) -> bytes:
    line = "" if length is None else f"Content-Length: {length}\r\n"
    return f"Content-Type: image/jpeg\r\n{line}".encode()


def _refusal(request: Request, paths: tuple[str, ...]) -> Reply | None:
    """What esp_http_server answers by itself: it knows GET of these paths."""
    if request.path not in paths:
        return NOT_FOUND
    return None if request.method == "GET" else BAD_METHOD


def _atoi(text: str) -> int:
    """As C reads a number: what isn't one is 0."""
    digits = text.strip()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    length = next((n for n, character in enumerate(digits) if not character.isdigit()), len(digits))
    return sign * int(digits[:length] or 0)
