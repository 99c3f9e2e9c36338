"""What can't be read is answered as JSON, and leaves no traceback in the log; nor do clients that leave."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from gcam_addon.config.model import Camera, SourceSettings
from tests.support.waiting import patience, until
from tests.support.web_fakes import Site, serve

POST = b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve(tmp_path) as site:
        yield site


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"G\0T / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Content-Length: many\r\n\r\n",
        POST + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde",
    ],
    ids=["long header", "long address", "no method", "TLS", "chunks", "length", "gzip"],
)
async def test_what_can_not_be_read_is_a_json_400(
    site: Site, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    url = URL(site.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    with caplog.at_level(logging.INFO):
        writer.write(sent)
        async with patience():
            head, _, body = (await reader.readuntil(b"}}}")).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    assert head.split()[1] == b"400"
    assert b"Server: Gcam" in head
    assert json.loads(body)["error"]["code"] == "request"
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/cameras/door/board", None),
        ("PATCH", "/api/v1/cameras/door/board", {"flip": True}),
        ("POST", "/api/v1/probe", {}),
    ],
)
async def test_who_leaves_while_a_board_is_asked_leaves_no_task_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, method: str, path: str, body: dict[str, Any] | None
) -> None:
    asked, answer, told = asyncio.Event(), asyncio.Event(), []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    async def board(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await answer.wait()
        writer.close()

    async with await asyncio.start_server(board, "127.0.0.1", 0) as listening:
        address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        async with serve(tmp_path, cameras=[Camera("door", "Door", SourceSettings(address))]) as site:
            sent = {"url": address} if body == {} else body
            request = asyncio.create_task(site.http.request(method, path, json=sent).__aenter__())
            async with patience():
                await asked.wait()
            request.cancel()
            await asyncio.wait({request})
            answer.set()
            await until(lambda: not site.services.board_visits.locked())
            gc.collect()
    assert told == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_defect_on_a_share_link_does_not_tell_the_link(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(secret: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(site.services.shares, "shown_by", broken)
    async with site.http.get("/share/very-secret") as response:
        assert response.status == 500
    assert "Answering GET /share/{secret} failed" in caplog.text
    assert "very-secret" not in caplog.text
