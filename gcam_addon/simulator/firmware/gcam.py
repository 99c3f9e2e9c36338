"""Gcam's own firmware: all on one port, behind a token, several viewers at a time (docs/ref/board.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.firmware import gcam_controls as controls
from gcam_addon.simulator.firmware.gcam_access import TOKEN, Access, Proof
from gcam_addon.simulator.firmware.gcam_request import BoardRequest, Refused, read
from gcam_addon.simulator.firmware.gcam_stream import PacedStream, Taken
from gcam_addon.simulator.firmware.replies import fault_reply
from gcam_addon.simulator.port import Port

PROTOCOL = 1
VERSION = "2026.12.0"
MODEL = "gcam.ai-thinker"
_MOST_STREAMS, _MOST_OTHERS = 4, 4
_PATIENCE_S = 10.0
_STATUS = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_METHODS = {
    "/board": "GET",
    "/claim": "POST",
    "/token": "POST",
    "/release": "POST",
    "/stream": "GET",
    "/capture": "GET",
    "/status": "GET",
    "/control": "POST",
}
_PACE = re.compile(r"/stream/([0-9]{1,9})")
_FPS = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,3})?")

Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Start:
    """What the board knows until it restarts."""

    access: Access = field(default_factory=Access)
    streams: dict[int, PacedStream] = field(default_factory=dict)
    taken: Taken = field(default_factory=Taken)
    numbers: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class GcamFirmware:
    name: str = "gcam"
    backlogs: tuple[int, ...] = (8,)
    stream_port: int = 0
    stream_path: str = "/stream"

    async def serve(self, offset: int, port: Port, connection: Connection, board: Board) -> None:
        start = start_of(board)
        start.others += 1
        try:
            reply = await _answer(connection, board, start)
            if isinstance(reply, bytes):
                await connection.send(reply)
        except Refused as refused:
            await connection.send(text(refused))
            await connection.hear_out()
            return
        finally:
            start.others -= 1
        if not isinstance(reply, bytes):
            await reply()


Streaming = Callable[[], Awaitable[None]]


class Turn(NamedTuple):
    """One request, and where it came."""

    request: BoardRequest
    connection: Connection
    board: Board
    start: Start


def start_of(board: Board) -> Start:
    """The state of this start; what is kept comes back with it, and the lamp is off."""
    start: Start | None = board.memory.get("gcam")
    if start is None:
        start = board.memory["gcam"] = Start()
        kept = board.kept
        is_first = "controls" not in kept
        values = kept.setdefault("controls", controls.at_start(board.adjustments))
        kept["boots"] = kept.get("boots", 0) + 1
        if board.credentials is not None:
            kept.setdefault("token", board.credentials[1])
        values["lamp"] = 0
        if not is_first:
            board.adjust(size=kept["size"])
            controls.show(board, values, {})
        kept["size"] = board.adjustments.size
    return start


def forget(board: Board) -> None:
    """Its button, or three starts within 10 s each: nobody's any more, unless its token is fixed."""
    if not board.kept.get("fixed"):
        _own(board, start_of(board), None)


def facts(board: Board) -> dict[str, Any]:
    """Of `GET /board`."""
    return {
        "gcam": board.kept.get("protocol", PROTOCOL),
        "id": board.mac.replace(":", "").lower(),
        "name": board.kept.get("name", "Gcam board"),
        "board": MODEL,
        "version": VERSION,
        "claimed": board.kept.get("token") is not None,
        "fixed": bool(board.kept.get("fixed")),
    }


def status(board: Board) -> dict[str, Any]:
    """Of `GET /status`."""
    start = start_of(board)
    size = board.adjustments.size
    return {
        "uptime_s": int(board.uptime_s),
        "boots": board.kept["boots"],
        "reset": board.kept.get("reset", "software" if board.counters.reboots else "power_on"),
        "rssi_dbm": board.kept.get("rssi_dbm", -61),
        "heap_free": 96512,
        "heap_largest": 45056,
        "psram_free": 2031616,
        "clients": len(start.streams),
        "frames": {"taken": start.taken.count, "sent": start.taken.sent, "skipped": start.taken.skipped},
        "fps": round(max((stream.rate for stream in start.streams.values()), default=0.0), 1),
        "size": f"{size.width}x{size.height}",
        "sensor": "OV2640",
        "controls": controls.told(board.kept["controls"]),
    }


def set_controls(board: Board, form: dict[str, str]) -> None:
    """Raises `Refused`; nothing of the form holds then."""
    changes = controls.wanted(form)
    start_of(board)
    values = board.kept["controls"]
    values.update(changes)
    controls.show(board, values, changes)
    board.kept["size"] = board.adjustments.size


