"""A whole house on loopback: boards, a broker, Gcam, Home Assistant, real programs joined as people do it."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.support.child import Child
from tests.support.home_assistant import HomeAssistant
from tests.support.mosquitto import Mosquitto
from tests.support.ports import kept_port
from tests.support.program import Program, write_options

HOME_ASSISTANTS = ["view", "playback", "control"]
"""What Home Assistant's token allows."""


class Board:
    """`gcam simulate`: an ESP32-CAM that shows a scene again and again."""

    def __init__(self, scene: str) -> None:
        self.url = ""
        self._scene = scene
        self._child: Child | None = None

    async def __aenter__(self) -> Self:
        self._child = Child(
            *(sys.executable, "-m", "gcam_addon", "simulate", "--scene", self._scene, "--prerender"),
            *("--listen", "127.0.0.1:0"),
        )
        await self._child.until(self._hear)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Also where entering it failed."""
        if self._child is not None:
            await self._child.leave()

    def _hear(self) -> bool:
        assert self._child is not None
        found = re.search(r"^http://\S+$", self._child.said, re.MULTILINE)
        self.url = found[0] if found else ""
        return found is not None


@dataclass(frozen=True, slots=True)
class Ports:
    """Kept by who chose them: Home Assistant and Gcam come back at the same place."""

    home_assistant: int
    gcam: int
    broker: int


@contextmanager
def kept_places() -> Iterator[Ports]:
    with kept_port() as home_assistant, kept_port() as gcam, kept_port() as broker:
        yield Ports(home_assistant, gcam, broker)


class House:
    """`scenes` names the boards and what each sees. Home Assistant knows of nothing yet: see `join`."""

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        scenes: Mapping[str, str],
        *arguments: str,
        others: Sequence[Mapping[str, Any]] = (),
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """`arguments` go to `gcam run`; `others` are settings of cameras that are there already, `more` are
        Gcam's own.
        """
        options = ("--options", str(folder / "options.json"))
        self.broker = Mosquitto(folder, port=ports.broker)
        self.gcam = Program(folder / "gcam", *options, *arguments, port=ports.gcam, executed=True)
        self.home_assistant = HomeAssistant(folder / "home-assistant", ports.home_assistant)
        self._folder = folder
        self._others = others
        self._more = more or {}
        self._boards = {name: Board(scene) for name, scene in scenes.items()}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        async with AsyncExitStack() as stack:
            for board in self._boards.values():
                stack.push_async_exit(board.__aexit__)
            stack.push_async_callback(self.broker.stop)
            stack.push_async_callback(self.home_assistant.stop)
            async with asyncio.TaskGroup() as starting:
                for board in self._boards.values():
                    starting.create_task(board.__aenter__())
                starting.create_task(self.broker.start())
                starting.create_task(self.home_assistant.start())
            await asyncio.to_thread(self._write_settings)
            await stack.enter_async_context(self.gcam)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def join(self) -> None:
        """Home Assistant is told of the broker and of Gcam, in its dialogs."""
        api = self.home_assistant.api
        if not await api.entries("mqtt"):
            await api.add_entry("mqtt", _broker_answer(self.broker.port))
        if not await api.entries("gcam"):
            token = await self.new_token()
            await api.add_entry("gcam", {"url": self.gcam.url, "token": token, "verify_ssl": True})

    async def new_token(self) -> str:
        body = {"name": "Home Assistant", "scopes": HOME_ASSISTANTS}
        http = aiohttp.ClientSession(self.gcam.url, headers=self.gcam.headers)
        async with http, http.post("/api/v1/tokens", json=body) as response:
            assert response.ok, await response.text()
            return str((await response.json())["secret"])

    def _write_settings(self) -> None:
        cameras: list[Mapping[str, Any]] = [
            {"id": name.lower().replace(" ", "_"), "name": name, "url": board.url}
            for name, board in self._boards.items()
        ]
        self.gcam.data_dir.mkdir(exist_ok=True)
        write_options(self.gcam.data_dir / "cameras.json", version=1, cameras=[*cameras, *self._others])
        broker = {"mode": "broker", "host": "127.0.0.1", "port": self.broker.port}
        write_options(self._folder / "options.json", **{"mqtt": broker, **self._more})


def _broker_answer(port: int) -> dict[str, Any]:
    """What the dialog for a broker without login wants to know."""
    other = {"set_client_cert": False, "set_ca_cert": "off", "transport": "tcp"}
    return {"broker": "127.0.0.1", "port": port, "protocol": "5", "other_settings": other}
