"""Home Assistant's own API, as its page and its users speak it. Starts nothing: see `home_assistant`."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.support.waiting import PATIENCE_S, patience

_TIMEOUT = aiohttp.ClientTimeout(total=PATIENCE_S)


class HomeAssistantApi:
    """As somebody who is signed in."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """JSON of `/api/…`; None where there is no such thing."""
        async with self._session() as http, http.request(method, f"/api/{path}", json=body) as response:
            if response.status == 404:
                return None
            assert response.ok, f"{method} {path}: {response.status} {await response.text()}"
            return await response.json()

    async def read(self, path: str) -> tuple[str, bytes]:
        """Content type and content of any address of Home Assistant."""
        async with self._session() as http, http.get(path) as response:
            assert response.ok, f"{path}: {response.status}"
            return response.content_type, await response.read()

    async def first_of_mjpeg(self, entity_id: str) -> bytes:
        """The first whole picture of its endless ones."""
        async with self._session() as http, http.get(f"/api/camera_proxy_stream/{entity_id}") as response:
            assert response.ok, f"{entity_id}: {response.status}"
            pictures = aiohttp.MultipartReader.from_response(response)
            first = await pictures.next()
            assert isinstance(first, aiohttp.BodyPartReader)
            return bytes(await first.read())

    async def state(self, entity_id: str) -> str | None:
        found = await self.ask("GET", f"states/{entity_id}")
        return None if found is None else str(found["state"])

    async def states(self) -> dict[str, str]:
        return {one["entity_id"]: one["state"] for one in await self.ask("GET", "states")}

    async def act(self, action: str, *, answers: bool = False, **data: Any) -> Any:
        """Performs `domain.action` and waits until it is done; its response where it answers."""
        path = f"services/{action.replace('.', '/')}{'?return_response' if answers else ''}"
        done = await self.ask("POST", path, data)
        return done["service_response"] if answers else done

    async def add_entry(self, integration: str, *answers: dict[str, Any]) -> str:
        """Goes through its dialog; the new entry's id."""
        flow = await self.ask("POST", "config/config_entries/flow", {"handler": integration})
        for answer in answers:
            flow = await self.ask("POST", f"config/config_entries/flow/{flow['flow_id']}", answer)
        assert flow["type"] == "create_entry", flow
        return str(flow["result"]["entry_id"])

    async def entries(self, integration: str) -> list[dict[str, Any]]:
        return list(await self.ask("GET", f"config/config_entries/entry?domain={integration}"))

    async def command(self, kind: str, **fields: Any) -> Any:
        """A command over the WebSocket; its result."""
        async with self._socket() as socket:
            await socket.send_json({"id": 1, "type": kind, **fields})
            return _result(await socket.receive_json(timeout=PATIENCE_S))

    @asynccontextmanager
    async def events(self, kind: str) -> AsyncIterator[Events]:
        """What happens from now on."""
        async with self._socket() as socket:
            await socket.send_json({"id": 1, "type": "subscribe_events", "event_type": kind})
            _result(await socket.receive_json(timeout=PATIENCE_S))
            yield Events(socket)

    async def until(self, entity_id: str, wanted: Callable[[str | None], bool]) -> None:
        """Until the entity's state is as wanted; None while there is no such entity."""
        async with self.events("state_changed") as events:
            if not wanted(await self.state(entity_id)):
                await events.until(lambda data: data["entity_id"] == entity_id and wanted(_new_state(data)))

    def _session(self) -> aiohttp.ClientSession:
        headers = {"Authorization": f"Bearer {self._token}"}
        return aiohttp.ClientSession(self.url, headers=headers, timeout=_TIMEOUT)

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        async with self._session() as http, http.ws_connect("/api/websocket", max_msg_size=0) as socket:
            assert (await socket.receive_json())["type"] == "auth_required"
            await socket.send_json({"type": "auth", "access_token": self._token})
            assert (await socket.receive_json())["type"] == "auth_ok"
            yield socket


class Events:
    """One subscription."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._seen: list[Any] = []

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> float:
        """When, on the monotonic clock, the first event came whose data are as wanted."""
        try:
            async with patience():
                while True:
                    data = (await self._socket.receive_json())["event"]["data"]
                    if wanted(data):
                        return time.monotonic()
                    self._seen = [*self._seen[-9:], data]
        except TimeoutError:
            raise AssertionError(f"it did not come; last of all: {self._seen}") from None


def _new_state(data: dict[str, Any]) -> str | None:
    return None if data["new_state"] is None else str(data["new_state"]["state"])


def _result(answer: dict[str, Any]) -> Any:
    assert answer["success"], answer
    return answer["result"]
