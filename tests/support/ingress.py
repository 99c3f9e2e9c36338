"""Home Assistant's ingress, as Core and the Supervisor together treat an add-on, written from their sources.

A sub-path with a token; `Content-Type` loses everything behind `;` (so a multipart stream its boundary); the
client's own `X-Remote-User-*` are stripped and the signed-in user's added; `Accept-Encoding` is dropped;
WebSockets are passed on, messages of at most 16 MiB.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import hdrs, web

from tests.support.apps import running

MOST_BYTES = 16 * 1024 * 1024
TOKEN = "x3Zk9-fakeTokenOfThisSession"
PREFIX = f"/api/hassio_ingress/{TOKEN}"
_DROPPED = {
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "host",
    "keep-alive",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "te",
    "trailers",
    "transfer-encoding",
    "upgrade",
}


def setup_code_in(log: str) -> str:
    """What Gcam wrote there for whoever is to become its owner."""
    found = re.search(r"set-up code ([0-9A-Z]{4}-[0-9A-Z]{4})", log)
    assert found, log
    return found[1]


class Ingress:
    """`async with` it: then `url` is where a browser opens the add-on listening on `port`."""

    def __init__(self, port: int, *, user_id: str, name: str) -> None:
        self._target = f"http://127.0.0.1:{port}"
        self._user = {
            "X-Remote-User-Id": user_id,
            "X-Remote-User-Name": name.lower(),
            "X-Remote-User-Display-Name": name,
        }
        self.url = ""
        self.content_types: list[str] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Ingress]:
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._handle)
        async with (
            running(app, handler_cancellation=True, shutdown_timeout_s=1.0) as port,
            aiohttp.ClientSession(skip_auto_headers={hdrs.ACCEPT_ENCODING}) as self._http,
        ):
            self.url = f"http://127.0.0.1:{port}{PREFIX}/"
            yield self

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get(hdrs.UPGRADE, "").lower() == "websocket":
            return await self._websocket(request)
        return await self._plain(request)

    async def _plain(self, request: web.Request) -> web.StreamResponse:
        async with self._http.request(
            request.method,
            self._address(request),
            headers=self._headers(request),
            data=await request.read(),
            allow_redirects=False,
        ) as answer:
            headers = {
                name: value
                for name, value in answer.headers.items()
                if name.lower() not in (*_DROPPED, "content-type", "set-cookie")
            }
            response = web.StreamResponse(status=answer.status, headers=headers)
            for cookie in answer.headers.getall(hdrs.SET_COOKIE, []):
                response.headers.add(hdrs.SET_COOKIE, cookie)
            if hdrs.CONTENT_TYPE in answer.headers:
                response.content_type = answer.headers[hdrs.CONTENT_TYPE].partition(";")[0]
                self.content_types.append(response.content_type)
            response.headers["X-Accel-Buffering"] = "no"
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            return response

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        theirs = web.WebSocketResponse(max_msg_size=MOST_BYTES, autoping=False, autoclose=False)
        await theirs.prepare(request)
        async with self._http.ws_connect(
            self._address(request),
            headers=self._headers(request),
            max_msg_size=MOST_BYTES,
            autoping=False,
            autoclose=False,
        ) as ours:
            ways = [asyncio.create_task(_pass(theirs, ours)), asyncio.create_task(_pass(ours, theirs))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        return theirs

    def _address(self, request: web.Request) -> str:
        query = f"?{request.query_string}" if request.query_string else ""
        return f"{self._target}/{request.match_info['path']}{query}"

    def _headers(self, request: web.Request) -> dict[str, str]:
        kept = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _DROPPED and not name.lower().startswith("x-remote-user-")
        }
        return {
            **kept,
            **self._user,
            "X-Hass-Source": "core.ingress",
            "X-Ingress-Path": PREFIX,
            "X-Forwarded-For": "192.168.1.77, 172.30.32.1",  # the client, then Home Assistant itself
            "X-Forwarded-Host": request.host,
            "X-Forwarded-Proto": "http",
        }


async def _pass(
    source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    target: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
) -> None:
    async for message in source:
        match message.type:
            case aiohttp.WSMsgType.TEXT:
                await target.send_str(message.data)
            case aiohttp.WSMsgType.BINARY:
                await target.send_bytes(message.data)
            case aiohttp.WSMsgType.PING:
                await target.ping(message.data)
            case aiohttp.WSMsgType.PONG:
                await target.pong(message.data)
    await target.close()