def head(code: int, headers: Headers) -> bytes:
    lines = [f"HTTP/1.1 {code} {_STATUS[code]}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def text(refused: Refused) -> bytes:
    body = f"{refused.sentence}\n".encode()
    kind = (("Content-Type", "text/plain"), ("Content-Length", str(len(body))))
    return head(refused.status, (*kind, *refused.headers, ("Connection", "close"))) + body


def _json(value: dict[str, Any]) -> bytes:
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    headers = (("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    return head(200, (*headers, ("Cache-Control", "no-store"), ("Connection", "close"))) + body


_DONE = head(204, (("Connection", "close"),))


async def _answer(connection: Connection, board: Board, start: Start) -> bytes | Streaming:
    request = await read(connection.reader)
    if request is None:
        return b""
    if start.others > _MOST_OTHERS:
        raise Refused(503, "Too many ask at once; ask again in a second.", (("Retry-After", "1"),))
    fault = fault_reply(board)
    if fault is not None:
        return fault.data
    _check_sender(request)
    if request.path not in _OPEN:
        _check_token(request, board, start)
    handle = _HANDLERS.get(request.path, _change_pace)
    return await handle(Turn(request, connection, board, start))


def _check_sender(request: BoardRequest) -> None:
    if "origin" in request.headers:
        raise Refused(403, "A web page asks; this board answers none.")
    method = "POST" if _PACE.fullmatch(request.path) else _METHODS.get(request.path)
    if method is None:
        raise Refused(404, f"There is no '{request.path}' here.")
    if request.method != method:
        raise Refused(405, f"'{request.path}' takes {method} only.", (("Allow", method),))
    if request.path == "/claim" and request.headers.get("x-gcam") != "1":
        raise Refused(403, "A claim needs the header 'X-Gcam: 1'.")


def _check_token(request: BoardRequest, board: Board, start: Start) -> None:
    token = board.kept.get("token")
    if token is None:
        raise Refused(403, "This board is nobody's yet; claim it first.")
    now_s = int(board.uptime_s)
    told = request.headers.get("authorization", "")
    proof = start.access.judge(told, token, request.method, request.target, now_s)
    if proof is Proof.GOOD:
        return
    offers = start.access.challenges(now_s, stale=proof is Proof.STALE)
    headers = tuple(("WWW-Authenticate", offer) for offer in offers)
    raise Refused(401, "The board's token is needed; its user is 'gcam'.", headers)


async def _who(turn: Turn) -> bytes:
    turn.request.only()
    return _json(facts(turn.board))


async def _claim(turn: Turn) -> bytes:
    token = _token_in(turn.request)
    if turn.board.kept.get("token") is not None:
        raise Refused(409, "This board is somebody's already; release it first.")
    _own(turn.board, turn.start, token)
    return _DONE


async def _change_token(turn: Turn) -> bytes:
    token = _token_in(turn.request)
    _refuse_fixed(turn.board)
    _own(turn.board, turn.start, token)
    return _DONE


async def _release(turn: Turn) -> bytes:
    turn.request.only()
    _refuse_fixed(turn.board)
    _own(turn.board, turn.start, None)
    return _DONE


async def _how(turn: Turn) -> bytes:
    turn.request.only()
    return _json(status(turn.board))


async def _control(turn: Turn) -> bytes:
    set_controls(turn.board, turn.request.query | turn.request.form)
    return _json(controls.told(turn.board.kept["controls"]))


def _token_in(request: BoardRequest) -> str:
    request.only("token")
    token = request.form.get("token", "")
    if not TOKEN.fullmatch(token):
        raise Refused(400, "'token' takes 16 to 64 characters of A-Z a-z 0-9 - _.")
    return token


def _refuse_fixed(board: Board) -> None:
    if board.kept.get("fixed"):
        raise Refused(409, "The token stands in the board's YAML; change it there.")


def _own(board: Board, start: Start, token: str | None) -> None:
    board.kept["token"] = token
    for stream in list(start.streams.values()):
        stream.drop()


def _fps(text: str | None) -> float:
    """0: as many as there are."""
    if text is None:
        return 0.0
    value = float(text) if _FPS.fullmatch(text) else -1.0
    if value != 0 and not 0.1 <= value <= 60:
        raise Refused(400, f"'fps' takes a number from 0.1 to 60, or 0 for all, not '{text}'.")
    return value


async def _change_pace(turn: Turn) -> bytes:
    request = turn.request
    request.only("fps")
    if "fps" not in request.form:
        raise Refused(400, "'fps' is missing.")
    fps = _fps(request.form["fps"])
    stream = turn.start.streams.get(int(request.path.rpartition("/")[2]))
    if stream is None:
        raise Refused(404, "There is no stream of this number.")
    stream.fps = fps
    return _DONE


async def _stream(turn: Turn) -> Streaming:
    start = turn.start
    turn.request.only("fps")
    fps = _fps(turn.request.query.get("fps"))
    if len(start.streams) >= _MOST_STREAMS:
        raise Refused(503, "All streams are taken; ask again in a second.", (("Retry-After", "1"),))
    start.numbers += 1
    number = start.numbers
    headers = (
        ("Content-Type", "multipart/x-mixed-replace; boundary=gcam"),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
        ("X-Gcam-Stream", str(number)),
    )
    turn.connection.patience_s = _PATIENCE_S
    stream = PacedStream(turn.board, turn.connection, head(200, headers), start.taken, fps)
    start.streams[number] = stream

    async def send() -> None:
        try:
            await stream.run()
        finally:
            start.streams.pop(number, None)

    return send


async def _capture(turn: Turn) -> bytes:
    turn.request.only()
    jpeg, taken_s, number = await turn.start.taken.next(turn.board)
    headers = (
        ("Content-Type", "image/jpeg"),
        ("Content-Length", str(len(jpeg))),
        ("X-Timestamp", f"{taken_s:.6f}"),
        ("X-Frame", str(number)),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    )
    return head(200, headers) + jpeg


_OPEN = frozenset({"/board", "/claim"})
_HANDLERS: Mapping[str, Callable[[Turn], Awaitable[bytes | Streaming]]] = {
    "/board": _who,
    "/claim": _claim,
    "/token": _change_token,
    "/release": _release,
    "/stream": _stream,
    "/capture": _capture,
    "/status": _how,
    "/control": _control,
}
