"""A whole house on loopback: boards, a broker, Gcam, Home Assistant, real programs joined as people do it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.support.home_assistant import HomeAssistant
from tests.support.mosquitto import Mosquitto
from tests.support.program import Program, free_port, write_options

HOME_ASSISTANTS = ["view", "playback", "control"]
"""What Home Assistant's token allows."""
_RENDER_TIMEOUT_S = 180.0


class Board:
    """`gcam simulate`: an ESP32-CAM that shows a scene again and again."""

    def __init__(self, scene: str) -> None:
        self.url = ""
        self._scene = scene
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gcam_addon", "simulate", "--scene", self._scene, "--prerender"),
            *("--listen", f"127.0.0.1:{free_port()}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for it
        )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), _RENDER_TIMEOUT_S)
        self.url = line.decode().strip()
        assert self.url, f"the simulated board with {self._scene} does not start"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Also where entering it failed."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


@dataclass(frozen=True, slots=True)
class Ports:
    """None is any free one; a house that is entered again needs the same ones."""

    home_assistant: int | None = None
    gcam: int | None = None
    broker: int | None = None


class House:
    """`scenes` names the cameras and what each sees. Home Assistant knows of nothing yet: see `join`."""

    def __init__(
        self, folder: Path, scenes: Mapping[str, str], *arguments: str, ports: Ports | None = None
    ) -> None:
        """`arguments` go to `gcam run`."""
        ports = ports or Ports()
        options = ("--options", str(folder / "options.json"))
        self.broker = Mosquitto(folder, port=ports.broker)
        self.gcam = Program(folder / "gcam", *options, *arguments, port=ports.gcam)
        self.home_assistant = HomeAssistant(folder / "home-assistant", ports.home_assistant)
        self._folder = folder
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
        cameras = [
            {"id": name.lower().replace(" ", "_"), "name": name, "url": board.url}
            for name, board in self._boards.items()
        ]
        self.gcam.data_dir.mkdir(exist_ok=True)
        write_options(self.gcam.data_dir / "cameras.json", version=1, cameras=cameras)
        broker = {"mode": "broker", "host": "127.0.0.1", "port": self.broker.port}
        write_options(self._folder / "options.json", mqtt=broker)


def _broker_answer(port: int) -> dict[str, Any]:
    """What the dialog for a broker without login wants to know."""
    other = {"set_client_cert": False, "set_ca_cert": "off", "transport": "tcp"}
    return {"broker": "127.0.0.1", "port": port, "protocol": "5", "other_settings": other}
