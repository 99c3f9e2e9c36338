"""ESPHome's esp32_camera_web_server, configured as its documentation shows: stream, then snapshot port."""

from __future__ import annotations

from dataclasses import dataclass

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.firmware.replies import B1, BAD_METHOD, NOT_FOUND, Reply, converse, idf_reply
from gcam_addon.simulator.port import Port
from gcam_addon.simulator.request import Request
from gcam_addon.simulator.stream import Framing, Stream

_STREAM = 0

_FRAMING = Framing(
    response=(
        b"HTTP/1.0 200 OK\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n"
        b"Content-Type: multipart/x-mixed-replace;boundary=" + B1 + b"\r\n\r\n"
    ),
    opening=b"--" + B1 + b"\r\n",
    boundary=b"\r\n--" + B1 + b"\r\n",
    part_head=lambda length, _: (
        b"Content-Type: image/jpeg\r\n"
        + (b"" if length is None else b"Content-Length: " + length.encode() + b"\r\n")
        + b"\r\n"
    ),
    boundary_first=False,
)


@dataclass(frozen=True, slots=True)
class EspHome:
    """Each of its two servers takes one client; two or three more wait unheard."""

    name: str = "esphome"
    backlogs: tuple[int, ...] = (2, 2)
    stream_port: int = _STREAM
    stream_path: str = "/"

    async def serve(self, offset: int, port: Port, connection: Connection, board: Board) -> None:
        async def handle(request: Request) -> Reply | None:
            async with port.turn():
                return await self._answer(offset, request, connection, board)

        await converse(connection, board, handle)

    async def _answer(
        self, offset: int, request: Request, connection: Connection, board: Board
    ) -> Reply | None:
        if request.path != "/":
            return NOT_FOUND
        if request.method != "GET":
            return BAD_METHOD
        if offset == _STREAM:
            await Stream(board, connection, _FRAMING).run()
            return None
        jpeg = await board.picture(board.frame_now)
        disposition = ("Content-Disposition", "inline; filename=capture.jpg")
        return idf_reply(jpeg, (disposition,), kind="image/jpeg")
