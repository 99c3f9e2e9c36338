"""Tasmota's webcam driver (the first one): a web server, and a stream server where the newest client wins."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.firmware.frame_sizes import DRIVER_2020, number_of
from gcam_addon.simulator.firmware.replies import B2, Reply, arduino_reply, authorised, converse
from gcam_addon.simulator.port import Port
from gcam_addon.simulator.request import Request
from gcam_addon.simulator.stream import Framing, Stream

_WEB = 0
_SLOT = "stream"
_STREAMS = {"/stream", "/cam.mjpeg", "/cam.jpg"}
_SNAPSHOTS = {"/wc.jpg", "/wc.mjpeg", "/snapshot.jpg"}
_SNAPSHOT_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-disposition: inline; filename=cap.jpg\r\nContent-type: image/jpeg\r\n\r\n"
)
_NOT_FOUND = arduino_reply(b"File Not Found\n\n", status="404 Not Found", kind="text/plain")

_FRAMING = Framing(
    response=b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=" + B2 + b"\r\n\r\n",
    boundary=b"--" + B2 + b"\r\n",
    part_head=lambda length, _: (
        b"Content-Type: image/jpeg\r\n"
        + (b"" if length is None else b"Content-Length: " + length.encode() + b"\r\n")
        + b"\r\n"
    ),
    tail=b"\r\n",
)


@dataclass(frozen=True, slots=True)
class Tasmota:
    """With credentials (`WcAuth 1`) the stream asks for them, as user `admin`."""

    name: str = "tasmota"
    backlogs: tuple[int, ...] = (5, 5)
    stream_port: int = 1
    stream_path: str = "/stream"

    async def serve(self, offset: int, port: Port, connection: Connection, board: Board) -> None:
        async def handle(request: Request) -> Reply | None:
            if not authorised(request, board.credentials):
                asks = (("WWW-Authenticate", 'Basic realm="Login Required"'),)
                return arduino_reply(b"", asks, status="401 Unauthorized")
            if offset == _WEB:
                return await _web(request, connection, board)
            return await self._stream(request, connection, board)

        await converse(connection, board, handle)

    async def _stream(self, request: Request, connection: Connection, board: Board) -> Reply | None:
        if request.path == "/":
            return arduino_reply(b"", (("Location", "/cam.mjpeg"),), status="302 Found")
        if request.path not in _STREAMS:
            return _NOT_FOUND
        before = board.streams.get(_SLOT)
        if before is not None:
            before.drop()
        board.streams[_SLOT] = connection
        try:
            await Stream(board, connection, _FRAMING).run()
        finally:
            if board.streams.get(_SLOT) is connection:
                del board.streams[_SLOT]
        return None


async def _web(request: Request, connection: Connection, board: Board) -> Reply | None:
    if request.path in _SNAPSHOTS:
        jpeg = await board.picture(board.frame_now)
        await connection.send(_SNAPSHOT_HEAD + jpeg)
        return None
    if request.path == "/cm":
        answer = _command(request.argument("cmnd") or "", board)
        return arduino_reply(json.dumps(answer, separators=(",", ":")).encode(), kind="application/json")
    return _NOT_FOUND


def _command(line: str, board: Board) -> dict[str, object]:
    """The camera's commands, answered with the new value; `Status` tells who this is."""
    name, _, text = line.strip().partition(" ")
    command = name.lower()
    number = int(text) if text.strip().lstrip("-").isdigit() else None
    if command == "status":
        return {
            "Status": {
                "Module": 0,
                "DeviceName": "Gcam simulator",
                "FriendlyName": ["Camera"],
                "Topic": "camera",
            },
            "StatusFWR": {"Version": "14.2.0(tasmota32-webcam)", "Hardware": "ESP32-D0WD-V3 v3.0"},
            "StatusNET": {"Hostname": "gcam-simulator", "Mac": board.mac},
        }
    if command == "wcresolution":
        if number is not None and 0 <= number < len(DRIVER_2020):
            board.adjust(size=DRIVER_2020[number])
        return {"WCResolution": number_of(board.adjustments.size, DRIVER_2020)}
    fields = {"wcmirror": ("WCMirror", "hmirror"), "wcflip": ("WCFlip", "vflip")}
    if command in fields:
        label, field = fields[command]
        if number is not None:
            board.adjust(**{field: bool(number)})
        return {label: "ON" if getattr(board.adjustments, field) else "OFF"}
    tones = {"wcbrightness": "brightness", "wccontrast": "contrast", "wcsaturation": "saturation"}
    if command in tones:
        if number is not None and -2 <= number <= 2:
            board.adjust(**{tones[command]: number})
        return {"WC" + tones[command].capitalize(): getattr(board.adjustments, tones[command])}
    return {"Command": "Unknown"}
