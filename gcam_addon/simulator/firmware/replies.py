"""Answers as the servers on ESP32 write them: IDF's esp_http_server and Arduino's WebServer.

Neither sends Date, Server or Connection by itself (Arduino closes, and says so). esp_http_server puts
Content-Type and Content-Length (or Transfer-Encoding) first, then the headers that a handler added.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from gcam_addon.simulator.board import Board
from gcam_addon.simulator.connection import Connection
from gcam_addon.simulator.faults import Fault
from gcam_addon.simulator.request import Request, read_request

B1 = b"123456789000000000000987654321"
B2 = b"e8b8c539-047d-4777-a985-fbba6edff11e"
ALLOW_ALL = ("Access-Control-Allow-Origin", "*")

Headers = tuple[tuple[str, str], ...]


class Reply(NamedTuple):
    """What a handler answers; `close` ends the connection after it."""

    data: bytes
    close: bool = False


Handle = Callable[[Request], Awaitable[Reply | None]]
"""None: the handler has written by itself, and the connection is to be closed."""


def idf_reply(
    body: bytes,
    headers: Headers = (),
    *,
    status: str = "200 OK",
    kind: str = "text/html",
    close: bool = False,
) -> Reply:
    """As `httpd_resp_send`."""
    return Reply(idf_head(headers, status=status, kind=kind, length=len(body)) + body, close)


def idf_head(headers: Headers = (), *, status: str = "200 OK", kind: str, length: int | None = None) -> bytes:
    """Without a length: chunked."""
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        framing,
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def arduino_reply(
    body: bytes, headers: Headers = (), *, status: str = "200 OK", kind: str = "text/html"
) -> Reply:
    """As `WebServer::send`, which closes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return Reply("\r\n".join(lines).encode("latin-1") + body, close=True)


NOT_FOUND = idf_reply(b"Nothing matches the given URI", status="404 Not Found", close=True)
BAD_METHOD = idf_reply(
    b"Specified method is invalid for this resource", status="405 Method Not Allowed", close=True
)
SERVER_ERROR = idf_reply(b"Server has encountered an unexpected error", status="500 Internal Server Error")


async def converse(connection: Connection, board: Board, handle: Handle) -> None:
    """Answer requests on one connection until it ends; faults that answer everything come first."""
    while (request := await read_request(connection.reader)) is not None:
        reply = fault_reply(board) or await handle(request)
        if reply is None:
            return
        await connection.send(reply.data)
        if reply.close:
            return


def fault_reply(board: Board) -> Reply | None:
    """What answers every request while one of these faults is on."""
    if board.faults.active(Fault.AUTH401):
        return idf_reply(b"", (("WWW-Authenticate", "Basic"),), status="401 Unauthorized", close=True)
    if board.faults.active(Fault.ERROR500):
        return SERVER_ERROR._replace(close=True)
    if board.faults.active(Fault.HTML):
        return idf_reply(b"<!DOCTYPE html><html><body>It works!</body></html>", close=True)
    return None


def authorised(request: Request, credentials: tuple[str, str] | None) -> bool:
    """Whether the request carries the board's user and password (Basic), where it has some."""
    if credentials is None:
        return True
    token = base64.b64encode(":".join(credentials).encode()).decode()
    return token in request.headers.get("authorization", "")
